"""The journal as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from eventsourcing.persistence import IntegrityError, NotSupportedError, PersistenceError, StoredEvent
from eventsourcing.popo import POPOTrackingRecorder

from armsledger.storage.eventsourcing_adapter.application import JournalApplication
from armsledger.storage.eventsourcing_adapter.recorder import POLL_SECONDS
from armsledger.storage.journal import Journal
from armsledger.storage.opening import complete_streams
from armsledger.storage.reader import Counts
from tests.fork_server import ForkServer
from tests.processes import meanwhile, python
from tests.storage.drafts import draft, history, stopped


def five_entries(address: str) -> str:
    """A ledger of five entries in three streams."""
    with Journal.create(address, clock=stopped()) as journal:
        journal.append(
            [*history("deal/india-s400", 3), draft("deal/iran-su35"), draft("source/theprint")], recorded_by="me"
        )
    return address


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The same in a file."""
    return Path(five_entries(str(tmp_path / "ledger.db")))


@pytest.fixture
def ledger(address: str) -> str:
    """The same on each of the databases."""
    return five_entries(address)


def test_what_a_ledger_is_and_holds(path: Path) -> None:
    with Journal.open(path) as journal:
        info = journal.info()
    assert info.path == str(path)
    assert info.size_bytes == path.stat().st_size
    assert (info.schema_version, info.created_at) == (3, "2026-11-22T12:00:00.000000Z")
    assert (info.journal_mode, info.synchronous) == ("wal", "full")
    assert (info.head, info.counts) == (5, Counts(5, 3, {"deal": 2, "source": 1}, 0))


def test_what_a_ledger_on_a_server_is_and_holds(postgres_address: Callable[[], str]) -> None:
    address = five_entries(postgres_address())
    with Journal.open(address) as journal:
        info = journal.info()
    assert info.path == address
    assert 50_000 < info.size_bytes < 1_000_000
    assert (info.schema_version, info.created_at) == (3, "2026-11-22T12:00:00.000000Z")
    assert (info.journal_mode, info.synchronous) == ("replica", "on")
    assert (info.head, info.counts) == (5, Counts(5, 3, {"deal": 2, "source": 1}, 0))


def test_what_a_ledger_in_memory_is_and_holds() -> None:
    with Journal.in_memory() as journal:
        info = journal.info()
    assert (info.path, info.journal_mode, info.head) == (":memory:", "memory", 0)
    assert info.size_bytes > 0


def test_reading_leaves_the_folder_as_it_was(path: Path) -> None:
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with Journal.open(path) as journal:
        assert len(list(journal.reader.entries())) == 5
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_after_closing_all_is_in_the_one_file(path: Path) -> None:
    with Journal.open(path, write=True) as journal:
        journal.append([draft("deal/new")], recorded_by="me")
        assert len(list(journal.reader.entries())) == 6
    assert list(path.parent.iterdir()) == [path]


def test_closing_twice_is_closing_once(ledger: str) -> None:
    journal = Journal.open(ledger, write=True)
    journal.append([draft("deal/new")], recorded_by="me")
    journal.close()
    journal.close()


