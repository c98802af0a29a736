"""Reading the journal: by position, stream, id and time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from armsledger.domain.entry import Entry
from armsledger.storage import reader as reader_module
from armsledger.storage.connection import SQLITE
from armsledger.storage.driver_errors import driver_errors
from armsledger.storage.errors import LedgerDamaged
from armsledger.storage.journal import Journal
from armsledger.storage.postgres.connection import with_formats
from armsledger.storage.reader import COLUMNS, Counts, JournalReader
from armsledger.storage.schema import parse_instant
from armsledger.storage.tables import journal as journal_table
from tests.storage.drafts import NOON, draft, history, ticking


def nine_entries(address: str) -> str:
    """A ledger of nine entries, a second apart: three streams of three versions, interleaved."""
    with Journal.create(address, clock=ticking()) as journal:
        for version in (1, 2, 3):
            for stream in ("deal/b", "source/a", "deal/a"):
                journal.append([draft(stream, version)], recorded_by="me")
    return address


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The same in a file."""
    return Path(nine_entries(str(tmp_path / "ledger.db")))


@pytest.fixture
def ledger(address: str) -> str:
    """The same on each of the databases."""
    return nine_entries(address)


@pytest.fixture
def on_server(postgres_address: Callable[[], str]) -> str:
    """The same on a server."""
    return nine_entries(postgres_address())


@pytest.fixture(
    params=[("path", 1), ("path", 2), ("path", 2000), ("on_server", 2)], ids="{0[0]}, pages of {0[1]}".format
)
def journal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """The same, read in pages of several sizes."""
    place, page_rows = request.param
    monkeypatch.setattr(reader_module, "PAGE_ROWS", page_rows)
    journal = Journal.open(request.getfixturevalue(place))
    request.addfinalizer(journal.close)  # noqa: PT021 - a fixture that returns can be typed for what it is
    return journal


def _addresses(entries: list[Entry]) -> list[str]:
    return [entry.address for entry in entries]


def test_all_entries_in_the_order_of_recording(journal: Journal) -> None:
    entries = list(journal.reader.entries())
    assert [entry.position for entry in entries] == list(range(1, 10))
    assert _addresses(entries[:4]) == ["deal/b@1", "source/a@1", "deal/a@1", "deal/b@2"]


@pytest.mark.parametrize(
    ("after", "upto", "positions"),
    [(0, 4, [1, 2, 3, 4]), (7, None, [8, 9]), (2, 4, [3, 4]), (9, None, []), (0, 0, []), (5, 3, [])],
)
def test_a_part_of_the_entries(journal: Journal, after: int, upto: int | None, positions: list[int]) -> None:
    assert [entry.position for entry in journal.reader.entries(after=after, upto=upto)] == positions


def test_entries_of_one_stream(journal: Journal) -> None:
    reader = journal.reader
    assert _addresses(reader.stream("deal/a")) == ["deal/a@1", "deal/a@2", "deal/a@3"]
    assert {stream: len(entries) for stream, entries in reader.several(["deal/b", "deal/none"]).items()} == {
        "deal/b": 3,
        "deal/none": 0,
    }
    assert _addresses(reader.stream("deal/a", upto=6)) == ["deal/a@1", "deal/a@2"]
    assert reader.stream("deal/none") == []


def test_a_stream_with_the_sources_that_it_cites(address: str) -> None:
    with Journal.create(address) as journal:
        journal.append(
            [
                *history("source/theprint-2021-11-12", 2),
                *history("source/other", 1),
                *history("deal/a", 3),
                *history("deal/b", 1),
            ],
            recorded_by="me",
        )
        reader = journal.reader
        assert {stream: len(entries) for stream, entries in reader.with_sources("deal/a", "other").items()} == {
            "deal/a": 3,
            "source/other": 1,
            "source/theprint-2021-11-12": 2,
        }
        assert reader.with_sources("deal/none", "none") == {"deal/none": [], "source/none": []}
        assert reader.with_sources("deal/none", "no key, \0") == {"deal/none": []}


def test_streams_one_after_the_other(journal: Journal) -> None:
    grouped = list(journal.reader.streams_grouped())
    assert [stream for stream, _ in grouped] == ["deal/a", "deal/b", "source/a"]
    assert all([entry.version for entry in entries] == [1, 2, 3] for _, entries in grouped)
    assert grouped[0][1] == journal.reader.stream("deal/a")


