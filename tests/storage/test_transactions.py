"""All of a transaction is recorded, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from armsledger.domain.entry import Draft
from armsledger.storage.errors import AlreadyRecorded, Conflict, LedgerFailed, LedgerReadOnly
from armsledger.storage.eventsourcing_adapter.mapper import Envelope
from armsledger.storage.journal import Journal
from tests.processes import meanwhile
from tests.storage.drafts import draft, history


@pytest.fixture(params=["in memory", "in a file", "on a server"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    """An empty journal."""
    if request.param == "in memory":
        made = Journal.in_memory()
    elif request.param == "in a file":
        made = Journal.create(tmp_path / "ledger.db")
    else:
        made = Journal.create(request.getfixturevalue("postgres_address")())
    with made:
        yield made


def _append_two_and_raise(journal: Journal, interruption: BaseException) -> None:
    journal.append([draft("deal/a")], recorded_by="me")
    with journal.transaction():
        journal.append([draft("deal/b")], recorded_by="me")
    raise interruption


def test_what_is_appended_comes_back_as_entries(journal: Journal) -> None:
    drafts = [*history("deal/a", 2), draft("deal/b")]
    appended = journal.append(drafts, recorded_by="me")
    assert [Draft(entry.stream, entry.version, entry.id, entry.event) for entry in appended] == drafts
    assert [entry.position for entry in appended] == [1, 2, 3]
    assert {entry.recorded_by for entry in appended} == {"me"}
    assert list(journal.reader.entries()) == appended


def test_nothing_appended_is_nothing_recorded(journal: Journal) -> None:
    assert journal.append([], recorded_by="me") == []


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_interruption_undoes_the_whole_transaction_and_its_parts(
    journal: Journal, interruption: type[BaseException]
) -> None:
    with pytest.raises(interruption), journal.transaction():
        _append_two_and_raise(journal, interruption())
    assert journal.reader.head() == 0
    assert journal.append([draft("deal/a")], recorded_by="me")[0].position == 1


def test_a_transaction_sees_what_it_has_appended_and_nobody_else_does(address: str) -> None:
    with Journal.create(address) as journal, Journal.open(address) as other:
        seen_by_thread: list[int] = []
        with journal.transaction() as transaction:
            journal.append(history("deal/a", 3), recorded_by="me")
            assert [entry.version for entry in journal.reader.stream("deal/a")] == [1, 2, 3]
            assert transaction.head == 3
            assert other.reader.head() == 0
            with meanwhile(lambda: seen_by_thread.append(journal.reader.head())):
                pass
        assert seen_by_thread == [0]
        assert other.reader.head() == journal.reader.head() == 3


def _append_and_catch_a_conflict(journal: Journal) -> None:
    journal.append([draft("deal/a")], recorded_by="me")
    with pytest.raises(Conflict):
        journal.append([draft("deal/b"), draft("deal/a")], recorded_by="me")


def test_a_part_that_failed_fails_the_whole_even_if_its_error_is_caught(journal: Journal) -> None:
    with pytest.raises(LedgerFailed, match="a part of the transaction failed"), journal.transaction():
        _append_and_catch_a_conflict(journal)
    assert journal.reader.head() == 0


def _tally_and_raise(journal: Journal) -> None:
    with journal.transaction() as transaction:
        transaction.connection.execute("INSERT INTO tally VALUES (1)")
    raise ValueError("stop")


def test_a_statement_that_failed_on_a_server_is_not_acknowledged_if_its_error_is_caught(
    postgres_address: Callable[[], str],
) -> None:
    """COMMIT then undoes everything, and says so by its status alone."""
    with Journal.create(postgres_address()) as journal:

        def record() -> None:
            with journal.transaction() as transaction:
                journal.append([draft()], recorded_by="me")
                with pytest.raises(psycopg.errors.UndefinedColumn):
                    transaction.connection.execute("SELECT nonsense")

        with pytest.raises(LedgerFailed, match="a statement failed"):
            record()
        journal.append([draft()], recorded_by="me")
        assert journal.reader.head() == 1


def test_tables_kept_in_step_are_undone_with_the_entries(journal: Journal) -> None:
    with journal.transaction() as transaction:
        transaction.connection.execute("CREATE TABLE tally (entries INTEGER)")
    with pytest.raises(ValueError, match="stop"), journal.transaction():
        _tally_and_raise(journal)
    with journal.transaction() as transaction:
        assert transaction.connection.execute("SELECT count(*) FROM tally").fetchone() == (0,)


@pytest.mark.parametrize("version", [1, 2, 4, 9])
def test_a_version_that_does_not_come_next_is_a_conflict(journal: Journal, version: int) -> None:
    journal.append(history("deal/a", 2), recorded_by="me")
    with pytest.raises(Conflict, match=f"deal/a@{version} cannot be recorded") as refusal:
        journal.append([draft("deal/b"), draft("deal/a", version, "an id of its own")], recorded_by="me")
    assert (refusal.value.stream, refusal.value.version) == ("deal/a", version)
    assert journal.reader.head() == 2


def test_an_entry_id_is_recorded_once(journal: Journal) -> None:
    journal.append([draft("deal/a", 1, "the same")], recorded_by="me")
    with pytest.raises(AlreadyRecorded, match="holds an entry with the id the same") as refusal:
        journal.append([draft("deal/b"), draft("deal/a", 2, "the same")], recorded_by="me")
    assert refusal.value.entry_id == "the same"
    assert journal.reader.head() == 1


def test_an_id_twice_in_one_append_is_refused(journal: Journal) -> None:
    with pytest.raises(AlreadyRecorded):
        journal.append([draft("deal/a", 1, "twice"), draft("deal/b", 1, "twice")], recorded_by="me")
    assert journal.reader.head() == 0


def test_to_the_library_a_conflict_is_an_integrity_error_that_names_the_event(journal: Journal) -> None:
    recorder = journal.application.recorder
    journal.append([draft("deal/a")], recorded_by="me")
    stored = recorder.select_events("deal/a")
    with pytest.raises(IntegrityError, match="deal/a@1 cannot be recorded"):
        recorder.insert_events(stored)


def test_a_journal_opened_for_reading_does_not_write(address: str) -> None:
    Journal.create(address).close()
    with (
        Journal.open(address) as journal,
        pytest.raises(LedgerReadOnly, match="it was opened for reading"),
    ):
        journal.append([draft()], recorded_by="me")


def test_a_closed_journal_says_so(journal: Journal) -> None:
    journal.append([draft()], recorded_by="me")
    journal.close()
    with pytest.raises(LedgerFailed, match="closed"):
        journal.append([draft("deal/b")], recorded_by="me")
    with pytest.raises(LedgerFailed, match="closed"):
        journal.reader.head()


def test_a_process_that_was_forked_off_may_not_use_the_journal(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append([draft()], recorded_by="me")
    child = os.getpid() + 1
    with monkeypatch.context() as in_child:
        in_child.setattr(os, "getpid", lambda: child)
        with pytest.raises(LedgerFailed, match="open it again"):
            journal.append([draft("deal/b")], recorded_by="me")
    assert journal.reader.head() == 1


def test_what_need_not_last_waits_for_no_disk_and_the_next_entry_does_again(tmp_path: Path) -> None:
    with Journal.create(tmp_path / "ledger.db") as journal:
        found = []
        for durable in (True, False, False, True):
            with journal.transaction(durable=durable) as transaction:
                found.append(transaction.connection.execute("PRAGMA synchronous").fetchone()[0])
        assert found == [2, 1, 1, 2]
        journal.append([draft()], recorded_by="tester")
        with journal.transaction() as transaction:
            assert transaction.connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_on_a_server_too_what_need_not_last_waits_for_no_disk(postgres_address: Callable[[], str]) -> None:
    with Journal.create(postgres_address()) as journal:
        found = []
        for durable in (True, False, False, True):
            with journal.transaction(durable=durable) as transaction:
                found.append(transaction.connection.execute("SHOW synchronous_commit").fetchone()[0])
        assert found == ["on", "off", "off", "on"]


def test_a_session_that_would_not_wait_for_the_disk_is_made_to(
    postgres_address: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres_address()
    monkeypatch.setenv("PGOPTIONS", "-c synchronous_commit=off")
    with Journal.create(f"{address}%20-csynchronous_commit%3Doff") as journal, journal.transaction() as transaction:
        assert transaction.connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_stream_that_was_read_grows_by_whatever_appends_to_it(journal: Journal) -> None:
    with journal.transaction():
        assert journal.reader.stream("deal/a") == []
        journal.append(history("deal/a", 2), recorded_by="me")
        assert [entry.version for entry in journal.reader.stream("deal/a")] == [1, 2]
        journal.application.save(Envelope.around(draft("deal/a", 3)), recorded_by="me")
        assert [entry.version for entry in journal.reader.stream("deal/a")] == [1, 2, 3]
        assert [entry.version for entry in journal.reader.stream("deal/a", upto=2)] == [1, 2]
    assert [entry.version for entry in journal.reader.stream("deal/a")] == [1, 2, 3]
