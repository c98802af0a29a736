"""A point in time as the journal stores it: ``2026-11-22T12:00:00.000000Z``.

Always UTC, always microseconds, so that the order of the texts is the order of the instants.
"""

from __future__ import annotations

from datetime import UTC, datetime

DAWN = "0001-01-01T00:00:00.000000Z"
"""Before everything: what an empty journal was last written at."""


def utc_now() -> datetime:
    """The clock, read once per transaction at the edge; tests pass their own."""
    return datetime.now(UTC)


def to_text(instant: datetime) -> str:
    """Write it; raises ValueError for one without a time zone, which could mean any of 38 instants."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; use datetime.now(UTC)")
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote; raises ValueError."""
    return datetime.fromisoformat(text)


def is_instant(text: object) -> bool:
    """Whether a stored text is a time as we write it."""
    try:
        return isinstance(text, str) and to_text(from_text(text)) == text
    except (ValueError, OverflowError):
        return False
