"""Amounts of money as sources state them, and shares of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.limits import LONGEST_NUMBER, NUMBER_DIGITS
from armsledger.domain.values.exact import CONTEXT, Exact
from armsledger.domain.values.pattern import Pattern
from armsledger.domain.values.value import Amount, Checked, ReadInPython, StoredInFigures

MAGNITUDES = {
    "": 1,
    "k": 10**3,
    "thousand": 10**3,
    "lakh": 10**5,
    "lac": 10**5,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "million": 10**6,
    "crore": 10**7,
    "cr": 10**7,
    "b": 10**9,
    "bn": 10**9,
    "bln": 10**9,
    "billion": 10**9,
    "milliard": 10**9,
    "tn": 10**12,
    "trn": 10**12,
    "trillion": 10**12,
}
SHOWN = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"))
NUMBER = r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3})(?:\.[0-9]+)?"
THOUSANDTHS = Pattern(r"[1-9][0-9]{0,2}\.[0-9]{3}")
FORM = Pattern(
    r"(?:(?P<upto>up to)\s+)?(?P<approximate>~?)\s*(?P<currency>[A-Z]{3})\s*"
    rf"(?P<number>-?{NUMBER})\s*(?P<magnitude>[A-Za-z]*)"
    rf"(?:\s*[-\u2013]\s*(?P<high>{NUMBER})\s*(?P<of_high>[A-Za-z]*)|(?P<open>\+))?"
)
REMEDY = "write a currency code and an amount, such as 'USD 5bn', '~USD 800m', 'EUR 6.5bn-7bn' or 'up to USD 3bn'"

Sum = Annotated[Decimal, Checked(ge=0, allow_inf_nan=False), StoredInFigures()]


@dataclass(frozen=True)
class Money(Amount):
    """An amount in one currency, or a range of amounts: decimals, an ISO 4217 code, and whether the source rounds it.

    ``amount`` is the amount, or the lower end of a range; ``amount_high`` is the upper end, ``"open"`` where there is
    none (``USD 2bn+``), None for an amount. Never a float; amounts of different currencies are never added or compared.
    """

    amount: Sum
    currency: Annotated[str, Checked(pattern="^[A-Z]{3}$")]
    approximate: bool = False
    amount_high: Sum | Literal["open"] | None = None

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, str):
            return cls.read(value)
        if isinstance(value, int | float | Decimal):
            raise InvalidValue(f"{quoted(value)} names no currency", REMEDY)
        if isinstance(value, Mapping):
            number = str | int | float | Decimal
            ends = {
                name: _stored_form(value[name])
                for name in ("amount", "amount_high")
                if isinstance(value.get(name), number)
            }
            _check_ends(ends.get("amount"), ends.get("amount_high"), value)
            return {**value, **ends}
        return value

    @classmethod
    def read(cls, text: str) -> Money:
        """What people write, in the plain form or in words (`money_phrases`); raises InvalidValue."""
        from armsledger.domain.values.currency_names import CODES_IN_USE

        match = FORM.fullmatch(text.strip())
        if match is not None and match["currency"] not in CODES_IN_USE and not _may_be_thousands(match):
            return cls._of(match, text)
        from armsledger.domain.values.money_phrases import plain_money  # whoever writes the plain form never loads it

        return cls.parse(plain_money(text))

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read the plain form, ``~USD 5.43bn``; raises InvalidValue."""
        match = FORM.fullmatch(text.strip())
        if match is None:
            raise InvalidValue(f"{quoted(text)} is not an amount of money", REMEDY)
        return cls._of(match, text)

    @classmethod
    def _of(cls, match: re.Match[str], text: str) -> Money:
        if match["number"].startswith("-"):
            raise InvalidValue(f"{quoted(text)} is negative", "a refund is recorded as payment-refunded")
        if match["upto"] and (match["high"] or match["open"]):
            raise InvalidValue(f"{quoted(text)} has two upper ends", REMEDY)
        magnitude = match["magnitude"] or match["of_high"] or ""  # in EUR 6-7bn the lower end is of billions, too
        amount = _exact(match["number"].replace(",", ""), _factor(magnitude, text), text)
        high: Any = "open" if match["open"] else None
        if match["high"]:
            high = _exact(match["high"].replace(",", ""), _factor(match["of_high"] or "", text), text)
        if match["upto"]:
            amount, high = Decimal(0), amount
        _check_ends(amount, high, text)
        return cls(amount, match["currency"], bool(match["approximate"]), high)

    @property
    def least(self) -> Decimal:
        """The amount, or the lower end of a range, as a number that adds up exactly."""
        return Exact(self.amount)

    @property
    def most(self) -> Decimal:
        """The upper end: the amount itself where it is no range, infinite where it is open."""
        if self.amount_high is None:
            return Exact(self.amount)
        return Exact("Infinity" if self.amount_high == "open" else self.amount_high)

    @property
    def measure(self) -> str:
        """The currency."""
        return self.currency

    def of(self, amount: Decimal) -> Money:
        """So much of the same currency."""
        return Money(Decimal(amount), self.currency, self.approximate)

    def plus(self, other: Money) -> Money | None:
        """The sum of two amounts of one currency."""
        if other.currency != self.currency:
            return None
        high: Any = None
        if self.amount_high is not None or other.amount_high is not None:
            most = self.most + other.most
            high = Decimal(most) if most.is_finite() else "open"
        return Money(Decimal(self.least + other.least), self.currency, self.approximate or other.approximate, high)

    def __str__(self) -> str:
        sign = "~" if self.approximate else ""
        if self.amount_high is None:
            return f"{sign}{self.currency} {_short(self.amount)}"
        if self.amount_high == "open":
            return f"{sign}{self.currency} {_short(self.amount)}+"
        if self.amount == 0:
            return f"up to {sign}{self.currency} {_short(self.amount_high)}"
        low, high = _short(self.amount), _short(self.amount_high)
        if low[-1].isdecimal():  # in USD 6-7bn the lower end would be read as billions, too
            high = _in_full(self.amount_high)
        return f"{sign}{self.currency} {low}-{high}"


