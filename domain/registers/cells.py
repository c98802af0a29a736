"""What a cell of a register's row says, as a number, a mark of uncertain data, years or a volume."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from armsledger.domain.registers.columns import FLAG, FLAGGED, times
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Direction

COUNT: Final = re.compile(r"[0-9]{1,9}")
YEAR: Final = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
VOLUME: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
VOLUMES: Final = ("volume_per_unit", "volume_ordered", "volume_delivered")


class Cell(NamedTuple):
    """What a cell says: its text, and as far as its column has them a number, the mark of uncertain data, the first and
    the last year, and a volume in millions. None where nothing is said."""

    text: str | None = None
    number: int | None = None
    flag: bool | None = None
    first: int | None = None
    last: int | None = None
    volume: Decimal | None = None


BLANK: Final = Cell()


def cell_of(column: str, value: Any) -> Cell:
    """What a cell says; ``value`` is what a listing holds of its column, None if it is blank.

    A cell that somebody has corrected to a text that is no number has its text only.
    """
    if column == "rows":
        return Cell(str(times(value)), times(value))
    if value is None:
        return BLANK
    if column == "deliveries":
        return _by_year(value)
    text = str(value)
    if column == "years":
        years = [int(year) for year in YEAR.findall(text)]
        return Cell(text, first=min(years, default=None), last=max(years, default=None))
    if column in VOLUMES:
        return Cell(text, volume=_volume(text))
    if column not in FLAGGED:
        return Cell(text)
    bare = text.rstrip(FLAG)
    number = int(bare) if COUNT.fullmatch(bare) else None
    if column == "order_year":
        return Cell(text, flag=text.endswith(FLAG), first=number, last=number)
    return Cell(text, number=number, flag=text.endswith(FLAG))


def _volume(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None and VOLUME.fullmatch(text) else None


def window_cell(due: When | None) -> Cell:
    """A window of planned delivery; an end that is open has no year."""
    return BLANK if due is None else Cell(due.text, first=_year(due.first), last=_year(due.last))


def _year(day: int) -> int | None:
    return None if day in (OPEN_PAST, OPEN_FUTURE) else date.fromordinal(day).year


def _by_year(deliveries: Iterable[dict[str, str]]) -> Cell:
    """Deliveries by year: what they come to, as far as each of them is known."""
    lines = list(deliveries)
    if not lines:
        return BLANK
    cells = [cell_of("delivered", line.get("number")) for line in lines]
    years = [int(year) for line in lines for year in YEAR.findall(line.get("year", ""))]
    volumes = [_volume(line.get("volume")) for line in lines]
    counts = [cell.number for cell in cells]
    return Cell(
        "; ".join(" ".join(str(part) for part in line.values()) for line in lines),
        None if None in counts else sum(count for count in counts if count is not None),
        any(str(part).endswith(FLAG) for line in lines for part in line.values()),
        min(years, default=None),
        max(years, default=None),
        None if None in volumes else sum((volume for volume in volumes if volume is not None), Decimal(0)),
    )


class Movement(NamedTuple):
    """By how much a cell moved: its number, its first and last year, its volume; None where that is not known."""

    number: int | None
    first_years: int | None
    last_years: int | None
    volume: Decimal | None

    @property
    def direction(self) -> Direction | None:
        """Where it goes: by the number, else by the volume, else by the years if both ends go the same way."""
        amount = self.number or self.volume
        if amount:
            return "up" if amount > 0 else "down"
        ends = [end for end in (self.first_years, self.last_years) if end]
        if ends and all(end > 0 for end in ends):
            return "later"
        return "earlier" if ends and all(end < 0 for end in ends) else None


UNMOVED: Final = Movement(None, None, None, None)


def movement(old: Cell, new: Cell) -> Movement:
    """By how much a cell moved."""
    return Movement(
        None if old.number is None or new.number is None else new.number - old.number,
        None if old.first is None or new.first is None else new.first - old.first,
        None if old.last is None or new.last is None else new.last - old.last,
        None if old.volume is None or new.volume is None else new.volume - old.volume,
    )
