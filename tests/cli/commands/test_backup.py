"""Backups and what is restored of them, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from armsledger import Ledger
from tests.application.book import DEAL, SEED
from tests.cli.runner import LEDGER, Inside, Process


def test_a_backup_tells_its_entries_root_and_size(armsledger: Inside, seed: Path, tmp_path: Path) -> None:
    answer = armsledger("admin backup kept.db --json")
    with Ledger(seed) as ledger:
        root = ledger.verify(journal_only=True).root.hex()
    size = (tmp_path / "kept.db").stat().st_size
    assert (answer.status, answer.err) == (0, "")
    assert answer.json == {"ledger": "kept.db", "entries": 21, "root": root, "size_bytes": size}
    assert armsledger("admin backup other.db").lines == [
        "ledger       other.db",
        "entries      21",
        f"root         {root}",
        f"size bytes   {size}",
    ]


def test_a_backup_answers_like_the_ledger(armsledger: Inside, seed: Path) -> None:
    armsledger("admin backup kept.db")
    for command in (f"show {DEAL}", "log", "deals --json", "expectations", "check"):
        assert armsledger(f"{command} --ledger kept.db") == armsledger(command)


def test_a_backup_overwrites_no_file_unless_it_is_told_to(armsledger: Inside, seed: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.db").write_text("precious", encoding="utf-8")
    refused = armsledger("admin backup kept.db")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == (
        "error: there is a file at kept.db already; it was left as it is\n"
        "  remedy: name another file, or say that this one may be replaced (--replace)\n"
    )
    assert (tmp_path / "kept.db").read_text(encoding="utf-8") == "precious"
    assert armsledger("admin backup kept.db --replace").status == 0
    assert armsledger("info --ledger kept.db --json").json["entries"] == 21


def test_what_is_lost_is_restored(armsledger: Inside, seed: Path) -> None:
    log = armsledger("log --json").out
    armsledger("admin backup kept.db")
    seed.unlink()
    answer = armsledger("admin restore kept.db --json")
    assert (answer.status, answer.json["ledger"], answer.json["entries"]) == (0, LEDGER, 21)
    assert armsledger("log --json").out == log
    assert armsledger("verify").status == 0
    assert armsledger(["record", str(SEED)]).status == 0


def test_nothing_is_restored_over_a_ledger(armsledger: Inside, seed: Path) -> None:
    armsledger("admin backup kept.db")
    before = seed.read_bytes()
    answer = armsledger("admin restore kept.db")
    assert answer.status == 1
    assert f"there is a file at {LEDGER} already" in answer.err
    assert seed.read_bytes() == before


def test_what_is_no_backup_is_refused(armsledger: Inside, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no ledger", encoding="utf-8")
    for file in ("text", "none.db"):
        answer = armsledger(f"admin restore {file}")
        assert (answer.status, answer.out) == (1, "")
        assert "remedy: " in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["text"]


def test_a_backup_of_a_ledger_that_is_not_there_makes_nothing(armsledger: Inside, tmp_path: Path) -> None:
    answer = armsledger("admin backup kept.db")
    assert answer.status == 1
    assert "there is no ledger at armsledger.db" in answer.err
    assert not list(tmp_path.iterdir())


def test_a_ledger_on_a_server_is_backed_up_and_restored_there(
    armsledger: Inside, seed: Path, postgres_address: Callable[[], str]
) -> None:
    here, there = postgres_address(), postgres_address()
    assert armsledger(["admin", "copy", LEDGER, here]).status == 0
    kept = armsledger(["admin", "backup", "kept.db", "--ledger", here, "--json"]).json
    restored = armsledger(["admin", "restore", "kept.db", "--ledger", there, "--json"]).json
    assert (restored["root"], restored["entries"]) == (kept["root"], 21)
    assert armsledger(["log", "--json", "--ledger", there]).out == armsledger("log --json").out


def test_a_backup_is_made_by_a_process_of_its_own_too(process: Process, seed: Path, tmp_path: Path) -> None:
    answer = process("admin backup kept.db")
    assert (answer.status, answer.err) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [LEDGER, "kept.db"]
