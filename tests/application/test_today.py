"""Today is the day where the user is; what a date means depends on nobody's time zone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.application.today import day_of, end_of_day, latest_day_of
from armsledger.domain.errors import Refused, UsageError
from armsledger.storage.errors import FromTheFuture
from tests.application.book import Clock, book, opened, paid, take

IN = Callable[[str], None]
EVENING = datetime(2026, 11, 22, 20, tzinfo=UTC)
"""01:30 of the next day in Kolkata, and noon in Seattle."""
NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
"""22:00 of the day before in New York."""


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> IN:
    """Sets the time zone of whoever asks; the old one is back afterwards (see the end of this file)."""

    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    return set_zone


@pytest.fixture(autouse=True)
def _old_zone(monkeypatch: pytest.MonkeyPatch) -> object:
    yield
    monkeypatch.undo()
    time.tzset()


def test_at_half_past_one_in_kolkata_a_fact_of_today_is_taken(zone: IN) -> None:
    zone("Asia/Kolkata")
    with book(opened(), clock=Clock(EVENING)) as ledger:
        assert ledger.session.today == date(2026, 11, 23)
        take(ledger, paid("USD 1m", on="2026-11-23"))
        with pytest.raises(Refused, match="which is after today, 2026-11-23"):
            take(ledger, paid("USD 1m", on="2026-11-24"))
        assert ledger.at().at == ledger.at("today").at == date(2026, 11, 23)


def test_in_the_evening_of_new_york_it_is_not_tomorrow_yet(zone: IN) -> None:
    zone("America/New_York")
    with book(opened(), clock=Clock(NIGHT)) as ledger:
        assert ledger.at().at == date(2026, 11, 22)
        with pytest.raises(Refused, match="which is after today, 2026-11-22"):
            take(ledger, paid("USD 1m", on="2026-11-23"))


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("UTC0", 22),
        ("Asia/Kolkata", 23),
        (":Asia/Kolkata", 23),
        ("<+0530>-5:30", 23),
        ("EST5EDT,M3.2.0,M11.1.0", 22),
        ("Pacific/Kiritimati", 23),
        ("", 22),
    ],
)
def test_the_zone_is_that_of_tz_in_each_of_its_forms(zone: IN, name: str, day: int) -> None:
    zone(name)
    assert day_of(EVENING) == date(2026, 11, day)


@pytest.mark.parametrize("name", ["Asia/Kolkatta", "Bombay", "../../etc/passwd", "/no/such/zone", "\x1b[31m", "+5"])
def test_a_zone_that_nobody_knows_is_refused_and_never_taken_for_utc(zone: IN, name: str) -> None:
    with book(opened(), clock=Clock(EVENING)) as ledger:
        zone(name)
        with pytest.raises(UsageError, match="names no time zone"):
            ledger.at()
        with pytest.raises(UsageError, match="names no time zone"):
            take(ledger, paid("USD 1m", on="2026-11-22"))


@pytest.mark.parametrize("name", ["UTC0", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])
def test_a_belief_date_means_the_same_to_everybody(zone: IN, name: str) -> None:
    zone(name)
    clock = Clock(EVENING)
    with book(opened(), clock=clock) as ledger:  # three entries of sources, and the deal's
        last = ledger.position()
        clock.now = NIGHT
        take(ledger, paid("USD 1m"))
        assert ledger.at(known="2026-11-22").question.position == last
        assert ledger.at(known=date(2026, 11, 22)).question.position == last
        assert ledger.at(known="2026-11-23").question.position == last + 1


@pytest.mark.parametrize("name", ["UTC0", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])
def test_what_was_recorded_a_moment_ago_is_known_today(zone: IN, name: str) -> None:
    zone(name)
    for now in (EVENING, NIGHT):
        with book(opened(), clock=Clock(now)) as ledger:
            assert ledger.at(known="today").question.position == ledger.position() > 0


def test_yesterday_ends_at_the_midnight_of_whoever_asks(zone: IN) -> None:
    zone("Asia/Kolkata")
    clock = Clock(datetime(2026, 11, 22, 18, 29, tzinfo=UTC))
    with book(opened(), clock=clock) as ledger:
        last = ledger.position()
        clock.pass_time(minutes=2)  # it is past midnight there
        take(ledger, paid("USD 1m"))
        assert ledger.at(known="yesterday").question.position == last


def test_the_ends_of_the_calendar_have_an_end(zone: IN) -> None:
    for name in ("Pacific/Kiritimati", "America/New_York"):
        zone(name)
        assert end_of_day(date.min) < end_of_day(date(2026, 11, 22)) < end_of_day(date.max)


def test_an_export_of_the_last_hour_of_the_calendar_is_refused_as_one_of_any_time_to_come(tmp_path: Path) -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert latest_day_of(last) == date.max
    with book(opened(), clock=Clock(last)) as ledger:
        ledger.export_jsonl(tmp_path / "export.jsonl")
    with Ledger.in_memory(clock=Clock(EVENING)) as ledger, pytest.raises(FromTheFuture, match="the clock says 2026"):
        ledger.import_jsonl(tmp_path / "export.jsonl")


def test_what_was_a_fact_in_kolkata_is_imported_in_new_york_at_once(zone: IN, tmp_path: Path) -> None:
    zone("Asia/Kolkata")
    clock = Clock(EVENING)
    with book(opened(), paid("USD 1m", on="2026-11-23"), clock=clock) as ledger:
        ledger.export_jsonl(tmp_path / "export.jsonl")
        root = ledger.root().hex
    zone("America/New_York")
    with Ledger.in_memory(clock=clock) as ledger:
        assert ledger.import_jsonl(tmp_path / "export.jsonl").root.hex() == root
    with (
        book(opened(), clock=clock) as ledger,
        pytest.raises(Refused, match="after today, 2026-11-22"),
    ):  # to be recorded here, it must be today here
        take(ledger, paid("USD 1m", on="2026-11-23"))
