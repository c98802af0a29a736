"""Amounts of money of sheets: ``800``, ``~800m``, ``5 €``, ``USD 5bn``, ``5-6 million``, ``up to 3bn``, ``2bn+``.

A cell that is not understood to its last sign is refused, and so is the sign of another currency than the mapping's.
"""

from __future__ import annotations

import re

from armsledger.domain.errors import quoted
from armsledger.domain.values.money import MAGNITUDES
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.amount import ABOUT, TO, UP_TO, approximate_sign, bounds, refuse_twice
from armsledger.exchange.spreadsheets.cell import Cell, as_text
from armsledger.exchange.spreadsheets.number import LONGEST, NUMBER, Scale

MAGNITUDE = rf"(?:{'|'.join(sorted(filter(None, MAGNITUDES), key=len, reverse=True))})(?![A-Za-z])"
SIGN = r"[^\s0-9~≈+.,\-\u2013]{1,4}\.?"
"""A code or a sign of a currency; `SIGNS` says which."""
FORM = re.compile(
    rf"(?:(?P<upto>{UP_TO})\s+)?(?:(?P<about>{ABOUT})\s*)?(?:(?P<before>{SIGN})\s*)?"
    rf"(?P<low>{NUMBER})(?:\s*(?P<of_low>{MAGNITUDE}))?"
    rf"(?:{TO}(?P<high>{NUMBER})(?:\s*(?P<of_high>{MAGNITUDE}))?|(?P<open>\+))?"
    rf"(?:\s*(?P<after>{SIGN}))?",
    re.IGNORECASE,
)
CODE = re.compile(r"[A-Z]{3}")
DOLLARS = [
    "USD",
    "AUD",
    "CAD",
    "NZD",
    "SGD",
    "HKD",
    "TWD",
    "BBD",
    "BMD",
    "BND",
    "BSD",
    "BZD",
    "FJD",
    "GYD",
    "JMD",
    "KYD",
    "LRD",
    "NAD",
    "SBD",
    "SRD",
    "TTD",
    "XCD",
    "ARS",
    "CLP",
    "COP",
    "CUP",
    "DOP",
    "MXN",
    "UYU",
]
"""Currencies that are written with ``$``: dollars and pesos."""
SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "£": ("GBP", "EGP", "GIP", "FKP", "LBP", "SDG", "SHP", "SSP", "SYP"),
    "$": tuple(DOLLARS),
    "US$": ("USD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "NZ$": ("NZD",),
    "S$": ("SGD",),
    "HK$": ("HKD",),
    "NT$": ("TWD",),
    "R$": ("BRL",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR", "SCR"),
    "₽": ("RUB",),
    "₩": ("KRW", "KPW"),
    "₪": ("ILS",),
    "₺": ("TRY",),
    "₴": ("UAH",),
    "₫": ("VND",),
    "₱": ("PHP",),
    "₦": ("NGN",),
    "฿": ("THB",),
    "₸": ("KZT",),
    "₾": ("GEL",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}
REMEDY = "write the number alone, or whole as in USD 5bn, ~USD 800m, EUR 6-7bn or up to USD 3bn"


def money_text(cell: Cell, currency: str, scale: Scale) -> str:
    """The amount as dossiers have it, ``~USD 800m``; ``currency`` is for cells that name none.

    Raises InvalidCell for a cell that is not wholly understood, and for the sign of another currency.
    """
    text = as_text(cell)
    match = FORM.fullmatch(text) if len(text) <= LONGEST else None
    if match is None or (match["upto"] and (match["high"] or match["open"])) or (match["before"] and match["after"]):
        raise _refusal(text)
    own = match["before"] or match["after"] or ""
    code = _currency(text, own, currency) if own else currency
    if not code:
        raise InvalidCell(f"{quoted(text)} names no currency", "add currency: to the column in the mapping")
    _check_multiplied(text, match, code, currency, scale)
    magnitudes = match["of_low"] or "", match["of_high"] or ""
    numbers = bounds(match, scale.mark_of(cell), scale, magnitudes)
    if numbers is None:
        raise _refusal(text)
    return f"{'up to ' if match['upto'] else ''}{approximate_sign(match)}{code} {numbers}"


def _check_multiplied(text: str, match: re.Match[str], code: str, currency: str, scale: Scale) -> None:
    """Refuse an amount that the mapping would multiply although it is whole."""
    if match["of_low"] or match["of_high"]:
        refuse_twice(text, scale)
    if scale.multiply is not None and (code != currency or (match["before"] or "") == code):
        raise InvalidCell(f"{quoted(text)} is a whole amount, and the mapping multiplies it", "write the number alone")


def _currency(text: str, sign: str, currency: str) -> str:
    """The currency that a sign or code in a cell means."""
    if CODE.fullmatch(sign):
        return sign
    meant = SIGNS.get(sign) or SIGNS.get(sign.removesuffix("."))
    if meant is None:
        raise InvalidCell(f"{quoted(sign)} in {quoted(text)} is not understood", REMEDY)
    if currency in meant or (not currency and len(meant) == 1):
        return currency or meant[0]
    if not currency:
        raise InvalidCell(
            f"{quoted(sign)} in {quoted(text)} may be {' or '.join(meant[:4])}",
            "add currency: to the column in the mapping",
        )
    raise InvalidCell(
        f"{quoted(text)} has the sign of another currency than {quoted(currency)}",
        "write the currency's code in a column of its own",
    )


def _refusal(text: str) -> InvalidCell:
    return InvalidCell(f"{quoted(text)} is not an amount of money that can be read to its end", REMEDY)
