"""The lineage of a state: by which entries each of its fields came to what it is.

It is drawn from the fold itself. What a step gives to a state that nothing was told of is its own; where it makes
something else of a state, what it found there is behind the field, too. So a new event needs no word here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache, partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from armsledger.domain.beliefs.competition import ONE_OR_SEVERAL
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.statement import Statement, is_silent, own_fields
from armsledger.domain.states.course import STATES, Course
from armsledger.domain.states.lapse import Lapsed
from armsledger.domain.states.statements_behind import Addresses, behind_step
from armsledger.domain.values.value import Amount

LINEAGE: Final = "_lineage"
"""Under this name a traced state holds its lineage: its copies take it along, and no comparison looks at it."""
Lineage = Mapping[str, Any]
"""By a field: the addresses of the entries behind it; of a field of several parts, those behind each part."""


_TRACED: WeakKeyDictionary[Course, TracedCourse] = WeakKeyDictionary()


def traced(course: Course) -> TracedCourse:
    """The same course with the lineage of its states, made once."""
    known = _TRACED.get(course)
    if known is None:
        known = _TRACED[course] = TracedCourse(course.stream, course.belief)
    return known


class TracedCourse(Course):
    """A course of which each state knows the entries behind its fields. It is slower, and made where that is asked."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._blank: Any = STATES[self.kind][0]
        self._evolved: dict[tuple[int, int], tuple[Any, Occurrence, Any]] = {}
        """By a state and a step (which are kept, too): the state after it. Days share most of their steps."""
        self._given: dict[int, tuple[Occurrence, Mapping[str, Any]]] = {}
        self._words: dict[tuple[int, str], tuple[Occurrence, Addresses]] = {}

    def _evolve(self, state: Any, step: Occurrence) -> Any:
        key = id(state), id(step)
        known = self._evolved.get(key)
        if known is None:
            known = self._evolved[key] = state, step, self._traced(state, step)
        return known[2]

    def _traced(self, before: Any, step: Occurrence) -> Any:
        """The state after a step, with its lineage."""
        after = super()._evolve(before, step)
        given, changed = self._alone(step), _changed(before, after)
        if not changed and not given:
            return before
        lineage = dict(lineage_of(before))
        rest = _Rest(before, after, partial(super()._evolve, step=step))
        for name in dict.fromkeys((*changed, *given)):
            value, was = getattr(after, name), lineage.get(name, ())
            own = self._own(step, name, before, after)
            if isinstance(value, tuple):
                parts = zip(getattr(before, name), was, strict=True)
                lineage[name] = _parts(value, parts, given.get(name, ()), own, partial(rest.behind_part, name))
            elif given.get(name) == value:
                lineage[name] = own if name in changed else together(was, own)
            elif name in changed:
                lineage[name] = together(rest.behind(name, value), own)
        return _with(after, {LINEAGE: lineage})

    def _alone(self, step: Occurrence) -> Mapping[str, Any]:
        """What a step gives by itself, whatever was told before."""
        known = self._given.get(id(step))
        if known is None:
            after = super()._evolve(self._blank, step)
            known = self._given[id(step)] = step, {name: getattr(after, name) for name in _changed(self._blank, after)}
        return known[1]

    def fields_of(self, step: Occurrence, field: str, other: Any) -> list[str]:
        """The fields of a state that would be others if a step gave another value of a field of its event."""
        given = self._alone(step)
        told = step._replace(event=step.event.model_copy(update={field: other}))
        after = super()._evolve(self._blank, told)
        return [name for name, value in given.items() if getattr(after, name) != value]

    def _own(self, step: Occurrence, name: str, before: Any, after: Any) -> Addresses:
        """The statements of a step that give a field of the state."""
        key = id(step), name
        known = self._words.get(key)
        if known is None:
            addresses = behind_step(
                step, self._fields_given(step, name, before, after), self.belief, getattr(after, name)
            )
            known = self._words[key] = step, addresses
        return known[1]

    def _fields_given(self, step: Occurrence, name: str, before: Any, after: Any) -> Sequence[str]:
        """The fields of an event from which a field of the state is taken; none where it only matters that it was."""
        repairs = self.belief.repairs
        if len(step.entries) < 2 and not {step.entry.id} & (repairs.corrected_by.keys() | repairs.preferences.keys()):
            return ()
        if isinstance(step.event, Lapsed):
            return ("until",)
        state, result = (
            (self._blank, self._alone(step)[name]) if name in self._alone(step) else (before, getattr(after, name))
        )
        fields = ("on", *own_fields(type(step.event)))
        return [field for field in fields if self._after_silence(state, step, field, name) != result]

    def _after_silence(self, state: Any, step: Occurrence, field: str, name: str) -> Any:
        """A field of the state after an event that leaves out one of its fields."""
        event = step.event.model_copy(update={field: _silence(type(step.event), field, step.event.__dict__[field])})
        return getattr(super()._evolve(state, step._replace(event=event)), name)


