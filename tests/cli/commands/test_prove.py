"""prove and verify-proof: an entry is in the ledger, as somebody without the ledger can see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.application.book import DEAL
from tests.cli.runner import Inside, Process
from tests.cli.test_startup import READING, WRITING, loaded

ENTRIES = 21


@pytest.fixture
def key(armsledger: Inside) -> None:
    """A signer key, and beside it the verifier key."""
    assert armsledger("proof keys new arms.key").status == 0


@pytest.fixture
def proof(armsledger: Inside, seed: Path, key: None) -> Path:
    """A proof; the ledger is gone."""
    assert armsledger(f"proof make {DEAL}@2 proof --key arms.key").status == 0
    seed.unlink()
    return Path("proof")


def test_a_proof_is_written(armsledger: Inside, seed: Path, key: None) -> None:
    answer = armsledger(f"proof make {DEAL}@2 proof --key arms.key")
    assert (answer.status, answer.out) == (0, "")
    told = f"proves that {DEAL}@2 is entry 4 of {ENTRIES}; the key's first signature for this ledger"
    assert answer.err == f"proof: {told}\n"
    assert armsledger("proof make @4 - --key arms.key").out == Path("proof").read_text(encoding="utf-8")


def test_the_entry_is_told_in_words(armsledger: Inside, proof: Path) -> None:
    answer = armsledger("proof check proof --key arms.key.pub")
    assert (answer.status, answer.err) == (0, "")
    told = dict(line.split(maxsplit=1) for line in answer.lines if not line.startswith(("recorded", "signed")))
    assert told["entry"] == f"{DEAL}@2"
    assert told["position"] == f"4 of {ENTRIES}"
    assert told["event"] == "contract-signed"
    assert told["source"] == "theprint-2021-11-12"
    assert (told["on"], told["asserted"]) == ("2018-10", "2021-11-12")
    assert told["value"] == "amount 5000000000, approximate yes, currency USD"
    assert "recorded by     tester" in answer.lines
    assert answer.lines[-1].startswith("signed by       armsledger+")


def test_the_same_as_json(armsledger: Inside, proof: Path) -> None:
    told = armsledger("proof check proof --key arms.key.pub --json").json
    assert (told["entry"], told["position"], told["event"]) == (f"{DEAL}@2", 4, "contract-signed")
    assert told["data"]["value"]["amount"] == "5000000000"
    assert (told["recorded_by"], told["login"]) == ("tester", None)
    assert told["checkpoint"]["size"] == ENTRIES


def test_a_proof_is_read_from_standard_input(process: Process, proof: Path) -> None:
    answer = process("proof check - --key arms.key.pub", stdin=proof.read_text(encoding="utf-8"))
    assert answer.status == 0


def test_a_proof_is_checked_without_the_writing_libraries(process: Process, proof: Path) -> None:
    found = loaded(process, "verify-proof proof --key arms.key.pub")
    assert not found & (WRITING | READING - {"pydantic", "pydantic_core"})


@pytest.mark.parametrize("command", ["info", "prove @4 proof --key arms.key"])
def test_what_only_reads_does_without_the_writing_libraries(
    process: Process, seed: Path, key: None, command: str
) -> None:
    assert not loaded(process, command) & WRITING


@pytest.mark.parametrize("line", range(1, 11))
def test_a_proof_of_which_a_line_was_changed_does_not_check(armsledger: Inside, proof: Path, line: int) -> None:
    lines = proof.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = lines[line].replace("A", "B") if "A" in lines[line] else f"x{lines[line]}"
    proof.write_text("".join([*lines[:line], changed, *lines[line + 1 :]]), encoding="utf-8")
    answer = armsledger("proof check proof --key arms.key.pub")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("error: ")
    assert "remedy: " in answer.err


def test_a_proof_is_worth_nothing_without_a_key(armsledger: Inside, proof: Path) -> None:
    answer = armsledger("proof check proof")
    assert (answer.status, answer.out) == (2, "")
    assert "--key FILE.pub" in answer.err


def test_a_proof_by_somebody_else_does_not_check(armsledger: Inside, proof: Path) -> None:
    armsledger("proof keys new other.key --name other")
    answer = armsledger("proof check proof --key other.key.pub")
    assert (answer.status, answer.out) == (1, "")
    assert "it is not signed by other+" in answer.err


def test_a_proof_can_be_demanded_to_be_of_one_ledger(armsledger: Inside, seed: Path, key: None) -> None:
    armsledger("proof make @3 proof --key arms.key")
    ledger_id = armsledger("info --json").json["ledger_id"]
    assert armsledger(f"proof check proof --key arms.key.pub --ledger-id {ledger_id}").status == 0
    answer = armsledger("proof check proof --key arms.key.pub --ledger-id another")
    assert (answer.status, answer.out) == (1, "")
    assert f"its checkpoint is one of the ledger {ledger_id}, not of another" in answer.err


@pytest.mark.parametrize("name", ["nothing", "arms.key.pub", "."])
def test_a_file_that_is_no_proof_is_refused(armsledger: Inside, key: None, name: str) -> None:
    answer = armsledger(f"proof check {name} --key arms.key.pub")
    assert answer.status in (1, 2)
    assert answer.err.startswith("error: ")


@pytest.mark.parametrize(
    ("entry", "status", "told"),
    [(f"{DEAL}@99", 1, "there is no entry"), ("@99", 1, "there is no entry"), (DEAL, 2, "not an entry")],
)
def test_an_entry_that_is_not_there_is_refused(
    armsledger: Inside, seed: Path, key: None, entry: str, status: int, told: str
) -> None:
    answer = armsledger(f"proof make {entry} proof --key arms.key")
    assert (answer.status, Path("proof").exists()) == (status, False)
    assert told in answer.err


def test_without_a_key_the_last_checkpoint_is_used(armsledger: Inside, seed: Path, key: None) -> None:
    answer = armsledger("proof make @3 proof")
    assert answer.status == 1
    assert "armsledger proof checkpoint FILE --key KEYFILE" in answer.err
    armsledger("proof checkpoint signed --key arms.key")
    assert armsledger("proof make @3 proof").status == 0
    assert armsledger("proof make @3 proof-too --checkpoint signed").status == 0
    assert Path("proof").read_bytes() == Path("proof-too").read_bytes()


def test_what_a_proof_holds_moves_no_cursor(armsledger: Inside, seed: Path, key: None) -> None:
    armsledger(["source", "registered", "odd", "--publisher", "a\u202eb", "--published", "2021", "--reliability", "C"])
    armsledger("proof make source/odd@1 proof --key arms.key")
    answer = armsledger("proof check proof --key arms.key.pub")
    assert answer.status == 0
    assert "\u202e" not in answer.out
