"""Completion, asked for as the scripts do that a shell installs."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from armsledger.application.recording.event_fields import summary_of
from armsledger.cli.command import first_sentence
from armsledger.cli.completion import WORDS, fields_of, words
from armsledger.domain.events.catalogue import CATALOGUE
from docs import completion
from tests.cli.runner import Inside, Process

Ask = Callable[[str], list[str]]

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

    def test_a_key_alone_is_completed_where_one_stream_has_it(self, process: Process) -> None:
        assert completed(process, "armsledger show turk") == ["turkey-s400"]
        assert completed(process, "armsledger log india-s") == ["india-s400"]
        assert completed(process, "armsledger deal delivered deal/in") == ["deal/india-s400"]

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


SAID = "armsledger deal contract-signed india-s400"
MODES = ["sale", "aid", "lease", "gift", "licence"]
REASONS = ["entry-error", "source-error", "new-information", "translation"]
VALUES: tuple[tuple[str, list[str]], ...] = (
    (f"{SAID} --source the", ["the-hindu-2023-03-01", "theprint-2021-11-12"]),
    (f"{SAID} --mode ", MODES),
    (f"{SAID} --status ", ["fact", "reported", "claim", "denial", "inference"]),
    (f"{SAID} --same-as @44", ["@44"]),
    (f"{SAID} --note ", []),
    (f"{SAID} --qu", ["--quantity", "--quote"]),
    ("armsledger deal opened x --supplier RU", ["RUS"]),
    ("armsledger deal opened x --supplier Rus", ["Russia"]),
    ("armsledger deal opened x --buyer South", []),
    ("armsledger deal opened x --channel g", ["government-to-government"]),
    ("armsledger deal expected x --modality p", ["planned", "promised"]),
    ("armsledger deal delivered x --so-far ", ["yes", "no"]),
    ("armsledger deal lost x --reason ", ["combat", "accident", "written-off", "captured"]),
    ("armsledger deal linked india-s400 --to turk", ["turkey-s400"]),
    ("armsledger deal linked india-s400 --relation s", ["succeeds", "supplied-from", "same-deal-as", "split-from"]),
    ("armsledger deal corrected india-s400 --target @4", ["@4", *(f"@{version}" for version in range(40, 46))]),
    ("armsledger deal corrected india-s400 --target @1 --set su", ["supplier="]),
    ("armsledger engagement held x --format ", ["summit", "2+2", "visit", "commission", "dialogue", "call"]),
    ("armsledger source registered x --reliability ", list("ABCDEF")),
    ("armsledger correct deal/turkey-s400@", ["deal/turkey-s400@1", "deal/turkey-s400@2"]),
    ("armsledger correct turkey-s400@", ["turkey-s400@1", "turkey-s400@2"]),
    ("armsledger correct turk", ["turkey-s400@"]),
    ("armsledger correct deal/india-s400@1 --reason ", REASONS),
    ("armsledger retract deal/india-s400@1 --reason ", REASONS),
    ("armsledger correct india-s400@1 --set su", ["supplier="]),
    ("armsledger correct deal/india-s400@1 --set status=de", ["status=denial"]),
    ("armsledger correct deal/nothing@1 --set su", []),
    ("armsledger report volumes --supplier IN", ["IND"]),
    ("armsledger report volumes --buyer Ru", ["Russia"]),
    ("armsledger report precedents t", ["turkey-s400"]),
    ("armsledger rebuild dea", ["deals"]),
    ("armsledger export xlsx x.xlsx --of s", ["sanctions", "sources", "standing", "scorecard"]),
    ("armsledger export ocds x.json --deal i", ["india-s400"]),
    ("armsledger pro", ["proof"]),
    ("armsledger proof k", ["keys"]),
    ("armsledger proof keys ", ["new", "show"]),
    ("armsledger backu", []),
    ("armsledger deals --stage s", ["signed", "suspended"]),
    ("armsledger deals --buyer TU", ["TUN", "TUR", "TUV"]),
    ("armsledger deals --buyer Turk", ["Turkey", "Turkiye", "Turkmenistan"]),
    ("armsledger deals --deal t", ["turkey-s400"]),
    ("armsledger expectations --outcome met-", ["met-early", "met-late"]),
    ("armsledger expectations --holder Ros", ["Rosoboronexport", "Rostec"]),
    ("armsledger expectations --stream turk", ["turkey-s400"]),
    ("armsledger payments --currency ", ["INR", "USD"]),
    ("armsledger links --relation s", ["succeeds", "supplied-from", "same-deal-as", "split-from"]),
    ("armsledger findings --severity w", ["warning"]),
    ("armsledger report volumes --category ", []),
    ("armsledger rows de", ["deals", "deliveries"]),
    ("armsledger deals --order-by s", ["supplier", "suppliers", "stage", "signed_on", "sanctions"]),
    ("armsledger deals --columns deal,bu", ["deal,buyer", "deal,buyers"]),
    ("armsledger rows links --columns re", ["relation"]),
)
"""What is written, and what a shell is offered for its last word."""


@pytest.fixture
def ask(armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Completes a line in the test's own process, which is quicker."""

    def asked(line: str) -> list[str]:
        count = len(shlex.split(line)) - (not line.endswith(" "))
        monkeypatch.setenv("_ARMSLEDGER_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(count))
        answer = armsledger("")
        assert (answer.status, answer.err) == (0, "")
        return [line for line in answer.lines if line]

    return asked


@pytest.mark.parametrize(("line", "offered"), VALUES)
def test_values_are_completed(ask: Ask, story: Path, line: str, offered: list[str]) -> None:
    assert ask(line) == offered


def test_a_name_of_several_words_is_offered_where_the_shell_quotes_it(process: Process, story: Path) -> None:
    line = {"_TYPER_COMPLETE_ARGS": "armsledger deal opened x --buyer South"}
    asked = {"_ARMSLEDGER_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args", **line}
    assert "South Korea" in process("", env=asked).lines


@pytest.mark.parametrize(("kind", "event"), [("deal", "opened"), ("engagement", "held"), ("source", "registered")])
def test_an_event_offers_the_options_that_it_has(
    armsledger: Inside, ask: Ask, story: Path, kind: str, event: str
) -> None:
    told = re.findall(r"^  (?:-h, )?(--[\w-]+)", armsledger(f"{kind} {event} --help").out, re.MULTILINE)
    assert sorted({*ask(f"armsledger {kind} {event} x --")} - {"-h"}) == sorted(told)


def test_every_field_of_every_event_is_known_to_completion() -> None:
    for kind, events in CATALOGUE.by_kind.items():
        for name, event in events.items():
            assert set(fields_of(kind, name)) == set(event.model_fields), (kind, name)
            assert words()["events"][kind][name]["help"] == first_sentence(summary_of(event))


def test_the_words_are_those_of_the_catalogue() -> None:
    assert WORDS.read_text(encoding="utf-8") == completion.text(), "run: python -m docs.completion"


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
