"""Roles on PostgreSQL: the writer adds and changes nothing, the reader reads, and rights do what triggers do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.storage.errors import LedgerForbidden, UnsupportedAddress
from armsledger.storage.postgres.roles import Roles
from tests.application.book import SEED, opened, paid, take
from tests.postgres import Server


class Guarded(NamedTuple):
    """A ledger whose roles have members, who are called as the roles are."""

    server: Server
    schema: str
    roles: Roles

    def as_member(self, role: str) -> str:
        """The ledger's address for a member of a role."""
        return self.server.address(f"member_of_{role}", self.schema)

    def run(self, role: str, sql: str) -> None:
        """Run a statement as a member."""
        with psycopg.connect(self.as_member(role), autocommit=True) as connection:
            connection.execute(sql.encode())


@pytest.fixture(scope="module")
def guarded(postgres: Server) -> Iterator[Guarded]:
    """A ledger that holds the seed article, with its roles."""
    schema, prefix = postgres.schema(), f"r{uuid4().hex[:8]}"
    with Ledger.create(postgres.address("owner", schema), recorded_by="owner") as ledger:
        ledger.record_file(SEED)
        roles = ledger.grant_roles(prefix)
        assert ledger.grant_roles(prefix) == roles, "to grant them again changes nothing"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for role in roles:
            connection.execute(f"CREATE ROLE member_of_{role} LOGIN IN ROLE {role}".encode())
    yield Guarded(postgres, schema, roles)
    postgres.drop(schema)


def test_a_member_of_the_writer_records_and_the_read_models_are_kept(guarded: Guarded) -> None:
    notices: list[str] = []
    with Ledger(guarded.as_member(guarded.roles.writer), notice=notices.append) as ledger:
        before = ledger.position()
        ledger.record("deal/india-s400", "tranche-paid", on="2019", amount="USD 8m", source="theprint-2021-11-12")
        assert ledger.position() == before + 1
        assert len(ledger.at().deals()) == 2
        ledger.rebuild("deals", workers=0)
    assert notices == []


@pytest.mark.parametrize("table", ["journal", "checkpoint", "ledger"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
def test_the_writer_has_no_right_to_take_anything_away(guarded: Guarded, table: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        guarded.run(guarded.roles.writer, statement.format(table))


@pytest.mark.parametrize("sql", ["UPDATE journal SET payload = '{}'", "UPDATE person SET name = NULL, key = NULL"])
def test_the_writer_has_no_right_to_change_anything(guarded: Guarded, sql: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        guarded.run(guarded.roles.writer, sql)


def test_nobody_but_the_owner_makes_functions_beside_the_ledgers(guarded: Guarded) -> None:
    """One that stood in for a function of the server's acted with the owner's rights when the ledger's called it."""
    with psycopg.connect(guarded.server.url, autocommit=True) as connection:
        connection.execute(f"GRANT CREATE ON SCHEMA {guarded.schema} TO PUBLIC".encode())  # as before PostgreSQL 15
    with Ledger(guarded.server.address("owner", guarded.schema)) as ledger:
        ledger.grant_roles(guarded.roles.writer.removesuffix("_writer"))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for schema"):
        guarded.run(
            guarded.roles.writer,
            f"CREATE FUNCTION {guarded.schema}.array_to_string(text[], text) RETURNS text LANGUAGE sql AS 'SELECT $2'",
        )


def test_the_writer_makes_no_tables_of_its_own(guarded: Guarded) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        guarded.run(guarded.roles.writer, "CREATE TABLE mine (a int)")


def test_a_member_of_the_reader_reads_everything(guarded: Guarded) -> None:
    with Ledger(guarded.as_member(guarded.roles.reader)) as ledger:
        assert [row.deal for row in ledger.at("2021-11-12").deals(buyer="IND")] == ["india-s400"]
        assert len(ledger.log("deal/india-s400")) > 5


def test_a_member_of_the_reader_records_nothing(guarded: Guarded) -> None:
    with (
        Ledger(guarded.as_member(guarded.roles.reader)) as ledger,
        pytest.raises(LedgerForbidden, match="permission denied") as refusal,
    ):
        ledger.record("deal/india-s400", "tranche-paid", on="2020", amount="USD 8m", source="theprint-2021-11-12")
    assert "ask its owner" in refusal.value.remedy


def test_the_owner_too_is_refused_by_the_triggers(guarded: Guarded) -> None:
    for sql in ("UPDATE journal SET payload = '{}'", "DELETE FROM journal", "TRUNCATE journal"):
        with pytest.raises(psycopg.errors.CheckViolation, match="append-only"):
            guarded.run(guarded.roles.owner, sql)


def test_strangers_see_nothing(guarded: Guarded) -> None:
    name = f"stranger_{uuid4().hex[:8]}"
    with psycopg.connect(guarded.server.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN".encode())
    with (
        pytest.raises(UnsupportedAddress, match="there for you"),
        Ledger(guarded.server.address(name, guarded.schema)) as ledger,
    ):
        ledger.position()


def test_a_ledger_in_a_file_has_no_roles() -> None:
    with Ledger.in_memory() as ledger:
        take(ledger, {"key": "wire", "publisher": "Wire", "published": "2021-11-12"}, opened(), paid("USD 1m"))
        with pytest.raises(UsageError, match="rights of the file system"):
            ledger.grant_roles()
