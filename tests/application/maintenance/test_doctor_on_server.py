"""Looking over a ledger on a server: what the tests' own server lacks, and what else can be wrong."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from armsledger import Ledger
from armsledger.application.maintenance.doctor.diagnosis import Sign
from armsledger.application.maintenance.doctor.server import HOLDERS
from armsledger.storage.postgres.connection import LOCK
from tests.application.maintenance.trust import filled
from tests.other_program import run
from tests.postgres import Server

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
        "schema",
        "database",
        "entries",
        "tables",
        "checkpoints",
        "read models",
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
        assert (level, what) == ("warning", f"{role} may read only: not add to journal, checkpoint, person")
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
        ]
        run(ledger, *(sign.remedy.partition(": ")[2] for sign in examined(ledger) if only in sign.what))
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
