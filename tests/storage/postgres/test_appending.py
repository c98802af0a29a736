"""What a writer on PostgreSQL can append by SQL of their own: nothing that stops others, or says what is not so.

The writer has no right to insert, only that to call the ledger's function, which is the owner's; whoever has the right
to insert is held to the Merkle tree and to the form of entries all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.storage.errors import LedgerForbidden
from armsledger.storage.postgres.check import differences
from armsledger.storage.postgres.database import APPEND, ARRAYS
from armsledger.storage.postgres.functions import APPENDING
from armsledger.storage.proofs.record import Record
from armsledger.storage.schema import Rule, instant_text
from tests.application.book import SOURCES, opened, paid, take
from tests.postgres import Server
from tests.storage.hashed import hashes_of

PAYLOAD = '{"asserted":"2021-11-12","on":"2018-10-05","source":"wire"}'
RIGHT = Record(
    *(0, "deal/y", 1, "deal.contract-signed", 1, "y1", "2018-10-05", "2018-10-05", "2021-11-12", "2021-11-12", "wire"),
    *("", "ann", None, PAYLOAD),
)
"""An entry that anybody may append: its position, time and login are yet to be filled in."""
INSERT = f"INSERT INTO journal ({', '.join(Record._fields)}, hashes) VALUES ({', '.join(['%s'] * 16)})"


class Guarded(NamedTuple):
    """A ledger with roles, and the logins of a member of the owner and of one of the writer."""

    server: Server
    schema: str
    owner: str
    writer: str

    def address(self, login: str) -> str:
        """The ledger's address for a login."""
        return self.server.address(login, self.schema)

    def connected(self, login: str) -> psycopg.Connection[Any]:
        """A connection that knows nothing of ledgers."""
        return psycopg.connect(self.address(login), autocommit=True)

    def next(self, connection: psycopg.Connection[Any], login: str | None = None, **changes: Any) -> Record:
        """The record that comes next, with some values changed."""
        ((now, head, me),) = connection.execute(
            "SELECT clock_timestamp(), (SELECT max(position) FROM journal), session_user::text"
        ).fetchall()
        return RIGHT._replace(position=head + 1, recorded_at=instant_text(now), login=login or me)._replace(**changes)

    def append(self, connection: psycopg.Connection[Any], *records: Record, hashes: list[bytes] | None = None) -> None:
        """Call the function."""
        added = hashes or hashes_of(connection, self.schema, records)
        columns = [[getattr(record, name) for record in records] for name in list(ARRAYS)[:-1]]
        first = records[0]
        values = [first.position, first.recorded_at, first.recorded_by, *columns, added]
        connection.execute(APPEND.replace("?", "%b").encode(), values)

    def insert(self, connection: psycopg.Connection[Any], record: Record, hashes: bytes | None = None) -> None:
        """Insert a row into the table."""
        added = hashes if hashes is not None else hashes_of(connection, self.schema, [record])[0]
        connection.execute(INSERT.encode(), [*record, added])


@pytest.fixture(scope="module")
def ledger(postgres: Server) -> Iterator[Guarded]:
    """A ledger of a few entries."""
    schema, prefix = postgres.schema(), f"a{uuid4().hex[:8]}"
    with Ledger.create(postgres.address("owner", schema), recorded_by="owner") as made:
        take(made, *SOURCES, opened(), paid("USD 1m"))
        roles = made.grant_roles(prefix)
    guarded = Guarded(postgres, schema, f"ann_{prefix}", f"bob_{prefix}")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {guarded.owner} LOGIN IN ROLE {roles.owner}".encode())
        connection.execute(f"CREATE ROLE {guarded.writer} LOGIN IN ROLE {roles.writer}".encode())
    yield guarded
    postgres.drop(schema)


@pytest.fixture
def writer(ledger: Guarded) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the writer, in a transaction that is undone."""
    with ledger.connected(ledger.writer) as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def owner(ledger: Guarded) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner, in a transaction that is undone."""
    with ledger.connected(ledger.owner) as connection, connection.transaction(force_rollback=True):
        yield connection


