"""Overviews: the figures of a small ledger, counted by hand, and what filters choose."""

from __future__ import annotations

from armsledger import Ledger
from armsledger.application.pictures.overview import Overview
from tests.application.book import book, delivered, entry, expected, opened

DAY = "2021-11-30"


def signed(stream: str, on: str = "2019-03-01", quantity: str = "4 ships") -> dict[str, object]:
    """A contract is signed."""
    return entry(stream, "contract-signed", on=on, quantity=quantity)


def deal(key: str, supplier: str, buyer: str) -> dict[str, object]:
    """A deal is taken up."""
    return opened(f"deal/{key}", supplier=supplier, buyer=buyer, id=key)


def small_ledger() -> Ledger:
    """Six deals, of which two are certainly in force, one of these twice told, and one possibly."""
    return book(
        deal("late", "RUS", "IND"),
        signed("deal/late"),
        expected("delivered", "2020", "deal/late"),
        entry("deal/late", "sanction-threat-raised", on="2021-01-05", by="USA", against="IND", basis="CAATSA"),
        deal("coming", "FRA", "IND"),
        signed("deal/coming"),
        delivered("1 ship", "deal/coming"),
        expected("delivery-completed", "2023", "deal/coming"),
        deal("coming-again", "FRA", "IND"),
        signed("deal/coming-again"),
        entry("deal/coming-again", "linked", on="2019-03-01", relation="same-deal-as", to="deal/coming"),
        deal("talks", "USA", "POL"),
        deal("perhaps", "RUS", "TUR"),
        signed("deal/perhaps", on="2021-11/2021-12"),
        deal("cancelled", "FRA", "EGY"),
        signed("deal/cancelled"),
        entry("deal/cancelled", "cancelled", on="2020-05-01"),
        entry("engagement/summit", "held", on="2021-12-06", participants=["IND", "RUS"], source="paper"),
        entry("engagement/other", "held", on="2021-10-06", participants=["POL", "USA"], source="rumour"),
    )


def test_figures_count_what_is_certain_and_tell_apart_what_is_possible() -> None:
    with small_ledger() as ledger:
        figures = Overview(ledger.at(DAY)).figures
    assert figures.deals == 6
    assert figures.in_force == 2  # late; coming, which two streams tell of
    assert figures.perhaps_in_force == 1
    assert figures.perhaps_over == 0
    assert (figures.delivering, figures.signed) == (1, 2)
    assert (figures.overdue, figures.overdue_streams) == (1, 1)
    assert (figures.coming, figures.coming_streams) == (1, 1)
    assert (dict(figures.sanctions), figures.sanctioned) == ({"threatened": 1}, 1)


def test_a_forecast_is_overdue_from_the_day_after_its_window() -> None:
    with small_ledger() as ledger:
        in_time, late = (Overview(ledger.at(day)) for day in ("2023-12-31", "2024-01-01"))
        assert [row.stream for row in in_time.coming] == ["deal/coming"]
        assert [row.stream for row in in_time.overdue] == ["deal/late"]
        assert [row.stream for row in late.overdue] == ["deal/late", "deal/coming"]
        assert late.coming == []


def test_filters_choose_deals_and_what_belongs_to_them() -> None:
    with small_ledger() as ledger:
        russian = Overview(ledger.at("2021-12-31"), {"supplier": "Russia"})
        assert sorted(row.deal for row in russian.deals) == ["late", "perhaps"]
        assert russian.streams == {"deal/late", "deal/perhaps", "engagement/summit"}
        assert {row.source: row.cited for row in russian.sources} == {"wire": 6, "paper": 1}
        assert [row.engagement for row in russian.engagements] == ["summit"]
        assert [row.stream for row in russian.expectations] == ["deal/late"]
        assert russian.parties == {"IND": (0, 1), "RUS": (2, 0), "TUR": (0, 1)}


def test_what_a_belief_does_not_know_has_no_stream() -> None:
    with small_ledger() as ledger:
        before = Overview(ledger.at(known="2021-11-15", known_by="asserted"))
        assert "engagement/summit" not in before.streams
        assert "engagement/summit" in Overview(ledger.at()).streams
