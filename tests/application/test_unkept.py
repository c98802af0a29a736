"""What read models do not keep: of streams whose beliefs have too many rows, and of those that wait to be brought up.

Answers are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from armsledger import Ledger
from armsledger.domain.errors import UsageError
from armsledger.projections import Projection, Span, Timeline
from armsledger.projections.advance import Advance
from armsledger.projections.read_models.builtin import BUILT_IN
from armsledger.projections.row_history import spans_of
from armsledger.projections.verification import verify_read_models
from examples.backlog import BACKLOG
from tests import other_program
from tests.application.book import SEED, SOURCES, STORY, Clock, Object, entry, opened, take
from tests.application.read_models import (
    answers,
    asked_days,
    empty_ledger,
    folded,
    little_kept,
    moments,
    positions,
    record_all,
    recordings,
    tables,
)
from tests.domain.histories import Story
from tests.other_program import Place

LEDGER = "armsledger.db"
FEW = settings(max_examples=max(settings().max_examples // 4, 5))
FEWER = settings(max_examples=3)
Recorded = tuple[Story, Sequence[tuple[float, list[Object]]]]


def unkept(ledger: Ledger) -> list[tuple[Any, ...]]:
    """What is noted."""
    return ledger.journal().reader.query("SELECT * FROM unkept ORDER BY name, stream")


def compare(ledger: Ledger, views: Sequence[tuple[Any, ...]]) -> None:
    """Answers from tables are those that are folded, and verify finds nothing."""
    for question in views:
        view = ledger.at(*question)
        assert answers(view) == answers(folded(view))
    assert violations(ledger) == []


@FEW
@given(st.data(), recordings(), st.integers(0, 6), st.integers(0, 1), st.integers(1, 4), st.booleans())
def test_however_little_is_kept_answers_are_those_that_are_folded(
    data: st.DataObject, recorded: Recorded, rows: int, changes: int, beliefs: int, waiting: bool
) -> None:
    with little_kept(rows, changes, beliefs, waiting=waiting):
        _answers_are_those_that_are_folded(data, recorded)


@pytest.mark.usefixtures("on_server")
@FEWER
@given(st.data(), recordings(), st.integers(0, 6))
def test_on_a_server_too_answers_are_those_that_are_folded(data: st.DataObject, recorded: Recorded, rows: int) -> None:
    with little_kept(rows, 1, 2):
        _answers_are_those_that_are_folded(data, recorded)


def _answers_are_those_that_are_folded(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        record_all(ledger, clock, *recorded)
        views = [
            *((data.draw(asked_days()), data.draw(moments(ledger, clock))) for _ in range(4)),
            *((data.draw(asked_days()), data.draw(asked_days()), "asserted") for _ in range(4)),
        ]
        compare(ledger, views)
        ledger.rebuild(*data.draw(st.sampled_from([(), ("deals", "standing")])))
        compare(ledger, views)


# how many rows are kept

DELIVERIES = 36
"""Each of them changes what was delivered by each later day: 36 * 37 / 2 pairs of a belief and a span of days."""


def backfilled(place: Place, *, dated: bool = False) -> Ledger:
    """A ledger with a deal whose deliveries, one a month, are recorded from the last one back; ``dated`` if somebody
    told of each on its day."""
    clock = Clock()
    ledger = Ledger(place, clock=clock, recorded_by="tester")
    take(ledger, *SOURCES, opened(on="2010-01"))
    for number in reversed(range(DELIVERIES)):
        clock.pass_time(hours=1)
        day = f"{2011 + number // 12}-{1 + number % 12:02}-01"
        said = {"asserted": day} if dated else {}
        ledger.record("deal/x", "delivered", on=day, quantity="1 unit", tranche=number + 1, source="wire", **said)
    return ledger


def rows_of_deals(ledger: Ledger) -> int:
    """How many rows the table of deals has."""
    return int(ledger.journal().reader.query("SELECT count(*) FROM kept_deals")[0][0])


def test_deliveries_recorded_newest_first_keep_as_many_rows_as_there_are_entries_and_days(tmp_path: Path) -> None:
    with little_kept(10, 4, 1000), backfilled(tmp_path / LEDGER) as ledger:
        most = 10 + 4 * (DELIVERIES + 1 + DELIVERIES + 1)
        assert rows_of_deals(ledger) <= most < DELIVERIES * (DELIVERIES + 1) / 2
        first = len(SOURCES) + 1
        views = [ledger.at("2016-01-01", position) for position in (first, first + 1, first + 20, first + 36, None)]
        told = [[quantity.count for row in view.deals() for quantity in row.delivered] for view in views]
        assert told == [[], [1], [20], [36], [36]]
        assert not violations(ledger)
        ledger.rebuild()
        assert rows_of_deals(ledger) <= most
        assert [view.deals().to_dicts() for view in views] == [folded(view).deals().to_dicts() for view in views]


def test_an_entry_that_changes_what_was_said_by_very_many_days_has_the_rows_of_few_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def counted(projection: Projection, timeline: Timeline) -> list[Span]:
        told.append(projection.name)
        return spans_of(projection, timeline)

    monkeypatch.setattr("armsledger.projections.replacement.spans_of", counted)
    with little_kept(1000, 4, 8), backfilled(tmp_path / LEDGER, dated=True) as ledger:
        told.clear()
        ledger.record("deal/x", "delivered", on="2010-06-01", quantity="1 unit", source="wire", asserted="2010-06-01")
        assert 0 < told.count("deals") <= 8
        days = "2010-07-01", "2011-02-01", "2013-06-01", "2016-01-01"
        views = [ledger.at("2016-01-01", day, "asserted") for day in days]
        counts = [[line.count for row in view.deals() for line in row.delivered] for view in views]
        assert counts == [[1], [3], [31], [37]]
        assert not violations(ledger)


def test_an_ordinary_story_is_kept_whole() -> None:
    with Ledger.in_memory(recorded_by="tester") as ledger:
        for file in (SEED, STORY):
            ledger.record_file(file)
        assert unkept(ledger) == []


def test_what_is_not_kept_is_told_by_info_and_never_by_a_table_of_a_view(tmp_path: Path) -> None:
    with little_kept(10, 1, 1000), backfilled(tmp_path / LEDGER) as ledger:
        assert {model.name: model.unkept for model in ledger.read_models() if model.unkept} == {"deals": 1}
        early, now = ledger.at("2016-01-01", len(SOURCES) + 2), ledger.at("2016-01-01")
        assert len(ledger.execute(select(now.table("deals")))) == 1
        with pytest.raises(UsageError, match="the table deals does not keep what was believed of deal/x then"):
            early.table("deals")
        assert [str(row) for row in early.rows("deals", supplier="RUS")] == [str(row) for row in early.deals()]


def test_a_read_model_that_lost_what_is_noted_of_it_is_found_by_verify(tmp_path: Path) -> None:
    with little_kept(10, 1, 1000), backfilled(tmp_path / LEDGER) as ledger:
        assert not violations(ledger)
        other_program.run(tmp_path / LEDGER, "DELETE FROM unkept")
        assert violations(ledger) == ["its rows of deal/x are others than the journal gives"]


def violations(ledger: Ledger) -> list[str]:
    """What verify finds in the read models."""
    reader = ledger.journal().reader
    with reader.snapshot():
        return [one.what for one in verify_read_models(reader, ledger.projections()).violations]


# sources that very many cite

CITING = 60
CLOCK = Clock()


def opened_at(place: Place, *more: Projection) -> Ledger:
    """A ledger, kept by the built-in projections and more."""
    return Ledger(place, clock=CLOCK, recorded_by="tester", projections=(*BUILT_IN, *more))


def cited_by_many(place: Place) -> Ledger:
    """A ledger with many deals whose value two sources contest, the first of which is graded A."""
    ledger = opened_at(place)
    contest = [
        entry(f"deal/x-{number:03}", event, on="2018-10", source=source, **fields)
        for number in range(CITING)
        for source, event, fields in (
            ("agency", "opened", {"supplier": "RUS", "buyer": "IND"}),
            ("agency", "contract-signed", {"value": "USD 5bn"}),
            ("press", "contract-signed", {"value": "USD 6bn"}),
        )
    ]
    agency = {"key": "agency", "publisher": "Agency", "published": "2018-11-01", "reliability": "A"}
    take(ledger, agency, {**agency, "key": "press", "reliability": "C"}, *contest)
    return ledger


def regrade(ledger: Ledger, grade: str, asserted: str) -> None:
    """Grade the agency anew, later."""
    CLOCK.pass_time(hours=1)
    ledger.record("source/agency", "regraded", reliability=grade, asserted=asserted)


def values(ledger: Ledger, known: int | None = None) -> dict[str, int]:
    """The values of the deals, and how many have each."""
    return dict(Counter(str(row.value) for row in ledger.at("2021-01-01", known).deals()))


def pending(ledger: Ledger) -> int:
    """Of how many streams rows are pending."""
    return max(model.pending for model in ledger.read_models())


def test_a_source_that_very_many_cite_is_graded_anew_in_a_short_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction that records the grade brings the rows of no other stream up to date; each later one few."""
    advanced: list[tuple[int, int]] = []
    run = Advance.run

    def counted(self: Advance, streams: Sequence[str], *more: Any) -> None:
        advanced.append((ledger.journal()._writing().database.current.added, len(streams)))  # type: ignore[union-attr]
        run(self, streams, *more)

    with cited_by_many(tmp_path / LEDGER) as ledger:
        before = ledger.position()
        monkeypatch.setattr(Advance, "run", counted)
        regrade(ledger, "E", "2019-06-01")
        assert advanced[0] == (1, 1)
        assert {added for added, _ in advanced[1:]} == {0}
        assert max(streams for _, streams in advanced) <= 10
        assert sum(streams for _, streams in advanced) == 1 + CITING
        assert (values(ledger), values(ledger, before)) == ({"USD 6bn": CITING}, {"USD 5bn": CITING})
        assert unkept(ledger) == []
        assert not violations(ledger)


