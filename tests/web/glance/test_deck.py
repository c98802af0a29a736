"""The first sentences about a deal: written by hand from what its sources say, before the page was asked."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.web.glance.outcomes import Tally
from armsledger.web.parts.head import Head
from tests.application.book import DEAL, book, delivered, entry, expected, opened
from tests.web.standpoints import deck, signed, standpoint, texts

NUMBER = "no source gives the price"


@pytest.mark.parametrize(
    ("at", "known", "words"),
    [
        (
            "2021-11-12",
            "2021-11-12",
            "Five regiments, ordered on 5 Oct 2018 for USD 5.43bn, a sum that sources dispute. "
            "No source reports a delivery. Of 12 forecasts, 1 came true late, 4 are overdue and 7 are open.",
        ),
        (
            "2021-12-31",
            "2021-11-23",
            "Five regiments, ordered on 5 Oct 2018 for USD 5.43bn, a sum that sources dispute. "
            "Deliveries began in Nov 2021. Of 12 forecasts, 5 came true (4 of them late), 2 are overdue, 4 are open "
            "and 1 is undecided.",
        ),
        (
            "2026-11-29",
            None,
            "Five regiments, ordered on 5 Oct 2018 for USD 5.43bn, a sum that sources dispute. "
            "Deliveries began in Dec 2021; by another account, in Nov 2021. "
            "Of 20 forecasts, 6 came true (4 of them late), 9 are overdue and 5 are open.",
        ),
        ("2018-01-01", None, "S-400 Triumf: agreed on 15 Oct 2016; no contract is known."),
        (
            "2015-06-30",
            None,
            "Nothing is certain yet: talks on S-400 Triumf may have begun in 2015 (by another account in Oct 2018).",
        ),
        ("2014-12-31", None, "Nothing of it had begun by then."),
        ("2026-11-29", "2015-01-01", "No source had spoken of it by then."),
    ],
)
def test_the_story_of_the_s400_is_told_as_it_was_known(story: Ledger, at: str, known: str | None, words: str) -> None:
    assert deck(story, at, known, DEAL) == words


def test_the_title_is_a_belief_too(story: Ledger) -> None:
    def title(known: str | None) -> str:
        return texts(Head(), standpoint(story, "2026-11-29", known, DEAL))["title"]

    assert (title(None), title("2015-01-01")) == ("Russia to India: S-400 Triumf", "india-s400")


@pytest.mark.parametrize(
    ("entries", "at", "words"),
    [
        pytest.param(
            [
                signed(on="2021", quantity="11 launchers", value="USD 100m"),
                entry("deal/x", "amended", on="../2021-08-31", quantity="29 launchers"),
            ],
            "2021-06-30",
            "Goods that no source names: in prospect since 1 Jan 2018. "
            "A contract for 29 launchers may have been signed in 2021 for USD 100m.",
            id="a contract of some day of the year",
        ),
        pytest.param(
            [
                signed(on="2019", quantity="11 launchers", value="USD 100m"),
                entry("deal/x", "amended", on="2020", quantity="29 launchers"),
            ],
            "2020-06-30",
            "Eleven launchers (possibly 29 launchers), ordered in 2019 for USD 100m. No source reports a delivery.",
            id="an amendment that may have come",
        ),
        pytest.param(
            [
                signed(on="2014-01-05"),
                entry("deal/x", "suspended", on="2015-03", by="IND"),
                *[entry("deal/x", "resumed", on="2015")],
            ],
            "2015-04-30",
            "Goods that no source names, ordered on 5 Jan 2014; no source gives the number or the price. "
            "No source reports a delivery. India put it on hold in Mar 2015; it may have gone on since.",
            id="on hold",
        ),
        pytest.param(
            [
                signed(on="2019-01-01", quantity="24 aircraft"),
                expected("delivered", "../2025", asserted="2020-01-01"),
                delivered("0 aircraft", on="2021-10-31", so_far=True),
            ],
            "2024-06-30",
            f"24 aircraft, ordered on 1 Jan 2019; {NUMBER}. None had come by 31 Oct 2021, a source says. "
            "The only forecast is open.",
            id="none so far",
        ),
        pytest.param(
            [signed(on="2018-01-01", quantity="20-24 aircraft", value="EUR 6.5bn-7bn"), delivered("20 aircraft")],
            "2022-01-01",
            "20 to 24 aircraft, ordered on 1 Jan 2018 for EUR 6.5bn to 7bn. "
            "Deliveries began on 1 Jun 2021; 20 of 20 to 24 are delivered.",
            id="ranges",
        ),
        pytest.param(
            [
                signed(quantity="180 tanks"),
                delivered("10 tanks", on="2021-09-05"),
                delivered("10 tanks", on="2021-09-06", source="paper"),
            ],
            "2022-01-01",
            f"180 tanks, ordered on 5 Oct 2018; {NUMBER}. "
            "Deliveries began on 5 Sep 2021; 10 of 180 are delivered, possibly 20.",
            id="two reports that may be one",
        ),
        pytest.param(
            [
                opened(items=["Su-35"]),
                signed(on="../2020-11-28", status="reported"),
                signed(on="../2020-01-15", quantity="24 aircraft", value="USD 9bn", status="claim", source="rumour"),
            ],
            "2024-06-30",
            "Su-35 (possibly 24 aircraft), ordered by 28 Nov 2020, possibly for USD 9bn. No source reports a delivery.",
            id="a claim makes no number certain",
        ),
        pytest.param(
            [
                signed(on="2011-06-17", value="USD 100m", quantity="2 ships"),
                entry("deal/x", "terminated", on="2015-08-05", by=["RUS", "IND"]),
                expected("delivered", "../2015-12", asserted="2014-01-01"),
            ],
            "2016-12-31",
            "Two ships, ordered on 17 Jun 2011 for USD 100m. No source reports a delivery. "
            "Russia and India terminated it on 5 Aug 2015. The only forecast became moot.",
            id="terminated",
        ),
        pytest.param(
            [
                signed(on="2016-09-23", quantity="36 aircraft", mode="gift"),
                delivered("32 aircraft"),
                delivered("4 aircraft", on="2021-11-10"),
            ],
            "2021-11-11",
            "36 aircraft, given on 23 Sep 2016. All 36 aircraft are delivered.",
            id="a gift, delivered in full",
        ),
        pytest.param(
            [
                entry(
                    "deal/x",
                    "pledged",
                    by="DEU",
                    on="2021-01-25",
                    items=[{"designation": "Leopard 2A6", "quantity": "14 tanks"}],
                ),
                entry(
                    "deal/x",
                    "pledged",
                    by="CAN",
                    on="2021-02-24",
                    items=[{"designation": "Leopard 2A6", "quantity": "4 tanks"}],
                ),
            ],
            "2021-03-01",
            "18 tanks of Leopard 2A6: pledged by Germany and Canada since 25 Jan 2021; no contract is known.",
            id="pledged by two",
        ),
        pytest.param(
            [
                signed(on="2019", quantity="20+ aircraft", source="rumour", asserted="2021-11-25"),
                signed(on="2019", status="denial"),
            ],
            "2021-12-01",
            "Goods that no source names: in prospect since 1 Jan 2018. "
            "A contract for at least 20 aircraft may have been signed in 2019 (a source denies it).",
            id="denied by a better source",
        ),
        pytest.param(
            [entry("deal/x", "sanction-imposed", on="2020-12-14", by="USA", against="IND", basis="CAATSA")],
            "2021-01-01",
            "Goods that no source names: in prospect since 1 Jan 2018; no contract is known. "
            "The United States imposed sanctions on India under CAATSA on 14 Dec 2020.",
            id="sanctions",
        ),
        pytest.param(
            [delivered("up to 50 missiles", on="2018-03-01"), delivered("5 missiles", on="2020-03-01")],
            "2019-01-01",
            "Goods that no source names: in prospect since 1 Jan 2018; no contract is known. "
            "Deliveries may have begun on 1 Mar 2018.",
            id="up to fifty has not certainly begun",
        ),
        pytest.param(
            [delivered("up to 50 missiles", on="2018-03-01"), delivered("5 missiles", on="2020-03-01")],
            "2021-01-01",
            "Goods that no source names: in prospect since 1 Jan 2018; no contract is known. "
            "Deliveries began on 1 Mar 2020; delivered: five missiles, possibly 55.",
            id="deliveries began with the first that is certain",
        ),
    ],
)
def test_every_state_of_a_deal_is_told_as_it_is(entries: list[dict[str, Any]], at: str, words: str) -> None:
    openings = [] if entries[0]["event"] == "opened" else [opened()]
    with book(*openings, *entries) as ledger:
        assert deck(ledger, at) == words


def test_forecasts_alone_are_no_deal() -> None:
    with book(expected("contract-signed", "2022", asserted="2021-11-12")) as ledger:
        assert deck(ledger, "2021-12-31") == (
            "Nothing has happened yet: all that is known are forecasts. The only forecast is open."
        )


def test_what_was_taken_back_is_not_told_of() -> None:
    with book(opened()) as ledger:
        ledger.retract("deal/x@1", reason="source-error", source="wire", asserted="2021-11-12")
        assert deck(ledger, "2021-12-31") == "All that was said of it by then has been taken back."


@pytest.mark.parametrize(
    ("tally", "told"),
    [
        (Tally(met=1), "The only forecast came true."),
        (Tally(met=1, late=1), "Both forecasts came true, one of them late."),
        (Tally(met=3, late=2), "All 5 forecasts came true, two of them late."),
        (Tally(late=2), "Both forecasts came true late."),
        (Tally(met=1, late=1, open=1), "Of 3 forecasts, 2 came true (1 of them late) and 1 is open."),
    ],
)
def test_what_became_of_forecasts_is_told_in_a_sentence(tally: Tally, told: str) -> None:
    assert tally.words() == told
