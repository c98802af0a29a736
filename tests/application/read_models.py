"""Comparing read models: as they were kept, as they are built anew, and as they are folded from the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from hypothesis import strategies as st

from armsledger import Ledger, Refused
from armsledger.application.view import View
from armsledger.projections.schema import COLUMNS, KEY
from tests.application.book import ALL_TOLD, Clock, Object, take
from tests.application.test_properties import others, surroundings, told
from tests.domain.histories import Story, dates, days, stories

ANSWERS = (
    "deals",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "links",
    "sources",
    "relations",
    "scorecard",
    "log",
)


def folded(view: View) -> View:
    """The same question, answered from the journal alone."""
    return View(view._reader, view.question._replace(folded=True), view._projection)


def answers(view: View) -> dict[str, Any]:
    """All tables that a view gives."""
    return {name: list(getattr(view, name)()) for name in ANSWERS}


def tables(ledger: Ledger, names: Collection[str] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all read models, or of some, in the order of their key."""
    columns, key = (", ".join(f'"{name}"' for name in names_) for names_ in (COLUMNS, KEY))
    query = ledger.journal().reader.query
    chosen = [projection.name for projection in ledger.projections()] if names is None else names
    return {name: query(f"SELECT {columns} FROM kept_{name} ORDER BY {key}") for name in chosen}


def positions(ledger: Ledger) -> set[int]:
    """Up to where the read models take account of the journal."""
    return {position for (position,) in ledger.journal().reader.query("SELECT position FROM read_model")}


@st.composite
def recordings(draw: st.DrawFn) -> tuple[Story, list[tuple[float, list[Object]]]]:
    """A story with what else is told, in parts that are each recorded at once, some hours after the one before.

    Between parts without any time between them, the clock stands still.
    """
    story = draw(stories())
    objects = [*map(told, story.entries), *draw(others())]
    parts: list[tuple[float, list[Object]]] = [(0, [])]
    for statement in objects:
        if draw(st.booleans()):
            parts.append((draw(st.sampled_from([0, 1, 30])), []))
        parts[-1][1].append(statement)
    return story, parts


def record_all(ledger: Ledger, clock: Clock, story: Story, parts: Sequence[tuple[float, list[Object]]]) -> None:
    """Record the sources of a story, then its parts; what cannot be taken any more is left out."""
    take(ledger, *surroundings(story.case.grades))
    for hours, objects in parts:
        if not objects:
            continue
        clock.pass_time(hours=hours)
        try:
            take(ledger, *objects)
        except Refused:  # of a part that speaks of itself in another order
            for statement in objects:
                try:
                    take(ledger, statement)
                except Refused:
                    continue


def empty_ledger() -> tuple[Ledger, Clock]:
    """A ledger in memory, and its clock."""
    clock = Clock(ALL_TOLD)
    return Ledger.in_memory(recorded_by="tester", clock=clock), clock


def moments(ledger: Ledger, clock: Clock) -> st.SearchStrategy[Any]:
    """Belief dates: any position, any time from before the first entry to after the last, or all."""
    hours = st.integers(-2, int((clock.now - ALL_TOLD) / timedelta(hours=1)) + 1)
    times = hours.map(lambda number: (ALL_TOLD + timedelta(hours=number)).isoformat())
    return st.one_of(st.integers(0, ledger.position()), times, st.none())


def asked_days() -> st.SearchStrategy[str]:
    """Days of questions: those within the stories, and the ends of the calendar."""
    return st.one_of(days.map(str), dates().map(_day_of), st.sampled_from(["0001-01-01", "9999-12-31"]))


def _day_of(text: str) -> str:
    end = text.rstrip("~").rpartition("/")[2]
    return "2025-12-31" if end == ".." else end


@contextmanager
def little_kept(rows: int, changes: int, beliefs: int, *, citing: int = 0, waiting: bool = True) -> Iterator[None]:
    """Within it, few rows of a stream are kept, and what cites a source graded anew waits."""
    most, updater = "armsledger.projections.unkept.Most", "armsledger.projections.updater"
    with ExitStack() as stack:
        stack.enter_context(mock.patch(f"{most}.rows_of_a_stream", rows))
        stack.enter_context(mock.patch(f"{most}.rows_of_a_change", changes))
        stack.enter_context(mock.patch(f"{most}.beliefs", beliefs))
        stack.enter_context(mock.patch(f"{most}.days_at_once", beliefs))
        stack.enter_context(mock.patch("armsledger.projections.advance.MOMENTS_AT_ONCE", beliefs))
        stack.enter_context(mock.patch(f"{updater}.CITING_AT_ONCE", citing))
        if waiting:
            stack.enter_context(mock.patch("armsledger.application.upkeep.finish_pending"))
        yield
