"""What was expected, and what became of it by a date."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.states.judgement import compare_due
from armsledger.domain.values.when import When
from tests.domain.specification import Case, Said, as_of, given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, retracted, signed

STATED = "2021-11-12"
TODAY = "2026-11-22"


def deal(*statements: Said) -> Case:
    """A deal of 2018."""
    return given(opened(), signed(), *statements)


def first_batch(due: str, **fields: Any) -> Said:
    """The first batch is expected."""
    return expected("delivered tranche=1", due, **fields)


def batch(on: str, quantity: str = "1 unit", **fields: Any) -> Said:
    """A part of the first batch arrives."""
    return delivered(quantity, on=on, **{"tranche": 1, "part": "yes", "source": "hindu", **fields})


def reaffirmed(*parties: str) -> Said:
    """Parties stand by the deal."""
    return said("commitment-reaffirmed", on="2022", by=list(parties))


@pytest.mark.parametrize(
    ("due", "on", "outcome"),
    [
        # a2 < b1
        ("2021-12", "2021-11-30", "met-early"),
        ("2021-12", "2021-11", "met-early"),
        ("2021-12/..", "2021-11-30", "met-early"),
        # b1 <= a1 and a2 <= b2
        ("2021-12", "2021-12-01", "met"),
        ("2021-12", "2021-12-31", "met"),
        ("2021-12", "2021-12", "met"),
        ("2021-12/..", "2026-01", "met"),
        # open to the past, a2 <= b2
        ("../2021-12-15~", "2021-12-15", "met"),
        ("../2021-12-15~", "2000", "met"),
        ("../2021-12-15~", "../2021-12-15", "met"),
        # a1 > b2
        ("2021-12", "2022-01-01", "met-late"),
        ("../2021-12-15~", "2021-12-16", "met-late"),
        ("../2021-12-15~", "2022/..", "met-late"),
        # the intervals do not decide
        ("2021-12", "2021-12/2022-01-01", "indeterminate"),
        ("2021-12", "2021", "indeterminate"),
        ("2021-12", "2021-11/2021-12-01", "indeterminate"),
        ("2021-12", "../2021-12-31", "indeterminate"),
        ("2021-12", "2021/2022", "indeterminate"),
        ("../2021-12-15~", "2021-12", "indeterminate"),
        ("2021-12", "2021-12-31/..", "indeterminate"),
    ],
)
def test_the_outcome_follows_from_the_window_and_the_day_alone(due: str, on: str, outcome: str) -> None:
    came = When.parse(on)
    assert compare_due(When.parse(due), came.first, came.last) == outcome


@pytest.mark.parametrize(
    ("at", "outcome"), [(STATED, "pending"), ("2021-12-15", "pending"), ("2021-12-16", "overdue"), (TODAY, "overdue")]
)
def test_what_is_not_met_is_pending_until_its_window_closes_and_overdue_after(at: str, outcome: str) -> None:
    deal(first_batch("../2021-12-15~")).then_both(at, expectations=[outcome])


def test_what_is_expected_at_some_time_never_falls_due() -> None:
    deal(first_batch("2022/..")).then_both(TODAY, expectations=["pending"])


def test_an_expectation_is_met_once_the_occurrence_is_certain_and_maybe_before() -> None:
    case = deal(first_batch("2021-12"), batch("2021-12"))
    case.then_both("2021-11-30", expectations=["pending"])
    case.then_certain("2021-12-15", expectations=["pending"])
    case.then_possible("2021-12-15", expectations=["met"])
    case.then_both("2021-12-31", expectations=["met"])


def test_what_is_overdue_for_certain_may_have_been_met() -> None:
    case = deal(first_batch("2021-12-15"), batch("2021-12"))
    case.then_certain("2021-12-20", expectations=["overdue"])
    case.then_possible("2021-12-20", expectations=["indeterminate"])


def test_a_claim_meets_an_expectation_only_possibly() -> None:
    case = deal(first_batch("2021-12"), batch("2021-12-20", status="claim"))
    case.then_certain("2021-12-31", expectations=["pending"])
    case.then_possible("2021-12-31", expectations=["indeterminate"])
    case.then_certain(TODAY, expectations=["overdue"]).then_possible(TODAY, expectations=["indeterminate"])


@pytest.mark.parametrize("due", ["2021-12", "2021-11/2021-12", "../2021-12-31"])
def test_what_is_met_stays_met(due: str) -> None:
    case = deal(first_batch(due, quantity="1 unit"), batch("2021-12-20"))
    for later in (batch("2022"), batch("2023-05/2026"), delivered("3 units", on="2024", so_far="yes")):
        case.when(later).then_taken()
        for at in ("2021-12-20", "2021-12-31", "2022-06-30", "2024-12-31", TODAY):
            case.then_both(at, expectations=["met"])


def test_an_expectation_is_shown_with_the_occurrence_that_met_it() -> None:
    state = deal(first_batch("2021-12"), batch("2021-12-20", id="arrival")).certain("2021-12-31")
    (judgement,) = state.expectations
    assert judgement.occurrence.entry.id == "arrival"
    assert str(judgement.expectation.what) == "delivered tranche=1"
    assert judgement.expectation.stated == When.parse(STATED)


# which occurrence is meant


@pytest.mark.parametrize(
    ("what", "occurrence", "meant"),
    [
        ("delivered", delivered("1 unit", tranche=1), True),
        ("delivered tranche=1", delivered("1 unit", tranche="1"), True),
        ("delivered tranche=2", delivered("1 unit", tranche=1), False),
        ({"event": "delivered", "tranche": 2}, delivered("1 unit", tranche="2"), True),
        ("delivery-begun", delivered("1 unit", tranche=1), True),
        ("delivery-begun", delivered("0 units", on="2022", so_far="yes"), False),
        ("delivered", delivered(None), True),
        ("delivered", delivered("0 units", on="2022", so_far="yes"), False),
        ("delivered item=s-400", delivered("1 unit", item="S-400"), True),
        ("delivered item=s-400", delivered("1 unit"), True),
        ("delivered item=s-400", delivered("1 unit", item="48N6"), False),
        ("inducted place=punjab", said("inducted", on="2021-12-21", place="Punjab"), True),
        ("inducted 'unit_name=1st squadron'", said("inducted", on="2021-12-21", unit_name="1st squadron"), True),
        ("tranche-paid payer=India", said("tranche-paid", on="2021-12-21", payer="IND"), True),
        ("tranche-paid amount='USD 800,000,000'", said("tranche-paid", on="2021-12-21", amount="USD 800m"), True),
        ("tranche-paid amount='USD 800m'", said("tranche-paid", on="2021-12-21", amount="USD 1m"), False),
        ({"event": "commitment-reaffirmed", "by": ["RUS"]}, reaffirmed("IND", "RUS"), True),
        ({"event": "commitment-reaffirmed", "by": ["RUS", "USA"]}, reaffirmed("RUS"), False),
        ("commitment-reaffirmed by=IND,RUS", reaffirmed("RUS", "India"), True),
        ("legislative-action binding=true", said("legislative-action", on="2022", by="House", binding="yes"), True),
        ({"event": "delivered", "tranche": None}, delivered("1 unit", tranche=7), True),
    ],
)  # fmt: skip
def test_what_is_expected_is_known_by_its_event_and_the_fields_it_names(
    what: Any, occurrence: Said, meant: bool
) -> None:
    deal(expected(what, "2021/2022"), occurrence).then_both("2023-12-31", expectations=["met" if meant else "overdue"])


@pytest.mark.parametrize(
    ("what", "meant"),
    [
        ("held format=summit", True),
        ("held format=2+2", False),
        ("held place='new delhi' edition=21", True),
        ("held participants=RUS", True),
        ({"event": "held", "participants": ["IND", "Russia"]}, True),
        ("held participants=RUS,USA", False),
    ],
)
def test_a_meeting_is_known_by_its_format_place_and_participants(what: Any, meant: bool) -> None:
    held = said("held", on="2021-12-06", format="summit", edition=21, place="New Delhi", participants=["IND", "RUS"])
    given(expected(what, "2021-12"), held, kind="engagement").then_both(
        "2022-12-31", expectations=["met" if meant else "overdue"]
    )


def test_an_occurrence_that_is_silent_on_a_field_meets_the_expectation_only_possibly() -> None:
    case = deal(first_batch("2021-12"), delivered("1 unit", on="2021-12-21"))
    case.then_certain("2021-12-31", expectations=["pending"])
    case.then_possible("2021-12-31", expectations=["indeterminate"])


def test_a_selector_is_kept_in_the_type_of_its_field() -> None:
    case = deal(expected({"event": "tranche-paid", "tranche": "2", "payer": "India"}, "2023"))
    event: Any = case.entries[2].event
    assert event.what.selectors == {"tranche": 2, "payer": "IND"}


def test_of_several_occurrences_the_first_after_the_statement_meets_it() -> None:
    case = deal(
        expected("delivered", "2022-06"),
        delivered("1 unit", on="2021-10-01"),
        delivered("1 unit", on="2022-06-05"),
        delivered("1 unit", on="2022-09-01"),
    )
    case.then_both("2021-12-31", expectations=["pending"]).then_both("2022-12-31", expectations=["met"])


def test_what_happened_before_it_was_expected_meets_it_only_if_nothing_else_can_be_meant() -> None:
    before = "2021-11-01"
    deal(expected("delivered", "2021-12"), delivered("1 unit", on=before)).then_both(STATED, expectations=["pending"])
    for statement, what in (
        (delivered("1 unit", on=before, tranche=1), "delivered tranche=1"),
        (said("delivery-begun", on=before), "delivery-begun"),
        (paid("USD 1m", on=before, tranche=2), "tranche-paid tranche=2"),
        (said("completed", on=before), "completed"),
    ):
        deal(expected(what, "2021-12"), statement).then_both(STATED, expectations=["met-early"])


def test_a_payment_of_some_tranche_before_the_statement_is_not_the_one_expected() -> None:
    deal(expected("tranche-paid", "2021-12"), paid("USD 1m", on="2019", tranche=1)).then_both(
        STATED, expectations=["pending"]
    )


def test_the_first_batch_completed_does_not_complete_the_delivery() -> None:
    case = deal(expected("delivery-completed", "2023"), said("delivery-completed", on="2022", tranche=1))
    case.then_both("2022-12-31", expectations=["pending"])
    case.when(said("delivery-completed", on="2023", source="hindu")).then_both("2023-12-31", expectations=["met"])


# quantities


def test_a_quantity_is_met_by_the_delivery_that_completes_it() -> None:
    case = deal(
        first_batch("2021-12/2022-03", quantity="3 units"),
        batch("2021-12-20", "1 unit"),
        batch("2022-02-01", "2 units"),
    )
    case.then_both("2021-11-30", expectations=["pending"])
    case.then_both("2021-12-31", expectations=["pending"])
    case.then_both("2022-02-01", expectations=["met"])


def test_a_quantity_that_comes_in_part_stays_partially_met_after_the_window() -> None:
    case = deal(first_batch("2021-12", quantity="3 units"), batch("2021-12-20", "2 units"))
    case.then_both("2021-12-31", expectations=["pending"])
    case.then_both("2022-01-01", expectations=["partially-met"]).then_both(TODAY, expectations=["partially-met"])
    case.when(batch("2022-06-01", "1 unit")).then_both(TODAY, expectations=["met-late"])


def test_less_is_certain_and_all_is_possible() -> None:
    case = deal(first_batch("2022", quantity="3 units"), batch("2021-12-20", "2 units"), batch("2022", "1 unit"))
    case.then_certain("2022-06-30", expectations=["pending"])
    case.then_possible("2022-06-30", expectations=["met"])


def test_only_what_comes_after_the_statement_counts_towards_a_quantity() -> None:
    before, after = batch("2021-11-01", "2 units"), batch("2021-12-20", "1 unit")
    deal(first_batch("2021-12", quantity="2 units"), before, after).then_both(TODAY, expectations=["partially-met"])
    total = first_batch("2021-12", quantity="3 units", so_far="yes")
    deal(total, before, after).then_both("2021-12-31", expectations=["met"])


def test_a_total_told_later_meets_what_was_expected() -> None:
    case = deal(first_batch("2021-12", quantity="3 units"), batch("2021-12-20", "1 unit"))
    total = delivered("3 units", on="2021-12-28", tranche=1, so_far="yes", source="hindu")
    case.when(total).then_certain("2021-12-31", expectations=["met"])


def test_of_a_range_the_lower_end_is_expected_and_counts() -> None:
    case = deal(first_batch("2021-12", quantity="3-5 units"), batch("2021-12-20", "2-4 units"))
    case.then_certain(TODAY, expectations=["partially-met"]).then_possible(TODAY, expectations=["indeterminate"])
    case.when(batch("2021-12-21", "1 unit")).then_certain("2021-12-31", expectations=["met"])


def test_an_amount_is_met_by_the_payments_that_make_it_up() -> None:
    case = deal(
        expected("tranche-paid", "2022", amount="USD 3m"), paid("USD 2m", on="2021-12-01"), paid("USD 1m", on="2022-02")
    )
    case.then_both("2022-01-31", expectations=["pending"]).then_both("2022-02-28", expectations=["met"])


def test_other_units_do_not_tell_whether_a_quantity_was_met() -> None:
    case = deal(first_batch("2021-12", quantity="1 regiment"), batch("2021-12-20", "2 SAM systems"))
    case.then_both("2021-12-31", expectations=["indeterminate"])
    case.when(batch("2021-12-28", "1 regiment")).then_both("2021-12-31", expectations=["met"])


def test_of_an_event_that_counts_nothing_no_quantity_is_asked_for() -> None:
    deal(expected("inducted", "2022", quantity="1 unit"), said("inducted", on="2022-04", source="hindu")).then_both(
        "2022-12-31", expectations=["met"]
    )


def test_a_delivery_of_which_nobody_says_how_much_does_not_tell_whether_a_quantity_came() -> None:
    case = deal(first_batch("2021-12", quantity="1 unit"), delivered(None, on="2021-12-20", tranche=1))
    case.then_both("2021-12-31", expectations=["indeterminate"])


# what was ruled out


@pytest.mark.parametrize(
    ("due", "on", "outcome"),
    [
        ("2022", None, "kept"),
        ("2022", "2022-03", "broken"),
        ("2022", "2023-01-01", "kept"),
        ("2022", "2021-12-31", "kept"),
        ("2022", "2022-12/2023-01", "indeterminate"),
        ("../2022", "2021-12-31", "broken"),
    ],
)
def test_what_was_ruled_out_is_kept_or_broken(due: str, on: str | None, outcome: str) -> None:
    case = deal(first_batch(due, modality="ruled-out"))
    case.then_both("2021-12-30", expectations=["pending"])
    if on is not None:
        case.when(batch(on)).then_taken()
    case.then_both(TODAY, expectations=[outcome])


def test_what_was_ruled_out_is_pending_until_its_window_is_over_or_it_is_broken() -> None:
    case = deal(first_batch("2022", modality="ruled-out"), batch("2022-06"))
    case.then_both("2022-06-29", expectations=["pending"]).then_both("2022-06-30", expectations=["broken"])


# the end of a deal


@pytest.mark.parametrize("end", ["completed", "cancelled", "terminated"])
def test_what_was_expected_of_a_deal_that_ended_first_is_moot(end: str) -> None:
    case = deal(first_batch("2022"), said(end, on="2022-03-01"))
    case.then_both("2022-02-28", expectations=["pending"]).then_both("2022-03-01", expectations=["moot"])


def test_what_was_overdue_when_the_deal_ended_is_moot_from_then_on() -> None:
    case = deal(first_batch("2021-12"), said("terminated", on="2022-03-01"))
    case.then_both("2022-02-28", expectations=["overdue"])
    case.then_both("2022-03-01", expectations=["moot"]).then_both(TODAY, expectations=["moot"])


def test_what_comes_after_the_end_leaves_moot_what_is_moot() -> None:
    case = deal(first_batch("2021-12"), said("terminated", on="2022-03-01"), batch("2022-06-01"))
    case.then_both("2022-05-31", expectations=["moot"]).then_both(TODAY, expectations=["moot"])


@pytest.mark.parametrize("what", ["payment-refunded", "returned", "sanction-lifted"])
def test_an_ending_leaves_open_what_may_follow_it(what: str) -> None:
    case = deal(expected(what, "2022"), said("terminated", on="2022-03-01"))
    case.then_both("2022-12-31", expectations=["pending"]).then_both("2023-01-01", expectations=["overdue"])


def test_what_was_met_before_the_deal_ended_stays_met() -> None:
    deal(first_batch("2021-12"), batch("2021-12-20"), said("terminated", on="2021-12-28")).then_both(
        TODAY, expectations=["met"]
    )


def test_what_may_have_ended_makes_it_moot_only_possibly() -> None:
    case = deal(first_batch("2022-06"), said("terminated", on="2022")).then_both("2021-12-31", expectations=["pending"])
    case.then_certain("2022-06-30", expectations=["pending"]).then_possible("2022-06-30", expectations=["moot"])
    case.then_certain("2022-12-30", expectations=["overdue"]).then_possible("2022-12-30", expectations=["moot"])
    case.then_both("2022-12-31", expectations=["moot"])


def test_what_may_have_come_before_the_end_is_not_moot() -> None:
    case = deal(first_batch("2022"), said("terminated", on="2022-03-01"), batch("2022"))
    case.then_both("2022-12-31", expectations=["met"])


def test_a_suspended_deal_leaves_its_expectations_open() -> None:
    deal(first_batch("2022"), said("suspended", on="2022-03")).then_both("2022-06-30", expectations=["pending"])


# revisions and withdrawals


def revised(due: str, day: str, target: str = "expectation", **fields: Any) -> Said:
    """The window is moved."""
    return said("expectation-revised", **{"target": target, "due": due, "asserted": day, **fields})


def withdrawn(day: str, target: str = "expectation", **fields: Any) -> Said:
    """The expectation is given up."""
    return said("expectation-withdrawn", **{"target": target, "asserted": day, **fields})


FORECAST = first_batch("2020-10", asserted="2018-10-05", modality="planned", holder="MoD")


def test_a_revised_expectation_is_carried_on_by_its_revision() -> None:
    case = deal(FORECAST, revised("2021-09", "2020-03-01"), batch("2021-12-20"))
    case.then_both("2020-02-29", expectations=["pending"])
    case.then_both("2020-03-01", expectations=["revised", "pending"])
    case.then_both("2021-10-01", expectations=["revised", "overdue"])
    case.then_both("2021-12-31", expectations=["revised", "met-late"])


def test_a_chain_of_revisions_is_carried_on_by_the_last_said() -> None:
    case = deal(
        FORECAST,
        revised("2021-03", "2019-03-01", id="second"),
        revised("2021-12", "2021-06-01", target="second", id="fourth"),
        revised("2021-09", "2021-01-01", id="third", modality="likely", holder="Rostec"),
        batch("2021-12-20"),
    )
    case.then_both(TODAY, expectations=["revised", "revised", "revised", "met"])
    links = case.belief().expectations
    assert [link.entry.id for link in links] == ["expectation", "second", "third", "fourth"]
    assert [link.revises and link.revises.id for link in links] == [None, "expectation", "second", "third"]
    assert [(link.modality, link.holder) for link in links[1:]] == [
        ("planned", "MoD"),
        ("likely", "Rostec"),
        ("likely", "Rostec"),
    ]


def test_a_revision_that_may_not_have_been_made_yet_revises_only_possibly() -> None:
    case = deal(FORECAST, revised("2021-09", "2020-03"))
    case.then_certain("2020-03-15", expectations=["pending"])
    case.then_possible("2020-03-15", expectations=["revised", "pending"])


def test_a_revision_keeps_what_was_expected_and_how_much() -> None:
    case = deal(first_batch("2021-10", quantity="2 units"), revised("2021-12", "2021-11-20"), batch("2021-12-01"))
    case.then_both("2021-12-31", expectations=["revised", "pending"])
    case.then_both("2022-01-01", expectations=["revised", "partially-met"])


def test_a_revised_quantity_counts_from_the_first_statement() -> None:
    case = deal(
        first_batch("2021-12", quantity="1 unit"),
        batch("2021-11-20"),
        revised("2021-12", "2021-12-01", quantity="2 units"),
        batch("2021-12-20"),
    )
    case.then_both("2021-11-30", expectations=["met-early"])
    case.then_both("2021-12-31", expectations=["met-early", "met"])  # what is met stays met


def test_the_revision_of_a_revision_that_was_taken_back_carries_the_expectation_on() -> None:
    case = deal(
        FORECAST,
        revised("2021-03", "2019-03-01", id="second"),
        revised("2021-12", "2021-06-01", target="second"),
        retracted("second"),
    )
    case.then_both("2021-09-30", expectations=["revised", "pending"])


def test_a_revision_can_be_corrected() -> None:
    case = deal(FORECAST, revised("2021-03", "2019-03-01", id="second"), corrected("second", due="2021-12"))
    case.then_both("2021-09-30", expectations=["revised", "pending"])


def test_a_withdrawn_expectation_is_neither_pending_nor_overdue() -> None:
    case = deal(FORECAST, withdrawn("2020-06-01"))
    case.then_both("2020-05-31", expectations=["pending"]).then_both(TODAY, expectations=["withdrawn"])
    case.then_both(TODAY, as_of(3), expectations=["overdue"])


def test_a_withdrawal_withdraws_the_whole_chain() -> None:
    case = deal(FORECAST, revised("2021-09", "2020-03-01", id="second"), withdrawn("2021-06-01", "second"))
    case.then_both("2021-05-31", expectations=["revised", "pending"])
    case.then_both(TODAY, expectations=["revised", "withdrawn"])


def test_what_had_been_given_up_before_it_came_stays_withdrawn() -> None:
    deal(FORECAST, withdrawn("2020-06-01"), batch("2020-10-05")).then_both(TODAY, expectations=["withdrawn"])


def test_what_had_come_before_it_was_given_up_stays_met() -> None:
    case = deal(FORECAST, batch("2020-10-05"), withdrawn("2020-11-01"))
    case.then_both("2020-10-31", expectations=["met"]).then_both(TODAY, expectations=["met"])


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_withdrawals_the_first_one_made_counts_whichever_was_recorded_first(turned: bool) -> None:
    words = [withdrawn("2020-06-01"), withdrawn("2021-06-01", source="hindu")]
    deal(FORECAST, *(words[::-1] if turned else words)).then_both("2020-06-30", expectations=["withdrawn"])


def test_a_withdrawal_that_was_taken_back_leaves_the_expectation_open() -> None:
    deal(FORECAST, withdrawn("2020-06-01", id="end"), retracted("end")).then_both(
        "2020-07-01", expectations=["pending"]
    )


def test_expectations_are_shown_in_the_order_in_which_they_were_stated() -> None:
    case = deal(
        expected("completed", "2027", asserted="2021-11-14", id="c"),
        expected("delivered", "2022", asserted="2019", id="a"),
        expected("inducted", "2023", asserted="2019-11-13", id="b"),
    )
    assert [link.entry.id for link in case.belief().expectations] == ["a", "b", "c"]


def test_the_s400_was_forecast_four_times_and_came_in_december_2021() -> None:
    forecasts = [
        ("2020-10", "2018-10-05"),
        ("2021-03", "2019-02-01"),
        ("2021-09", "2020-02-01"),
        ("2021-12", "2021-08-25"),
    ]
    statements = [
        expected("delivery-begun", due, asserted=day, id=f"forecast-{number}")
        for number, (due, day) in enumerate(forecasts)
    ]
    begun = said("delivery-begun", on="2021-12", tranche=1, source="hindu")
    other = said("delivery-begun", on="2021-11", tranche=1, source="tass", asserted="2021-11-14", status="reported")
    case = deal(*statements, begun, other)
    case.grades = {"hindu": "B", "tass": "D"}
    case.then_both("2021-12-31", expectations=["met-late", "met-late", "met-late", "met"])
    case.then_found("2021-12-31", "contested")