def test_what_comes_next_is_appended_under_the_login_of_the_session(
    ledger: Guarded, writer: psycopg.Connection[Any]
) -> None:
    record = ledger.next(writer)
    ledger.append(writer, record, record._replace(position=record.position + 1, version=2, entry_id="y2"))
    rows = writer.execute("SELECT login, recorded_by FROM journal WHERE stream = 'deal/y'").fetchall()
    assert rows == [(ledger.writer, "ann"), (ledger.writer, "ann")]


def test_the_writer_inserts_nothing(ledger: Guarded, writer: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ledger.insert(writer, ledger.next(writer))


def test_who_is_no_writer_does_not_append(ledger: Guarded, owner: psycopg.Connection[Any]) -> None:
    stranger = f"stranger_{uuid4().hex[:8]}"
    with psycopg.connect(ledger.server.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {stranger} LOGIN".encode())
        connection.execute(f"GRANT USAGE ON SCHEMA {ledger.schema} TO {stranger}".encode())
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {ledger.schema} TO {stranger}".encode())
    with ledger.connected(stranger) as connection:
        record = ledger.next(connection)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for function"):
            ledger.append(connection, record)


LATER, EARLIER = timedelta(seconds=1), -timedelta(hours=1)


@pytest.mark.parametrize("shift", [LATER, EARLIER, timedelta(days=400)])
def test_the_time_of_recording_is_the_servers(
    ledger: Guarded, writer: psycopg.Connection[Any], shift: timedelta
) -> None:
    at = instant_text(datetime.now(UTC) + shift)
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.SERVERS_TIME):
        ledger.append(writer, ledger.next(writer, recorded_at=at))


def test_the_time_of_the_last_entry_is_taken_where_the_clock_is_behind(
    ledger: Guarded, writer: psycopg.Connection[Any]
) -> None:
    ((last,),) = writer.execute("SELECT max(recorded_at) FROM journal").fetchall()
    ledger.append(writer, ledger.next(writer, recorded_at=last))


@pytest.mark.parametrize("garbage", ["zzzz", "", "9999", "2026-13-01T00:00:00.000000Z", None])
def test_what_is_no_time_is_refused(ledger: Guarded, writer: psycopg.Connection[Any], garbage: str | None) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.SERVERS_TIME):
        ledger.append(writer, ledger.next(writer, recorded_at=garbage))


@pytest.mark.parametrize("step", [-1, 1, 2**40])
def test_the_position_comes_next(ledger: Guarded, writer: psycopg.Connection[Any], step: int) -> None:
    record = ledger.next(writer)
    with pytest.raises(psycopg.errors.IntegrityError):
        ledger.append(writer, record._replace(position=record.position + step))


@pytest.mark.parametrize("version", [2, 9, 0, -1])
def test_the_version_comes_next(ledger: Guarded, writer: psycopg.Connection[Any], version: int) -> None:
    record = ledger.next(writer, version=version)
    hashes = hashes_of(writer, ledger.schema, [record])
    with pytest.raises(psycopg.errors.CheckViolation):
        ledger.append(writer, record, hashes=hashes)


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-1], lambda data: data + bytes(32),
                                    lambda data: bytes(32) + data[32:], lambda data: data[:32] + bytes(len(data) - 32),
                                    lambda data: bytes(len(data))])  # fmt: skip
@pytest.mark.parametrize("who", ["owner", "writer"])
def test_the_hashes_beside_an_entry_are_its_own(
    ledger: Guarded, request: pytest.FixtureRequest, who: str, damage: Callable[[bytes], bytes]
) -> None:
    """Such a row stopped everybody: whoever appended next could not tell where the tree goes on."""
    connection: psycopg.Connection[Any] = request.getfixturevalue(who)
    record = ledger.next(connection)
    while record.position % 4:  # an entry that completes several subtrees
        ledger.append(connection, record._replace(stream=f"deal/z{record.position}", entry_id=f"z{record.position}"))
        record = ledger.next(connection)
    (right,) = hashes_of(connection, ledger.schema, [record])
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.TREE):
        ledger.append(connection, record, hashes=[damage(right)])


