"""The entries behind each field of a state: on whose word it is as it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events import delivery, industry
from armsledger.domain.events.sanction import SanctionPositionStated
from armsledger.domain.events.statement import Statement
from armsledger.domain.states.course import Course, State, surely
from armsledger.domain.states.deal import DELIVERED, DELIVERING, Deal
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.lineage import flattened, lineage_of, together, traced
from armsledger.domain.states.order import end_of, is_in_full
from armsledger.domain.states.replace import replace
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.shown import INNER
from armsledger.domain.states.statements_behind import Addresses, behind_step, behind_sum, claims_of, corrections_behind
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.states.tallies import COUNTED, Sum
from armsledger.domain.states.totals import ADDED, GONE

DERIVED: Final = frozenset({"stage", "sanctions", "sanction_positions", "expectations"})
"""Fields that are shown and are no plain fields of a state, or not as they are."""
CAME: Final = "came"
"""Under this name stands who says that something was delivered, however much; it is not shown."""


class Fields(Mapping[str, Addresses]):
    """The addresses of the entries behind each field that says something, the preferred one first; never changed."""

    __slots__ = ("_fields", "_hash")

    def __init__(self, fields: Mapping[str, Addresses]) -> None:
        self._fields = fields
        self._hash = hash(tuple(fields.items()))

    def __getitem__(self, name: str) -> Addresses:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Fields) and self._fields == other._fields)

    def __repr__(self) -> str:
        return f"Fields({dict(self._fields)!r})"


NOTHING: Final = Fields({})


class EntriesBehind(NamedTuple):
    """The entries behind the fields of both bounds of a state; nothing before the stream begins."""

    certain: Fields
    possible: Fields


_OF_COURSES: WeakKeyDictionary[Course, _OfCourse] = WeakKeyDictionary()


def entries_behind(stream_day: StreamDay) -> EntriesBehind:
    """The entries behind each field of a stream's state at a day, by the names under which the fields are shown.

    What lost against a better statement is not among them, nor what may be the same as something that is counted
    already. Days of one course share what is the same: equal answers are one object.
    """
    course = stream_day.course
    known = _OF_COURSES.get(course)
    if known is None:
        known = _OF_COURSES[course] = _OfCourse(course)
    return known.at(stream_day)


class _Bound(NamedTuple):
    """One bound of a state at a day; ``traced`` is the same without what adds up, and knows its lineage."""

    traced: Any
    day: int
    possible: bool


class _OfCourse:
    """Answers for the days of one course."""

    def __init__(self, course: Course) -> None:
        self._traced = traced(course)
        self._claims = claims_of(course.belief)
        self._lineages: dict[tuple[int, bool], tuple[State, dict[str, Addresses]]] = {}
        self._increments: dict[tuple[int, bool], Addresses] = {}
        self._change_days: dict[int, Sequence[int]] = {}
        self._sums: dict[tuple[int, int, bool], Addresses] = {}
        self._expectations: dict[tuple[str, ...], Addresses] = {}
        self._fields: dict[Fields, Fields] = {NOTHING: NOTHING}
        self._answers: dict[EntriesBehind, EntriesBehind] = {}
        self._days: dict[int, EntriesBehind] = {}

    def at(self, stream_day: StreamDay) -> EntriesBehind:
        """The answer for a day."""
        day = stream_day.ordinal
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._at(stream_day, day)
        return known

    def _at(self, stream_day: StreamDay, day: int) -> EntriesBehind:
        certain, possible = stream_day.bounds
        lower, upper, passed = self._traced.folded(day)
        least = self._of_bound(certain, _Bound(lower, day, possible=False), NOTHING, ())
        most = self._of_bound(possible, _Bound(upper, day, possible=True), least, passed[1:])
        answer = EntriesBehind(least, most)
        return self._answers.setdefault(answer, answer)

    def _of_bound(self, state: State | None, bound: _Bound, least: Fields, passed: Iterable[Any]) -> Fields:
        """The entries behind one bound; ``least`` are those behind the certain one, ``passed`` what led to this one."""
        if state is None:
            return NOTHING
        behind = dict(self._lineage(bound))
        if state.expectations:
            behind["expectations"] = self._of_expectations(state.expectations)
        begun = behind.get("began") or behind.get("expectations", ())
        if isinstance(state, Deal):
            behind |= self._of_sums(state, bound, behind)
            behind |= self._of_sanctions(bound)
            behind["stage"] = _of_stage(state, bound.traced, behind) or begun
            stages = (
                _of_stage(_staged(one, state), one, {**behind, **self._lineage(bound._replace(traced=one))})
                for one in passed
            )
            behind["stages"] = together(least.get("stage", ()), *stages, behind["stage"])
        elif not behind.get("status"):
            behind["status"] = begun
        fields = Fields({name: words for name, words in behind.items() if words and _is_shown(state, name)})
        return self._fields.setdefault(fields, fields)

    def _lineage(self, bound: _Bound) -> Mapping[str, Addresses]:
        """The lineage of a traced state, of each field in one piece."""
        key = id(bound.traced), bound.possible
        known = self._lineages.get(key)
        if known is None:
            lineage = {name: self._counting(words, bound) for name, words in flattened(bound.traced).items()}
            known = self._lineages[key] = bound.traced, lineage
        return known[1]

    def _counting(self, addresses: Addresses, bound: _Bound) -> Addresses:
        """Those of some entries on which a bound rests: nothing certain rests on a claim."""
        if bound.possible or self._claims.isdisjoint(addresses):
            return addresses
        return tuple([address for address in addresses if address not in self._claims])

    def _of_sums(self, state: Deal, bound: _Bound, behind: Mapping[str, Addresses]) -> dict[str, Addresses]:
        """The entries behind what adds up, and what is derived from that."""
        traced, possible = bound.traced, bound.possible
        sums = {name: self._counted(event, bound) for name, event in ADDED.items() if getattr(state, name)}
        if state.ordered:
            lines = zip(traced.lines, lineage_of(traced)["lines"], strict=True)
            words = [words for line, words in lines if end_of(line, possible=possible).most > 0]
            sums["ordered"] = self._counting(together(*words), bound)
        if state.delivered:
            gone = [self._counted(event, bound._replace(possible=not possible)) for event in GONE.values()]
            sums["in_service"] = together(sums["delivered"], *gone)
            counted = "counted_from" if possible else "surely_counted_from"
            begun = [name for name in ("delivery_begun", counted) if getattr(traced, name) == state.delivery_begun]
            sums["delivery_begun"] = together(*[behind.get(name, ()) for name in begun])
            came = [words for one, words in self._came if (one.first if possible else one.certain_from) <= bound.day]
            sums[CAME] = self._counting(together(*came), bound)
        if any(line.discharged for line in state.industry):
            discharged = self._counted(industry.IndustrialArrangementDischarged, bound)
            sums["industry"] = together(behind.get("industry", ()), discharged)
        return sums

    @cached_property
    def _came(self) -> list[tuple[Occurrence, Addresses]]:
        """Each delivery of which somebody counts something, with who speaks of it."""
        belief = self._traced.belief
        return [(one, behind_step(one, (), belief)) for one in belief.occurrences if _came(one)]

    def _counted(self, event: type[Statement], bound: _Bound) -> Addresses:
        """The entries behind the sums of an event."""
        told = [self._of_sum(own, bound) for own in self._traced.sums.of(event)]
        return self._counting(together(*told), bound)

    def _of_sum(self, own: Sum, bound: _Bound) -> Addresses:
        """The entries behind a sum, which are the same from one day on which it changes to the next."""
        days = self._change_days.get(id(own))
        if days is None:
            days = self._change_days[id(own)] = own.change_days
        key = id(own), bisect_right(days, bound.day), bound.possible
        known = self._sums.get(key)
        if known is None:
            possible = bound.possible
            told = [self._of_increment(one, possible=possible) for one in own.counted(bound.day, possible=possible)]
            known = self._sums[key] = together(*told)
        return known

    def _of_increment(self, one: Occurrence, *, possible: bool) -> Addresses:
        key = id(one), possible
        known = self._increments.get(key)
        if known is None:
            told = one if possible else surely(one)
            known = self._increments[key] = behind_sum(told, COUNTED[type(one.event)], self._traced.belief)
        return known

    def _of_sanctions(self, bound: _Bound) -> dict[str, Addresses]:
        """The entries behind the lines of sanctions, and behind what the authorities stated."""
        deal = bound.traced
        if not deal.sanctions:
            return {}
        lines = list(zip(deal.sanctions, lineage_of(deal)["sanctions"], strict=True))
        standing = together(*[words for line, words in lines if line.status is not None])
        stating = [self._stating(line, words) for line, words in lines if line.position is not None]
        return {
            "sanctions": self._counting(standing, bound),
            "sanction_positions": self._counting(together(*stating), bound),
        }

    def _stating(self, line: Sanction, words: Addresses) -> Addresses:
        """Those of the entries behind a line of sanctions that state the authority's position."""
        belief = self._traced.belief
        steps = [one for one in belief.occurrences if isinstance(one.event, SanctionPositionStated)]
        stating = [behind_step(one, ("position",), belief) for one in steps if line.position == _position(one)]
        told = together(*stating)
        return tuple([word for word in words if word in told])

    def _of_expectations(self, judgements: Sequence[Judgement]) -> Addresses:
        """The entries that state expectations, and that revise or withdraw them."""
        told = [judged.expectation.entry for judged in judgements]
        told += [entry for judged in judgements for entry in _changing(judged)]
        key = tuple([entry.id for entry in told])
        known = self._expectations.get(key)
        if known is None:
            belief = self._traced.belief
            with_repairs = [(one.address, *corrections_behind(one, None, belief)) for one in told]
            known = self._expectations[key] = together(*with_repairs)
        return known


