"""Replay: what happened up to a date, step by step, with the state after each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.replay import Replay
from armsledger.domain.errors import UnknownStream
from armsledger.domain.states.deal import Deal
from tests.application.book import DEAL, FRAMEWORK, book, delivered, entry, expected, opened, paid

DATES = (
    "2015-12-31",
    "2018-09-30",
    "2018-10-15",
    "2018-12-31",
    "2019-06-30",
    "2019-12-31",
    "2021-11-12",
    "2021-12-05",
    "2021-12-31",
    "2023-03-01",
    "2026-11-22",
)


def without_expectations(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """A bound of a state, as far as what happened makes it, without the entries behind it: a replay has one a step."""
    if state is None:
        return None
    return {name: value for name, value in state.items() if name not in ("expectations", "entries")}


def ends_as(ledger: Ledger, stream: str, day: str, **known: Any) -> None:
    """The last step of a replay leaves the state that the stream has on that date."""
    steps = ledger.replay(stream, day, **known).to_dicts()
    state = ledger.at(day, **known).state(stream).to_dict()
    told = {bound: without_expectations(state[bound]) for bound in ("certain", "possible")}
    if steps:
        assert {bound: without_expectations(steps[-1]["state"][bound]) for bound in told} == told
    else:
        assert told == {"certain": None, "possible": None}


def stage(state: Deal | None) -> str | None:
    """The stage of a deal that may not have begun."""
    return None if state is None else state.stage


def told(replay: Replay) -> list[tuple[str, str, bool]]:
    """What each step tells, when, and whether it is certain."""
    return [(step.event, step.on, step.certain) for step in replay]


@pytest.mark.parametrize("day", DATES)
def test_the_last_step_leaves_the_state_at_that_date(day: str, seed: Ledger, story: Ledger) -> None:
    for ledger in (seed, story):
        for stream in ledger.streams():
            ends_as(ledger, stream, day)


@pytest.mark.parametrize("known", ["2018-12-31", "2021-11-12", "2021-12-31", "2023-03-01"])
def test_the_last_step_leaves_the_state_as_known_by_asserted_date(known: str, story: Ledger) -> None:
    for stream in story.streams():
        for day in DATES:
            ends_as(story, stream, day, known=known, known_by="asserted")


@pytest.mark.usefixtures("database")
def test_the_steps_stand_in_the_order_of_the_world_not_of_the_record(seed: Ledger) -> None:
    *earlier, first, second, third, fourth = told(seed.replay(DEAL, "2021-11-12"))
    assert earlier == [
        ("sanction-threat-raised", "../2018-10", True),
        ("opened", "2018-10", True),
        ("contract-signed", "2018-10", True),
        ("tranche-paid", "2019", True),
    ]
    assert sorted([first, second, third, fourth]) == [  # of one day and said on one day: their ids order them
        ("commitment-reaffirmed", "2021-11-12", True),
        ("expected", "2021-11-12", True),
        ("expected", "2021-11-12", True),
        ("expected", "2021-11-12", True),
    ]


def test_a_step_that_is_only_possible_changes_the_possible_state_alone(seed: Ledger) -> None:
    replay = seed.replay(DEAL, "2019-06-30")
    assert told(replay)[-1] == ("tranche-paid", "2019", False)
    before, after = replay[-2].state, replay[-1].state
    assert before.certain == after.certain
    assert [str(amount) for amount in after.possible.paid] == ["~USD 800m"]
    assert (after.certain.paid, before.possible.paid) == ((), ())


def test_what_is_only_possible_may_come_before_what_is_certain() -> None:
    ledger = book(opened(), delivered("1 unit", on="2018-04", status="claim"), paid("USD 1m", on="2018-05"))
    steps = ledger.replay("deal/x", "2018-06-30")
    assert told(steps)[1:] == [("delivered", "2018-04", False), ("tranche-paid", "2018-05", True)]
    assert (stage(steps[-1].state.certain), stage(steps[-1].state.possible)) == ("prospective", "delivering")


def test_an_opening_is_not_later_than_what_certainly_followed_it() -> None:
    steps = book(opened(on="2018"), paid("USD 1m", on="2018-05")).replay("deal/x", "2018-06-30")
    assert told(steps) == [("opened", "2018", True), ("tranche-paid", "2018-05", True)]
    assert stage(steps[-1].state.certain) == "prospective"


def test_the_last_step_shows_the_terms_that_ran_out_since() -> None:
    ledger = book(opened(), entry("deal/x", "suspended", on="2019-01-01", until="2019-06-30"))
    assert stage(ledger.replay("deal/x", "2019-06-30")[-1].state.certain) == "suspended"
    assert stage(ledger.replay("deal/x", "2019-07-01")[-1].state.certain) == "prospective"


@pytest.mark.usefixtures("database")
def test_statements_about_one_occurrence_are_one_step(story: Ledger) -> None:
    steps = [step for step in story.replay(DEAL, "2021-11-12").to_dicts() if step["event"] == "tranche-paid"]
    (step,) = steps
    assert (step["entry"], step["on"], len(step["also"])) == (f"{DEAL}@16", "2019-09~", 3)
    assert step["data"]["amount"]["amount"] == "800000000"
    assert set(step) == {"entry", "event", "on", "certain", "source", "status", "also", "data", "state"}


def test_a_summit_that_is_only_expected_is_expected_after_the_step(seed: Ledger) -> None:
    for stream in ("engagement/india-russia-2-plus-2-1", FRAMEWORK):
        (step,) = seed.replay(stream, "2021-11-12")
        told_last = step.to_dict()["state"]
        assert (step.event, told_last["certain"]["status"], told_last["possible"]["status"]) == ("expected",) * 3
        assert len(seed.replay(stream, "2021-11-11")) == 0


def test_an_expectation_begins_no_deal_that_is_opened() -> None:
    ledger = book(opened(on="2021-12-01"), expected("delivered", "2022"))
    assert [step.state.certain is None for step in ledger.replay("deal/x", "2021-12-31")] == [True, False]


def test_an_expectation_stated_some_time_in_a_year_begins_the_stream_possibly_at_first() -> None:
    early = expected("held", "2022", "engagement/e", on="2021", asserted="2021", source="archive")
    certain = expected("held", "2023", "engagement/e", on="2021-06-01", asserted="2021-06-01", source="archive")
    ledger = book(early, certain)
    for day, begun in (("2021-05-31", False), ("2021-06-01", True)):
        ends_as(ledger, "engagement/e", day)
        state = ledger.at(day).engagement("e")
        assert (state.certain is not None, state.possible is not None) == (begun, True)


@pytest.mark.parametrize(("given_up", "expected_then"), [("2021-06-01", (False, False)), ("2021-06", (False, True))])
def test_a_meeting_that_was_expected_and_given_up_is_expected_no_more(
    given_up: str, expected_then: tuple[bool, bool]
) -> None:
    hope = expected("held", "2022", "engagement/e", id="hope", on="2021-05-01", asserted="2021-05-01")
    gone = entry("engagement/e", "expectation-withdrawn", target="hope", on=given_up, asserted="2021-06-30")
    ledger = book(hope, gone)
    first, last = ledger.replay("engagement/e", "2021-06-15")
    assert (first.state.certain is not None, first.state.possible is not None) == (True, True)
    assert (last.state.certain is not None, last.state.possible is not None) == expected_then
    ends_as(ledger, "engagement/e", "2021-06-15")


def test_revisions_and_withdrawals_are_steps_and_repairs_are_not() -> None:
    ledger = book(
        opened(),
        paid("USD 1m", id="payment"),
        expected("delivered", "../2022", id="hope"),
        entry("deal/x", "expectation-revised", target="hope", due="../2023", source="paper"),
        entry("deal/x", "expectation-withdrawn", target="hope", source="rumour"),
        entry("deal/x", "corrected", target="payment", set={"amount": "USD 2m"}, reason="entry-error"),
        entry("deal/x", "disputed", target="payment"),
    )
    assert [event for event, _, _ in told(ledger.replay("deal/x"))] == [
        "opened",
        "tranche-paid",
        "expected",
        "expectation-revised",
        "expectation-withdrawn",
    ]
    payment = ledger.replay("deal/x")[1]
    assert payment.data["amount"]["amount"] == "2000000"


@pytest.mark.usefixtures("database")
def test_a_retracted_entry_is_no_step_once_that_is_known() -> None:
    ledger = book(
        opened(),
        delivered("1 unit", id="batch"),
        entry("deal/x", "retracted", target="batch", reason="it was another deal's", asserted="2022-01-01"),
    )
    assert [step.event for step in ledger.replay("deal/x")] == ["opened"]
    assert [step.event for step in ledger.replay("deal/x", known=ledger.position() - 1)] == ["opened", "delivered"]
    by_asserted = ledger.replay("deal/x", known="2021-12-31", known_by="asserted")
    assert [step.event for step in by_asserted] == ["opened", "delivered"]


def test_a_denial_alone_is_no_step_and_a_claim_is_a_possible_one() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1, status="claim"), paid("USD 1m", tranche=2, status="denial"))
    assert told(ledger.replay("deal/x")) == [("opened", "2018-01-01", True), ("tranche-paid", "2019-06-01", False)]


def test_a_replay_can_be_sliced_and_counted(seed: Ledger) -> None:
    replay = seed.replay(DEAL, "2021-11-12")
    assert len(replay) == len(replay.to_dicts()) == 8
    assert replay[0] is next(iter(replay))
    assert [step.event for step in replay[1:3]] == ["opened", "contract-signed"]
    assert replay.view.at == date(2021, 11, 12)


@pytest.mark.usefixtures("database")
def test_without_a_date_it_goes_up_to_today(story: Ledger) -> None:
    assert story.replay(DEAL).to_dicts() == story.replay(DEAL, "today").to_dicts()
    yesterday = story.session.today - timedelta(days=1)
    assert story.replay(DEAL, "yesterday").to_dicts() == story.replay(DEAL, yesterday).to_dicts()


def test_a_stream_that_does_not_exist_cannot_be_replayed(seed: Ledger) -> None:
    with pytest.raises(UnknownStream, match="the ledger holds no deal/nothing"):
        seed.replay("deal/nothing")
