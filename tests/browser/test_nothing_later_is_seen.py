"""What a reader sees at a belief is what was known then: texts, titles, tooltips, and what is read out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hypothesis import Phase, given, settings
from playwright.sync_api import Browser

from armsledger import Ledger
from armsledger.web.page import page_file
from tests.application.book import ALL_TOLD, DEAL, SEED, STORY, Clock, Object, example, take
from tests.application.test_properties import surroundings, told
from tests.browser.addresses import Addresses
from tests.browser.chromium import window
from tests.browser.reading import open_details, texts
from tests.browser.test_stepping import step_to
from tests.domain.histories import Story, stories
from tests.web.marked import is_source, known_on, marked, marks_in
from tests.web.stepped import stepped

SOME = 9
"""Beliefs of the story that are looked at; `tests.web.test_nothing_later` has all of them, without a browser."""


def check(browser: Browser, folder: Path, stream: str, objects: Sequence[Object], beliefs: int) -> None:
    """Look at the page of a stream at some beliefs: it tells of entries that are known, and in the end of all."""
    with Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD)) as ledger:
        take(ledger, *objects)
        text = page_file(ledger.at(known_by="asserted"), stream)
    path = folder / "marked.html"
    path.write_text(text, encoding="utf-8")
    steps = stepped(text)
    last = date.fromordinal(steps.days[-1])
    own = {n for n, one in enumerate(objects) if one.get("stream") == stream and not is_source(one)}
    with window(browser) as watch:
        page = watch.open(path)
        open_details(page)
        for number, belief in enumerate(steps.known[:: -(-len(steps.known) // beliefs)]):
            day = date.fromordinal(steps.days[number % len(steps.days)]) if number % 2 else last
            step_to(page, f"{day}", belief)
            seen = marks_in(" ".join(texts(page)))
            assert seen <= known_on(objects, date.fromisoformat(belief).toordinal()), (day, belief)
        step_to(page, f"{last}", steps.known[-1])
        assert marks_in(" ".join(texts(page))) >= own


def test_of_the_story_nothing_is_seen_before_its_day(browser: Browser, addresses: Addresses) -> None:
    objects = marked([*example(SEED), *(told for told in example(STORY) if told not in example(SEED))])
    check(browser, addresses.folder, DEAL, objects, SOME)


@settings(max_examples=max(settings().max_examples // 20, 1), phases=[Phase.generate])
@given(stories().filter(lambda story: len(story.entries) > 8))
def test_of_any_history_nothing_is_seen_before_its_day(browser: Browser, addresses: Addresses, story: Story) -> None:
    objects = marked([*surroundings(story.case.grades), *map(told, story.entries)])
    if not any("asserted" in given.get("set", {}) for given in objects):
        check(browser, addresses.folder, "deal/random", objects, SOME)
