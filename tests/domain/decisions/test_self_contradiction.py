"""One source states an occurrence once; later it may say otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.errors import SelfContradiction
from tests.domain.specification import by, given, said
from tests.domain.words import corrected, delivered, opened, paid, resolved, retracted, signed

FIRST = paid("USD 800m", tranche=1, id="first")


@pytest.mark.parametrize(
    ("change", "told", "field"),
    [
        ({"amount": "USD 850m"}, "amount USD 850m here and USD 800m in deal/india-s400@2", "amount"),
        ({"on": "2019-07"}, "on 2019-07 here and 2019-06-01 in deal/india-s400@2", "on"),
        ({"payer": "IND"}, "payer IND here and nothing in deal/india-s400@2", "payer"),
        ({"status": "denial"}, "status denial here and fact in deal/india-s400@2", "status"),
        ({"share": 15}, "share 15 here and nothing in deal/india-s400@2", "share"),
        (
            {"amount": None, "payer": "IND"},
            "amount nothing here and USD 800m in deal/india-s400@2; payer IND here and nothing there",
            "amount",
        ),
    ],
)
def test_two_accounts_of_one_occurrence_on_one_day_are_refused(change: dict[str, Any], told: str, field: str) -> None:
    again = said("tranche-paid", **{**FIRST.fields, **change})
    given(opened(), FIRST).when(again).then_refused(
        SelfContradiction,
        f"source 'theprint' says {told} (both asserted 2021-11-12)",
        remedy="or say when the source said otherwise (asserted)",
        field=field,
    )


@pytest.mark.parametrize("asserted", ["2021", "2021-11", "2021-11-12~"])
def test_two_accounts_on_one_uncertain_day_are_refused_too(asserted: str) -> None:
    case = given(opened(), paid("USD 1m", tranche=1, asserted=asserted))
    case.when(paid("USD 2m", tranche=1, asserted=asserted)).then_refused(
        SelfContradiction, f"(both asserted {asserted})", remedy="correct deal/india-s400@2"
    )
    for other in ("2021-11-30", "2021-01-01", "2021-11-01/2021-11-29"):
        case.when(paid("USD 2m", tranche=1, asserted=other)).then_taken()


def test_the_same_account_with_other_words_beside_it_is_no_contradiction() -> None:
    given(opened(), FIRST).when(paid("USD 800m", tranche=1, id="again", quote="paid", note="p. 2")).then_taken()


def test_another_tranche_is_another_occurrence() -> None:
    given(opened(), FIRST).when(paid("USD 850m", tranche=2), paid("USD 850m")).then_taken()


def test_deliveries_are_occurrences_of_their_own() -> None:
    given(opened()).when(delivered("1 unit"), delivered("2 units")).then_taken()


def test_a_delivery_that_is_the_same_as_another_cannot_contradict_it() -> None:
    given(opened(), delivered("1 unit", id="one")).when(delivered("2 units", same_as="one")).then_refused(
        SelfContradiction, "quantity 2 units here and 1 unit in deal/india-s400@2", remedy="correct deal/india-s400@2"
    )


def test_a_statement_without_a_tranche_that_is_the_same_as_another_cannot_contradict_it() -> None:
    given(opened(), FIRST).when(paid("USD 850m", same_as="first")).then_refused(
        SelfContradiction, "amount USD 850m here and USD 800m there", remedy="correct deal/india-s400@2"
    )


def test_a_milestone_is_known_by_its_tranche_and_without_one_is_an_occurrence_of_its_own() -> None:
    begun = said("delivery-begun", on="2021-11", tranche=1)
    given(opened(), begun).when(said("delivery-begun", on="2021-12")).then_taken()
    given(opened(), begun).when(said("delivery-begun", on="2021-12", tranche=1)).then_refused(
        SelfContradiction, "on 2021-12 here and 2021-11 in deal/india-s400@2", remedy="correct deal/india-s400@2"
    )


def test_a_source_is_registered_once_and_may_be_completed_but_not_contradicted() -> None:
    first = said("registered", publisher="Reuters", published="2022-12-05", source=None)
    case = given(first, kind="source")
    case.when(said("registered", publisher="Reuters", source=None)).then_known_already()
    case.when(said("registered", publisher="Reuters", reliability="B", source=None)).then_taken()
    case.when(said("registered", publisher="Routers", source=None)).then_refused(
        SelfContradiction, "publisher Routers here and Reuters there", remedy="a key of its own", field="publisher"
    )


def test_another_source_may_say_otherwise_on_the_same_day() -> None:
    given(opened(), FIRST).when(paid("USD 850m", tranche=1, source="hindu", asserted="2021-11-12")).then_taken()


def test_a_source_that_says_otherwise_later_supersedes_itself() -> None:
    later = paid("USD 850m", tranche=1, asserted="2022-01-01")
    (
        given(opened(), FIRST, grades={"theprint": "C"})
        .when(later)
        .then(later)
        .then_both("2022-12-31", paid=["USD 850m"])
        .then_found("2022-12-31")
        .then_both("2022-12-31", by("2021-12-31"), paid=["USD 800m"])
    )


def test_what_a_source_said_later_supersedes_itself_in_whatever_order_it_was_recorded() -> None:
    later = paid("USD 850m", tranche=1, asserted="2022-01-01")
    given(opened(), later, FIRST).then_both("2022-12-31", paid=["USD 850m"])


@pytest.mark.parametrize(
    ("earlier", "later"), [("2021-06", "2021"), ("2021", "2021-12-31"), ("2020-12-31", "2021-01-01")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_later_of_two_uncertain_days_is_the_one_that_ends_later_or_begins_later(
    earlier: str, later: str, turned: bool
) -> None:
    words = [paid("USD 1m", tranche=1, asserted=earlier), paid("USD 2m", tranche=1, asserted=later)]
    given(opened(), *(words[::-1] if turned else words)).then_both("2022-12-31", paid=["USD 2m"])


def test_a_source_that_is_silent_later_withdraws_what_it_said_before() -> None:
    later = paid(None, tranche=1, asserted="2022-01-01")
    given(opened(), FIRST, later).then_both("2022-12-31", paid=[], paid_undisclosed=1)


def test_a_source_that_denies_later_what_it_said_is_believed() -> None:
    denial = paid(None, tranche=1, asserted="2022-01-01", status="denial")
    given(opened(), FIRST, denial).then_both("2022-12-31", paid=[], paid_undisclosed=0)


def test_superseded_words_are_kept_beside_the_occurrence() -> None:
    words = [paid(f"USD {n}m", tranche=1, id=f"w{n}", asserted=f"2022-01-0{n}") for n in (2, 3, 1)]
    (occurrence,) = given(opened(), *words).belief().occurrences[1:]
    assert occurrence.entry.id == "w3"
    assert [entry.id for entry in occurrence.superseded] == ["w2", "w1"]


def test_an_earlier_word_can_be_preferred_to_a_later_one_by_an_explicit_resolution() -> None:
    later = paid("USD 850m", tranche=1, id="later", asserted="2022-01-01")
    (
        given(opened(), FIRST, later)
        .when(resolved("first", "later"))
        .then_both("2022-12-31", paid=["USD 800m"])
        .when(paid("USD 900m", tranche=1, asserted="2022-02-01"))
        .then_both("2022-12-31", paid=["USD 900m"])
    )


def test_what_was_taken_back_is_not_contradicted() -> None:
    given(opened(), FIRST, retracted("first")).when(paid("USD 850m", tranche=1)).then_taken()


def test_a_corrected_account_is_the_one_that_counts() -> None:
    case = given(opened(), FIRST, corrected("first", amount="USD 850m"))
    case.when(paid("USD 850m", tranche=1, id="again")).then_taken()
    case.when(paid("USD 800m", tranche=1, id="other")).then_refused(
        SelfContradiction, "amount USD 800m here and USD 850m in deal/india-s400@2", remedy="correct deal/india-s400@2"
    )


def test_an_account_corrected_to_speak_of_something_else_is_out_of_the_way() -> None:
    case = given(opened(), FIRST, corrected("first", tranche=2))
    case.when(paid("USD 850m", tranche=1)).then_taken()
    case.when(paid("USD 850m", tranche=2, id="other")).then_refused(
        SelfContradiction, "in deal/india-s400@2", remedy="asserted"
    )


def test_an_account_corrected_to_another_source_or_day_is_out_of_the_way() -> None:
    given(opened(), FIRST, corrected("first", source="hindu")).when(paid("USD 850m", tranche=1)).then_taken()
    given(opened(), FIRST, corrected("first", asserted="2021-11-11")).when(paid("USD 850m", tranche=1)).then_taken()


def test_a_contract_is_signed_only_once() -> None:
    given(opened(), signed()).when(signed(id="again", on="2018-10-06")).then_refused(
        SelfContradiction, "here and 2018-10-05 in deal/india-s400@2", remedy="correct deal/india-s400@2"
    )
