"""The columns of SIPRI's exports, and how their header is recognised after other programs have saved the file.

There are two layouts. The *register* has one row a deal, with all years of delivery in one cell; the columns after a
year or number are flags, whose headers are blank. *Deals and TIVs* has one row for each deal and year of delivery, with
ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

REGISTER_COLUMNS: Final = {
    "recipient": "Recipient",
    "supplier": "Supplier",
    "order_year": "Year of order",
    "order_year_flag": " ",
    "ordered": "Number ordered",
    "ordered_flag": " ",
    "designation": "Weapon designation",
    "description": "Weapon description",
    "delivered": "Number delivered",
    "delivered_flag": " ",
    "years": "Year(s) of delivery",
    "condition": "status",
    "comment": "Comments",
    "volume_per_unit": "SIPRI TIV per unit",
    "volume_ordered": "SIPRI TIV for total order",
    "volume_delivered": "SIPRI TIV of delivered weapons",
}
"""The columns of the register, and their headers."""
DEALS_COLUMNS: Final = {
    "reference": "SIPRI AT Database ID",
    "supplier": "Supplier",
    "recipient": "Recipient",
    "designation": "Designation",
    "description": "Description",
    "category": "Armament category",
    "order_year": "Order date",
    "order_year_flag": "Order date is estimate",
    "delivered": "Numbers delivered",
    "delivered_flag": "Numbers delivered is estimate",
    "delivery_year": "Delivery year",
    "delivery_year_flag": "Delivery year is estimate",
    "condition": "Status",
    "estimate": "SIPRI estimate",
    "volume_per_unit": "TIV deal unit",
    "volume_delivered": "TIV delivery values",
    "local_production": "Local production",
}
"""The columns of deals and TIVs, and their headers."""
RELEASED: Final = "released"
"""The column with the release of each row, in a file of several releases."""
ALIASES: Final[Mapping[str, str]] = {
    **{
        header.casefold(): name
        for name, header in (*DEALS_COLUMNS.items(), *REGISTER_COLUMNS.items())
        if header.strip()
    },
    "buyer": "recipient",
    "country": "recipient",
    "recipient country": "recipient",
    "supplier country": "supplier",
    "year": "order_year",
    "order year": "order_year",
    "year ordered": "order_year",
    "ordered": "ordered",
    "delivered": "delivered",
    "number of deliveries": "delivered",
    "numbers ordered": "ordered",
    "weapon": "designation",
    "weapon name": "designation",
    "weapon category": "description",
    "weapon type": "description",
    "years of deliveries": "years",
    "year(s) of deliveries": "years",
    "seller": "supplier",
    "deal id": "reference",
    "number of order": "ordered",
    "years of delivery": "years",
    "year of delivery": "years",
    "comment": "comment",
    "tiv per unit": "volume_per_unit",
    "tiv total order": "volume_ordered",
    "tiv for total order": "volume_ordered",
    "tiv delivered": "volume_delivered",
    "tiv of delivered weapons": "volume_delivered",
    "order uncertain": "order_year_flag",
    "n ordered uncertain": "ordered_flag",
    "n delivered uncertain": "delivered_flag",
    "release generated": RELEASED,
    "released": RELEASED,
}
FLAGGED: Final = ("order_year", "ordered", "delivered", "delivery_year")
"""Columns that are followed by a flag of uncertain data."""
DELIMITERS: Final = (",", ";", "\t")
VOLUMES: Final = frozenset({"volume_per_unit", "volume_ordered", "volume_delivered"})
NEEDED: Final = frozenset({"recipient", "supplier", "designation"})
OWN_HEADERS: Final = frozenset(
    header.casefold() for header in (*DEALS_COLUMNS.values(), *REGISTER_COLUMNS.values(), RELEASED) if header.strip()
)
"""The headers of SIPRI's own, and the one with the release of each row."""
TAIL: Final = re.compile(r"[;,\s]+$")


class Layout(NamedTuple):
    """The names of the columns in the order of the file (None for an unknown one), and the delimiter."""

    columns: tuple[str | None, ...]
    delimiter: str

    @property
    def is_by_year(self) -> bool:
        """Whether there is a row for each year of delivery."""
        return "delivery_year" in self.columns

    @property
    def last_text(self) -> int | None:
        """The place of the comment, if nothing but volumes comes after it."""
        if "comment" not in self.columns:
            return None
        place = self.columns.index("comment")
        return place if all(name in VOLUMES for name in self.columns[place + 1 :]) else None

    @property
    def several_releases(self) -> bool:
        """Whether the file has rows of several releases."""
        return RELEASED in self.columns


def layout_of(line: str) -> Layout | None:
    """The layout of a header; None if the line is no header."""
    for delimiter in DELIMITERS:
        columns = _names(_headers(line, delimiter))
        if columns.count(None) * 2 < len(columns) and set(columns) >= NEEDED:
            return Layout(columns, delimiter)
    return None


class HeaderNote(NamedTuple):
    """A header that is not SIPRI's own, and the name of the column that it was taken for; None for an unknown one."""

    header: str
    column: str | None

    def __str__(self) -> str:
        if self.column is None:
            return f"the header {self.header!r} is none of the register's: its column was left out"
        return f"the header {self.header!r} was taken for {label_of(self.column)!r}"


def notes_on(line: str, layout: Layout) -> list[HeaderNote]:
    """The headers of a line that are not SIPRI's own."""
    headers = _headers(line, layout.delimiter)
    return [
        HeaderNote(header, name)
        for header, name in zip(headers, layout.columns, strict=True)
        if header and _plain(header) not in OWN_HEADERS and not (name and _stands_for_blank(header))
    ]


def doubled(line: str, layout: Layout) -> tuple[str, list[str]] | None:
    """A column that several headers name, and these headers."""
    headers = _headers(line, layout.delimiter)
    for name in layout.columns:
        if name is not None and layout.columns.count(name) > 1:
            same = [header for header, other in zip(headers, layout.columns, strict=True) if other == name]
            return label_of(name), same
    return None


def label_of(name: str) -> str:
    """A column as SIPRI calls it."""
    base = name.removesuffix("_flag")
    label = REGISTER_COLUMNS.get(base) or DEALS_COLUMNS.get(base) or base
    return label if base == name else f"the mark of uncertain data of {label}"


def _headers(line: str, delimiter: str) -> list[str]:
    return [header.strip().strip('"').strip() for header in TAIL.sub("", line).split(delimiter)]


def _plain(header: str) -> str:
    return " ".join(header.replace("_", " ").casefold().split())


def _names(headers: Sequence[str]) -> tuple[str | None, ...]:
    """The names of the columns. A blank header, or what a program made of it, is the flag of the column before."""
    names: list[str | None] = []
    for header in headers:
        name = ALIASES.get(_plain(header))
        before = names[-1] if names else None
        if name is None and before in FLAGGED and _stands_for_blank(header):
            name = f"{before}_flag"
        names.append(name)
    if "delivery_year" not in names and "years" not in names and names.count("order_year") == 2 and len(names) > 1:
        plain = [_plain(header) for header in headers]
        if plain.count("year") == 1 and names[plain.index("year")] == "order_year":
            names[plain.index("year")] = "delivery_year"  # of a row for each year
    return tuple(names)


def _stands_for_blank(header: str) -> bool:
    return header in ("", "?") or header.casefold().startswith(("unnamed", "..."))
