"""Positions are the order of the commits, without gaps; times of recording never go back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from armsledger.domain.entry import Entry
from armsledger.storage.errors import OutOfOrder
from armsledger.storage.journal import Journal
from tests.fork_server import ForkServer
from tests.processes import meanwhile
from tests.storage.drafts import NOON, draft, history, stopped, ticking


@pytest.fixture
def ledger(address: str) -> str:
    """An empty ledger, on each of the databases."""
    Journal.create(address).close()
    return address


Make = Callable[..., AbstractContextManager[Journal]]


@pytest.fixture(params=["in memory", "on a server"])
def new_journal(request: pytest.FixtureRequest) -> Make:
    """Makes an empty journal."""
    if request.param == "in memory":
        return Journal.in_memory
    return partial(_on_server, request.getfixturevalue("postgres_address"))


def _on_server(new_address: Callable[[], str], **options: Any) -> Journal:
    return Journal.create(new_address(), **options)


def _positions(ledger: str) -> list[int]:
    with Journal.open(ledger) as journal:
        return [entry.position for entry in journal.reader.entries()]


def test_several_processes_at_once_leave_no_gap_and_do_not_divide_what_was_saved_together(
    fork_server: ForkServer, ledger: str
) -> None:
    writers = [fork_server.start("append_fifty", ledger, stream=f"deal/writer-{number}") for number in range(3)]
    seen: list[Entry] = []
    with Journal.open(ledger) as journal:
        while len(seen) < 300:
            seen += journal.reader.entries(after=len(seen))
    assert [writer.wait() for writer in writers] == [0] * 3, [writer.lines() for writer in writers]
    assert [entry.position for entry in seen] == list(range(1, 301))  # whoever asks again and again skips nothing
    pairs = zip(seen[::2], seen[1::2], strict=True)
    assert all(a.stream == b.stream and a.recorded_at == b.recorded_at for a, b in pairs)


def test_those_who_lose_a_race_for_a_version_are_told_and_lose_nothing(fork_server: ForkServer, ledger: str) -> None:
    writers = [fork_server.start("compete", ledger, name=f"writer-{number}") for number in range(3)]
    assert [writer.wait() for writer in writers] == [0] * 3, [writer.lines() for writer in writers]
    with Journal.open(ledger) as journal:
        entries = journal.reader.stream("deal/shared")
    assert [entry.version for entry in entries] == list(range(1, 91))
    assert len({entry.id for entry in entries}) == 90


def test_a_killed_writer_leaves_a_beginning_of_what_it_wrote(fork_server: ForkServer, ledger: str) -> None:
    for cycle in range(5):
        before = len(_positions(ledger))
        writer = fork_server.start("append_one_by_one", ledger, stream=f"deal/writer-{cycle}")
        writer.wait_until_it_says("position", 20)
        writer.kill()
        acknowledged = list(map(int, writer.words("position")))
        left = _positions(ledger)
        assert acknowledged == list(range(before + 1, before + 1 + len(acknowledged)))
        assert left == list(range(1, len(left) + 1))
        assert len(left) - acknowledged[-1] in (0, 1)  # the last may have been recorded and not yet said
    if not ledger.startswith("postgresql:"):
        with closing(sqlite3.connect(ledger)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_threads_share_a_journal(new_journal: Make) -> None:
    with new_journal() as journal:

        def append(stream: str) -> None:
            for each in history(stream, 20):
                journal.append([each], recorded_by=stream)
                journal.reader.stream(stream)

        with meanwhile(*(partial(append, f"deal/{number}") for number in range(6))):
            pass
        assert [entry.position for entry in journal.reader.entries()] == list(range(1, 121))


def test_the_time_of_recording_never_goes_back_with_the_clock(new_journal: Make) -> None:
    with new_journal(clock=ticking(step_seconds=-60)) as journal:
        for each in history("deal/a", 5):
            journal.append([each], recorded_by="me")
        times = [entry.recorded_at for entry in journal.reader.entries()]
    assert times == [times[0]] * 5


def test_a_transaction_is_recorded_at_one_instant(new_journal: Make) -> None:
    with new_journal(clock=ticking()) as journal:
        with journal.transaction():
            first = journal.append([draft("deal/a")], recorded_by="me")
            second = journal.append([draft("deal/b")], recorded_by="me")
        later = journal.append([draft("deal/c")], recorded_by="me")
    assert first[0].recorded_at == second[0].recorded_at < later[0].recorded_at


def test_a_restored_export_keeps_its_times(new_journal: Make) -> None:
    times = [NOON - timedelta(days=3), NOON - timedelta(days=3), NOON - timedelta(days=1)]
    with new_journal(clock=stopped()) as journal:
        appended = journal.append(history("deal/a", 3), recorded_by="me", recorded_at=times)
        assert appended == journal.reader.stream("deal/a")
        assert [entry.recorded_at for entry in appended] == times


def test_after_a_restored_time_that_is_a_little_ahead_the_clock_waits(new_journal: Make) -> None:
    future = NOON + timedelta(minutes=1)
    with new_journal(clock=stopped()) as journal:
        journal.append([draft("deal/a")], recorded_by="me", recorded_at=[future])
        [entry] = journal.append([draft("deal/b")], recorded_by="me")
    assert entry.recorded_at == future


def test_restored_times_may_not_go_back(new_journal: Make) -> None:
    with new_journal(clock=stopped()) as journal:
        journal.append([draft("deal/a")], recorded_by="me")
        with pytest.raises(OutOfOrder, match="deal/a@2 cannot be restored"):
            journal.append([draft("deal/a", 2)], recorded_by="me", recorded_at=[NOON - timedelta(microseconds=1)])
        times = [NOON + timedelta(minutes=2), NOON + timedelta(minutes=1)]
        with pytest.raises(OutOfOrder, match="deal/b@2"):
            journal.append(history("deal/b", 2), recorded_by="me", recorded_at=times)
        assert journal.reader.head() == 1


def test_a_time_without_a_zone_is_refused(new_journal: Make) -> None:
    with new_journal() as journal:
        with suppress(ValueError):
            journal.append([draft()], recorded_by="me", recorded_at=[NOON.replace(tzinfo=None)])
        assert journal.reader.head() == 0
