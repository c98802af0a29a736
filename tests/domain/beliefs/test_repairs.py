"""Entries about entries: corrections, retractions, disputes, resolutions."""

from __future__ import annotations

import pytest

from armsledger.domain.errors import WrongTarget
from tests.domain.specification import Case, Said, as_of, given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, resolved, retracted, signed

AT = "2022-12-31"
PAYMENT = paid("USD 800m", tranche=1, id="payment", note="as printed", share="15")


def deal(*statements: Said) -> Case:
    """A deal with a payment, and more."""
    return given(opened(), signed(), PAYMENT, *statements)


# corrections


def test_a_correction_of_an_amount_repairs_what_was_written() -> None:
    (
        deal()
        .when(corrected("payment", amount="USD 850m"))
        .then_taken()
        .then_both(AT, paid=["USD 850m"])
        .then_both(AT, as_of(3), paid=["USD 800m"])
    )


def test_a_correction_of_the_date_moves_the_occurrence() -> None:
    (
        deal()
        .when(corrected("payment", on="2021-06"))
        .then_both("2021-05-31", paid=[])
        .then_certain("2021-06-15", paid=[])
        .then_possible("2021-06-15", paid=["USD 800m"])
        .then_both("2021-06-30", paid=["USD 800m"])
        .then_both("2019-12-31", as_of(3), paid=["USD 800m"])
    )


def test_null_clears_a_field() -> None:
    case = deal().when(corrected("payment", amount=None, note=None))
    case.then_both(AT, paid=[], paid_undisclosed=1)
    event = case.belief().current(case.entries[2]).event
    assert (event.note, getattr(event, "share", None)) == (None, 15)


def test_several_corrections_hold_in_the_order_in_which_they_were_recorded() -> None:
    (
        deal()
        .when(corrected("payment", amount="USD 850m", on="2020"), corrected("payment", amount="USD 900m"))
        .then_both(AT, paid=["USD 900m"])
        .then_both("2019-12-31", paid=[])
        .then_both(AT, as_of(4), paid=["USD 850m"])
    )


def test_a_value_can_be_corrected_back() -> None:
    back = corrected("payment", amount="USD 800m")
    deal(corrected("payment", amount="USD 850m")).when(back).then_taken().then_both(AT, paid=["USD 800m"])


def test_a_correction_keeps_its_values_in_the_form_in_which_entries_are_stored() -> None:
    case = deal(corrected("payment", amount="USD 0.85bn", tranche="2", payer="India", status="fact", note=None))
    assert getattr(case.entries[3].event, "set", None) == {
        "amount": {"amount": "850000000", "currency": "USD"},
        "tranche": 2,
        "payer": "IND",
        "status": None,
        "note": None,
    }


def test_a_correction_can_itself_be_corrected() -> None:
    (
        deal(corrected("payment", id="repair", amount="USD 850m"))
        .when(corrected("repair", set={"amount": "USD 860m"}))
        .then_taken()
        .then_both(AT, paid=["USD 860m"])
        .then_both(AT, as_of(4), paid=["USD 850m"])
    )


def test_a_correction_aimed_at_the_wrong_entry_can_be_aimed_anew() -> None:
    (
        deal(paid("USD 1bn", tranche=2, id="second"), corrected("second", id="repair", amount="USD 850m"))
        .when(corrected("repair", target="payment"))
        .then_taken()
        .then_both(AT, paid=["USD 1.85bn"])
    )


def test_a_correction_that_is_taken_back_no_longer_holds() -> None:
    (
        deal(corrected("payment", id="repair", amount="USD 850m"))
        .when(retracted("repair"))
        .then_both(AT, paid=["USD 800m"])
        .then_both(AT, as_of(4), paid=["USD 850m"])
    )


def test_the_source_of_a_statement_can_be_corrected() -> None:
    case = deal(corrected("payment", source="hindu"), paid("USD 850m", tranche=1, source="tass", id="tass"))
    case.grades = {"hindu": "B", "tass": "C", "theprint": "D"}
    case.then_both(AT, paid=["USD 800m"])


def test_a_correction_can_link_two_deliveries_of_which_one_was_counted_twice() -> None:
    (
        deal(delivered("1 unit", id="one"), delivered("1 unit", id="two", source="hindu"))
        .then_certain(AT, delivered=["1 unit"])
        .then_possible(AT, delivered=["2 units"])
        .when(corrected("two", same_as="one"))
        .then_both(AT, delivered=["1 unit"])
    )


