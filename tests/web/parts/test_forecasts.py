"""The forecasts: the open ones first, then all of them with what became of each, and whose came true."""

from __future__ import annotations

from armsledger import Ledger
from armsledger.web.parts.forecasts import Forecasts
from armsledger.web.steps import one_standpoint
from tests.application.book import DEAL, book, delivered, expected, opened
from tests.web.standpoints import signed, standpoint, texts, words

TODAY = "2026-11-29"


def test_what_is_open_still_is_told_first_by_what_is_expected(story: Ledger) -> None:
    told = texts(Forecasts(), standpoint(story, TODAY, None, DEAL))
    assert sorted(text for row, text in told.items() if row.startswith("still-overdue")) == [
        "All delivered: by Apr 2023, Mar to Apr 2021, by Dec 2023 and Dec 2023 to Mar 2024",
        "Batch 1 delivered: by about 15 Dec 2021 and by Dec 2021",
        "Batch 4 delivered: by May 2026 and Jun 2026",
        "Completed: 2025",
    ]
    assert sorted(text for row, text in told.items() if row.startswith("still-pending")) == [
        "Batch 4 delivered: 2026",
        "Batch 5 delivered: 2027 or Nov 2026",
        "Sanctions imposed (threatened): from 12 Nov 2021 on",
    ]
    assert told["begun"] == (
        "2 forecasts count as overdue because they spoke of a batch delivered, "
        "and sources report only that it was begun."
    )


def test_each_forecast_says_who_made_it_and_by_how_much_it_was_late(story: Ledger) -> None:
    part = Forecasts()
    slots = one_standpoint([part], standpoint(story, TODAY, None, DEAL))
    table = part.section(slots).striptags().partition("All forecasts")[2]
    headings = [slots.content(slot).striptags() for slot in slots.of(part) if "heading" in slot]
    assert sorted(headings, key=table.index) == [
        "Tranche 1 paid",
        "First delivery begins",
        "Batch 1 delivered",
        "Batch 4 delivered",
        "Batch 5 delivered",
        "All delivered",
        "Sanctions imposed",
        "Completed",
    ]
    rows = [words(str(slots.content(slot))) for slot in slots.of(part) if "/row-" in slot]
    assert (
        "5 Oct 2018 | Indian Air Force | B2 | Oct to Dec 2020 | came true late | "
        "335 to 365 days late, Dec 2021 [20][37] |"
    ) in rows
    assert (
        "12 Nov 2021 | ThePrint, nobody named | C3 | by about 15 Dec 2021 | overdue | since 16 Dec 2021 [6] |"
    ) in rows


def test_forecasts_that_were_stated_later_do_not_count(story: Ledger) -> None:
    told = texts(Forecasts(), standpoint(story, "2018-12-31", None, DEAL))
    assert len([row for row in told if row.startswith("row-")]) == 2


def test_the_forecasts_of_one_speaker_stand_together(story: Ledger) -> None:
    part = Forecasts()
    slots = one_standpoint([part], standpoint(story, TODAY, None, DEAL))
    scores = [str(slots.content(slot)) for slot in slots.of(part) if "/score-" in slot]
    assert (
        '<span role="img" aria-label="1 late, 2 overdue, 1 open"><span class="sq late"></span>'
        '<span class="sq overdue"></span>'
        '<span class="sq overdue"></span><span class="sq open"></span></span>Government of India'
    ) in scores


def test_a_quantity_that_came_in_part_is_told_with_what_is_missing() -> None:
    entries = [
        signed(quantity="36 aircraft"),
        expected(
            "delivered", "../2021-06-30", quantity="36 aircraft", so_far=True, asserted="2020-01-01", holder="the maker"
        ),
        delivered("32 aircraft"),
    ]
    with book(opened(), *entries) as ledger:
        told = texts(Forecasts(), standpoint(ledger, "2021-12-31"))
        assert [text for row, text in told.items() if row.startswith("row-")] == [
            "1 Jan 2020 | The maker | B | 36 aircraft in all, by 30 Jun 2021 | overdue in part | "
            "4 aircraft missing, since 1 Jul 2021 [3] |"
        ]
