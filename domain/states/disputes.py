"""Disputes: the fields on which sources differ, what each of them says, and what decided between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.competition import deciding_rule, rank
from armsledger.domain.beliefs.occurrence import Contest, Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.states.course import Course
from armsledger.domain.states.lineage import traced
from armsledger.domain.states.shown import INNER
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.states.tallies import COUNTED
from armsledger.domain.states.totals import ADDED
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.several import all_of
from armsledger.domain.values.when import When

OTHER_CURRENCY: Final = "another currency, never converted"
OTHER_UNIT: Final = "another unit, never converted"


class Stated(NamedTuple):
    """What a statement says of a field in dispute, on whose word, and how good that word is.

    ``entry`` is its address, ``says`` the value in words. ``credibility`` is None where nobody gave one,
    which counts as 6: it cannot be judged.
    """

    entry: str
    source: str | None
    reliability: str
    credibility: int | None
    attribution: Attribution | None
    quote: str | None
    asserted: When
    says: str


class Dispute(NamedTuple):
    """A field of an event on which statements differ: the one that is taken comes first.

    ``rule`` is what decided between it and the next: ``resolved``, ``status``, ``reliability``, ``credibility``,
    ``asserted``, or ``id`` where nothing else does. Statements in another currency or unit than the one that is taken
    cannot be compared with it: their rule says so.
    """

    event: str
    tranche: int | str | None
    field: str
    rule: str
    statements: tuple[Stated, ...]
    state_fields: tuple[str, ...] = ()
    """The fields of the state that show what is taken."""

    @property
    def is_comparable(self) -> bool:
        """Whether the statements tell of one currency or unit, so that only one of them can be right."""
        return self.rule not in (OTHER_CURRENCY, OTHER_UNIT)


DERIVED_FROM: Final = {"lines": "ordered", "counted_from": "delivery_begun", "sanctions": "sanctions"}
"""Fields that are shown under another name, or not as they are."""
_OF_COURSES: WeakKeyDictionary[Course, dict[int, tuple[Dispute, ...]]] = WeakKeyDictionary()


def disputes(stream_day: StreamDay) -> tuple[Dispute, ...]:
    """The disputes about what can have happened by a day, in the order of the fold."""
    of_course = _OF_COURSES.setdefault(stream_day.course, {})
    told: list[Dispute] = []
    for one in stream_day.possible:
        if one.contests:
            if id(one) not in of_course:
                of_course[id(one)] = tuple(_disputes_of(one, stream_day.course))
            told += of_course[id(one)]
    return tuple(told)


def _disputes_of(occurrence: Occurrence, course: Course) -> Iterator[Dispute]:
    belief = course.belief
    for contest in occurrence.contests:
        names = tuple(_state_fields(occurrence, contest, course))
        best, *others = contest.entries
        beside = [entry for entry in others if _measure_rule(contest, best, entry) is not None]
        rivals = [entry for entry in others if entry not in beside]
        if rivals:
            ranks = (rank(entry, belief.grades, belief.repairs.preferences) for entry in (best, rivals[0]))
            yield _dispute(occurrence, contest, deciding_rule(*ranks), [best, *rivals], belief, names)
        if beside:
            yield _dispute(
                occurrence, contest, str(_measure_rule(contest, best, beside[0])), [best, *beside], belief, names
            )


def _measure_rule(contest: Contest, best: Entry, other: Entry) -> str | None:
    """What says that two statements tell of no common currency or unit; None where they do."""
    mine, theirs = (all_of(entry.event.__dict__[contest.field]) for entry in (best, other))
    if not isinstance(mine[0], Money | Quantity) or {one.measure for one in mine} & {one.measure for one in theirs}:
        return None
    return OTHER_CURRENCY if isinstance(mine[0], Money) else OTHER_UNIT


def _dispute(
    occurrence: Occurrence,
    contest: Contest,
    rule: str,
    entries: Sequence[Entry],
    belief: Belief,
    names: tuple[str, ...],
) -> Dispute:
    event = occurrence.event
    statements = tuple([_stated(entry, contest.field, belief) for entry in entries])
    return Dispute(event.name, event.__dict__.get("tranche"), contest.field, rule, statements, names)


def _state_fields(occurrence: Occurrence, contest: Contest, course: Course) -> Iterator[str]:
    """The fields of the state for which an occurrence gives the contested one."""
    event, field = type(occurrence.event), contest.field
    if field in ("on", COUNTED.get(event)):
        yield from (name for name, added in ADDED.items() if added is event)
    other = contest.entries[1].event.__dict__[field]
    for name in traced(course).fields_of(occurrence, field, other):
        if name in DERIVED_FROM or name not in INNER:
            yield DERIVED_FROM.get(name, name)


def _stated(entry: Entry, field: str, belief: Belief) -> Stated:
    event = entry.event
    says = value_in_words(event.__dict__[field])
    reliability, _ = belief.grade(entry)
    return Stated(
        entry.address,
        event.source,
        reliability,
        event.credibility,
        event.attribution,
        event.quote,
        event.asserted,
        says,
    )


def value_in_words(value: Any) -> str:
    """A value as people read it: several one after the other, the lines of an order with their quantities."""
    if isinstance(value, tuple):
        return ", ".join(map(value_in_words, value))
    return value.in_full if isinstance(value, Item) else str(value)
