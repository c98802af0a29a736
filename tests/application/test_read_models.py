"""Read models: kept, built anew and folded they tell the same, and what was known before never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from tests.application.book import ALL_TOLD, Clock, Object, take
from tests.application.read_models import (
    answers,
    asked_days,
    empty_ledger,
    folded,
    moments,
    positions,
    record_all,
    recordings,
    tables,
)
from tests.domain.histories import Story

FEW = settings(max_examples=max(settings().max_examples // 4, 5))
"""Each example records a whole history bit by bit, and asks several questions of it."""
FEWER = settings(max_examples=5)
"""On a server, where each example also makes a ledger's tables."""
Recorded = tuple[Story, Sequence[tuple[float, list[Object]]]]


@FEW
@given(st.data(), recordings())
def test_what_is_kept_is_what_is_folded_and_what_is_built_anew(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        _kept_is_folded_and_built_anew(ledger, clock, data, recorded)


@pytest.mark.usefixtures("on_server")
@FEWER
@given(st.data(), recordings())
def test_on_a_server_too_what_is_kept_is_folded_and_built_anew(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        _kept_is_folded_and_built_anew(ledger, clock, data, recorded)


def _kept_is_folded_and_built_anew(ledger: Ledger, clock: Clock, data: st.DataObject, recorded: Recorded) -> None:
    record_all(ledger, clock, *recorded)
    assert positions(ledger) == {ledger.position()}
    for _ in range(4):
        view = ledger.at(data.draw(asked_days()), data.draw(moments(ledger, clock)))
        assert answers(view) == answers(folded(view))
        by_asserting = ledger.at(data.draw(asked_days()), data.draw(asked_days()), "asserted")
        assert by_asserting.question.as_of is not None
        assert answers(by_asserting) == answers(folded(by_asserting))
    kept = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == kept


def test_leaving_regradings_out_is_noticed_on_both_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison has teeth: a regrading that is recorded late, of a source that two sides of a contest rest on."""
    monkeypatch.setattr("armsledger.projections.updater.citing_streams", lambda *_: [])
    ledger, clock = empty_ledger()
    with ledger:
        take(ledger, *CONTEST)
        clock.pass_time(hours=1)
        take(ledger, {"stream": "source/agency", "event": "regraded", "reliability": "E", "asserted": "2019-06-01"})
        now, then = ledger.at(), ledger.at("2021-01-01", "2019-06-01", "asserted")
        assert [str(row.value) for row in folded(now).deals()] == ["USD 6bn"]
        assert [str(row.value) for row in folded(then).deals()] == ["USD 6bn"]
        assert answers(now) != answers(folded(now))
        assert answers(then) != answers(folded(then))


CONTEST: list[Object] = [
    {"key": "agency", "publisher": "Agency", "published": "2018-11-01", "reliability": "A"},
    {"key": "paper", "publisher": "Paper", "published": "2018-11-01", "reliability": "C"},
    {"stream": "deal/x", "event": "opened", "on": "2018-10", "supplier": "RUS", "buyer": "IND", "source": "agency"},
    {"stream": "deal/x", "event": "contract-signed", "on": "2018-10", "value": "USD 5bn", "source": "agency"},
    {"stream": "deal/x", "event": "contract-signed", "on": "2018-10", "value": "USD 6bn", "source": "paper"},
]


@pytest.mark.usefixtures("on_server")
@FEWER
@given(recordings())
def test_a_server_keeps_the_rows_that_a_file_keeps(recorded: Recorded) -> None:
    here, clock = empty_ledger()
    other_clock = Clock(ALL_TOLD)
    with here, Ledger(":memory:", recorded_by="tester", clock=other_clock) as there:
        record_all(here, clock, *recorded)
        record_all(there, other_clock, *recorded)
        assert tables(here) == tables(there)
        assert [row | {"login": None} for row in here.log().to_dicts()] == there.log().to_dicts()


@FEW
@given(st.data(), recordings())
def test_an_answer_as_known_before_stays_the_same_to_the_byte(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    story, parts = recorded
    cut = data.draw(st.integers(0, len(parts)))
    record_all(ledger, clock, story, parts[:cut])
    known, day = data.draw(moments(ledger, clock).filter(lambda known: known is not None)), data.draw(asked_days())
    before = _bytes(ledger.at(day, known)) if isinstance(known, int) else None
    earlier = ledger.at(day, ledger.position())
    then = _bytes(earlier)
    clock.pass_time(hours=1)
    for _, objects in parts[cut:]:
        clock.pass_time(hours=1)
        _take_what_can_be_taken(ledger, objects)
    assert _bytes(earlier) == then
    if before is not None:
        assert _bytes(ledger.at(day, known)) == before


def _bytes(view: Any) -> dict[str, str]:
    return {name: repr([row.to_dict() for row in rows]) for name, rows in answers(view).items()}


def _take_what_can_be_taken(ledger: Any, objects: list[Object]) -> None:
    from armsledger import Refused

    for statement in objects:
        try:
            take(ledger, statement)
        except Refused:
            continue


@pytest.mark.soak
@settings(max_examples=300)
@given(st.data(), recordings())
def test_at_a_thousand_dates_what_is_kept_is_what_is_folded(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    record_all(ledger, clock, *recorded)
    for _ in range(5):  # of 300 histories: 1,500 dates on each axis
        view = ledger.at(data.draw(asked_days()), data.draw(moments(ledger, clock)))
        assert answers(view) == answers(folded(view))
        by_asserting = ledger.at(data.draw(asked_days()), data.draw(asked_days()), "asserted")
        assert answers(by_asserting) == answers(folded(by_asserting))
    kept = tables(ledger)
    ledger.rebuild()
    assert tables(ledger) == kept