def _short(amount: Decimal) -> str:
    for size, name in SHOWN:
        scaled = CONTEXT.divide(amount, Decimal(size))
        if amount >= size and _digits(scaled) <= 5:
            return f"{plain(scaled)}{name}"
    return _in_full(amount)


def _in_full(amount: Decimal) -> str:
    """With a nought at the end where ``1.234`` would be read as 1,234, as in half of Europe."""
    text = f"{amount:,f}"
    return f"{text}0" if THOUSANDTHS.fullmatch(text) else text


def _factor(magnitude: str, text: str) -> int:
    word = magnitude.lower()
    factor = MAGNITUDES.get(word)
    if factor is None and len(word) > len("lacs"):
        factor = MAGNITUDES.get(word.removesuffix("s"))
    if factor is None:
        unknown = f"{quoted(magnitude)} in {quoted(text)} is no known magnitude"
        raise InvalidValue(unknown, "use k, m, bn, tn, lakh or crore")
    return factor


def _may_be_thousands(match: re.Match[str]) -> bool:
    """Whether a point stands before three figures of no magnitude: ``EUR 1.234`` is 1,234 euros in half of Europe."""
    return not (match["magnitude"] or match["of_high"]) and re.search(r"\.[0-9]{3}(?![0-9])", match[0]) is not None


def _exact(number: str, factor: int, text: str) -> Decimal:
    if len(number) > NUMBER_DIGITS:
        raise _too_long(text, REMEDY)
    return Decimal(plain(Decimal(number) * factor))


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros behind the point."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stored_form(amount: str | float | Decimal) -> Any:
    """``1E+3`` and ``1000.0`` in the one form in which amounts are stored; what is no number is left as it is."""
    number = _number(amount, REMEDY)
    if number is None or not number.is_finite():
        return amount
    return plain(number) if number else "0"  # also for -0


def _check_ends(amount: Any, high: Any, value: Any) -> None:
    """Refuse a range of which the upper end is not above the lower one; what is no number is left as it is."""
    low, top = (None if end is None else _number(end, REMEDY) for end in (amount, high))
    if low is not None and top is not None and low.is_finite() and top.is_finite() and top <= low:
        raise InvalidValue(f"{quoted(value)} ends before it begins", REMEDY)


def _number(value: str | float | Decimal, remedy: str) -> Decimal | None:
    """The number that is given, None for what is none.

    Refuses a number that is short to write and endless to show, such as ``1e-999999999``.
    """
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        raise _too_long(value, remedy)
    try:
        number = Decimal(str(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return None
    if number.is_finite() and not -NUMBER_DIGITS < number.adjusted() < NUMBER_DIGITS:
        raise _too_long(value, remedy)
    if len(number.as_tuple().digits) > NUMBER_DIGITS:
        raise _too_long(value, remedy)
    return number


def _too_long(value: Any, remedy: str) -> InvalidValue:
    return InvalidValue(f"{quoted(value, 40)} has more than {NUMBER_DIGITS} digits", remedy)


def _digits(number: Decimal) -> int:
    return len(plain(number).replace(".", "").rstrip("0") or "0")


PER_CENT = Pattern(r"([0-9.]+)\s*(?:%|per ?cent|percent)")


def _read_share(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return value
    if isinstance(value, str) and (match := PER_CENT.fullmatch(value.strip())) is not None:
        value = match[1]
    number = _number(value, "write a share such as 15 or 12.5")
    return value if number is None else number


Share = Annotated[Decimal, Checked(ge=0, le=100), StoredInFigures(), ReadInPython(_read_share)]
"""Per cent, 0 to 100, exactly as the source has it."""
