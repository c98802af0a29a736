"""What people do to a ledger's file while it is open: nothing that was acknowledged gets lost without a word."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from threading import Event

import pytest

from armsledger import Ledger, LedgerError
from armsledger.storage.errors import LedgerBusy
from tests.application.book import Clock
from tests.attack.soundness import assert_sound
from tests.attack.statements import Told, record_dossier, record_single, record_source
from tests.fork_server import ForkServer
from tests.processes import meanwhile

PATIENCE_SECONDS = 0.3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be made that is a file."""
    return tmp_path / "armsledger.db"


# files that are not where they were


def remove(path: Path) -> None:
    """Delete a ledger with all its files."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def remove_alone(path: Path) -> None:
    """Delete a ledger's main file only."""
    path.unlink()


def rename(path: Path) -> None:
    """Give a ledger another name."""
    path.rename(path.with_name("renamed.db"))


def replace(path: Path) -> None:
    """Put another ledger in its place."""
    with Ledger(path.with_name("another.db")) as another:
        record_source(another, "another")
    path.with_name("another.db").replace(path)


def put_a_copy_back(path: Path) -> None:
    """Put a copy of the main file in its place, as a synchronising program does."""
    copy = path.with_name("copy.db")
    subprocess.run(["cp", path, copy], check=True)
    copy.replace(path)


@pytest.mark.parametrize("do", [remove, remove_alone, rename, replace, put_a_copy_back])
def test_what_is_recorded_into_a_file_that_is_not_there_any_more_is_refused(
    path: Path, do: Callable[[Path], None]
) -> None:
    with Ledger(path) as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 5)
        do(path)
        with pytest.raises(LedgerError):
            record_single(ledger, "deal/x", "afterwards", 0)


def test_a_ledger_that_was_renamed_holds_all_once_it_has_its_name_again(path: Path) -> None:
    with Ledger(path) as ledger:
        known = record_source(ledger, "source") + record_dossier(ledger, "deal/x", "dossier", 5)
        rename(path)
    path.with_name("renamed.db").rename(path)
    assert_sound(str(path), known, unacknowledged=0)


def test_a_ledger_that_took_the_place_of_another_is_not_harmed_by_who_has_that_open(path: Path) -> None:
    with Ledger(path) as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 5)
        remove(path)
        with Ledger(path) as another:
            known = record_source(another, "another") + record_dossier(another, "deal/y", "other", 5)
        with suppress(LedgerError):
            record_single(ledger, "deal/x", "afterwards", 0)
    assert_sound(str(path), known, unacknowledged=0)


# other programs


def test_a_file_that_another_program_has_for_itself_is_refused_after_the_time_that_was_set(
    fork_server: ForkServer, path: Path
) -> None:
    with Ledger(path) as ledger:
        known = record_source(ledger, "source")
    holder = fork_server.start("hold_all", str(path))
    holder.wait_until_it_says("holds")
    for doing in (Ledger.log, Ledger.rebuild, lambda ledger: record_source(ledger, "another")):
        with Ledger(path, timeout_seconds=PATIENCE_SECONDS) as ledger, pytest.raises(LedgerBusy, match="gave up after"):
            doing(ledger)
    assert holder.kill() == -signal.SIGKILL
    assert_sound(str(path), known, unacknowledged=0)


def test_a_reader_that_looks_for_long_hinders_nobody_and_sees_what_it_saw(address: str) -> None:
    with Ledger(address) as ledger, Ledger(address) as looking:
        known = record_source(ledger, "source")
        with looking.journal().reader.snapshot():
            assert len(list(looking.journal().reader.entries())) == 1
            for number in range(5):
                known += record_dossier(ledger, f"deal/{number}", f"dossier-{number}", 20)
            assert len(list(looking.journal().reader.entries())) == 1
        assert len(list(looking.journal().reader.entries())) == 101
    assert_sound(address, known, unacknowledged=0)


# clocks


def test_times_never_decrease_though_the_clocks_of_two_recorders_go_as_they_like(address: str) -> None:
    random, clocks = Random(4), (Clock(), Clock(datetime(2027, 1, 1, tzinfo=UTC)))
    known: list[Told] = []
    with Ledger(address, clock=clocks[0]) as one, Ledger(address, clock=clocks[1]) as other:
        known += record_source(one, "source")
        for number in range(20):
            for clock in clocks:
                clock.now += timedelta(hours=random.uniform(-48, 24))
            known += record_dossier(random.choice((one, other)), f"deal/{number}", f"dossier-{number}", 2)
            rows = one.log()
            assert [row.recorded_at for row in rows] == sorted(row.recorded_at for row in rows)
            assert len(other.log(known=rows[-1].recorded_at.isoformat())) == len(rows)
    assert_sound(address, known, unacknowledged=0)


# forks and threads


@pytest.mark.parametrize("task", ["fork_between", "fork_within"])
def test_a_child_that_was_forked_off_records_nothing_and_spoils_nothing(
    fork_server: ForkServer, address: str, task: str
) -> None:
    worker = fork_server.start(task, address)
    assert worker.wait() == 0, worker.lines()
    if task == "fork_between":
        [said] = worker.words("child")
        assert "open it again" in said
    assert_sound(address, [Told.parse(line) for line in worker.words("told")], unacknowledged=0)


@pytest.mark.parametrize("times", [4, pytest.param(50, marks=pytest.mark.soak)])
def test_threads_share_a_ledger(address: str, times: int) -> None:
    known: list[Told] = []
    torn: list[int] = []
    with Ledger(address) as ledger:
        known += record_source(ledger, "source")

        def record(name: str) -> None:
            for number in range(times):
                known.extend(record_dossier(ledger, f"deal/{name}-{number}", f"{name}-{number}", 3))

        def read() -> None:
            while not recorded.wait(0.02):
                torn.extend(filter(lambda count: count % 3 != 1, [len(ledger.log())]))

        recorded = Event()
        with meanwhile(read, read):
            try:
                with meanwhile(*(partial(record, name) for name in "abcd")):
                    pass
            finally:
                recorded.set()
    assert len(known) == 1 + 4 * times * 3
    assert torn == []
    assert_sound(address, known, unacknowledged=0)
