"""Sums over time: what was delivered or paid by a day, at least and at most.

Sources report increments ("two aircraft in March") and totals ("four of six so far"), report one thing twice, and
contradict each other. `Tally` draws from the statements of one line (an item and unit, or a currency) the certain total
of each day, a lower bound, and the possible total, an upper bound. Everything that tells of a sum asks it: the state,
the tables, the expectations, the findings and the exports. docs/rules.md tells the rules in prose.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from itertools import accumulate, combinations, islice
from typing import Any, Final, NamedTuple

from armsledger.domain.traced import Number, Traced, greater, lesser
from armsledger.domain.values.words import FindingCode

NEAR_DAYS: Final = 31
"""Two reports of one thing lie at most so many days apart."""
NEAR_PER_CENT: Final = 2
"""And their counts differ by at most so much."""
MOST_TOGETHER: Final = 20
"""Of more statements that hang together, the greatest sum of one source counts: a choice among them takes too long."""


class Part(NamedTuple):
    """An increment or a total, as what adds up.

    ``least`` and ``most`` are the ends of its count: 0 at least where only claims give it, or nobody. ``first`` and
    ``last`` are its narrowed days. ``grade`` is the reliability and credibility of the best statement, smaller is
    better; ``said`` is when that was asserted, and its id. ``ids`` name its statements, ``apart`` those that somebody
    says are others. ``by`` and ``to`` are who gave and who got it, where that is said. ``place`` is where the
    occurrence stands among those that were given. ``is_counted`` says whether some statement gives a count.
    """

    place: int
    first: int
    last: int
    least: Number
    most: Number
    established: bool
    is_total: bool
    tranche: Any
    is_instalment: bool
    is_counted: bool
    sources: frozenset[str]
    grade: tuple[str, int]
    said: tuple[int, str]
    ids: frozenset[str]
    apart: frozenset[str]
    by: str | None = None
    to: str | None = None

    def is_apart_from(self, other: Part) -> bool:
        """Whether a statement about it says that the other is another."""
        return bool(self.apart & other.ids)

    def traced(self) -> Part:
        """The part with counts that remember it; what counts nothing is not remembered."""
        own = frozenset((self.place,))
        least, most = (Traced(count, own) if count else count for count in (self.least, self.most))
        return self._replace(least=least, most=most)


class Doubt(NamedTuple):
    """A finding about parts: its code, the places of the occurrences, and from which day on it is there."""

    code: FindingCode
    places: tuple[int, ...]
    from_day: int


class Tally:
    """The sums of one line over all days, from its parts in the order of the fold (by last day, then first)."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = self._increments = parts
        self._totals: Sequence[Part] = ()
        self._nested: dict[Any, Tally] = {}
        self._known: dict[frozenset[int], Number] = {}
        if totals := [part for part in parts if part.is_total]:
            self._increments = [part for part in parts if not part.is_total]
            self._nested = self._tallies_of_tranches(totals)
            self._totals = [part for part in totals if part.tranche not in self._nested]
        in_parts = {part.tranche for part in parts if part.is_instalment and part.tranche is not None}
        self._wholes = [part for part in self._increments if part.tranche in in_parts and not part.is_instalment]
        """Tranches as a whole of which there are parts, too: the parts are within the whole."""
        if self._wholes:
            self._increments = [part for part in self._increments if part not in self._wholes]
        self._sure = [part for part in self._increments if part.established]
        self._is_plain = not (self._totals or self._nested or self._wholes or _are_traced(parts))
        """Whether increments alone add up, so that each day goes on where the one before ended."""

    def _tallies_of_tranches(self, totals: Sequence[Part]) -> dict[Any, Tally]:
        """Tranches of which a total is told; a line of nothing else is its own tranche's."""
        tranches = {part.tranche for part in totals if part.tranche is not None}
        if not tranches or ({part.tranche for part in self._parts} == tranches and len(tranches) == 1):
            return {}
        return {name: Tally([part for part in self._parts if part.tranche == name]) for name in tranches}

    def certain(self, day: int) -> Number:
        """What there is at least by a day (a proleptic ordinal)."""
        if self._is_plain:
            return self._sum_of_first(bisect_right(self._lasts, day))
        by_day = [part for part in self._sure if part.last <= day]
        least = self._sum(by_day) + self._beside_parts(day, possible=False)
        if self._nested:
            others = self._sum([part for part in by_day if part.tranche not in self._nested])
            least = greater(least, others + sum(tally.certain(day) for tally in self._nested.values()))
        for total in self._counting:
            if total.last <= day:
                least = greater(least, total.least + self._sum([part for part in by_day if part.first > total.last]))
        for total in self._caps:
            later = self._sum([part for part in by_day if part.first > total.last]) if total.last < day else 0
            least = lesser(least, total.most + later)
        return least

    def possible(self, day: int) -> Number:
        """What there can be at most by a day."""
        if self._is_plain:
            firsts, most_by = self._most_by
            return greater(self.certain(day), most_by[bisect_right(firsts, day)])
        told = [part for part in self._increments if part.first <= day]
        if self._counting:
            bounding = [total for total in self._counting if total.first >= day or total.place not in self._outgrown]
            most = reduce(lesser, [self._bound(total, told, day) for total in bounding])
        else:
            most = sum(part.most for part in told if part.tranche not in self._nested)
            most += sum(tally.possible(day) for tally in self._nested.values())
        most += self._beside_parts(day, possible=True)
        claimed = [total.most for total in self._totals if not total.established and total.first <= day]
        return reduce(greater, claimed, greater(self.certain(day), most))

    def _bound(self, total: Part, told: Sequence[Part], day: int) -> Number:
        """The most that a total allows by a day."""
        if total.first >= day:
            between = [part for part in self._sure if part.first > day and part.last <= total.first]
            return total.most - self._sum(between)
        return total.most + sum(part.most for part in told if part.last > total.first)

    @cached_property
    def _outgrown(self) -> set[int]:
        """Totals after which more came than was reported, as a later total proves: they bound nothing later."""
        return {
            total.place
            for total in self._counting
            for later in self._counting
            if later.first > total.last
            and later.least
            > total.most
            + sum(part.most for part in self._increments if part.last > total.first and part.first <= later.last)
        }

    def _beside_parts(self, day: int, *, possible: bool) -> Number:
        """What tranches as a whole are more than their parts by a day."""
        more: Number = 0
        for whole in self._wholes:
            own = [part for part in self._increments if part.tranche == whole.tranche]
            if possible:
                if whole.first <= day:
                    more += greater(0, whole.most - sum(part.most for part in own if part.first <= day))
            elif whole.established and whole.last <= day:
                more += greater(
                    0, whole.least - self._sum([part for part in own if part.established and part.last <= day])
                )
        return more

    # Which totals count

    @cached_property
    def _caps(self) -> list[Part]:
        """Totals that are better graded than the increments, or the earlier total, that exceed them."""
        caps = [total for total, is_better in self._exceeded if is_better]
        return caps + [better for worse, better in self._smaller_later if worse.last < better.first]

    @cached_property
    def _exceeded(self) -> list[tuple[Part, bool]]:
        """Totals that increments exceed, and whether the total is the better graded side."""
        pairs = []
        for total in self._totals:
            before = [part for part in self._sure if part.last <= total.first] if total.established else []
            if before and self._sum(before) > total.most:
                pairs.append((total, total.grade < min(part.grade for part in before)))
        return pairs

    @cached_property
    def _counting(self) -> list[Part]:
        """The certain totals that nothing better contradicts."""
        worse = {total.place for total, is_better in self._exceeded if not is_better} | self._outdone
        return [total for total in self._totals if total.established and total.place not in worse]

    @cached_property
    def _outdone(self) -> set[int]:
        """The worse of each pair of totals of which the later is smaller."""
        return {worse.place for worse, better in self._smaller_later if better.last < worse.first}

    @cached_property
    def _smaller_later(self) -> list[tuple[Part, Part]]:
        """Pairs of totals of which the later is smaller: the worse graded (the earlier, of equals) and the better."""
        totals = [total for total in self._totals if total.established]
        pairs = [
            (one, other) for one, other in combinations(totals, 2) if one.last < other.first and other.most < one.least
        ]
        return [(other, one) if _is_better(one, other) else (one, other) for one, other in pairs]

    # One or two

    def _sum(self, parts: Sequence[Part]) -> Number:
        """The largest sum of some certain increments of which no two can be one."""
        if not self._clash:
            return sum(part.least for part in parts)
        key = frozenset(part.place for part in parts)
        if key not in self._known:
            self._known[key] = sum(_most_of(group, self._clash) for group in _together(parts, self._clash))
        return self._known[key]

    @cached_property
    def _lasts(self) -> list[int]:
        return [part.last for part in self._sure]

    @cached_property
    def _most_by(self) -> tuple[list[int], list[Number]]:
        """Days, and the sums of what can have come from each on; the first sum is that of no day."""
        parts = sorted(self._increments, key=lambda part: part.first)
        return [part.first for part in parts], list(accumulate((part.most for part in parts), initial=0))

    def _sum_of_first(self, count: int) -> Number:
        """The same of so many certain increments, the first ones."""
        known = self._sums_of_first
        for part in self._sure[len(known) - 1 : count]:
            known.append(known[-1] + self._more_by(part))
        return known[count]

    @cached_property
    def _sums_of_first(self) -> list[Number]:
        return [0]

    @cached_property
    def _groups(self) -> dict[int, list[Part]]:
        """By its place, those of the increments that were added up with which one hangs together."""
        return {}

    def _more_by(self, part: Part) -> Number:
        """By how much the sum of the increments before one grows with it."""
        clash = self._clash.get(part.place)
        if clash is None:
            return part.least
        groups = {id(group): group for place in clash if (group := self._groups.get(place)) is not None}.values()
        together = [part, *(other for group in groups for other in group)]
        self._groups.update((other.place, together) for other in together)
        return _most_of(together, self._clash) - sum(_most_of(group, self._clash) for group in groups)

    @cached_property
    def _clash(self) -> dict[int, set[int]]:
        """By its place, the places of what an increment can be one with."""
        clash: dict[int, set[int]] = {}
        for doubt in self._one_or_two:
            first, *others = doubt.places
            for other in others:
                clash.setdefault(first, set()).add(other)
                clash.setdefault(other, set()).add(first)
        return clash

    @cached_property
    def _one_or_two(self) -> list[Doubt]:
        sure = self._sure
        if len({name for part in sure for name in part.sources}) == 1:  # a source is not doubted for its own words
            return []
        doubts = []
        widest = max(part.last - part.first for part in sure) if sure else 0
        for place, one in enumerate(sure, 1):
            for other in islice(sure, place, bisect_right(self._lasts, one.last + NEAR_DAYS + widest)):
                if other.first - one.last <= NEAR_DAYS and can_be_one(one, other):
                    doubts.append(Doubt("perhaps-the-same", (one.place, other.place), other.last))
        if len(sure) > 2:
            firsts = Counter(part.first for part in sure)
            wholes = [part for part in sure if part.first < part.last or firsts[part.first] > 2]
            doubts += [doubt for whole in wholes for doubt in _sums_to(whole, self._within(whole))]
        return doubts

    def _within(self, whole: Part) -> list[Part]:
        """The certain increments that lie within the days of one."""
        start, end = bisect_left(self._lasts, whole.first), bisect_right(self._lasts, whole.last)
        return [part for part in self._sure[start:end] if part.first >= whole.first]

    @cached_property
    def doubts(self) -> list[Doubt]:
        """What does not fit: what may be one, and what contradicts a total."""
        doubts = list(self._one_or_two)
        for total, _ in self._exceeded:
            before = [part for part in self._sure if part.last <= total.first]
            doubts.append(Doubt("contradicts-total", (total.place, *(part.place for part in before)), total.last))
        for one, other in self._smaller_later:
            doubts.append(Doubt("contradicts-total", (one.place, other.place), max(one.last, other.last)))
        return doubts + [doubt for tally in self._nested.values() for doubt in tally.doubts]


