"""Words that mean another day tomorrow: today, last month, next quarter. Only whoever is there today may say them.

A file is read on other days as well, so it writes the date that is meant.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from armsledger.domain.values.date_span import after, before, week

_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_STEPS: Final = {"last": -1, "this": 0, "next": 1}
_WORDS: Final = re.compile(
    rf"\b(?P<day>{'|'.join(_DAYS)})\b|\b(?P<step>{'|'.join(_STEPS)}) (?P<unit>week|month|quarter|year)\b", re.IGNORECASE
)
_PLAIN_WORDS: Final = re.compile(r"[A-Za-z -]+")


def with_dates(text: str, today: date) -> str:
    """The text with the dates in place of such words: by next month is by 2021-12. Other text stays as it is."""
    text = text.strip()
    if len(text) > 60 or _PLAIN_WORDS.fullmatch(text) is None:
        return text
    return _WORDS.sub(lambda match: _date_of(match, today), text)


def _date_of(match: re.Match[str], today: date) -> str:
    if match["day"]:
        return (today + timedelta(days=_DAYS[match["day"].lower()])).isoformat()
    step = _STEPS[match["step"].lower()]
    match match["unit"].lower():
        case "week":
            return week(today + timedelta(weeks=step)).text
        case "month":
            return _moved(today.isoformat()[:7], step)
        case "quarter":
            quarters = today.year * 4 + (today.month - 1) // 3 + step
            return f"Q{quarters % 4 + 1} {quarters // 4:04}"
        case _:
            return _moved(today.isoformat()[:4], step)


def _moved(text: str, step: int) -> str:
    return text if step == 0 else after(text) if step > 0 else before(text)
