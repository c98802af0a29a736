"""What the tests of the storage record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from armsledger.domain.entry import Draft
from armsledger.domain.events.contract import ContractSigned
from armsledger.domain.events.source import Regraded

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def signed(on: str = "2018-10-05", source: str | None = "theprint-2021-11-12") -> ContractSigned:
    """A contract is signed."""
    return ContractSigned.model_validate({"on": on, "asserted": "2021-11-12", "source": source})


def regraded() -> Regraded:
    """A source is judged anew."""
    return Regraded.model_validate({"on": "2021-11-13", "asserted": "2021-11-13", "reliability": "B"})


def draft(stream: str = "deal/india-s400", version: int = 1, entry_id: str | None = None) -> Draft:
    """An entry that is decided upon."""
    event = regraded() if stream.startswith("source/") else signed()
    return Draft(stream, version, entry_id or f"{stream}@{version}", event)


def history(stream: str, length: int) -> list[Draft]:
    """The first entries of a stream."""
    return [draft(stream, version) for version in range(1, length + 1)]


def stopped(instant: datetime = NOON) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: instant


def ticking(*, step_seconds: float = 1, start: datetime = NOON) -> Callable[[], datetime]:
    """A clock that goes on, or back, whenever it is looked at."""
    ticks: Iterator[int] = count()
    return lambda: start + timedelta(seconds=step_seconds * next(ticks))