def _is_better(one: Part, other: Part) -> bool:
    """Whether the first of two totals counts: the better graded, of equals the one asserted later."""
    if one.grade != other.grade:
        return one.grade < other.grade
    return (-one.said[0], one.said[1]) < (-other.said[0], other.said[1])


def can_be_one(one: Part, other: Part) -> bool:
    """Whether two increments may be one thing that two sources report."""
    if max(one.first - other.last, other.first - one.last) > NEAR_DAYS or not one.sources.isdisjoint(other.sources):
        return False
    more, less = max(one.least, other.least), min(one.least, other.least)
    if one.is_counted and other.is_counted and (more - less) * 100 > NEAR_PER_CENT * more:
        return False
    for mine, theirs in ((one.tranche, other.tranche), (one.by, other.by), (one.to, other.to)):
        if None not in (mine, theirs) and mine != theirs:
            return False
    return not (one.is_apart_from(other) or other.is_apart_from(one))


def _are_traced(parts: Sequence[Part]) -> bool:
    """Whether counts remember what they are made of, so that nothing can be taken from a sum."""
    return any(isinstance(count, Traced) for part in parts for count in (part.least, part.most))


def _sums_to(whole: Part, within: Sequence[Part]) -> Iterator[Doubt]:
    """What one other source tells piece by piece ``within`` the days of a statement, where it adds up to the same."""
    if len(within) <= 2:  # itself, and one that is no sum
        return
    within = [
        part for part in within if part is not whole and not part.is_apart_from(whole) and not whole.is_apart_from(part)
    ]
    for source in sorted({name for part in within for name in part.sources} - whole.sources):
        pieces = [part for part in within if part.sources == {source}]
        if len(pieces) > 1 and sum(part.least for part in pieces) == whole.least:
            yield Doubt("perhaps-the-sum", (whole.place, *(part.place for part in pieces)), whole.last)


