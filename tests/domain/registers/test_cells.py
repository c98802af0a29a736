"""What a cell of a register says, and where a revision of it goes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from armsledger.domain.registers.cells import BLANK, Cell, cell_of, movement, window_cell
from armsledger.domain.values.when import When


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("delivered", "6?", Cell("6?", number=6, flag=True)),
        ("ordered", "12", Cell("12", number=12, flag=False)),
        ("ordered", "?", Cell("?", flag=True)),
        ("ordered", None, BLANK),
        ("delivered", "about 6", Cell("about 6", flag=False)),
        ("order_year", "2018?", Cell("2018?", flag=True, first=2018, last=2018)),
        ("years", "2021; 2019", Cell("2021; 2019", first=2019, last=2021)),
        ("years", "not known", Cell("not known")),
        ("volume_per_unit", "0.23", Cell("0.23", volume=Decimal("0.23"))),
        ("volume_per_unit", "much", Cell("much")),
        ("comment", "In 2021", Cell("In 2021")),
        ("rows", [3, 7], Cell("2", number=2)),
        ("rows", None, Cell("1", number=1)),
        (
            "deliveries",
            [{"year": "2021?", "number": "2", "volume": "130"}, {"year": "2022", "number": "3", "volume": "195"}],
            Cell("2021? 2 130; 2022 3 195", 5, True, 2021, 2022, Decimal(325)),
        ),
        (
            "deliveries",
            [{"year": "2021", "number": "2"}, {"year": "2022"}],
            Cell("2021 2; 2022", None, False, 2021, 2022, None),
        ),
        ("deliveries", [], BLANK),
    ],
)
def test_a_cell_says_what_its_column_can_say(column: str, value: Any, cell: Cell) -> None:
    assert cell_of(column, value) == cell


def test_an_open_end_of_a_window_has_no_year() -> None:
    assert window_cell(When.parse("2021/2024")) == Cell("2021/2024", first=2021, last=2024)
    assert window_cell(When.parse("../2025")) == Cell("../2025", last=2025)
    assert window_cell(When.parse("2027/..")) == Cell("2027/..", first=2027)
    assert window_cell(None) == BLANK


@pytest.mark.parametrize(
    ("column", "old", "new", "moved", "direction"),
    [
        ("delivered", "6?", "8", (2, None, None, None), "up"),
        ("delivered", "6?", "6", (0, None, None, None), None),
        ("delivered", None, "6", (None, None, None, None), None),
        ("volume_ordered", "13.86", "13.5", (None, None, None, Decimal("-0.36")), "down"),
        ("years", "2021; 2022", "2021; 2024", (None, 0, 2, None), "later"),
        ("years", "2021; 2022", "2020; 2022", (None, -1, 0, None), "earlier"),
        ("years", "2021; 2022", "2020; 2023", (None, -1, 1, None), None),
        ("years", "2021; 2023", "2021; 2022; 2023", (None, 0, 0, None), None),
        ("order_year", "2018", "2019?", (None, 1, 1, None), "later"),
    ],
)
def test_a_revision_goes_up_or_down_or_later_or_earlier(
    column: str, old: str | None, new: str, moved: tuple[Any, ...], direction: str | None
) -> None:
    found = movement(cell_of(column, old), cell_of(column, new))
    assert (tuple(found), found.direction) == (moved, direction)


def test_a_window_that_moves_at_one_end_only_goes_that_way() -> None:
    before, after = window_cell(When.parse("../2024")), window_cell(When.parse("2025"))
    assert tuple(movement(before, after)) == (None, None, 1, None)
    assert movement(before, after).direction == "later"
