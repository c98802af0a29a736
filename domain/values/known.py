"""What counts of all that is recorded: a point of belief time."""

from __future__ import annotations

from typing import Final, NamedTuple


class Known(NamedTuple):
    """A belief date: the entries up to a position, or those asserted by a day (a proleptic ordinal), or all."""

    position: int | None = None
    day: int | None = None


EVERYTHING: Final = Known()