def test_deliveries_that_name_each_other_are_one() -> None:
    (
        deal(delivered("1 unit", id="one"), delivered("1 unit", id="two", source="hindu", same_as="one"))
        .when(corrected("one", same_as="two"), delivered("1 unit", id="three", source="tass", same_as="two"))
        .then_taken()
        .then_both(AT, delivered=["1 unit"])
    )


def test_an_expectation_can_be_corrected() -> None:
    (
        deal(expected("delivered tranche=2", "2022-06"), delivered("1 unit", on="2022-05", tranche=1))
        .then_both(AT, expectations=["overdue"])
        .when(corrected("expectation", what="delivered tranche=1", due="2022-05"))
        .then_both(AT, expectations=["met"])
    )


def test_a_correction_cites_the_source_of_its_target_if_nobody_else_is_named() -> None:
    case = deal(corrected("payment", amount="USD 850m"), corrected("payment", reason="source-error", share="16"))
    cited = said("corrected", target="payment", set={"share": 17}, reason="source-error", source="hindu")
    case.when(cited).then_taken()
    told = [(entry.event.source, str(entry.event.asserted), str(entry.event.on)) for entry in case.entries[3:]]
    assert told == [
        ("theprint", "2021-11-12", "2021-11-12"),
        ("theprint", "2026-11-22", "2026-11-22"),
        ("hindu", "2021-12-20", "2021-12-20"),
    ]


def test_a_correction_that_no_release_can_read_any_more_leaves_the_entry_as_it_was() -> None:
    case = deal(corrected("payment", id="repair", amount="USD 850m"))
    entry = case.entries[3]
    old = entry.event.model_copy(update={"set": {"amount_in_gold": "5 t"}})
    case.entries[3] = entry._replace(event=old)
    case.then_both(AT, paid=["USD 800m"])


# retractions


def test_what_is_retracted_is_not_believed() -> None:
    (deal().when(retracted("payment")).then_both(AT, paid=[]).then_both(AT, as_of(3), paid=["USD 800m"]))


def test_a_retraction_of_a_retraction_brings_the_entry_back() -> None:
    (
        deal(retracted("payment", id="first"))
        .when(retracted("first", id="second"))
        .then_both(AT, paid=["USD 800m"])
        .when(retracted("second", id="third"))
        .then_both(AT, paid=[])
        .when(retracted("third", id="fourth"))
        .then_both(AT, paid=["USD 800m"])
    )


def test_an_entry_that_came_back_can_be_retracted_anew() -> None:
    (
        deal(retracted("payment", id="first"), retracted("first"))
        .when(retracted("payment", reason="no such payment"))
        .then_taken()
        .then_both(AT, paid=[])
    )


def test_corrections_made_before_a_retraction_hold_when_the_entry_comes_back() -> None:
    deal(corrected("payment", amount="USD 850m"), retracted("payment", id="first"), retracted("first")).then_both(
        AT, paid=["USD 850m"]
    )


def test_the_target_of_a_retraction_can_be_corrected() -> None:
    (
        deal(paid("USD 1bn", tranche=2, id="second"), retracted("payment", id="mistake"))
        .when(corrected("mistake", target="second"))
        .then_taken()
        .then_both(AT, paid=["USD 800m"])
    )


def test_a_deal_of_which_the_opening_is_taken_back_has_not_begun() -> None:
    given(opened(), paid("USD 1m")).when(retracted("opening")).then_taken().then_not_begun(AT)


@pytest.mark.parametrize("statement", [said("expectation-revised", target="expectation", due="2024")])
def test_an_expectation_taken_back_takes_its_revisions_with_it(statement: Said) -> None:
    deal(expected("delivered", "2023"), statement).when(retracted("expectation")).then_both(AT, expectations=[])


# disputes


def test_a_disputed_entry_stands_and_is_shown_as_disputed() -> None:
    case = deal().when(said("disputed", target="payment", reason="the ministry says so", source="hindu"))
    case.then_both(AT, paid=["USD 800m"]).then_found(AT, "disputed")
    (finding,) = case.findings(AT)
    assert finding.message == "tranche-paid is disputed: the ministry says so"
    assert finding.entries == ("deal/india-s400@3", "deal/india-s400@4")


