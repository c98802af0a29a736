"""The fields on which sources differ: what each says, how good its word is, and the rule that decided."""

from __future__ import annotations

from datetime import date

from armsledger.domain.states.course import Course
from armsledger.domain.states.disputes import OTHER_CURRENCY, OTHER_UNIT, Dispute, disputes
from armsledger.domain.states.stream_day import StreamDay
from tests.domain.specification import Case, given
from tests.domain.words import delivered, opened, paid, resolved, signed


def disputed(case: Case, at: str = "2026-01-01") -> tuple[Dispute, ...]:
    """The disputes at a day."""
    return disputes(StreamDay(Course(str(case.stream), case.belief()), date.fromisoformat(at)))


def told(case: Case) -> list[tuple[str, str, list[str]]]:
    """The field, the rule and what is said of each dispute."""
    return [(one.field, one.rule, [stated.says for stated in one.statements]) for one in disputed(case)]


NDTV = signed(value="USD 5.43bn", quantity="5 regiments", source="hindu", credibility=1, asserted="2018-10-05")
REGISTER = signed(id="register", value="INR 390bn", quantity=None, source="sipri", asserted="2024-03-18")
QUOTED = {"quote": "USD 5 billion deal", "attribution": {"speaker": "an official", "anonymous": True}}
ARTICLE = signed(id="article", value="~USD 5bn", quantity="5 units", asserted="2021-11-12", credibility=2, **QUOTED)


def test_rivals_in_one_currency_are_told_apart_from_sums_in_another() -> None:
    case = given(opened(), NDTV, REGISTER, ARTICLE, grades={"hindu": "A", "sipri": "B", "theprint": "C"})
    assert told(case) == [
        ("value", "reliability", ["USD 5.43bn", "~USD 5bn"]),
        ("value", OTHER_CURRENCY, ["USD 5.43bn", "INR 390bn"]),
        ("quantity", OTHER_UNIT, ["5 regiments", "5 units"]),
    ]
    assert [one.is_comparable for one in disputed(case)] == [True, False, False]


def test_each_statement_comes_with_its_grade_its_words_and_who_is_quoted() -> None:
    case = given(opened(), NDTV, ARTICLE, grades={"hindu": "A", "theprint": "C"})
    _, rival = disputed(case)[0].statements
    assert (rival.entry, rival.source, rival.reliability, rival.credibility) == (
        "deal/india-s400@3",
        "theprint",
        "C",
        2,
    )
    assert (rival.quote, str(rival.attribution), str(rival.asserted)) == (
        "USD 5 billion deal",
        "an official (anonymous)",
        "2021-11-12",
    )


def test_a_dispute_names_the_fields_of_the_state_that_it_concerns() -> None:
    story = (
        *(signed(id="other", on="2017", value="USD 4bn", source="tass"), signed()),
        *(paid("USD 1bn", tranche=1, id="one"), paid("USD 2bn", tranche=1, source="tass", id="two")),
        *(delivered("1 unit", tranche=1, id="three"), delivered("2 units", tranche=1, source="tass", id="four")),
    )
    concerned = {(one.event, one.field): one.state_fields for one in disputed(given(opened(), *story))}
    assert concerned == {
        ("contract-signed", "on"): ("signed_on",),
        ("contract-signed", "value"): ("value",),
        ("tranche-paid", "amount"): ("paid",),
        ("delivered", "quantity"): ("delivered",),
    }


def test_between_equals_the_later_word_decides_and_a_resolution_settles_it() -> None:
    rivals = (
        paid("USD 1bn", tranche=1, id="early", source="tass", asserted="2020-01-01"),
        paid("USD 2bn", tranche=1, id="late", asserted="2020-02-01"),
    )
    assert told(given(opened(), *rivals)) == [("amount", "asserted", ["USD 2bn", "USD 1bn"])]
    assert disputed(given(opened(), *rivals))[0].statements[0].credibility is None  # nobody gave one
    assert told(given(opened(), *rivals, resolved("early", "late"))) == []


def test_nothing_is_in_dispute_before_it_can_have_happened() -> None:
    case = given(opened(on="2015"), NDTV, ARTICLE)
    assert disputed(case, "2018-10-04") == ()
    first, second = disputed(case, "2019-01-01"), disputed(case, "2020-01-01")
    assert first
    assert hash(first) == hash(second)
