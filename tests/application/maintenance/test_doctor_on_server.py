"""Looking over a ledger on a server: what the tests' own server lacks, and what else can be wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from armsledger import Ledger
from armsledger.application.maintenance.doctor.diagnosis import Sign
from armsledger.application.maintenance.doctor.server import HOLDERS
from armsledger.storage.postgres.connection import LOCK
from tests.application.maintenance.trust import filled
from tests.other_program import run, select
from tests.postgres import Server
from tests.processes import PATIENCE_SECONDS

QUICK = [("error", "fsync is off"), ("error", "full_page_writes is off")]
"""The tests' server loses no power, and waits for no disk."""


@pytest.fixture
def ledger(postgres_address: Callable[[], str]) -> str:
    """The address of a ledger of nine entries."""
    address = postgres_address()
    Ledger.create(address).close()
    return str(filled(address))


def examined(address: str) -> list[Sign]:
    """What the checks have found."""
    with Ledger(address) as ledger:
        return ledger.examine()


def wrong(address: str) -> list[tuple[str, str]]:
    """What is not as it should be, beside what the tests' server lacks; each with a remedy."""
    signs = [sign for sign in examined(address) if sign.level != "ok"]
    assert all(sign.remedy for sign in signs)
    durable = [(str(sign.level), sign.what.partition(":")[0]) for sign in signs if sign.check == "durability"]
    assert durable[: len(QUICK)] == QUICK
    found = [sign for sign in signs if sign.what.partition(":")[0] not in [what for _, what in QUICK]]
    return [(str(sign.level), sign.what) for sign in found]


def test_a_ledger_on_a_server_that_is_well(ledger: str) -> None:
    assert wrong(ledger) == []
    checks = list(dict.fromkeys(sign.check for sign in examined(ledger)))
    assert checks == [
        "place",
        "server",
        "rights",
        "durability",
        "writer",
        "guards",
        "schema",
        "database",
        "entries",
        "tables",
        "checkpoints",
        "read models",
        "erasures",
        "left behind",
        "clock",
        "key",
    ]


def test_a_server_that_is_not_there(postgres: Server) -> None:
    (sign,) = examined("postgresql://nobody@127.0.0.1:1/nothing")
    assert (sign.check, sign.level) == ("place", "error")
    assert "cannot be reached" in sign.what


def test_a_schema_without_a_ledger(postgres_address: Callable[[], str]) -> None:
    (sign,) = examined(postgres_address())
    assert (sign.check, sign.level, "there is no ledger" in sign.what) == ("place", "error", True)


def test_a_password_is_never_shown(ledger: str) -> None:
    signs = examined(ledger.replace("owner@", "owner:secret@"))
    assert not any("secret" in sign.what for sign in signs)


def test_a_trigger_that_is_switched_off(ledger: str) -> None:
    run(ledger, "ALTER TABLE journal DISABLE TRIGGER journal_refuses_update_delete")
    assert wrong(ledger) == [("error", "the trigger journal_refuses_update_delete: it is switched off")]


