"""What was delivered, paid, refunded, returned or lost: the sums of a belief, drawn from its occurrences.

One place makes the tallies of `domain.sums`, for the state, the expectations, the tables, the findings and the exports.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import accumulate
from math import inf
from operator import attrgetter
from typing import Any, Final, NamedTuple

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import NEVER, Occurrence
from armsledger.domain.events.delivery import Delivered, Lost, Returned, TransferredOnward
from armsledger.domain.events.industry import IndustrialArrangementDischarged
from armsledger.domain.events.payment import PaymentRefunded, TranchePaid
from armsledger.domain.events.statement import Statement
from armsledger.domain.sums import NEAR_DAYS, Part, Tally
from armsledger.domain.traced import places_of
from armsledger.domain.values.edtf import OPEN_PAST
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity

COUNTED: Final[Mapping[type[Statement], str]] = {
    Delivered: "quantity",
    TranchePaid: "amount",
    PaymentRefunded: "amount",
    Returned: "quantity",
    Lost: "quantity",
    TransferredOnward: "quantity",
    IndustrialArrangementDischarged: "value",
}
"""The events that add up, and the field that counts."""

ENDLESS: Final = Decimal("Infinity")


class Told(NamedTuple):
    """An increment or a total of a line: where its occurrence stands among the others, what it counts (None where
    nobody says), and whether it can be certain."""

    place: int
    occurrence: Occurrence
    amount: Money | Quantity | None
    is_sure: bool


Plain = tuple[list[int], list[Any], list[int], list[Any]]
"""Days, and the sums from each on, of what is certain and of what is possible; the first sums are those of no day."""


class Sum:
    """The sums of one line over all days: of an item, if one is named, and a unit or currency."""

    def __init__(self, item: str | None, measure: str, field: str, belief: Belief) -> None:
        self.item, self.measure = item, measure
        self.told: list[Told] = []
        """What adds up, in the order of the fold."""
        self._field, self._belief = field, belief
        self._are_near = False
        """Whether two increments are so near in time that they could be one."""

    @property
    def line(self) -> tuple[type[Statement] | None, str | None, str]:
        """What it sums, and what tells its line apart."""
        event = type(self.told[0].occurrence.event) if self.told else None
        return event, None if self.item is None else self.item.casefold(), self.measure.casefold()

    @property
    def begins(self) -> int:
        """The first day on which there can be something of it: of a total, there can be on any day before it."""
        if not self._is_of_increments:
            return OPEN_PAST
        return min((one.occurrence.first for one in self.told), default=NEVER)

    def differs_from(self, earlier: Sum) -> int:
        """The first day on which it can be another than it was (a proleptic ordinal); after all days if it cannot.

        A total has its say on earlier days, too, and so has a part of a whole.
        """
        if self is earlier:
            return NEVER
        mine, theirs = ({id(one.occurrence) for one in each.told} for each in (self, earlier))
        unlike = (
            []
            if mine == theirs
            else [
                one.occurrence
                for told, others in ((self.told, theirs), (earlier.told, mine))
                for one in told
                if id(one.occurrence) not in others
            ]
        )
        is_alike = (self.item, self.measure) == (earlier.item, earlier.measure)
        if is_alike and not unlike:
            return NEVER
        if is_alike and self._is_of_increments and earlier._is_of_increments:
            return min(one.first for one in unlike)
        return min(self.begins, earlier.begins)

    @cached_property
    def _is_of_increments(self) -> bool:
        """Whether it has no total, and no part of a whole."""
        events = (one.occurrence.event.__dict__ for one in self.told)
        return not any(fields.get("so_far") or fields.get("part") for fields in events)

    def certain(self, day: int) -> Any:
        """What there is at least by a day."""
        plain = self._plain
        return self.tally.certain(day) if plain is None else plain[1][bisect_right(plain[0], day)]

    def possible(self, day: int) -> Any:
        """What there can be at most by a day."""
        plain = self._plain
        return self.tally.possible(day) if plain is None else plain[3][bisect_right(plain[2], day)]

    def of_a_view(self, day: int, *, possible: bool) -> Any:
        """One of the two."""
        return self.possible(day) if possible else self.certain(day)

    def is_approximate(self, day: int) -> bool:
        """Whether something that may count by a day was rounded by its source."""
        return day >= self._rounded_from

    @cached_property
    def _rounded_from(self) -> int:
        rounded = [one.first for _, one, amount, _ in self.told if amount is not None and amount.approximate]
        return min(rounded) if rounded else NEVER

    @property
    def change_days(self) -> list[int]:
        """The days from which on the sum can be another."""
        days = {day for one in self.told for day in (one.occurrence.first, one.occurrence.last)}
        totals = [one.occurrence for one in self.told if one.occurrence.event.__dict__.get("so_far")]
        return sorted(days | {day + 1 for one in totals for day in (one.first, one.last)})

    @cached_property
    def tally(self) -> Tally:
        """The same as statements that may be one, or contradict each other."""
        return Tally([self._part(one) for one in self.told])

    def counted(self, day: int, *, possible: bool) -> list[Occurrence]:
        """The occurrences that one of the two is made of: what adds to it, and the totals that bound it.

        Of two that can be one, the better graded is among them.
        """
        if self._plain is None:
            number = self._traced.possible(day) if possible else self._traced.certain(day)
            places = places_of(number)
            return [one.occurrence for one in self.told if one.place in places]
        field = self._field
        if possible:
            return [one for _, one, amount, _ in self.told if one.first <= day and amount is not None and amount.most]
        return [
            one
            for _, one, _, is_sure in self.told
            if is_sure and one.last <= day and (sure := one.sure.__dict__[field]) is not None and sure.least
        ]

    @cached_property
    def _traced(self) -> Tally:
        """The tally of numbers that remember what they are made of."""
        return Tally([part.traced() for part in map(self._part, self.told)])

    @cached_property
    def _plain(self) -> Plain | None:
        """Where each increment counts for itself: the days, and the sums from each on, of what is certain and of what
        is possible. None where a total or another source's report of the same days may have its say."""
        certain: list[tuple[int, Any]] = []
        possible: list[tuple[int, Any]] = []
        field, before, are_near = self._field, OPEN_PAST - NEAR_DAYS, False
        for _, one, amount, is_sure in self.told:
            event = one.event
            if event.__dict__.get("so_far") or event.__dict__.get("part"):
                return None
            first = one.first
            possible.append((first, 0 if amount is None else amount.most))
            if is_sure:
                last = one.last
                are_near = are_near or first - before <= NEAR_DAYS
                before = last
                sure = amount if one.sure is event else one.sure.__dict__[field]
                certain.append((last, 0 if sure is None else sure.least))
        if are_near and len(self._witnesses) > 1:
            return None
        self._are_near = are_near
        lasts, least = _running(certain)
        if possible == certain:
            return lasts, least, lasts, least
        return lasts, least, *_running(sorted(possible))

    @cached_property
    def _witnesses(self) -> frozenset[str]:
        """Who tells of it."""
        return frozenset(self._belief.witness(entry) for told in self.told for entry in told.occurrence.entries)

    def with_one_more(self, told: Told, belief: Belief) -> Sum:
        """The sum with what comes after all else in the order of the fold."""
        more = Sum(self.item, self.measure, self._field, belief)
        more.told = [*self.told, told]
        if "_plain" in self.__dict__ and self._plain is not None:
            more._extend(self, self._plain, told.occurrence)
        return more

    def _extend(self, before: Sum, plain: Plain, one: Occurrence) -> None:
        """Go on from what is known of the sum without the last, where that is one certain increment of one day."""
        lasts, least, firsts, _ = plain
        event = one.event.__dict__
        is_increment = not (event.get("so_far") or event.get("part"))
        is_exact = one.established and one.sure is one.event and one.first == one.last
        amount = event[self._field]
        if not (lasts is firsts and is_increment and is_exact and amount is not None and amount.least == amount.most):
            return
        self._witnesses = before._witnesses | {*map(self._belief.witness, one.entries)}
        self._are_near = before._are_near or bool(lasts and one.first - lasts[-1] <= NEAR_DAYS)
        if self._are_near and len(self._witnesses) > 1:
            self._plain = None
        else:
            days, sums = [*lasts, one.last], [*least, least[-1] + amount.least]
            self._plain = days, sums, days, sums

    def _part(self, told: Told) -> Part:
        place, one, amount, is_sure = told
        fields = one.event.__dict__
        sure = one.sure.__dict__[self._field] if is_sure else None
        return Part(
            place=place,
            first=one.first,
            last=one.last,
            least=0 if sure is None else sure.least,
            most=0 if amount is None else amount.most,
            established=is_sure,
            is_total=bool(fields.get("so_far")),
            tranche=fields.get("tranche"),
            is_instalment=bool(fields.get("part")),
            is_counted=amount is not None,
            sources=frozenset(map(self._belief.witness, one.entries)),
            grade=self._belief.grade(one.entry),
            said=(one.entry.event.asserted.last, one.entry.id),
            ids=frozenset(entry.id for entry in one.entries),
            by=fields.get("by"),
            to=fields.get("to"),
            apart=frozenset(entry.event.apart_from for entry in one.entries if entry.event.apart_from is not None),
        )


