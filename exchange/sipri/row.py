"""Rows of a register: the deal that each lists, in the register's words, checked cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import InvalidValue
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.sipri.columns import FLAGGED
from armsledger.exchange.slug import slug

Words = Mapping[str, Any]
"""The fields of a listing that its row gives, to the letter: ``{"ordered": "10?", "years": "2021; 2022"}``."""
FLAG: Final = "?"
FIRST_YEAR: Final = 1900
YEAR: Final = re.compile(r"[12][0-9]{3}")
COUNT: Final = re.compile(r"[0-9]{1,9}")
WHOLE: Final = re.compile(r"([0-9]{1,9})\.0+")
VOLUME: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
YEAR_PARTS: Final = re.compile(r"\s*[;,/]\s*")
SAYS_YES: Final = frozenset({"?", "yes", "true", "1", "y"})
SAYS_NO: Final = frozenset({"", "no", "false", "0", "n"})
TEXTS: Final = (
    "reference",
    "recipient",
    "supplier",
    "designation",
    "description",
    "category",
    "condition",
    "comment",
    "estimate",
    "local_production",
)
ABOUT_OTHERS: Final = ("rows", "perhaps", "revisions", "renamed")
"""Fields of a listing that are about other rows and releases."""
SLUG_LENGTH: Final = 60
VOLUMES: Final = ("volume_per_unit", "volume_ordered", "volume_delivered")
PartyOf = Callable[[str], str]


RowKey = tuple[str, str, str, str]
"""What identifies a row in another release, if it has no id: parties by their codes, designation, year of order."""


class RegisterRow(NamedTuple):
    """A row, the line that it begins on, its number among the rows of its release, and its deal if that is known."""

    line: int
    words: dict[str, Any]
    buyer: str
    supplier: str
    number: int = 0
    deal: str | None = None

    @property
    def key(self) -> RowKey:
        """What identifies the row in another release."""
        return key_of(self.words, self.buyer, self.supplier)

    @property
    def deal_key(self) -> str:
        """The key of a new deal of this row, from buyer, supplier, year of order and designation."""
        parts = (self.buyer, self.supplier, order_year(self.words), str(self.words["designation"]))
        slugs = (slug(part)[:SLUG_LENGTH].strip("-") for part in parts)
        return "-".join(part for part in slugs if part)


def key_of(words: Words, buyer: str, supplier: str) -> RowKey:
    """What identifies a row of these words and parties."""
    return buyer, supplier, folded(words["designation"]), words.get("order_year", "").rstrip(FLAG)


@lru_cache(maxsize=1 << 15)
def folded(name: str) -> str:
    """A name as it is compared: whatever its case and blanks."""
    return " ".join(name.split()).casefold()


def order_year(words: Words) -> str:
    """The year of order without its mark of uncertain data; blank if it is unknown."""
    return str(words.get("order_year", "")).rstrip(FLAG)


def own_words(words: Words) -> dict[str, Any]:
    """The words without what they say about other rows and releases."""
    return {name: value for name, value in words.items() if name not in ABOUT_OTHERS}


def all_words(words: Words) -> tuple[tuple[str, str], ...]:
    """All words of a row, to be compared with those of another row."""
    return tuple(sorted((name, str(value)) for name, value in own_words(words).items()))


def is_undelivered(words: Words) -> bool:
    """Whether a row is an order without deliveries."""
    return "years" not in words and not words.get("deliveries")


def read_row(cells: Mapping[str, str], last_year: int, party_of: PartyOf) -> tuple[dict[str, Any], str, str, list[str]]:
    """The words of a row, its buyer and supplier, and what was repaired; raises InvalidCell.

    ``last_year`` is that of the release: no deal of it is ordered or delivered later.
    """
    repairs: list[str] = []
    words: dict[str, Any] = {name: cells[name] for name in TEXTS if cells.get(name, "").strip()}
    for name in ("recipient", "supplier", "designation"):
        if name not in words:
            raise InvalidCell("it is blank", "every row of a register names it", name)
    parties = [_party(name, words[name], party_of) for name in ("recipient", "supplier")]
    for name in FLAGGED:
        if name in cells:
            text = _flagged(name, cells, repairs, last_year)
            if text:
                words[name] = text
    if years := cells.get("years", "").strip():
        words["years"] = cells["years"]
        years_of(years, last_year)
    for name in VOLUMES:
        if text := cells.get(name, "").strip():
            if VOLUME.fullmatch(text) is None:
                raise InvalidCell(
                    f"{text!r} is no number of millions", "write digits with a point, such as 13.86", name
                )
            words[name] = text
    return words, parties[0], parties[1], repairs


def years_of(text: str, last_year: int) -> tuple[int, int]:
    """The first and the last year of a list such as ``2021; 2022``; raises InvalidCell."""
    parts = YEAR_PARTS.split(text.strip())
    for part in parts:
        _check_year("years", part, last_year)
    numbers = [int(part) for part in parts]
    return min(numbers), max(numbers)


def _party(column: str, name: str, party_of: PartyOf) -> str:
    try:
        return party_of(name)
    except InvalidValue as error:
        raise InvalidCell(error.message, error.remedy, column) from error


def _flagged(name: str, cells: Mapping[str, str], repairs: list[str], last_year: int) -> str:
    """A year or number with its mark of uncertain data behind it, ``10?``; the mark alone if the cell is blank."""
    text, mark = cells[name].strip(), cells.get(f"{name}_flag", "").strip().casefold()
    if text.endswith(FLAG):
        text, mark = text.removesuffix(FLAG).strip(), FLAG
    if mark not in SAYS_YES | SAYS_NO:
        raise InvalidCell(f"its flag is {mark!r}", "write ? for uncertain data, or leave it blank", name)
    if whole := WHOLE.fullmatch(text):
        repairs.append(f"{text} is {whole[1]}")
        text = whole[1]
    if text:
        if name.endswith("year"):
            _check_year(name, text, last_year)
        elif COUNT.fullmatch(text) is None:
            raise InvalidCell(f"{text!r} is no whole number", "write digits alone, or leave it blank if unknown", name)
    return text + (FLAG if mark in SAYS_YES else "")


def _check_year(column: str, text: str, last_year: int) -> None:
    if YEAR.fullmatch(text) is None or not FIRST_YEAR <= int(text) <= last_year:
        message = f"{text!r} is no year from {FIRST_YEAR} to {last_year}"
        raise InvalidCell(message, "write years of four digits, 2021; 2022", column)
