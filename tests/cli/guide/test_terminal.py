"""The terminal of the guided entry, where Python has readline and where it has not."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from armsledger.cli.guide.question import starting_with
from armsledger.cli.guide.terminal import Terminal


@pytest.fixture(params=["readline", "none"], autouse=True)
def _readline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the module, and on a Python that was built without it."""
    if request.param == "none":
        monkeypatch.setitem(sys.modules, "readline", None)


def test_lines_are_read_until_whoever_answers_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("delivered\n\n"))
    terminal = Terminal()
    assert terminal.ask("event: ", starting_with(["delivered"])) == "delivered"
    assert terminal.ask("on [2021]: ", starting_with([])) == ""
    with pytest.raises(KeyboardInterrupt):
        terminal.ask("more: ", starting_with([]))
    assert capsys.readouterr().out == "event: on [2021]: more: \n"


def test_nothing_that_is_written_moves_the_cursor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("x\n"))
    Terminal().ask("quantity of \x1b[2J: ", starting_with([]))
    Terminal.say("  read as \u202eabc")
    assert capsys.readouterr().out == "quantity of \\x1b[2J:   read as \\u202eabc\n"
