"""The life cycle: which event may not precede which, and what that says of dates that are coarse or open.

An amendment "by August 2023" of a contract of 2021 was made between the two. `narrowed` draws such conclusions once,
from the dates as stated: the first day of a thing is raised to the first day of what it must follow, its last day is
lowered to the last day of what must follow it. The order of the fold and the findings go by these days; the date that
is shown never changes. The rules are the tables below; docs/rules.md tells them in prose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, Protocol

from armsledger.domain.values.several import all_of


class Precedence(NamedTuple):
    """Each of the events ``before`` precedes each of those ``after``, and why.

    ``keys`` are the fields in which two must not differ to belong together. Things that come in ``rounds`` happen
    again: one that lies definitely on the other side belongs to another round. ``told`` says whether a pair in the
    wrong order is the finding ``out-of-order``; some pairs have findings of their own.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    why: str
    keys: tuple[str, ...] = ()
    rounds: bool = False
    told: bool = True


OPENING: Final = "opened"
ENDINGS: Final = ("completed", "cancelled", "terminated")
CHANGES: Final = ("amended", "option-agreed", "suspended")
DELIVERIES: Final = ("delivery-begun", "delivered", "delivery-completed")
LICENCE: Final = ("authority", "reference", "scope")
SANCTION: Final = ("by", "against", "basis")
CLAIM: Final = ("by", "against", "forum")

PRECEDENCES: Final = (
    Precedence((OPENING,), ("contract-signed",), "a contract is signed in a deal that has begun"),
    Precedence(("contract-signed",), CHANGES, "what is changed, held up or left open has been agreed"),
    Precedence(
        ("option-agreed",),
        ("option-exercised", "option-lapsed"),
        "an option is taken up after it is given",
        ("option",),
    ),
    Precedence(("suspended",), ("resumed",), "what is resumed was suspended", rounds=True),
    Precedence(("delivery-suspended",), ("delivery-resumed",), "what is resumed was suspended", rounds=True),
    Precedence(
        ("contract-signed", *CHANGES, "option-exercised", "option-lapsed", "resumed"),
        ENDINGS,
        "nothing is agreed, changed or resumed after the end; what is, has a finding of its own",
        told=False,
    ),
    Precedence(
        ("licence-applied",),
        ("licence-granted", "licence-denied"),
        "an answer follows its question",
        LICENCE,
        rounds=True,
    ),
    Precedence(
        ("licence-granted",),
        ("licence-suspended", "licence-revoked", "licence-expired"),
        "what is taken away was granted",
        LICENCE,
        rounds=True,
    ),
    Precedence(
        ("sanction-threat-raised",),
        ("sanction-imposed", "waiver-granted", "sanction-threat-withdrawn"),
        "a threat precedes what is threatened, and what averts it",
        SANCTION,
        rounds=True,
    ),
    Precedence(
        ("sanction-imposed",),
        ("sanction-took-effect", "sanction-lifted"),
        "what takes effect or is lifted was imposed",
        SANCTION,
        rounds=True,
    ),
    Precedence(("sanction-took-effect",), ("sanction-lifted",), "what is lifted was in effect", SANCTION, rounds=True),
    Precedence(("waiver-granted",), ("waiver-expired",), "what expires was granted", SANCTION, rounds=True),
    Precedence(
        ("industrial-arrangement-agreed",),
        ("industrial-arrangement-discharged",),
        "what is discharged was agreed",
        ("form",),
    ),
    Precedence(("pledged",), ("pledge-withdrawn",), "what is taken back was promised", ("by",), rounds=True),
    Precedence(
        ("onward-transfer-requested",),
        ("onward-transfer-consented", "onward-transfer-refused"),
        "an answer follows its question",
        ("authority", "to", "item"),
        rounds=True,
    ),
    Precedence(
        ("claim-filed",), ("claim-settled", "claim-withdrawn"), "a claim is filed before it ends", CLAIM, rounds=True
    ),
    Precedence(("linked",), ("unlinked",), "a link ends after it was made", ("to", "relation"), rounds=True),
    Precedence(
        ("delivery-begun",), ("delivery-completed",), "a batch begins before it is complete", ("tranche",), rounds=True
    ),
    Precedence(
        (OPENING,),
        (*DELIVERIES, "tranche-paid", "accepted", "returned", "lost", "transferred-onward"),
        "nothing is delivered, paid, accepted, returned, lost or passed on before the deal begins",
    ),
    Precedence(("scheduled",), ("rescheduled",), "what is moved was planned", rounds=True),
    Precedence(("scheduled", "rescheduled"), ("postponed", "held"), "what is put off or held was planned", rounds=True),
    Precedence(("signed",), ("in-force", "renewed", "expired"), "an agreement is signed before it is in force"),
    Precedence(("signed", "in-force", "renewed", "expired"), ("terminated",), "an ending is the last", told=False),
)
"""What precedes what. A pair stands here once, with its reason."""

