"""Replay: the history of a stream up to a date, step by step, with the state after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any, NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.domain.beliefs.belief import order_of_the_fold
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.course import State
from armsledger.domain.states.replace import replace
from armsledger.domain.states.stream_day import Bounds, StreamDay, bounds_of
from armsledger.projections.spans.trail import data_of
from armsledger.projections.state_json import state_to_json


class Step(NamedTuple):
    """One occurrence, or one statement about what is to come: its entries, and the state after it.

    ``certain`` says whether it has certainly happened by the date of the replay.
    """

    event: str
    on: str
    certain: bool
    entries: tuple[Entry, ...]
    statement: Statement
    state: Bounds[Any]

    @property
    def data(self) -> dict[str, Any]:
        """The fields that the statement gives, in the types of JSON."""
        return data_of(self.statement)

    def to_dict(self) -> dict[str, Any]:
        """The step in the types of JSON."""
        first = self.entries[0]
        return {
            "entry": first.address,
            "event": self.event,
            "on": self.on,
            "certain": self.certain,
            "source": first.event.source,
            "status": first.event.status,
            "also": [entry.address for entry in self.entries[1:]],
            "data": self.data,
            "state": {
                "certain": state_to_json(self.state.certain),
                "possible": state_to_json(self.state.possible),
            },
        }


class Replay(Sequence[Step]):
    """The steps of a stream's history, in the order in which they happened in the world."""

    def __init__(self, view: Beliefs, stream_day: StreamDay) -> None:
        self.view = view
        self.stream_day = stream_day
        self._steps = tuple(_steps(stream_day))

    def __len__(self) -> int:
        return len(self._steps)

    def __getitem__(self, index: Any) -> Any:
        return self._steps[index]

    def __iter__(self) -> Iterator[Step]:
        return iter(self._steps)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The steps in the types of JSON."""
        return [step.to_dict() for step in self._steps]


def replay(view: Beliefs, stream: str) -> Replay:
    """The history of a stream up to the view's date."""
    return Replay(view, view.stream_day(stream))


def _steps(stream_day: StreamDay) -> Iterator[Step]:
    """Occurrences and expectations by the day on which they begin to be possible.

    An expectation changes no state. By itself it only begins a stream that no occurrence opens, until it is withdrawn.
    """
    states = stream_day.course.steps(stream_day.ordinal)
    lower, upper = next(states)
    is_opened = stream_day.kind == "deal" and any(o.event.opens for o in stream_day.belief.occurrences)
    begun = False, False
    told: set[str] = set()
    for item in items_of(stream_day):
        if isinstance(item, Occurrence):
            lower, upper = next(states)
        elif not is_opened:
            told.add(item.id)
            begun = _are_expected(stream_day, told)
        yield _step(stream_day, item, bounds_of(_begun(lower, begun[0]), _begun(upper, begun[1])))


def items_of(stream_day: StreamDay) -> list[Occurrence | Entry]:
    """What can have happened by the day, and the entries that tell what is to come, in the order of the world."""
    return sorted([*stream_day.possible, *_expectation_entries(stream_day)], key=_place)


def _are_expected(stream_day: StreamDay, told: Set[str]) -> tuple[bool, bool]:
    """Whether, by what is told so far, something is certainly expected, and whether it possibly is."""
    day = stream_day.ordinal
    links = [link for link in stream_day.belief.expectations if link.entry.id in told]
    standing = [link for link in links if link.withdrawn_by is None or link.withdrawn_by.id not in told]
    return (
        any(link.is_stated(day) for link in standing),
        bool(standing) or any(not link.is_withdrawn(day) for link in links),
    )


def _expectation_entries(stream_day: StreamDay) -> list[Entry]:
    """The entries that state an expectation by the day, and those that withdraw one."""
    links = stream_day.belief.expectations
    stated = [link.entry for link in links if link.stated.first <= stream_day.ordinal]
    withdrawals = {link.withdrawn_by.id: link.withdrawn_by for link in links if link.withdrawn_by}
    return [*stated, *(entry for entry in withdrawals.values() if entry.event.on.first <= stream_day.ordinal)]


def _place(item: Occurrence | Entry) -> tuple[int, int, int, int, str]:
    """The place of an item in the order of the fold."""
    if isinstance(item, Occurrence):
        return order_of_the_fold(item)
    event = item.event
    return event.on.last, event.on.first, event.place_in_cycle, event.asserted.last, item.id


def _begun(state: State, begun: bool) -> State:
    return replace(state, began=True) if begun else state


def _step(stream_day: StreamDay, item: Occurrence | Entry, state: Bounds[Any]) -> Step:
    event = item.event
    if isinstance(item, Occurrence):
        return Step(event.name, str(event.on), stream_day.is_certain(item), item.entries, event, state)
    return Step(event.name, str(event.on), event.on.last <= stream_day.ordinal, (item,), event, state)
