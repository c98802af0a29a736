"""Where sources disagree: what is contested at a day and a belief, what decided it, and what else does not fit."""

from __future__ import annotations

import pytest

from armsledger import Ledger
from armsledger.web.parts.disagreements import Disagreements
from tests.application.book import DEAL, book, delivered, entry, opened, paid
from tests.web.parts.shown import html_of, text_of

OPENED = ("When it was opened", "B before C", "2015", "Oct 2018")
WORTH = ("What it is worth", "A before C", "USD 5.43bn", "~USD 5bn")
ORDERED = ("How much was ordered", "several units", "5 regiments", "5 units")
PAID_WHEN = ("When tranche 1 was paid", "B before C", "about Sep 2019", "Oct to Nov 2019")
PAID = ("How large tranche 1 was", "12 Nov 2021 after 15 Nov 2019", "~USD 800m", "USD 850m", "INR 60bn")
BEGUN = ("When delivery of batch 1 began", "A before B", "Dec 2021", "Nov 2021")


@pytest.mark.parametrize(
    ("at", "known", "cards"),
    [
        ("2018-12-31", "2018-12-31", []),  # so far each field has one source
        ("2021-11-12", "2021-11-12", [OPENED, WORTH, ORDERED, PAID_WHEN, PAID]),
        ("2021-12-31", "2021-11-23", [OPENED, WORTH, ORDERED, PAID_WHEN, PAID]),
        ("2026-11-30", None, [OPENED, (*WORTH, "INR 390bn"), ORDERED, PAID_WHEN, PAID, BEGUN]),
    ],
)
def test_what_is_contested_of_the_s400(story: Ledger, at: str, known: str | None, cards: list[tuple[str, ...]]) -> None:
    told = text_of(Disagreements, story, DEAL, at, known=known)
    shown = [text for slot, text in sorted(told.items()) if slot.startswith("disagreements/dispute")]
    assert len(shown) == len(cards)
    if cards:
        assert told["disagreements/count"].startswith(f"{len(cards) - 1} fields are contested. ")
        assert "1 field more is told in several units or currencies." in told["disagreements/count"]
    for text, (title, *values) in zip(shown, cards, strict=True):
        assert text.startswith(title)
        places = [text.find(value) for value in values]
        assert places == sorted(places), f"{values} stand in this order in {text}"
        assert -1 not in places


def test_a_resolution_decides_and_then_nothing_is_contested() -> None:
    rivals = (paid("USD 800m", tranche=1, id="a"), paid("USD 850m", tranche=1, source="paper", id="b"))
    resolved = entry("deal/x", "resolved", preferred="b", over=["a"], asserted="2022-01-10", reason="The bank says so")
    ledger = book(opened(), *rivals, resolved)
    before = text_of(Disagreements, ledger, "deal/x", "2022-06-01", known="2021-12-31")
    assert "Taken USD 800m B Wire" in before["disagreements/dispute/000"].replace("B6", "B")
    after = text_of(Disagreements, ledger, "deal/x", "2022-06-01")
    assert after == {"disagreements/count": "No two sources that are known contradict each other."}


def test_what_else_does_not_fit_says_what_would_answer_it() -> None:
    ledger = book(opened(), delivered("3 tanks"), delivered("3 tanks", source="paper", on="2021-06-05"))
    told = text_of(Disagreements, ledger, "deal/x", "2022-06-01")
    assert told["disagreements/count"] == "1 thing to look at."
    finding = told["disagreements/finding/000"]
    assert finding.startswith("Perhaps one and the same")
    assert finding.endswith("What would answer it: a word that they are the same, or that they are two.")
    assert 'href="#e2"' in html_of(Disagreements, ledger, "deal/x", "2022-06-01")["disagreements/finding/000"]
