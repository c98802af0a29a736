"""Findings: what does not fit. Each check fires when that is definite and is silent when it is only possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from armsledger.domain.findings.deals import DEAL_CHECKS
from armsledger.domain.findings.finding import Finding
from armsledger.domain.findings.statements import CHECKS
from tests.domain.specification import Case, Said, given, said
from tests.domain.words import corrected, delivered, opened, paid, signed

AT = "2022-12-31"
ENDS = "deal/india-s400@"


def deal(*statements: Said) -> Case:
    """A deal of five units for USD 5bn, signed on 5 October 2018."""
    return given(opened(), signed(), *statements)


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


def waiver(**fields: str | None) -> Said:
    """A waiver of 2022."""
    return said("waiver-granted", **{"on": "2022-07", "by": "USA", "against": "IND", "basis": "CAATSA", **fields})


def listed(**fields: Any) -> Said:
    """A register lists the deal."""
    row = {"listed_in": "A register", "recipient": "India", "supplier": "Russia", "designation": "S-400"}
    return said("listed", **{"on": "2022-03-14", **row, **fields})


@dataclass(frozen=True)
class Check:
    """Statements that make a check fire, and like ones that do not."""

    code: str
    fires: tuple[tuple[Said, ...], ...]
    silent: tuple[tuple[Said, ...], ...]


CASES = (
    Check(
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
        "unit-mismatch",
        fires=((delivered("2 regiments"),), (delivered("1 unit"), delivered("1 regiment"))),
        silent=((delivered("2 units"),), (delivered("2 regiments", on="2022-06/2023"),)),
    ),
    Check(
        "perhaps-listed-before",
        fires=((listed(perhaps=["deal/x"]),),),
        silent=((listed(),), (listed(on="2024", perhaps=["deal/x"]),)),
    ),
    Check(
        "listed-more-than-once",
        fires=((listed(rows=[3, 7]),),),
        silent=((listed(),), (listed(on="2024", rows=[3, 7]),)),
    ),
    Check(
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
        "after-termination",
        fires=(
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
            (said("completed", on="2020"), paid("USD 1m", on="2021")),
            (said("suspended", on="2020"), paid("USD 1m", on="2021")),
        ),
    ),
    Check(
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
        "contested",
        fires=(
            (paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu")),
            (paid("USD 1m", tranche=1, on="2019"), paid("USD 1m", tranche=1, on="2020", source="hindu")),
            (signed(id="other", source="hindu", quantity="6 units"),),
        ),
        silent=(
            (paid("USD 1m", tranche=1), paid("INR 80m", tranche=1, source="hindu")),
            (paid("USD 1m", tranche=1, on="2019"), paid("USD 1m", tranche=1, on="2019-06", source="hindu")),
            (paid("USD 1m", tranche=1, on="2024"), paid("USD 2m", tranche=1, on="2024", source="hindu")),
            (signed(id="other", source="hindu", quantity="2 regiments"),),
        ),
    ),
    Check(
        "denied",
        fires=((paid("USD 1m", tranche=1), paid(None, tranche=1, source="hindu", status="denial")),),
        silent=((paid(None, tranche=1, status="denial"),), (paid("USD 1m", tranche=1),)),
    ),
    Check(
        "unverified",
        fires=((paid("USD 1m", status="claim"),), (paid("USD 1m", status="inference"),)),
        silent=((paid("USD 1m", status="reported"),), (paid("USD 1m", on="2024", status="claim"),)),
    ),
    Check(
        "disputed",
        fires=((said("disputed", target="contract"),),),
        silent=((said("disputed", id="d", target="contract"), said("retracted", target="d", reason="settled")),),
    ),
)
FIRING = [(case.code, statements) for case in CASES for statements in case.fires]
SILENT = [(case.code, statements) for case in CASES for statements in case.silent]


@pytest.mark.parametrize(("code", "statements"), FIRING, ids=[code for code, _ in FIRING])
def test_what_definitely_does_not_fit_is_found(code: str, statements: tuple[Said, ...]) -> None:
    assert {finding.code for finding in deal(*statements).findings(AT)} == {code}


@pytest.mark.parametrize(("code", "statements"), SILENT, ids=[code for code, _ in SILENT])
def test_what_only_possibly_does_not_fit_is_not_found(code: str, statements: tuple[Said, ...]) -> None:
    assert code not in {finding.code for finding in deal(*statements).findings(AT)}


def test_every_check_is_specified() -> None:
    assert len(CASES) == len((*DEAL_CHECKS, *CHECKS))


def test_nothing_is_found_before_it_is_certain() -> None:
    case = deal(delivered("6 units", on="2022-06"))
    case.then_found("2022-06-29").then_found("2022-06-30", "delivered-more-than-ordered")


def test_nothing_is_stored_or_refused_for_a_finding() -> None:
    deal().when(delivered("60 units"), paid("USD 50bn")).then_taken()


@pytest.mark.parametrize(
    ("statements", "severity", "message"),
    [
        ((delivered("6 units"),), "error", "delivered 6 units, ordered 5 units"),
        ((delivered("~6 units"),), "warning", "delivered ~6 units, ordered 5 units"),
        ((paid("USD 6bn"),), "error", "paid USD 6bn, value USD 5bn"),
        ((paid("~USD 6bn"),), "warning", "paid ~USD 6bn, value USD 5bn"),
        ((delivered("2 regiments"),), "info", "delivered in regiment, ordered in unit: not comparable"),
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
            "info",
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
    statements: tuple[Said, ...], severity: str, message: str
) -> None:
    (finding,) = deal(*statements).findings(AT)
    assert (finding.severity, finding.message) == (severity, message)


def test_an_excess_over_an_approximate_order_is_a_warning() -> None:
    case = given(opened(), signed(quantity="~5 units", value="~USD 5bn"), delivered("6 units"), paid("USD 6bn"))
    assert [finding.severity for finding in case.findings(AT)] == ["warning", "warning"]


def test_a_finding_names_the_entries_that_it_is_about() -> None:
    case = deal(delivered("4 units"), paid("USD 1m"), delivered("2 units"))
    assert only(case, "delivered-more-than-ordered").entries == (f"{ENDS}3", f"{ENDS}5")
    early = deal(delivered("1 unit", on="2018-09"))
    assert only(early, "delivery-before-signature").entries == (f"{ENDS}3", f"{ENDS}2")
    late = deal(paid("USD 1m", on="2021"), said("terminated", on="2020"))
    assert only(late, "after-termination").entries == (f"{ENDS}3", f"{ENDS}4")


def test_a_contested_field_is_found_with_the_rule_that_decided() -> None:
    case = deal(paid("USD 1m", tranche=1), paid("USD 2m", tranche=1, source="hindu"))
    case.grades = {"theprint": "B", "hindu": "C"}
    finding = only(case, "contested")
    assert (finding.field, finding.rule, finding.entries) == ("amount", "reliability", (f"{ENDS}3", f"{ENDS}4"))


def test_a_deal_without_a_contract_has_nothing_to_compare_with() -> None:
    case = given(opened(), delivered("6 units", on="2018-01"), paid("USD 6bn"))
    case.then_found(AT)
    given(opened(), signed(value=None, quantity=None), delivered("6 units"), paid("USD 6bn")).then_found(AT)


def test_a_delivery_in_the_month_of_the_signature_may_have_come_after_it() -> None:
    given(opened(), signed(on="2018-10"), delivered("1 unit", on="2018-10-05")).then_found(AT)
    given(opened(), signed(on="2018-10"), delivered("1 unit", on="2018-09-30")).then_found(
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


def test_the_entries_after_two_ends_are_found_for_each() -> None:
    case = deal(said("cancelled", on="2019"), said("terminated", on="2020"), paid("USD 1m", on="2021"))
    assert len([finding for finding in case.findings(AT) if finding.code == "after-termination"]) == 3
