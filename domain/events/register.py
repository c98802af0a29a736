"""Rows of registers of arms transfers, such as SIPRI's, in the register's own words."""

from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, StringConstraints

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.events.statement import Identity, Statement
from armsledger.domain.values.value import Value
from armsledger.domain.values.words import Revision

Verbatim = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]
"""Text to the letter, blanks at its ends included."""
Volume = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?$")]
"""A volume of arms in millions of SIPRI trend-indicator values (TIV), as decimal text: ``13.86``.

It compares military capability, not prices, and is never added to money
(https://www.sipri.org/databases/armstransfers/sources-and-methods).
"""
STAR: Final = "*"
"""SIPRI's mark behind the name of a non-state actor; two of them mark an international organisation."""


@dataclass(frozen=True)
class Instalment(Value):
    """What a register says was delivered in one year, or in the years of one period; a question mark is its mark of
    uncertain data.

    Written ``2021 3? 195``: the year, the number and the volume, as far as they are known.
    """

    year: Verbatim
    number: Verbatim | None = None
    volume: Volume | None = None

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = value.split()
        names = [field.name for field in fields(cls)]
        if not 1 <= len(parts) <= len(names):
            raise InvalidValue(f"{quoted(value)} is no delivery of a year", "write year, number and volume: 2021 3 195")
        return dict(zip(names, parts, strict=False))


class Listed(Statement):
    """A register of transfers lists the deal, in the words of its row.

    A register is one witness however often it is issued: what a later release says otherwise is a correction. A
    question mark after a year or number is the register's mark of uncertain data.
    """

    name: ClassVar[str] = "listed"
    identity: ClassVar[Identity] = ("listed_in",)
    place_in_cycle: ClassVar[int] = 1

    listed_in: str = Field(description="which register")
    reference: str | None = Field(default=None, description="number of the deal in the register")
    recipient: Verbatim = Field(description="recipient in the register's words")
    supplier: Verbatim = Field(description="supplier in the register's words")
    designation: Verbatim = Field(description="weapon designation in the register's words")
    designation_by_year: Verbatim | None = Field(
        default=None, description="weapon designation in the register's layout by year, if that has another"
    )
    description: Verbatim | None = Field(default=None, description="weapon description in the register's words")
    category: Verbatim | None = Field(default=None, description="armament category in the register's words")
    order_year: Verbatim | None = Field(default=None, description="year of order, 2018 or 2018?")
    ordered: Verbatim | None = Field(default=None, description="number ordered, 10 or 10?")
    delivered: Verbatim | None = Field(default=None, description="number delivered, 6 or 6?")
    years: Verbatim | None = Field(default=None, description="years of delivery, 2021; 2022; 2023")
    deliveries: tuple[Instalment, ...] = Field(default=(), description="deliveries by year, where the register splits")
    periods: tuple[Instalment, ...] = Field(
        default=(), description="deliveries by period, where exports of several periods were joined"
    )
    condition: Verbatim | None = Field(default=None, description="status of the goods in the register's words")
    comment: Verbatim | None = Field(default=None, description="comment, whole and in the register's words")
    estimate: Verbatim | None = Field(default=None, description="the register's estimate")
    local_production: Verbatim | None = Field(default=None, description="whether some of it is produced locally")
    volume_per_unit: Volume | None = Field(
        default=None, description="trend-indicator value of a unit, in millions: a volume, never money"
    )
    volume_ordered: Volume | None = Field(default=None, description="trend-indicator value of the order, in millions")
    volume_delivered: Volume | None = Field(
        default=None, description="trend-indicator value of what was delivered, in millions"
    )
    rows: tuple[int, ...] = Field(default=(), description="which rows it stands in, where several are alike")
    perhaps: tuple[str, ...] = Field(default=(), description="other deals that may be the same row under another key")
    revisions: tuple[Revision, ...] = Field(default=(), description="how this release changed the row")
    renamed: tuple[str, ...] = Field(
        default=(), description="columns in which this release only uses another name for the same"
    )
