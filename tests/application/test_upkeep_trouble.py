"""What hinders read models hinders no recording: mistakes of others, names taken, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.projections import Projection, Row, Span, StreamDay, Timeline, each_day
from armsledger.projections.read_models.builtin import BUILT_IN, installed
from armsledger.projections.rebuild import Progress
from armsledger.storage.errors import LedgerFailed
from tests import other_program
from tests.application.book import SOURCES, Clock, book, delivered, opened, paid, take
from tests.application.read_models import answers, folded, positions, tables
from tests.other_program import Place

COMPETING = (
    opened(),
    paid("USD 1m", tranche=1, id="one"),
    paid("USD 2m", tranche=1, source="rumour", id="two"),
)


def filled(place: Place, **options: Any) -> Ledger:
    """A ledger with some deals in it."""
    ledger = Ledger(place, clock=Clock(), recorded_by="tester", **options)
    take(ledger, *SOURCES, *COMPETING, *(opened(f"deal/{name}", id=name) for name in "abcdefgh"))
    return ledger


# one instant, several transactions


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("back", ["regraded", "retracted"])
def test_a_source_judged_anew_and_back_within_one_instant_changes_nothing(back: str) -> None:
    ledger = book(*COMPETING)
    ledger.record("source/rumour", "regraded", reliability="A", asserted="2021-12-01", reason="a mistake")
    assert [str(row.amount) for row in ledger.at().payments()] == ["2000000"]
    if back == "regraded":
        ledger.record("source/rumour", "regraded", reliability="E", reason="mended")
    else:
        ledger.retract("source/rumour@2", reason="entry-error")
    assert [str(row.amount) for row in ledger.at().payments()] == ["1000000"]
    assert answers(ledger.at()) == answers(folded(ledger.at()))
    kept = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == kept


@pytest.mark.usefixtures("database")
def test_a_source_first_cited_later_leaves_what_was_believed_where_it_was() -> None:
    clock = Clock()
    ledger = book(opened(), clock=clock)
    clock.pass_time(days=1)
    ledger.record("source/rumour", "regraded", reliability="A", reason="its archive was opened")
    take(ledger, delivered("1 unit"))
    clock.pass_time(days=1)
    take(ledger, paid("USD 2m", source="rumour"))
    kept = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == kept


# comparing where nobody keeps count of citations


@pytest.mark.usefixtures("database")
def test_all_deals_are_compared_where_it_is_not_known_which_cite_a_source() -> None:
    clock = Clock()
    ledger = Ledger.in_memory(clock=clock, projections=())
    take(ledger, *SOURCES, *COMPETING)
    before = ledger.position()
    clock.pass_time(days=1)
    ledger.record("source/rumour", "regraded", reliability="A", reason="its archive was opened")
    changed = ledger.compare(known=(before, None)).changes
    assert {change.stream for change in changed} == {"deal/x", "source/rumour"}


# several rebuilds at once


@pytest.mark.parametrize("name", ["deals", "payments"])
def test_a_rebuild_of_one_meanwhile_does_not_end_that_of_all(
    name: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 3)
    with filled(place) as ledger, Ledger(place, clock=Clock()) as other:
        before = tables(ledger)
        done: list[bool] = []

        def meanwhile(_: Progress) -> None:
            if not done:
                done.append(True)
                other.rebuild(name)

        ledger.rebuild(report=meanwhile)
        assert tables(ledger) == before
        assert ledger.journal().reader.query("SELECT name FROM read_model WHERE building = 1") == []


def test_another_version_that_is_built_meanwhile_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 3)
    newer = tuple(replace(p, version=p.version + 1) if p.name == "deals" else p for p in BUILT_IN)
    with filled(place) as ledger, Ledger(place, clock=Clock(), projections=newer) as other:
        with pytest.raises(LedgerFailed, match="another program is building another deals"):
            ledger.rebuild("deals", report=lambda _: other.rebuild("deals"))
        assert other.at().deals() == folded(other.at()).deals()
        assert ledger.at().deals() == folded(ledger.at()).deals()


def test_a_rebuild_of_one_twice_named_is_one(place: Place) -> None:
    with filled(place) as ledger:
        before = tables(ledger)
        ledger.rebuild("deals", "payments", "deals")
        assert tables(ledger) == before


def test_citations_that_were_dropped_are_known_again_after_a_rebuild_of_one(place: Place) -> None:
    filled(place).close()
    other_program.drop(place, "TABLE citing")
    with Ledger(place, clock=Clock(), notice=lambda _: None) as ledger:
        ledger.rebuild("deals")
        ledger.record("source/rumour", "regraded", reliability="A", reason="its archive was opened")
        assert [str(row.amount) for row in ledger.at().payments()] == ["2000000"]
        assert answers(ledger.at()) == answers(folded(ledger.at()))


# mistakes of others


@dataclass(frozen=True)
class ThingRow(Row):
    """A row of a projection with a mistake."""

    deal: str
    count: int


def wrong_type(stream_day: StreamDay) -> Iterator[ThingRow]:
    """A field of another type than it says."""
    yield ThingRow(stream_day.key, object())  # type: ignore[arg-type]  # the mistake


def same_key(stream_day: StreamDay) -> Iterator[ThingRow]:
    """Two rows of one key."""
    yield from (ThingRow(stream_day.key, 1), ThingRow(stream_day.key, 2))


def no_place(timeline: Timeline) -> Iterable[Span]:
    """A span without a place."""
    yield Span(1, 2, None, ThingRow(timeline.key, 1))  # type: ignore[arg-type]  # the mistake


def no_span(_: Timeline) -> Iterable[Span]:
    """No span at all."""
    yield 1  # type: ignore[misc]  # the mistake


def own_error(_: Timeline) -> Iterable[Span]:
    """An error of ours."""
    raise UsageError("not like this")


@pytest.mark.parametrize(
    "rows", [each_day(wrong_type), each_day(same_key, key=("deal",)), no_place, no_span, own_error]
)
def test_whatever_is_wrong_with_a_projection_the_entry_is_recorded(rows: Callable[..., Any], place: Place) -> None:
    told: list[str] = []
    with filled(place, notice=told.append) as ledger:
        bad, good = Projection("bad", ThingRow, rows), Projection("good", ThingRow, each_day(_count))
        ledger.register(bad)
        ledger.register(good)
        for month in (1, 2):
            ledger.record("deal/a", "delivered", on=f"2021-0{month}", quantity="1 unit", source="wire")
        assert {row.count for row in ledger.at().rows("good", deal="a")} == {3}
        assert any("left behind" in notice for notice in told)
        assert positions_of(ledger, "good") == positions_of(ledger, "deals") == ledger.position()


def _count(stream_day: StreamDay) -> Iterator[ThingRow]:
    yield ThingRow(stream_day.key, len(stream_day.possible))


def positions_of(ledger: Ledger, name: str) -> int:
    """Up to where one read model takes account of the journal."""
    sql = "SELECT position FROM read_model WHERE name = ? AND building = 0"
    return int(ledger.journal().reader.query(sql, name)[0][0])


def test_a_mistake_that_only_shows_in_an_append_stops_it_no_more_than_one_at_first(place: Place) -> None:
    told: list[str] = []
    with filled(place, notice=told.append) as ledger:
        ledger.register(Projection("late", ThingRow, each_day(_twice_if_delivered, key=("deal",))))
        ledger.rebuild("late")
        ledger.record("deal/a", "delivered", on="2021-01", quantity="1 unit", source="wire")
        assert told[-1].endswith("left behind, questions are folded: late")
        assert positions_of(ledger, "deals") == ledger.position() == positions_of(ledger, "late") + 1


def _twice_if_delivered(stream_day: StreamDay) -> Iterator[ThingRow]:
    for number in range(1 + sum(occurrence.event.name == "delivered" for occurrence in stream_day.possible)):
        yield ThingRow(stream_day.key, number)


def test_a_notice_that_fails_loses_no_entry(place: Place) -> None:
    def refuse(_: str) -> None:
        raise ValueError("no")

    filled(place, projections=()).close()
    with Ledger(place, clock=Clock(), notice=refuse) as ledger:
        ledger.record("deal/a", "delivered", on="2021-01", quantity="1 unit", source="wire")
        assert positions(ledger) == {ledger.position()}


def test_two_projections_of_one_name_are_refused() -> None:
    things = Projection("things", ThingRow, each_day(_count))
    ledger = Ledger.in_memory(projections=(things, replace(things, version=2)))
    with pytest.raises(UsageError, match="two projections have the same name"):
        ledger.projections()


class _Point:
    """An entry point of a package that is broken, or names something else."""

    value = "package:thing"

    def __init__(self, found: object) -> None:
        self._found = found

    def load(self) -> object:
        """What it names."""
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


def test_a_broken_entry_point_is_left_out_with_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    things = Projection("things", ThingRow, each_day(_count))
    points = [_Point(ModuleNotFoundError("No module named 'package'")), _Point(_count), _Point(things)]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    installed.cache_clear()
    try:
        assert installed() == (things,)
    finally:
        installed.cache_clear()
    assert [record.getMessage() for record in caplog.records] == [
        "the projection package:thing is left out: ModuleNotFoundError: No module named 'package'",
        "the projection package:thing is left out: it is no Projection",
    ]


# what stands in the way


@pytest.mark.parametrize("theirs", ["TABLE deals (mine text)", "VIEW deals AS SELECT 1 AS mine"])
def test_a_table_or_view_of_somebodys_own_name_stays_and_hinders_nothing(theirs: str, place: Place) -> None:
    filled(place, projections=()).close()
    other_program.run(place, f"CREATE {theirs}")
    with Ledger(place, clock=Clock(), notice=lambda _: None) as ledger:
        ledger.record("deal/a", "delivered", on="2021-01", quantity="1 unit", source="wire")
        assert [row.stage for row in ledger.at().deals(deal="a")] == ["delivering"]
        assert [row.keys() for row in other_program.select(place, "SELECT * FROM deals")] in ([{"mine"}], [])
        assert other_program.select(place, "SELECT count(mine) AS theirs FROM deals")[0]["theirs"] in (0, 1)


def test_a_damaged_entry_elsewhere_stops_no_recording(place: Place) -> None:
    filled(place, projections=()).close()
    other_program.allow_updates(place)
    other_program.run(place, "UPDATE journal SET payload = '{}' WHERE stream = 'deal/b'")
    told: list[str] = []
    with Ledger(place, clock=Clock(), notice=told.append) as ledger:
        ledger.record("deal/a", "delivered", on="2021-01", quantity="1 unit", source="wire")
        assert "entry deal/b@1" in told[-1]


@pytest.mark.usefixtures("database")
def test_a_day_that_only_possibly_came_counts_as_possible_alone() -> None:
    fact = delivered("2 units", tranche=1, part=True)
    claim = delivered("3 units", tranche=1, part=True, status="claim", source="paper")
    ledger = book(opened(), fact, claim, paid("USD 1m", tranche=1, on="2019/2030"))
    (batch,) = ledger.at().deliveries()
    assert (batch.count, batch.possible_count) == (2, 5)
    (payment,) = ledger.at().payments()
    assert (payment.amount, str(payment.possible_amount)) == (None, "1000000")


@pytest.mark.usefixtures("database")
def test_who_follows_hears_the_grade_and_what_an_entry_speaks_of() -> None:
    ledger = book(*COMPETING)
    ledger.retract("deal/x@2", reason="entry-error")
    ledger.correct("deal/x@3", set={"amount": "USD 3m"}, reason="entry-error")
    rows = list(ledger.follow(4, timeout_seconds=0))
    assert [(row.reliability, row.corrects) for row in rows] == [
        ("B", None),
        ("B", None),
        ("E", None),
        ("B", None),
        ("E", "deal/x@3"),
    ]
