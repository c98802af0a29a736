"""Replay: the history of a stream up to a date, step by step, with the state after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from armsledger.application.view import View
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.expectation import ExpectationWithdrawn
from armsledger.domain.states.replace import replace
from armsledger.domain.states.state import FOLDS, Bounds, State, bounds_of
from armsledger.projections.codec import to_json
from armsledger.projections.read_models.trail import data_of
from armsledger.projections.state_json import state_to_json
from armsledger.projections.timeline import StreamDay


class Step(NamedTuple):
    """One occurrence, or one statement about what is to come: its entries, and the state after it.

    ``certain`` says whether it has certainly happened by the date of the replay.
    """

    event: str
    on: str
    certain: bool
    entries: tuple[Entry, ...]
    data: dict[str, Any]
    state: Bounds[Any]

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
    """The steps of a stream's history, in the order in which they happened."""

    def __init__(self, view: View, stream_day: StreamDay) -> None:
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


def replay(view: View, stream: str) -> Replay:
    """The history of a stream up to the view's date."""
    return Replay(view, view.stream_day(stream))


def _steps(stream_day: StreamDay) -> Iterator[Step]:
    """Occurrences and expectations by the day on which they began to be.

    An expectation changes no state, save that by itself it begins what is not opened otherwise.
    """
    day = stream_day.day.toordinal()
    certain: list[Occurrence] = []
    possible: list[Occurrence] = []
    fold = FOLDS[stream_day.kind]
    begun_certain = begun_possible = False
    for item in _in_order(stream_day, day):
        if isinstance(item, Occurrence):
            possible.append(item)
            if stream_day.is_certain(item):
                certain.append(item)
        elif _begins(stream_day, item):
            begun_possible = True
            begun_certain = begun_certain or item.event.on.last <= day
        lower, upper = _begun(fold(certain), begun_certain), _begun(fold(possible), begun_possible)
        yield _step(stream_day, item, bounds_of(lower, upper))


def _begins(stream_day: StreamDay, entry: Entry) -> bool:
    """Whether the stream begins by an expectation: a deal that is opened does not."""
    opened = stream_day.kind == "deal" and any(occurrence.event.opens for occurrence in stream_day.belief.occurrences)
    return not opened and not isinstance(entry.event, ExpectationWithdrawn)


def _begun(state: State, begun: bool) -> State:
    return replace(state, began=True) if begun else state


def _in_order(stream_day: StreamDay, day: int) -> list[Occurrence | Entry]:
    stated = [link.entry for link in stream_day.belief.expectations if link.stated.first <= day]
    withdrawn = {
        link.withdrawn_by.id: link.withdrawn_by for link in stream_day.belief.expectations if link.withdrawn_by
    }
    spoken = [*stated, *(entry for entry in withdrawn.values() if entry.event.on.first <= day)]
    return sorted([*stream_day.possible, *spoken], key=_when)


def _when(item: Occurrence | Entry) -> tuple[int, int, int, int]:
    event = item.event
    position = item.entry.position if isinstance(item, Occurrence) else item.position
    return event.on.first, event.place_in_cycle, event.asserted.last, position


def _step(stream_day: StreamDay, item: Occurrence | Entry, state: Bounds[Any]) -> Step:
    if isinstance(item, Occurrence):
        merged = item.entry._replace(event=item.event)
        return Step(
            item.event.name, str(item.event.on), stream_day.is_certain(item), item.entries, data_of(merged), state
        )
    certain = item.event.on.last <= stream_day.day.toordinal()
    return Step(item.event.name, str(to_json(item.event.on)), certain, (item,), data_of(item), state)
