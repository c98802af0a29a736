"""Nothing that somebody else wrote acts on a terminal, whichever way it gets there."""

from __future__ import annotations

import json
import re
import sys
from io import StringIO
from pathlib import Path
from typing import Literal

import pytest

from armsledger.cli import progress
from armsledger.cli.progress import progress_bar
from armsledger.cli.terminal import BOLD, NOT_BOLD, harmless
from tests.cli.runner import AT_ONCE, Inside, Process
from tests.earlier_names import any_names

HOSTILE = "S-400\x1b[2J\x1b]0;title\x07\x9b31m \u202edelivered\u2066 \b\b\b\x7fend"
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
STYLES = re.compile(f"{re.escape(BOLD)}|{re.escape(NOT_BOLD)}")


@pytest.fixture
def hostile(armsledger: Inside) -> None:
    """A ledger with a text that a terminal would act on, and a source in a file with such a name."""
    source = {"key": "paper", "publisher": HOSTILE, "title": HOSTILE, "published": "2020"}
    deal = {"deal": "x", "event": "opened", "on": "2019", "supplier": "RUS", "buyer": HOSTILE, "source": "paper"}
    Path("hostile.jsonl").write_text("\n".join(map(json.dumps, (source, deal | {"items": [{"designation": HOSTILE}]}))))
    with any_names():
        assert armsledger("record hostile.jsonl").status == 0


def shown(process: Process, command: list[str] | str, stream: Literal["stdout", "stderr"] = "stdout") -> str:
    """What a terminal is shown, without our own styles and its line ends."""
    text = process.at_a_terminal(command, stream)[1]
    return STYLES.sub("", text).replace("\r\n", "\n")


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("file", ["page x -", "plot x -", "export jsonl -", "export ftm -", "export csv - --of deals"])
def test_a_file_that_is_written_to_a_terminal_is_shown(process: Process, file: str) -> None:
    text = shown(process, file)
    assert "S-400" in text
    assert not ACTING.findall(text)


@pytest.mark.usefixtures("hostile")
def test_a_file_that_is_written_elsewhere_is_what_it_is(process: Process) -> None:
    lines = [json.loads(line) for line in process("export jsonl -").out.splitlines()]
    assert [line["buyer"] for line in lines if "buyer" in line] == [HOSTILE]


@pytest.mark.usefixtures("hostile")
def test_an_export_holds_escapes_for_whatever_acts_on_the_terminal_of_its_reader(armsledger: Inside) -> None:
    armsledger("export jsonl out.jsonl")
    assert not ACTING.findall(Path("out.jsonl").read_text())


@pytest.mark.parametrize(
    "command",
    [
        ["show", f"deal/{HOSTILE.replace(' ', '')}"],
        ["record", f"{HOSTILE}.yaml"],
        ["deals", f"--{HOSTILE}"],
        ["record", "mistaken.yaml"],
    ],
)
def test_what_a_message_quotes_is_shown(process: Process, seed: Path, command: list[str]) -> None:
    Path("mistaken.yaml").write_text(json.dumps({HOSTILE: HOSTILE, "entries": [{"deal": HOSTILE}]}))
    text = shown(process, command, "stderr")
    assert "S-400" in text or "error" in text
    assert not ACTING.findall(text)


@pytest.mark.parametrize(("terminal", "no_color"), [("", ""), ("dumb", ""), ("unknown", ""), ("xterm", "1")])
def test_a_terminal_of_which_nothing_is_known_gets_no_escapes(
    process: Process, seed: Path, terminal: str, no_color: str
) -> None:
    assert "\x1b" not in process.at_a_terminal("show india-s400", TERM=terminal, NO_COLOR=no_color)[1]


@pytest.mark.parametrize("terminal", ["", "dumb"])
def test_nor_is_it_told_how_far_work_has_come(process: Process, seed: Path, terminal: str) -> None:
    assert "\x1b" not in process.at_a_terminal("verify", "stderr", AT_ONCE, TERM=terminal)[1]


class _Screen(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("patience_seconds", "is_shown"), [(3600, False), (0, True)])
def test_work_that_is_soon_done_leaves_no_codes_in_a_recording_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, patience_seconds: float, is_shown: bool
) -> None:
    screen = _Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "__stderr__", screen)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", patience_seconds)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar() as stages:
        stages("entries", 1, 2)
        stages("[/entries]", 2, 2)  # no markup
    assert ("\x1b" in screen.getvalue()) is is_shown
    assert ("[/entries]" in screen.getvalue()) is is_shown


def test_plain_text_and_our_own_styles_stay_as_they_are() -> None:
    text = f"{BOLD}deal{NOT_BOLD}\tcaf\u00e9 \u0645\u06cc\u200c\u062e\n"
    assert harmless(text) == text
    assert harmless(f"{BOLD}\x1b[31m\r\x00") == f"{BOLD}\\x1b[31m\\r\\x00"


def test_a_shell_is_not_offered_what_it_would_write_as_it_is(armsledger: Inside, tmp_path: Path) -> None:
    from armsledger.storage.opening import complete_streams

    told = {"recorded_at": "2026-11-01T00:00:00.000000Z", "recorded_by": "me"}  # as earlier releases took it
    keys = ("paper", "pap\u202eer", "pa\x9b31mper")
    lines = [{"stream": f"source/{key}", "event": "registered", "publisher": "x", **told} for key in keys]
    Path("export.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert armsledger("import jsonl export.jsonl --ledger old.db").status == 0
    assert complete_streams("old.db", "source/pa") == ["source/paper"]
