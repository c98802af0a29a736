"""One row of a register: the deal that it lists, in the register's words, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from armsledger.domain.errors import InvalidValue
from armsledger.exchange.sipri.columns import FLAGGED

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
VOLUMES: Final = ("volume_per_unit", "volume_ordered", "volume_delivered")
PartyOf = Callable[[str], str]


class Key(NamedTuple):
    """What a row is recognised by in another release, where there are no ids."""

    recipient: str
    supplier: str
    designation: str
    order_year: str


class Row(NamedTuple):
    """A row, the line that it begins on, and its number among those of its release."""

    line: int
    words: dict[str, Any]
    buyer: str
    supplier: str
    number: int = 0

    @property
    def key(self) -> Key:
        """What it is recognised by in another release."""
        return key_of(self.words, self.buyer, self.supplier)


class BadCell(Exception):
    """A cell that says nothing that could be recorded; ``what`` is wrong with it, and what to write in its place."""

    def __init__(self, column: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.column = column
        self.what = what
        self.remedy = remedy


def key_of(words: Words, buyer: str, supplier: str) -> Key:
    """The key, with parties by their codes, so that a renamed country is the same."""
    year = str(words.get("order_year", "")).rstrip(FLAG)
    return Key(buyer, supplier, " ".join(str(words["designation"]).split()).casefold(), year)


def read_row(cells: Mapping[str, str], last_year: int, party_of: PartyOf) -> tuple[dict[str, Any], str, str, list[str]]:
    """The words of a row, its buyer and supplier, and how it was put right; raises BadCell.

    ``last_year`` is the one of the release: nothing is ordered or delivered after it.
    """
    repairs: list[str] = []
    words: dict[str, Any] = {name: cells[name] for name in TEXTS if cells.get(name, "").strip()}
    for name in ("recipient", "supplier", "designation"):
        if name not in words:
            raise BadCell(name, "it is blank", "every row of a register names it")
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
                raise BadCell(name, f"{text!r} is no number of millions", "write digits with a point, such as 13.86")
            words[name] = text
    return words, parties[0], parties[1], repairs


def years_of(text: str, last_year: int) -> tuple[int, int]:
    """The first and the last year of a list such as ``2021; 2022``; raises BadCell."""
    parts = YEAR_PARTS.split(text.strip())
    for part in parts:
        _check_year("years", part, last_year)
    numbers = [int(part) for part in parts]
    return min(numbers), max(numbers)


def _party(column: str, name: str, party_of: PartyOf) -> str:
    try:
        return party_of(name)
    except InvalidValue as error:
        raise BadCell(column, error.message, error.remedy) from error


def _flagged(name: str, cells: Mapping[str, str], repairs: list[str], last_year: int) -> str:
    """A year or number with its mark of uncertain data behind it, ``10?``; the mark alone where it is blank."""
    text, mark = cells[name].strip(), cells.get(f"{name}_flag", "").strip().casefold()
    if text.endswith(FLAG):
        text, mark = text.removesuffix(FLAG).strip(), FLAG
    if mark not in SAYS_YES | SAYS_NO:
        raise BadCell(name, f"its flag is {mark!r}", "write ? for uncertain data, or leave it blank")
    if whole := WHOLE.fullmatch(text):
        repairs.append(f"{text} is {whole[1]}")
        text = whole[1]
    if text:
        if name.endswith("year"):
            _check_year(name, text, last_year)
        elif COUNT.fullmatch(text) is None:
            raise BadCell(name, f"{text!r} is no whole number", "write digits alone, or leave it blank if unknown")
    return text + (FLAG if mark in SAYS_YES else "")


def _check_year(column: str, text: str, last_year: int) -> None:
    if YEAR.fullmatch(text) is None or not FIRST_YEAR <= int(text) <= last_year:
        raise BadCell(
            column, f"{text!r} is no year from {FIRST_YEAR} to {last_year}", "write years of four digits, 2021; 2022"
        )