def test_streams_of_one_kind(journal: Journal) -> None:
    assert [stream for stream, _ in journal.reader.streams_grouped("deal")] == ["deal/a", "deal/b"]
    assert list(journal.reader.streams_grouped("framework")) == []


def test_streams_as_they_were_at_a_position(journal: Journal) -> None:
    grouped = journal.reader.streams_grouped(upto=4)
    assert [_addresses(entries) for _, entries in grouped] == [
        ["deal/a@1"],
        ["deal/b@1", "deal/b@2"],
        ["source/a@1"],
    ]


def test_a_walk_sees_one_state_however_much_is_recorded_meanwhile(journal: Journal) -> None:
    entries, grouped = journal.reader.entries(), journal.reader.streams_grouped()
    next(entries)
    next(grouped)
    with Journal.open(journal.ledger, write=True) as writer:
        writer.append([draft("deal/a", 4), draft("source/a", 4), draft("source/z")], recorded_by="me")
    assert [entry.position for entry in entries] == list(range(2, 10))
    assert [(stream, len(entries)) for stream, entries in grouped] == [("deal/b", 3), ("source/a", 3)]
    assert journal.reader.head() == 12


def test_single_entries(journal: Journal) -> None:
    reader = journal.reader
    [entry] = reader.entries(after=4, upto=5)
    assert reader.by_id("source/a@2") == reader.by_address("source/a", 2) == reader.by_position(5) == entry
    assert reader.by_id("none") is reader.by_address("source/a", 9) is reader.by_position(0) is None


def test_versions_and_names_of_streams(journal: Journal) -> None:
    reader = journal.reader
    assert (reader.version_of("deal/a"), reader.version_of("deal/none")) == (3, 0)
    assert reader.streams() == ["deal/a", "deal/b", "source/a"]
    assert reader.streams("deal") == ["deal/a", "deal/b"]
    assert reader.streams("deal", "b") == ["deal/b"]
    assert reader.streams(prefix="so") == ["source/a"]
    assert reader.streams("deal", "none") == []


def test_streams_are_found_by_how_the_ids_of_their_entries_begin(journal: Journal) -> None:
    reader = journal.reader
    assert reader.streams_of_ids("deal/") == ["deal/a", "deal/b"]
    assert reader.streams_of_ids("deal/b@") == ["deal/b"]
    assert reader.streams_of_ids("none") == []


def test_the_head_at_an_instant(journal: Journal) -> None:
    reader = journal.reader
    times = [reader.recorded_at(position) or "" for position in range(1, 10)]
    assert [reader.head_at(text) for text in times] == list(range(1, 10))
    assert reader.head_at(parse_instant(times[3])) == 4
    assert reader.head_at(parse_instant(times[3]) - timedelta(microseconds=1)) == 3
    assert reader.head_at(NOON - timedelta(days=1)) == 0
    assert reader.head_at(NOON + timedelta(days=1)) == 9
    assert reader.recorded_at(99) is None


def test_times_are_read_as_they_were_recorded(journal: Journal) -> None:
    entry = journal.reader.by_position(1)
    assert entry is not None
    assert entry.recorded_at == parse_instant(journal.reader.recorded_at(1) or "")
    assert entry.recorded_at.utcoffset() == timedelta(0)


def test_an_empty_journal(address: str) -> None:
    with Journal.create(address) as journal:
        reader = journal.reader
        assert (reader.head(), reader.head_at(NOON), list(reader.entries()), reader.streams()) == (0, 0, [], [])
        assert list(reader.streams_grouped()) == []
        assert reader.counts() == Counts(0, 0, {}, 0)


def test_counts(journal: Journal) -> None:
    assert journal.reader.counts() == Counts(9, 3, {"deal": 2, "source": 1}, 0)


