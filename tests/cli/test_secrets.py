"""No command writes a password that stands in an address: not where the address is wrong, nor where its place is."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.addresses import FORMS, Twins, twins
from tests.cli.runner import Answer, Inside, Process

COMMANDS = (
    ["--ledger", "{}", "deals"],
    ["info", "--json", "--ledger={}"],
    ["admin", "doctor", "--ledger", "{}"],
    ["admin", "doctor", "--json", "--ledger", "{}"],
    ["admin", "copy", "{}", "copy.db"],
    ["admin", "copy", "none.db", "{}"],
    ["admin", "backup", "{}", "--ledger", "none.db"],
    ["admin", "migrate", "--ledger", "{}"],
    ["init", "--roles", "--ledger", "{}"],
    ["serve", "--ledger", "{}"],
    ["verify", "--ledger", "{}"],
)
"""Commands that take an address."""
MISPLACED = (
    ["{}", "deals"],
    ["init", "{}"],
    ["deals", "{}"],
    ["record", "{}"],
    ["show", "{}"],
    ["import", "jsonl", "{}", "--ledger", "none.db"],
    ["import", "sipri", "{}", "--ledger", "none.db"],
    ["admin", "restore", "{}", "--ledger", "none.db"],
    ["--leger", "{}", "deals"],
    ["deals", "--leger={}"],
    ["deals", "--ledger", "none.db", "--at", "{}"],
)
"""Commands that have an address where none belongs, and quote it."""
POSTGRESQL = [form for form in FORMS if form.startswith(("postgres", "POSTGRES"))]
FEW = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", "0")


def _answer(armsledger: Inside, command: list[str], address: str) -> Answer:
    answer = armsledger([word.replace("{}", address) for word in command])
    assert answer.status in {1, 2}
    return answer


@FEW
@given(twins(), st.sampled_from(COMMANDS))
def test_no_answer_tells_one_password_from_another(armsledger: Inside, addresses: Twins, command: list[str]) -> None:
    first, second = (_answer(armsledger, command, address) for address in addresses)
    assert first == second


@FEW
@given(twins(POSTGRESQL), st.sampled_from(MISPLACED))
def test_nor_does_one_that_quotes_an_address_in_the_wrong_place(
    armsledger: Inside, addresses: Twins, command: list[str]
) -> None:
    first, second = (_answer(armsledger, command, address) for address in addresses)
    assert first == second


def test_an_address_in_the_wrong_place_is_shown_as_others_are(armsledger: Inside) -> None:
    answer = armsledger(["init", "postgresql://me:secret@db/arms"])
    assert "(postgresql://me@db/arms)" in answer.err
    assert "secret" not in answer.err


def test_an_address_in_the_environment_is_shown_nowhere(armsledger: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMSLEDGER_LEDGER", "postgresql://me:hunter2@127.0.0.1:1/arms")
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    for command in ("deals", "--help", "deals --help", "info --json", "admin doctor", "record none.yaml"):
        answer = armsledger(command)
        assert "hunter2" not in answer.out + answer.err


def test_what_libpq_finds_in_its_own_files_is_not_shown(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cannot be read so are named, and not quoted."""
    service = process.folder / "services"
    service.write_text("[arms]\nhost=127.0.0.1\nport=1\npassword hunter2\nhunter2\n")
    (process.folder / "passwords").write_text("*:*:*:*:hunter2")
    os.chmod(process.folder / "passwords", 0o644)
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    monkeypatch.setenv("PGPASSFILE", str(process.folder / "passwords"))
    answer = process(["--ledger", "postgresql://?service=arms", "deals"], env={**os.environ})
    assert answer.status == 1
    assert "hunter2" not in answer.out + answer.err
