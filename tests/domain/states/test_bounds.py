"""What is certain and what is possible by a date, and the order in which occurrences are folded."""

from __future__ import annotations

import pytest

from tests.domain.specification import given, said
from tests.domain.words import delivered, expected, opened, paid, signed

NEITHER, POSSIBLE, CERTAIN = "neither", "possible", "certain"


@pytest.mark.parametrize(
    ("on", "at", "answer"),
    [
        ("2019-06-15", "2019-06-14", NEITHER),
        ("2019-06-15", "2019-06-15", CERTAIN),
        ("2019-06", "2019-05-31", NEITHER),
        ("2019-06", "2019-06-01", POSSIBLE),
        ("2019-06", "2019-06-29", POSSIBLE),
        ("2019-06", "2019-06-30", CERTAIN),
        ("2019~", "2018-12-31", NEITHER),
        ("2019~", "2019-12-30", POSSIBLE),
        ("2019~", "2019-12-31", CERTAIN),
        ("2019-02/2019-04-10", "2019-02-01", POSSIBLE),
        ("2019-02/2019-04-10", "2019-04-10", CERTAIN),
        ("2019-06/..", "2019-05-31", NEITHER),
        ("2019-06/..", "2019-06-01", POSSIBLE),
        ("2019-06/..", "2026-11-22", POSSIBLE),
        ("../2019-06", "2000-01-01", POSSIBLE),
        ("../2019-06", "2019-06-29", POSSIBLE),
        ("../2019-06", "2019-06-30", CERTAIN),
        ("[2019-01-05,2019-03-05]", "2019-01-05", POSSIBLE),
        ("[2019-01-05,2019-03-05]", "2019-03-05", CERTAIN),
        ("2019-XX-05", "2019-01-04", NEITHER),
        ("2019-XX-05", "2019-12-05", CERTAIN),
    ],
)
def test_a_payment_is_certain_once_its_last_day_is_past_and_possible_from_its_first(
    on: str, at: str, answer: str
) -> None:
    case = given(opened(on="1999"), paid("USD 1m", on=on))
    case.then_certain(at, paid=["USD 1m"] if answer == CERTAIN else [])
    case.then_possible(at, paid=[] if answer == NEITHER else ["USD 1m"])


def test_sums_show_both_bounds() -> None:
    case = given(
        opened(),
        paid("USD 800m", on="2019-03", tranche=1),
        paid("USD 1bn", on="2019/2020", tranche=2),
        paid("USD 1bn", on="2020-06", tranche=3),
    )
    case.then_certain("2019-12-31", paid=["USD 800m"]).then_possible("2019-12-31", paid=["USD 1.8bn"])
    case.then_certain("2020-06-15", paid=["USD 800m"]).then_possible("2020-06-15", paid=["USD 2.8bn"])
    case.then_both("2020-12-31", paid=["USD 2.8bn"])


def test_the_stage_shows_both_bounds() -> None:
    case = given(opened(), signed(on="2018-10"), said("terminated", on="2020"))
    case.then_certain("2020-03-01", stage="signed").then_possible("2020-03-01", stage="terminated")


def test_a_stream_may_have_begun() -> None:
    given(opened(on="2018-10")).then_not_begun("2018-09-30").then_not_begun("2018-10-30", possibly=True)
    given(opened(on="2018-10")).then_both("2018-10-31", stage="prospective")


def test_a_stream_without_entries_has_not_begun() -> None:
    given().then_not_begun("2026-11-22").then_found("2026-11-22")


