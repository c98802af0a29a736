"""Dates whose year, month or quarter, and day stand in columns of their own."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from armsledger.domain.errors import quoted
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.cell import as_text
from armsledger.exchange.spreadsheets.column import Column
from armsledger.exchange.spreadsheets.date import approximately, month_number, quarter_text
from armsledger.exchange.spreadsheets.value import Cells, Condition, Value

PARTS = ("year", "month", "quarter", "day")


class DateParts(NamedTuple):
    """A date of several cells: a year, and what is known of the month or quarter and of the day."""

    year: Value
    month: Value | None = None
    quarter: Value | None = None
    day: Value | None = None
    approximate: Condition | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        parts = (self.year, self.month, self.quarter, self.day)
        flag = () if self.approximate is None else self.approximate.columns
        return (*(column for part in parts if part is not None for column in part.columns), *flag)

    def of(self, cells: Cells) -> str | None:
        """The date as EDTF, None if there is no year; raises InvalidCell."""
        year, month, quarter, day = (
            None if part is None else _word(part.of(cells)) for part in (self.year, self.month, self.quarter, self.day)
        )
        if year is None:
            self._refuse_without("year", month or quarter or day)
            return None
        if month is None:
            self._refuse_without("month", day)
        edtf = self._date(year, month, quarter, day)
        if self.approximate is not None and self.approximate.holds(cells):
            return approximately(edtf, edtf)
        return edtf

    def _date(self, year: str, month: str | None, quarter: str | None, day: str | None) -> str:
        if not (year.isascii() and year.isdecimal() and len(year) == 4):
            raise self._refusal(self.year, year, "year", "write a year of four figures")
        if quarter is not None:
            number = quarter.upper().removeprefix("Q")
            if number not in ("1", "2", "3", "4"):
                raise self._refusal(self.quarter, quarter, "quarter", "write 1 to 4, or Q1 to Q4")
            return quarter_text(year, int(number))
        if month is None:
            return year
        number_of_month = month_number(month)
        if number_of_month is None:
            raise self._refusal(self.month, month, "month", "write 1 to 12, or a name such as October")
        if day is None:
            return f"{year}-{number_of_month:02}"
        try:
            return date(int(year), number_of_month, int(day)).isoformat()
        except ValueError:
            raise self._refusal(self.day, day, f"day of {year}-{number_of_month:02}", "write 1 to 31") from None

    def _refuse_without(self, missing: str, text: str | None) -> None:
        if text is not None:
            raise InvalidCell(
                f"{quoted(text)} stands without a {missing}", f"fill in the {missing}, or leave this blank too"
            )

    def _refusal(self, part: Value | None, text: str, what: str, remedy: str) -> InvalidCell:
        column = part.column if isinstance(part, Column) else ""
        return InvalidCell(f"{quoted(text)} is no {what}", remedy, column)


def _word(value: Any) -> str | None:
    return None if value is None else as_text(value).strip()