def test_no_variable_of_another_program_changes_how_a_ledger_is_stored(
    ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
    monkeypatch.setenv("COMPRESSOR_TOPIC", "zlib")
    monkeypatch.setenv("IS_SNAPSHOTTING_ENABLED", "y")
    with Journal.open(ledger, write=True) as journal:
        journal.append([draft("deal/new")], recorded_by="me")
        assert journal.application.snapshots is None
    with Journal.open(ledger) as journal:
        assert journal.reader.version_of("deal/new") == 1


def test_the_notification_log_gives_a_thousand_at_a_time() -> None:
    with Journal.in_memory() as journal:
        journal.append(history("deal/long", 1200), recorded_by="me")
        log = journal.application.notification_log
        assert isinstance(journal.application, JournalApplication)
        assert len(log.select(start=1, limit=1000)) == 1000
        assert [each.id for each in log.select(start=1001, limit=1000)] == list(range(1001, 1201))


def test_a_subscriber_is_told_of_entries_of_other_processes(fork_server: ForkServer, ledger: str) -> None:
    with Journal.open(ledger, write=True) as journal:
        recorder = journal.application.journal_recorder
        with recorder.subscribe(gt=5, topics=["deal.contract-signed"]) as subscription:
            assert fork_server.run("append_fifty", ledger, stream="deal/far-away") == []
            seen = [next(subscription).id for _ in range(100)]
    assert seen == list(range(6, 106))


def test_a_subscriber_is_told_at_once_of_entries_of_its_own_process(ledger: str) -> None:
    told = Event()
    with Journal.open(ledger, write=True) as journal:
        recorder = journal.application.journal_recorder
        with recorder.subscribe(gt=5) as subscription:

            def wait() -> None:
                next(subscription)
                told.set()

            with meanwhile(wait):
                assert not told.wait(POLL_SECONDS)
                journal.append([draft("deal/new")], recorded_by="me")


def test_a_subscriber_is_told_when_the_journal_cannot_be_read_any_more(ledger: str) -> None:
    journal = Journal.open(ledger, write=True)
    with journal.application.journal_recorder.subscribe(gt=5) as subscription:
        journal.close()
        with pytest.raises(PersistenceError):
            next(subscription)


def test_there_are_no_snapshots() -> None:
    with Journal.in_memory() as journal, pytest.raises(NotSupportedError, match="no snapshots"):
        journal.application.factory.aggregate_recorder("snapshots")


def test_recorders_of_other_stores_are_refused() -> None:
    with Journal.in_memory() as journal, pytest.raises(NotSupportedError, match="does not record in a journal"):
        journal.application.factory.tracking_recorder(POPOTrackingRecorder)


def test_what_breaks_another_rule_of_the_database_is_an_integrity_error_too() -> None:
    nameless = StoredEvent("deal/a", 1, cast("str", None), b"{}")
    with Journal.in_memory() as journal, pytest.raises(IntegrityError, match="name: Input should be a valid string"):
        journal.application.recorder.insert_events([nameless])


def test_streams_are_completed(ledger: str) -> None:
    assert complete_streams(ledger, "deal/i") == ["deal/india-s400", "deal/iran-su35"]
    assert complete_streams(ledger, "deal/ind") == ["deal/india-s400"]
    assert complete_streams(ledger, "") == ["deal/india-s400", "deal/iran-su35", "source/theprint"]
    assert complete_streams(ledger, "x") == []


def test_completion_never_raises_and_never_makes_anything(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database")
    server = "postgresql://nobody@127.0.0.1:1/nothing"
    for path in (tmp_path / "missing.db", tmp_path, tmp_path / "notes.txt", "a\x00b", server, ":memory:", "mysql://x"):
        assert complete_streams(path, "deal/") == []
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def _loaded_by(code: str) -> set[str]:
    """Which of the heavy libraries a program loads."""
    heavy = ("sqlalchemy", "eventsourcing", "pydantic", "typer", "rich")
    program = f"import sys\n{code}\nprint(*(set({heavy}) & sys.modules.keys()))"
    return set(python("-c", program).split())


def test_reading_loads_neither_sqlalchemy_nor_eventsourcing(ledger: str) -> None:
    code = f"""
from armsledger.storage.journal import Journal
with Journal.open({ledger!r}, write=True) as journal:
    assert len(list(journal.reader.entries())) == 5
    journal.info()"""
    assert _loaded_by(code) == {"pydantic"}


def test_recording_loads_no_sqlalchemy(ledger: str) -> None:
    code = f"""
from armsledger import Ledger
with Ledger({ledger!r}) as ledger:
    ledger.record("source/wire", "registered", publisher="Wire", on="2021")"""
    assert _loaded_by(code) == {"eventsourcing", "pydantic"}


def test_completion_loads_nothing_heavy(ledger: str) -> None:
    code = f"""
from armsledger.storage.opening import complete_streams
assert len(complete_streams({ledger!r}, "deal/")) == 2"""
    assert _loaded_by(code) == set()