def test_an_entry_under_the_login_of_somebody_else_does_not_fit_its_hash(
    ledger: Guarded, writer: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.TREE):
        ledger.append(writer, ledger.next(writer, login=ledger.owner))


GARBAGE: list[dict[str, Any]] = [
    {"stream": "garbage"},
    {"stream": "deal/"},
    {"stream": "deal/a b"},
    {"stream": "deal/a\u00a0b"},
    {"stream": "deal/a/b"},
    {"stream": "deal/a@b"},
    {"stream": "deal/" + "x" * 201},
    {"stream": "source/y"},
    {"name": "garbage"},
    {"name": "deal.Contract Signed"},
    {"name": "source.registered"},
    {"entry_id": ""},
    {"entry_id": "a\nb"},
    {"entry_id": "x" * 201},
    {"recorded_by": ""},
    {"recorded_by": "a\x1b[2Jb"},
    {"on_earliest": "yesterday"},
    {"on_latest": "2018-13-05"},
    {"on_earliest": "2018-02-30", "on_latest": "2018-02-31"},
    {"asserted_latest": "2021-11-31"},
    {"on_earliest": "2018-10-06"},
    {"asserted_latest": "2021-11-12T00:00"},
    {"source": "another"},
    {"source": None},
    {"payload": "garbage"},
    {"payload": ""},
    {"payload": "[]"},
    {"payload": '"text"'},
    {"payload": PAYLOAD[:-1]},
    {"payload": PAYLOAD + "}"},
    {"payload": '{"source":"\\u0000"}'},
]


@pytest.mark.parametrize("changes", GARBAGE, ids=str)
@pytest.mark.parametrize("who", ["owner", "writer"])
def test_what_does_not_have_the_form_of_an_entry_is_refused(
    ledger: Guarded, request: pytest.FixtureRequest, who: str, changes: dict[str, Any]
) -> None:
    connection: psycopg.Connection[Any] = request.getfixturevalue(who)
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.FORM):
        ledger.append(connection, ledger.next(connection, **changes))


@pytest.mark.parametrize(
    "changes",
    [{"format": 0}, {"format": -1}, {"stream": "person/p", "name": "person.forgotten"}],
    ids=["not of the catalogue", "of no format", "somebody is forgotten"],
)
def test_some_entries_are_the_owners(ledger: Guarded, writer: psycopg.Connection[Any], changes: dict[str, Any]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.OWNERS):
        ledger.append(writer, ledger.next(writer, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": "x/y", "name": "x.y"},
        {"payload": json.dumps({"source": "wire", "note": "x" * 1_100_000})},
        {"recorded_by": "x" * 3_000},
        {"payload": PAYLOAD.replace("{", '{"attribution":{"speaker":{"sealed":"' + "0" * 32 + '.AAAA"}},', 1)},
        {"payload": PAYLOAD.replace("{", '{"attribution":{"speaker":{"sealed":"ann"}},', 1)},
    ],
    ids=[
        "of a kind that nobody reads",
        "longer than any entry",
        "by somebody with a long name",
        "about a person whom the ledger does not hold",
        "with a seal that is none",
    ],
)
def test_what_nobody_could_read_is_refused_of_a_writer(
    ledger: Guarded, writer: psycopg.Connection[Any], changes: dict[str, Any]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.FORM):
        ledger.append(writer, ledger.next(writer, **changes))


PERSON, KEY = "0123456789abcdef" * 2, "repeat('k', 32)::bytea"


def test_a_writer_adds_a_person(writer: psycopg.Connection[Any]) -> None:
    writer.execute(f'INSERT INTO person (id, name, "key") VALUES (%s, %s, {KEY})'.encode(), [PERSON, "x" * 500])