def _running(counts: Sequence[tuple[int, Any]]) -> tuple[list[int], list[Any]]:
    """Days, and the sums of the counts from each on; the first sum is that of no day."""
    return [day for day, _ in counts], list(accumulate((count for _, count in counts), initial=0))


def all_sums(occurrences: Iterable[Occurrence], belief: Belief) -> dict[type[Statement], list[Sum]]:
    """The sums of each event that adds up, of those that there are."""
    by_event: dict[type[Statement], list[Told]] = {}
    items: dict[str, set[str]] = {}
    uncounted: set[str] = set()
    for place, one in enumerate(occurrences):
        event = type(one.event)
        for item in one.event.__dict__.get("items", ()):
            known = uncounted if item.quantity is None else items.setdefault(item.quantity.measure, set())
            known.add(item.designation.casefold())
        if event in COUNTED:
            told = Told(place, one, one.event.__dict__[COUNTED[event]], one.established)
            by_event.setdefault(event, []).append(told)
    _add_items(items, [one for told in by_event.values() for one in told])
    for named in items.values():
        named.update(uncounted)  # which may be counted in any unit
    return {event: _sums(told, event, belief, items) for event, told in by_event.items()}


def _add_items(items: dict[str, set[str]], told: Iterable[Told]) -> None:
    """Add the items that are named, by the unit or currency in which they are counted."""
    for one in told:
        label = _label(one.occurrence.event)
        if label is not None and one.amount is not None:
            items.setdefault(one.amount.measure, set()).add(label.casefold())


