"""Statements that compete about one occurrence, and what the ledger takes from each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from armsledger.domain.beliefs.occurrence import Contest, Occurrence, speaker_of
from armsledger.domain.beliefs.repairs import Preference
from armsledger.domain.entry import Entry
from armsledger.domain.events.statement import Statement, is_silent, own_fields
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, CREDIBILITY_CANNOT_BE_JUDGED, Grades
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

Rank = tuple[int, int, str, int, int, str]
RULES = ("resolved", "status", "reliability", "credibility", "asserted", "id")
"""What decides between statements, in this order; a rank holds one value for each."""
BY_ID = "id"
"""The rule that decides between equals: a tie."""


def rank(entry: Entry, grades: Grades, preferences: Mapping[str, Preference]) -> Rank:
    """Smaller is better: resolved, no claim or inference, reliability, credibility, later asserted, lesser id."""
    event = entry.event
    return (
        0 if entry.id in preferences else 1,
        0 if event.vouches or event.denies else 1,
        grades.get(event.source or "", CANNOT_BE_JUDGED),
        event.credibility or CREDIBILITY_CANNOT_BE_JUDGED,
        -event.asserted.last,
        entry.id,
    )


def single(entry: Entry) -> Occurrence | None:
    """The occurrence that a single statement tells of; None if the statement denies it."""
    event = entry.event
    on = event.on
    if event.status == "fact":
        return Occurrence(event, (entry,), True, event, on.first, on.last)
    return None if event.denies else Occurrence(event, (entry,), event.vouches, event, on.first, on.last)


def compete(statements: Sequence[Entry], grades: Grades, preferences: Mapping[str, Preference]) -> Occurrence | None:
    """The occurrence that several statements tell of; None if all of them deny it."""
    current, superseded = last_words(statements, preferences)
    ranks = {entry.id: rank(entry, grades, preferences) for entry in current}
    ranked = sorted(current, key=lambda entry: ranks[entry.id])
    affirming = [entry for entry in ranked if not entry.event.denies]
    denials = [entry for entry in ranked if entry.event.denies]
    if not affirming:
        return None
    vouching = [entry for entry in affirming if entry.event.vouches]
    established = bool(vouching) and (not denials or ranked.index(vouching[0]) < ranked.index(denials[0]))
    event = _merged(affirming)
    sure = event if not established or len(vouching) == len(affirming) else _merged(vouching)
    return Occurrence(
        event,
        tuple(affirming),
        established,
        sure,
        sure.on.first,
        sure.on.last,
        _contests(affirming, ranks, preferences),
        tuple(denials),
        tuple(superseded),
    )


def last_words(statements: Sequence[Entry], preferences: Mapping[str, Preference]) -> tuple[list[Entry], list[Entry]]:
    """The last word of each source, and of each speaker that it quotes, and the words that these superseded."""
    by_source: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in statements:
        by_source.setdefault((entry.event.source or entry.id, speaker_of(entry.id, entry.event)), []).append(entry)
    last = [words[0] if len(words) == 1 else _last_of_source(words, preferences) for words in by_source.values()]
    if len(last) == len(statements):
        return last, []
    standing = {entry.id for entry in last}
    return last, [entry for entry in statements if entry.id not in standing]


def _last_of_source(statements: Sequence[Entry], preferences: Mapping[str, Preference]) -> Entry:
    """What a source said last, without what a resolution overrules in favour of another statement of this source."""
    overruled = {other for entry in statements if entry.id in preferences for other in preferences[entry.id].over}
    return max([entry for entry in statements if entry.id not in overruled] or statements, key=_said)


def _said(entry: Entry) -> tuple[int, int, str]:
    asserted = entry.event.asserted
    return asserted.last, asserted.first, entry.id


def _merged(ranked: Sequence[Entry]) -> Statement:
    """The preferred statement; each field that it leaves out is from the next statement that gives it."""
    preferred, *others = [entry.event for entry in ranked]
    fields = preferred.__dict__
    changes = {}
    for name in own_fields(type(preferred)):
        value, rest = fields[name], [other.__dict__.get(name) for other in others]
        if is_silent(value):
            given = [other for other in rest if not is_silent(other)]
            if not given:
                continue
            value, *rest = given
        if name in ONE_OR_SEVERAL:
            value = _with_more(value, rest)
        if value is not fields[name]:
            changes[name] = value
    return preferred.model_copy(update=changes) if changes else preferred


ONE_OR_SEVERAL: Final = frozenset({"supplier", "buyer", "value", "by"})
"""Fields of which a statement gives one or several: who names more does not contradict who names fewer."""


def _with_more(value: Any, others: Sequence[Any]) -> Any:
    """Parties or amounts with those that others name beside them, where these do not contradict them."""
    parts = value if isinstance(value, tuple) else (value,)
    for other in others:
        more = other if isinstance(other, tuple) else (other,)
        if not isinstance(parts[0], Money):
            is_more = len(more) > len(parts) and set(parts) < set(more)
            parts = (*parts, *(one for one in more if one not in parts)) if is_more else parts
        elif more[0] is not None and not _lists_differ(parts, more):
            known = {amount.currency for amount in parts}
            parts = (*parts, *(amount for amount in more if amount.currency not in known))
    return parts if len(parts) > 1 else parts[0]


@cache
def _comparable_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields on which two statements can definitely differ: not free text, nor what an item is called."""
    return (
        "on",
        *(name for name in own_fields(event) if _is_comparable(event.model_fields[name].annotation)),
    )