@pytest.mark.parametrize(
    "values",
    [
        f"'{PERSON}', 'Bob', 'short', NULL, NULL",
        f"'{PERSON}', 'Bob', NULL, NULL, NULL",
        f"'{PERSON}', NULL, NULL, '2026', 'eve'",
        f"'{PERSON}', '', {KEY}, NULL, NULL",
        f"'{PERSON}', repeat('x', 2001), {KEY}, NULL, NULL",
        f"'p', 'Bob', {KEY}, NULL, NULL",
        f"'{PERSON[:-1]}@', 'Bob', {KEY}, NULL, NULL",
    ],
    ids=["a key of another length", "no key", "forgotten, as the writer says", "no name", "a name longer than any",
         "a short id", "an id of which no entry can tell"],
)  # fmt: skip
def test_a_writer_adds_persons_with_an_id_a_name_and_a_key(writer: psycopg.Connection[Any], values: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.PERSON):
        writer.execute(f'INSERT INTO person (id, name, "key", forgotten_at, forgotten_by) VALUES ({values})'.encode())


def test_the_owner_takes_over_no_time_that_never_was(ledger: Guarded, owner: psycopg.Connection[Any]) -> None:
    """A writer could give it who had been in a transaction since before the last midnight of a short month."""
    for at in ("2099-11-31T00:00:00.000000Z", "2099-02-29T00:00:00.000000Z"):
        with pytest.raises(psycopg.errors.CheckViolation, match=Rule.FORM), owner.transaction():
            ledger.insert(owner, ledger.next(owner, recorded_at=at))


def test_the_owner_takes_over_what_was_recorded_elsewhere(ledger: Guarded, owner: psycopg.Connection[Any]) -> None:
    record = ledger.next(owner, login="somebody-of-another-server", recorded_by="eve")
    ledger.insert(owner, record)
    assert owner.execute("SELECT login FROM journal WHERE entry_id = 'y1'").fetchall() == [(record.login,)]


def test_a_writer_who_takes_over_an_export_is_told_whose_right_it_is(postgres: Server, tmp_path: Path) -> None:
    export, schema, prefix = tmp_path / "export.jsonl", postgres.schema(), f"e{uuid4().hex[:8]}"
    with Ledger.in_memory(recorded_by="eve") as other:
        take(other, *SOURCES, opened())
        other.export_jsonl(export)
    with Ledger.create(postgres.address("owner", schema)) as ledger:
        roles = ledger.grant_roles(prefix)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE eve_{prefix} LOGIN IN ROLE {roles.writer}".encode())
    with Ledger(postgres.address(f"eve_{prefix}", schema), recorded_by="eve") as mine:
        with pytest.raises(LedgerForbidden, match="only its owner takes over an export") as refusal:
            mine.record_file(export)
        assert "have its owner import" in refusal.value.remedy
        assert mine.position() == 0
    with Ledger(postgres.address("owner", schema), recorded_by="owner") as ledger:
        ledger.record_file(export)
        assert {(row.recorded_by, row.login) for row in ledger.log()} == {("eve", None)}
    postgres.drop(schema)


def test_an_export_keeps_the_logins_and_so_the_root(ledger: Guarded, tmp_path: Path) -> None:
    export = tmp_path / "export.jsonl"
    with Ledger(ledger.address("owner"), recorded_by="owner") as there, Ledger.in_memory(recorded_by="me") as here:
        there.record("deal/x", "amended", on="2019", source="wire", note="By its owner.")
        there.export_jsonl(export)
        here.record_file(export)
        assert {row.login for row in here.log()} >= {"owner"}
        assert here.info().root == there.info().root


def test_after_all_attacks_others_record_and_the_ledger_verifies(ledger: Guarded) -> None:
    with ledger.connected(ledger.writer) as attacker:
        for changes in GARBAGE:
            with pytest.raises(psycopg.Error):
                ledger.append(attacker, ledger.next(attacker, **changes))
    with Ledger(ledger.address(ledger.writer), recorded_by="bob") as bobs:
        entry = bobs.record("deal/x", "tranche-paid", on="2019", amount="USD 8m", source="wire", tranche=7).entry
        assert bobs.verify().findings == ()
        row = bobs.log("deal/x")[-1]
    assert (row.entry, row.recorded_by, row.login) == (entry.address, "bob", ledger.writer)


