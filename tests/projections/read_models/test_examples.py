"""What the two examples tell: the article of 12 November 2021, and the longer story of the same deal."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger, View
from tests.application.book import DEAL, FRAMEWORK, SUMMIT

TWO_PLUS_TWO = "engagement/india-russia-2-plus-2-1"


def by_asserted(ledger: Ledger, at: str, known: str) -> View:
    """A view by when the sources spoke."""
    return ledger.at(at, known, "asserted")


def deal(view: View) -> dict[str, Any]:
    """The row of India's deal in words, without what is empty."""
    (row,) = view.deals(deal="india-s400")
    return {name: words for name, words in row.to_words().items() if words}


# the article alone


def test_nothing_is_told_of_the_deal_before_the_month_of_the_contract(seed: Ledger) -> None:
    view = seed.at("2018-09-30")
    assert [row.deal for row in view.deals(buyer="IND")] == []
    assert (view.deal("india-s400").certain, view.deal("india-s400").possible) == (None, None)


@pytest.mark.parametrize(("at", "stages"), [("2018-10-15", (None, "signed")), ("2018-10-31", ("signed", "signed"))])
def test_the_signature_is_possible_within_its_month_and_certain_after_it(at: str, stages: Any, seed: Ledger) -> None:
    (row,) = seed.at(at).deals(deal="india-s400")
    assert (row.stage, row.possible_stage) == stages
    assert [str(row.value), str(row.signed_on)] == ["~USD 5bn", "2018-10"]


@pytest.mark.parametrize(
    ("at", "paid", "possible"),
    [("2018-12-31", [], []), ("2019-06-30", [], ["~USD 800m"]), ("2019-12-31", ["~USD 800m"], ["~USD 800m"])],
)
def test_the_first_tranche_is_paid_some_time_in_2019(at: str, paid: Any, possible: Any, seed: Ledger) -> None:
    (row,) = seed.at(at).deals(deal="india-s400")
    assert ([str(amount) for amount in row.paid], [str(amount) for amount in row.possible_paid]) == (paid, possible)
    assert [payment.certain for payment in seed.at(at).payments()] == [bool(paid)] * len(possible)


def test_by_the_day_of_the_article_nothing_is_delivered_and_a_threat_stands(seed: Ledger) -> None:
    view = seed.at("2021-11-12")
    assert deal(view) == {
        "deal": "india-s400",
        "supplier": "RUS",
        "buyer": "IND",
        "items": "S-400 Triumf",
        "stage": "signed",
        "possible_stage": "signed",
        "value": "~USD 5bn",
        "ordered": "5 units",
        "paid": "~USD 800m",
        "possible_paid": "~USD 800m",
        "paid_undisclosed": "0",
        "signed_on": "2018-10",
        "sanctions": "USA: threatened",
    }
    assert [(row.tranche, row.status, str(row.expected)) for row in view.deliveries()] == [
        (1, "expected", "../2021-12-15~")
    ]
    assert len(view.findings()) == 0
    lines = [(row.deal, row.by, row.against, row.basis, row.status) for row in view.sanctions()]
    assert lines == [
        ("india-s400", "USA", "IND", "CAATSA", "threatened"),
        ("turkey-s400", "USA", "TUR", None, "imposed"),
    ]


def test_what_the_article_expected_is_pending_on_its_day_and_overdue_later(seed: Ledger) -> None:
    assert {row.outcome for row in seed.at("2021-11-12").expectations()} == {"pending"}
    assert len(seed.at("2021-11-12").expectations()) == 8
    later = {(row.stream, str(row.due)): row.outcome for row in seed.at("2022-01-01").expectations()}
    assert later == {
        (DEAL, "../2021-12-15~"): "overdue",
        (DEAL, "2021-11-12/2021-12-31"): "overdue",
        (DEAL, "2021-11-12/.."): "pending",
        (TWO_PLUS_TWO, "2021-11-12/2021-12-14"): "overdue",
        (SUMMIT, "2021-12-08/2021-12-14"): "overdue",
        (FRAMEWORK, "2021-12-08/2021-12-14"): "overdue",
    }
    assert len(seed.at("2022-01-01").expectations(overdue=True)) == 7
    assert len(seed.at("2021-11-11").expectations()) == 0