def with_one_more(
    sums: Mapping[type[Statement], list[Sum]], place: int, one: Occurrence, belief: Belief
) -> dict[type[Statement], list[Sum]] | None:
    """The sums of each event with what comes after all else in the order of the fold, at a place; None if it is of no
    line that there is, or names items, so that lines have to be drawn anew."""
    event, fields = type(one.event), one.event.__dict__
    if fields.get("items"):
        return None
    if event not in COUNTED:
        return dict(sums)
    told = Told(place, one, fields[COUNTED[event]], one.established)
    if told.amount is None:
        return None
    label = _label(one.event)
    line = event, None if label is None else label.casefold(), told.amount.measure.casefold()
    if all(own.line != line for own in sums.get(event, ())):
        return None
    grown = [own.with_one_more(told, belief) if own.line == line else own for own in sums[event]]
    return {**sums, event: grown}


def sums_of(
    occurrences: Iterable[Occurrence],
    event: type[Statement],
    belief: Belief,
    sure: Iterable[bool] | None = None,
) -> list[Sum]:
    """The sums of one event, by item and measure, in the order in which these first came.

    ``sure`` says of each occurrence whether it can be certain, where that asks for more than that it is established.
    """
    occurrences = list(occurrences)
    sure = [one.established for one in occurrences] if sure is None else sure
    told = [
        Told(place, one, one.event.__dict__[COUNTED[event]], is_sure)
        for place, (one, is_sure) in enumerate(zip(occurrences, sure, strict=True))
        if type(one.event) is event
    ]
    return _sums(told, event, belief)