@pytest.mark.parametrize(
    ("suspended", "resumed", "stage"),
    [
        ({"on": "2020-01-01"}, {"on": "2020-01-02"}, "prospective"),
        ({"on": "2020-01-02"}, {"on": "2020-01-01"}, "suspended"),
        ({"on": "2020-01-02"}, {"on": "2020"}, "prospective"),
        ({"on": "2020-06"}, {"on": "../2021"}, "prospective"),
        ({"on": "2020"}, {"on": "2020-01-02/2020-02"}, "prospective"),
        ({"on": "2020-01"}, {"on": "2020-01-01"}, "prospective"),
        ({"on": "2020-01-01", "asserted": "2022"}, {"on": "2020-01-01", "asserted": "2020-06"}, "prospective"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_occurrences_are_folded_by_their_last_day_then_by_their_first_then_by_their_place_in_the_life_cycle(
    suspended: dict[str, str], resumed: dict[str, str], stage: str, turned: bool
) -> None:
    statements = [said("suspended", **suspended), said("resumed", **resumed)]
    given(opened(), *(statements[::-1] if turned else statements)).then_both("2023-12-31", stage=stage)


@pytest.mark.parametrize("turned", [False, True])
def test_of_occurrences_of_one_day_and_kind_the_one_asserted_last_is_folded_last(turned: bool) -> None:
    early = said("amended", on="2020", value="USD 6bn", asserted="2020-06-01")
    late = said("amended", on="2020", value="USD 7bn", asserted="2021-06-01")
    statements = [late, early] if turned else [early, late]
    given(opened(), signed(), *statements).then_both("2020-12-31", value="USD 7bn")


@pytest.mark.parametrize("turned", [False, True])
def test_what_was_asserted_in_some_year_is_taken_to_be_asserted_at_its_end(turned: bool) -> None:
    vague = said("amended", on="2020", value="USD 7bn", asserted="2021")
    exact = said("amended", on="2020", value="USD 6bn", asserted="2021-06-01")
    statements = [vague, exact] if turned else [exact, vague]
    given(opened(), signed(), *statements).then_both("2020-12-31", value="USD 7bn")


@pytest.mark.parametrize("turned", [False, True])
def test_full_ties_are_folded_by_their_ids_and_found(turned: bool) -> None:
    statements = [
        said("amended", on="2020", value="USD 6bn", id="b"),
        said("amended", on="2020", value="USD 7bn", id="a"),
    ]
    case = given(opened(), signed(), *(statements[::-1] if turned else statements))
    case.then_both("2020-12-31", value="USD 6bn").then_found("2020-12-31", "order-unknown")


def test_an_amendment_by_a_day_was_made_after_the_contract() -> None:
    case = given(opened(), signed(), said("amended", on="../2023-08", value="USD 6bn"))
    case.then_not_begun("2018-10-04")
    case.then_certain("2018-10-05", value="USD 5bn").then_possible("2018-10-05", value="USD 6bn")
    case.then_certain("2023-08-30", value="USD 5bn").then_both("2023-08-31", value="USD 6bn")


def test_a_possible_fold_lists_the_stages_through_which_it_passes() -> None:
    case = given(opened(), signed(), said("suspended", on="2020"), said("resumed", on="2020"))
    case.then_certain("2020-06-30", stages=["signed"])
    case.then_possible("2020-06-30", stage="signed", stages=["signed", "suspended"])


def test_a_payment_of_2019_may_be_recorded_after_a_delivery_of_2021() -> None:
    case = given(opened(), signed(), delivered("1 unit", on="2021-12-21")).when(paid("USD 1m", on="2019"))
    case.then_both("2019-12-31", paid=["USD 1m"], delivered=[], stage="signed")
    case.then_both("2021-12-31", paid=["USD 1m"], delivered=["1 unit"], stage="delivering")


@pytest.mark.parametrize(("kind", "what"), [("deal", "delivered"), ("engagement", "held"), ("framework", "renewed")])
def test_an_expectation_begins_a_stream_on_the_day_it_was_stated(kind: str, what: str) -> None:
    case = given(expected(what, "2027", asserted="2021-11"), kind=kind)
    case.then_not_begun("2021-10-31").then_not_begun("2021-11-15", possibly=True)
    case.then_both("2021-11-30", began=True, expectations=["pending"])


def test_a_stream_begins_with_the_first_expectation_that_is_certain() -> None:
    vague = expected("held", "2027", asserted="2020", id="vague")
    exact = expected("held place=Moscow", "2027", asserted="2020-06-01", id="exact")
    for statements in ((vague, exact), (exact, vague)):
        case = given(*statements, kind="engagement").then_not_begun("2019-12-31")
        case.then_not_begun("2020-05-31", possibly=True).then_both("2020-06-01", status="expected")


def test_a_deal_that_is_opened_later_is_not_begun_by_what_was_expected_before() -> None:
    case = given(expected("contract-signed", "2018", asserted="2017-06-01"))
    case.then_both("2017-12-31", stage="prospective")
    case.when(opened(on="2018-10-05")).then_not_begun("2017-12-31")
    case.then_both("2018-10-05", expectations=["pending"])
