"""Findings: what does not fit. Each check fires when that is definite and is silent when it is only possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

import pytest

from armsledger.domain.findings import deals, statements
from armsledger.domain.findings.deals import DEAL_CHECKS
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.statements import CHECKS
from armsledger.domain.values.words import FindingCode
from tests.domain.specification import Case, Said, given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, signed

AT = "2022-12-31"
ENDS = "deal/india-s400@"


def deal(*words: Said) -> Case:
    """A deal of five units for USD 5bn, signed on 5 October 2018."""
    return given(opened(on="2015"), signed(), *words)


def only(case: Case, code: str, at: str = AT) -> Finding:
    """The one finding there is."""
    (finding,) = case.findings(at)
    assert finding.code == code
    assert finding.stream == "deal/india-s400"
    return finding


AMENDED = said("amended", on="2020", quantity="7 units", value="USD 7bn")
MAYBE_AMENDED = said("amended", on="2020/2023", quantity="7 units", value="USD 7bn")
THREAT = said("sanction-threat-raised", on="2018-09", by="USA", against="IND", basis="CAATSA")
MAYBE_THREAT = said("sanction-threat-raised", on="2018/2023", by="USA", against="IND", basis="CAATSA")
POSITION = said("sanction-position-stated", on="2019", by="USA", position="under-review")
TOOK_EFFECT = said("sanction-took-effect", on="2019", by="USA", against="IND", basis="CAATSA")


INSTALMENT = delivered("2 units", tranche=1, part="yes")
IN_2022 = delivered("4 units", on="2022")
TWO_AND_TWO = (
    delivered("2 units", on="2022-03-01", source="hindu", id="march"),
    delivered("2 units", on="2022-09-01", source="hindu"),
)


def waiver(**fields: str | None) -> Said:
    """A waiver of 2022."""
    return said("waiver-granted", **{"on": "2022-07", "by": "USA", "against": "IND", "basis": "CAATSA", **fields})


def listed(**fields: Any) -> Said:
    """A register lists the deal."""
    row = {"listed_in": "A register", "recipient": "India", "supplier": "Russia", "designation": "S-400"}
    return said("listed", **{"on": "2022-03-14", **row, **fields})


@dataclass(frozen=True)
class Check:
    """Statements that make a check find something of a code, and like ones that do not."""

    check: Callable[..., Any]
    code: str
    fires: tuple[tuple[Said, ...], ...]
    silent: tuple[tuple[Said, ...], ...]


CASES = (
    Check(
        deals.check_delivered_more_than_ordered,
        "delivered-more-than-ordered",
        fires=((delivered("6 units"),), (delivered("4 units"), delivered("2 units")), (AMENDED, delivered("8 units"))),
        silent=(
            (delivered("5 units"),),
            (AMENDED, delivered("7 units")),
            (MAYBE_AMENDED, delivered("7 units")),
            (delivered("4 units"), delivered("2 units", on="2022-06/2023")),
            (delivered("4 units", id="a"), delivered("4 units", source="hindu", same_as="a")),
        ),
    ),
    Check(
        deals.check_units_of_expectation,
        "not-comparable",
        fires=((expected("delivered", "2023", quantity="2 regiments"), delivered("2 units")),),
        silent=(
            (expected("delivered", "2023", quantity="2 units"), delivered("2 units")),
            (expected("delivered", "2023"), delivered("2 units")),
            (expected("delivered", "2023", quantity="2 regiments"), delivered("2 units", on="2024")),
        ),
    ),
    Check(
        deals.check_doubts,
        "perhaps-the-same",
        fires=(
            (delivered("2 units"), delivered("2 units", source="hindu")),
            (delivered("2 units"), delivered(None, source="hindu")),
            (delivered("2 units", on="2021-12-01"), delivered("2 units", on="2022-01-01", source="hindu")),
            (delivered("2 units", tranche=1), delivered("2 units", source="hindu")),
            (INSTALMENT, delivered("2 units", tranche=1, part="yes", source="hindu")),
            (paid("USD 100m"), paid("USD 98m", source="hindu")),
        ),
        silent=(
            (delivered("2 units"), delivered("2 units", on="2021-12-20")),
            (delivered("2 units", on="2021-12-01"), delivered("2 units", on="2022-01-02", source="hindu")),
            (delivered("2 units", tranche=1), delivered("2 units", tranche=2, source="hindu")),
            (delivered("2 units", tranche=1), delivered("2 units", tranche=1, source="hindu")),
            (delivered("2 units", id="a"), delivered("2 units", source="hindu", same_as="a")),
            (delivered("2 units", id="a"), delivered("2 units", source="hindu", apart_from="a")),
            (delivered("2 units", item="S-400"), delivered("2 units", item="48N6", source="hindu")),
            (delivered("2 units"), delivered("2 units", source="hindu", status="claim")),
            (delivered("2 units"), delivered("2 units", on="2022-01/2023", source="hindu")),
            (paid("USD 100m"), paid("USD 97m", source="hindu")),
            (paid("USD 100m"), paid("INR 100m", source="hindu")),
        ),
    ),
    Check(
        deals.check_doubts,
        "perhaps-the-sum",
        fires=((IN_2022, *TWO_AND_TWO),),
        silent=(
            (IN_2022, TWO_AND_TWO[0]),
            (delivered("3 units", on="2022"), *TWO_AND_TWO),
            (delivered("4 units", on="2022-04/2022-12"), *TWO_AND_TWO),
            (IN_2022, TWO_AND_TWO[0], delivered("2 units", on="2022-09-01", source="sipri")),
            (*TWO_AND_TWO, delivered("4 units", on="2022", apart_from="march")),
            (
                delivered("4 units", on="2022", id="all"),
                TWO_AND_TWO[0],
                delivered("2 units", on="2022-09-01", source="hindu", apart_from="all"),
            ),
        ),
    ),
    Check(
        deals.check_doubts,
        "contradicts-total",
        fires=(
            (delivered("3 units", on="2022-01"), delivered("2 units", on="2022-06", so_far="yes", source="hindu")),
            (
                delivered("3 units", on="2022-01", so_far="yes"),
                delivered("2 units", on="2022-06", so_far="yes", source="hindu"),
            ),
        ),
        silent=(
            (delivered("3 units", on="2022-01"), delivered("3 units", on="2022-06", so_far="yes", source="hindu")),
            (delivered("3 units", on="2022-06"), delivered("2 units", on="2022-01", so_far="yes", source="hindu")),
            (delivered("3 units", on="2022-01/2022-06"), delivered("2 units", on="2022-06-01", so_far="yes")),
            (
                delivered("3 units", on="2022-01"),
                delivered("2 units", on="2022-06", so_far="yes", source="hindu", status="claim"),
            ),
        ),
    ),
    Check(
        deals.check_order,
        "out-of-order",
        fires=((paid("USD 1m", on="2014"),), (said("amended", on="2017", value="USD 6bn"),)),
        silent=(
            (paid("USD 1m", on="2014/2015"),),
            (said("amended", on="2018", value="USD 6bn"),),
            (said("amended", on="2017", value="USD 6bn", status="claim"),),
            (said("resumed", on="2019"), said("suspended", on="2020")),
            (said("licence-granted", on="2019", authority="BIS"), said("licence-applied", on="2020", authority="BIS")),
        ),
    ),
    Check(
        deals.check_order,
        "order-unknown",
        fires=(
            (said("amended", on="2020", value="USD 6bn"), said("amended", on="2020-06", value="USD 7bn")),
            (said("licence-granted", on="2019", authority="BIS"), said("licence-denied", on="2019", authority="BIS")),
        ),
        silent=(
            (said("amended", on="2020", value="USD 6bn"), said("amended", on="2021", value="USD 7bn")),
            (said("amended", on="2020", value="USD 6bn"), said("amended", on="2020-06", value="USD 6bn")),
            (said("amended", on="2020", value="USD 6bn"), said("amended", on="2020-06", quantity="6 units")),
            (said("amended", on="2020", value="USD 6bn"), said("amended", on="2020/2023", value="USD 7bn")),
            (said("licence-granted", on="2019", authority="BIS"), said("licence-denied", on="2019", authority="DDTC")),
        ),
    ),
    Check(
        deals.check_endings,
        "two-endings",
        fires=((said("cancelled", on="2019"), said("terminated", on="2020")),),
        silent=(
            (said("cancelled", on="2019"),),
            (said("cancelled", on="2019"), said("terminated", on="2020/2023")),
            (said("cancelled", on="2019"), said("terminated", on="2020", status="claim")),
        ),
    ),
    Check(
        deals.check_contract_after_ending,
        "contract-after-ending",
        fires=((said("cancelled", on="2017"),),),
        silent=((said("cancelled", on="2017/2018"),), (said("cancelled", on="2019"),)),
    ),
    Check(
        deals.check_units_of_delivery,
        "not-comparable",
        fires=((delivered("2 regiments"),), (delivered("1 unit"), delivered("1 regiment"))),
        silent=((delivered("2 units"),), (delivered("2 regiments", on="2022-06/2023"),)),
    ),
    Check(
        deals.check_listed_before,
        "perhaps-listed-before",
        fires=((listed(perhaps=["deal/x"]),),),
        silent=((listed(),), (listed(on="2024", perhaps=["deal/x"]),)),
    ),
    Check(
        deals.check_listed_once,
        "listed-more-than-once",
        fires=((listed(rows=[3, 7]),),),
        silent=((listed(),), (listed(on="2024", rows=[3, 7]),)),
    ),
    Check(
        deals.check_paid_more_than_value,
        "paid-more-than-value",
        fires=((paid("USD 5.1bn"),), (paid("USD 3bn"), paid("USD 2.5bn")), (AMENDED, paid("USD 7.1bn"))),
        silent=(
            (paid("USD 5bn"),),
            (paid("INR 400bn"),),
            (AMENDED, paid("USD 7bn")),
            (MAYBE_AMENDED, paid("USD 7bn")),
            (paid("USD 3bn"), paid("USD 2.5bn", on="2022-06/2023")),
            (paid("USD 6bn"), said("payment-refunded", on="2020", amount="USD 1bn")),
            (paid("USD 6bn"), said("payment-refunded", on="2020/2023", amount="USD 1bn")),
            (paid(None),),
        ),
    ),
    Check(
        deals.check_delivery_before_signature,
        "delivery-before-signature",
        fires=(
            (delivered("1 unit", on="2018-10-04"),),
            (delivered("1 unit", on="2018-09"),),
            (said("delivery-begun", on="2018-09", tranche=1),),
            (said("delivery-completed", on="2018-09", tranche=1),),
        ),
        silent=(
            (delivered("1 unit", on="2018-10-05"),),
            (delivered("1 unit", on="2018-10"),),
            (delivered("1 unit", on="2018"),),
            (delivered("1 unit", on="../2021"),),
            (said("accepted", on="2018-09", tranche=1),),
        ),
    ),
    Check(
        deals.check_after_ending,
        "after-ending",
        fires=(
            (said("completed", on="2020"), paid("USD 1m", on="2021")),
            (said("terminated", on="2020-06-01"), paid("USD 1m", on="2020-06-02")),
            (said("cancelled", on="2020"), delivered("1 unit", on="2021")),
            (said("terminated", on="2020"), said("amended", on="2021", reason="option")),
        ),
        silent=(
            (said("terminated", on="2020-06-01"), paid("USD 1m", on="2020-06-01")),
            (said("terminated", on="2020-06"), paid("USD 1m", on="2020-06-15")),
            (said("terminated", on="2020"), paid("USD 1m", on="2020/2021")),
            (said("terminated", on="2020/2023"), paid("USD 1m", on="2022")),
            (said("terminated", on="2020"), corrected("contract", mode="sale", reason="new-information")),
            (said("terminated", on="2020"), said("payment-refunded", on="2021", amount="USD 1m")),
            (said("terminated", on="2020"), said("returned", on="2021", quantity="1 unit")),
            (said("terminated", on="2020"), said("sanction-lifted", on="2021", by="USA", against="IND")),
            (said("terminated", on="2020"), delivered("1 unit", on="2021", so_far="yes")),
            (said("suspended", on="2020"), paid("USD 1m", on="2021")),
        ),
    ),
    Check(
        deals.check_waiver_authority,
        "waiver-without-authority",
        fires=(
            (THREAT, waiver(basis=None)),
            (THREAT, waiver(by="unknown")),
        ),
        silent=(
            (THREAT, waiver()),
            (POSITION, waiver()),
            (TOOK_EFFECT, waiver()),
            (MAYBE_THREAT, waiver()),
            (waiver(on="2022-07/2023"),),
            (said("waiver-denied", on="2022", by="USA", against="IND"),),
        ),
    ),
    Check(
        statements.check_contested,
        "contested",
        fires=(
            (paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu")),
            (paid("USD 1m", tranche=1, on="2019"), paid("USD 1m", tranche=1, on="2020", source="hindu")),
            (paid("USD 1m", tranche=1), paid("INR 80m", tranche=1, source="hindu")),
            (signed(id="other", source="hindu", quantity="6 units"),),
            (signed(id="other", source="hindu", quantity="2 regiments"),),
        ),
        silent=(
            (paid("USD 1m", tranche=1, on="2019"), paid("USD 1m", tranche=1, on="2019-06", source="hindu")),
            (paid("USD 1m", tranche=1, on="2024"), paid("USD 2m", tranche=1, on="2024", source="hindu")),
            (signed(id="other", source="hindu", quantity="up to 6 units"),),
        ),
    ),
    Check(
        statements.check_contested,
        "tie",
        fires=((paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu", asserted="2021-11-12")),),
        silent=(
            (paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu")),
            (paid("USD 1m", tranche=1), paid("USD 1m", tranche=1, source="hindu", asserted="2021-11-12")),
        ),
    ),
    Check(
        statements.check_denied,
        "denied",
        fires=(
            (paid("USD 1m", tranche=1), paid(None, tranche=1, source="hindu", status="denial")),
            (paid("USD 1m"), paid(None, source="hindu", status="denial")),
            (paid(None, tranche=1, status="denial"),),
        ),
        silent=((paid(None, tranche=1, on="2024", status="denial"),), (paid("USD 1m", tranche=1),)),
    ),
    Check(
        statements.check_unverified,
        "unverified",
        fires=((paid("USD 1m", status="claim"),), (paid("USD 1m", status="inference"),)),
        silent=((paid("USD 1m", status="reported"),), (paid("USD 1m", on="2024", status="claim"),)),
    ),
    Check(
        statements.check_disputed,
        "disputed",
        fires=((said("disputed", target="contract"),),),
        silent=((said("disputed", id="d", target="contract"), said("retracted", target="d", reason="settled")),),
    ),
)
UNREADABLE = "unreadable"
"""Of entries that no event of the catalogue is, so nobody says them here (`test_unreadable_entries`)."""
FIRING = [(case.code, words) for case in CASES for words in case.fires]
SILENT = [(case.code, words) for case in CASES for words in case.silent]


@pytest.mark.parametrize(("code", "words"), FIRING, ids=[code for code, _ in FIRING])
def test_what_definitely_does_not_fit_is_found(code: str, words: tuple[Said, ...]) -> None:
    assert {finding.code for finding in deal(*words).findings(AT)} == {code}


@pytest.mark.parametrize(("code", "words"), SILENT, ids=[code for code, _ in SILENT])
def test_what_only_possibly_does_not_fit_is_not_found(code: str, words: tuple[Said, ...]) -> None:
    assert code not in {finding.code for finding in deal(*words).findings(AT)}


def test_every_check_is_specified() -> None:
    checks = {check.find for check in (*DEAL_CHECKS, *CHECKS)}
    assert {case.check for case in CASES} == checks - {statements.check_unreadable}


def test_every_code_is_one_of_the_list() -> None:
    assert {case.code for case in CASES} | {"gone-more-than-delivered", "organisation", UNREADABLE} == set(
        get_args(FindingCode)
    )


def test_nothing_is_found_before_it_is_certain() -> None:
    case = deal(delivered("6 units", on="2022-06"))
    case.then_found("2022-06-29").then_found("2022-06-30", "delivered-more-than-ordered")


def test_nothing_is_stored_or_refused_for_a_finding() -> None:
    deal().when(delivered("60 units"), paid("USD 50bn")).then_taken()


@pytest.mark.parametrize(
    ("words", "severity", "message"),
    [
        ((delivered("6 units"),), "error", "delivered 6 units, ordered 5 units"),
        ((delivered("~6 units"),), "warning", "delivered ~6 units, ordered 5 units"),
        ((paid("USD 6bn"),), "error", "paid USD 6bn, value USD 5bn"),
        ((paid("~USD 6bn"),), "warning", "paid ~USD 6bn, value USD 5bn"),
        (
            (delivered("2 regiments"),),
            "info",
            "delivered in regiment, ordered in unit: not comparable; "
            "if they are the same thing, 'correct' the quantity to one unit",
        ),
        (
            (delivered("1 unit", on="2018-09"),),
            "error",
            "delivered on 2018-09, contract signed on 2018-10-05",
        ),
        (
            (said("terminated", on="2020"), paid("USD 1m", on="2021")),
            "error",
            "tranche-paid on 2021, after the deal was terminated on 2020",
        ),
        ((THREAT, waiver(basis=None)), "warning", "waiver-granted on 2022-07: no legal basis is named"),
        ((THREAT, waiver(by="unknown")), "warning", "waiver-granted on 2022-07: nobody is named who granted it"),
        (
            (paid("USD 1m", status="claim"),),
            "warning",
            "tranche-paid rests on a claim alone; it counts as possible only",
        ),
        (
            (paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu")),
            "warning",
            "tranche-paid: sources differ in amount: USD 2m (hindu); USD 1m (theprint); the first is taken",
        ),
    ],
)
def test_a_finding_says_how_grave_it_is_and_what_does_not_fit(
    words: tuple[Said, ...], severity: str, message: str
) -> None:
    (finding,) = deal(*words).findings(AT)
    assert (finding.severity, finding.message) == (severity, message)


def test_an_excess_over_an_approximate_order_is_a_warning() -> None:
    case = given(opened(), signed(quantity="~5 units", value="~USD 5bn"), delivered("6 units"), paid("USD 6bn"))
    assert [finding.severity for finding in case.findings(AT)] == ["warning", "warning"]


def test_a_finding_names_the_entries_that_it_is_about() -> None:
    case = deal(delivered("4 units", on="2021-12-20"), paid("USD 1m"), delivered("2 units"))
    assert only(case, "delivered-more-than-ordered").entries == (f"{ENDS}3", f"{ENDS}5")
    early = deal(delivered("1 unit", on="2018-09"))
    assert only(early, "delivery-before-signature").entries == (f"{ENDS}3", f"{ENDS}2")
    late = deal(paid("USD 1m", on="2021"), said("terminated", on="2020"))
    assert only(late, "after-ending").entries == (f"{ENDS}3", f"{ENDS}4")


def test_a_contested_field_is_found_with_the_rule_that_decided() -> None:
    case = deal(paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu"))
    case.grades = {"theprint": "B", "hindu": "C"}
    finding = only(case, "contested")
    assert (finding.field, finding.rule, finding.entries) == ("amount", "reliability", (f"{ENDS}3", f"{ENDS}4"))


def test_a_deal_without_a_contract_has_nothing_to_compare_with() -> None:
    case = given(opened(on="2017"), delivered("6 units", on="2018-01"), paid("USD 6bn"))
    case.then_found(AT)
    given(opened(), signed(value=None, quantity=None), delivered("6 units"), paid("USD 6bn")).then_found(AT)


def test_a_delivery_in_the_month_of_the_signature_may_have_come_after_it() -> None:
    given(opened(on="2018-01"), signed(on="2018-10"), delivered("1 unit", on="2018-10-05")).then_found(AT)
    given(opened(on="2018-01"), signed(on="2018-10"), delivered("1 unit", on="2018-09-30")).then_found(
        AT, "delivery-before-signature"
    )


def test_a_value_amended_to_another_currency_is_not_compared() -> None:
    amended = said("amended", on="2020/2023", value="INR 400bn")
    deal(amended, paid("USD 6bn")).then_found(AT)


@pytest.mark.parametrize("kind", ["engagement", "framework"])
def test_other_streams_have_only_the_findings_about_statements(kind: str) -> None:
    event = {"engagement": "held", "framework": "signed"}[kind]
    case = given(said(event, on="2020"), said(event, on="2021", source="hindu"), kind=kind)
    case.then_found(AT, "contested")


def test_of_two_ends_the_first_holds_and_what_comes_after_it_is_found_once() -> None:
    case = deal(said("cancelled", on="2019"), said("terminated", on="2020"), paid("USD 1m", on="2021"))
    case.then_found(AT, "two-endings", "after-ending").then_both(AT, stage="cancelled", ended_on="2019")
