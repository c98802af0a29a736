"""What became of an expectation by a day.

The day on which it came true is an interval that follows from all that is known, whatever the day of the question. So
what was met stays met. docs/rules.md tells the rules in prose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.beliefs.occurrence import NEVER, Occurrence
from armsledger.domain.entry import Entry
from armsledger.domain.events.delivery import Delivered, DeliveryCompleted, DeliveryMilestone
from armsledger.domain.events.expectation import What
from armsledger.domain.events.register import Listed
from armsledger.domain.events.statement import ONCE, Statement, is_silent
from armsledger.domain.lifecycle import ENDINGS
from armsledger.domain.states.tallies import COUNTED, Sum, sums_of
from armsledger.domain.values.edtf import OPEN_PAST
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity, are_of_one_kind
from armsledger.domain.values.when import When
from armsledger.domain.values.words import LATE, Outcome

BEGINNINGS = ("delivery-begun", "delivered")
"""The events that show that a delivery has begun."""
LEFT_OPEN = ("payment-refunded", "returned", "sanction", "waiver", "claim")
"""Begin the names of events that an ending does not make impossible."""


_ENDINGS_OF: dict[str, tuple[str, ...]] = {"deal": ENDINGS, "framework": ("terminated",), "engagement": ("cancelled",)}


class Judgement(NamedTuple):
    """The outcome of an expectation at a date, the occurrence that met it, and how much of its quantity was there."""

    expectation: Expectation
    outcome: Outcome
    occurrence: Occurrence | None = None
    there: Any = None

    @property
    def missing(self) -> Quantity | Money | None:
        """What is missing of what was met in part."""
        wanted = self.expectation.quantity or self.expectation.amount
        if self.outcome != "partially-met" or wanted is None:
            return None
        return wanted.of(wanted.least - self.there)

    @property
    def overdue_since(self) -> str | None:
        """The day after the window, of what is overdue in whole or in part."""
        due = self.expectation.due.latest
        return str(due + timedelta(days=1)) if self.outcome in LATE and due is not None else None


class Outlook(NamedTuple):
    """When an expectation came true: at the earliest and at the latest (``NEVER`` where it did not), by which
    occurrence; how much of its quantity was there by a day; and from which day on something came that is counted in
    other units, or that nobody has counted."""

    first: int
    last: int
    occurrence: Occurrence | None
    there: Callable[[int, bool], Any] | None = None
    other_unit_from: int = NEVER
    other_units: Sequence[str] = ()
    days: Sequence[int] = ()
    """The days from which on another quantity can be there."""


class Outlooks:
    """What a belief says of its expectations, over all days."""

    def __init__(self, kind: str, belief: Belief) -> None:
        self._belief = belief
        endings = _ENDINGS_OF.get(kind, ())
        self._endings = [one for one in belief.occurrences if one.event.name in endings]
        self.ended = min((one.last for one in self._endings if one.established), default=NEVER)
        """The day on which the stream has certainly ended."""
        self._outlooks: dict[str, Outlook] = {}
        self._sums: SumsOfMatches = {}

    def judgements(self, day: int, *, possible: bool) -> tuple[Judgement, ...]:
        """What became by a day of each expectation that was stated by then, seen from one bound."""
        stated = [link for link in self._belief.expectations if link.is_stated(day, possible=possible)]
        return tuple(self.judge(link, day, possible=possible) for link in stated)

    def outlook(self, link: Expectation) -> Outlook:
        """When an expectation came true."""
        known = self._outlooks.get(link.entry.id)
        if known is None:
            known = self._outlooks[link.entry.id] = outlook_of(link, self._belief, self._sums)
        return known

    def change_days(self, link: Expectation) -> set[int]:
        """The days from which on the outcome of an expectation can be another."""
        outlook = self.outlook(link)
        days = {link.stated.first, link.stated.last, link.due.last + 1, outlook.first, outlook.last, self.ended}
        days |= {outlook.other_unit_from, *outlook.days, *(one.first for one in self._endings)}
        for entry in (link.revised_by, link.withdrawn_by):
            days |= set() if entry is None else {entry.event.on.first, entry.event.on.last}
        return days

    def judge(self, link: Expectation, day: int, *, possible: bool) -> Judgement:
        """What became of an expectation by a day (a proleptic ordinal), seen from one of the two bounds."""
        outlook = self.outlook(link)
        revised = link.revised_by
        if _has_begun(revised, day, possible=possible) and not self._is_settled(link, outlook, revised):
            return Judgement(link, "revised")
        given_up = link.withdrawn_by
        if link.is_withdrawn(day, possible=possible) and not self._is_settled(link, outlook, given_up):
            return Judgement(link, "withdrawn")
        if link.modality == "ruled-out":
            return _of_ruled_out(link, outlook, day)
        never_surely = (
            not possible and outlook.last == NEVER
        )  # only a claim, or the upper end of a sum, can have met it
        if self.ended <= day and self._is_moot(link, outlook, self.ended, never_surely=never_surely):
            return Judgement(link, "moot")
        if (outlook.first if possible else outlook.last) <= day:
            return Judgement(link, compare_due(link.due, outlook.first, outlook.last), outlook.occurrence)
        if possible and any(one.first <= day and self._is_moot(link, outlook, one.last) for one in self._endings):
            return Judgement(link, "moot")
        return _not_yet(link, outlook, day, possible=possible)

    def _is_settled(self, link: Expectation, outlook: Outlook, word: Entry | None) -> bool:
        """Whether an expectation had certainly come true, or was kept or moot, before somebody took it back or moved
        it."""
        if word is None:
            return False
        day = word.event.on.last
        if outlook.last <= day:
            return True
        if link.modality == "ruled-out":
            return _of_ruled_out(link, outlook, day).outcome == "kept"
        return self.ended <= day and self._is_moot(link, outlook, self.ended, never_surely=outlook.last == NEVER)

    @staticmethod
    def _is_moot(link: Expectation, outlook: Outlook, ended: int, *, never_surely: bool = False) -> bool:
        """Whether an ending of a day leaves nothing to expect: it came definitely later, or not at all."""
        return (outlook.first > ended or never_surely) and not link.what.event.startswith(LEFT_OPEN)


def _has_begun(entry: Entry | None, day: int, *, possible: bool) -> bool:
    """Whether a revision or withdrawal holds by a day, seen from one of the two bounds."""
    if entry is None:
        return False
    return entry.event.on.first <= day if possible else entry.event.on.last <= day


def _of_ruled_out(link: Expectation, outlook: Outlook, day: int) -> Judgement:
    """What became of the word that it would not happen."""
    due = link.due
    if due.first <= outlook.first and outlook.last <= min(due.last, day):
        return Judgement(link, "broken", outlook.occurrence)
    if day <= due.last:
        return Judgement(link, "pending")
    is_kept = outlook.first > due.last or outlook.last < due.first
    return Judgement(link, "kept" if is_kept else "indeterminate", outlook.occurrence)


def compare_due(due: When, first: int, last: int) -> Outcome:
    """The outcome of what came true on one of some days (proleptic ordinals), from the two intervals alone."""
    if due.first != OPEN_PAST and last < due.first:
        return "met-early"
    if first > due.last:
        return "met-late"
    return "met" if due.first <= first and last <= due.last else "indeterminate"


def _not_yet(link: Expectation, outlook: Outlook, day: int, *, possible: bool) -> Judgement:
    if outlook.other_unit_from <= day:
        return Judgement(link, "indeterminate")
    if day <= link.due.last:
        return Judgement(link, "pending")
    there = None if outlook.there is None else outlook.there(day, possible)
    return Judgement(link, "partially-met", there=there) if there else Judgement(link, "overdue")


SumsOfMatches = dict[tuple[tuple[int, bool], ...], list[Sum]]
"""By the occurrences that expectations wait for (their `id`, and whether each can be certain), their sums: forecasts of
one thing share them."""


def outlook_of(link: Expectation, belief: Belief, known: SumsOfMatches) -> Outlook:
    """When an expectation came true, by all that is believed; ``known`` are the sums that others of the belief made."""
    wanted = link.quantity or link.amount
    names = BEGINNINGS if link.what.event == "delivery-begun" else (link.what.event,)
    named = [one for one in belief.occurrences if one.event.name in names]
    matching = [one for one in named if matches(one, link.what, wanted is None)]
    event = next((type(one.event) for one in matching if type(one.event) in COUNTED), None)
    if wanted is not None and (event is not None or not matching):
        return _outlook_of_amount(link, matching, event, belief, known)
    is_known = link.is_total or "tranche" in link.what.selectors
    since = link.counted_from if event is None else link.counted_from + 1
    fresh = [one for one in matching if is_known or one.last >= since or _happens_once(one)]
    fresh = fresh or [one for one in matching if _is_unique(one)]
    sure = [one for one in fresh if one.established and _agrees_surely(one, link.what)]
    met = min(sure, key=_by_last, default=None)
    first = min([one.first for one in fresh], default=NEVER)
    if event is not None and not is_known:
        first = max(first, link.counted_from)  # a quantity above zero: only what came since the statement counts
    if met is None:
        return Outlook(first, NEVER, next(iter(fresh), None))
    return Outlook(first, met.last, met)


def _by_last(one: Occurrence) -> tuple[int, int]:
    return one.last, one.first


def _outlook_of_amount(
    link: Expectation,
    matching: Sequence[Occurrence],
    event: type[Statement] | None,
    belief: Belief,
    known: SumsOfMatches,
) -> Outlook:
    """The same of a quantity or an amount: the days on which the sums reach it."""
    wanted = link.quantity or link.amount
    if event is None or wanted is None:
        return Outlook(NEVER, NEVER, None, lambda day, possible: 0)
    sure = [one.established and _agrees_surely(one, link.what) for one in matching]
    key = tuple(zip(map(id, matching), sure, strict=True))
    sums = known.get(key)
    if sums is None:
        sums = known[key] = sums_of(matching, event, belief, sure)
    same = [one for one in sums if are_of_one_kind(one.measure, wanted.measure)]
    if not same:
        counted = [one for one in matching if link.is_total or one.last >= link.counted_from]
        since = min((one.first for one in counted), default=NEVER)
        return Outlook(NEVER, NEVER, None, None, since, tuple(one.measure for one in sums))
    stated = link.counted_from
    base = 0 if link.is_total else sum(one.certain(stated) for one in same)

    def there(day: int, possible: bool) -> Any:
        if day < stated and not link.is_total:  # nothing has come since the statement
            return 0
        return _total(same, day, possible=possible) - base

    days = sorted({stated, *(day for one in same for day in one.change_days)})
    days = [day for day in days if link.is_total or day >= stated]
    first = next((day for day in days if _reaches(there(day, True), wanted)), NEVER)
    last = next((day for day in days if _reaches(there(day, False), wanted)), NEVER)
    met = [one for one in matching if one.last <= last and one.established] if last < NEVER else []
    return Outlook(first, last, met[-1] if met else None, there, days=days)


def _reaches(count: Any, wanted: Quantity | Money) -> bool:
    """Whether a quantity has come; of "up to fifty" one at least."""
    return bool(count >= wanted.least and (count > 0 or wanted.most == 0))


def _total(sums: Sequence[Sum], day: int, *, possible: bool) -> Any:
    return sum(one.of_a_view(day, possible=possible) for one in sums)


def matches(occurrence: Occurrence, what: What, any_count: bool) -> bool:
    """Whether an occurrence can be what was expected; one that is silent on a field can be it.

    With ``any_count`` no quantity is asked for: then one above zero is.
    """
    event = occurrence.event
    if event.name == what.event:
        if isinstance(event, DeliveryCompleted) and event.tranche is not None and "tranche" not in what.selectors:
            return False  # one batch completed does not complete the delivery
    elif not (what.event == "delivery-begun" and isinstance(event, Delivered)):
        return False
    quantity = getattr(event, "quantity", None)
    if (any_count or event.name != what.event) and quantity is not None and quantity.most == 0:
        return False
    return all(
        is_silent(value := getattr(event, name, None)) or _agrees(value, wanted)
        for name, wanted in what.selectors.items()
    )


def _agrees_surely(occurrence: Occurrence, what: What) -> bool:
    """Whether it gives every field that was asked for; of an item silence says nothing else."""
    return all(name == "item" or not is_silent(getattr(occurrence.sure, name, None)) for name in what.selectors)


def _agrees(value: Any, wanted: Any) -> bool:
    """Whether a field of an occurrence has the value of the selector; of a list, all parts that are wanted."""
    if isinstance(value, tuple):
        wanted = wanted if isinstance(wanted, list) else [wanted]
        have = {str(part).casefold() for part in value}
        return all(str(part).casefold() in have for part in wanted)
    return str(getattr(value, "designation", value)).casefold() == str(wanted).casefold()


def _happens_once(occurrence: Occurrence) -> bool:
    """Whether just one occurrence can be meant: then one before the statement can meet it."""
    return occurrence.event.identity in (ONCE, Listed.identity)


def _is_unique(occurrence: Occurrence) -> bool:
    """Whether it is a milestone: a delivery begins once, whoever did not know it when the expectation was stated."""
    return isinstance(occurrence.event, DeliveryMilestone)
