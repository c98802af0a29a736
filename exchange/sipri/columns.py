"""The columns of SIPRI's exports, and how their header is recognised after other programs have saved the file.

There are two layouts. The *register* has one row a deal, with all years of delivery in one cell; the columns after a
year or number are flags, whose headers are blank. *Deals and TIVs* has one row for each deal and year of delivery, with
ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

REGISTER: Final = (
    "recipient",
    "supplier",
    "order_year",
    "order_year_flag",
    "ordered",
    "ordered_flag",
    "designation",
    "description",
    "delivered",
    "delivered_flag",
    "years",
    "condition",
    "comment",
    "volume_per_unit",
    "volume_ordered",
    "volume_delivered",
)
REGISTER_HEADER: Final = (
    "Recipient",
    "Supplier",
    "Year of order",
    " ",
    "Number ordered",
    " ",
    "Weapon designation",
    "Weapon description",
    "Number delivered",
    " ",
    "Year(s) of delivery",
    "status",
    "Comments",
    "SIPRI TIV per unit",
    "SIPRI TIV for total order",
    "SIPRI TIV of delivered weapons",
)
DEALS: Final = (
    "reference",
    "supplier",
    "recipient",
    "designation",
    "description",
    "category",
    "order_year",
    "order_year_flag",
    "delivered",
    "delivered_flag",
    "delivery_year",
    "delivery_year_flag",
    "condition",
    "estimate",
    "volume_per_unit",
    "volume_delivered",
    "local_production",
)
DEALS_HEADER: Final = (
    "SIPRI AT Database ID",
    "Supplier",
    "Recipient",
    "Designation",
    "Description",
    "Armament category",
    "Order date",
    "Order date is estimate",
    "Numbers delivered",
    "Numbers delivered is estimate",
    "Delivery year",
    "Delivery year is estimate",
    "Status",
    "SIPRI estimate",
    "TIV deal unit",
    "TIV delivery values",
    "Local production",
)
RELEASED: Final = "released"
"""The column with the release of each row, in a file of several releases."""
ALIASES: Final[Mapping[str, str]] = {
    **dict(zip((name.casefold() for name in DEALS_HEADER), DEALS, strict=True)),
    **{header.casefold(): name for header, name in zip(REGISTER_HEADER, REGISTER, strict=True) if header.strip()},
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
