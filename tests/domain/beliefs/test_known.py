"""As known: at a position of the journal, or by the day on which the sources had said so."""

from __future__ import annotations

import pytest

from armsledger.domain.beliefs.belief import known_entries
from armsledger.domain.values.known import Known
from tests.domain.specification import Case, Said, as_of, by, given, said
from tests.domain.words import corrected, opened, paid, resolved, retracted

AT = "2026-10-31"
OPENING = opened(asserted="2018-10-06")
TOLD = paid("USD 800m", tranche=1, id="payment", asserted="2019-07-01")


def deal(*statements: Said) -> Case:
    """A deal of which the payment was told in July 2019, and what was recorded later."""
    return given(OPENING, TOLD, *statements)


def ids(case: Case, known: Known) -> list[str]:
    """The ids of the entries known."""
    return [entry.id for entry in known_entries(case.entries, known)]


def test_all_that_is_recorded_is_known_if_no_belief_date_is_given() -> None:
    assert ids(deal(), Known()) == ["opening", "payment"]


def test_a_position_knows_the_entries_up_to_it() -> None:
    case = deal(retracted("payment"))
    case.then_both(AT, as_of(1), paid=[]).then_both(AT, as_of(2), paid=["USD 800m"])
    case.then_both(AT, as_of(3), paid=[]).then_both(AT, as_of(99), paid=[])
    assert case.state(AT, as_of(0)) == (None, None)


def test_a_day_knows_what_had_been_asserted_by_its_end() -> None:
    case = deal()
    case.then_both(AT, by("2019-06-30"), paid=[]).then_both(AT, by("2019-07-01"), paid=["USD 800m"])
    assert case.state(AT, by("2018-10-05")) == (None, None)


def test_what_may_have_been_asserted_later_is_not_known_yet() -> None:
    case = given(OPENING, paid("USD 800m", asserted="2019-07"))
    case.then_both(AT, by("2019-07-30"), paid=[]).then_both(AT, by("2019-07-31"), paid=["USD 800m"])


def test_a_ledger_filled_late_knows_by_day_what_the_sources_said_then() -> None:
    case = given(OPENING, paid("USD 900m", tranche=1, source="hindu"), TOLD)
    case.grades = {"hindu": "A", "theprint": "C"}
    case.then_both(AT, by("2021-11-30"), paid=["USD 800m"]).then_both(AT, by("2021-12-31"), paid=["USD 900m"])


@pytest.mark.parametrize("reason", ["entry-error", "translation"])
def test_a_repair_of_our_own_copy_holds_from_the_day_its_target_was_asserted(reason: str) -> None:
    case = deal(corrected("payment", amount="USD 850m", reason=reason))
    case.then_both(AT, by("2019-06-30"), paid=[]).then_both(AT, by("2019-07-01"), paid=["USD 850m"])
    case.then_both(AT, as_of(2), paid=["USD 800m"])


@pytest.mark.parametrize("reason", ["source-error", "new-information"])
def test_a_correction_that_brings_news_holds_from_its_own_day(reason: str) -> None:
    news = corrected("payment", amount="USD 850m", reason=reason)
    dated = said(news.event, **{**news.fields, "asserted": "2020-03-01"})
    case = deal(dated)
    case.then_both(AT, by("2020-02-29"), paid=["USD 800m"]).then_both(AT, by("2020-03-01"), paid=["USD 850m"])


@pytest.mark.parametrize("reason", ["entry-error", "translation"])
def test_what_we_had_copied_wrongly_and_took_back_was_never_known(reason: str) -> None:
    deal(retracted("payment", reason=reason)).then_both(AT, by("2019-07-01"), paid=[])


def test_what_a_source_took_back_was_known_until_then() -> None:
    case = deal(retracted("payment", reason="source-error", asserted="2020-03-01"))
    case.then_both(AT, by("2020-02-29"), paid=["USD 800m"]).then_both(AT, by("2020-03-01"), paid=[])


def test_a_repair_of_a_repair_of_our_own_copy_holds_from_the_same_day() -> None:
    case = deal(corrected("payment", amount="USD 850m", id="repair"))
    case.when(corrected("repair", set={"amount": "USD 860m"})).then_both(AT, by("2019-07-01"), paid=["USD 860m"])
    case.when(retracted("repair")).then_both(AT, by("2019-07-01"), paid=["USD 800m"])


def test_a_repair_of_our_copy_of_news_holds_from_the_day_of_the_news() -> None:
    news = corrected("payment", amount="USD 850m", reason="new-information")
    dated = said(news.event, **{**news.fields, "id": "news", "asserted": "2020-03-01"})
    case = deal(dated, corrected("news", set={"amount": "USD 860m"}))
    case.then_both(AT, by("2020-02-29"), paid=["USD 800m"]).then_both(AT, by("2020-03-01"), paid=["USD 860m"])


def test_a_day_that_we_had_copied_wrongly_is_read_as_it_should_have_been() -> None:
    late = deal(corrected("payment", asserted="2019-09-01"))
    late.then_both(AT, by("2019-08-31"), paid=[]).then_both(AT, by("2019-09-01"), paid=["USD 800m"])
    early = deal(corrected("payment", asserted="2019-06-15"))
    early.then_both(AT, by("2019-06-14"), paid=[]).then_both(AT, by("2019-06-15"), paid=["USD 800m"])


def test_a_day_is_read_as_it_should_have_been_among_other_repairs() -> None:
    case = deal(corrected("payment", amount="USD 850m"), corrected("payment", asserted="2019-09-01"))
    case.then_both(AT, by("2019-08-31"), paid=[]).then_both(AT, by("2019-09-01"), paid=["USD 850m"])


def test_a_correction_of_the_day_that_was_taken_back_changes_nothing() -> None:
    case = deal(corrected("payment", asserted="2019-09-01", id="repair"), retracted("repair"))
    case.then_both(AT, by("2019-07-01"), paid=["USD 800m"])


def test_a_source_that_says_it_had_been_silent_longer_is_news() -> None:
    case = deal(corrected("payment", asserted="2019-06-15", reason="source-error"))
    case.then_both(AT, by("2019-06-30"), paid=[]).then_both(AT, by("2019-07-01"), paid=["USD 800m"])


def test_a_resolution_and_a_dispute_are_known_from_their_own_day() -> None:
    case = deal(
        paid("USD 850m", tranche=1, id="other", source="tass", asserted="2019-08-01"),
        resolved("payment", "other", asserted="2020-03-01"),
        said("disputed", target="payment", asserted="2020-04-01"),
    )
    case.then_both(AT, by("2020-02-29"), paid=["USD 850m"]).then_both(AT, by("2020-03-01"), paid=["USD 800m"])
    assert [finding.code for finding in case.findings(AT, by("2020-03-31"))] == []
    assert [finding.code for finding in case.findings(AT, by("2020-04-01"))] == ["disputed"]