def test_somebody_elses_temporary_table_or_function_does_not_stand_in(
    ledger: Guarded, writer: psycopg.Connection[Any]
) -> None:
    record = ledger.next(writer, format=0)
    hashes = hashes_of(writer, ledger.schema, [record])
    writer.execute("CREATE TEMP TABLE journal (LIKE journal)")
    writer.execute("CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT ''::bytea$$")
    writer.execute(
        "CREATE FUNCTION pg_temp.has_table_privilege(name, text, text) RETURNS bool LANGUAGE sql AS 'SELECT true'"
    )
    with pytest.raises(psycopg.errors.CheckViolation, match=Rule.OWNERS):
        ledger.append(writer, record, hashes=hashes)


# The record on the server is that of the program


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=3))
def test_any_text_has_the_same_record_on_the_server(ledger: Guarded, texts: list[str]) -> None:
    assert _recorded_as_hashed(ledger, texts)


def test_every_character_has_the_same_record_on_the_server(ledger: Guarded) -> None:
    characters = [chr(code) for code in range(1, 0x11_0000) if not 0xD800 <= code <= 0xDFFF]
    page = 60_000
    assert _recorded_as_hashed(ledger, ["".join(characters[i : i + page]) for i in range(0, len(characters), page)])


def _recorded_as_hashed(ledger: Guarded, texts: list[str]) -> bool:
    with ledger.connected(ledger.owner) as connection, connection.transaction(force_rollback=True):
        for place, text in enumerate(texts):
            payload = json.dumps({"note": text, "source": "wire"}, ensure_ascii=False, separators=(",", ":"))
            ledger.insert(
                connection, ledger.next(connection, payload=payload, stream=f"deal/t{place}", entry_id=f"t{place}")
            )
            raw = ledger.next(
                connection, format=0, payload=text, stream=f"deal/u{place}", entry_id=f"u{place}", name=text
            )
            ledger.insert(connection, raw)
    return True


# The function itself


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("ALTER FUNCTION {} SECURITY INVOKER", "it is not SECURITY DEFINER"),
        ("GRANT EXECUTE ON FUNCTION {} TO PUBLIC", "everybody may call it"),
        ("ALTER FUNCTION {} OWNER TO owner", "who does not own the journal"),
        ("ALTER FUNCTION {} RESET search_path", "it looks for tables elsewhere"),
        ("DROP FUNCTION {}", "it is missing"),
        ("CREATE FUNCTION armsledger_append(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", "with other arguments"),
        ("CREATE FUNCTION armsledger_mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "none of the ledger's"),
    ],
)
def test_a_function_that_was_changed_is_found(ledger: Guarded, statement: str, what: str) -> None:
    address = ledger.address("owner")
    with psycopg.connect(address, autocommit=True) as connection, connection.transaction(force_rollback=True):
        assert list(differences(lambda sql: connection.execute(sql.encode()).fetchall())) == []
        connection.execute(statement.format(APPENDING.signature).encode())
        (difference,) = differences(lambda sql: connection.execute(sql.encode()).fetchall())
    assert what in difference[1]


@pytest.mark.parametrize("prefix", ["x" * 57, "é" * 29, "", "a\nb"])
def test_a_prefix_that_the_server_would_cut_is_refused_before_anything_is_made(
    postgres_address: Callable[[], str], prefix: str
) -> None:
    with (
        Ledger.create(postgres_address()) as ledger,
        pytest.raises(UsageError, match="cannot begin the names") as refusal,
    ):
        ledger.grant_roles(prefix)
    assert "up to 56 bytes" in refusal.value.remedy


def test_the_longest_prefix_is_taken(postgres_address: Callable[[], str]) -> None:
    prefix = f"{uuid4().hex}".ljust(56, "x")
    with Ledger.create(postgres_address()) as ledger:
        assert ledger.grant_roles(prefix).writer == f"{prefix}_writer"
