"""Completion, asked for as the scripts do that a shell installs."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.cli.runner import Process

KEYS_OF_DEALS = ["india-s400", "turkey-s400"]
DEALS = [f"deal/{key}" for key in KEYS_OF_DEALS]


def completed(process: Process, line: str, **env: str) -> list[str]:
    """What bash is told for a line, the last word of which is being written."""
    words = shlex.split(line)
    count = len(words) if line.endswith(" ") else len(words) - 1
    protocol = {"_ARMSLEDGER_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(count)}
    answer = process("", env=protocol | env)
    assert (answer.status, answer.err) == (0, "")
    return [line for line in answer.lines if line]


@pytest.mark.usefixtures("story")
class TestBash:
    """The protocol of bash, with the ledger of the working folder."""

    @pytest.mark.parametrize("command", ["show", "log", "compare"])
    def test_reads_complete_streams(self, process: Process, command: str) -> None:
        assert completed(process, f"armsledger {command} deal/") == DEALS

    @pytest.mark.parametrize(
        ("kind", "first"),
        [
            ("deal", "india-s400"),
            ("engagement", "delhi-regional-security-dialogue-2021"),
            ("framework", "india-russia-military-technical-cooperation"),
            ("source", "al-mayadeen-2021-12-06"),
        ],
    )
    def test_event_commands_complete_keys_of_their_kind(self, process: Process, kind: str, first: str) -> None:
        assert completed(process, f"armsledger {kind} corrected ")[0] == first

    def test_what_is_written_already_narrows_it_down(self, process: Process) -> None:
        assert completed(process, "armsledger show deal/t") == ["deal/turkey-s400"]
        assert completed(process, "armsledger deal delivered in") == ["india-s400"]
        assert completed(process, "armsledger show nothing/") == []

    def test_events_are_completed_too(self, process: Process) -> None:
        assert completed(process, "armsledger deal tr") == ["tranche-paid", "transferred-onward"]
        assert completed(process, "armsledger engagement h") == ["held"]

    def test_commands_and_choices_are_completed_too(self, process: Process) -> None:
        assert completed(process, "armsledger re") == [
            "record",
            "retract",
            "replay",
            "revisions",
            "report",
            "rebuild",
        ]
        assert completed(process, "armsledger deals --format ") == ["table", "json", "jsonl", "csv"]

    def test_the_ledger_is_the_one_that_is_named(self, process: Process, story: Path) -> None:
        Path("elsewhere").mkdir()
        story.rename("elsewhere/other.db")
        assert completed(process, "armsledger show deal/") == []
        assert completed(process, "armsledger show --ledger elsewhere/other.db deal/") == DEALS
        assert completed(process, "armsledger --ledger elsewhere/other.db show deal/") == DEALS
        assert completed(process, "armsledger show deal/", ARMSLEDGER_LEDGER="elsewhere/other.db") == DEALS


def test_zsh_and_fish_are_answered_in_their_ways(process: Process, story: Path) -> None:
    line = {"_TYPER_COMPLETE_ARGS": "armsledger show deal/"}
    zsh = process("", env={"_ARMSLEDGER_COMPLETE": "complete_zsh", **line})
    assert zsh.out == '_arguments \'*: :(("deal/india-s400"\n"deal/turkey-s400"))\'\n'
    asked = {"_ARMSLEDGER_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args", **line}
    assert process("", env=asked).lines == DEALS


def test_without_a_ledger_nothing_is_completed_and_none_is_made(process: Process, tmp_path: Path) -> None:
    assert completed(process, "armsledger show deal/") == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_ledger_is_passed_over_in_silence(process: Process, tmp_path: Path) -> None:
    (tmp_path / "armsledger.db").write_text("a shopping list")
    assert completed(process, "armsledger show deal/") == []


def test_the_script_that_bash_installs_completes_streams(process: Process, story: Path, tmp_path: Path) -> None:
    command = tmp_path / "bin" / "armsledger"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m armsledger "$@"\n')
    command.chmod(0o755)
    script = """
        PATH="$1:$PATH"
        eval "$(_ARMSLEDGER_COMPLETE=source_bash armsledger)"
        COMP_WORDS=(armsledger show deal/i)
        COMP_CWORD=2
        _armsledger_completion armsledger
        printf '%s\\n' "${COMPREPLY[@]}"
        complete -p armsledger
    """
    answer = process.script(script, str(command.parent))
    assert answer.err == ""
    assert answer.lines == ["deal/india-s400", "complete -o default -F _armsledger_completion armsledger"]
