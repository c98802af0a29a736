"""Nothing that a belief did not know stands in what a page shows at that belief."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.domain.values.when import When
from armsledger.web.page import parts_of
from armsledger.web.steps import Steps, one_standpoint
from tests.application.book import ALL_TOLD, DEAL, SEED, STORY, Clock, Object, example, take

DEALS = (DEAL, "deal/turkey-s400")


def told_of_both() -> tuple[list[Object], list[tuple[int, Object]]]:
    """The sources, and the entries about both deals with the days on which they were said."""
    objects = [told for path in (SEED, STORY) for told in example(path)]
    sources = [told for told in objects if told["event"] == "registered"]
    published: dict[str, str] = {source["stream"].partition("/")[2]: source.get("published", "") for source in sources}
    told = [
        (When.read(one.get("asserted") or published[one["source"]]).last, one)
        for one in objects
        if one["stream"] in DEALS
    ]
    return sources, told


def page_at(ledger: Ledger, at: str, known: str) -> dict[str, str]:
    """What all parts of the page show but the hashes: each ledger seals the names of persons by keys of its own."""
    standpoint = Pictures(ledger.at(at, known, "asserted")).standpoint(DEAL)
    slots = one_standpoint(parts_of(DEAL), standpoint)
    names = [name for part in parts_of(DEAL) for name in slots.of(part)]
    return {name: slots.content(name) for name in names if not name.startswith("record/leaf")}


def test_a_page_at_a_belief_is_that_of_a_ledger_that_holds_no_more() -> None:
    known = "2021-11-23"
    sources, told = told_of_both()
    last = date.fromisoformat(known).toordinal()
    ledgers = [Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD)) for _ in range(2)]
    for ledger in ledgers:
        take(ledger, *sources, *(one for day, one in told if day <= last))
    cut, whole = ledgers
    take(whole, *(one for day, one in told if day > last))
    for at in ("2019-12-31", "2026-11-30"):
        page = page_at(whole, at, known)
        assert page == page_at(cut, at, known)
        assert len(page) > 50


def comparable(slots: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What slots show: those of meetings around a deal are numbered as they come to be known."""
    near = [slot for slot in slots if slot.startswith("record/near")]
    others = {slot: html for slot, html in slots.items() if not slot.startswith(("record/near", "record/leaf"))}
    return others, sorted(slots[slot] for slot in near)


def test_a_page_that_steps_back_shows_what_one_made_then_would_have_shown(story: Ledger) -> None:
    """Charts apart: their layout has room for all marks that are ever drawn."""
    day = date(2026, 11, 30).toordinal()
    parts = [part for part in parts_of(DEAL) if part.name not in ("timeline", "slips", "sums")]
    steps = Steps(parts, Pictures(story.at("2026-11-30", known_by="asserted")).beliefs(DEAL), day, day, 12_000)
    for known in ("2018-10-05", "2021-11-23", "2025-11-30"):
        place = [belief.known for belief in steps.beliefs].index(known)
        fragments = steps.fragments(place, steps.days.index(day))
        then = page_at(story, "2026-11-30", known)
        charts = tuple(slot for slot in then if slot.partition("/")[0] in ("timeline", "slips", "sums"))
        assert comparable(fragments) == comparable({slot: then[slot] for slot in then if slot not in charts})
