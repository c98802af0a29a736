"""The command that prints the JSON Schema of a dossier."""

from __future__ import annotations

from pathlib import Path

from armsledger.exchange.dossiers.schema import dossier_schema
from tests.cli.runner import LEDGER, Inside, Process
from tests.cli.test_startup import READING, WRITING, loaded


def test_it_prints_the_schema_and_needs_no_ledger(armsledger: Inside) -> None:
    answer = armsledger("schema")
    assert (answer.status, answer.err) == (0, "")
    assert answer.json == dossier_schema()
    assert not Path(LEDGER).exists()


def test_it_prints_the_same_text_every_time(process: Process, armsledger: Inside) -> None:
    assert process("schema").out == armsledger("schema").out


def test_its_help_says_how_a_dossier_names_it(armsledger: Inside) -> None:
    help_text = " ".join(armsledger("schema --help").out.split())
    assert "'# yaml-language-server: $schema=dossier.schema.json'" in help_text


def test_it_loads_neither_what_writes_nor_lists_of_countries(process: Process) -> None:
    assert not loaded(process, "schema") & (WRITING | READING - {"pydantic", "pydantic_core"})


def test_its_help_loads_no_library(process: Process) -> None:
    assert not loaded(process, "schema --help") & (WRITING | READING)
