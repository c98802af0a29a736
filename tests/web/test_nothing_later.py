"""What a belief does not know is nowhere in what a page says by that belief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import assume, given, settings

from armsledger import Ledger
from armsledger.web.page import page_file
from tests.application.book import ALL_TOLD, Clock, Object, take
from tests.application.test_properties import surroundings, told
from tests.domain.histories import Story, stories
from tests.web.marked import known_on, marked, marks_in
from tests.web.stepped import Stepped, stepped, text_around, text_of


def later_words(page: str, objects: Sequence[Object]) -> list[tuple[str, str, int]]:
    """What a page says too early: the belief date, the slot, and which object it is from."""
    steps = stepped(page)
    marks = {html: marks_in(text_of(html), objects) for html in steps.texts}
    around = [("whenever", "", number) for number in marks_in(text_around(page), objects)]
    return [*around, *(found for place in range(len(steps.known)) for found in _later_at(steps, place, marks, objects))]


def _later_at(
    steps: Stepped, place: int, marks: dict[str, set[int]], objects: Sequence[Object]
) -> list[tuple[str, str, int]]:
    known = known_on(objects, date.fromisoformat(steps.known[place]).toordinal())
    return [
        (steps.known[place], slot, number) for slot, html in steps.at_belief(place) for number in marks[html] - known
    ]


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
