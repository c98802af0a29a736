"""The day where the user is: that of ``TZ``, else of the zone that the system is set to."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.pattern import Pattern
from armsledger.storage.schema import utc_now

VARIABLE: Final = "TZ"
FIRST_ZONE: Final = timedelta(hours=14)
"""How much later than in UTC it is on the Line Islands."""
POSIX: Final = Pattern(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,3}(?::\d{2}){0,2}(?:[A-Za-z<].*)?")
"""``EST5EDT,M3.2.0,M11.1.0`` or ``<+0530>-5:30``: the zone is described, not named, and the C library reads it."""


def today() -> date:
    """The day where the user is, now. Raises UsageError if ``TZ`` names no zone."""
    return day_of(utc_now())


def day_of(instant: datetime) -> date:
    """The day of an instant where the user is. Raises UsageError if ``TZ`` names no zone."""
    return instant.astimezone(_zone()).date()


def latest_day_of(instant: datetime) -> date:
    """The day of an instant where days begin first: whoever recorded something then had no later today."""
    try:
        return (instant.astimezone(UTC) + FIRST_ZONE).date()
    except OverflowError:  # the last hours of the calendar
        return date.max


def end_of_day(day: date) -> datetime:
    """The last moment of a day where the user is. Raises UsageError if ``TZ`` names no zone."""
    try:
        return datetime.combine(day, time.max, _zone()).astimezone(UTC)
    except OverflowError:  # the last days of the calendar
        return datetime.combine(day, time.max, UTC)


def _zone() -> tzinfo | None:
    """The zone that ``TZ`` names; None is the one that the C library finds.

    That takes a name which it does not know for UTC, in silence: a day that is not the user's would be recorded.
    """
    text = os.environ.get(VARIABLE, "").removeprefix(":")
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        if os.path.isabs(text) and os.path.isfile(text):
            with open(text, "rb") as file:
                return ZoneInfo.from_file(file)
        if not text or POSIX.fullmatch(text):
            utc_now().astimezone()  # raises ValueError where the C library finds a day or more between it and UTC
            return None
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"{VARIABLE} is {quoted(text)}, which names no time zone that this system knows",
            remedy="set it to a name such as Asia/Kolkata, or to UTC0, or unset it to go by the system's",
        ) from error