def test_a_recorder_that_was_killed_leaves_right_answers_and_the_next_one_brings_rows_up_to_date(place: Place) -> None:
    with cited_by_many(place) as ledger:
        before = ledger.position()
        with mock.patch("armsledger.application.upkeep.finish_pending"):
            regrade(ledger, "E", "2019-06-01")
            assert pending(ledger) == CITING
            warned = [sign.what for sign in ledger.examine(quick=True) if "pending" in sign.what]
            assert warned == [f"the rows of {CITING} streams are pending, so that answers about them are folded"]
            graded = ledger.position()
            gazette = {"key": "gazette", "publisher": "Gazette", "published": "2018-11-01", "reliability": "A"}
            signed = entry("deal/x-007", "contract-signed", on="2018-10", value="USD 7bn", source="gazette")
            take(ledger, gazette, signed)
            regrade(ledger, "B", "2020-06-01")
        assert pending(ledger) == CITING
        told = {"USD 5bn": CITING - 1, "USD 7bn": 1}, {"USD 6bn": CITING}, {"USD 5bn": CITING}
        assert (values(ledger), values(ledger, graded), values(ledger, before)) == told
        then = ledger.at("2021-01-01", "2019-12-31", "asserted").deals()
        assert Counter(str(row.value) for row in then) == {"USD 6bn": CITING - 1, "USD 7bn": 1}
        assert not violations(ledger)
        take(ledger, *SOURCES, opened("deal/another"))
        assert unkept(ledger) == []
        again = {**told[0], "None": 1}
        assert (values(ledger), values(ledger, graded), values(ledger, before)) == (again, *told[1:])
        assert not violations(ledger)
        kept = tables(ledger)
        ledger.rebuild()
        assert tables(ledger) == kept