OLDER_THAN_THE_DEAL: Final = ("sanction", "waiver", "licence", "legislative", "linked", "unlinked")
"""Begin the names of events that can be older than the opening, as they concern the parties and not this deal alone."""


def belongs_to_the_deal(name: str) -> bool:
    """Whether an event is a step of the deal itself, so that it cannot be older than the opening."""
    return name != OPENING and not name.startswith(OLDER_THAN_THE_DEAL)


Rules = Mapping[str, Sequence[tuple[Precedence, str]]]


def _rules(mine: Callable[[Precedence], tuple[str, ...]], others: Callable[[Precedence], tuple[str, ...]]) -> Rules:
    names = {name for rule in PRECEDENCES for name in mine(rule)}
    return {
        name: [(rule, other) for rule in PRECEDENCES if name in mine(rule) for other in others(rule)] for name in names
    }


FOLLOWS: Final = _rules(lambda rule: rule.after, lambda rule: rule.before)
"""By the name of an event, what it follows, and the rule that says so."""
PRECEDES: Final = _rules(lambda rule: rule.before, lambda rule: rule.after)
"""By the name of an event, what follows it, and the rule that says so."""
IN_ITS_DEAL: Final = Precedence((OPENING,), (), "a step of the deal is not older than the deal", told=False)


@cache
def _followed(name: str) -> Sequence[tuple[Precedence, str]]:
    """What an event follows, by the table or as a step of its deal."""
    rules = FOLLOWS.get(name, ())
    if belongs_to_the_deal(name) and all(other != OPENING for _, other in rules):
        return [*rules, (IN_ITS_DEAL, OPENING)]
    return rules


