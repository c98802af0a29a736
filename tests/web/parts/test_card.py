"""The state card: every row with its entries, what is contested, and what is only possible."""

from __future__ import annotations

from armsledger import Ledger
from armsledger.web.parts.card import Card
from armsledger.web.parts.plain_card import PlainCard
from armsledger.web.parts.said import Said
from tests.application.book import DEAL, FRAMEWORK, SUMMIT, book, entry, opened
from tests.web.standpoints import shown, signed, standpoint, texts

TODAY = "2026-11-29"


def test_the_card_of_the_s400_names_the_entries_behind_each_row(story: Ledger) -> None:
    told = texts(Card(), standpoint(story, TODAY, None, DEAL))
    assert {row: text for row, text in told.items() if not row.startswith("bar-")} == {
        "10-parties": "Parties: Russia → India[9][1]",
        "11-goods": "Goods: S-400 Triumf (SAM system)[9][1]",
        "12-value": "Value: USD 5.43bn[12] / ≠ contested also ~USD 5bn[2] / "
        "In another currency, never converted: INR 390bn[13]",
        "13-signed": "Signed: 5 Oct 2018[12][13][2]",
        "20-before": "Before that: Intergovernmental agreement (IGA), Goa, 15 Oct 2016[10] / "
        "Approved by Cabinet Committee on Security, about 26 Sep 2018[11]",
        "32-payment": "Payment: Route agreed[15]",
        "39-reaffirmed": "Reaffirmed: India and Russia[5]",
        "50-sanctions": "Sanctions: Threatened by the United States under CAATSA; "
        "the United States has made no determination[3][42] / "
        "Law: US Congress: CAATSA (P.L. 115-44) / Law: US Congress: FY19 NDAA, section 1294[40][41]",
        "tally/0met": "2 met",
        "tally/1late": "4 met late",
        "tally/2overdue": "9 overdue",
        "tally/3open": "5 open",
    }


def test_terms_are_told_in_words() -> None:
    entries = [
        signed(mode="lease", until="2029", quantity="1 submarine", reference="7/2018"),
        entry("deal/x", "option-agreed", on="2018-10-06", option="second", quantity="1 submarine", until="2022"),
        entry("deal/x", "financing-agreed", on="2019", lender="RUS", share="85"),
        entry("deal/x", "licence-granted", on="2019-02", authority="DEU", scope="engines", until="2023-12"),
        entry("deal/x", "industrial-arrangement-agreed", on="2019", form="offset", share="30", partner="org:HAL"),
        entry("deal/x", "claim-filed", on="2020", by="IND", against="RUS", forum="ICC", amount="USD 4bn"),
    ]
    with book(opened(), *entries) as ledger:
        told = texts(Card(), standpoint(ledger, "2021-06-01"))
        assert {row: told[row] for row in told if row[:1] == "3"} == {
            "30-terms": "Terms: Lease / Reference: 7/2018 / Until 2029[2]",
            "31-options": "Options: second, one submarine, open, until 2022[3]",
            "32-payment": "Payment: Financed by Russia, 85 per cent[4]",
            "33-industry": "Industry: Offset: 30 per cent, with HAL[6]",
            "34-licences": "Licences: Granted by Germany (engines), until Dec 2023[5]",
            "38-claims": "Claims: India against Russia (ICC): filed, USD 4bn claimed, since 2020[7]",
        }


def test_what_was_approved_after_the_contract_does_not_stand_before_it() -> None:
    approvals = [entry("deal/x", "approval-granted", on=on, authority="USA") for on in ("2018-02", "2020-05")]
    with book(opened(), signed(), *approvals) as ledger:
        told = texts(Card(), standpoint(ledger, TODAY))
        assert (told["20-before"], told["22-since"]) == (
            "Before that: Approved by the United States, Feb 2018[3]",
            "Since then: Approved by the United States, May 2020[4]",
        )


def test_what_a_claim_alone_says_is_marked_as_possible() -> None:
    with book(opened(), signed(value="USD 2bn", status="claim", source="rumour", asserted="2021-11-25")) as ledger:
        told = shown(Card(), standpoint(ledger, "2021-12-01"))
        assert told["card/12-value"] == (
            '<dt>Value</dt><dd><span class="maybe">possible</span> <span class="big num">USD 2bn</span>'
            '<a class="r" href="#e2">2</a></dd>'
        )
        assert '<span class="maybe">possible</span> 5 Oct 2018' in told["card/13-signed"]


def test_the_card_of_a_meeting_says_when_it_was_put_off_and_held(story: Ledger) -> None:
    told = texts(PlainCard(), standpoint(story, TODAY, None, SUMMIT))
    assert (told["04-held_on"], told["50-steps"]) == (
        "Held: 6 Dec 2021[9]",
        "Before that: Put off (Covid-19), 23 Dec 2020[6][1]",
    )


def test_the_card_of_a_framework_says_how_long_it_holds(story: Ledger) -> None:
    told = texts(PlainCard(), standpoint(story, TODAY, None, FRAMEWORK))
    assert (told["03-until"], told["50-steps"]) == ("Until: 2031[2]", "Renewals: Renewed until 2031, 6 Dec 2021[2]")


def test_the_page_of_a_source_tells_what_it_said_and_what_became_of_it(story: Ledger) -> None:
    seen = standpoint(story, TODAY, None, "source/theprint-2021-11-12")
    assert texts(PlainCard(), seen)["50-steps"] == "Grade: C, fairly reliable, 12 Nov 2021[1]"
    said = texts(Said(), seen)
    assert said["count"] == "20 statements about 9 streams. Of 8 forecasts, 3 came true, 4 are overdue and 1 is open."
    first = min(row for row in said if row.startswith("row-"))
    assert said[first] == (
        "deal/india-s400@1 | opened Russia to India, S-400 Triumf (SAM system) / S-400 air defence missile systems | "
        "Oct 2018 | |"
    )
