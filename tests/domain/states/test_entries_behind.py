"""On whose word each field of a state is as it is. The expectations are written down by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from armsledger.domain.beliefs.belief import Belief, believe
from armsledger.domain.entry import Entry
from armsledger.domain.states.course import Course
from armsledger.domain.states.entries_behind import Fields, entries_behind
from armsledger.domain.states.shown import INNER
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.states.tallies import COUNTED
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.known import EVERYTHING, Known
from tests.domain.histories import Story, days, stories
from tests.domain.specification import Case, Said, by, given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, resolved, retracted, signed

GRADES: Mapping[str, Reliability] = {"hindu": "A", "sipri": "B", "tass": "B", "theprint": "C"}
Bound = Literal["certain", "possible"]


def behind(
    field: str,
    *statements: Said,
    at: str = "2026-01-01",
    bound: Bound = "certain",
    known: Known = EVERYTHING,
    **of: Any,
) -> list[str]:
    """The ids of the entries behind a field of what is told."""
    case = given(*statements, grades=GRADES, **of)
    fields: Fields = getattr(entries_behind(day_of(case, at, known)), bound)
    ids = {entry.address: entry.id for entry in case.entries}
    return [ids[address] for address in fields.get(field, ())]


def day_of(case: Case, at: str, known: Known = EVERYTHING) -> StreamDay:
    """A stream at a day."""
    return StreamDay(Course(str(case.stream), case.belief(known)), date.fromisoformat(at))


NDTV = signed(id="ndtv", value="USD 5.43bn", quantity="5 regiments", source="hindu", asserted="2018-10-05")
REGISTER = signed(id="register", on="2018", value="INR 390bn", quantity=None, source="sipri", asserted="2024-03-18")
ARTICLE = signed(id="article", on="2018-10", value="~USD 5bn", quantity="5 units", source="theprint")


def test_a_value_rests_on_who_gives_it_and_not_on_its_rivals() -> None:
    story = (opened(), NDTV, REGISTER, ARTICLE)
    assert behind("value", *story) == ["ndtv"]
    assert behind("ordered", *story) == ["ndtv"]


def test_a_date_rests_on_all_whom_it_does_not_contradict_the_best_first() -> None:
    assert behind("signed_on", opened(), NDTV, REGISTER, ARTICLE) == ["ndtv", "register", "article"]


def test_a_belief_rests_on_nothing_that_it_does_not_know() -> None:
    story = (opened(asserted="2018-10-05"), NDTV, REGISTER, ARTICLE)
    assert behind("signed_on", *story, known=by("2022-01-01")) == ["ndtv", "article"]
    assert behind("signed_on", *story, known=by("2018-10-04")) == []


def test_an_equivalent_rests_on_who_gives_it_in_its_currency() -> None:
    both = signed(id="both", value=["USD 5bn", "INR 390bn"], source="hindu")
    one = signed(id="one", value="INR 390bn", source="tass")
    assert behind("value", opened(), both, one) == ["both"]
    assert behind("equivalents", opened(), both, one) == ["both", "one"]


def test_a_sum_rests_on_who_dates_a_payment_and_on_who_says_how_much_it_was() -> None:
    case = given(
        opened(),
        paid(None, on="2019-09~", tranche=1, id="dated", source="tass", asserted="2019-09-08"),
        paid("~USD 800m", on="2019", tranche=1, id="counted", asserted="2021-11-12"),
        paid("USD 850m", on="2019-09", tranche=1, id="rival", source="sipri", credibility=6, asserted="2019-11-15"),
        paid("INR 60bn", on="2019-10/2019-11", tranche=1, id="rupees", source="hindu", credibility=6),
        grades={"tass": "B", "theprint": "C", "sipri": "D", "hindu": "D"},
    )
    numbers = {entry.address: entry.id for entry in case.entries}
    certain = entries_behind(day_of(case, "2020-01-01")).certain
    assert [numbers[address] for address in certain["paid"]] == ["dated", "counted"]


def test_a_corrected_value_rests_on_its_statement_and_on_the_correction() -> None:
    story = (opened(), signed(), corrected("contract", value="USD 6bn", id="fix"))
    assert behind("value", *story) == ["contract", "fix"]
    assert behind("ordered", *story) == ["contract"]
    assert behind("value", *story, corrected("contract", value="USD 7bn", id="again")) == ["contract", "again"]


def test_a_corrected_correction_stands_behind_what_it_made() -> None:
    fix = corrected("contract", value="USD 6bn", id="fix")
    again = corrected("fix", set={"value": "USD 7bn"}, id="again")
    assert behind("value", opened(), signed(), fix, again) == ["contract", "fix", "again"]


def test_a_resolved_value_rests_on_what_is_preferred_and_on_who_decided() -> None:
    better = signed(id="better", source="hindu")
    worse = signed(id="worse", value="USD 6bn", source="theprint")
    story = (opened(), better, worse, resolved("worse", "better", id="decision"))
    assert behind("value", *story) == ["worse", "decision"]
    assert behind("signed_on", *story) == ["worse", "better"]


def test_what_is_retracted_is_behind_nothing() -> None:
    assert behind("value", opened(), signed(), retracted("contract")) == []


ONE = delivered("2 units", on="2021-12-21", id="one", source="tass")
OR_TWO = delivered("2 units", on="2021-12-25", id="two", source="hindu")


def test_of_two_deliveries_that_can_be_one_the_better_is_counted_and_possibly_both() -> None:
    assert behind("delivered", opened(), signed(), ONE, OR_TWO) == ["two"]
    assert behind("delivered", opened(), signed(), ONE, OR_TWO, bound="possible") == ["one", "two"]


def test_a_sum_rests_on_all_that_adds_to_it() -> None:
    story = [delivered("1 unit", on=f"202{year}-01-01", id=f"d{year}") for year in range(3)]
    assert behind("delivered", opened(), signed(), *story) == ["d0", "d1", "d2"]
    assert behind("in_service", opened(), signed(), *story, said("lost", on="2023", quantity="1 unit", id="crash")) == [
        *("d0", "d1", "d2"),
        "crash",
    ]


def test_a_greater_total_stands_for_what_came_before_it() -> None:
    before = [delivered("1 unit", on=f"202{year}-01-01", id=f"d{year}") for year in range(2)]
    total = delivered("4 units", on="2022-01-01", so_far=True, id="total")
    after = delivered("1 unit", on="2023-01-01", id="after")
    assert behind("delivered", opened(), signed(), *before, total, after) == ["total", "after"]


def test_a_total_and_the_increments_that_come_to_the_same_both_stand_behind_the_sum() -> None:
    before = [delivered("2 units", on=f"202{year}-01-01", id=f"d{year}") for year in range(2)]
    total = delivered("4 units", on="2022-01-01", so_far=True, id="total")
    assert behind("delivered", opened(), signed(), *before, total) == ["d0", "d1", "total"]


LINES = [{"designation": "S-400", "quantity": "2 units"}, {"designation": "48N6", "quantity": "9 missiles"}]


def test_an_amendment_stands_behind_the_lines_that_it_replaces() -> None:
    contract = signed(quantity=None, items=LINES)
    one = said("amended", on="2019", items=[{"designation": "S-400", "quantity": "3 units"}], id="one")
    both = said("amended", on="2020", items=[{**line, "quantity": "7 units"} for line in LINES], id="both")
    bare = said("amended", on="2021", quantity="8 units", id="bare")
    assert behind("ordered", opened(), contract, one) == ["contract", "one"]
    assert behind("ordered", opened(), signed(), bare) == ["bare"]
    assert behind("value", opened(), contract, both) == ["contract"]


def test_an_exercised_option_adds_what_was_agreed() -> None:
    option = said("option-agreed", on="2019", option="B", quantity="2 units", value="USD 1bn", id="option")
    exercised = said("option-exercised", on="2020", option="B", id="exercise")
    for field in ("ordered", "value"):
        assert behind(field, opened(), signed(), option, exercised) == ["contract", "option", "exercise"]
    assert behind("options", opened(), signed(), option, exercised) == ["option", "exercise"]


def test_a_claim_is_behind_what_is_possible_alone() -> None:
    claim = signed(id="claim", source="tass", status="claim")
    assert behind("value", opened(), signed(), claim) == ["contract"]
    assert behind("value", opened(), signed(), claim, bound="possible") == ["contract", "claim"]
    assert behind("value", opened(), claim) == []
    assert behind("value", opened(), claim, bound="possible") == ["claim"]


THREAT = said("sanction-threat-raised", on="2018-10", by="USA", against="IND", basis="CAATSA", id="threat")
POSITION = said(
    "sanction-position-stated", on="2021-11-23", by="USA", basis="CAATSA", position="no-determination", id="position"
)


def test_a_line_of_sanctions_rests_on_all_that_tell_of_it_and_a_position_on_who_stated_it() -> None:
    assert behind("sanctions", opened(), THREAT, POSITION) == ["threat", "position"]
    assert behind("sanction_positions", opened(), THREAT, POSITION) == ["position"]


def test_of_a_list_only_what_stands_in_it_is_told() -> None:
    links = [
        said("linked", on="2019", to=to, relation="part-of", id=to) for to in ("deal/india-s300", "deal/sipri-4711")
    ]
    ended = said("unlinked", on="2020", to="deal/india-s300", relation="part-of", id="ended")
    assert behind("links", opened(), *links, ended) == ["deal/sipri-4711"]
    granted = said("approval-granted", on="2018-09", authority="CCS", id="granted")
    denied = said("approval-denied", on="2018-10", authority="CCS", id="denied")
    assert behind("approvals", opened(), granted, denied) == []
    assert behind("approvals_denied", opened(), granted, denied) == ["denied"]


def test_who_says_less_of_a_line_and_nothing_else_stands_behind_it_too() -> None:
    whole = said("licence-granted", on="2019", authority="BIS", reference="D-2", scope="missiles", id="whole")
    less = said("licence-granted", on="2020", authority="BIS", reference="D-2", id="less")
    denied = said("licence-denied", on="2020", authority="BIS", reference="D-3", id="denied")
    assert behind("licences", opened(), whole, less) == ["whole", "less"]
    assert behind("licences", opened(), whole, denied) == ["whole", "denied"]


@pytest.mark.parametrize(
    ("story", "wanted"),
    [
        ([], ["opening"]),
        ([signed()], ["contract"]),
        ([signed(), ONE], ["one"]),
        ([signed(), said("suspended", on="2020", id="stop")], ["stop"]),
        ([signed(), said("suspended", on="2020", id="stop"), said("resumed", on="2021", id="on")], ["contract", "on"]),
        ([signed(quantity="2 units"), ONE], ["one", "contract"]),
        ([signed(), ONE, said("cancelled", on="2022", id="end")], ["end"]),
    ],
)
def test_a_stage_rests_on_what_brought_the_deal_there(story: list[Said], wanted: list[str]) -> None:
    assert behind("stage", opened(), *story) == wanted


def test_a_deal_that_can_be_in_several_stages_names_who_says_so() -> None:
    stopped = said("suspended", on="2020", id="stop")
    assert behind("stages", opened(), signed(), stopped, at="2020-06-01", bound="possible") == ["contract", "stop"]


def test_a_lease_that_has_run_out_rests_on_who_says_until_when() -> None:
    assert behind("lapsed", opened(), signed(until="2020")) == ["contract"]


def test_forecasts_rest_on_who_states_and_who_revises_them() -> None:
    forecast = expected({"event": "delivered"}, "../2021-12", id="forecast", asserted="2021-11-12")
    later = said("expectation-revised", target="forecast", due="../2022-06", asserted="2021-12-20", id="later")
    given_up = said("expectation-withdrawn", target="forecast", asserted="2022-01-10", id="given up")
    assert behind("expectations", opened(), forecast, later, at="2021-12-01") == ["forecast"]
    assert behind("expectations", opened(), forecast, later) == ["forecast", "later"]
    assert behind("expectations", opened(), forecast, given_up) == ["forecast", "given up"]


def test_every_kind_of_stream_names_its_entries() -> None:
    held = said("held", on="2021-12-06", place="New Delhi", id="held")
    plan = said("scheduled", on="2021-11-26", planned="2021-12-06", format="summit", id="plan")
    assert behind("place", plan, held, kind="engagement") == ["held"]
    assert behind("format", plan, held, kind="engagement") == ["plan"]
    assert behind("status", plan, held, kind="engagement") == ["held"]
    summit = expected({"event": "held"}, "2021-12", id="hope")
    assert behind("status", summit, kind="engagement") == ["hope"]
    agreed = said("signed", on="2011", parties=["IND", "RUS"], until="2020", id="agreed")
    renewed = said("renewed", on="2020", until="2030", id="renewed")
    assert behind("until", agreed, renewed, kind="framework") == ["renewed"]
    assert behind("ended_on", agreed, kind="framework") == ["agreed"]
    paper = said("registered", publisher="ThePrint", reliability="C", asserted="2021-11-12", id="paper")
    worse = said("regraded", reliability="D", asserted="2022-01-01", id="worse")
    assert behind("reliability", paper, worse, kind="source") == ["worse"]
    assert behind("publisher", paper, worse, kind="source") == ["paper"]


def test_days_with_the_same_answer_share_one_object() -> None:
    case = given(opened(), signed(), paid("USD 1bn", id="payment"), grades=GRADES)
    course = Course(str(case.stream), case.belief())
    early, late, later = (
        entries_behind(StreamDay(course, date.fromisoformat(f"{year}-01-01"))) for year in (2019, 2020, 2021)
    )
    assert late is later
    assert late.certain is late.possible
    assert early != late
    assert {early: 1, late: 2}[later] == 2


# Whatever the history


@over(st.data(), stories())
def test_every_field_that_says_something_names_known_entries_and_is_another_without_them(
    data: st.DataObject, story: Story
) -> None:
    known = data.draw(st.sampled_from([EVERYTHING, Known(position=len(story.entries) // 2), by(f"{data.draw(days)}")]))
    day = data.draw(days)
    belief = believe(story.entries, story.case.grades, known)
    stream_day = StreamDay(Course("deal/random", belief), day)
    standing = {entry.address for entry in belief.entries if entry.id not in belief.repairs.retracted_by}
    for place, fields in enumerate(entries_behind(stream_day)):
        state = stream_day.bounds[place]
        assert fields.keys() >= said_by(state)
        for name, addresses in fields.items():
            assert set(addresses) <= standing
            if name not in COMES_TO_THE_SAME:
                rest = [entry for entry in story.entries if entry.address not in with_echoes(addresses, belief)]
                other = StreamDay(Course("deal/random", believe(rest, story.case.grades, known)), day).bounds[place]
                of = "lines" if name == "ordered" else name  # a range that was replaced can end at the same number
                assert getattr(other, of, None) != getattr(state, of)


COMES_TO_THE_SAME = {"stage", "stages", "lapsed", "sanction_positions"}
"""What would be taken in place of these entries can come to the same: another event reaches the stage, and an
expectation begins a deal that nothing opens. Positions are no field of their own."""


def said_by(state: Any) -> set[str]:
    """The plain fields of a state that say something."""
    return set() if state is None else {name for name in vars(state).keys() - INNER if getattr(state, name)}


def with_echoes(addresses: Iterable[str], belief: Belief) -> set[str]:
    """The entries, what their sources had said of the same before, what can be the same as what they tell, and what
    repairs them: without the last words, the ledger would take these."""
    gone = set(addresses)
    for one in belief.occurrences:
        if gone & {entry.address for entry in one.entries}:
            gone |= {entry.address for entry in one.superseded}
    sums = Course("deal/random", belief).sums
    for one_sum in (one_sum for event in COUNTED for one_sum in sums.of(event)):
        for doubt in one_sum.tally.doubts:
            twins = [entry for place in doubt.places for entry in belief.occurrences[place].entries]
            gone |= {entry.address for entry in twins} if gone & {entry.address for entry in twins} else set()
    return gone | {entry.address for entry in belief.entries if _target(entry, belief) in gone}


def _target(entry: Entry, belief: Belief) -> str | None:
    target = getattr(entry.event, "target", None)
    return next((other.address for other in belief.entries if other.id == target), None)
