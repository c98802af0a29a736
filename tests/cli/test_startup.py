"""What is loaded: a shell waits for help, and a read has no time for what only writing needs."""

from __future__ import annotations

import pytest

from tests.application.book import DEAL
from tests.cli.runner import Process

WRITING = {"sqlalchemy", "eventsourcing"}
READING = {"pydantic", "pydantic_core", "babel", "pycountry", "rapidfuzz", "ruamel", "rich"}


def loaded(process: Process, command: str, **env: str) -> set[str]:
    """The packages that a command imports."""
    answer = process(command, program=("-X", "importtime", "-m", "armsledger"), env=env)
    assert answer.status == 0
    names = [line.rpartition("|")[2].strip() for line in answer.err.splitlines() if line.startswith("import time:")]
    assert "armsledger" in names
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("command", ["--version", "--help", "show --help", "record --help"])
def test_help_and_version_load_no_library_of_ours_but_typer(process: Process, command: str) -> None:
    assert not loaded(process, command) & (WRITING | READING)


def test_the_help_of_an_event_does_without_the_writing_libraries(process: Process) -> None:
    assert not loaded(process, "deal contract-signed --help") & WRITING


@pytest.mark.parametrize("command", [f"show {DEAL}", f"replay {DEAL}", "deals", "check", "export jsonl -"])
def test_a_read_does_without_the_writing_libraries(process: Process, seed: object, command: str) -> None:
    assert not loaded(process, command) & WRITING


def test_json_does_without_the_lists_of_countries(process: Process, seed: object) -> None:
    assert not loaded(process, f"show {DEAL} --json") & {"babel", "pycountry", "rich", "ruamel"}


@pytest.mark.parametrize(
    "line",
    [
        "armsledger show deal/",
        "armsledger deal con",
        "armsledger deal contract-signed india-s400 --source t",
        "armsledger deal opened x --supplier R",
        "armsledger correct india-s400@1 --set s",
        "armsledger rebuild d",
        "armsledger export csv x --of d",
        "armsledger deals --",
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_does_without_the_libraries_of_the_domain(
    process: Process, seed: object, line: str, shell: str
) -> None:
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1), "_TYPER_COMPLETE_ARGS": line}
    found = loaded(process, "", _ARMSLEDGER_COMPLETE=f"complete_{shell}", **words)
    assert not found & (WRITING | READING - {"rich"})  # with which Typer reads the help of options for zsh
