"""The clock that entries are recorded by: how far it may leap, and how far it may be behind what is recorded.

Times of recording never decrease. So an entry that a wrong clock put far ahead holds back the time of every later
entry until that time has come: the clock is doubted before that happens.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from armsledger.storage.errors import ClockLeapt
from armsledger.storage.schema import instant_text, is_instant, parse_instant

Clock = Callable[[], datetime]
"""Tells the time; ledgers in use go by the server's clock on PostgreSQL and by the machine's for a file."""
SKEW: Final = timedelta(minutes=5)
"""Clocks of machines that are set differ by less."""
DEFAULT_LEAP_DAYS: Final = 366
"""So long after the last entry nobody doubts the clock."""


def check_leap(now: datetime, last: str | None, made: Callable[[], str], most_days: int) -> None:
    """Raise ClockLeapt if the clock is more than so many days after the last entry, and after the ledger was made.

    A ledger may be made today of an old export. ``made`` is asked only where there is doubt.
    """
    if last is not None and _days_between(last, now) <= most_days:
        return
    later = max(last or "", made())
    days = _days_between(later, now)
    if days > most_days:
        raise ClockLeapt(_in_seconds(instant_text(now)), _in_seconds(later), days, by_entry=later == last)


def _days_between(earlier: str, now: datetime) -> int:
    """Whole days; 0 for what is no time, of which something else complains."""
    return (now - parse_instant(earlier)).days if is_instant(earlier) else 0


def held_back(now: datetime, last: str) -> str:
    """What is to be said while the last entry's time is ahead of the clock; empty if it is not."""
    if not is_instant(last):
        return ""
    ahead = parse_instant(last) - now
    if ahead <= SKEW:
        return ""
    return (
        f"the last entry is recorded at {_in_seconds(last)}, {_in_words(ahead)} ahead of the clock"
        f" ({_in_seconds(instant_text(now))}): until then every entry gets that time, and --known today leaves it out"
    )


def _in_seconds(instant: str) -> str:
    """``2030-01-01T00:00:00Z``."""
    return f"{instant[:19]}Z"


def _in_words(span: timedelta) -> str:
    """``1,127 days``, ``5 hours``, ``20 minutes``: as exact as anybody needs it."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = round(span.total_seconds() / seconds)
        if count > 1 or unit == "minute":
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    raise AssertionError("there is always a number of minutes")
