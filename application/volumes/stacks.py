"""Volumes by year as a picture: bars, stacked by supplier, buyer or category."""

from __future__ import annotations

from typing import Any, Final

from armsledger.application.wording import listed, party_words
from armsledger.charts.alone import Frame, standing_alone
from armsledger.charts.bars import TINTS, Share, Stacks, draw_stacks
from armsledger.charts.picture import NothingToDraw, Picture
from armsledger.domain.errors import UsageError
from armsledger.projections.rows import Rows

YEAR: Final = "year"
FIELDS: Final = ("supplier", "buyer", "category")
OTHERS: Final = "others"
UNNAMED: Final = "not stated"
AND: Final = ", "
BY: Final = {"supplier": "by supplier", "buyer": "by buyer", "category": "by category", None: "in all"}


def plot(sums: Rows[Any], caption: str, file_mode: int | None = None) -> Picture:
    """The picture of sums by year and at most one other field; raises UsageError and NothingToDraw."""
    fields = [name for name in FIELDS if name in sums.columns]
    if YEAR not in sums.columns or len(fields) > 1:
        raise UsageError(
            "volumes are drawn by year, and stacked by one field more",
            remedy="ask for them by supplier,year, by buyer,year, by category,year or by year",
        )
    if not sums:
        raise NothingToDraw("there are no volumes to draw", remedy="import a register, or ask for other years")
    field = fields[0] if fields else None
    stacks, undated = stacks_of(sums, field)
    lines = [caption, "Certain in solid tints; hatched above them, what the register leaves possible."]
    if undated:
        lines.append(f"{undated:,} deliveries without a year are not drawn.")
    if not stacks.years:
        raise NothingToDraw("no delivery that was asked for has a year", remedy="ask without a year, as a table")
    heading = f"Volumes of deliveries {BY[field]}"
    return Picture(standing_alone(draw_stacks(stacks, amount_words), Frame(heading, lines)), file_mode)


def stacks_of(sums: Rows[Any], field: str | None) -> tuple[Stacks, int]:
    """The bars, and how many deliveries have no year."""
    totals: dict[str, float] = {}
    for row in sums:
        name = _name(row, field)
        totals[name] = totals.get(name, 0.0) + float(row.tiv) + float(row.possible_tiv or row.tiv)
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    named = ranked if len(ranked) < TINTS else ranked[: TINTS - 1]
    years: dict[int, dict[str, Share]] = {}
    undated = 0
    for row in sums:
        if row.year is None:
            undated += row.deliveries
            continue
        name = _name(row, field)
        name = name if name in named else OTHERS
        parts = years.setdefault(row.year, {})
        parts[name] = _added(parts.get(name), row)
    names = [*named, *([OTHERS] if len(ranked) > len(named) else [])]
    return Stacks(names, years, "millions of TIV"), undated


def _name(row: Any, field: str | None) -> str:
    value = None if field is None else getattr(row, field)
    if field is None:
        return "all"
    if value is None:
        return UNNAMED
    return str(value) if field == "category" else listed(party_words(part) for part in str(value).split(AND))


def _added(share: Share | None, row: Any) -> Share:
    least, most = float(row.tiv), None if row.possible_tiv is None else float(row.possible_tiv)
    if share is None:
        return Share(least, most)
    return Share(share.least + least, None if share.most is None or most is None else share.most + most)


def amount_words(amount: float) -> str:
    """An amount in a few figures."""
    return f"{amount:,.0f}" if amount >= 10 or amount == 0 else f"{amount:,.2g}"