def _damage(ledger: str, column: str, value: object) -> None:
    """Someone who can drop triggers can change an entry."""
    if ledger.startswith("postgresql:"):
        with psycopg.connect(ledger) as server:
            server.execute("DROP TRIGGER journal_refuses_update_delete ON journal")
            server.execute(f"UPDATE journal SET {column} = %s WHERE position = 5".encode(), (value,))
        server.close()
        return
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER journal_refuses_update")
        connection.execute(f"UPDATE journal SET {column} = ? WHERE position = 5", (value,))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", "{"),
        ("payload", '{"kind": "no such field"}'),
        ("name", "deal.never-heard-of"),
        ("format", 99),
        ("recorded_at", "yesterday"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(ledger: str, column: str, value: object) -> None:
    _damage(ledger, column, value)
    with Journal.open(ledger) as journal:
        with pytest.raises(LedgerDamaged, match=r"entry source/a@2 \(position 5, id source/a@2\) cannot be read"):
            list(journal.reader.entries())
        assert len(journal.reader.stream("deal/a")) == 3


def test_a_text_that_is_none_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER journal_refuses_update")
        connection.execute("UPDATE journal SET payload = CAST(x'ff' AS TEXT) WHERE position = 5")
    with Journal.open(path) as journal, pytest.raises(LedgerDamaged):
        list(journal.reader.entries())


def test_an_index_that_leads_to_another_stream_is_damage(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data, leaf_of_index, last = path.read_bytes(), 10, b"deal/b\x03"
    pages = [data[start : start + size] for start in range(0, len(data), size)]
    changed = [page.replace(last, b"deal/Z\x03") if page[0] == leaf_of_index else page for page in pages]
    assert sum(map(bytes.__ne__, pages, changed)) == 1
    path.write_bytes(b"".join(changed))
    with Journal.open(path) as journal, pytest.raises(LedgerDamaged, match="leads to 'deal/Z', which was not asked"):
        journal.reader.stream("deal/b")


def test_a_reader_works_over_any_connection(path: Path) -> None:
    with Journal.open(path) as journal:
        expected = list(journal.reader.entries())
    with closing(sqlite3.connect(path)) as connection:
        reader = JournalReader(connection, lambda: lambda *_: expected[0].event)
        assert [entry.id for entry in reader.entries()] == [entry.id for entry in expected]


def test_walks_use_an_index(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for sql in (reader_module.PAGE, reader_module.STREAMS % "?", reader_module.GROUPED_PAGE):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?")).fetchall()
            assert [step for *_, step in plan if "SCAN" in step or "TEMP B-TREE" in step] == []
        sql = reader_module.WITH_SOURCES % (SQLITE.one_of % reader_module.SOURCES_CITED)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * 3).fetchall()
        assert [step for *_, step in plan if "SCAN journal" in step] == []


def test_walks_use_an_index_on_a_server_too(on_server: str) -> None:
    with psycopg.connect(on_server) as server:
        server.execute("SET enable_seqscan = off")  # of nine entries it would read all
        server.execute("SET enable_sort = off")
        for sql, parameters in (
            (reader_module.PAGE, (0, 9, 64)),
            (reader_module.STREAMS % "?", ("deal/a", 9)),
            (reader_module.GROUPED_PAGE, ("", -1, "z", 9, 64)),
        ):
            plan = [step for (step,) in server.execute(with_formats(f"EXPLAIN {sql}"), parameters).fetchall()]
            assert [step for step in plan if "Seq Scan" in step or "Sort" in step] == []
            assert any("Index Scan" in step and "on journal" in step for step in plan)
    server.close()


def test_the_readers_columns_are_the_schemas() -> None:
    assert set(COLUMNS.split(", ")) <= set(journal_table.c.keys())


def test_pages_do_not_lose_long_streams(address: str) -> None:
    with Journal.create(address) as journal:
        journal.append(history("deal/long", 4001), recorded_by="me")
        assert len(journal.reader.stream("deal/long")) == 4001
        assert [len(entries) for _, entries in journal.reader.streams_grouped()] == [4001]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger",
        "CREATE TABLE more (number INTEGER)",
        "DROP TABLE journal",
    ],
)
def test_a_connection_that_reads_is_refused_every_write(address: str, statement: str) -> None:
    Journal.create(address).close()
    with (
        Journal.open(address) as journal,
        pytest.raises(driver_errors(), match=r"not authorized|read-only"),
    ):
        journal.reader.connection.execute(statement)


def test_a_connection_that_reads_a_file_makes_no_other_file(tmp_path: Path) -> None:
    Journal.create(tmp_path / "ledger.db").close()
    with Journal.open(tmp_path / "ledger.db") as journal, pytest.raises(driver_errors(), match="not authorized"):
        journal.reader.connection.execute("ATTACH DATABASE ? AS other", [str(tmp_path / "other.db")])
    assert not (tmp_path / "other.db").exists()
