"""Who supplies whom: a matrix of dots, of which the area is the number of deals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from armsledger.charts.alone import Drawing
from armsledger.charts.elements import NOTHING, Svg, circle, element, joined, path, text_of, title, words
from armsledger.charts.text_width import shortened

NAMES: Final = 170.0
HEAD: Final = 96.0
PITCH: Final = 64.0
ROW: Final = 32.0
RADIUS: Final = 14.0
LEAST_RADIUS: Final = 1.6
TEXT: Final = 12.5
LEGEND: Final = (("open-deals", "open: signed or being delivered"), ("all-deals", "all deals"))


@dataclass(frozen=True)
class Cell:
    """The deals between two, and how many of them are open."""

    deals: int
    open_deals: int


@dataclass(frozen=True)
class Matrix:
    """The cells by supplier and buyer. ``rows`` and ``columns`` are in the order in which they are drawn; the ``rest``
    is not, and is told in numbers."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Mapping[tuple[str, str], Cell]
    other_rows: int = 0
    other_columns: int = 0


def draw_matrix(matrix: Matrix) -> Drawing:
    """The chart."""
    columns = [*matrix.columns, *(["all"] if len(matrix.columns) > 1 or matrix.other_columns else [])]
    largest = max((matrix.cells[key].deals for key in matrix.cells if _is_drawn(matrix, key)), default=1)
    head = [_column(place, name) for place, name in enumerate(columns)]
    body: list[Svg] = []
    for place, supplier in enumerate(matrix.rows):
        y = HEAD + ROW * (place + 0.5)
        body += [path(f"M0 {y + ROW / 2:.1f}H{NAMES + PITCH * len(columns):.1f}", class_="gr")]
        body += [words(0, y + 4, text_of(shortened(supplier, NAMES - 16, TEXT)))]
        for column, buyer in enumerate(matrix.columns):
            body.append(_dot(matrix.cells.get((supplier, buyer)), column, y, largest, f"{supplier} to {buyer}"))
        if len(columns) > len(matrix.columns):
            total = sum(cell.deals for (one, _), cell in matrix.cells.items() if one == supplier)
            body.append(
                words(_middle(len(columns) - 1), y + 4, text_of(f"{total:,}"), text_anchor="middle", class_="b7")
            )
    bottom = HEAD + ROW * len(matrix.rows)
    more = list(_rest(matrix, bottom + 20))
    height = bottom + (28 if more else 6)
    width = max(NAMES + PITCH * len(columns) + 70, 358.0)
    return Drawing(width, height, joined(*head, *body, *more), LEGEND)


def _is_drawn(matrix: Matrix, key: tuple[str, str]) -> bool:
    return key[0] in matrix.rows and key[1] in matrix.columns


def _middle(column: int) -> float:
    return NAMES + PITCH * (column + 0.5)


def _column(column: int, name: str) -> Svg:
    x = _middle(column)
    text = text_of(shortened(name, HEAD * 1.2, TEXT))
    return words(0, 0, text, transform=f"translate({x - 4:.1f} {HEAD - 8:g}) rotate(-45)")


def _dot(cell: Cell | None, column: int, y: float, largest: int, told: str) -> Svg:
    if cell is None or not cell.deals:
        return NOTHING
    x = _middle(column) - 10
    outer = radius_of(cell.deals, largest)
    dots = [circle(x, y, outer, class_="hol")]
    if cell.open_deals:
        dots.append(circle(x, y, radius_of(cell.open_deals, largest), class_="ink"))
    number = words(x + RADIUS + 5, y + 4, text_of(f"{cell.deals:,}"))
    text = f"{told}: {cell.deals:,} {'deal' if cell.deals == 1 else 'deals'}, {cell.open_deals:,} open"
    return element("g", title(text), *dots, number)


def radius_of(deals: int, largest: int) -> float:
    """The radius of a dot of which the area is a number of deals."""
    return max(RADIUS * sqrt(deals / largest), LEAST_RADIUS)


def _rest(matrix: Matrix, y: float) -> Iterator[Svg]:
    rest = [
        f"{number:,} other {name}{'' if number == 1 else 's'}"
        for number, name in ((matrix.other_rows, "supplier"), (matrix.other_columns, "buyer"))
        if number
    ]
    if rest:
        yield words(0, y, text_of(f"Not drawn: {' and '.join(rest)}."), class_="m")