def test_a_role_that_may_only_read(ledger: str, postgres: Server) -> None:
    schema = ledger.rpartition("%3D")[2]
    role = f"reader_{schema}"
    grants = (f"GRANT USAGE ON SCHEMA {schema} TO {role}", f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}")
    run(ledger, f"CREATE ROLE {role} LOGIN", *grants)
    try:
        ((level, what),) = wrong(postgres.address(role, schema))
        assert (level, what) == ("warning", f"{role} may read only: not add to journal, person")
        run(ledger, f"REVOKE SELECT ON journal FROM {role}")
        assert ("error", f"{role} may not read journal") in [
            (sign.level, sign.what) for sign in examined(postgres.address(role, schema))
        ]
    finally:
        run(ledger, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_others_who_may_change_what_was_recorded(ledger: str) -> None:
    role = f"editor_{ledger.rpartition('%3D')[2]}"
    run(ledger, f"CREATE ROLE {role}", f"GRANT SELECT, INSERT, UPDATE, DELETE ON journal TO {role}")
    run(ledger, f"GRANT UPDATE (note) ON checkpoint TO {role}", "GRANT TRUNCATE ON checkpoint TO PUBLIC")
    try:
        only = "only its triggers keep it as it is"
        assert wrong(ledger) == [
            ("warning", f"PUBLIC has TRUNCATE on checkpoint: {only}"),
            ("warning", f"{role} has UPDATE on checkpoint: {only}"),
            ("warning", f"{role} has DELETE, UPDATE on journal: {only}"),
            ("warning", f"{role} may insert into the journal, and so record under any time, name and login"),
        ]
        run(ledger, f"REVOKE INSERT ON journal FROM {role}")
        run(ledger, *(sign.remedy.partition(": ")[2] for sign in examined(ledger) if only in sign.what))
        assert wrong(ledger) == []
    finally:
        run(ledger, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_others_who_may_go_past_the_function_that_appends(ledger: str) -> None:
    """By a right that no table shows, by functions or triggers of their own, or with the ledger's triggers off."""
    schema = ledger.rpartition("%3D")[2]
    role = f"passer_{schema}"
    run(
        ledger,
        f"CREATE ROLE {role}",
        f"GRANT CREATE ON SCHEMA {schema} TO {role}",
        f"GRANT pg_write_all_data TO {role}",
    )
    run(ledger, f"GRANT SET ON PARAMETER session_replication_role TO {role}", f"GRANT TRIGGER ON person TO {role}")
    run(ledger, "GRANT DELETE ON person TO PUBLIC")
    try:
        assert wrong(ledger) == [
            ("warning", "PUBLIC has DELETE on person: only its triggers keep it as it is"),
            ("warning", f"{role} may put triggers on person, which act with the rights of whoever changes it"),
            ("warning", f"{role} may write all tables of the server, and so record under any time, name and login"),
            (
                "warning",
                f"{role} may make functions in the ledger's schema, which can act with the rights of its owner",
            ),
            (
                "warning",
                f"{role} may set session_replication_role, and so switch off the triggers that keep the journal",
            ),
        ]
        run(ledger, *(sign.remedy.partition(": ")[2] for sign in examined(ledger) if sign.check == "rights"))
        assert wrong(ledger) == []
    finally:
        run(ledger, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_role_whose_commits_do_not_wait_for_the_disk(ledger: str) -> None:
    user = f"lax_{ledger.rpartition('%3D')[2]}"
    run(ledger, f"CREATE ROLE {user} LOGIN SUPERUSER", f"ALTER ROLE {user} SET synchronous_commit = off")
    try:
        ((level, what),) = wrong(ledger.replace("owner@", f"{user}@"))
        assert (level, "synchronous_commit is off" in what) == ("warning", True)
    finally:
        run(ledger, f"DROP ROLE {user}")


def test_somebody_who_has_been_writing_for_long(ledger: str) -> None:
    with psycopg.connect(ledger, application_name="a program") as holder:
        holder.execute(f"{LOCK}; SELECT pg_sleep(1.1)".encode())
        ((level, what),) = wrong(ledger)
        assert (level, "a program of owner" in what, f"process {holder.info.backend_pid} " in what) == (
            "warning",
            True,
            True,
        )
        with psycopg.connect(ledger) as other:
            assert len(other.execute(HOLDERS.encode()).fetchall()) == 1
    assert wrong(ledger) == []


def test_an_edited_read_model(ledger: str) -> None:
    run(ledger, "DELETE FROM kept_deals")
    ((level, what),) = wrong(ledger)
    assert (level, what.partition(":")[0]) == ("error", "the read model deals")


@pytest.fixture
def plain(ledger: str, postgres: Server) -> Iterator[str]:
    """The ledger's address for a user who reads and records, and may know nothing of others' sessions."""
    schema = ledger.rpartition("%3D")[2]
    role = f"plain_{schema}"
    with Ledger(ledger) as opened:
        roles = opened.grant_roles(f"g{schema}")
    run(ledger, f"CREATE ROLE {role} LOGIN IN ROLE {roles.writer}")
    yield postgres.address(role, schema)
    run(ledger, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("statement", "held"),
    [
        (LOCK, "it"),
        ("LOCK TABLE journal IN SHARE MODE", "locks on journal"),
        ("LOCK TABLE person, ledger IN EXCLUSIVE MODE", "locks on ledger, person"),
    ],
)
def test_a_lock_that_another_role_holds(ledger: str, plain: str, statement: str, held: str) -> None:
    with psycopg.connect(ledger, application_name="theirs") as other:
        other.execute(statement.encode())
        ((level, what),) = wrong(plain)
        assert level == "warning"
        assert what.startswith("theirs of owner (process ")
        assert what.endswith(f"has held {held} for long")
    assert wrong(plain) == []


def test_triggers_that_are_off_by_default(ledger: str, postgres: Server) -> None:
    role = f"replica_{ledger.rpartition('%3D')[2]}"
    run(ledger, f"CREATE ROLE {role}")
    try:
        for whose, statement in (
            (f"the role {role}", f"ALTER ROLE {role}"),
            (f"the role {role}", f"ALTER ROLE {role} IN DATABASE postgres"),
            ("the database postgres", "ALTER DATABASE postgres"),
            ("all roles", "ALTER ROLE ALL"),
        ):
            run(ledger, f"{statement} SET session_replication_role = replica")
            (sign,) = [sign for sign in examined(ledger) if sign.check == "guards"]
            assert (sign.level, sign.what.partition(":")[0]) == (
                "error",
                f"session_replication_role is replica by default for {whose}",
            )
            run(ledger, sign.remedy)
            assert wrong(ledger) == []
    finally:
        run(ledger, f"DROP ROLE {role}")


def test_triggers_that_are_off_on_the_whole_server(ledger: str) -> None:
    try:
        _set_on_server(ledger, "SET session_replication_role = replica")
        _wait_for("replica", ledger)
        ((level, what),) = wrong(ledger)
        assert (level, what.partition(":")[0]) == (
            "error",
            "session_replication_role is replica by default for the whole server",
        )
    finally:
        _set_on_server(ledger, "RESET session_replication_role")
    _wait_for("origin", ledger)
    assert wrong(ledger) == []


def _set_on_server(address: str, setting: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM {setting}".encode())
        connection.execute("SELECT pg_reload_conf()")


def _wait_for(setting: str, address: str) -> None:
    """Wait until the server has read its settings again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while select(address, "SHOW session_replication_role") != [{"session_replication_role": setting}]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_event_trigger_that_acts_on_what_we_do(ledger: str) -> None:
    name = f"nosy_{ledger.rpartition('%3D')[2]}"
    body = "AS $$BEGIN END$$"
    run(ledger, f"CREATE FUNCTION nosy() RETURNS event_trigger LANGUAGE plpgsql {body}")
    run(ledger, f"CREATE EVENT TRIGGER {name} ON ddl_command_end EXECUTE FUNCTION nosy()")
    try:
        ((level, what),) = wrong(ledger)
        assert level == "warning"
        assert what.startswith(f"the event trigger {name} of owner calls nosy on ddl_command_end")
    finally:
        run(ledger, f"DROP EVENT TRIGGER {name}")


def test_a_function_of_the_ledgers_that_was_replaced(ledger: str) -> None:
    body = "AS $$BEGIN RETURN NULL; END$$"
    run(ledger, f"CREATE OR REPLACE FUNCTION armsledger_next() RETURNS trigger LANGUAGE plpgsql {body}")
    ((level, what),) = wrong(ledger)
    assert (level, what) == ("error", "the function armsledger_next: it was changed")
