"""A rebuild that is killed at any moment leaves what is read as it was, and the next one is right."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
from itertools import chain, islice
from pathlib import Path
from random import Random

import pytest

from armsledger import Ledger, LedgerError
from armsledger.storage.errors import LedgerFailed
from armsledger.storage.journal import Journal
from bench.generator import drafts, generate_deals, generate_sources
from tests.application.read_models import positions, tables
from tests.processes import all_ended, started

DEALS = 150
REBUILD = """
import sys
import armsledger.projections.rebuild as rebuild
from armsledger import Ledger, LedgerError
rebuild.STREAMS_A_PAGE = 10
with Ledger(sys.argv[1]) as ledger:
    ledger.journal().application
    print("begins", flush=True)
    ledger.rebuild()
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with generated deals whose read models are kept."""
    path = tmp_path_factory.mktemp("killed") / "armsledger.db"
    events = drafts(chain(generate_sources(), generate_deals(DEALS)))
    with Journal.create(path) as journal:
        while batch := list(islice(events, 500)):
            journal.append(batch, recorded_by="tester")
    with Ledger(path) as ledger:
        ledger.rebuild()
    return path


def kill_a_rebuild(path: Path, delay_seconds: float) -> bool:
    """Begin a rebuild and kill it after some time; whether it had come to its end."""
    with started([sys.executable, "-c", REBUILD, str(path)]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(delay_seconds)
        process.kill()
        return "done" in process.stdout.read()


def kill_some(path: Path, times: int, seed: int) -> int:
    """Kill rebuilds one after the other, now and then letting one come to its end; how many were cut off."""
    random = Random(seed)
    with Ledger(path) as ledger:
        before, head = tables(ledger), ledger.position()
    cut_off = 0
    for number in range(times):
        cut_off += not kill_a_rebuild(path, random.uniform(0, 0.4) if number else 0)
        with Ledger(path) as ledger:
            assert positions_of_the_old(ledger) == {head}
            assert tables(ledger) == before
            if number % 3 == 2:
                ledger.rebuild()
                assert tables(ledger) == before
                assert positions(ledger) == {head}
    return cut_off


def positions_of_the_old(ledger: Ledger) -> set[int]:
    """Up to where the read models that are read take account of the journal."""
    return {
        position for (position,) in ledger.journal().reader.query("SELECT position FROM read_model WHERE NOT building")
    }


def test_a_killed_rebuild_leaves_the_old_tables_and_the_next_is_right(generated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(generated, tmp_path / "armsledger.db"))
    assert kill_some(path, 3, seed=3) >= 1


@pytest.mark.soak
def test_rebuilds_killed_fifty_times(generated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(generated, tmp_path / "armsledger.db"))
    assert kill_some(path, 50, seed=50) >= 25


# in several processes


def test_several_processes_build_the_same_as_one(generated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(generated, tmp_path / "armsledger.db"))
    with Ledger(path) as ledger:
        before = tables(ledger)
        ledger.rebuild(workers=2)
        assert tables(ledger) == before
        ledger.rebuild(workers=0)
        assert tables(ledger) == before


def test_a_worker_that_ends_too_soon_is_told_and_what_is_read_stays(
    generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(generated, tmp_path / "armsledger.db"))
    monkeypatch.setattr("armsledger.projections.pages.PROGRAM", "raise SystemExit")
    with Ledger(path) as ledger:
        before = tables(ledger)
        with pytest.raises(LedgerFailed, match="ended before it was done"):
            ledger.rebuild(workers=2)
        assert tables(ledger) == before
        ledger.rebuild(workers=0)
        assert tables(ledger) == before


def test_what_a_worker_cannot_read_is_told_with_the_entry(generated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(generated, tmp_path / "armsledger.db"))
    with sqlite3.connect(path) as other:
        other.execute("DROP TRIGGER journal_refuses_update")
        other.execute("UPDATE journal SET payload = '{}' WHERE stream = 'deal/generated-000100' AND version = 2")
    other.close()
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="entry deal/generated-000100@2"):
        ledger.rebuild(workers=1)


def test_two_processes_that_rebuild_at_once_share_the_work(generated: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(generated, tmp_path / "armsledger.db"))
    assert all_ended(*[[sys.executable, "-c", REBUILD, str(path)]] * 2) == [(0, "begins\ndone\n")] * 2
    with Ledger(path) as ledger, Ledger(generated) as original:
        assert tables(ledger) == tables(original)
        assert ledger.journal().reader.query("SELECT name FROM read_model WHERE building") == []
