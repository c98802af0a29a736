"""Copies between files and servers on the command line: equal, or not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.application.book import DEAL
from tests.cli.runner import LEDGER, Inside
from tests.storage.forger import forge

READS = (f"show {DEAL} --json", "log --json", "deals --json", "expectations --json", "check --json", "relations --json")


def test_a_ledger_moves_to_a_server_and_back_and_answers_the_same(
    armsledger: Inside, story: Path, postgres_address: Callable[[], str]
) -> None:
    there = postgres_address()
    to = armsledger(["admin", "copy", LEDGER, there, "--json"])
    assert (to.status, to.err) == (0, "")
    assert to.json["equal"][:2] == ["entries", "root"]
    assert to.json["equal"][-1] == "read models"
    back = armsledger(["admin", "copy", there, "back.db", "--json"])
    assert (back.json["root"], back.json["entries"]) == (to.json["root"], to.json["entries"])
    for command in READS:
        answers = {armsledger(f"{command} --ledger {ledger}") for ledger in (LEDGER, there, "back.db")}
        assert len(answers) == 1
    for ledger in (there, "back.db"):
        assert armsledger(["verify", "--ledger", ledger]).status == 0


def test_a_copy_tells_what_is_equal(armsledger: Inside, seed: Path) -> None:
    lines = armsledger("admin copy armsledger.db twin.db").lines
    assert lines[:2] == ["ledger       twin.db", "entries      21"]
    assert lines[-1].startswith("equal        entries, root, states at ")
    assert lines[-1].endswith(", read models")


def test_a_copy_takes_the_place_of_nothing(armsledger: Inside, seed: Path, tmp_path: Path) -> None:
    (tmp_path / "twin.db").write_text("precious", encoding="utf-8")
    answer = armsledger("admin copy armsledger.db twin.db")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == (
        "error: there is something at twin.db already\n"
        "  remedy: name a place where nothing is yet: a copy takes the place of nothing\n"
    )
    assert (tmp_path / "twin.db").read_text(encoding="utf-8") == "precious"


def test_a_ledger_is_not_copied_onto_itself(armsledger: Inside, seed: Path) -> None:
    before = seed.read_bytes()
    assert armsledger("admin copy armsledger.db armsledger.db").status == 1
    assert seed.read_bytes() == before


def test_nothing_is_left_of_a_copy_of_a_forged_ledger(
    armsledger: Inside, seed: Path, tmp_path: Path, postgres_address: Callable[[], str]
) -> None:
    forge(seed, "UPDATE journal SET recorded_by = 'forger' WHERE position = 9")
    there = postgres_address()
    for target in ("twin.db", there):
        answer = armsledger(["admin", "copy", LEDGER, target])
        assert (answer.status, answer.out) == (1, "")
        assert "(position 9, id " in answer.err
        assert "does not fit the hashes of the Merkle tree" in answer.err
        assert armsledger(["info", "--ledger", target]).status == 1
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]


def test_an_address_that_is_none_is_refused(armsledger: Inside, seed: Path) -> None:
    for target in ("mysql://host/name", ":memory:", "none/twin.db", ""):
        answer = armsledger(["admin", "copy", LEDGER, target])
        assert (answer.status, answer.out) == (1, "")
        assert "remedy: " in answer.err


def test_a_password_is_not_told(armsledger: Inside, seed: Path, postgres_address: Callable[[], str]) -> None:
    there = postgres_address().replace("owner@", "owner:secret@")
    for command in (["copy", LEDGER, there], ["copy", LEDGER, there], ["copy", there, LEDGER]):
        answer = armsledger(command)
        assert "secret" not in answer.out + answer.err