def test_a_projection_that_nobody_knew_while_rows_were_pending_is_built_when_it_is_known_again(tmp_path: Path) -> None:
    with cited_by_many(tmp_path / LEDGER) as ledger:
        ledger.close()
        with opened_at(tmp_path / LEDGER, BACKLOG) as knowing:
            knowing.rebuild()
            with mock.patch("armsledger.application.upkeep.finish_pending"):
                regrade(knowing, "E", "2019-06-01")
        take(ledger, *SOURCES)
        assert unkept(ledger) == []
        with opened_at(tmp_path / LEDGER, BACKLOG) as knowing:
            model = next(one for one in knowing.read_models() if one.name == BACKLOG.name)
            assert not model.current
            take(knowing, opened("deal/another"))
            assert unkept(knowing) == []
            assert not violations(knowing)
            assert positions(knowing) == {knowing.position()}


def test_the_same_grade_again_touches_no_other_stream(tmp_path: Path) -> None:
    with cited_by_many(tmp_path / LEDGER) as ledger, mock.patch("armsledger.application.upkeep.finish_pending"):
        ledger.record("source/agency", "corrected", target="@1", set={"publisher": "The Agency"}, reason="entry-error")
        assert pending(ledger) == 0


def test_a_grade_that_only_dates_an_earlier_one_back_changes_what_was_believed_by_asserting(tmp_path: Path) -> None:
    """By hand: graded E on 1 June 2019, as recorded first; the statement of 1 March came to light later."""
    with cited_by_many(tmp_path / LEDGER) as ledger:
        regrade(ledger, "E", "2019-06-01")
        view = ledger.at("2021-01-01", "2019-04-01", "asserted")
        assert {str(row.value) for row in view.deals()} == {"USD 5bn"}
        regrade(ledger, "E", "2019-03-01")
        view = ledger.at("2021-01-01", "2019-04-01", "asserted")
        assert {str(row.value) for row in view.deals()} == {"USD 6bn"}
        assert not violations(ledger)
