"""A finding: something that does not fit in a history. It is data; the ledger refuses nothing for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.words import FindingCode, Severity


class Finding(NamedTuple):
    """What does not fit, how grave it is, and the addresses of the entries; for a contested field the deciding rule."""

    code: FindingCode
    severity: Severity
    stream: str
    message: str
    entries: tuple[str, ...]
    field: str | None = None
    rule: str | None = None


def addresses(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Where the entries stand."""
    return tuple(entry.address for entry in entries)


def deal_bounds(day: StreamDay) -> tuple[Deal, Deal]:
    """A deal in its two bounds, as the checks of deals look at it."""
    certain, possible = day.states
    assert isinstance(certain, Deal)
    assert isinstance(possible, Deal)
    return certain, possible
