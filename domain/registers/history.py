"""The history of a register's row: what each release did to it, as believed.

A release is recorded as corrections of the listing, which carry the classes of what it revised, and as retractions for
the reasons ``vanished`` and ``reappeared``. What others correct is no revision of the register, and what was retracted
to repair our own copy never was one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.repairs import Repairs
from armsledger.domain.entry import Entry
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.registers.columns import ColumnChange, Words, changes_between, likely_renamed, words_of
from armsledger.domain.values.words import REGISTER_COLUMNS

VANISHED: Final = "vanished"
"""The reason of a retraction by a release that no longer lists the row."""
REAPPEARED: Final = "reappeared"
"""The reason of a retraction of such a retraction."""


class Step(NamedTuple):
    """What one release said of a row that an earlier one may have listed: the words and whether it was listed.

    ``before`` are the words until then, None if it lists the row for the first time; ``renamed`` the columns of which
    it only changed the name. ``released`` is a proleptic ordinal.
    """

    release: str
    released: int
    before: Words | None
    after: Words
    was_gone: bool
    is_gone: bool
    classes: tuple[str, ...]
    renamed: tuple[str, ...]
    entries: tuple[str, ...]
    touched: frozenset[str] | None = None
    """The columns that can have changed, if that is known."""

    @property
    def whole(self) -> str | None:
        """What became of the whole row: ``new``, ``vanished`` or ``reappeared``; None if it stays what it was."""
        if self.before is None:
            return "new" if "new" in self.classes and not self.is_gone else None
        if self.was_gone == self.is_gone:
            return None
        return VANISHED if self.is_gone else REAPPEARED

    @property
    def changes(self) -> list[ColumnChange]:
        """The columns that it changed."""
        return [] if self.before is None else changes_between(self.before, self.after, self.renamed, self.touched)


def history_of(listing: Entry, entries: Sequence[Entry], repairs: Repairs) -> list[Step]:
    """The steps of a row, release by release, the first listing first; none if somebody took the listing back.

    ``entries`` are those of the stream that are known, ``repairs`` what these come to.
    """
    event = listing.event
    assert isinstance(event, Listed)
    if _is_taken_back(listing, repairs):
        return []
    words: Words = words_of(event)
    source = str(event.source)
    steps = [Step(source, event.asserted.last, None, words, False, False, event.revisions, (), (listing.address,))]
    for release, of_release in _by_release(_acts(listing, entries, repairs), steps[0]):
        steps.append(_next_step(steps[-1], release, of_release))
    first, *later = steps
    while later and later[0].release == first.release:  # a further file of the day on which it was first listed
        more = later.pop(0)
        first = first._replace(after=more.after, is_gone=more.is_gone, entries=first.entries + more.entries)
    return [first, *later]


def _is_taken_back(listing: Entry, repairs: Repairs) -> bool:
    retraction = repairs.retracted_by.get(listing.id)
    return retraction is not None and not _is_retracted_as(VANISHED, retraction)


def _is_retracted_as(reason: str, entry: Entry) -> bool:
    return isinstance(entry.event, Retracted) and entry.event.reason == reason


def _acts(listing: Entry, entries: Sequence[Entry], repairs: Repairs) -> Iterator[Entry]:
    """What releases did to a listing: corrections, and retractions that stand or were taken back by a later release."""
    for correction in repairs.corrected_by.get(listing.id, ()):
        if isinstance(correction.event, Corrected) and "revisions" in correction.event.set:
            yield correction
    gone = set[str]()
    for entry in entries:
        if not isinstance(entry.event, Retracted):
            continue
        retraction = repairs.retracted_by.get(entry.id)
        if entry.event.target == listing.id and _is_retracted_as(VANISHED, entry):
            if retraction is None or _is_retracted_as(REAPPEARED, retraction):
                gone.add(entry.id)
                yield entry
        elif entry.event.target in gone and _is_retracted_as(REAPPEARED, entry) and retraction is None:
            yield entry


def _by_release(acts: Iterable[Entry], first: Step) -> Iterator[tuple[str, list[Entry]]]:
    """What each release did, by its key, in the order in which the releases came."""
    grouped: dict[str, list[Entry]] = {}
    for act in sorted(acts, key=_when):
        grouped.setdefault(act.event.source or first.release, []).append(act)
    yield from grouped.items()


def _when(act: Entry) -> tuple[int, int, int, str]:
    """The order of a release's acts: retractions as they were recorded, corrections as they are applied."""
    asserted = act.event.asserted
    position = act.position if isinstance(act.event, Retracted) else 0
    return asserted.last, asserted.first, position, act.id


def _next_step(before: Step, release: str, acts: Sequence[Entry]) -> Step:
    """The row after what a release did to it."""
    words, is_gone = dict(before.after), before.is_gone
    classes: dict[str, None] = {}
    touched: dict[str, Any] = {}
    renamed: list[str] | None = None
    for act in acts:
        if isinstance(act.event, Corrected):
            touched |= {
                name: _as_cell(name, value) for name, value in act.event.set.items() if name in REGISTER_COLUMNS
            }
            classes |= dict.fromkeys(_texts(act.event.set["revisions"]))
            if "renamed" in act.event.set:
                renamed = [*(renamed or ()), *_texts(act.event.set["renamed"])]
        else:
            is_gone = _is_retracted_as(VANISHED, act)
    after = {name: value for name, value in (words | touched).items() if value is not None}
    if renamed is None:
        renamed = list(likely_renamed(before.after, after, classes))
    return Step(
        release,
        acts[0].event.asserted.last,
        before.after,
        after,
        before.is_gone,
        is_gone,
        tuple(classes),
        tuple(renamed),
        tuple(act.address for act in sorted(acts, key=lambda act: act.position)),
        frozenset(touched),
    )


def _as_cell(name: str, value: Any) -> Any:
    """A new value of a correction as a listing would hold it; None clears a cell."""
    if value is None or name not in ("deliveries", "periods", "rows"):
        return None if value is None else str(value)
    lines = value if isinstance(value, list) else [value]
    if name == "rows":
        return lines or None
    return [_instalment(line) for line in lines] or None


def _instalment(line: Any) -> dict[str, str]:
    given: Mapping[str, Any] = line if isinstance(line, Mapping) else {"year": line}
    return {str(name): str(value) for name, value in given.items() if value is not None}


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
