"""Several statements about one occurrence: what is taken from which, and what stays contested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from armsledger.domain.beliefs.competition import RULES, definitely_differ
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.when import When
from tests.domain.specification import Case, Said, by, given, said
from tests.domain.words import delivered, opened, paid, resolved, signed

AT = "2022-12-31"
SAME_DAY = "2021-11-12"


def account(amount: str | None, source: str, **fields: Any) -> Said:
    """What a source says of the first tranche, on one and the same day."""
    return paid(amount, **{"tranche": 1, "source": source, "asserted": SAME_DAY, "id": source, **fields})


def accounts(*statements: Said, **grades: Reliability) -> Case:
    """A deal, and what sources say of its first tranche."""
    return given(opened(asserted="2018-10-06"), *statements, grades=grades)


def payment(case: Case) -> Occurrence:
    """The one payment."""
    return case.belief().occurrences[1]


@pytest.mark.parametrize(
    ("preferred", "other", "grades", "rule"),
    [
        ({}, {"credibility": 1, "asserted": "2022"}, {"tass": "B", "hindu": "C"}, "reliability"),
        ({}, {"credibility": 1, "asserted": "2022"}, {"tass": "E"}, "reliability"),
        ({"credibility": 2}, {"credibility": 3, "asserted": "2022"}, {}, "credibility"),
        ({"credibility": 5}, {"asserted": "2022"}, {}, "credibility"),
        ({"asserted": "2022-01-02"}, {"asserted": "2022-01-01"}, {}, "asserted"),
        ({"asserted": "2022"}, {"asserted": "2022-12-30"}, {}, "asserted"),
        ({}, {"status": "claim", "credibility": 1, "asserted": "2022"}, {"hindu": "A"}, "status"),
        ({"status": "reported"}, {"status": "inference"}, {"hindu": "A"}, "status"),
        ({}, {"id": "zeit"}, {}, "id"),
        ({}, {"id": "zeit"}, {"tass": "F"}, "id"),
        ({"credibility": 6}, {"id": "zeit"}, {"tass": "A", "hindu": "A"}, "id"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_better_statement_is_taken_whichever_was_recorded_first(
    preferred: Mapping[str, Any], other: Mapping[str, Any], grades: dict[str, Reliability], rule: str, turned: bool
) -> None:
    statements = [account("USD 1m", "tass", **preferred), account("USD 2m", "hindu", **other)]
    case = accounts(*(statements[::-1] if turned else statements), **grades)
    case.then_both(AT, paid=["USD 1m"]).then_found(AT, "tie" if rule == "id" else "contested")
    (contest,) = payment(case).contests
    assert (contest.field, contest.rule) == ("amount", rule)


def test_an_explicit_resolution_is_stronger_than_any_grade() -> None:
    case = accounts(account("USD 1m", "tass", credibility=1), account("USD 2m", "hindu"), tass="A")
    case.when(resolved("hindu", "tass")).then_both(AT, paid=["USD 2m"])
    assert RULES == ("resolved", "status", "reliability", "credibility", "asserted", "id")


def test_each_field_comes_from_the_best_statement_that_gives_it() -> None:
    case = accounts(
        account(None, "tass", payee="RUS", on="2019-08"),
        account("USD 2m", "hindu", share="15", payee="IND"),
        account("USD 3m", "sipri", payer="IND", on="2019"),
        tass="A",
        hindu="B",
        sipri="C",
    )
    event: Any = payment(case).event
    told = (str(event.amount), str(event.on), event.payer, event.payee, event.share, event.source)
    assert told == ("USD 2m", "2019-08", "IND", "RUS", 15, "tass")


def test_four_sources_on_one_payment_are_never_added_up() -> None:
    sources = ("tass", "hindu", "sipri", "theprint")
    accounts(*(account("USD 800m", source) for source in sources)).then_both(AT, paid=["USD 800m"]).then_found(AT)


def test_a_date_is_one_of_the_fields_that_compete() -> None:
    case = accounts(account("USD 1m", "tass", on="2019"), account("USD 1m", "hindu", on="2021-02"), tass="A")
    case.then_both("2019-12-31", paid=["USD 1m"])
    (contest,) = payment(case).contests
    assert (contest.field, [entry.id for entry in contest.entries]) == ("on", ["tass", "hindu"])
    case.grades = {"hindu": "A"}
    case.then_both("2019-12-31", paid=[]).then_both("2021-02-28", paid=["USD 1m"])


def test_dates_that_overlap_are_not_contested_and_the_better_one_is_taken() -> None:
    case = accounts(account("USD 1m", "tass", on="2019"), account("USD 1m", "hindu", on="2019-02-01"), tass="A")
    case.then_found(AT).then_certain("2019-06-30", paid=[]).then_possible("2019-06-30", paid=["USD 1m"])


def test_a_contested_field_names_all_that_differ_from_the_one_taken() -> None:
    case = accounts(
        account("USD 1m", "tass", credibility=1),
        account("USD 2m", "hindu", credibility=2),
        account("USD 1m", "sipri", credibility=3),
        account("USD 3m", "theprint", credibility=4),
    )
    (contest,) = payment(case).contests
    assert ([entry.id for entry in contest.entries], contest.rule) == (["tass", "hindu", "theprint"], "credibility")


def test_the_rule_is_the_one_that_decided_between_the_two_that_differ() -> None:
    case = accounts(
        account(None, "tass", payee="RUS", credibility=1),
        account("USD 1m", "hindu", credibility=2, payee="IND"),
        account("USD 2m", "sipri", credibility=2),
        tass="A",
    )
    rules = {contest.field: contest.rule for contest in payment(case).contests}
    assert rules == {"amount": "id", "payee": "reliability"}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ({"amount": "USD 1m"}, {"amount": "USD 1.1m"}, True),
        ({"amount": "USD 1m"}, {"amount": "~USD 1m"}, False),
        ({"amount": "USD 1m"}, {"amount": "INR 80m"}, True),
        ({"amount": "USD 1m-2m"}, {"amount": "USD 2m-3m"}, False),
        ({"amount": "USD 1m-2m"}, {"amount": "USD 2.1m+"}, True),
        ({"amount": "up to USD 3m"}, {"amount": "USD 2.1m+"}, False),
        ({"amount": "USD 1m"}, {"amount": None}, False),
        ({"share": "15"}, {"share": "15.0"}, False),
        ({"share": "15"}, {"share": "20"}, True),
        ({"payer": "IND"}, {"payer": "RUS"}, True),
        ({"on": "2019"}, {"on": "2020"}, True),
        ({"on": "2019/2020"}, {"on": "2020-12-31"}, False),
        ({"on": "2019/2020"}, {"on": "2020-12-31/2021"}, False),
        ({"on": "2020-12-31/2021"}, {"on": "2019/2020"}, False),
        ({"on": "2021"}, {"on": "2019/2020"}, True),
        ({"on": "2019~"}, {"on": "2019-05?"}, False),
    ],
)
def test_statements_are_contested_only_where_they_definitely_differ(
    one: dict[str, Any], other: dict[str, Any], differ: bool
) -> None:
    case = accounts(
        account(**{"amount": None, **one, "source": "tass"}), account(**{"amount": None, **other, "source": "hindu"})
    )
    assert bool(payment(case).contests) is differ


def test_no_and_yes_differ_and_neither_is_silence() -> None:
    act: dict[str, Any] = {"event": "legislative-action", "on": "2022-07-14", "by": "House"}
    yes = said(**act, binding="true", id="yes", source="tass")
    no = said(**act, binding="false", same_as="yes", source="hindu")
    case = given(opened(), yes, no, grades={"hindu": "A"}).then_found(AT, "contested")
    assert getattr(case.belief().occurrences[1].event, "binding", None) is False


def test_a_list_comes_from_the_best_statement_that_is_not_silent_on_it() -> None:
    silent = said("held", on="2021-12-06", source="tass", place="New Delhi")
    full = said("held", on="2021-12-06", source="hindu", place="Delhi", participants=["IND", "RUS"], edition=0)
    given(silent, full, kind="engagement", grades={"tass": "A"}).then_both(
        AT, place="New Delhi", participants=["IND", "RUS"], edition=0
    )


@pytest.mark.parametrize("preferred", [{}, {"value": "~USD 5bn"}])
def test_who_gives_an_equivalent_too_completes_what_better_sources_say(
    preferred: Mapping[str, Any],
) -> None:
    contract: dict[str, Any] = {"on": "2018-10-05"}
    statements = [
        said("contract-signed", **contract, **preferred, source="tass"),
        said("contract-signed", **contract, value="~USD 5bn", source="hindu"),
        said("contract-signed", **contract, value=["USD 5bn", "INR 400bn"], source="sipri"),
    ]
    grades: dict[str, Reliability] = {"tass": "A", "hindu": "B", "sipri": "C"}
    given(opened(), *statements, grades=grades).then_both(AT, value="~USD 5bn", equivalents=["INR 400bn"])


def test_quantities_of_other_units_are_contested_and_free_text_is_not() -> None:
    one = delivered("1 regiment", id="one", item="S-400", source="tass")
    other = delivered("2 SAM systems", same_as="one", item="S-400 Triumf", source="hindu")
    given(opened(), signed(), one, other).then_found(AT, "contested", "not-comparable")
    third = delivered("2 regiments", same_as="one", source="sipri")
    given(opened(), one, third).then_found(AT, "contested")


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [(1, 2, True), ("a", "a", False), (When.parse("2019"), When.parse("2019-05"), False)],
)
def test_other_values_differ_when_they_are_not_equal(one: Any, other: Any, differ: bool) -> None:
    assert definitely_differ(one, other) is differ


# same_as


def test_like_reports_of_two_sources_can_be_one_until_somebody_says_so_or_not() -> None:
    first = delivered("1 unit", id="one", source="tass")
    case = given(opened(), first, delivered("1 unit", source="hindu"))
    case.then_certain(AT, delivered=["1 unit"]).then_possible(AT, delivered=["2 units"])
    case.then_found(AT, "perhaps-the-same")
    for field, sum_of_both in (("same_as", "1 unit"), ("apart_from", "2 units")):
        other = delivered("1 unit", source="hindu", **{field: "one"})
        given(opened(), first, other).then_both(AT, delivered=[sum_of_both]).then_found(AT)


def test_deliveries_that_one_source_reports_are_added_up() -> None:
    given(opened(), delivered("1 unit", id="one"), delivered("1 unit", id="two")).then_both(AT, delivered=["2 units"])


def test_same_as_is_followed_from_entry_to_entry() -> None:
    chain = [
        delivered("1 unit", id="one", source="tass"),
        delivered("1 unit", id="two", source="hindu", same_as="one"),
        delivered("1 unit", id="three", source="sipri", same_as="@3"),
    ]
    given(opened(), *chain).then_both(AT, delivered=["1 unit"])


def test_same_as_links_a_statement_that_names_no_tranche_to_one_that_does() -> None:
    case = accounts(account("USD 1m", "tass"), account("USD 1m", "hindu", tranche=None, same_as="tass"))
    case.when(account("USD 1m", "sipri")).then_both(AT, paid=["USD 1m"])


def test_those_that_name_an_entry_which_was_taken_back_still_speak_of_one_occurrence() -> None:
    (
        given(opened(), delivered("1 unit", id="one", source="tass"))
        .when(delivered("1 unit", source="hindu", same_as="one"))
        .when(delivered("1 unit", source="sipri", same_as="one"))
        .when(said("retracted", target="one", reason="entry-error"))
        .then_both(AT, delivered=["1 unit"])
    )


@pytest.mark.parametrize("tranches", [("1", 1), ("advance", "advance"), (" 2 ", 2)])
def test_a_tranche_is_known_by_its_number_or_label(tranches: tuple[str | int, str | int]) -> None:
    one, other = tranches
    accounts(account("USD 1m", "tass", tranche=one), account("USD 1m", "hindu", tranche=other)).then_both(
        AT, paid=["USD 1m"]
    )


def test_sources_that_write_the_tranche_otherwise_speak_of_other_occurrences() -> None:
    accounts(account("USD 1m", "tass", tranche="1"), account("USD 1m", "hindu", tranche="I")).then_both(
        AT, paid=["USD 2m"]
    )


def test_an_id_that_reads_like_an_event_links_nothing() -> None:
    case = given(opened(), signed(), delivered("1 unit", id="contract-signed"), delivered("1 unit", id="opened"))
    case.then_both(AT, delivered=["2 units"], value="USD 5bn", supplier="RUS").then_found(AT)


# denials, claims, inferences


def denial(source: str, **fields: Any) -> Said:
    """A source says that no such payment was made."""
    return account(None, source, status="denial", **fields)


def test_what_only_a_denial_speaks_of_has_not_happened_and_is_found() -> None:
    case = accounts(denial("tass")).then_both(AT, paid_undisclosed=0).then_found(AT, "denied")
    assert case.findings(AT)[0].message == "tranche-paid is denied by tass; nobody says that it happened"
    accounts(denial("tass"), denial("hindu")).then_both(AT, paid_undisclosed=0).then_found(AT, "denied", "denied")


def test_a_denial_that_names_nothing_denies_the_nearest_statement() -> None:
    far, near = paid("USD 1m", on="2019-01-01", id="far"), paid("USD 1m", on="2020-01-01", id="near")
    denied = paid(None, on="2019-12", source="hindu", status="denial")
    case = given(opened(), far, near, denied, grades={"hindu": "A"})
    case.then_certain(AT, paid=["USD 1m"]).then_possible(AT, paid=["USD 2m"]).then_found(AT, "denied")
    assert case.findings(AT)[0].entries == ("deal/india-s400@3", "deal/india-s400@4")


def test_a_denial_of_another_amount_denies_nothing_that_is_said() -> None:
    denied = paid("USD 2m", source="hindu", status="denial")
    given(opened(), paid("USD 1m"), denied, grades={"hindu": "A"}).then_both(AT, paid=["USD 1m"]).then_found(
        AT, "denied"
    )


def test_no_field_that_only_a_claim_gives_is_certain() -> None:
    claim = account("USD 2m", "hindu", status="claim", on="2019")
    case = accounts(account(None, "tass", on="2019"), claim, hindu="A")
    case.then_certain(AT, paid=[], paid_undisclosed=1).then_possible(AT, paid=["USD 2m"])


def test_what_a_better_source_denies_is_possible_but_not_certain() -> None:
    case = accounts(account("USD 1m", "tass"), denial("hindu"), hindu="A", tass="C")
    case.then_certain(AT, paid=[]).then_possible(AT, paid=["USD 1m"]).then_found(AT, "denied")
    (finding,) = case.findings(AT)
    assert finding.message == "tranche-paid is denied by hindu; it does not count as certain"
    assert finding.entries == ("deal/india-s400@2", "deal/india-s400@3")


def test_what_a_worse_source_denies_stands_and_is_found() -> None:
    case = accounts(account("USD 1m", "tass"), denial("hindu"), hindu="C", tass="A")
    case.then_both(AT, paid=["USD 1m"]).then_found(AT, "denied")
    assert case.findings(AT)[0].message == "tranche-paid is denied by hindu; it stands"


def test_a_denial_by_the_best_source_outweighs_many_others() -> None:
    case = accounts(account("USD 1m", "tass"), account("USD 1m", "sipri"), denial("hindu"), hindu="A", tass="B")
    case.then_certain(AT, paid=[])


def test_a_denial_can_be_resolved_either_way() -> None:
    case = accounts(account("USD 1m", "tass"), denial("hindu"), hindu="A")
    case.when(resolved("tass", "hindu", id="choice")).then_both(AT, paid=["USD 1m"])
    other = accounts(account("USD 1m", "tass"), denial("hindu"), tass="A")
    other.when(resolved("hindu", "tass")).then_certain(AT, paid=[])


@pytest.mark.parametrize("status", ["claim", "inference"])
def test_what_only_a_claim_or_an_inference_speaks_for_is_possible_not_certain(status: str) -> None:
    case = accounts(account("USD 1m", "tass", status=status), tass="A")
    case.then_certain(AT, paid=[]).then_possible(AT, paid=["USD 1m"]).then_found(AT, "unverified")
    case.when(account("USD 1m", "hindu", status=status)).then_certain(AT, paid=[]).then_found(AT, "unverified")


@pytest.mark.parametrize("status", ["fact", "reported"])
def test_one_that_vouches_for_it_makes_a_claim_certain(status: str) -> None:
    accounts(account("USD 1m", "tass", status="claim"), account("USD 1m", "hindu", status=status)).then_both(
        AT, paid=["USD 1m"]
    ).then_found(AT)


def test_an_opening_that_is_only_claimed_begins_a_deal_only_possibly() -> None:
    given(opened(status="claim")).then_not_begun(AT, possibly=True)


def test_a_claim_against_a_denial_is_possible_at_most() -> None:
    case = accounts(account("USD 1m", "tass", status="claim"), denial("hindu"), tass="A", hindu="E")
    case.then_certain(AT, paid=[]).then_possible(AT, paid=["USD 1m"]).then_found(AT, "denied")


# grades at a belief date


def test_a_source_graded_anew_turns_the_preference() -> None:
    case = accounts(account("USD 1m", "tass"), account("USD 2m", "hindu"), tass="B", hindu="C")
    case.then_both(AT, paid=["USD 1m"])
    case.grades = {"tass": "D", "hindu": "C"}
    case.then_both(AT, paid=["USD 2m"])
    assert case.findings(AT)[0].rule == "reliability"


def test_a_source_graded_anew_turns_the_weight_of_a_denial() -> None:
    case = accounts(account("USD 1m", "tass"), denial("hindu"), tass="B", hindu="C")
    case.then_certain(AT, paid=["USD 1m"])
    case.grades = {"tass": "B", "hindu": "A"}
    case.then_certain(AT, paid=[])


def test_a_source_nobody_graded_ranks_with_those_that_cannot_be_judged() -> None:
    later = account("USD 1m", "tass", asserted="2021-11-13")
    accounts(later, account("USD 2m", "hindu"), hindu="E").then_both(AT, paid=["USD 2m"])
    accounts(later, account("USD 2m", "hindu"), hindu="F").then_both(AT, paid=["USD 1m"])


# what was known


def test_the_preferred_statement_is_that_of_those_known() -> None:
    case = accounts(
        account("USD 1m", "tass", asserted="2020"),
        account("USD 2m", "hindu", asserted="2021"),
        account("USD 3m", "sipri", asserted="2022"),
        tass="C",
        hindu="A",
        sipri="B",
    )
    case.then_both("2023-12-31", by("2020-12-31"), paid=["USD 1m"])
    case.then_both("2023-12-31", by("2021-12-31"), paid=["USD 2m"])
    case.then_both("2023-12-31", by("2022-12-31"), paid=["USD 2m"])
