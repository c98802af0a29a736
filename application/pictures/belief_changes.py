"""The latest changes of belief: where what is believed of a deal at one day differs between two beliefs.

News are no changes of belief: what came to pass between two beliefs is left out, as both are asked about the same day.
For a release of a register, that is the last day of the year that the release before it covers whole; else it is
the day of the earlier belief.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from armsledger.application.pictures.folded_changes import changed_days, changed_positions, folded_changes
from armsledger.application.view import View
from armsledger.projections.codec import codec_of
from armsledger.projections.read_models.deals import DEALS, DealRow
from armsledger.projections.reading import AsOf, ChangedRow, changed_rows, partly_kept, serves
from armsledger.projections.rows import kept_row
from armsledger.projections.tables import read_register
from armsledger.storage.reader import JournalReader

TOLD: Final = (
    "stage",
    "supplier",
    "buyer",
    "value",
    "ordered",
    "delivered",
    "paid",
    "signed_on",
    "delivery_begun",
    "sanctions",
)
"""The fields of a deal of which a change is told."""
PLACES: Final = {name: codec_of(DealRow).indexes[name] for name in TOLD}
DATES: Final = ("signed_on", "delivery_begun")
UNSAID: Final = ("approximate", "unit", "item")
"""Parts of an amount or a quantity in which a difference is one of words."""
MOST_BELIEFS: Final = 12
"""So many beliefs are looked at, the latest first."""
ENOUGH: Final = 40
"""With so many changes, no earlier belief is looked at."""


class BeliefChange(NamedTuple):
    """A field of a deal that is believed otherwise of one day, ``at``; None where the deal was not believed to be."""

    deal: str
    row: DealRow
    field: str
    old: Any
    new: Any


class ChangedBelief(NamedTuple):
    """What a belief changed about a day, compared with the one before.

    ``is_release`` says that a register's release brought it. ``rewordings`` counts the deals of which only a mark of
    uncertainty, or another word for the same, came or went.
    """

    before: date
    after: date
    at: date
    is_release: bool
    changes: tuple[BeliefChange, ...]
    rewordings: int


def latest_changes(view: View, streams: frozenset[str] | None = None) -> tuple[ChangedBelief, ...]:
    """The latest beliefs that changed something of some deals, or all, the latest first; empty where no table can tell,
    and while rows are pending.

    Beliefs go by the days on which sources asserted; where the question asks what had been recorded by an earlier
    time, by the days of recording.
    """
    question, reader = view.question, view.reader
    with reader.snapshot():
        if question.as_of is None or not serves(reader, DEALS, question.as_of):
            return ()
        if read_register(reader).has_pending:
            return ()
        by_recording = question.by_position and question.position < reader.head()
        points = _recorded(reader, question.as_of) if by_recording else _asserted(reader, question.as_of)
        releases = frozenset() if by_recording else _release_days(reader)
        return tuple(_changes(view, streams, points, releases))


class _Point(NamedTuple):
    """A point of belief time, and its day."""

    day: date
    as_of: AsOf


def _asserted(reader: JournalReader, as_of: AsOf) -> list[_Point]:
    """The last days on which the belief about deals changed, the latest first."""
    last = (as_of.asserted or as_of.day).isoformat()
    days = reader.query(
        f"SELECT DISTINCT asserted_from FROM {DEALS.table} WHERE asserted_from < asserted_to AND asserted_from <= ?"
        f" ORDER BY asserted_from DESC LIMIT {MOST_BELIEFS + 1}",
        last,
    )
    head = reader.head()
    known = {date.fromisoformat(text) for (text,) in days if text[:1].isdigit()}
    for stream in partly_kept(reader, DEALS):
        own = changed_days(reader, stream, date.fromisoformat(last).toordinal())
        known |= {date.fromordinal(since) for since in islice(own, MOST_BELIEFS + 1)}
    return [_Point(day, AsOf(as_of.day, head, day)) for day in sorted(known, reverse=True)[: MOST_BELIEFS + 1]]


def _recorded(reader: JournalReader, as_of: AsOf) -> list[_Point]:
    """The last days of recording on which the belief about deals changed, each as of its last entry."""
    positions = reader.query(
        f"SELECT DISTINCT known_from FROM {DEALS.table} WHERE known_from < known_to AND known_from <= ?"
        " ORDER BY known_from DESC LIMIT 2000",
        as_of.position,
    )
    known = {position for (position,) in positions}
    for stream in partly_kept(reader, DEALS):
        known |= {*islice(changed_positions(reader, stream, as_of.position), 10 * MOST_BELIEFS)}
    points: dict[date, int] = {}
    for position in sorted(known, reverse=True):
        instant = reader.recorded_at(position)
        if instant is not None:
            points.setdefault(date.fromisoformat(instant[:10]), position)
    return [_Point(day, AsOf(as_of.day, position)) for day, position in points.items()][: MOST_BELIEFS + 1]


def _release_days(reader: JournalReader) -> frozenset[date]:
    if not reader.streams("source", "sipri-"):
        return frozenset()
    from armsledger.application.sipri.register import taken_releases

    return frozenset(release.released for release in taken_releases(reader))


def _changes(
    view: View, streams: frozenset[str] | None, points: Sequence[_Point], releases: frozenset[date]
) -> Iterator[ChangedBelief]:
    found = 0
    for place, after in enumerate(points[:-1]):
        before, is_release = points[place + 1], after.day in releases
        if is_release:  # with the release before it, whatever others said in between
            before = next((point for point in points[place + 1 :] if point.day in releases), before)
        at = date(before.day.year - 1, 12, 31) if is_release and before.day in releases else before.day
        at = min(at, view.at)
        kept = changed_rows(view.reader, DEALS, before.as_of, after.as_of, at) or []
        rows = [*kept, *folded_changes(view, before.as_of, after.as_of, at)]
        changes, rewordings = _told(rows if streams is None else [row for row in rows if row.stream in streams])
        if changes:
            yield ChangedBelief(before.day, after.day, at, is_release, tuple(changes), rewordings)
        found += len(changes)
        if found >= ENOUGH:
            return


def _told(rows: Iterable[ChangedRow]) -> tuple[list[BeliefChange], int]:
    """What differs between the rows of two beliefs about one day; and of how many deals only the words do.

    What nobody had told of before is news, however old it is.
    """
    changes: list[BeliefChange] = []
    rewordings = 0
    old: ChangedRow | None = None
    for row in sorted(rows, key=lambda one: (one.stream, one.is_later)):
        if not row.is_later:
            old = row
        elif old is not None and old.stream == row.stream:
            told = _between(old.text, row.text)
            changes += told or ()
            rewordings += told == ()
    return changes, rewordings


@lru_cache(maxsize=32_768)  # a server asks of the same two releases again after each entry
def _between(old: str, new: str) -> tuple[BeliefChange, ...] | None:
    """What differs in number or name between two rows as they are kept; None where the deal had not certainly begun."""
    before, after = (kept_row(DealRow, DEALS.name, text) for text in (old, new))
    was, now = before.to_values(), after.to_values()
    if was[PLACES["stage"]] is None:
        return None
    names = [name for name, index in PLACES.items() if _bare(name, was[index]) != _bare(name, now[index])]
    if not names:
        return ()
    return tuple([BeliefChange(after.deal, after, name, getattr(before, name), getattr(after, name)) for name in names])


def _bare(field: str, value: Any) -> Any:
    """A value in the types of JSON, without what marks it as uncertain, and without the unit's name."""
    match value:
        case list():
            return [_bare(field, part) for part in value]
        case dict():
            return [part for name, part in value.items() if name not in UNSAID]
        case str() if field in DATES:
            return value.rstrip("?~%")
    return value
