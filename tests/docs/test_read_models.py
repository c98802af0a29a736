"""The reference of the read models is that of the projections, and its SQL answers as the ledger does."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from docs import read_models
from tests.processes import ROOT

STATE, SPOKEN, POSITION, WHOLE, BEHIND, HISTORY, UNITS = re.findall(
    r"^```sql\n(.*?)^```$", read_models.PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
"""The queries of the page, in their order."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in a file that holds the article, then the longer story, then one delivery."""
    path = tmp_path_factory.mktemp("ledger") / "armsledger.db"
    with Ledger(path, recorded_by="tester") as ledger:
        for name in ("seed-article.yaml", "india-s400.yaml"):
            ledger.record_file(ROOT / "examples" / name)
        ledger.record("deal/india-s400", "delivered", on="2024-05", quantity="1 regiment", source="livemint-2025-12")
    return path


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger(path) as ledger:
        yield ledger


def answers(path: Path, query: str, **given: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, given).fetchall()


def test_the_page_is_what_the_script_gives() -> None:
    assert read_models.PAGE.read_text(encoding="utf-8") == read_models.page(), "run: python docs/read_models.py"


@pytest.mark.parametrize("day", ["2018-10-05", "2019-06-30", "2021-11-12", "2025-01-01"])
@pytest.mark.parametrize("position", [21, 105, 106])
def test_a_date_and_a_belief_in_sql_are_those_of_a_view(path: Path, ledger: Ledger, day: str, position: int) -> None:
    rows = ledger.at(day, position).deals()
    expected = [
        (row.deal, row.stage, *((int(row.value.amount), row.value.currency) if row.value else (None, None)))
        for row in rows
    ]
    assert answers(path, STATE, day=day, position=position) == expected != []


@pytest.mark.parametrize("day", ["2018-10-05", "2019-06-30", "2021-11-12", "2025-01-01"])
@pytest.mark.parametrize("spoken", ["2018-10-05", "2021-11-12", "2021-12-31"])
def test_a_date_and_what_was_asserted_by_a_day_in_sql_are_those_of_a_view(
    path: Path, ledger: Ledger, day: str, spoken: str
) -> None:
    recorded = next(line for line in STATE.splitlines(keepends=True) if "known_from" in line)
    query = STATE.replace(recorded, SPOKEN)
    rows = ledger.at(day, spoken, "asserted").deals()
    expected = [
        (row.deal, row.stage, *((int(row.value.amount), row.value.currency) if row.value else (None, None)))
        for row in rows
    ]
    assert answers(path, query, day=day, spoken=spoken) == expected


def test_a_time_comes_to_the_last_position_recorded_by_then(path: Path, ledger: Ledger) -> None:
    for row in ledger.log():
        time = row.to_dict()["recorded_at"]
        ((last,),) = answers(path, POSITION, time=time)
        assert answers(path, WHOLE, position=row.position) == [(last,)]
    assert answers(path, POSITION, time="2001-01-01T00:00:00.000000Z") == [(None,)]


def test_read_models_that_were_left_behind_are_told(path: Path) -> None:
    assert answers(path, BEHIND, position=106) == []
    assert ("deals",) in answers(path, BEHIND, position=107)


def test_one_query_tells_how_the_belief_about_a_day_came_to_be(path: Path) -> None:
    history = answers(path, HISTORY, stream="deal/india-s400", day="2018-10-05")
    assert [row[1:] for row in history] == [(None, 5000000000), ("signed", 5430000000)]


def test_lists_are_taken_apart(path: Path) -> None:
    assert answers(path, UNITS, day="2025-01-01") == [("india-s400", 1, "regiment", None)]
    assert answers(path, UNITS, day="2023-01-01") == []
