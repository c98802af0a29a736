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
NEEDED: Final = frozenset({"recipient", "supplier", "designation"})
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
    def several_releases(self) -> bool:
        """Whether the file has rows of several releases."""
        return RELEASED in self.columns


def layout_of(line: str) -> Layout | None:
    """The layout of a header; None if the line is no header."""
    text = TAIL.sub("", line)
    for delimiter in DELIMITERS:
        columns = _names([header.strip().strip('"') for header in text.split(delimiter)])
        if columns.count(None) * 2 < len(columns) and set(columns) >= NEEDED:
            return Layout(columns, delimiter)
    return None


def _names(headers: Sequence[str]) -> tuple[str | None, ...]:
    """The names of the columns. A blank header, or what a program made of it, is the flag of the column before."""
    names: list[str | None] = []
    for header in headers:
        name = ALIASES.get(" ".join(header.replace("_", " ").casefold().split()))
        before = names[-1] if names else None
        if name is None and before in FLAGGED and _stands_for_blank(header):
            name = f"{before}_flag"
        names.append(name)
    return tuple(names)


def _stands_for_blank(header: str) -> bool:
    return header in ("", "?") or header.casefold().startswith(("unnamed", "..."))
