"""The same entry twice adds nothing; the same id with other content is refused."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.entry import Draft
from armsledger.domain.errors import IdTaken, SelfContradiction
from tests.domain.specification import Case, Said, given, said
from tests.domain.words import corrected, delivered, expected, opened, paid, resolved, retracted, signed

STATEMENTS = (
    opened(id=None, items=["S-400 Triumf"], supplier="Russia"),
    signed(id=None),
    paid("~USD 800m", tranche="1", quote="first tranche", note="rounded", credibility=2),
    paid("USD 850m", tranche=1, source="hindu", asserted="2022-01-05", attribution="an official"),
    expected({"event": "delivered", "tranche": "1"}, "../2021-12-15~", id=None, quantity="1 unit"),
    delivered("1 regiment", on="2021-12", item={"designation": "S-400", "unroca": "VII"}),
    corrected("@2", value="USD 5.43bn", mode=None),
    corrected("@2", reason="new-information", value="USD 5.5bn"),
    corrected("@7", set={"value": "USD 5.44bn"}),
    said("disputed", target="@3", reason="no tranche was paid", source=None),
    resolved("@4", "@3"),
    said("expectation-revised", target="@5", due="2022"),
    said("expectation-withdrawn", target="@5", on="2022-03"),
    retracted("@6"),
    retracted("@14", reason="it was right after all"),
)


def ids(case: Case) -> list[str]:
    """The ids of the entries of a stream."""
    return [entry.id for entry in case.entries]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.event)
def test_the_same_statement_again_adds_nothing(statement: Said) -> None:
    case = given(*STATEMENTS)
    case.when(statement).then_known_already()
    assert case.history.version == len(STATEMENTS)


def test_a_whole_file_again_adds_nothing_not_even_tomorrow() -> None:
    case = given(*STATEMENTS).on_the_day("2027-02-01")
    case.when(*STATEMENTS).then_known_already()


def test_a_file_recorded_on_another_day_gets_the_same_ids() -> None:
    later = given().on_the_day("2027-02-01").when(*STATEMENTS)
    assert ids(later) == ids(given(*STATEMENTS))


def test_a_source_registered_again_without_a_date_is_the_same_source_tomorrow() -> None:
    registration = said("registered", publisher="MoD", reliability="A")
    given(registration, kind="source").on_the_day("2027-02-01").when(registration).then_known_already()


def test_a_source_judged_again_on_another_named_day_is_another_entry() -> None:
    case = given(said("registered", publisher="MoD"), kind="source")
    case.when(*(said("regraded", reliability="B", asserted=day) for day in ("2021", "2022"))).then_taken()
    assert len(set(ids(case))) == 3


@pytest.mark.parametrize("change", [{"note": "a remark"}, {"quote": "a quote"}, {"credibility": 3}])
def test_a_note_or_quote_is_not_part_of_the_derived_id_and_cannot_be_changed_in_passing(
    change: dict[str, Any],
) -> None:
    given(opened(), paid("USD 1m", tranche=1)).when(paid("USD 1m", tranche=1, **change)).then_refused(
        IdTaken, "with other content", remedy="'armsledger correct deal/india-s400@2 --set ...'"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "USD 2m"},
        {"on": "2019-07"},
        {"asserted": "2022-01-01"},
        {"source": "hindu"},
        {"status": "claim"},
        {"attribution": "an official"},
        {"tranche": 2},
    ],
)
def test_what_a_statement_says_is_part_of_its_derived_id(change: dict[str, Any]) -> None:
    case = given(opened(), paid("USD 1m", tranche=1, asserted="2021-11-13"))
    case.when(said("tranche-paid", **{**paid("USD 1m", tranche=1).fields, **change})).then_taken()


def test_two_spellings_of_one_statement_have_one_id() -> None:
    given(opened(), paid("USD 800m", tranche=1, share="15")).when(
        paid("USD 800,000,000", tranche="1", share=15)
    ).then_known_already()
    given(opened(), paid("USD 800m")).when(
        paid({"amount": "8E+8", "currency": "USD"})  # type: ignore[arg-type]  # as in JSON
    ).then_known_already()


FULL = paid("USD 1m", tranche=1, payer="IND", share="15", quote="p. 1", note="n")


@pytest.mark.parametrize("left_out", ["amount", "payer", "share"])
def test_a_statement_of_which_its_source_said_all_and_more_adds_nothing(left_out: str) -> None:
    less = {name: value for name, value in FULL.fields.items() if name != left_out}
    case = given(opened(), FULL).when(said("tranche-paid", **less)).then_known_already()
    assert [decision.known and decision.known.id for decision in case.decisions] == [case.entries[1].id]


def test_a_statement_that_says_less_on_another_day_or_otherwise_is_no_repetition() -> None:
    less: dict[str, Any] = {"on": "2019-06-01", "tranche": 1}
    given(opened(), FULL).when(said("tranche-paid", **less, asserted="2022")).then_taken()
    given(opened(), FULL).when(said("tranche-paid", **less, source="hindu")).then_taken()
    given(opened(), FULL).when(said("tranche-paid", **less, id="mine")).then_refused(
        SelfContradiction, "source 'theprint' says ", remedy="correct deal/india-s400@2"
    )
    given(opened(), FULL).when(said("tranche-paid", **less, status="claim")).then_refused(
        SelfContradiction, "source 'theprint' says ", remedy="correct deal/india-s400@2"
    )


def test_what_was_corrected_counts_as_what_its_source_said() -> None:
    case = given(opened(), FULL, corrected("@2", amount="USD 2m"))
    case.when(paid("USD 2m", tranche=1)).then_known_already()


def test_a_statement_with_an_id_of_its_own_is_known_by_it() -> None:
    case = given(opened(), paid("USD 1m", id="payment", note="n"))
    case.when(paid("USD 1m", id="payment", note="n")).then_known_already()
    case.when(paid("USD 1m", id="payment")).then_known_already()
    renoted = paid("USD 1m", id="payment", note="m")
    for other in (paid("USD 2m", id="payment"), renoted, delivered("1 unit", id="payment")):
        case.when(other).then_refused(IdTaken, "entry 'payment' is recorded as", remedy="an id of its own")


def test_an_id_taken_in_another_stream_is_refused() -> None:
    case = given(opened(), paid("USD 1m"))
    known = case.entries[1]
    case.world.elsewhere["elsewhere"] = Draft("deal/turkey-s400", 3, "elsewhere", known.event)
    case.when(paid("USD 1m", id="elsewhere")).then_refused(
        IdTaken, "recorded as deal/turkey-s400@3", remedy="an id of its own", field="id"
    )


def test_the_same_words_in_another_stream_have_another_id() -> None:
    here, there = given(opened(id=None)), Case("deal/turkey-s400", {})
    there.record(opened(id=None))
    assert ids(here) != ids(there)


def test_an_entry_that_was_corrected_or_taken_back_since_is_still_known() -> None:
    case = given(opened(), paid("USD 1m", tranche=1), corrected("@2", amount="USD 2m"))
    case.when(paid("USD 1m", tranche=1)).then_known_already()
    case.when(retracted("@2"), paid("USD 1m", tranche=1))
    assert [decision.draft is None for decision in case.decisions] == [False, True]


def test_a_correction_is_known_again_after_its_target_was_taken_back() -> None:
    correction = corrected("@2", amount="USD 2m")
    given(opened(), paid("USD 1m"), correction, retracted("@2")).when(correction).then_known_already()


def test_an_explicit_id_holds_for_dates_that_the_clock_gave() -> None:
    dispute = said("disputed", id="dispute", target="@2", source=None)
    case = given(opened(), paid("USD 1m"), dispute).on_the_day("2027-02-01")
    case.when(dispute).then_known_already()
