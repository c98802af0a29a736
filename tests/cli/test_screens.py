"""What people see in 80 columns: each file in ``screens`` holds a command and its answer, written by hand at first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner import Inside

SCREENS = sorted(Path(__file__).with_name("screens").glob("*.txt"))


@pytest.mark.parametrize("screen", SCREENS, ids=[path.stem for path in SCREENS])
def test_a_screen_of_80_columns_reads_well(
    armsledger: Inside, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, screen: Path
) -> None:
    command, _, expected = screen.read_text(encoding="utf-8").partition("\n")
    ledger, _, words = command.partition("$ armsledger ")
    request.getfixturevalue(ledger)
    monkeypatch.setenv("COLUMNS", "80")
    answer = armsledger(words)
    assert answer.out + answer.err == expected
    assert max(len(line) for line in answer.lines) <= 80