def test_a_dispute_can_be_corrected_and_taken_back() -> None:
    first = said("disputed", id="dispute", target="payment")
    case = deal(first, said("disputed", id="other", target="payment", reason="b"))
    assert case.findings(AT)[0].message.endswith("is disputed: no reason given; b")
    case.when(said("corrected", target="dispute", set={"reason": "a"}, reason="entry-error"))
    assert case.findings(AT)[0].message.endswith("is disputed: a; b")
    case.when(retracted("dispute"), retracted("other")).then_found(AT)


def test_the_dispute_of_an_entry_that_was_taken_back_is_settled() -> None:
    deal(said("disputed", target="payment"), retracted("payment")).then_found(AT)


# resolutions


def payments(*resolutions: Said) -> Case:
    """Three sources on one payment, the first one the best."""
    told = [
        paid("USD 800m", tranche=1, id="best", source="tass"),
        paid("USD 850m", tranche=1, id="second", source="hindu"),
        paid("USD 900m", tranche=1, id="third", source="sipri"),
    ]
    return Case("deal/india-s400", {"tass": "A", "hindu": "B", "sipri": "C"}).when(opened(), *told, *resolutions)


def test_a_resolution_settles_which_statement_is_taken() -> None:
    payments().then_both(AT, paid=["USD 800m"])
    payments(resolved("third", "best", "second")).then_both(AT, paid=["USD 900m"]).then_found(AT)


def test_a_resolution_settles_nothing_with_those_it_does_not_name() -> None:
    case = payments(resolved("third", "best")).then_both(AT, paid=["USD 900m"])
    (finding,) = case.findings(AT)
    assert (finding.code, finding.rule) == ("contested", "resolved")
    assert finding.entries == ("deal/india-s400@4", "deal/india-s400@3")


def test_a_later_resolution_between_the_same_entries_takes_the_place_of_the_first() -> None:
    words = [resolved("third", "best", asserted="2022-01-01"), resolved("second", "third", asserted="2022-02-01")]
    payments(*words).then_both(AT, paid=["USD 850m"])
    payments(*words[::-1]).then_both(AT, paid=["USD 850m"])


def test_a_later_resolution_for_a_third_entry_takes_the_place_of_the_first() -> None:
    words = [resolved("best", "second", asserted="2022-01-01"), resolved("third", "best", asserted="2022-02-01")]
    payments(*words).then_both(AT, paid=["USD 900m"])
    payments(*words[::-1]).then_both(AT, paid=["USD 900m"])


def test_a_resolution_that_was_taken_back_settles_nothing() -> None:
    case = payments(
        resolved("third", "best", id="one", asserted="2022-01-01"),
        resolved("second", "third", id="two", asserted="2022-02-01"),
    )
    case.when(retracted("two")).then_both(AT, paid=["USD 900m"])
    case.when(retracted("one")).then_both(AT, paid=["USD 800m"])


def test_a_resolution_for_an_entry_that_was_taken_back_lets_the_one_before_hold_again() -> None:
    case = payments(
        resolved("second", "best", asserted="2022-01-01"), resolved("third", "second", "best", asserted="2022-02-01")
    )
    case.when(retracted("third")).then_both(AT, paid=["USD 850m"])


def test_a_resolution_can_be_corrected() -> None:
    case = payments(resolved("third", "best", id="choice"))
    case.when(corrected("choice", preferred="second")).then_taken().then_both(AT, paid=["USD 850m"])


def test_entries_that_are_not_about_one_occurrence_can_be_resolved_once_they_are_linked() -> None:
    case = deal(delivered("1 unit", id="one"), delivered("2 units", id="two", source="hindu"))
    case.when(resolved("one", "two")).then_refused(
        WrongTarget,
        "deal/india-s400@5 and deal/india-s400@4 are not two statements about one occurrence",
        remedy="link them first: armsledger correct ... --set same_as=ENTRY",
        field="over",
    )
    case.when(corrected("two", same_as="one"), resolved("two", "one")).then_taken()
    case.then_both(AT, delivered=["2 units"])


def test_a_preferred_statement_still_takes_what_it_is_silent_on_from_the_others() -> None:
    silent = paid(None, tranche=1, id="silent", source="theprint", payer="IND")
    case = payments(silent, resolved("silent", "best")).then_both(AT, paid=["USD 800m"])
    assert getattr(case.belief().occurrences[1].event, "payer", None) == "IND"
