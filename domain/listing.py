"""What a register's row is made of: texts kept to the letter, volumes, and how one release revises another."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

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
    """What a register says was delivered in one year; a question mark is its mark of uncertain data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Verbatim
    number: Verbatim | None = None
    volume: Volume | None = None