def _sums(
    told: Iterable[Told], event: type[Statement], belief: Belief, items: Mapping[str, set[str]] | None = None
) -> list[Sum]:
    """The sums of an event; ``items`` are those that the deal names in each unit, whatever the event."""
    lines: dict[tuple[str | None, str], Sum] = {}
    uncounted = []
    for one in told:
        if one.amount is None:
            uncounted.append(one)
            continue
        name = _label(one.occurrence.event)
        key = None if name is None else name.casefold(), one.amount.measure
        own = lines.get(key)
        if own is None:
            own = lines[key] = Sum(name, _shown(one.amount), COUNTED[event], belief)
        own.told.append(one)
    for (name, measure), bare in list(lines.items()):
        named = [own for (item, unit), own in lines.items() if item is not None and unit == measure]
        of_deal = 1 if items is None else len(items.get(measure, ()))
        if name is None and len(named) == 1 == of_deal:  # what names no item is of the only one that is counted so
            _add(named[0], bare.told)
            del lines[(None, measure)]
    if uncounted and len(lines) == 1:
        _add(next(iter(lines.values())), uncounted)
    return list(lines.values())


def _label(event: Statement) -> str | None:
    """Of what it is counted: an item, or a form of industrial arrangement."""
    fields = event.__dict__
    item = fields.get("item")
    label: str | None = fields.get("form") if item is None else item.designation
    return label


def _add(own: Sum, told: Iterable[Told]) -> None:
    own.told.extend(told)
    own.told.sort(key=attrgetter("place"))


def _shown(amount: Money | Quantity) -> str:
    """The measure as it is shown: a unit of one word without the capital letter of a sentence."""
    if isinstance(amount, Money):
        return amount.currency
    return amount.unit.lower() if amount.unit.istitle() and " " not in amount.unit else amount.unit


def lines_at(sums: Iterable[Sum], day: int, *, possible: bool) -> tuple[Line, ...]:
    """The counts of a day, one a line; a sum of zero is left out."""
    lines = []
    for one in sums:
        count = one.of_a_view(day, possible=possible)
        if count > 0:
            lines.append(line_of(one, count, day))
    return tuple(lines)


def line_of(one: Sum, count: float, day: int) -> Line:
    """A count of a sum as a line; an endless one is open above what is certain."""
    is_open = count == inf
    return line(int(one.certain(day) if is_open else count), is_open, one.measure, one.is_approximate(day), one.item)


@lru_cache(maxsize=4096)
def line(count: int, is_open: bool, unit: str, approximate: bool, item: str | None = None) -> Line:
    """A line of so many units; the values are checked already, and few counts and units make most lines."""
    return Line(count, unit, approximate, "open" if is_open else None, item)


def money_at(sums: Iterable[Sum], day: int, *, possible: bool) -> tuple[Money, ...]:
    """The amounts of a day, one a currency; a sum of zero is left out."""
    amounts = []
    for one in sums:
        amount = one.of_a_view(day, possible=possible)
        if amount > 0:
            amounts.append(_money_of(one, amount, day))
    return tuple(amounts)


def _money_of(one: Sum, amount: Decimal, day: int) -> Money:
    is_open = amount == ENDLESS
    return _money(one.certain(day) if is_open else Decimal(amount), is_open, one.measure, one.is_approximate(day))


@lru_cache(maxsize=4096)
def _money(amount: Decimal, is_open: bool, currency: str, approximate: bool) -> Money:
    return Money(amount, currency, approximate, "open" if is_open else None)
