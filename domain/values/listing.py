"""What a register's row is made of: texts kept to the letter, volumes, and how one release revises another."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, core_schema

from armsledger.domain.values.quoted import quoted

Verbatim = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1)]
"""Text to the letter, blanks at its ends included."""

Volume = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?$")]
"""A volume of arms in millions of SIPRI trend-indicator values (TIV), as decimal text: ``13.86``.

It compares military capability, not prices, and is never added to money
(https://www.sipri.org/databases/armstransfers/sources-and-methods).
"""

Revision = Literal["value", "flag", "comment", "vocabulary", "vanished", "reappeared", "new", "duplicate"]
"""How a release changes a row: a count, year, volume or condition; a mark of uncertainty; the comment; a renamed
category, country or designation; a row that is gone, back, or new; how often it stands there."""


class Instalment(BaseModel):
    """What a register says was delivered in one year; a question mark is its mark of uncertain data.

    Written ``2021 3? 195``: the year, the number and the volume, as far as they are known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Verbatim
    number: Verbatim | None = None
    volume: Volume | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text is read in Python; stored JSON is decoded without a call into Python."""
        stored = handler(source)
        read = core_schema.no_info_before_validator_function(cls._read, stored)
        return core_schema.json_or_python_schema(json_schema=stored, python_schema=read)

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = value.split()
        if not 1 <= len(parts) <= len(cls.model_fields):
            raise ValueError(f"{quoted(value)} is no delivery of a year; write year, number and volume: 2021 3 195")
        return dict(zip(cls.model_fields, parts, strict=False))
