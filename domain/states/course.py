"""The course of a stream: what has happened by each day, and the states that follow from it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from armsledger.domain.beliefs.belief import Belief, order_of_the_fold
from armsledger.domain.beliefs.occurrence import NEVER, Occurrence
from armsledger.domain.events.contract import Amended, ContractSigned, OptionAgreed, Suspended
from armsledger.domain.events.framework import FrameworkSigned, Renewed
from armsledger.domain.events.licence import LicenceGranted
from armsledger.domain.events.link import Linked, Unlinked
from armsledger.domain.events.sanction import WaiverGranted
from armsledger.domain.events.statement import Statement
from armsledger.domain.lifecycle import are_ordered, can_be_misordered
from armsledger.domain.states import deal, engagement, framework, source, totals
from armsledger.domain.states.judgement import Outlooks
from armsledger.domain.states.lapse import Lapsed
from armsledger.domain.states.link import with_link
from armsledger.domain.states.replace import replace
from armsledger.domain.states.steps import ADDING, acts, can_turn, evolve, settled_by
from armsledger.domain.values.edtf import OPEN_FUTURE

State = deal.Deal | engagement.Engagement | framework.Framework | source.Source
T = TypeVar("T")
Evolve = Callable[[Any, Occurrence], Any]

STATES: dict[str, tuple[State, Evolve]] = {
    "deal": (deal.NO_DEAL, evolve),
    "engagement": (engagement.NO_ENGAGEMENT, engagement.evolve),
    "framework": (framework.NO_FRAMEWORK, framework.evolve),
    "source": (source.NO_SOURCE, source.evolve),
}
"""By the kind of a stream: the state before anything happened, and what one occurrence makes of a state."""
TERMS = frozenset(
    {ContractSigned, Amended, OptionAgreed, Suspended, LicenceGranted, WaiverGranted, FrameworkSigned, Renewed}
)
"""The events of which the effect ends by itself after ``until``."""


MOST_PAIRS = 20
"""So many pairs of unknown order are told of a stream."""


class Difference(NamedTuple):
    """How a course differs from an earlier one of the same stream: which occurrences it has not any more, which others
    it has, and from which day on its states can be others.

    ``entries`` is how many the earlier one is made of, ``made`` what was made of it.
    """

    entries: int
    gone: Sequence[Occurrence]
    come: Sequence[Occurrence]
    day: int
    made: Mapping[object, Any]


class Course:
    """A belief over all days: what has happened by each, and the states that come of it.

    The order of the fold goes by the last day that a date can mean. So what is certain by a day is the beginning of
    that order, and its states are folded once for all days. What is possible is folded from the state at which the
    first uncertain thing comes in.

    With an ``earlier`` course, of a belief with the same grades, the states are shared up to where the two part.
    """

    def __init__(self, stream: str, belief: Belief, earlier: Course | None = None) -> None:
        self.stream = stream
        self.kind, _, self.key = stream.partition("/")
        self.belief = belief
        before, self._evolve_own = STATES[self.kind]
        self._states: list[Any] = [before]
        self._steps = _with_lapses(belief.occurrences)
        self._sure: list[Occurrence] = []
        self._uncertain: list[tuple[int, int, Occurrence]] = []
        """The steps that can be possible without being certain, or say more than is certain: their place, and the
        number of established steps before them."""
        for place, step in enumerate(self._steps):
            if step.first < step.last or not step.established or step.sure is not step.event:
                self._uncertain.append((place, len(self._sure), step))
            if step.established:
                self._sure.append(step if step.sure is step.event else surely(step))
        self._lasts = [step.last for step in self._sure]
        if earlier is not None:
            self._states = earlier._states[: 1 + _in_common(self._sure, earlier._sure)]
        self._earlier = earlier
        self.made: dict[object, Any] = {}
        """What was made of it, by what makes it."""
        self._states_at: dict[int, tuple[Any, Any]] = {}
        self._turning: dict[int, list[int]] = {}
        self._other_way: dict[tuple[int, int], list[Any]] = {}
        """By the places of two things, the states after the later one and after each that follows, if they come the
        other way round; None where that makes no difference any more."""

    def _evolve(self, state: Any, step: Occurrence) -> Any:
        """The state after one step; links are of every kind of stream."""
        event = step.event
        if type(event) is Linked or type(event) is Unlinked:
            return replace(state, links=with_link(state.links, event))
        return self._evolve_own(state, step)

    @cached_property
    def difference(self) -> Difference | None:
        """How it differs from the earlier course; None if there is none to compare it with."""
        earlier = self._earlier
        if earlier is None or self.kind == "source" or self.belief.registers != earlier.belief.registers:
            return None
        gone, come = self._unlike
        links = unlike(earlier.belief.expectations, self.belief.expectations)
        if any(one.event.opens for one in (*gone, *come)):  # what begins without it, begins otherwise
            return None
        days = [*(one.first for one in (*gone, *come)), *(link.stated.first for link in chain(*links))]
        day = self.sums.differ_from(earlier.sums) if self.kind == "deal" else NEVER
        return Difference(len(earlier.belief.entries), gone, come, min([day, *days]), earlier.made)

    def let_go(self) -> None:
        """Remember no more what came before it, so that one course after the other takes no more room."""
        self._earlier = None

    def happened(self, day: int) -> tuple[list[Occurrence], list[Occurrence]]:
        """The occurrences certain by a day, and those certain or possible by it (a proleptic ordinal)."""
        possible = [one for one in self.belief.occurrences if one.first <= day]
        certain = [one for one in possible if one.established and one.last <= day]
        return certain, possible

    def states(self, day: int) -> tuple[Any, Any]:
        """The state in its two bounds, begun or not, without what became of the expectations."""
        known = self._states_at.get(day)
        if known is None:
            known = self._states_at[day] = self._states_of(day)
        return known

    def folded(self, day: int) -> tuple[Any, Any, list[Any]]:
        """The state in its two bounds without what adds up, and the states that lead to the possible one."""
        if self.kind == "source":
            return *self._graded(self.happened(day)[1], day), []
        count = bisect_right(self._lasts, day)
        lower = self._state(count)
        return lower, *self._possible(day, count, lower)

    def _states_of(self, day: int) -> tuple[Any, Any]:
        lower, upper, stages = self.folded(day)
        if self.kind != "deal":
            return lower, upper
        least = totals.at(lower, self.sums, day)
        if upper is lower and totals.is_settled(lower, self.sums, day):
            return least, least
        stages[0] = least
        return least, totals.at(upper, self.sums, day, stages=stages, possible=True)

    def _graded(self, told: Sequence[Occurrence], day: int) -> tuple[Any, Any]:
        """A source in its two bounds: of two grades the one asserted later holds, whatever day it is of."""
        certain = [surely(one) for one in told if is_certain(one, day)]
        before, _ = STATES[self.kind]
        lower, upper = (reduce(self._evolve, source.in_order_of_saying(steps), before) for steps in (certain, told))
        return lower, upper

    def _possible(self, day: int, count: int, lower: Any) -> tuple[Any, list[Any]]:
        """The state after all that is possible, and the states that lead to it from the certain one."""
        waiting = next((one for one in self._uncertain if _says_more(one[2], day)), None)
        if waiting is None:
            return lower, [lower]
        place, before, _ = waiting
        state = self._state(min(count, before))
        passed: list[Any] = []
        for step in self._steps[place:]:
            if step.first <= day:
                state = self._evolve(state, step)
                passed = self._passed(passed, step, state, day)
        return state, [lower, *passed]

    def _passed(self, passed: list[Any], step: Occurrence, state: Any, day: int) -> list[Any]:
        """The states in which a deal can be after a step: after a certain one it is in none of those before it."""
        if self.kind != "deal":
            return passed
        if is_certain(step, day):
            passed = [self._evolve(one, surely(step)) for one in passed]
        return list({deal.staged_by(one): one for one in (*passed, state)}.values())

    @cached_property
    def outlooks(self) -> Outlooks:
        """When each expectation came true, by all that is believed."""
        return Outlooks(self.kind, self.belief)

    @cached_property
    def sums(self) -> totals.Sums:
        """What was delivered, paid and so on, over all days."""
        occurrences, earlier = self.belief.occurrences, self._earlier
        if earlier is not None and self.belief.registers == earlier.belief.registers:
            gone, come = self._unlike
            if not gone and len(come) == 1 and come[0] is occurrences[-1]:
                return earlier.sums.with_one_more(occurrences, self.belief)
        return totals.Sums(occurrences, self.belief)

    @cached_property
    def _unlike(self) -> tuple[list[Occurrence], list[Occurrence]]:
        """The occurrences that only the earlier course has, and those that only this one has."""
        before = () if self._earlier is None else self._earlier.belief.occurrences
        return unlike(before, self.belief.occurrences)

    def steps(self, day: int) -> Iterator[tuple[Any, Any]]:
        """The state in its two bounds before anything happened, then after each occurrence possible by a day.

        A term that has run out shows with the next occurrence. The last step has all that bears on the day: it leaves
        the state of the day.
        """
        lower = upper = self._state(0)
        empty = totals.at(lower, totals.Sums([], self.belief), day) if self.kind == "deal" else lower
        yield empty, empty
        steps = [step for step in self._steps if step.first <= day]
        if self.kind == "source":
            yield from (self._graded(steps[: number + 1], day) for number in range(len(steps)))
            return
        told = [place for place, step in enumerate(steps) if not isinstance(step.event, Lapsed)]
        waiting = next((place for place, step in enumerate(steps) if _says_more(step, day)), len(steps))
        passed: list[Any] = []
        for place, step in enumerate(steps):
            if is_certain(step, day):
                lower = self._evolve(lower, surely(step))
            upper = self._evolve(upper, step)
            if place >= waiting:
                passed = self._passed(passed, step, upper, day)
            is_last = place == len(steps) - 1
            if not is_last and (place == told[-1] or isinstance(step.event, Lapsed)):
                continue
            if self.kind == "deal":
                sums = self.sums if is_last else totals.Sums(steps[: place + 1], self.belief)
                least = totals.at(lower, sums, day)
                yield least, totals.at(upper, sums, day, stages=[least, *passed], possible=True)
            else:
                yield lower, upper

    @cached_property
    def change_days(self) -> list[int]:
        """The days from which on the state can be another, beside those of the occurrences: of terms and sums."""
        days = [day for step in self._steps if isinstance(step.event, Lapsed) for day in (step.first, step.last)]
        return [*days, *(self.sums.change_days if self.kind == "deal" else ())]

    @property
    def certain_days(self) -> list[int]:
        """The days from which on more is certain, terms that have run out included."""
        return self._lasts

    def pairs_of_unknown_order(self, day: int) -> Iterator[tuple[Occurrence, Occurrence]]:
        """Pairs of what is certain by a day of which either can have been first, and which make another state the other
        way round; of very many the last."""
        count = bisect_right(self._lasts, day)
        pairs = sorted(islice(self._turned_pairs(count), MOST_PAIRS))
        for place, later in pairs:
            yield self._sure[place], self._sure[later]

    @cached_property
    def can_turn(self) -> bool:
        """Whether there are two things of which either can have been first, and which change the same."""
        return any(self._turning_with(later) for later in self._acting[0])

    @cached_property
    def can_be_misordered(self) -> bool:
        """Whether something lies, by its date as stated, definitely before what it must follow."""
        return can_be_misordered([one.as_stated for one in self.belief.occurrences])

    def _turned_pairs(self, count: int) -> Iterator[tuple[int, int]]:
        """The places of such pairs among so many of the things that can be certain, the last ones first."""
        acting, _ = self._acting
        for later in reversed(acting[: bisect_left(acting, count)]):
            for place in self._turning_with(later):
                if self._differs(place, later, count):
                    yield place, later

    @cached_property
    def _acting(self) -> tuple[list[int], list[int]]:
        """The places of the things that act among those that can be certain, and of those that do more than add."""
        acting = [place for place, one in enumerate(self._sure) if acts(one)]
        return acting, [place for place in acting if type(self._sure[place].event) not in ADDING]

    def _turning_with(self, later: int) -> list[int]:
        """The places of the things that act before another, and can also have been after it; the last ones first."""
        if later in self._turning:
            return self._turning[later]
        acting, deciding = self._acting
        other, places = self._sure[later], self._turning.setdefault(later, [])
        before = deciding if type(other.event) in ADDING else acting  # what is added can come in any order
        for number in range(bisect_left(before, later) - 1, -1, -1):
            one = self._sure[before[number]]
            if other.first > one.last:
                break  # what stands before it is over, too
            if can_turn(one, other) and not are_ordered(one, other):
                places.append(before[number])
        return places

    def _differs(self, place: int, later: int, count: int) -> bool:
        """Whether two of the first things that can be certain make another state the other way round."""
        states = self._other_way.get((place, later))
        if states is None:
            states = self._other_way[place, later] = [self._turned(place, later)]
        while len(states) < count - later:
            number, state = later + len(states), states[-1]
            is_same = state is None or state == self._state(number)
            states.append(None if is_same else self._evolve(state, self._sure[number]))
        state = states[count - later - 1]
        return state is not None and settled_by(state) != settled_by(self._state(count))

    def _turned(self, place: int, later: int) -> Any:
        """The state after two things and all before them, the other way round; None if others keep them in order.

        What stands between them and is ordered before the later one comes first with it, as an amendment's contract.
        """
        steps = self._sure
        one, other, between = steps[place], steps[later], steps[place + 1 : later]
        moved = [step for step in between if are_ordered(step, other)]
        if any(are_ordered(one, step) for step in moved):
            return None
        state = self._state(place)
        for step in [*moved, other, one, *(step for step in between if step not in moved)]:
            state = self._evolve(state, step)
        return state

    def _state(self, count: int) -> Any:
        """The state after so many of the things that can be certain."""
        states = self._states
        for step in self._sure[len(states) - 1 : count]:
            states.append(self._evolve(states[-1], step))
        return states[count]


def _in_common(steps: Sequence[Occurrence], others: Sequence[Occurrence]) -> int:
    """How many of the first steps are the same."""
    for place, (one, other) in enumerate(zip(steps, others, strict=False)):
        if one is not other and one != other:
            return place
    return min(len(steps), len(others))


def unlike(values: Sequence[T], others: Sequence[T]) -> tuple[list[T], list[T]]:
    """What only the one has, and what only the other has, as objects."""
    mine, theirs = set(map(id, values)), set(map(id, others))
    if mine == theirs:
        return [], []
    return [one for one in values if id(one) not in theirs], [one for one in others if id(one) not in mine]


def is_certain(occurrence: Occurrence, day: int) -> bool:
    """Whether an occurrence has certainly happened by a day (a proleptic ordinal)."""
    return occurrence.established and occurrence.last <= day


def surely(occurrence: Occurrence) -> Occurrence:
    """An occurrence as facts and reports alone tell it."""
    return occurrence if occurrence.sure is occurrence.event else occurrence._replace(event=occurrence.sure)


def _says_more(step: Occurrence, day: int) -> bool:
    """Whether a step is part of the possible view of a day and not, or not so, of the certain one."""
    return step.first <= day and (step.last > day or not step.established or step.sure is not step.event)


def _with_lapses(occurrences: list[Occurrence]) -> list[Occurrence]:
    """The occurrences and the ends of their terms, in the order of the fold."""
    lapses = [lapse for one in occurrences if type(one.event) in TERMS for lapse in _lapse(one)]
    return sorted([*occurrences, *lapses], key=order_of_the_fold) if lapses else occurrences


def _lapse(one: Occurrence) -> Iterable[Occurrence]:
    """The end of the term that an occurrence begins, or of two where a claim is preferred to what is certain."""
    told, sure = getattr(one.event, "until", None), getattr(one.sure, "until", None)
    if told is not None and told.last < OPEN_FUTURE:
        yield _end_of_term(one, one.event, told.last + 1, established=one.established and told == sure)
    if sure is not None and sure != told and sure.last < OPEN_FUTURE:
        yield _end_of_term(one, one.sure, sure.last + 1, established=one.established)


def _end_of_term(one: Occurrence, term: Statement, day: int, *, established: bool) -> Occurrence:
    event = Lapsed.of(term)
    return one._replace(
        event=event,
        sure=event,
        established=established,
        first=max(day, one.first),
        last=max(day, one.last),
        contests=(),
    )