def _together(parts: Sequence[Part], clash: dict[int, set[int]]) -> Iterator[list[Part]]:
    """The parts in groups that hang together."""
    left = {part.place: part for part in parts}
    while left:
        _, start = left.popitem()
        group, waiting = [start], [start.place]
        while waiting:
            for place in clash.get(waiting.pop(), ()):
                if place in left:
                    group.append(left.pop(place))
                    waiting.append(place)
        yield group


def _most_of(group: Sequence[Part], clash: dict[int, set[int]]) -> Number:
    """The largest sum of parts of which no two clash."""
    if len(group) == 1:
        return group[0].least
    if len(group) > MOST_TOGETHER:
        sources = {source for part in group for source in part.sources}
        return max(sum(part.least for part in group if source in part.sources) for source in sources)
    return _best(sorted(group, key=lambda part: (-len(clash.get(part.place, ())), part.grade, part.place)), clash)


def _best(group: Sequence[Part], clash: dict[int, set[int]]) -> Number:
    """The same by trying each part: with it, and without; the better graded of two that can be one."""
    if not group:
        return 0
    part, rest = group[0], group[1:]
    mine = clash.get(part.place, set())
    with_it = part.least + _best([other for other in rest if other.place not in mine], clash)
    if not any(other.place in mine for other in rest):
        return with_it
    return max(with_it, _best(rest, clash))