def test_the_meetings_that_the_article_tells_of(seed: Ledger) -> None:
    rows = {row.engagement: (row.status, row.format, row.place) for row in seed.at("2021-11-12").engagements()}
    assert rows == {
        "delhi-regional-security-dialogue-2021": ("held", "dialogue", "Delhi"),
        "india-russia-2-plus-2-1": ("expected", "2+2", "Moscow"),
        "india-russia-annual-summit-21": ("postponed", "summit", None),
        "lavrov-visit-to-india-2021-04": ("held", "visit", "India"),
        "modi-putin-call-on-afghanistan": ("held", "call", None),
        "patrushev-visit-to-india-2021-09": ("held", "visit", "India"),
    }
    (dialogue,) = seed.at("2021-11-12").engagements(format="dialogue")
    assert dialogue.participants == ("IND", "RUS", "IRN", "KAZ", "KGZ", "TJK", "TKM", "UZB")
    (summit,) = seed.at("2021-11-11").engagements(status="postponed")
    assert (summit.reason, summit.expected) == ("COVID-19 pandemic", None)


def test_the_one_source_of_the_article_is_cited_for_every_entry(seed: Ledger) -> None:
    (row,) = seed.at().sources()
    assert (row.source, row.reliability, row.cited) == ("theprint-2021-11-12", "C", 20)
    assert {line.source for line in seed.log()} == {None, "theprint-2021-11-12"}


def test_nothing_of_the_article_was_known_the_day_before(seed: Ledger) -> None:
    view = by_asserted(seed, "2021-11-12", "2021-11-11")
    for table in (view.deals, view.payments, view.sanctions, view.expectations, view.engagements, view.log):
        assert len(table()) == 0


# the longer story


def test_what_was_believed_of_the_deal_when_it_was_signed(story: Ledger) -> None:
    view = by_asserted(story, "2018-12-31", "2018-12-31")
    row = deal(view)
    assert (row["value"], row["ordered"], row["signed_on"]) == ("USD 5.43bn", "5 regiments", "2018-10-05")
    assert "supplier" not in row  # who supplies whom, only a source of 2019 tells
    assert "sanctions" not in row
    assert [(line.what, line.outcome) for line in view.expectations()] == [
        ("tranche-paid tranche=1", "pending"),
        ("delivery-begun", "pending"),
    ]


def test_four_reports_of_one_payment_are_never_added_up(story: Ledger) -> None:
    (payment, delay) = story.at().payments()
    assert (payment.status, delay.status) == ("paid", "delayed")
    assert (str(payment.amount), payment.currency, payment.approximate) == ("800000000", "USD", True)
    assert (str(payment.on), payment.contested, len(payment.entries)) == ("2019-09~", ("on", "amount"), 4)
    for known, amount in (("2019-11-14", "INR 60bn"), ("2019-11-15", "USD 850m"), ("2021-11-12", "~USD 800m")):
        assert deal(by_asserted(story, "2021-12-31", known))["paid"] == amount


def test_two_officials_differ_on_when_the_delivery_began(story: Ledger) -> None:
    (row,) = story.at("2021-12-31").deliveries(status="begun")
    assert (row.status, row.tranche, str(row.on), row.contested) == ("begun", 1, "2021-12", ("on",))
    assert row.sources == ("al-mayadeen-2021-12-06", "livemint-2021-11-14")
    (row,) = by_asserted(story, "2021-12-31", "2021-11-30").deliveries(status="begun")
    assert (str(row.on), row.contested) == ("2021-11", ())
    batches = ["begun", "begun", "completed", "expected", "expected"]
    assert [row.status for row in story.at().deliveries()] == batches


