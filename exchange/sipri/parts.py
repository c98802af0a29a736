"""What a row says was delivered, as parts: one from each export of a period in which the deal stands.

An export of some years tells only what was delivered in these. Parts of periods that do not overlap are added up; of
two parts of which one holds all years of the other, the wider one says it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from armsledger.exchange.sipri.row import FLAG, Words
from armsledger.exchange.sipri.years import Years

YEAR: Final = re.compile(r"[0-9]{4}")
CELLS: Final = {"years": "year", "delivered": "number", "volume_delivered": "volume"}
"""The columns of a part in a row, and in a listing's list of periods."""


class PartsDiffer(Exception):
    """Two parts overlap, and neither holds the other: nobody can tell how much of both is the same."""


class Part(NamedTuple):
    """Years of delivery as they are written, and the number and volume delivered in them; None where blank."""

    text: str | None
    number: str | None
    volume: str | None

    @property
    def years(self) -> frozenset[int]:
        """The years of delivery."""
        return frozenset(map(int, YEAR.findall(self.text or "")))

    @property
    def amount(self) -> int | None:
        """How many were delivered, if that is known."""
        digits = (self.number or "").rstrip(FLAG)
        return int(digits) if digits else None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was delivered."""
        return not self.text and not self.amount


def parts_of(words: Words) -> list[Part]:
    """The parts of a row of the register; none if nothing was delivered."""
    cells: Sequence[Mapping[str, Any]] = words.get("periods") or ()
    if cells:
        return [Part(one["year"], one.get("number"), one.get("volume")) for one in cells]
    part = Part(*(words.get(name) for name in CELLS))
    return [] if part.is_nothing else [part]


def without_parts(words: Words) -> dict[str, Any]:
    """The columns of a row that no period changes."""
    return {name: value for name, value in words.items() if name not in CELLS and name != "periods"}


def with_parts(words: Words, parts: Iterable[Part], nothing: Words | None = None) -> dict[str, Any]:
    """The row with what was delivered in all parts; with none, as ``nothing`` writes that nothing was delivered."""
    ordered = sorted(parts, key=lambda part: (sorted(part.years), str(part)))
    if not ordered:
        return {**without_parts(words), **{name: nothing[name] for name in CELLS if nothing and name in nothing}}
    whole = ordered[0] if len(ordered) == 1 else _sum(ordered)
    cells = {name: value for name, value in zip(CELLS, whole, strict=True) if value is not None}
    periods = [
        {own: value for own, value in zip(CELLS.values(), part, strict=True) if value is not None} for part in ordered
    ]
    return {**without_parts(words), **cells, **({"periods": periods} if len(ordered) > 1 else {})}


def joined(mine: Sequence[Part], theirs: Sequence[Part]) -> list[Part]:
    """The parts of one deal in two exports; raises PartsDiffer."""
    parts = list(mine)
    for part in theirs:
        touching = [one for one in parts if one == part or one.years & part.years]
        if any(one == part or _are_within([part], one) for one in touching):
            continue
        if not _are_within(touching, part):
            raise PartsDiffer
        parts = [one for one in parts if one not in touching] + [part]
    return parts


def agree(mine: Sequence[Part], theirs: Sequence[Part], common: Years) -> bool:
    """Whether parts of two exports can be of one deal: in the years that both exports hold, they say the same."""
    if not all(part.years for part in (*mine, *theirs)):
        return sorted(map(str, mine)) == sorted(map(str, theirs))
    ours, others = years_of_parts(mine), years_of_parts(theirs)
    if common.within(ours) != common.within(others):
        return False
    if ours == others and len(mine) == len(theirs):
        return sorted(map(str, mine)) == sorted(map(str, theirs))
    narrow, wide = (mine, theirs) if ours <= others else (theirs, mine)
    if not years_of_parts(narrow) <= years_of_parts(wide):
        return True
    return _is_some_of(_total(narrow), _total(wide), is_all=ours == others)


def years_of_parts(parts: Iterable[Part]) -> frozenset[int]:
    """The years of all parts."""
    return frozenset[int]().union(*(part.years for part in parts))


def _total(parts: Sequence[Part]) -> int | None:
    counts = [part.amount for part in parts]
    return None if None in counts else sum(count for count in counts if count is not None)


def _are_within(parts: Sequence[Part], whole: Part) -> bool:
    """Whether parts can be all or some of what another counts."""
    years = years_of_parts(parts)
    return years <= whole.years and _is_some_of(_total(parts), whole.amount, is_all=years == whole.years)


def _is_some_of(count: int | None, whole: int | None, *, is_all: bool) -> bool:
    return count is None or whole is None or (count == whole if is_all else count <= whole)


def _sum(parts: Sequence[Part]) -> Part:
    years = sorted(years_of_parts(parts))
    total = _total(parts)
    is_flagged = any((part.number or "").endswith(FLAG) for part in parts)
    number = ("" if total is None else str(total)) + (FLAG if is_flagged else "")
    volumes = [part.volume for part in parts if part.volume is not None]
    return Part("; ".join(map(str, years)) or None, number or None, sum_of_volumes(volumes) if volumes else None)


def sum_of_volumes(volumes: Iterable[str]) -> str:
    """The sum of volumes as a register writes it, without zeros at the end."""
    text = f"{sum(map(Decimal, volumes), Decimal(0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
