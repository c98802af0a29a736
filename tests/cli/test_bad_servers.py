"""Servers that are not there or turn us away, and ledgers on them that are none, busy, or not to be written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from armsledger.storage.postgres.connection import LOCK
from tests import other_program
from tests.application.book import SEED, STORY
from tests.cli.runner import Inside, Process
from tests.cli.test_bad_ledgers import COMMANDS, assert_refused
from tests.postgres import Server
from tests.processes import ROOT

EVENT = ["deal", "amended", "india-s400", "--on", "2019", "--source", "theprint-2021-11-12"]
USER = "user, the password and the database in the address"

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
]


@pytest.fixture
def guarded(postgres: Server) -> Iterator[str]:
    """The name of a user who needs a password, which is not "secret"."""
    name = f"guarded_{uuid4().hex[:8]}"
    rules = postgres.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'another'".encode())
        rules.write_text(f"host all {name} 127.0.0.1/32 scram-sha-256\n{before}")
        server.execute("SELECT pg_reload_conf()")
        yield name
        rules.write_text(before)
        server.execute("SELECT pg_reload_conf()")
        server.execute(f"DROP ROLE {name}".encode())


@pytest.mark.parametrize("command", [*COMMANDS, "init"])
def test_a_server_that_is_not_there_is_told(armsledger: Inside, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", "0.2")
    answer = armsledger(f"--ledger postgresql://me:secret@127.0.0.1:1/name {command}")
    assert_refused(answer, "postgresql://me@127.0.0.1:1/name cannot be reached: ", "see whether the server runs")
    assert "secret" not in answer.err
    assert list(Path().iterdir()) == []


def test_a_wrong_password_is_told_and_not_shown(armsledger: Inside, postgres: Server, guarded: str) -> None:
    address = postgres.address(f"{guarded}:secret")
    for command in ("deals", f"record {SEED}", "init"):
        answer = armsledger(f"--ledger {address} {command}")
        assert_refused(answer, f'does not let you: password authentication failed for user "{guarded}"', USER)
        assert "secret" not in answer.err


def test_a_missing_password_is_told(armsledger: Inside, postgres: Server, guarded: str) -> None:
    assert_refused(armsledger(f"--ledger {postgres.address(guarded)} deals"), "no password supplied", "")


@pytest.mark.parametrize("command", [*COMMANDS, "init"])
def test_a_missing_database_or_user_is_told(armsledger: Inside, postgres: Server, command: str) -> None:
    missing = armsledger(f"--ledger {postgres.address('owner', database='nothing')} {command}")
    assert_refused(missing, 'database "nothing" does not exist', USER)
    unknown = armsledger(f"--ledger {postgres.address('nobody')} {command}")
    assert_refused(unknown, 'role "nobody" does not exist', USER)


@pytest.mark.parametrize("command", COMMANDS)
def test_where_there_is_no_ledger_none_is_made(
    armsledger: Inside, postgres_address: Callable[[], str], command: str
) -> None:
    address = postgres_address()
    answer = armsledger(f"--ledger {address} {command}")
    assert_refused(answer, f"there is no ledger at {address}", "make one with `armsledger init`")
    assert other_program.select(
        address, "SELECT count(*) AS tables FROM pg_tables WHERE schemaname = current_schema()"
    ) == [{"tables": 0}]


@pytest.mark.parametrize("command", [*COMMANDS, "init"])
def test_a_missing_schema_is_told(armsledger: Inside, postgres: Server, command: str) -> None:
    answer = armsledger(f"--ledger {postgres.address('owner', 'nowhere')} {command}")
    assert_refused(answer, "none of the schemas in its search_path is there", "make the schema")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_ledger_of_a_later_release_is_left_alone(armsledger: Inside, seed: str, command: str) -> None:
    other_program.run(seed, "UPDATE ledger SET value = '99' WHERE key = 'schema_version'")
    assert_refused(
        armsledger(command), "was written by a later release (schema 99; this one knows 3)", "update armsledger"
    )


@pytest.mark.parametrize("theirs", [("journal",), ("ledger",), ("journal", "ledger")])
@pytest.mark.parametrize("command", ["deals", "init"])
def test_tables_of_another_program_are_left_alone(
    armsledger: Inside, postgres_address: Callable[[], str], theirs: tuple[str, ...], command: str
) -> None:
    address = postgres_address()
    other_program.run(address, *(f"CREATE TABLE {name} (mine text)" for name in theirs))
    answer = armsledger(f"--ledger {address} {command}")
    assert (answer.status, answer.out) == (1, "")
    if len(theirs) == 2 or command == "init":
        assert "is not a ledger: " in answer.err or "there is a ledger at" in answer.err
        assert "remedy: " in answer.err
    else:
        assert "there is no ledger at" in answer.err
    for name in theirs:
        assert other_program.select(address, f"SELECT count(mine) AS theirs FROM {name}") == [{"theirs": 0}]


def test_a_prefix_of_roles_that_would_be_cut_is_refused_before_anything_is_made(
    armsledger: Inside, postgres_address: Callable[[], str]
) -> None:
    address = postgres_address()
    answer = armsledger(["init", "--roles", "--role-prefix", "x" * 57, "--ledger", address])
    assert (answer.status, answer.out) == (2, "")
    assert "cannot begin the names of roles" in answer.err
    assert "remedy: take up to 56 bytes" in answer.err
    assert armsledger(f"--ledger {address} deals").status == 1, "there is no ledger"


def test_init_leaves_alone_what_stands_there(armsledger: Inside, seed: str) -> None:
    assert_refused(armsledger("init"), f"there is a ledger at {seed} already", "record into it as it is")
    assert armsledger("info --json").json["entries"] == 21


class TestBusy:
    """Another process is writing."""

    @pytest.fixture(autouse=True)
    def _other_writer(self, seed: str) -> Iterator[None]:
        with psycopg.connect(seed) as other:
            other.execute(LOCK.encode())
            yield

    @pytest.mark.parametrize("command", [["record", str(STORY)], EVENT, ["rebuild", "deals"]])
    def test_writing_is_given_up_after_the_time_that_is_set(
        self, armsledger: Inside, monkeypatch: pytest.MonkeyPatch, seed: str, command: list[str]
    ) -> None:
        monkeypatch.setenv("ARMSLEDGER_TIMEOUT_SECONDS", "0.2")
        answer = armsledger(command)
        message = f"{seed} is being written by someone else; gave up after 0.2 s"
        assert_refused(answer, message, "try again when the other writer is done")

    def test_reading_goes_on(self, armsledger: Inside, seed_log: str) -> None:
        assert armsledger("log --json").out == seed_log


class TestReadOnly:
    """Users who may only read, and servers that take no writes."""

    @pytest.fixture
    def reader(self, seed: str, postgres: Server) -> Iterator[str]:
        """The ledger's address for a user who may read it and no more."""
        name, schema = f"reader_{uuid4().hex[:8]}", seed.rpartition("%3D")[2]
        with psycopg.connect(seed, autocommit=True) as owner:
            owner.execute(f"CREATE ROLE {name} LOGIN".encode())
            owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}".encode())
            owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name}".encode())
            yield postgres.address(name, schema)
            owner.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())

    def test_who_may_only_read_reads_and_is_told_when_recording(
        self, armsledger: Inside, reader: str, seed_log: str
    ) -> None:
        assert armsledger(f"--ledger {reader} log --json").out == seed_log
        assert armsledger(f"--ledger {reader} deals").status == 0
        for command in (["record", str(STORY)], EVENT):
            answer = armsledger(["--ledger", reader, *command])
            assert_refused(answer, "does not let you: permission denied for", "ask its owner for the right")
        assert armsledger("log --json").out == seed_log

    def test_a_server_that_takes_no_writes_is_read(self, armsledger: Inside, seed: str, seed_log: str) -> None:
        standby = f"{seed}%20-cdefault_transaction_read_only%3Don"
        assert armsledger(f"--ledger {standby} log --json").out == seed_log
        for command in (["record", str(STORY)], EVENT, ["rebuild"]):
            answer = armsledger(["--ledger", standby, *command])
            assert_refused(answer, "cannot be written: the server takes no writes", "name the server that takes them")
        assert armsledger("log --json").out == seed_log


def test_without_the_driver_the_remedy_is_to_install_it(process: Process, tmp_path: Path) -> None:
    (tmp_path / "without" / "psycopg").mkdir(parents=True)
    (tmp_path / "without" / "psycopg" / "__init__.py").write_text("raise ImportError('not installed')")
    path = os.pathsep.join((str(tmp_path / "without"), str(ROOT / "src")))
    answer = process("--ledger postgresql://host/name deals", env={"PYTHONPATH": path})
    assert answer.status in (1, 2)
    assert "a ledger on PostgreSQL needs the package psycopg" in answer.err
    assert "pip install 'armsledger[postgres]'" in answer.err