class Thing(Protocol):
    """Something that happened: the name of its event, the days that its date allows, and its fields.

    ``established`` says whether it can be certain: only what can be certain narrows other dates.
    """

    @property
    def name(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def established(self) -> bool: ...
    @property
    def sure(self) -> Any: ...


class Misorder(NamedTuple):
    """Two things, by their places in what was given, of which the second lies definitely before the first."""

    before: int
    after: int
    why: str


Days = tuple[int, int]


def narrowed(things: Sequence[Thing]) -> dict[int, Days]:
    """The first and the last day of those things, by their places, that the others narrow."""
    coarse = [(place, thing) for place, thing in enumerate(things) if thing.first < thing.last]
    if not coarse or len(things) < 2:
        return {}
    by_name: dict[str, list[Thing]] = {}
    for thing in things:
        if thing.established:
            by_name.setdefault(thing.name, []).append(thing)
    days = {}
    for place, thing in coarse:
        name, first, last = thing.name, thing.first, thing.last
        for rule, other in _followed(name):
            if other in by_name:
                first = max(first, _begin(rule, by_name[other], thing))
        for rule, other in PRECEDES.get(name, ()):
            if other in by_name:
                last = min(last, _end(rule, thing, by_name[other]))
        if name == OPENING:
            last = min(last, _first_step(thing, by_name))
        until = thing.sure.__dict__.get("until") if thing.established else None
        if until is not None and until.last >= first:  # a term begins before it is over
            last = min(last, until.last)
        if first <= last and (first > thing.first or last < thing.last):
            days[place] = first, last
    return days


def _begin(rule: Precedence, before: Sequence[Thing], thing: Thing) -> int:
    """The first day on which a thing can have been, by what it follows and can."""
    first, last = thing.first, thing.last
    days = []
    for one in before:
        if one.first <= last and (not rule.keys or concerns(rule, one, thing)):
            if one.first <= first:
                return first
            days.append(one.first)
    return min(days, default=first)


def _end(rule: Precedence, thing: Thing, after: Sequence[Thing]) -> int:
    """The last day on which a thing can have been, by what follows it and can."""
    first, last = thing.first, thing.last
    days = []
    for one in after:
        if one.last >= first and (not rule.keys or concerns(rule, thing, one)):
            if one.last >= last:
                return last
            days.append(one.last)
    return max(days, default=last)


def _first_step(opening: Thing, by_name: Mapping[str, Sequence[Thing]]) -> int:
    """The last day of the first step of a deal, of those that need not be older than its opening."""
    steps = (one.last for name, others in by_name.items() if belongs_to_the_deal(name) for one in others)
    return min((day for day in steps if day >= opening.first), default=opening.last)


def misordered(things: Sequence[Thing]) -> list[Misorder]:
    """Pairs that lie definitely in the wrong order: nothing that the second must follow can precede it."""
    places: dict[str, list[int]] = {}
    for place, thing in enumerate(things):
        if thing.established:
            places.setdefault(thing.name, []).append(place)
    pairs = []
    for place, thing in enumerate(things):
        for rule, name in FOLLOWS.get(thing.name, ()) if thing.established else ():
            if rule.told and not rule.rounds:
                others = [other for other in places.get(name, ()) if concerns(rule, things[other], thing)]
                if others and all(things[other].first > thing.last for other in others):
                    pairs.append(Misorder(others[0], place, rule.why))
    return pairs


def can_be_misordered(things: Sequence[Thing]) -> bool:
    """Whether `misordered` can give a pair of some of these: one lies definitely before what it must follow."""
    firsts: dict[str, int] = {}
    for thing in things:
        firsts[thing.name] = max(thing.first, firsts.get(thing.name, thing.first))
    return any(
        firsts[name] > thing.last
        for thing in things
        for rule, name in FOLLOWS.get(thing.name, ())
        if name in firsts and rule.told and not rule.rounds
    )


def are_ordered(one: Thing, other: Thing) -> bool:
    """Whether the life cycle says which of two comes first, be it by what lies between them."""
    pairs = ((one, other), (other, one))
    return any(concerns(rule, *pair) for pair in pairs for rule in _chains().get((pair[0].name, pair[1].name), ()))


@cache
def _chains() -> Mapping[tuple[str, str], Sequence[Precedence]]:
    """By the names of two events, the rules at the end of each way from the one to the other."""
    chains: dict[tuple[str, str], set[Precedence]] = {}
    waiting = [(name, other, rule) for name, others in PRECEDES.items() for rule, other in others]
    while waiting:
        name, other, rule = waiting.pop()
        if rule not in chains.setdefault((name, other), set()):
            chains[(name, other)].add(rule)
            waiting += [(name, last, after) for after, last in PRECEDES.get(other, ())]
    return {names: tuple(rules) for names, rules in chains.items()}


def concerns(rule: Precedence, one: Thing, other: Thing) -> bool:
    """Whether two speak of the same thing: they differ in no key that both name; of several parties one is enough."""
    for key in rule.keys:
        mine, theirs = getattr(one.sure, key, None), getattr(other.sure, key, None)
        if None not in (mine, theirs) and mine != theirs and set(all_of(mine)).isdisjoint(all_of(theirs)):
            return False
    return True
