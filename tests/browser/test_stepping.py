"""Stepping through a page: by keys and by addresses, to the states that the ledger itself tells of."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.domain.values.money import Money
from armsledger.web.page import parts_of
from armsledger.web.steps import one_standpoint
from tests.application.book import DEAL
from tests.browser.addresses import DAY, FILES, Addresses
from tests.browser.chromium import window
from tests.cli.runner import Inside
from tests.web.stepped import text_of

SLOTS = """() => Object.fromEntries(
    [...document.querySelectorAll('[data-slot]')].map(one => [one.dataset.slot, one.innerHTML]))"""
STAGES = {"prospective": "In prospect", "signed": "Contract signed"}
"""The stages that are not called what the ledger calls them."""
DRAWN = ("timeline", "slips", "sums")
NOT_OF_ONE_BELIEF = ("record/leaf", "record/near", "sources/", "sanctions/precedents", *(f"{part}/" for part in DRAWN))
"""Slots that tell of the whole ledger or of the streams beside, or have room for the marks of all beliefs."""
FIRST_DAY, LAST = date(2014, 12, 1), date.fromisoformat(DAY)
FIRST_BELIEF, LAST_BELIEF = date(2016, 10, 15), date(2026, 3, 1)


def standing(page: Page) -> tuple[str, str]:
    """The day and the belief at which a page stands, in its words."""
    return page.locator("#day-told").inner_text(), page.locator("#known-told").inner_text()


def step_to(page: Page, day: str, known: str) -> None:
    """Have the page stand at a day and a belief, as a link to it does."""
    page.evaluate("fragment => { location.hash = fragment; }", f"at={day}&known={known}")
    expect(page.locator("html.on")).to_be_attached()
    page.evaluate("() => new Promise(done => setTimeout(done))")  # the page hears of its address later


# By keys and by addresses


def test_an_address_that_is_no_date_leaves_the_page_where_it_stands(browser: Browser, addresses: Addresses) -> None:
    with window(browser) as watch:
        page = watch.open(addresses.of("deal.html"))
        before = standing(page)
        step_to(page, "2026-01-01", "garbage")
        assert standing(page) == before


@pytest.mark.parametrize("name", FILES)
def test_arrows_step_both_dates_and_the_address_keeps_them(browser: Browser, addresses: Addresses, name: str) -> None:
    with window(browser) as watch:
        page = watch.open(addresses.of(name))
        before = standing(page)
        page.locator("#day").press("ArrowLeft")
        middle = standing(page)
        assert (middle[0] != before[0], middle[1]) == (True, before[1])
        if page.locator("#known").get_attribute("max") != "0":
            page.locator("#known").press("ArrowLeft")
            assert (standing(page)[0], standing(page)[1] != middle[1]) == (middle[0], True)
        after, address, shown = standing(page), page.url, page.evaluate(SLOTS)
        assert page.locator("#day").get_attribute("aria-valuetext") == after[0]
        assert page.locator("#known").get_attribute("aria-valuetext") == after[1]
    with window(browser) as watch:
        page = watch.open(address)
        assert (standing(page), page.evaluate(SLOTS)) == (after, shown)
        page.locator("#day-later").press("Enter")
        assert standing(page)[0] == before[0]


def test_as_known_at_the_time_both_dates_go_together(browser: Browser, addresses: Addresses) -> None:
    with window(browser) as watch:
        page = watch.open(addresses.of("deal.html"), "#at=2021-12-31&known=2021-11-23")
        page.locator("#together").press("Space")
        page.locator("#known").press("ArrowLeft")
        day, known = standing(page)
        assert day == known == "23 Nov 2021", "at the end of 2021 the news was of 6 December"


# The states


@contextmanager
def asked(path: Path, day: date, known: date | None) -> Iterator[dict[str, str]]:
    """What the slots of the deal's page say where it is made for one day and one belief alone."""
    with Ledger(path) as ledger:
        standpoint = Pictures(ledger.at(day, known, "asserted")).standpoint(DEAL)
        parts = [part for part in parts_of(DEAL) if part.name not in DRAWN]
        slots = one_standpoint(parts, standpoint)
        yield {slot: read(slots.content(slot)) for part in parts for slot in slots.of(part)}


def differing(shown: Mapping[str, str], told: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Where a page that was stepped to a day and a belief says something else than one that is made for them."""
    of_one = [slot for slot in shown if not slot.startswith(NOT_OF_ONE_BELIEF)]
    found = {slot: (shown[slot], told.get(slot, "")) for slot in of_one if shown[slot] != told.get(slot, "")}
    return found


def read(html: str) -> str:
    """The text of HTML, by single blanks."""
    return " ".join(text_of(html).split())


@pytest.mark.parametrize("times", [25, pytest.param(200, marks=pytest.mark.soak)])
def test_at_any_day_and_belief_a_page_shows_what_the_ledger_tells(
    browser: Browser, addresses: Addresses, ledger: Path, tmp_path: Path, times: int
) -> None:
    chosen = random.Random(16)
    armsledger = Inside(tmp_path)
    with window(browser) as watch:
        page = watch.open(addresses.of("deal.html"))
        for _ in range(times):
            day, known = any_day(chosen, FIRST_DAY), any_day(chosen, FIRST_BELIEF)
            step_to(page, f"{day}", f"{known}")
            shown = {slot: read(html) for slot, html in page.evaluate(SLOTS).items()}
            with asked(ledger, day, known if known < LAST_BELIEF else None) as told:
                assert differing(shown, told) == {}, (day, known)
            stage = page.locator("[aria-current=step]").evaluate_all(
                "all => all.map(one => one.firstChild.textContent)"
            )
            command = f"show {DEAL} --at {day} --known {known} --known-by asserted --json --ledger {ledger}"
            check(armsledger(command).json, stage, shown)


def any_day(chosen: random.Random, first: date) -> date:
    return first + timedelta(chosen.randrange((LAST - first).days + 1))


def check(state: Mapping[str, Any], stage: list[str], shown: Mapping[str, str]) -> None:
    """Compare the words of a page with a state that the command line gives."""
    place = json.dumps([state["at"], state["known"]])
    certain, possible = state["certain"] or {}, state["possible"] or {}
    if certain:
        assert stage == [STAGES.get(certain["stage"], certain["stage"].replace("-", " ").capitalize())], place
    for field, slot in (("value", "card/12-value"), ("paid", "card/bar-5-paid")):
        for bound in (certain, possible):
            for amount in amounts(bound.get(field)):
                assert amount in shown[slot], (place, field)
    if certain and not possible["paid"] and not possible["paid_undisclosed"]:
        assert shown["card/bar-5-paid"] == "" or "None reported" in shown["card/bar-5-paid"], place
    for sanction in certain.get("sanctions", ()):
        assert sanction["status"].capitalize() in shown["card/50-sanctions"], place
    if not possible.get("sanctions"):
        assert "hreatened" not in shown.get("card/50-sanctions", ""), place
    for number in numbers_of(certain):
        assert f"card/bar-3-batch-{number:09}" in {slot for slot, text in shown.items() if text}, place


def amounts(value: Any) -> list[str]:
    """Amounts of JSON in words."""
    given = value if isinstance(value, list) else [value] if value else []
    return [str(Money.parse(f"{'~' if one['approximate'] else ''}{one['currency']} {one['amount']}")) for one in given]


def numbers_of(certain: Mapping[str, Any]) -> set[int]:
    """The batches whose delivery is known to have been expected."""
    return {
        one["tranche"] for one in certain.get("expectations", ()) if one["what"] == "delivered" and one.get("tranche")
    }
