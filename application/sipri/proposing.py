"""What releases leave open: pairs of a vanished deal and a new one that may be one, deals that were kept apart, and
deals that were joined.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from armsledger.application.codes import Codes
from armsledger.application.sipri.decided import is_rejection
from armsledger.application.sipri.row_states import DealStates, Register, Survey, survey
from armsledger.domain.entry import Entry
from armsledger.exchange.atomic import writing
from armsledger.exchange.errors import FileExists, NotWritable
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.review import ENCODING, Pair, cell_text, write_review
from armsledger.exchange.sipri.revision import changed_columns
from armsledger.exchange.sipri.row import FLAG, Words, folded
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.session import Session

SAME: Final = {
    "parties": ("recipient", "supplier"),
    "designation": ("designation",),
    "year of order": ("order_year",),
    "numbers": ("ordered", "delivered"),
    "years": ("years", "deliveries"),
    "volumes": ("volume_per_unit", "volume_ordered", "volume_delivered"),
    "comment": ("comment",),
}
"""What a reason says is the same, by the columns that it is made of."""
NOT_TOLD: Final = ("comment", "rows")
"""Columns of which a difference is told without the texts: they are long, and stand beside."""


def pairs_of(reader: JournalReader, releases: Collection[str]) -> list[Pair]:
    """The pairs that some releases (keys of their sources) leave open, and the deals that were joined in them."""
    looked = survey(reader, Register.of(reader, Names(Codes())))
    return [*_proposed(looked, releases), *_joined(looked, releases)]


def check_free(path: str | Path | None) -> None:
    """Refuse a name for a review that a file has already (somebody may be marking it), or that no file can have."""
    if path is None:
        return
    if Path(path).exists():
        raise ReviewExists(str(path))
    if not os.access(Path(path).absolute().parent, os.W_OK):
        raise NotWritable(str(path), "its folder is missing or read-only, and nothing was imported")


def write_pairs(pairs: Sequence[Pair], path: str | Path | None, session: Session) -> None:
    """Write a review to a file, which tells of the ledger and of the releases; raises ReviewExists and NotWritable."""
    if path is not None:
        with writing(path, encoding=ENCODING, mode=session.file_mode, at_most=session.input_mode) as out:
            write_review(pairs, out)


class ReviewExists(FileExists):
    """A review would overwrite a file."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.remedy = "name another file: somebody may have marked this one. Nothing was imported"


def _proposed(looked: Survey, releases: Collection[str]) -> Iterator[Pair]:
    live = (deal for deal in looked.deals.values() if not deal.listing.gone)
    named = {key for deal in live for key in deal.listing.event.perhaps}
    for deal in looked.deals.values():
        at = deal.first
        if at is None or looked.register.releases[at].key not in releases:
            continue
        if deal.listing.gone and deal.stream not in named:
            continue  # it matters no longer, unless another deal may be this one in turn
        several = len(deal.listing.event.perhaps)
        for key in (*deal.listing.event.perhaps, *deal.decisions):
            old = looked.deals.get(key)
            new_words, old_words = deal.states[at], None if old is None else old.words_before(at)
            if old is None or old_words is None or new_words is None or old.states[at] is not None:
                continue
            pair = _pair(looked, at, old, deal.stream, new_words, tuple(_reasons(looked, at, old_words, new_words)))
            decision = deal.decisions.get(key)
            if decision is not None and is_rejection(decision, key, deal.stream):
                pair = pair._replace(found="apart", decided=_told("rejected", decision))
                pair = pair._replace(reasons=(*pair.reasons, *_noted(decision)))
            elif several > 1:
                pair = pair._replace(reasons=(*pair.reasons, f"{several} deals may be this row"))
            yield pair


def _joined(looked: Survey, releases: Collection[str]) -> Iterator[Pair]:
    for deal in looked.deals.values():
        for at, release in enumerate(looked.register.releases):
            old, new = deal.words_before(at), deal.states[at]
            if release.key in releases and old is not None and new is not None:
                was = looked.withdrawn_deal(at, new)
                if was or looked.register.is_renamed(old, new):
                    yield _joined_pair(looked, at, deal, was, _reasons(looked, at, old, new))


def _joined_pair(looked: Survey, at: int, deal: DealStates, was: str, reasons: Iterable[str]) -> Pair:
    """A deal that goes on by another name, whose new row was the deal ``was`` before somebody joined them."""
    new = deal.states[at]
    assert new is not None
    withdrawal = looked.deals[was].joined_by if was else None
    how = "joined as accepted" if was else "joined: renamed everywhere"
    told = [f"{how}, both rows are of {deal.stream}"]
    now = str(deal.listing.words["designation"]).strip()
    if folded(now) != folded(new["designation"]):
        told.append(f"its designation is now {now}")
    pair = _pair(looked, at, deal, was or deal.stream, new, (*told, *reasons, *_noted(withdrawal)))
    return pair._replace(found="joined", decided="" if withdrawal is None else _told("accepted", withdrawal))


def _told(decision: str, entry: Entry) -> str:
    """What was decided, when, and by whom."""
    return f"{decision} {entry.event.asserted} by {entry.recorded_by}"


def _noted(entry: Entry | None) -> Iterator[str]:
    if entry is not None and entry.event.note:
        yield f"decided: {entry.event.note}"


def _pair(looked: Survey, at: int, old: DealStates, new: str, words: Words, reasons: tuple[str, ...]) -> Pair:
    day = looked.register.releases[at].released.isoformat()
    before = old.words_before(at)
    assert before is not None
    return Pair(day, old.stream, new, before, words, reasons)


def _reasons(looked: Survey, at: int, old: Words, new: Words) -> Iterator[str]:
    """In words, what is the same, what differs, and which names are gone or new."""
    differing = set(changed_columns(old, new)) - {"rows"}
    bare = {name for name in differing if _bare(old, name) != _bare(new, name)}
    same = [name for name, columns in SAME.items() if not bare.intersection(columns)]
    if same:
        yield f"same {', '.join(same)}"
    for name in sorted(bare):
        told = "" if name in NOT_TOLD else f": {cell_text(old, name) or 'blank'} -> {cell_text(new, name) or 'blank'}"
        yield f"other {name.replace('_', ' ')}{told}"
    if differing - bare:
        yield f"marks of uncertain data differ: {', '.join(sorted(differing - bare)).replace('_', ' ')}"
    if "designation" in bare:
        yield from _about_names(looked, at, old, new)


def _about_names(looked: Survey, at: int, old: Words, new: Words) -> Iterator[str]:
    still = looked.names[at].designations[folded(old["designation"])]
    before = max((names.designations[folded(new["designation"])] for names in looked.names[:at]), default=0)
    yield f"{old['designation'].strip()} is in {still or 'no'} row{'' if still == 1 else 's'} of this release"
    yield f"{new['designation'].strip()} was in {before or 'no'} row{'' if before == 1 else 's'} before"


def _bare(words: Words, name: str) -> str:
    return cell_text(words, name).removesuffix(FLAG)
