"""How a decision has read what people wrote: each value of which the stored form is not the one that was given.

An amount written plainly (``USD 5,430m``) and a count with its unit (``5 units``) are stored as they were meant, and so
are not told, however the ledger would write them itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from armsledger.domain.events.expectation import What
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

NUMBER: Final = r"[0-9][0-9,]*(?:\.[0-9]+)?"
SIZE: Final = r"(?:\s*(?:k|m|mn|mln|million|b|bn|billion|tn|trillion))?"
PLAIN_MONEY: Final = re.compile(
    rf"(?:up to\s+)?~?\s*[A-Z]{{3}}\s*{NUMBER}{SIZE}(?:\s*[-\u2013]\s*{NUMBER}{SIZE}|\+)?", re.ASCII
)
PLAIN_COUNT: Final = re.compile(rf"(?:up to\s+)?~?\s*{NUMBER}(?:\s*[-\u2013]\s*{NUMBER}|\+)?(?:\s.*)?", re.DOTALL)
CODED: Final = ("authority", "currency")
"""Fields of a text that a code list may write otherwise."""


class Reading(NamedTuple):
    """A field of which the text that was given is read as another."""

    field: str
    given: str
    read: str


def readings_of(fields: Mapping[str, Any], event: Statement) -> tuple[Reading, ...]:
    """What an event has read otherwise than it was written, in the order in which it was written."""
    stored_fields = event.__dict__
    readings: list[Reading] = []
    for name, given in fields.items():
        stored: Any = stored_fields.get(name)
        kind: type = type(stored)
        if kind in PLAIN_TYPES:
            if name in CODED and given != stored:
                readings += _text(name, given, stored)
        elif kind is When:
            if given != str(stored):
                readings += _text(name, given, stored)
        elif kind in AMOUNTS:
            if type(given) is str and not _is_plain(given, is_money=kind is Money):
                readings += _text(name, given, stored)
        elif kind in READ_BY_PARTS or isinstance(stored, Party):
            readings += _read(name, given, stored)
    if isinstance(event, Corrected):
        readings += _set(fields.get("set"), event)
    return tuple(readings)


PLAIN_TYPES: Final[frozenset[type]] = frozenset({str, int, bool, dict, type(None)})
"""Types that keep what is given."""
READ_BY_PARTS: Final[frozenset[type]] = frozenset({tuple, What, Item})
AMOUNTS: Final = (Money, Quantity)
AMOUNT_BY_KEY: Final[Mapping[str, type[Any]]] = {"currency": Money, "count": Quantity}
"""The amounts by a part that the other has not."""
TEXTS: Final = (When, Party)


def _read(field: str, given: Any, stored: Any) -> Iterator[Reading]:
    """The readings of one value and of its parts."""
    if isinstance(stored, TEXTS):
        yield from _text(field, given, stored)
    elif isinstance(stored, AMOUNTS):
        if isinstance(given, str) and not _is_plain(given, is_money=isinstance(stored, Money)):
            yield from _text(field, given, stored)
    elif isinstance(stored, tuple):
        whole = given if isinstance(given, list | tuple) else [given]
        for number, (part, kept) in enumerate(zip(whole, stored, strict=False)):
            yield from _read(f"{field}.{number}" if len(whole) > 1 else field, part, kept)
    elif isinstance(stored, What):
        yield from _selectors(field, given, stored)
    elif isinstance(stored, Item):
        yield from _parts(field, given, stored)


def _text(field: str, given: Any, stored: Any) -> Iterator[Reading]:
    written = stored.written if isinstance(stored, Party) else str(stored)
    if isinstance(given, str) and " ".join(given.split()) not in (str(stored), written):
        yield Reading(field, given.strip(), str(stored))


def _parts(field: str, given: Any, stored: Item) -> Iterator[Reading]:
    if isinstance(given, Mapping):
        for name, part in given.items():
            kept = getattr(stored, str(name), None)
            if kept is not None:
                yield from _read(f"{field}.{name}", part, kept)


def _selectors(field: str, given: Any, stored: What) -> Iterator[Reading]:
    """The fields of what is expected; they are kept as texts."""
    for name, part in given.items() if isinstance(given, Mapping) else ():
        kept = stored.selectors.get(name)
        if isinstance(kept, str) and isinstance(part, str) and PLAIN_COUNT.fullmatch(part.strip()) is None:
            yield from _text(f"{field}.{name}", part, kept)


def _set(given: Any, event: Corrected) -> Iterator[Reading]:
    """What a correction sets; it is kept in the types of JSON."""
    for name, part in given.items() if isinstance(given, Mapping) else ():
        kept: Any = event.set.get(name)
        if isinstance(kept, Mapping) and isinstance(part, str):
            for key in AMOUNT_BY_KEY.keys() & kept.keys():
                yield from _read(f"set.{name}", part, _reader(key).validate_python(kept))
        elif isinstance(kept, str):
            yield from _text(f"set.{name}", part, kept)
        elif isinstance(kept, list) and isinstance(part, str) and len(kept) == 1:
            yield from _text(f"set.{name}", part, kept[0])


@cache
def _reader(key: str) -> TypeAdapter[Any]:
    """What reads the amounts that have this part."""
    return TypeAdapter(AMOUNT_BY_KEY[key])


@lru_cache(maxsize=4096)
def _is_plain(given: str, *, is_money: bool) -> bool:
    """Whether an amount or a count is written plainly; remembered, as the same few are written again and again."""
    return (PLAIN_MONEY if is_money else PLAIN_COUNT).fullmatch(given.strip()) is not None


def amounts_in(event: Statement) -> Iterator[tuple[str, str]]:
    """The dates and amounts of an event's own fields, as they are stored."""
    for name, value in event.__dict__.items():
        if name not in ("on", "asserted") and isinstance(value, When | Money | Quantity):
            yield name, str(value)