def test_what_became_of_the_articles_expectations(story: Ledger) -> None:
    rows = story.at("2026-12-01").expectations(source="theprint-2021-11-12")
    outcomes = {(row.stream, row.what): (row.outcome, row.possible_outcome, str(row.met_on)) for row in rows}
    assert outcomes[DEAL, "delivered tranche=1"] == ("overdue", "overdue", "None")
    assert outcomes[DEAL, "delivery-begun"] == ("met", "met", "2021-12")
    assert outcomes[DEAL, "sanction-imposed"] == ("pending", "pending", "None")
    assert outcomes[SUMMIT, "held edition=21 format=summit"] == ("met-early", "met-early", "2021-12-06")
    assert outcomes[TWO_PLUS_TWO, "held format=2+2 place=Moscow"] == ("overdue", "overdue", "None")
    assert outcomes[FRAMEWORK, "renewed"] == ("met-early", "met-early", "2021-12-06")


def test_the_forecasts_of_the_first_delivery_and_what_came_of_them(story: Ledger) -> None:
    rows = story.at("2022-01-01").expectations(stream=DEAL).where(lambda row: row.what.startswith("delivery-begun"))
    assert [(str(row.due), row.outcome) for row in rows] == [
        ("2020-10/2020-12", "met-late"),
        ("2021-09", "met-late"),
        ("2021-03/2021-05", "met-late"),
        ("../2021-12", "met"),
        ("2021-11-12/2021-12-31", "met"),
    ]
    before = story.at("2021-10-01").expectations(stream=DEAL, what="delivery-begun")
    assert [(str(row.due), row.outcome) for row in before] == [
        ("2020-10/2020-12", "overdue"),
        ("2021-09", "overdue"),
        ("2021-03/2021-05", "overdue"),
        ("../2021-12", "pending"),
    ]


def test_the_false_report_of_a_waiver_was_possible_until_it_was_taken_back(story: Ledger) -> None:
    lines = {
        known: (row.status, row.possible_status)
        for known in ("2021-11-12", "2025-10-31", "2025-11-30", "2026-12-01")
        for row in by_asserted(story, "2026-12-01", known).sanctions(deal="india-s400")
    }
    assert lines == {
        "2021-11-12": ("threatened", "threatened"),
        "2025-10-31": ("threatened", "threatened"),
        "2025-11-30": ("threatened", "waived"),
        "2026-12-01": ("threatened", "threatened"),
    }
    (row,) = story.log(event="waiver-granted")
    assert row.retracted_by == f"{DEAL}@45"


def test_the_summit_and_the_programme_as_they_came_to_be(story: Ledger) -> None:
    held = {row.engagement: (str(row.held_on), row.place) for row in story.at().engagements(status="held")}
    assert held["india-russia-annual-summit-21"] == held["india-russia-2-plus-2-1"] == ("2021-12-06", "New Delhi")
    programme, relos = story.at().frameworks()
    assert (programme.status, str(programme.until), str(programme.renewed_on)) == ("in-force", "2031", "2021-12-06")
    assert (relos.status, relos.expected) == ("expected", ("signed ../2021-12: overdue",))
    assert [row.status for row in by_asserted(story, "2021-12-31", "2021-11-12").frameworks()] == ["expected"] * 2


def test_where_sources_differ_the_findings_say_so_with_the_deciding_rule(story: Ledger) -> None:
    rows = story.at().findings(stream=DEAL, code="contested")
    assert [(row.field, row.rule) for row in rows] == [
        ("on", "reliability"),
        ("value", "reliability"),
        ("quantity", "reliability"),
        ("on", "reliability"),
        ("amount", "asserted"),
        ("on", "reliability"),
    ]
    assert {row.severity for row in story.at().findings()} == {"warning"}


def test_the_grades_of_the_longer_story(story: Ledger) -> None:
    rows = {row.source: (row.reliability, row.cited) for row in story.at().sources()}
    assert len(rows) == 34
    assert rows["theprint-2021-11-12"] == ("C", 20)
    assert rows["armsledger-editors"] == (None, 1)
    assert rows["ndtv-2018-10-05"] == ("A", 1)
    assert sum(cited for _, cited in rows.values()) == 105 - 34
