"""How SIPRI's register was revised between two beliefs: a row for each deal whose listing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.codes import Codes
from armsledger.application.sipri.register import Listing, listing_of, release_keys
from armsledger.application.sipri.standing import Releases
from armsledger.domain.beliefs.belief import EVERYTHING, known_entries
from armsledger.domain.entry import Entry
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.revision import ORDER, Vocabulary, changed_columns, classes_of
from armsledger.projections.rows import Row

UNDATED: Final = "unknown"


@dataclass(frozen=True)
class RevisionRow(Row):
    """A deal whose row in the register changed between two beliefs.

    ``revisions`` are the classes of the changes, ``columns`` the columns that differ, and ``changes`` their old and new
    texts. ``recipient`` and ``supplier`` are codes or names, ``decade`` that of the year of order, such as ``2010s``.
    """

    deal: str
    recipient: str
    supplier: str
    designation: str
    order_year: str | None
    decade: str
    revisions: tuple[str, ...]
    columns: tuple[str, ...]
    changes: tuple[str, ...]


class Tally(NamedTuple):
    """How many deals of a country or decade were revised, in all and by class."""

    name: str
    deals: int
    classes: Mapping[str, int]


def revision_rows(earlier: Beliefs, later: Beliefs) -> list[RevisionRow]:
    """The rows that changed between two beliefs, by deal; none if the register was not taken.

    A row is new if the earlier belief does not know it, and has reappeared if it had vanished by then.
    """
    names = Names(Codes())
    before, after = set[str](), set[str]()
    differing: list[tuple[str, Listing | None, Listing | None]] = []
    upto = max(earlier.question.position, later.question.position)
    releases = release_keys(later.reader)
    for stream, entries in later.deal_entries(upto):
        old, new = (_listing(stream, entries, view, releases) for view in (earlier, later))
        before |= _terms(old)
        after |= _terms(new)
        if (_is_live(old) or _is_live(new)) and _state(old) != _state(new):
            differing.append((stream, old, new))
    vocabularies = Vocabulary(frozenset(before)), Vocabulary(frozenset(after))
    rows = (_row(stream, old, new, vocabularies, names) for stream, old, new in differing)
    return [row for row in rows if row is not None]


def tally_by(rows: Iterable[RevisionRow], name: str) -> list[Tally]:
    """The revised deals counted by a field of their rows, the highest count first, but decades in their order."""
    deals: Counter[str] = Counter()
    classes: dict[str, Counter[str]] = {}
    for row in rows:
        value = str(getattr(row, name))
        deals[value] += 1
        classes.setdefault(value, Counter()).update(row.revisions)
    order = sorted(deals) if name == "decade" else [value for value, _ in deals.most_common()]
    return [Tally(value, deals[value], classes[value]) for value in order]


def tally(rows: Iterable[RevisionRow]) -> dict[str, int]:
    """The revised deals counted by class; a deal can be of several classes."""
    counts = Counter(revision for row in rows for revision in row.revisions)
    return {revision: counts[revision] for revision in ORDER if counts[revision]}


def tallies(rows: Iterable[RevisionRow]) -> dict[str, Any]:
    """The revised deals counted by class, recipient, supplier and decade of order, in the types of JSON."""
    revised = list(rows)
    counts = {
        f"by_{name}": {group.name: {"deals": group.deals, **group.classes} for group in tally_by(revised, name)}
        for name in ("recipient", "supplier", "decade")
    }
    return {"deals": len(revised), "by_class": tally(revised), **counts}


def only_releases(earlier: Beliefs, later: Beliefs, entries: Iterable[Entry], releases: Releases) -> bool:
    """Whether two beliefs about a stream differ only in entries of the register's releases."""
    entries = list(entries)
    before, after = ({entry.id for entry in _visible(entries, view)} for view in (earlier, later))
    return all(entry.event.source in releases for entry in entries if entry.id in before ^ after)


def _listing(stream: str, entries: list[Entry], view: Beliefs, releases: Releases) -> Listing | None:
    visible = _visible(entries, view)
    return listing_of(stream, visible, releases) if visible else None


def _visible(entries: list[Entry], view: Beliefs) -> list[Entry]:
    question = view.question
    recorded = [entry for entry in entries if entry.position <= question.position]
    return recorded if question.cut == EVERYTHING else known_entries(recorded, question.cut)


def _is_live(listing: Listing | None) -> bool:
    return listing is not None and not listing.gone


def _state(listing: Listing | None) -> tuple[Any, bool] | None:
    return None if listing is None else (listing.event, listing.gone)


def _terms(listing: Listing | None) -> set[str]:
    if listing is None or listing.gone:
        return set()
    return {term for term in (listing.event.description, listing.event.category) if term is not None}


def _row(
    stream: str,
    old: Listing | None,
    new: Listing | None,
    vocabularies: tuple[Vocabulary, Vocabulary],
    names: Names,
) -> RevisionRow | None:
    shown = new if new is not None and not new.gone else old
    assert shown is not None
    words = shown.words
    columns: list[str] = []
    changes: list[str] = []
    if new is None or new.gone:
        classes: tuple[str, ...] = ("vanished",)
    elif old is None:
        classes = ("new",)
    else:
        columns = changed_columns(old.words, new.words)
        changes = [f"{name}: {_cell_text(old.words, name)} -> {_cell_text(new.words, name)}" for name in columns]
        same = {
            name: names.known(old.words[name]) == names.known(new.words[name]) for name in ("recipient", "supplier")
        }
        classes = classes_of(old.words, new.words, *vocabularies, same)
        classes = ("reappeared", *classes) if old.gone else classes
        if not classes:
            return None
    year = str(words.get("order_year", "")).rstrip("?")
    return RevisionRow(
        deal=stream.partition("/")[2],
        recipient=names.known(words["recipient"]),
        supplier=names.known(words["supplier"]),
        designation=str(words["designation"]).strip(),
        order_year=year or None,
        decade=f"{year[:3]}0s" if year else UNDATED,
        revisions=classes,
        columns=tuple(columns),
        changes=tuple(changes),
    )


def _cell_text(words: Mapping[str, Any], name: str) -> str:
    value = words.get(name)
    if name == "rows":
        return f"{max(1, len(value or ()))} times"
    if name == "deliveries":
        return ", ".join(" ".join(str(part) for part in delivery.values()) for delivery in value or ()) or "nothing"
    return "nothing" if value is None else str(value)
