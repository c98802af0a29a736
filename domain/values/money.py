"""Amounts of money as sources state them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from armsledger.domain.values.quoted import quoted

MAGNITUDES = {
    "": 1,
    "k": 10**3,
    "thousand": 10**3,
    "lakh": 10**5,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "million": 10**6,
    "crore": 10**7,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "tn": 10**12,
    "trillion": 10**12,
}
SHOWN = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"))
FORM = re.compile(
    r"(?P<approximate>~?)\s*(?P<currency>[A-Z]{3})\s*(?P<number>-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3})(?:\.[0-9]+)?)"
    r"\s*(?P<magnitude>[A-Za-z]*)"
)
MAX_DIGITS = 24
LONGEST_TEXT = 100
REMEDY = "write a currency code and an amount, such as 'USD 5bn', '~USD 800m' or 'INR 60bn'"


class Money(BaseModel):
    """An amount in one currency: a decimal, an ISO 4217 code, and whether the source rounds it.

    Never a float; amounts of different currencies are never added or compared.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Decimal = Field(ge=0, allow_inf_nan=False)
    currency: str = Field(pattern="^[A-Z]{3}$")
    approximate: bool = False

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text is read in Python; stored JSON is decoded without a call into Python."""
        stored = handler(source)
        read = core_schema.no_info_before_validator_function(cls._read, stored)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=read)

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, int | float | Decimal):
            raise ValueError(f"{quoted(value)} names no currency; {REMEDY}")
        if isinstance(value, Mapping) and isinstance(value.get("amount"), str | int | float | Decimal):
            return {**value, "amount": _one_form(value["amount"])}
        return value

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read ``~USD 5.43bn``; raises ValueError with a remedy."""
        match = FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{quoted(text)} is not an amount of money; {REMEDY}")
        factor = MAGNITUDES.get(match["magnitude"].lower())
        if factor is None:
            raise ValueError(
                f"{quoted(match['magnitude'])} in {quoted(text)} is no known magnitude; use k, m, bn, tn, lakh or crore"
            )
        if match["number"].startswith("-"):
            raise ValueError(f"{quoted(text)} is negative; a refund is recorded as payment-refunded")
        amount = _exact(match["number"].replace(",", ""), factor, text)
        return cls(amount=amount, currency=match["currency"], approximate=bool(match["approximate"]))

    def __str__(self) -> str:
        sign = "~" if self.approximate else ""
        for size, name in SHOWN:
            scaled = self.amount / size
            if self.amount >= size and _digits(scaled) <= 5:
                return f"{sign}{self.currency} {plain(scaled)}{name}"
        return f"{sign}{self.currency} {self.amount:,f}"


def _exact(number: str, factor: int, text: str) -> Decimal:
    if len(number) > MAX_DIGITS:
        raise ValueError(f"{quoted(text, 40)} has more than {MAX_DIGITS} digits; {REMEDY}")
    return Decimal(plain(Decimal(number) * factor))


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros behind the point."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _one_form(amount: str | float | Decimal) -> Any:
    """``1E+3`` and ``1000.0`` in the one form in which amounts are stored; what is no number is left as it is."""
    if isinstance(amount, str) and len(amount) > LONGEST_TEXT:
        raise ValueError(f"{quoted(amount, 40)} has more than {MAX_DIGITS} digits; {REMEDY}")
    try:
        number = Decimal(str(amount) if isinstance(amount, float) else amount)
    except InvalidOperation:
        return amount
    if not number.is_finite():
        return amount
    if not -MAX_DIGITS < number.adjusted() < MAX_DIGITS or len(number.as_tuple().digits) > MAX_DIGITS:
        raise ValueError(f"{quoted(amount, 40)} has more than {MAX_DIGITS} digits; {REMEDY}")
    return plain(number) if number else "0"  # also for -0


def _digits(number: Decimal) -> int:
    return len(plain(number).replace(".", "").rstrip("0") or "0")


def add_money(sums: tuple[Money, ...], amount: Money) -> tuple[Money, ...]:
    """One sum per currency, in the order in which the currencies first came."""
    for index, known in enumerate(sums):
        if known.currency == amount.currency:
            both = Money.model_construct(
                amount=known.amount + amount.amount,
                currency=known.currency,
                approximate=known.approximate or amount.approximate,
            )
            return (*sums[:index], both, *sums[index + 1 :])
    return (*sums, amount)


def show_money(sums: Iterable[Money]) -> str:
    """Sums side by side, ``USD 5bn + INR 60bn``; empty text for none."""
    return " + ".join(str(amount) for amount in sums)
