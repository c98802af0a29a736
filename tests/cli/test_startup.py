"""What is loaded: a shell waits for help, and a read has no time for what folds or writes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from armsledger.cli import commands
from armsledger.cli.app import FILES, commands_of
from armsledger.projections.read_models.homes import HOMES
from tests.application.book import DEAL
from tests.cli.runner import Process

WRITING = {"sqlalchemy", "eventsourcing"}
READING = {"pydantic", "pydantic_core", "babel", "pycountry", "rapidfuzz", "ruamel", "rich"}
OURS = "armsledger."
FOLDING = {
    "armsledger.application.folded",
    "armsledger.application.recording",
    "armsledger.domain.beliefs",
    "armsledger.domain.decisions",
    "armsledger.domain.events",
    "armsledger.domain.findings",
    "armsledger.domain.registers",
    "armsledger.domain.states",
    "armsledger.projections.spans",
    "armsledger.projections.timeline",
    "armsledger.projections.updater",
    "armsledger.storage.eventsourcing_adapter",
    "armsledger.storage.writer",
}
"""Our own packages and modules that make states and rows, or record."""
LATE = {"asyncio", "concurrent", "csv", "email", "html", "http", "logging", "secrets", "ssl", "xml"}
"""Modules of the standard library that a read has no use for, and that take their time."""

READS = [
    "deals",
    "deals --buyer IND",
    "deals --buyer IND --json",
    "deals --at 2019-12-31 --known 2021-11-12",
    "deals --known 2021-11-12 --known-by asserted",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "sources",
    "revisions",
    "links",
    "findings",
    "check",
    "rows deals",
    "rows citations",
    "rows standing --jsonl",
    "report relations",
    "report scorecard",
    "report volumes",
]
"""Commands that tables answer."""


SAYING_WHAT_IS_LOADED = """
import atexit, sys
before = set(sys.modules)
atexit.register(lambda: print("loaded:", *sorted(set(sys.modules) - before), file=sys.stderr))
from armsledger.cli.main import run
run()
"""
"""What `-X importtime` does not list is there, too: a module that is imported by the name that a text gives."""


def modules(process: Process, command: str, **env: str) -> set[str]:
    """The modules that a command imports."""
    answer = process(command, program=("-c", SAYING_WHAT_IS_LOADED), env=env)
    assert answer.status == 0, answer.err
    names = answer.err.splitlines()[-1].split()
    assert names[0] == "loaded:"
    assert "armsledger" in names
    return set(names)


def loaded(process: Process, command: str, **env: str) -> set[str]:
    """The packages that a command imports."""
    return {name.partition(".")[0] for name in modules(process, command, **env)}


def within(names: set[str], packages: set[str]) -> set[str]:
    """The modules of some packages."""
    return {name for name in names if any(name == one or name.startswith(f"{one}.") for one in packages)}


@pytest.mark.parametrize("command", READS)
def test_a_read_that_tables_answer_loads_nothing_that_folds_validates_or_writes(
    process: Process, seed: object, command: str
) -> None:
    names = modules(process, command.replace("--jsonl", "--format jsonl"))
    assert within(names, WRITING | READING | FOLDING | LATE) == set()


def test_a_read_loads_the_one_file_of_commands_and_the_one_read_model_that_it_needs(
    process: Process, seed: object
) -> None:
    names = modules(process, "deals")
    prefix = f"{OURS}cli.commands."
    assert {name for name in names if name.startswith(prefix)} == {f"{prefix}tables"}
    prefix = f"{OURS}projections.read_models."
    assert {name for name in names if name.startswith(prefix)} == {f"{prefix}deals"}


def test_the_list_of_commands_is_what_their_files_declare() -> None:
    declared = {file: [command.name for command in commands_of(file)] for file in FILES}
    assert declared == {file: listed.names.split() for file, listed in FILES.items()}
    files = {path.stem for path in Path(commands.__path__[0]).glob("*.py")} - {"__init__"}
    assert files - set(FILES) == {"copies", "keys", "persons"}  # which are within groups


def test_the_list_of_projections_has_each_by_its_name() -> None:
    for name, home in HOMES.items():
        module, _, constant = home.partition(":")
        assert getattr(import_module(f"armsledger.projections.read_models.{module}"), constant).name == name


@pytest.mark.parametrize("command", ["--version", "--help", "show --help", "record --help"])
def test_help_and_version_load_no_library_of_ours_but_typer(process: Process, command: str) -> None:
    assert not loaded(process, command) & (WRITING | READING)


def test_the_help_of_an_event_does_without_the_writing_libraries(process: Process) -> None:
    assert not loaded(process, "deal contract-signed --help") & WRITING


@pytest.mark.parametrize("command", [f"show {DEAL}", f"replay {DEAL}", "check", "export jsonl -"])
def test_what_folds_does_without_the_writing_libraries(process: Process, seed: object, command: str) -> None:
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
        "armsledger deals --stage s",
        "armsledger deals --order-by s",
        "armsledger expectations --holder R",
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_does_without_the_libraries_of_the_domain(
    process: Process, seed: object, line: str, shell: str
) -> None:
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1), "_TYPER_COMPLETE_ARGS": line}
    found = loaded(process, "", _ARMSLEDGER_COMPLETE=f"complete_{shell}", **words)
    assert not found & (WRITING | READING - {"rich"})  # with which Typer reads the help of options for zsh