class _Rest:
    """What of the state before a step has its part in what the step makes of it."""

    def __init__(self, before: Any, after: Any, step: Callable[[Any], Any]) -> None:
        self._before, self._after = before, after
        self._without = cache(lambda name: step(_without(before, name)))

    def behind(self, name: str, value: Any) -> Addresses:
        """The entries behind the fields without which a field would not have its value."""
        return together(*[self._touched(other) for other in self._told() if self._after_loss(other, name) != value])

    def behind_part(self, name: str, part: Any) -> Addresses:
        """The entries behind the fields without which a field would not have one of its parts."""
        return together(*[self._touched(other) for other in self._told() if part not in self._after_loss(other, name)])

    def _told(self) -> list[str]:
        """The fields that said something before the step."""
        return [name for name, value in self._before.__dict__.items() if value and name != LINEAGE]

    def _after_loss(self, other: str, name: str) -> Any:
        """A field after the step if nothing had been told of another one."""
        return getattr(self._without(other), name)

    def _touched(self, name: str) -> Addresses:
        """The entries behind the parts of a field that the step changed, or else behind all of it."""
        lineage, value = lineage_of(self._before).get(name, ()), getattr(self._before, name)
        if not isinstance(value, tuple):
            return together(lineage)
        left = getattr(self._after, name)
        gone = [words for part, words in zip(value, lineage, strict=True) if part not in left]
        return together(*(gone or lineage))


def _parts(
    value: Sequence[Any],
    before: Iterable[tuple[Any, Addresses]],
    given: Sequence[Any],
    own: Addresses,
    rest: Callable[[Any], Addresses],
) -> tuple[Addresses, ...]:
    """The entries behind each part of a field: as before where it was there, with those of a step that gives it."""
    left, parts = list(before), []
    for part in value:
        place = next((place for place, (other, _) in enumerate(left) if other == part), None)
        if place is not None:
            words = left.pop(place)[1]
            parts.append(together(words, own) if any(_tells_of(one, part) for one in given) else words)
        else:
            parts.append(own if part in given else together(rest(part), own))
    return tuple(parts)


def _tells_of(given: Any, part: Any) -> bool:
    """Whether what a step gives is a part of a field, or says nothing else of it, and perhaps less."""
    if given == part or type(given) is not type(part) or not is_dataclass(given) or isinstance(given, Amount):
        return bool(given == part)
    return all(is_silent(value) or value == getattr(part, name) for name, value in vars(given).items())


def _silence(event: type[Statement], field: str, value: Any) -> Any:
    """What a field of an event holds where a statement is silent on it, even if the event cannot do without it."""
    info = event.model_fields[field]
    if not info.is_required():
        return info.default
    if isinstance(value, tuple) and field not in ONE_OR_SEVERAL:
        return ()
    return "" if isinstance(value, str) else None


def lineage_of(state: Any) -> Lineage:
    """By each field of a traced state, the entries behind it."""
    lineage: Lineage = state.__dict__.get(LINEAGE, {})
    return lineage


def flattened(state: Any) -> dict[str, Addresses]:
    """The same of each field in one piece."""
    return {
        name: together(*words) if words and isinstance(words[0], tuple) else words
        for name, words in lineage_of(state).items()
    }


def together(*several: Addresses) -> Addresses:
    """Addresses one after the other, each once."""
    if len(several) == 1:
        return several[0]
    return tuple(dict.fromkeys([address for addresses in several for address in addresses]))


def _changed(before: Any, after: Any) -> list[str]:
    """The fields in which a state differs from the one before."""
    if after is before:
        return []
    was, kind = before.__dict__, type(before)
    return [
        name
        for name, value in after.__dict__.items()
        if name != LINEAGE and value is not (old := was.get(name, getattr(kind, name))) and value != old
    ]


def _without(state: Any, name: str) -> Any:
    """A state of which one field is as before anything was told."""
    copy = _with(state, {})
    del copy.__dict__[name]
    return copy


def _with(state: Any, more: Mapping[str, Any]) -> Any:
    copy = object.__new__(type(state))
    copy.__dict__.update(state.__dict__, **more)
    return copy
