"""What is recorded on a server is never changed, whichever program connects to it; the owner is refused too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from armsledger.storage.journal import Journal
from armsledger.storage.proofs.record import Record
from armsledger.storage.schema import Rule
from tests.storage.drafts import draft, history
from tests.storage.hashed import hashes_of

COLUMNS = "stream, version, name, format, entry_id, recorded_at, recorded_by, payload, hashes"
COPY = f"INSERT INTO journal (position, {COLUMNS}) SELECT {{position}}, {COLUMNS} FROM journal WHERE position = 1"
MERGE = "MERGE INTO journal USING (SELECT 1 AS place) AS theirs ON position = place WHEN MATCHED THEN "
NEW = ("deal/b", 2, "deal.opened", 1, "new", "2100-01-01T00:00:00.000000Z", "stranger", "{}", b"")
"""What another program would insert as the fourth entry: its values from `stream` on."""


def _record(values: dict[str, object]) -> Record:
    return Record._make(values.get(name) for name in Record._fields)


class Stranger:
    """A program that knows nothing of ledgers, connected as the owner to one of three entries and two streams."""

    def __init__(self, address: str) -> None:
        self.schema = address.rpartition("%3D")[2]
        self.connection = psycopg.connect(address, autocommit=True)

    def run(self, sql: str, *parameters: object) -> psycopg.Cursor:
        """Run a statement."""
        return self.connection.execute(sql.encode(), parameters or None)

    def insert(self, *rows: tuple[object, ...]) -> None:
        """Insert rows in one statement, with the hashes that belong beside them."""
        rows = self.hashed(*rows)
        marks = ", ".join(["%s"] * (COLUMNS.count(",") + 2))
        values = ", ".join(f"({marks})" for _ in rows)
        sql = f"INSERT INTO {self.schema}.journal (position, {COLUMNS}) VALUES {values}"
        self.run(sql, *(value for row in rows for value in row))

    def hashed(self, *rows: tuple[object, ...]) -> tuple[tuple[object, ...], ...]:
        """The rows with the hashes that belong beside them."""
        names = ["position", *COLUMNS.split(", ")[:-1]]
        records = [_record(dict(zip(names, row[:-1], strict=True))) for row in rows]
        hashes = hashes_of(self.connection, self.schema, records)
        return tuple((*row[:-1], added) for row, added in zip(rows, hashes, strict=True))

    def positions(self) -> list[int]:
        """The positions that there are."""
        found = self.run(f"SELECT position FROM {self.schema}.journal ORDER BY position").fetchall()
        return [position for (position,) in found]


@pytest.fixture
def stranger(postgres_address: Callable[[], str]) -> Iterator[Stranger]:
    """Another program."""
    address = postgres_address()
    with Journal.create(address) as journal:
        journal.append([*history("deal/a", 2), draft("deal/b")], recorded_by="me")
    connected = Stranger(address)
    with connected.connection:
        yield connected


def row(position: int, **changes: object) -> tuple[object, ...]:
    """A row that would come next, with some values changed."""
    fields = dict(zip(COLUMNS.split(", "), NEW, strict=True)) | changes
    return (position, *fields.values())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET payload = '{}' WHERE position = 1",
        "UPDATE journal SET recorded_at = recorded_at",
        "UPDATE ONLY journal SET position = 4 WHERE position = 3",
        "DELETE FROM journal WHERE position = 3",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "TRUNCATE journal, ledger CASCADE",
        "WITH gone AS (DELETE FROM journal RETURNING *) SELECT count(*) FROM gone",
        f"{MERGE}UPDATE SET payload = '{{}}'",
        f"{MERGE}DELETE",
        f"{COPY.format(position=1)} ON CONFLICT (position) DO UPDATE SET payload = '{{}}'",
    ],
)
def test_no_program_can_change_or_delete_an_entry(stranger: Stranger, statement: str) -> None:
    before = stranger.run("SELECT * FROM journal ORDER BY position").fetchall()
    with pytest.raises(psycopg.IntegrityError, match=Rule.UNCHANGED):
        stranger.run(statement)
    assert stranger.run("SELECT * FROM journal ORDER BY position").fetchall() == before


@pytest.mark.parametrize(
    ("position", "rule"),
    [(1, "journal_pkey"), (5, "journal_stream_version_key"), ("NULL", "null value")],
)
def test_no_program_can_replace_an_entry(stranger: Stranger, position: int | str, rule: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=rule):
        stranger.run(COPY.format(position=position))
    assert stranger.positions() == [1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"version": 3}, Rule.VERSION),
        ({"version": 1}, "journal_stream_version_key"),
        ({"stream": "deal/c", "version": 2}, Rule.VERSION),
        ({"entry_id": "deal/a@1"}, "journal_entry_id_key"),
        ({"recorded_at": "1999-01-01T00:00:00.000000Z"}, Rule.RECORDED_AT),
    ],
)
def test_no_program_can_leave_a_version_out_or_go_back_in_time(
    stranger: Stranger, changes: dict[str, object], rule: str
) -> None:
    with pytest.raises(psycopg.IntegrityError, match=rule):
        stranger.insert(row(4, **changes))
    assert stranger.positions() == [1, 2, 3]


@pytest.mark.parametrize("position", [-1, 0, 5, 9, 2**63 - 1])
def test_no_program_can_leave_a_gap(stranger: Stranger, position: int) -> None:
    with pytest.raises(psycopg.IntegrityError, match=Rule.POSITION):
        stranger.insert(row(position))
    assert stranger.positions() == [1, 2, 3]


def test_the_first_position_is_one(postgres_address: Callable[[], str]) -> None:
    address = postgres_address()
    Journal.create(address).close()
    empty = Stranger(address)
    with empty.connection:
        for position in (-1, 0, 2):
            with pytest.raises(psycopg.IntegrityError, match=Rule.POSITION):
                empty.insert(row(position, version=1))
        empty.insert(row(1, version=1))


LATER = {"version": 3, "entry_id": "newer"}


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        (row(6, **LATER), Rule.POSITION),
        (row(5, **{**LATER, "version": 4}), Rule.VERSION),
        (row(5, **LATER, recorded_at="2099-12-31T00:00:00.000000Z"), Rule.RECORDED_AT),
        (row(5, **{**LATER, "entry_id": "new"}), "journal_entry_id_key"),
    ],
)
def test_each_row_of_a_statement_is_checked(stranger: Stranger, second: tuple[object, ...], rule: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=rule):
        stranger.insert(row(4), second)
    assert stranger.positions() == [1, 2, 3]


def test_versions_of_a_stream_go_the_way_of_the_positions(stranger: Stranger) -> None:
    with pytest.raises(psycopg.IntegrityError, match=Rule.VERSION):
        stranger.insert(row(4, **LATER), row(5))


def test_what_comes_next_is_taken(stranger: Stranger) -> None:
    stranger.insert(row(4), row(5, **LATER))
    assert stranger.positions() == [1, 2, 3, 4, 5]


def test_what_is_copied_in_is_checked_too(stranger: Stranger) -> None:
    with pytest.raises(psycopg.IntegrityError, match=Rule.POSITION):
        _copy_in(stranger, row(9))
    _copy_in(stranger, *stranger.hashed(row(4)))
    assert stranger.positions() == [1, 2, 3, 4]


def _copy_in(stranger: Stranger, values: tuple[object, ...]) -> None:
    sql = f"COPY journal (position, {COLUMNS}) FROM STDIN"
    with stranger.connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
        copy.write_row(values)


# What the functions of the triggers look at is pinned

FAKE = (
    "CREATE TEMP TABLE journal AS SELECT * FROM {schema}.journal WITH NO DATA",
    "INSERT INTO pg_temp.journal (position, stream, version, recorded_at) VALUES (8, 'deal/b', 1, '2000')",
)


def test_a_temporary_table_does_not_stand_in_for_the_journal(stranger: Stranger) -> None:
    for statement in FAKE:
        stranger.run(statement.format(schema=stranger.schema))
    with pytest.raises(psycopg.IntegrityError, match=Rule.POSITION):
        stranger.insert(row(9))
    stranger.insert(row(4))


def test_a_table_of_another_schema_does_not_stand_in_for_the_journal(stranger: Stranger) -> None:
    fake = f"{stranger.schema}_fake"
    stranger.run(f"CREATE SCHEMA {fake}")
    try:
        stranger.run(
            f"CREATE TABLE {fake}.journal AS SELECT 8::bigint AS position, 'deal/b'::text AS stream,"
            " 1 AS version, '2000'::text AS recorded_at"
        )
        stranger.run(f"SET search_path = {fake}, {stranger.schema}")
        with pytest.raises(psycopg.IntegrityError, match=Rule.POSITION):
            stranger.insert(row(9))
        stranger.insert(row(4))
    finally:
        stranger.run(f"DROP SCHEMA {fake} CASCADE")


def test_an_operator_of_ones_own_does_not_stand_in_for_the_servers(stranger: Stranger) -> None:
    fake = f"{stranger.schema}_fake"
    stranger.run(f"CREATE SCHEMA {fake}")
    try:
        stranger.run(f"CREATE FUNCTION {fake}.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false'")
        for operator in ("<>", "<"):
            stranger.run(
                f"CREATE OPERATOR {fake}.{operator} (FUNCTION = {fake}.never, LEFTARG = bigint, RIGHTARG = bigint)"
            )
        stranger.run(f"SET search_path = {fake}, pg_catalog, {stranger.schema}")
        assert stranger.run("SELECT 1::bigint <> 2::bigint").fetchone() == (False,)
        with pytest.raises(psycopg.IntegrityError, match=Rule.POSITION):
            stranger.insert(row(9))
    finally:
        stranger.run(f"DROP SCHEMA {fake} CASCADE")


# Beside the journal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET value = 'mine' WHERE key = 'ledger_id'",
        "UPDATE ledger SET key = 'ledger_id2' WHERE key = 'ledger_id'",
        "UPDATE ledger SET value = '0' WHERE key = 'schema_version'",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "INSERT INTO ledger VALUES ('created_at', 'yesterday') ON CONFLICT (key) DO UPDATE SET value = 'yesterday'",
    ],
)
def test_a_ledger_stays_the_ledger_it_is(stranger: Stranger, statement: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=Rule.IDENTITY):
        stranger.run(statement)


def test_what_a_ledger_says_of_itself_is_said_once(stranger: Stranger) -> None:
    with pytest.raises(psycopg.IntegrityError, match="ledger_pkey"):
        stranger.run("INSERT INTO ledger VALUES ('created_at', 'yesterday')")


def test_a_later_release_may_raise_the_schema_version(stranger: Stranger) -> None:
    stranger.run("UPDATE ledger SET value = '99' WHERE key = 'schema_version'")
    stranger.run("INSERT INTO ledger VALUES ('a later key', 'x')")


@pytest.mark.parametrize(
    "statement", ["UPDATE checkpoint SET note = 'x'", "DELETE FROM checkpoint", "TRUNCATE checkpoint"]
)
def test_a_checkpoint_stays_as_it_was_made(stranger: Stranger, statement: str) -> None:
    stranger.run("INSERT INTO checkpoint (size, made_at, note) VALUES (3, '2026-11-22T12:00:00.000000Z', 'signed')")
    with pytest.raises(psycopg.IntegrityError, match=Rule.CHECKPOINT):
        stranger.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET name = 'other'",
        "UPDATE person SET id = 'q', name = NULL, key = NULL, forgotten_at = '2027'",
        "DELETE FROM person",
        "TRUNCATE person",
    ],
)
def test_a_person_is_forgotten_or_stays(stranger: Stranger, statement: str) -> None:
    stranger.run("INSERT INTO person (id, name, key) VALUES ('p', 'name', sha256('key'))")
    with pytest.raises(psycopg.IntegrityError, match=Rule.PERSON):
        stranger.run(statement)
    forgetting = "UPDATE person SET name = NULL, key = NULL, forgotten_at = '2027', forgotten_by = 'me'"
    with pytest.raises(psycopg.IntegrityError, match=Rule.PERSON):
        stranger.run(forgetting)  # which no entry tells
    stranger.insert(row(4, stream="person/p", version=1, name="person.forgotten"))
    stranger.run(forgetting)
    with pytest.raises(psycopg.IntegrityError, match=Rule.PERSON):
        stranger.run("UPDATE person SET forgotten_by = 'somebody else'")
