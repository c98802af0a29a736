"""The latest changes of belief: where what is believed of a deal at one day differs between two beliefs.

News are no changes of belief: what came to pass between two beliefs is left out, as both are asked about the same day.
For a release of a register, that is the last day of the year that the release before it covers whole; else it is
the day of the earlier belief.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.application.pictures.overview import Overview
from armsledger.projections.codec import codec_of
from armsledger.projections.read_models.deals import DEALS, DealRow
from armsledger.projections.reading import AsOf, changed_streams, kept_rows
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


def latest_changes(overview: Overview) -> tuple[ChangedBelief, ...]:
    """The latest beliefs that changed something of the chosen deals, the latest first; empty where no table can tell.

    Beliefs go by the days on which sources asserted; where the question asks what had been recorded by an earlier
    time, by the days of recording.
    """
    question = overview.view.question
    reader = overview.view.reader
    with reader.snapshot():
        if question.as_of is None or kept_rows(reader, DEALS, question.as_of, []) is None:
            return ()
        by_recording = question.by_position and question.position < reader.head()
        points = _recorded(reader, question.as_of) if by_recording else _asserted(reader, question.as_of)
        releases = frozenset() if by_recording else _release_days(reader)
        return tuple(_changes(overview, points, releases))


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
    known = [date.fromisoformat(text) for (text,) in days if text[:1].isdigit()]
    return [_Point(day, AsOf(as_of.day, head, day)) for day in known]


def _recorded(reader: JournalReader, as_of: AsOf) -> list[_Point]:
    """The last days of recording on which the belief about deals changed, each as of its last entry."""
    positions = reader.query(
        f"SELECT DISTINCT known_from FROM {DEALS.table} WHERE known_from < known_to AND known_from <= ?"
        " ORDER BY known_from DESC LIMIT 2000",
        as_of.position,
    )
    points: dict[date, int] = {}
    for (position,) in positions:
        instant = reader.recorded_at(position)
        if instant is not None:
            points.setdefault(date.fromisoformat(instant[:10]), position)
    return [_Point(day, AsOf(as_of.day, position)) for day, position in points.items()][: MOST_BELIEFS + 1]


def _release_days(reader: JournalReader) -> frozenset[date]:
    if not reader.streams("source", "sipri-"):
        return frozenset()
    from armsledger.application.sipri.register import taken_releases

    return frozenset(release.released for release in taken_releases(reader))


def _changes(overview: Overview, points: Sequence[_Point], releases: frozenset[date]) -> Iterator[ChangedBelief]:
    found = 0
    for place, after in enumerate(points[:-1]):
        before, is_release = points[place + 1], after.day in releases
        if is_release:  # with the release before it, whatever others said in between
            before = next((point for point in points[place + 1 :] if point.day in releases), before)
        at = date(before.day.year - 1, 12, 31) if is_release and before.day in releases else before.day
        at = min(at, overview.view.at)
        changes, rewordings = _between(overview, before.as_of._replace(day=at), after.as_of._replace(day=at))
        if changes:
            yield ChangedBelief(before.day, after.day, at, is_release, tuple(changes), rewordings)
        found += len(changes)
        if found >= ENOUGH:
            return


def _between(overview: Overview, earlier: AsOf, later: AsOf) -> tuple[list[BeliefChange], int]:
    """What differs between two beliefs about one day; and of how many deals only the words do."""
    changed = changed_streams(overview.view.reader, DEALS, earlier, later)
    if not changed:
        return [], 0
    streams = sorted(changed if overview.is_whole else changed & overview.streams)
    old, new = (_rows_of(overview, streams, as_of) for as_of in (earlier, later))
    changes, rewordings = [], 0
    for deal in new:
        if deal not in old or old[deal].stage is None:
            continue  # what nobody had told of before is news, however old it is
        was, now = old[deal].to_values(), new[deal].to_values()
        if was == now:
            continue
        fields = [name for name, index in PLACES.items() if _bare(name, was[index]) != _bare(name, now[index])]
        changes += [
            BeliefChange(deal, new[deal], name, getattr(old[deal], name), getattr(new[deal], name)) for name in fields
        ]
        rewordings += not fields
    return changes, rewordings


def _rows_of(overview: Overview, streams: Sequence[str], as_of: AsOf) -> dict[str, DealRow]:
    return {row.deal: row for row in kept_rows(overview.view.reader, DEALS, as_of, streams) or ()}


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
