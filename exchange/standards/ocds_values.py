"""Amounts and dates as OCDS has them; what it cannot hold of them stands in the field `EXTENSION` beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from armsledger.domain.values.money import Money, plain
from armsledger.domain.values.when import When
from armsledger.exchange.standards.ocds_terms import CURRENCIES_LACKING


def value_of(money: Money | None, sign: int = 1) -> dict[str, Any] | None:
    """An amount with its currency, of a range the lower end; None where there is none, or the standard's list lacks
    the currency."""
    if money is None or money.currency in CURRENCIES_LACKING or is_without_lower_end(money):
        return None
    return {"amount": sign * number(money.amount), "currency": money.currency}


def number(amount: Decimal) -> int | float:
    """The number that JSON has for a decimal: a whole one exactly, another as near as a double comes."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def is_exact(amount: Decimal) -> bool:
    """Whether programs that read all numbers as doubles read the same amount."""
    return Decimal(repr(float(amount))) == amount


def is_without_lower_end(money: Money) -> bool:
    """Whether only an upper end is given (``up to USD 3bn``)."""
    return money.amount_high is not None and money.amount == 0


def inexact_money(money: Money | None) -> dict[str, Any]:
    """For the extension: whether an amount is approximate, and the amount itself where the number is not the same."""
    if money is None:
        return {}
    if money.amount_high is not None:
        return {"approximate": money.approximate or None, "amount": str(money)}
    is_lost = money.currency in CURRENCIES_LACKING or not is_exact(money.amount)
    return {
        "approximate": money.approximate or None,
        "amount": f"{money.currency} {plain(money.amount)}" if is_lost else None,
    }


def fits(when: When) -> bool:
    """Whether a date is one day, which is what a date-time can hold."""
    return when.is_day


def day_text(when: When | None) -> str | None:
    """The date-time of a date that is one day, at whose beginning it stands; None for any other."""
    return None if when is None or not when.is_day or when.earliest is None else _at_midnight(when.earliest)


def due_text(due: When | None) -> str | None:
    """The day by which something is due: the end of a window, if it is a day without qualifiers."""
    if due is None:
        return None
    end = due.text.rpartition("/")[2]
    return None if end in ("", "..") or end[0] in "[." else day_text(When.parse(end))


def _at_midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def inexact_date(when: When | None, name: str) -> dict[str, Any]:
    """For the extension: a date that is no single day, with its text and the first and last day that it allows."""
    return {} if when is None or when.is_day else whole_date(when, name)


def whole_date(when: When | None, name: str) -> dict[str, Any]:
    """For the extension: a date that the standard has no field for."""
    if when is None:
        return {}
    first, last = when.earliest, when.latest
    return {
        name: {
            "edtf": when.text,
            "earliest": None if first is None else first.isoformat(),
            "latest": None if last is None else last.isoformat(),
        }
    }


def text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)


def filled(value: Any) -> Any:
    """The value without what is None or empty, at any depth."""
    if type(value) is dict:
        parts = [(name, filled(part)) for name, part in value.items() if part is not None]
        return {name: part for name, part in parts if part not in ({}, [])}
    return [filled(part) for part in value] if type(value) is list else value
