"""Read models as they are kept: by whom, built anew when they must be, and never served stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, select

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.projections import Projection, Row, StreamDay, each_day
from armsledger.projections.columns import CSV
from armsledger.projections.projection import ProjectionFailed
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.read_models.deals import DEALS
from armsledger.projections.rebuild import Progress
from armsledger.projections.schema import LAYOUT, TYPES
from examples.backlog import BACKLOG
from tests import other_program
from tests.application.book import SOURCES, Clock, book, delivered, entry, opened, paid, take
from tests.application.read_models import answers, folded, positions, tables
from tests.other_program import Place, is_on_server

SIGNED = entry("deal/x", "contract-signed", on="2018-10-05", value="USD 5bn", quantity="5 units", id="signature")


def filled(place: Place, **options: Any) -> Ledger:
    """A ledger with a deal in it."""
    ledger = Ledger(place, clock=Clock(), recorded_by="tester", **options)
    take(ledger, *SOURCES, opened(), SIGNED, paid("USD 1m", tranche=1), delivered("2 units"))
    return ledger


def kept(ledger: Ledger, name: str) -> tuple[str, int]:
    """The stamp of a read model and the position it takes account of."""
    (row,) = ledger.journal().reader.query("SELECT stamp, position FROM read_model WHERE name = ?", name)
    return row[0], row[1]


def relations(ledger: Ledger) -> list[str]:
    """The names of all tables and views."""
    reader = ledger.journal().reader
    return [name for (name,) in reader.query(reader.dialect.relations)]


# one append, many tables


def test_every_append_brings_all_read_models_up_to_the_last_position(place: Place) -> None:
    with filled(place) as ledger:
        assert positions(ledger) == {8}
        ledger.record("deal/x", "delivered", on="2021-07", quantity="1 unit", source="wire")
        assert positions(ledger) == {9}
        assert answers(ledger.at()) == answers(folded(ledger.at()))


def test_an_append_that_is_refused_or_only_tried_leaves_them_as_they_were(place: Place) -> None:
    with filled(place) as ledger:
        before = tables(ledger)
        take(ledger, paid("USD 2m", tranche=2), dry_run=True)
        with pytest.raises(Exception, match="there is no entry"):
            ledger.retract("deal/x@99", reason="entry-error")
        assert tables(ledger) == before
        assert positions(ledger) == {8}


def test_rows_that_an_entry_does_not_concern_are_left_alone(place: Place) -> None:
    with filled(place) as ledger:
        take(ledger, opened("deal/y", id="other"))
        before = [row for row in tables(ledger)["deals"] if row[1] == "deal/x"]
        take(ledger, paid("USD 3m", "deal/y", tranche=1, id="later"))
        assert [row for row in tables(ledger)["deals"] if row[1] == "deal/x"] == before


@pytest.mark.usefixtures("database")
def test_a_source_judged_anew_changes_every_deal_that_it_decides_and_no_answer_as_known_before() -> None:
    clock = Clock()
    ledger = book(
        opened(),
        paid("USD 1m", tranche=1, id="one"),
        paid("USD 2m", tranche=1, source="rumour", id="two"),
        clock=clock,
    )
    position = ledger.position()
    clock.pass_time(days=1)
    before = ledger.at(known=position).payments().to_dicts()
    ledger.record("source/rumour", "regraded", reliability="A", reason="its archive was opened")
    assert [str(row.amount) for row in ledger.at().payments()] == ["2000000"]
    assert ledger.at(known=position).payments().to_dicts() == before
    assert answers(ledger.at()) == answers(folded(ledger.at()))


@pytest.mark.usefixtures("database")
def test_rows_out_of_a_table_are_told_like_those_just_folded(story: Ledger) -> None:
    view = story.at("2022-12-31")
    for projection in BUILT_IN:
        kept_ones, folded_ones = view.rows(projection), folded(view).rows(projection)
        assert list(kept_ones.spread(CSV)) == list(folded_ones.spread(CSV))
        assert kept_ones.to_dicts() == folded_ones.to_dicts()
        assert [row.to_words() for row in kept_ones] == [row.to_words() for row in folded_ones]
        assert kept_ones == folded_ones


# never stale


EARLIER_LAYOUT = """
CREATE TABLE kept_deals (
    believed {whole} NOT NULL, stream {text} NOT NULL, known_from {whole} NOT NULL, valid_from {text} NOT NULL,
    slot {text} NOT NULL, known_to {whole} NOT NULL, valid_to {text} NOT NULL, "row" {text} NOT NULL,
    PRIMARY KEY (believed, stream, known_from, valid_from, slot)
)"""
"""The table of a read model before it held the days of asserting."""


def test_a_table_of_an_earlier_layout_is_left_alone_and_built_anew_by_the_next_write(place: Place) -> None:
    with filled(place) as ledger:
        ledger.record("deal/x", "tested", on="2021-02", source="wire", asserted="2021-03-01")
        asked = {"at": "2021-12-31", "known": "2021-06-30", "known_by": "asserted"}
        before, stamp = ledger.at(**asked).deals().to_dicts(), DEALS.stamp
    types = TYPES["postgresql" if is_on_server(place) else "sqlite"]
    table = EARLIER_LAYOUT.format(whole=types.whole, text=types.text)
    beside = ("DROP TABLE building_deals", table.replace("kept_deals", "building_deals"))
    other_program.run(
        place,
        *("DROP VIEW deals", "DROP VIEW deals_now", "DROP TABLE kept_deals", table),
        *(beside if is_on_server(place) else ()),
        f"UPDATE read_model SET stamp = '{stamp.removeprefix(f'{LAYOUT}.')}' WHERE name = 'deals'",
    )
    told: list[str] = []
    with Ledger(place, notice=told.append) as ledger:
        assert ledger.at(**asked).deals().to_dicts() == before
        ledger.record("deal/x", "inducted", on="2021-08", source="wire", asserted="2021-09-01")
        assert told == ["building read models of 9 entries: deals"]
        assert ledger.at(**asked).table("deals") is not None
        assert ledger.at(**asked).deals().to_dicts() == before
        assert ledger.verify(workers=0).behind == ()


def test_a_program_that_keeps_nothing_leaves_them_behind_and_answers_are_folded_until_the_next_write(
    place: Place,
) -> None:
    filled(place).close()
    with Ledger(place, projections=()) as other:
        other.record("deal/x", "delivered", on="2021-08", quantity="1 unit", source="wire")
    told: list[str] = []
    with Ledger(place, notice=told.append) as ledger:
        assert positions(ledger) == {8, 9}  # the index of search is kept whatever the projections are
        assert str(ledger.at().deals()[0].delivered[0]) == "3 units"
        assert str(ledger.at(known=8).deals()[0].delivered[0]) == "2 units"
        assert told == []
        ledger.record("deal/x", "delivered", on="2021-09", quantity="1 unit", source="wire")
        assert told == []  # a few streams are caught up with at once
        assert positions(ledger) == {10}
        assert answers(ledger.at()) == answers(folded(ledger.at()))


def test_another_version_is_read_by_folding_and_built_by_the_next_write(place: Place) -> None:
    filled(place).close()
    newer = tuple(replace(p, version=p.version + 1) if p.name == "deals" else p for p in BUILT_IN)
    told: list[str] = []
    with Ledger(place, projections=newer, notice=told.append) as ledger:
        other_program.run(place, "DELETE FROM kept_deals")  # what is kept shall not be believed any more
        assert [row.deal for row in ledger.at().rows(newer[0])] == ["x"]
        ledger.record("deal/x", "delivered", on="2021-08", quantity="1 unit", source="wire")
        assert told == ["building read models of 8 entries: deals"]
        assert kept(ledger, "deals")[0].startswith(f"{LAYOUT}.{DEALS.version + 1}: ")
        assert len(tables(ledger)["deals"]) > 1


@pytest.mark.usefixtures("database")
def test_a_position_within_one_instant_of_recording_is_folded() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1))
    assert [len(ledger.at(known=known).payments()) for known in (4, 5, 6)] == [0, 0, 1]
    assert [len(ledger.at(known=known).deals()) for known in (4, 5, 6)] == [0, 1, 1]
    with pytest.raises(UsageError, match="cannot tell what was known at position 5, in the midst"):
        ledger.at(known=5).table("payments")


def test_a_ledger_made_before_there_were_read_models_gets_them_with_the_next_write(place: Place) -> None:
    filled(place, projections=()).close()
    with Ledger(place, notice=lambda _: None) as ledger:
        assert [name for name in relations(ledger) if name.startswith("kept_")] == []
        assert [row.deal for row in ledger.at().deals()] == ["x"]
        ledger.record("deal/x", "delivered", on="2021-08", quantity="1 unit", source="wire")
        assert positions(ledger) == {9}


@pytest.mark.parametrize("part", ["TABLE kept_deals", "VIEW deals", "TABLE citing", "TABLE read_model"])
def test_a_table_that_somebody_dropped_is_made_again_and_hinders_nothing(part: str, place: Place) -> None:
    filled(place).close()
    other_program.drop(place, part)
    told: list[str] = []
    with Ledger(place, notice=told.append) as ledger:
        assert [row.deal for row in ledger.at().deals()] == ["x"]
        ledger.record("deal/x", "delivered", on="2021-08", quantity="1 unit", source="wire")
        assert len(told) == 1
        assert positions(ledger) == {9}
        assert answers(ledger.at()) == answers(folded(ledger.at()))
        assert ledger.execute(select(ledger.at().table("deals").c.deal)) == [("x",)]


# building anew


def test_a_rebuild_of_one_read_model_leaves_the_others(place: Place) -> None:
    with filled(place) as ledger:
        before = tables(ledger)
        other_program.run(place, "DELETE FROM kept_deals", "DELETE FROM kept_payments")
        ledger.rebuild("deals")
        assert tables(ledger)["deals"] == before["deals"]
        assert tables(ledger)["payments"] == []
        with pytest.raises(UsageError, match="no projection 'nonsense'"):
            ledger.rebuild("nonsense")


def test_a_rebuild_tells_how_far_it_has_come(place: Place) -> None:
    with filled(place) as ledger:
        told: list[Progress] = []
        ledger.rebuild(report=told.append)
        assert told[-1] == Progress(8, 8)


def test_a_rebuild_that_was_interrupted_goes_on_and_what_was_recorded_meanwhile_is_in(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(place) as ledger:
        take(ledger, *(opened(f"deal/{name}", id=name) for name in "abcdefgh"))
        monkeypatch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 3)
        pages = 0

        def interrupt(_: Progress) -> None:
            nonlocal pages
            pages += 1
            if pages == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ledger.rebuild(report=interrupt)
        (reached,) = ledger.journal().reader.query("SELECT DISTINCT reached FROM read_model WHERE building = 1")
        assert reached == ("deal/f",)
        take(ledger, paid("USD 1m", "deal/a", id="meanwhile"), opened("deal/z", id="new"))
        assert answers(ledger.at()) == answers(folded(ledger.at()))
        before = tables(ledger)
        monkeypatch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 100)
        ledger.rebuild()
        assert tables(ledger) == before
        if not other_program.is_on_server(place):
            assert [name for name in relations(ledger) if name.startswith("building_")] == []


def test_many_streams_touched_during_a_rebuild_are_done_in_pages(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with filled(place) as ledger:
        monkeypatch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 2)
        done: list[bool] = []

        def record_more(_: Progress) -> None:
            if not done:
                done.append(True)
                take(ledger, *(opened(f"deal/{name}", id=name) for name in "abcdefgh"))

        ledger.rebuild(report=record_more)
        kept_then = tables(ledger)
        assert answers(ledger.at()) == answers(folded(ledger.at()))
        ledger.rebuild()
        assert tables(ledger) == kept_then


def test_a_view_of_somebodys_own_over_a_read_model_survives_a_rebuild(place: Place) -> None:
    with filled(place) as ledger:
        other_program.run(place, "CREATE VIEW mine AS SELECT deal, stage FROM deals WHERE believed = 1")
        before = ledger.journal().reader.query("SELECT * FROM mine")
        ledger.rebuild()
        assert ledger.journal().reader.query("SELECT * FROM mine") == before != []


@pytest.mark.usefixtures("database")
def test_the_rebuild_of_an_empty_ledger_makes_its_tables() -> None:
    with Ledger.in_memory() as ledger:
        ledger.rebuild()
        assert len(ledger.at().deals()) == 0
        assert positions(ledger) == {0}


# own projections


def test_a_projection_of_ones_own_is_kept_asked_and_rebuilt_like_the_others(place: Place) -> None:
    with filled(place, notice=lambda _: None) as ledger:
        ledger.register(BACKLOG)
        ledger.register(BACKLOG)
        before = list(ledger.at().rows("backlog"))
        assert [(row.unit, row.ordered, row.outstanding) for row in before] == [("unit", 5, 3)]
        ledger.record("deal/x", "delivered", on="2021-07-02", quantity="1 unit", source="wire")
        assert kept(ledger, "backlog")[1] == 9
        rows = {
            day: [row.outstanding for row in ledger.at(day).rows("backlog", deal="x")]
            for day in ("2018-10-04", "2018-10-05", "2021-06-01", "2021-07-02")
        }
        assert rows == {"2018-10-04": [], "2018-10-05": [5], "2021-06-01": [3], "2021-07-02": [2]}
        assert [row.outstanding for row in ledger.at(known=8).rows("backlog")] == [3]
        assert ledger.at().rows("backlog") == folded(ledger.at()).rows("backlog")
        statement = select(func.sum(ledger.at().table("backlog").c.outstanding))
        assert ledger.execute(statement) == [(2,)]
        ledger.rebuild("backlog")
        assert [row.outstanding for row in ledger.at().rows("backlog")] == [2]


@dataclass(frozen=True)
class ThingRow(Row):
    """A row of a projection that fails."""

    deal: str


def fails(stream_day: StreamDay) -> Iterator[ThingRow]:
    """A function with a mistake."""
    if stream_day.possible:
        raise ZeroDivisionError("oh")
    yield ThingRow(stream_day.key)


def test_a_mistake_in_a_projection_of_ones_own_stops_no_recording(place: Place) -> None:
    told: list[str] = []
    with filled(place, notice=told.append) as ledger:
        ledger.register(Projection("things", ThingRow, each_day(fails)))
        ledger.record("deal/x", "delivered", on="2021-07-02", quantity="1 unit", source="wire")
        assert ledger.position() == 9
        assert [row.stage for row in ledger.at().deals()] == ["delivering"]
        assert told[-1].startswith(
            "the projection things failed on deal/x: ZeroDivisionError: oh; left behind, questions"
        )
        with pytest.raises(ProjectionFailed, match="things failed on deal/x"):
            ledger.at().rows("things")
        with pytest.raises(ProjectionFailed, match="things failed on deal/x"):
            ledger.rebuild("things")


def test_one_that_fails_only_later_is_left_behind_from_then_on(place: Place) -> None:
    def fails_later(stream_day: StreamDay) -> Iterator[ThingRow]:
        if len(stream_day.possible) > 4:
            raise ValueError("too many")
        yield ThingRow(stream_day.key)

    told: list[str] = []
    with filled(place, notice=told.append) as ledger:
        ledger.register(Projection("things", ThingRow, each_day(fails_later)))
        ledger.rebuild("things")
        ledger.record("deal/x", "delivered", on="2021-07-02", quantity="1 unit", source="wire")
        assert kept(ledger, "things")[1] == 8
        assert kept(ledger, "deals")[1] == 9
        assert len(told) == 1
        assert [row.deal for row in ledger.at(known=8).rows("things")] == ["x"]


@dataclass(frozen=True)
class OtherThingRow(Row):
    """The row of a later version."""

    count: int
    deal: str


def test_a_view_of_somebodys_own_over_another_version_hinders_no_recording(place: Place) -> None:
    earlier = Projection("things", ThingRow, each_day(lambda stream_day: iter([ThingRow(stream_day.key)])))
    later = Projection(
        "things",
        OtherThingRow,
        each_day(lambda stream_day: iter([OtherThingRow(len(stream_day.possible), stream_day.key)])),
    )
    filled(place, projections=(*BUILT_IN, earlier)).close()
    other_program.run(place, "CREATE VIEW mine AS SELECT deal FROM things WHERE believed = 1")
    told: list[str] = []
    with Ledger(place, projections=(*BUILT_IN, later), notice=told.append) as ledger:
        ledger.record("deal/x", "delivered", on="2021-07-02", quantity="1 unit", source="wire")
        assert [(row.count, row.deal) for row in ledger.at().rows("things")] == [(5, "x")]
        assert {row["deal"] for row in other_program.select(place, "SELECT deal FROM mine")} == {"x"}
    assert len(told) in (1, 2)


@dataclass(frozen=True)
class DefaultRow(Row):
    """A row with a default."""

    deal: str = "x"


@dataclass(frozen=True)
class TakenRow(Row):
    """A row with a field that every table has."""

    believed: int


@dataclass(frozen=True)
class FloatRow(Row):
    """A row with a field of a type that is not kept."""

    share: float


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "Deals"}, "cannot be a projection's name"),
        ({"name": "journal"}, "cannot be a projection's name"),
        ({"name": "kept_things"}, "cannot be a projection's name"),
        ({"row": int}, "are of no kind of Row"),
        ({"row": DefaultRow}, "have defaults or slots"),
        ({"row": TakenRow}, "cannot have a field 'believed'"),
        ({"row": FloatRow}, "cannot keep 'share' of the type"),
        ({"kinds": ("deals",)}, "no streams of the kind 'deals'"),
    ],
)
def test_a_projection_that_cannot_be_kept_is_refused_with_the_remedy(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as refusal:
        Projection(**{"name": "things", "row": ThingRow, "rows": each_day(fails), **options})
    assert refusal.value.remedy


def test_two_projections_cannot_have_one_name() -> None:
    ledger = Ledger.in_memory()
    with pytest.raises(UsageError, match="there is a projection 'deals' already"):
        ledger.register(Projection("deals", ThingRow, each_day(fails)))


# SQL


def test_a_table_of_a_view_joins_with_others(place: Place) -> None:
    with filled(place) as ledger:
        view = ledger.at("2021-12-31")
        deals, payments = view.table("deals"), view.table("payments")
        joined = select(deals.c.buyer, deals.c.value_amount, payments.c.amount).join(
            payments, payments.c.deal == deals.c.deal
        )
        assert ledger.execute(joined) == [("IND", 5000000000, 1000000)]
        assert ledger.execute(select(ledger.at("2018-10-04").table("payments").c.deal)) == []


def test_a_table_goes_by_either_axis_of_belief_time(place: Place) -> None:
    with filled(place) as ledger:
        ledger.record("deal/x", "tranche-paid", on="2019", amount="USD 2m", source="wire", asserted="2021-09-01")
        stages = []
        for known in ("2018-12-31", "2021-06-30", "2021-12-31"):
            payments = ledger.at("2021-12-31", known, "asserted").table("payments")
            stages.append(sorted(amount for (amount,) in ledger.execute(select(payments.c.amount))))
        rows = [
            sorted(row.amount for row in ledger.at("2021-12-31", known, "asserted").payments() if row.amount)
            for known in ("2018-12-31", "2021-06-30", "2021-12-31")
        ]
        assert stages == rows
        assert len(rows[2]) > len(rows[1])


def test_a_table_has_what_was_asserted_as_recorded_now(place: Place) -> None:
    with filled(place) as ledger:
        then = ledger.position()
        earlier = ledger.at(None, "2021-11-12", "asserted")
        ledger.record("deal/x", "tested", on="2021-02", source="wire", asserted="2021-03-01")
        with pytest.raises(UsageError, match="more has been recorded since this view was made"):
            earlier.table("deals")
        with pytest.raises(UsageError, match="as recorded now, not as recorded then"):
            ledger.at(None, "2021-11-12", "asserted", then).table("deals")
        with pytest.raises(UsageError, match="beside a date of asserting"):
            ledger.at(None, "2021-11-12", as_recorded=then)


def test_what_had_been_recorded_of_what_was_asserted_never_changes(place: Place) -> None:
    with filled(place) as ledger:
        then = ledger.position()
        before = ledger.at("2021-12-31", "2021-11-12", "asserted").deals().to_dicts()
        ledger.record("deal/x", "cancelled", on="2021-02", source="wire", asserted="2021-03-01")
        assert [row["stage"] for row in before] == ["delivering"]
        assert [row.stage for row in ledger.at("2021-12-31", "2021-11-12", "asserted").deals()] == ["cancelled"]
        assert ledger.at("2021-12-31", "2021-11-12", "asserted", then).deals().to_dicts() == before


def test_a_view_has_what_is_believed_now_of_today(place: Place) -> None:
    with filled(place) as ledger:
        ledger.record("deal/x", "cancelled", on="2021-08", source="wire", asserted="2021-08-02")
        rows = other_program.select(place, "SELECT deal, stage FROM deals_now")
        assert [dict(row) for row in rows] == [{"deal": "x", "stage": "cancelled"}]
        paid = other_program.select(place, "SELECT count(*) AS paid FROM payments_now")
        assert dict(paid[0]) == {"paid": len(ledger.at().payments())}


def test_a_query_cannot_write_and_a_wrong_one_is_told(place: Place) -> None:
    from sqlalchemy import text

    with filled(place) as ledger:
        before = tables(ledger)
        for statement in ("DELETE FROM kept_deals", "SELECT nonsense FROM deals"):
            with pytest.raises(UsageError, match="the query cannot be answered"):
                ledger.execute(text(statement))  # type: ignore[arg-type]  # what the types forbid anyway
        ledger.record("deal/x", "delivered", on="2021-07-02", quantity="1 unit", source="wire")
        assert tables(ledger) != before


def test_the_view_of_a_read_model_has_a_column_for_each_field(place: Place) -> None:
    with filled(place) as ledger:
        (shown,) = other_program.select(
            place, "SELECT * FROM deals WHERE believed = 1 AND valid_from <= '2021-12-31' AND '2021-12-31' < valid_to"
        )
        assert {"deal", "buyer", "value", "value_amount", "value_currency", "valid_from", "known_to"} <= shown.keys()
        assert (shown["deal"], shown["buyer"], shown["stage"], shown["value_amount"]) == (
            "x",
            "IND",
            "delivering",
            5000000000,
        )
        assert set(ledger.at().deals().columns) <= shown.keys()


def test_the_stamp_of_a_projection_tells_of_its_version_and_its_fields() -> None:
    assert DEALS.stamp != replace(DEALS, version=DEALS.version + 1).stamp
    assert DEALS.stamp != replace(BACKLOG, name="deals").stamp
