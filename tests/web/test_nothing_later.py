"""What a belief does not know is nowhere in what a page says by that belief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import pytest
from hypothesis import assume, given, settings

from armsledger import Ledger
from armsledger.web.page import page_file
from tests.application.book import ALL_TOLD, DEAL, FRAMEWORK, SEED, STORY, SUMMIT, Clock, Object, example, take
from tests.application.test_properties import surroundings, told
from tests.domain.histories import Story, stories
from tests.web.marked import is_source, known_on, marked, marks_in
from tests.web.stepped import stepped, text_around, text_of


def later_words(page: str, objects: Sequence[Object]) -> list[tuple[str, str, int]]:
    """What a page says too early: the belief date, the slot, and the place of the object that says it."""
    steps = stepped(page)
    found = [("whenever", "", number) for number in sorted(marks_in(text_around(page)))]
    for place, belief in enumerate(steps.known):
        known = known_on(objects, date.fromisoformat(belief).toordinal())
        for slot, html in steps.at_belief(place):
            found += [(belief, slot, number) for number in marks_of(html) - known]
    return found


@cache
def marks_of(html: str) -> frozenset[int]:
    """The places of the objects whose words or figures are read in a piece of HTML."""
    return frozenset(marks_in(text_of(html)) if marks_in(html) else ())


def told_in_the_end(page: str) -> set[int]:
    """The places of the objects of which the page tells by its last belief."""
    steps = stepped(page)
    return {number for _, html in steps.at_belief(len(steps.known) - 1) for number in marks_of(html)}


def of_stream(stream: str, objects: Sequence[Object]) -> set[int]:
    """The places of the entries of a stream."""
    return {number for number, told in enumerate(objects) if told.get("stream") == stream and not is_source(told)}


@pytest.mark.parametrize("stream", [DEAL, SUMMIT, FRAMEWORK, "source/theprint-2021-11-12"])
def test_of_the_story_nothing_is_told_before_its_day(stream: str) -> None:
    objects = marked([*example(SEED), *(told for told in example(STORY) if told not in example(SEED))])
    with Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD)) as ledger:
        take(ledger, *objects)
        page = page_file(ledger.at(known_by="asserted"), stream)
    assert later_words(page, objects) == []
    assert told_in_the_end(page) >= of_stream(stream, objects)


@settings(max_examples=settings().max_examples // 6)
@given(stories())
def test_of_any_history_nothing_is_told_before_its_day(story: Story) -> None:
    objects = marked([*surroundings(story.case.grades), *map(told, story.entries)])
    assume(not any("asserted" in given.get("set", {}) for given in objects))
    ledger = Ledger.in_memory(recorded_by="tester", clock=Clock(ALL_TOLD))
    with ledger:
        take(ledger, *objects)
        page = page_file(ledger.at(known_by="asserted"), "deal/random")
    assert later_words(page, objects) == []
    assert told_in_the_end(page) >= of_stream("deal/random", objects)
