"""What campaigns tell, and the table that is made of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.reliability import BEGIN, END, PAGE, with_tables
from tests.soak import REPORT, tell, tell_end


def test_what_campaigns_tell_becomes_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REPORT, str(tmp_path / "report"))
    for test, kills in (("one", 1000), ("other", 318)):
        monkeypatch.setenv("PYTEST_CURRENT_TEST", f"tests/test_{test}.py::test (call)")
        tell("kill -9", kills=kills, of_which_late=1)
        tell_end(f"tests/test_{test}.py::test", "failed" if test == "other" else "passed", 30.0, is_property=False)
    tell_end("tests/test_more.py::test", "passed", 1.0, is_property=True)
    lines = [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]
    page = with_tables(f"Before.\n{BEGIN}as it was\n{END}After.\n", lines)
    assert page.startswith("Before.\n")
    assert page.endswith("After.\n")
    assert "as it was" not in page
    assert "3 tests, 1 failed, 0 minutes" in page
    assert "| kill -9 | 1,318 kills, 2 of which late | 1 |\n" in page
    assert "| properties, each tried out on many examples | 1 | 0 |\n" in page
    assert "| other tests | 0 | 0 |\n" in page


def test_the_page_has_a_place_for_the_table() -> None:
    assert BEGIN in (page := PAGE.read_text(encoding="utf-8"))
    assert page.index(END) > page.index(BEGIN)


def test_nothing_is_written_where_no_report_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REPORT, raising=False)
    monkeypatch.chdir(tmp_path)
    tell("kill -9", kills=1)
    assert not list(tmp_path.iterdir())
