"""Exports taken in on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.application.book import SEED
from tests.cli.runner import LEDGER, Inside, Process


def test_an_export_gives_the_same_ledger_and_tells_its_root(armsledger: Inside, story: Path) -> None:
    root = armsledger("verify --json").json["root"]["hex"]
    armsledger("export jsonl export.jsonl")
    answer = armsledger("import jsonl export.jsonl --ledger twin.db --json")
    assert (answer.status, answer.err) == (0, "")
    entries = armsledger("info --json").json["entries"]
    assert (answer.json["ledger"], answer.json["entries"], answer.json["root"]) == ("twin.db", entries, root)
    assert armsledger("log --json --ledger twin.db").out == armsledger("log --json").out
    again = armsledger(f"import jsonl export.jsonl --ledger other.db --root {root}")
    assert again.lines[-1] == f"root         {root}"


def test_another_root_leaves_nothing(armsledger: Inside, seed: Path, tmp_path: Path) -> None:
    root = armsledger("verify --json").json["root"]["hex"]
    armsledger("export jsonl export.jsonl")
    answer = armsledger(f"import jsonl export.jsonl --ledger twin.db --root {'0' * 64}")
    assert (answer.status, answer.out) == (1, "")
    assert f"the root of what the export holds is {root}, not {'0' * 64}; nothing was recorded" in answer.err
    assert not (tmp_path / "twin.db").exists()


def test_an_export_comes_through_a_pipe(process: Process, seed: Path) -> None:
    answer = process.script("armsledger export jsonl - | armsledger import jsonl - --ledger twin.db")
    assert (answer.status, answer.out.splitlines()[1]) == (0, "entries      21")


def test_a_dossier_is_no_export(armsledger: Inside, tmp_path: Path) -> None:
    answer = armsledger(["import", "jsonl", str(SEED)])
    assert (answer.status, answer.out) == (1, "")
    assert "is no export" in answer.err
    assert "`armsledger record`" in answer.err
    assert not list(tmp_path.iterdir())


def test_a_ledger_that_holds_something_is_refused(armsledger: Inside, seed: Path) -> None:
    armsledger("export jsonl export.jsonl")
    answer = armsledger("import jsonl export.jsonl")
    assert answer.status == 1
    assert answer.err.startswith(f"error: {LEDGER} holds 21 entries; an export is imported into an empty ledger")


def test_what_is_no_root_is_refused(armsledger: Inside, seed: Path) -> None:
    answer = armsledger("import jsonl export.jsonl --ledger twin.db --root 1234")
    assert answer.status == 2
    assert "'1234' is not a root" in answer.err


def test_a_file_that_is_not_there_is_refused(armsledger: Inside, tmp_path: Path) -> None:
    answer = armsledger("import jsonl none.jsonl")
    assert (answer.status, answer.out) == (1, "")
    assert "there is no file none.jsonl" in answer.err
    assert not list(tmp_path.iterdir())


def test_import_alone_tells_what_can_be_imported(armsledger: Inside) -> None:
    answer = armsledger("import --help")
    assert answer.status == 0
    assert "jsonl" in answer.out
