"""Whose clock tells when entries are recorded, when it is doubted, and what is said while it is behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from armsledger.storage.clock import held_back
from armsledger.storage.errors import ClockLeapt, FromTheFuture
from armsledger.storage.journal import Journal
from armsledger.storage.schema import instant_text, parse_instant
from tests.storage.drafts import NOON, draft, history, stopped

SetClock = Callable[[datetime], None]
YEARS_AHEAD = datetime(2060, 1, 1, tzinfo=UTC)


@pytest.fixture
def machine_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets what this machine's clock says."""

    def set_clock(now: datetime) -> None:
        class Stopped(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override] # always with a zone
                return now

        monkeypatch.setattr("armsledger.storage.schema.datetime", Stopped)

    return set_clock


def test_on_a_server_entries_are_recorded_by_its_clock(
    postgres_address: Callable[[], str], machine_clock: SetClock
) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    machine_clock(YEARS_AHEAD)
    with Journal.create(postgres_address()) as journal:
        [entry] = journal.append([draft()], recorded_by="me")
        made = parse_instant(journal.info().created_at)
        assert journal.now() < YEARS_AHEAD
    assert before < made <= entry.recorded_at < datetime.now(UTC) + timedelta(minutes=1)


def test_the_server_is_asked_what_time_it_is_when_nobody_else_can_write(postgres_address: Callable[[], str]) -> None:
    with Journal.create(postgres_address()) as journal, journal.transaction() as transaction:
        (begun, now), *_ = transaction.connection.execute(
            "SELECT now(), clock_timestamp()"  # when the transaction began, and when this statement does
        ).fetchall()
        assert begun < transaction.recorded_at < now


def test_a_clock_that_leapt_a_year_records_nothing_until_somebody_says_that_it_is_right(address: str) -> None:
    with Journal.create(address, clock=stopped(NOON)) as journal:
        journal.append([draft()], recorded_by="me")
    leapt = NOON + timedelta(days=367)
    with Journal.open(address, write=True, clock=stopped(leapt)) as journal:
        with pytest.raises(ClockLeapt) as refusal:
            journal.append([draft("deal/b")], recorded_by="me")
        assert journal.reader.head() == 1
    assert refusal.value.message == (
        f"the clock says {leapt:%Y-%m-%dT%H:%M:%SZ}, 367 days after the last entry was recorded"
        f" ({NOON:%Y-%m-%dT%H:%M:%SZ}): no entry gets a time that may be wrong, as every later one would get it too"
    )
    assert refusal.value.remedy.endswith("say so for one command: ARMSLEDGER_CLOCK_LEAP_DAYS=368")
    with Journal.open(address, write=True, clock=stopped(leapt), leap_days=368) as journal:
        [entry] = journal.append([draft("deal/b")], recorded_by="me")
    assert entry.recorded_at == leapt


@pytest.mark.parametrize("days", [0, 1, 366])
def test_nobody_doubts_a_clock_within_a_year_of_the_last_entry(days: int) -> None:
    now = NOON
    with Journal.in_memory(clock=lambda: now) as journal:
        journal.append([draft()], recorded_by="me")
        now += timedelta(days=days)
        assert journal.append([draft("deal/b")], recorded_by="me")[0].recorded_at == now


def test_the_clock_of_an_empty_ledger_is_compared_with_when_it_was_made(address: str) -> None:
    Journal.create(address, clock=stopped(NOON)).close()
    with (
        Journal.open(address, write=True, clock=stopped(NOON + timedelta(days=800))) as journal,
        pytest.raises(ClockLeapt, match="800 days after the ledger was made"),
    ):
        journal.append([draft()], recorded_by="me")


def test_a_ledger_that_was_made_today_of_an_old_export_goes_on(address: str) -> None:
    long_ago = NOON - timedelta(days=900)
    with Journal.create(address, clock=stopped(NOON)) as journal:
        journal.append([draft()], recorded_by="me", recorded_at=[long_ago])
        assert journal.append([draft("deal/b")], recorded_by="me")[0].recorded_at == NOON


def test_what_is_no_entry_gets_its_time_by_any_clock(address: str) -> None:
    Journal.create(address, clock=stopped(NOON)).close()
    later = NOON + timedelta(days=900)
    with (
        Journal.open(address, write=True, clock=stopped(later)) as journal,
        journal.transaction() as transaction,
    ):
        assert transaction.unchecked_instant == instant_text(later)


def test_a_time_that_is_yet_to_come_is_not_restored(address: str) -> None:
    times = [NOON, NOON + timedelta(minutes=5), NOON + timedelta(minutes=5, microseconds=1)]
    with Journal.create(address, clock=stopped(NOON)) as journal:
        with pytest.raises(FromTheFuture, match="deal/a@3 cannot be restored") as refusal:
            journal.append(history("deal/a", 3), recorded_by="me", recorded_at=times)
        assert journal.reader.head() == 0
        assert instant_text(NOON) in refusal.value.message  # what the clock says
        assert len(journal.append(history("deal/a", 2), recorded_by="me", recorded_at=times[:2])) == 2


def test_what_an_export_says_is_restored_however_long_ago_it_was(address: str) -> None:
    with Journal.create(address, clock=stopped(NOON)) as journal:
        long_ago = [NOON - timedelta(days=9_000), NOON - timedelta(days=10)]
        entries = journal.append(history("deal/a", 2), recorded_by="me", recorded_at=long_ago)
    assert [entry.recorded_at for entry in entries] == long_ago


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(), ""),
        (timedelta(minutes=5), ""),
        (timedelta(minutes=20), "20 minutes"),
        (timedelta(hours=5, minutes=2), "5 hours"),
        (timedelta(days=1127), "1,127 days"),
    ],
)
def test_it_is_said_how_far_the_last_entry_is_ahead_of_the_clock(ahead: timedelta, words: str) -> None:
    said = held_back(NOON, instant_text(NOON + ahead))
    assert (f", {words} ahead of the clock" in said) is bool(words)
    assert bool(said) is bool(words)


@pytest.mark.parametrize("damaged", ["", "yesterday", "2026-11-22", "2026-13-45T00:00:00.000000Z"])
def test_of_a_damaged_time_nothing_is_said(damaged: str) -> None:
    assert held_back(NOON, damaged) == ""