def _is_comparable(annotation: Any) -> bool:
    """Whether the type of a field is no text, item or list; one value or several of its kind can be compared, and so
    can the lines of an order."""
    kinds = _kinds_of(annotation)
    if kinds == {tuple[Item, ...]}:
        return True
    alone = {kind for kind in kinds if get_origin(kind) is not tuple}
    return str not in alone and Item not in alone and all(kind in alone or get_args(kind)[0] in alone for kind in kinds)


def _kinds_of(annotation: Any) -> set[Any]:
    """The types that a field may have, without marks on them and without None."""
    if get_origin(annotation) is Annotated:
        return _kinds_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return {kind for part in get_args(annotation) for kind in _kinds_of(part)}
    return set() if annotation is NoneType else {annotation}


def _contests(
    ranked: Sequence[Entry], ranks: Mapping[str, Rank], preferences: Mapping[str, Preference]
) -> tuple[Contest, ...]:
    if len(ranked) < 2:
        return ()
    contests = []
    told = [entry.event.__dict__ for entry in ranked]
    for name in _comparable_fields(type(ranked[0].event)):
        values = [fields.get(name) for fields in told]
        if len(values) - values.count(None) > 1:
            given = [entry for entry, value in zip(ranked, values, strict=True) if not is_silent(value)]
            contest = _contest(name, given, ranks, preferences) if len(given) > 1 else None
            if contest is not None:
                contests.append(contest)
    return tuple(contests)


def _contest(
    name: str, given: Sequence[Entry], ranks: Mapping[str, Rank], preferences: Mapping[str, Preference]
) -> Contest | None:
    """The contest about a field among those that give it, the best first: that one, and all that definitely differ."""
    best, *others = given
    value = best.event.__dict__[name]
    differing = [
        entry
        for entry in others
        if definitely_differ(value, entry.event.__dict__[name]) and not _is_settled(best, entry, preferences)
    ]
    if not differing:
        return None
    return Contest(name, (best, *differing), deciding_rule(ranks[best.id], ranks[differing[0].id]))


def _is_settled(best: Entry, other: Entry, preferences: Mapping[str, Preference]) -> bool:
    """Whether a resolution prefers the one to the other."""
    return best.id in preferences and other.id in preferences[best.id].over


def deciding_rule(best: Rank, other: Rank) -> str:
    """The first rule by which the two differ."""
    return next(rule for rule, mine, theirs in zip(RULES, best, other, strict=True) if mine != theirs)


def definitely_differ(one: Any, other: Any) -> bool:
    """Whether two values cannot both be right: disjoint dates or ranges, other currencies or units."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        return _lists_differ(one, other)
    if isinstance(one, When) and isinstance(other, When):
        return one.last < other.first or other.last < one.first
    if isinstance(one, Money) and isinstance(other, Money):
        return one.measure != other.measure or one.amount > other.most or other.amount > one.most
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.measure != other.measure or one.count > other.most or other.count > one.most
    return bool(one != other)


def _lists_differ(one: Any, other: Any) -> bool:
    """Whether lists cannot both be right: of amounts, those of a currency that both give, or if they share none; of
    parties, if each names one that the other does not; of items, what both say of one of them."""
    mine, theirs = (value if isinstance(value, tuple) else (value,) for value in (one, other))
    if isinstance(mine[0], Item):
        return any(_items_differ(*pair) for pair in _of_one_name(mine, theirs))
    if isinstance(mine[0], Money):
        shared = [(a, b) for a in mine for b in theirs if a.currency == b.currency]
        return not shared or any(definitely_differ(a, b) for a, b in shared)
    if isinstance(mine[0], Party):
        return not (set(mine) <= set(theirs) or set(theirs) <= set(mine))
    return bool(one != other)


def _of_one_name(mine: Sequence[Item], theirs: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """The items that two lists both name, once each: of an item in two lots nobody knows which is which."""
    lists = [_by_name(items) for items in (mine, theirs)]
    for name, items in lists[0].items():
        if len(items) == 1 == len(others := lists[1].get(name, [])):
            yield items[0], others[0]


def _by_name(items: Sequence[Item]) -> dict[str, list[Item]]:
    named: dict[str, list[Item]] = {}
    for item in items:
        named.setdefault(item.designation.casefold(), []).append(item)
    return named


def _items_differ(one: Item, other: Item) -> bool:
    """Whether how many there are of an item, or what they cost, cannot both be right."""
    pairs = ((one.quantity, other.quantity), (one.value, other.value))
    return any(None not in pair and definitely_differ(*pair) for pair in pairs)
