"""Whole ledgers copied as they are stored: from a file and from a server, to both, equal to the byte or not there."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from armsledger.domain.errors import LedgerError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.storage.address import parse_address
from armsledger.storage.copying.copy import Copied, CopyDiffers, check_same, copy_rows, facts_of
from armsledger.storage.copying.new_ledger import InTheWay, NewLedger, new_ledger
from armsledger.storage.copying.rows import silent
from armsledger.storage.errors import FolderMissing, LedgerDamaged, LedgerExists, NotALedger, UnsupportedAddress
from armsledger.storage.files import CLAIM, STAGING, left_behind
from armsledger.storage.integrity.verification import verify_journal
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader
from armsledger.storage.schema import Report
from tests.fork_server import ForkServer
from tests.storage.drafts import NOON, draft, history, ticking
from tests.storage.forger import forge

TABLES = {
    "journal": "position, stream, version, name, format, entry_id, on_earliest, on_latest, asserted_earliest,"
    " asserted_latest, source, recorded_at, recorded_by, payload, hashes",
    "checkpoint": "size, made_at, note",
    "person": 'id, name, "key", forgotten_at, forgotten_by',
    "tracking": "application_name, notification_id",
}
KINDS = ("sqlite", "postgresql")
ENTRIES = 2500
"""Two pages and a half."""
ELSEWHERE = (
    "INSERT INTO checkpoint (size, made_at, note) VALUES (1, '2026-11-22', 'signed'), (2, '2026-11-21', 'signed — ä')",
    "INSERT INTO person (id, name, \"key\", forgotten_at, forgotten_by) VALUES ('0f', 'Ann «Ä»', NULL, NULL, NULL),"
    " ('1f', NULL, NULL, '2026-11-22', 'me')",
    "INSERT INTO tracking (application_name, notification_id) VALUES ('follower', 7)",
)

Places = Callable[[str], str]
"""Gives the address of a ledger that is not there yet, on a database."""


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest) -> Places:
    """Addresses on both databases."""
    made: list[str] = []

    def place(kind: str) -> str:
        made.append(kind)
        if kind == "sqlite":
            return str(tmp_path / f"ledger-{len(made)}.db")
        return str(request.getfixturevalue("postgres_address")())

    return place


def filled(address: str, entries: int = 5) -> str:
    """A ledger of some entries, with something in the other tables too."""
    with Journal.create(address, clock=ticking()) as journal:
        for start in range(0, entries, 1000):
            batch = [draft(f"deal/d-{number:05}") for number in range(start, min(start + 1000, entries))]
            journal.append(batch, recorded_by="somebody «Ä»")
        journal.append(history("source/ä", 2), recorded_by="somebody else")
    forge(address, *ELSEWHERE)
    return address


@contextmanager
def copying(
    source: str, target: str, report: Report = silent
) -> Iterator[tuple[JournalReader, JournalReader, NewLedger, Copied]]:
    """The source, and a copy of it that is seen when the block ends."""
    with Journal.open(source) as journal, journal.reader.snapshot():
        reader = journal.reader
        with new_ledger(parse_address(target), NOON, facts_of(reader)) as made:
            copied = copy_rows(reader, source, made, report)
            yield reader, JournalReader(made.connection, lambda: CATALOGUE.decode, ledger=target), made, copied


def copied(source: str, target: str, report: Report = silent) -> Copied:
    """Copy a ledger, and compare the two."""
    with copying(source, target, report) as (reader, copy, _, done):
        check_same(reader, copy, target)
    return done


def rows_of(address: str, table: str) -> list[tuple[Any, ...]]:
    """All rows of a table, in the order of its first two columns."""
    with Journal.open(address) as journal:
        return journal.reader.query(f"SELECT {TABLES[table]} FROM {table} ORDER BY 1, 2")


def is_there(address: str) -> bool:
    """Whether there is anything at an address: a ledger, or a part of one."""
    if "://" not in address:
        path = Path(address)
        return any(other.name.startswith((path.name, f".{path.name}")) for other in path.parent.iterdir())
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace")
        return found.fetchone() != (0,)


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_a_copy_is_equal_in_every_column_of_every_table(source: str, target: str, places: Places) -> None:
    here, there = filled(places(source), ENTRIES), places(target)
    done = copied(here, there)
    assert done.entries == ENTRIES + 2
    for table in TABLES:
        assert rows_of(there, table) == rows_of(here, table) != []
    with Journal.open(here) as first, Journal.open(there) as second:
        assert second.reader.meta() == first.reader.meta()
        with second.reader.snapshot():
            walk = verify_journal(second.reader)
        assert (walk.violation, walk.root, walk.sound) == (None, done.root, ENTRIES + 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_goes_on_and_keeps_to_the_rules(kind: str, places: Places) -> None:
    here, there = filled(places("sqlite")), places(kind)
    copied(here, there)
    with Journal.open(there, write=True) as journal:
        journal.append([draft("source/ä", 3, "one more")], recorded_by="me")
        with journal.reader.snapshot():
            assert verify_journal(journal.reader).violation is None
        with pytest.raises(LedgerError), journal.transaction() as transaction:
            transaction.connection.execute("UPDATE journal SET payload = '{}' WHERE position = 1")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_ledger_has_an_empty_copy(kind: str, places: Places) -> None:
    here, there = places(kind), places("sqlite")
    Journal.create(here, clock=ticking()).close()
    assert copied(here, there).entries == 0
    with Journal.open(here) as first, Journal.open(there) as second:
        assert second.reader.meta() == first.reader.meta()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_recorded_meanwhile_is_not_in_the_copy(kind: str, places: Places) -> None:
    here, there = filled(places(kind), ENTRIES), places("sqlite")
    with Journal.open(here, write=True) as other:

        def record(done: int, total: int) -> None:
            other.append([draft(f"deal/meanwhile-{done}", 1)], recorded_by="other")

        assert copied(here, there, record).entries == ENTRIES + 2
        assert other.reader.head() == ENTRIES + 5
    assert len(rows_of(there, "journal")) == ENTRIES + 2


FORGERIES = {
    "UPDATE journal SET payload = replace(payload, '2018', '2019') WHERE position = 4": "deal/d-00003@1 (position 4",
    "UPDATE journal SET recorded_by = 'another' WHERE position = 4": "deal/d-00003@1 (position 4",
    "UPDATE journal SET hashes = {zeros} WHERE position = 5": "deal/d-00004@1 (position 5",
    "DELETE FROM journal WHERE position = 3": "there is no entry at position 3; next comes the entry deal/d-00003@1",
}
ZEROS = {"sqlite": "zeroblob(32)", "postgresql": "decode(repeat('00', 32), 'hex')"}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_that_does_not_fit_the_tree_stops_the_copy_and_is_named(
    kind: str, forgery: str, places: Places
) -> None:
    here = filled(places(kind))
    forge(here, forgery.format(zeros=ZEROS[kind]))
    for other in KINDS:
        there = places(other)
        with pytest.raises(LedgerDamaged) as refusal:
            copied(here, there)
        assert FORGERIES[forgery] in refusal.value.message
        assert not is_there(there)


def test_an_entry_that_is_no_text_stops_the_copy(places: Places) -> None:
    here, there = filled(places("sqlite")), places("sqlite")
    forge(here, "UPDATE journal SET source = CAST(x'ff' AS BLOB) WHERE position = 2")
    with pytest.raises(LedgerDamaged, match=r"deal/d-00001@1 \(position 2, id .* cannot be read"):
        copied(here, there)
    assert not is_there(there)


CHANGES = (
    "UPDATE journal SET payload = replace(payload, '2018', '2019') WHERE position = 4",
    "UPDATE journal SET source = NULL WHERE position = 1",
    "DELETE FROM journal WHERE position = 7",
    "UPDATE checkpoint SET note = 'other' WHERE size = 2",
    "DELETE FROM checkpoint",
    "UPDATE person SET name = 'Ben' WHERE id = '0f'",
    "DELETE FROM person WHERE id = '1f'",
    "UPDATE tracking SET notification_id = 8",
    "INSERT INTO tracking (application_name, notification_id) VALUES ('another', 7)",
    "UPDATE ledger SET value = 'another' WHERE key = 'ledger_id'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_copy_that_differs_is_found_and_nothing_of_it_is_kept(change: str, places: Places) -> None:
    here, there = filled(places("sqlite")), places("sqlite")

    def copy_badly() -> None:
        with copying(here, there) as (reader, copy, made, _):
            for (name,) in copy.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
                made.connection.execute(f"DROP TRIGGER {name}")
            made.connection.execute(change)
            check_same(reader, copy, there)

    with pytest.raises(CopyDiffers, match=r"was not made: the"):
        copy_badly()
    assert not is_there(there)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_already_is_left_as_it_is(kind: str, places: Places) -> None:
    here, there = filled(places("sqlite")), places(kind)
    with Journal.create(there) as journal:
        journal.append([draft("deal/precious")], recorded_by="me")
    before = rows_of(there, "journal")
    with pytest.raises(LedgerExists):
        copied(here, there)
    assert rows_of(there, "journal") == before


def test_a_file_that_is_no_ledger_is_not_overwritten(places: Places) -> None:
    here, there = filled(places("sqlite")), places("sqlite")
    Path(there).write_text("precious", encoding="utf-8")
    with pytest.raises(LedgerExists):
        copied(here, there)
    assert Path(there).read_text(encoding="utf-8") == "precious"


def test_what_a_copy_left_that_was_killed_once_it_was_there_is_swept_away_by_the_next(places: Places) -> None:
    here, there = filled(places("sqlite")), Path(places("sqlite"))
    copied(here, str(there))
    for ending in (CLAIM, STAGING):
        os.link(there, there.with_name(f".{there.name}.{'0' * 32}{ending}"))
    assert left_behind(there.parent)
    with pytest.raises(LedgerExists):
        copied(here, str(there))
    assert not left_behind(there.parent)
    assert os.stat(there).st_nlink == 1


@pytest.mark.parametrize("suffix", ["-wal", "-journal", "-shm"])
def test_nothing_is_put_beside_a_file_that_sqlite_would_take_for_a_part_of_it(suffix: str, places: Places) -> None:
    here, there = filled(places("sqlite")), places("sqlite")
    Path(f"{there}{suffix}").write_bytes(b"left behind")
    with pytest.raises(InTheWay) as refusal:
        copied(here, there)
    assert f"{there}{suffix}" in refusal.value.message
    assert not Path(there).exists()


def test_the_folder_must_be_there(places: Places, tmp_path: Path) -> None:
    here = filled(places("sqlite"))
    with pytest.raises(FolderMissing):
        copied(here, str(tmp_path / "none" / "ledger.db"))


def test_a_schema_in_which_others_have_tables_is_left_as_it_is(
    places: Places, postgres_address: Callable[[], str]
) -> None:
    here, there = filled(places("sqlite")), postgres_address()
    with psycopg.connect(there) as connection:
        connection.execute("CREATE TABLE journal (precious text)")
    with pytest.raises(NotALedger) as refusal:
        copied(here, there)
    assert "another schema" in refusal.value.remedy
    with psycopg.connect(there) as connection:
        names = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace")
        assert names.fetchall() == [("journal",)]


def test_there_is_no_copy_in_memory(places: Places) -> None:
    here = filled(places("sqlite"))
    with pytest.raises(UnsupportedAddress):
        copied(here, ":memory:")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_left_of_a_copy_that_is_interrupted(kind: str, places: Places) -> None:
    here, there = filled(places("sqlite"), ENTRIES), places(kind)

    def interrupt(done: int, total: int) -> None:
        if done >= 2000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copied(here, there, interrupt)
    assert not is_there(there)
    assert copied(here, there).entries == ENTRIES + 2


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_sees_a_copy_whose_maker_was_killed(fork_server: ForkServer, kind: str, places: Places) -> None:
    here, there = filled(places("sqlite"), ENTRIES), places(kind)
    assert fork_server.start("copy_and_die", here, target=there).wait() == -signal.SIGKILL
    if kind == "sqlite":
        assert not Path(there).exists()
    assert copied(here, there).entries == ENTRIES + 2


def test_rows_travel_in_pages(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = filled(places("sqlite"), ENTRIES), places("sqlite")
    with Journal.open(here) as journal, journal.reader.snapshot():
        sizes: list[int] = []
        with new_ledger(parse_address(there), NOON, facts_of(journal.reader)) as made:
            insert = made.insert

            def counted(rows: Sequence[tuple[Any, ...]]) -> None:
                sizes.append(len(rows))
                insert(rows)

            monkeypatch.setattr(made, "insert", counted)
            copy_rows(journal.reader, here, made)
    assert sizes == [1000, 1000, 502]


def test_a_copy_is_safely_on_the_disk_before_it_is_seen(places: Places) -> None:
    here, there = filled(places("sqlite")), places("sqlite")
    copied(here, there)
    with closing(sqlite3.connect(there)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(path.name for path in Path(there).parent.iterdir()) == ["ledger-1.db", "ledger-2.db"]