def _changing(judged: Judgement) -> Iterable[Entry]:
    """The entry that revised or withdrew what is judged to be so."""
    link, outcome = judged.expectation, judged.outcome
    changing = link.revised_by if outcome == "revised" else link.withdrawn_by if outcome == "withdrawn" else None
    return () if changing is None else (changing,)


def _is_shown(state: State, name: str) -> bool:
    """Whether a field is shown, and says something."""
    return name in DERIVED or (name not in INNER and bool(getattr(state, name, None)))


def _came(one: Occurrence) -> bool:
    """Whether something was delivered, and somebody counted it."""
    event = one.event
    return isinstance(event, delivery.Delivered) and event.quantity is not None and event.quantity.most > 0


def _position(one: Occurrence) -> Any:
    return one.event.__dict__["position"]


def _staged(passed: Deal, state: Deal) -> Deal:
    """A state that a deal can pass through, with what was delivered by the day."""
    if not state.delivered:
        return passed
    begins = passed.rung < DELIVERING and passed.counted_from is not None
    is_begun = passed.rung >= DELIVERING or passed.counted_from is not None
    return replace(
        passed,
        delivered=state.delivered,
        rung=DELIVERING if begins else passed.rung,
        is_in_full=is_begun and is_in_full(passed.lines, state.delivered),
    )


def _of_stage(deal: Deal, folded: Deal, behind: Mapping[str, Addresses]) -> Addresses:
    """The entries that brought a deal to its stage, the end of a suspension among them; ``folded`` is the deal without
    what adds up."""
    if deal.ended is not None:
        return behind.get("ended", ())
    suspended = behind.get("suspended", ())
    if deal.suspended:
        return suspended
    reached: list[Addresses] = []
    if deal.is_in_full:
        reached += [behind.get("delivered", ()), behind.get("ordered", ())]
    elif deal.delivered and deal.rung == DELIVERING:
        reached.append(behind.get(CAME, ()))
    if folded.rung == (DELIVERED if deal.is_in_full else deal.rung):
        reached.append(behind.get("rung", ()))
    return together(*reached, suspended) if any(reached) else ()
