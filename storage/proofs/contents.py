"""What entries say, compared with the columns beside their payloads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from armsledger.domain.entry import Entry
from armsledger.domain.values.when import When
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.proofs.canonical import Record
from armsledger.storage.reader import JournalReader

Days = tuple[str | None, str | None]
REMEMBERED_DATES: Final = 65_536
POSITION: Final = Record._fields.index("position")
NAME: Final = Record._fields.index("name")
DERIVED: Final = slice(Record._fields.index("on_earliest"), Record._fields.index("source") + 1)


def unfaithful(reader: JournalReader, rows: Sequence[tuple[Any, ...]]) -> tuple[int, str] | None:
    """The first of some rows that follow each other whose payload cannot be read or does not fit what is beside it."""
    if not rows:
        return None
    try:
        entries = list(reader.entries(after=rows[0][0] - 1, upto=rows[-1][0]))
    except LedgerDamaged:
        return _unreadable(reader, rows)
    for place, row in enumerate(rows):
        if place == len(entries) or row[POSITION] != entries[place].position:
            return place, "it is another one, or none, when it is looked for by its position"
        entry = entries[place]
        if row[DERIVED] != derived(entry) or row[NAME] != name_of(entry):
            return place, _told(row, entry)
    return None if len(entries) == len(rows) else (len(rows) - 1, "there are several at its position")


def derived(entry: Entry) -> tuple[str | None, ...]:
    """The columns that follow from the payload: the bounds of both dates, and the source."""
    event = entry.event
    return (*_days(event.on), *_days(event.asserted), event.source)


def name_of(entry: Entry) -> str:
    """The name that the entry is stored under."""
    return f"{entry.stream.partition('/')[0]}.{entry.event.name}"


def _unreadable(reader: JournalReader, rows: Sequence[tuple[Any, ...]]) -> tuple[int, str] | None:
    for place, row in enumerate(rows):
        try:
            reader.by_position(row[0])
        except LedgerDamaged as damage:
            return place, damage.message
    return None


def _told(row: tuple[Any, ...], entry: Entry) -> str:
    """Which column does not fit."""
    if row[NAME] != name_of(entry):
        return f"its name is {row[NAME]}, and its payload is one of {name_of(entry)}"
    names = Record._fields[DERIVED]
    pairs = zip(names, row[DERIVED], derived(entry), strict=True)
    name, stored, told = next(pair for pair in pairs if pair[1] != pair[2])
    return f"its {name} is {stored!r}, and its payload says {told!r}"


@lru_cache(maxsize=REMEMBERED_DATES)
def _days(when: When) -> Days:
    return _iso(when.earliest), _iso(when.latest)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
