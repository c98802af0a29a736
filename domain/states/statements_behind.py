"""Which statements of an occurrence give what a state takes from it, with the repairs that made them say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.competition import definitely_differ
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.beliefs.repairs import in_turn
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement, is_silent
from armsledger.domain.states.lapse import Lapsed
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.several import all_of

Addresses = tuple[str, ...]
EXISTENCE: Final = ("on", "status")
"""The fields that say whether something has happened by a day, and whether that is certain."""


def behind_step(occurrence: Occurrence, fields: Sequence[str], belief: Belief, shown: Any = None) -> Addresses:
    """The statements that give one of some fields as the occurrence has it, the preferred one first, and their repairs.

    Without fields it is enough that they speak for the occurrence. Of amounts that are ``shown`` they give one in its
    currency.
    """
    told: Sequence[Entry] = occurrence.entries
    event = _event_of(occurrence)
    if len(told) > 1 and fields:
        told = [entry for entry in told if any(_gives(entry.event, event, name, shown) for name in fields)] or told[:1]
    return _with_repairs(occurrence, told, fields or EXISTENCE, belief)


def behind_sum(occurrence: Occurrence, field: str, belief: Belief) -> Addresses:
    """The same of what an occurrence adds to a sum: who gives the count, or leaves it out and gives the date."""
    event = occurrence.event
    told = [entry for entry in occurrence.entries if _adds(entry.event, event, field)]
    return _with_repairs(occurrence, told or occurrence.entries[:1], (field, *EXISTENCE), belief)


def claims_of(belief: Belief) -> frozenset[str]:
    """The statements that only claim or infer what they tell, and their repairs: nothing certain rests on them."""
    claims = {entry.id: entry.address for one in belief.occurrences for entry in one.entries if not entry.event.vouches}
    repairs = belief.repairs
    corrections = [one.address for claim in claims for one in repairs.corrected_by.get(claim, ())]
    resolutions = [repairs.preferences[claim].entry.address for claim in claims if claim in repairs.preferences]
    return frozenset([*claims.values(), *corrections, *resolutions])


def _event_of(occurrence: Occurrence) -> Statement:
    """What an occurrence tells; of the end of a term, what began it."""
    event = occurrence.event
    term: Statement = event.term if isinstance(event, Lapsed) else event
    return term


def _adds(statement: Statement, event: Statement, field: str) -> bool:
    name = "on" if is_silent(statement.__dict__.get(field)) else field
    return _gives(statement, event, name)


def _gives(statement: Statement, event: Statement, name: str, shown: Any = None) -> bool:
    """Whether a statement gives a field, and nothing that definitely differs from what is taken."""
    mine, theirs = event.__dict__.get(name), statement.__dict__.get(name)
    if is_silent(mine) or is_silent(theirs):
        return False
    wanted, given = all_of(mine), all_of(theirs)
    if isinstance(wanted[0], Money):
        amounts = all_of(shown) if _are_amounts(shown) else wanted
        return any(
            one.currency == other.currency and not definitely_differ(one, other) for one in amounts for other in given
        )
    if isinstance(wanted[0], Item):
        named = {item.designation.casefold() for item in wanted}
        shares = any(item.designation.casefold() in named for item in given)
        return shares and not definitely_differ(mine, theirs)
    return not definitely_differ(mine, theirs)


def _are_amounts(shown: Any) -> bool:
    return bool(shown) and all(isinstance(one, Money) for one in all_of(shown))


def _with_repairs(occurrence: Occurrence, told: Sequence[Entry], fields: Sequence[str], belief: Belief) -> Addresses:
    """The addresses of statements, each with the corrections and the resolution that made it count."""
    repairs = belief.repairs
    if not repairs.corrected_by and not repairs.preferences:
        return tuple([entry.address for entry in told])
    addresses = dict.fromkeys(entry.address for entry in told)
    for entry in told:
        addresses |= dict.fromkeys(corrections_behind(entry, fields, belief))
        preference = repairs.preferences.get(entry.id)
        if preference is not None:
            over = [one for one in (*occurrence.entries, *occurrence.superseded) if one.id in preference.over]
            if any(_is_rival(one.event, entry.event, name) for one in over for name in fields):
                addresses |= dict.fromkeys([preference.entry.address])
    return tuple(addresses)


def _is_rival(statement: Statement, preferred: Statement, name: str) -> bool:
    """Whether a statement gives a field otherwise than the preferred one."""
    mine, theirs = preferred.__dict__.get(name), statement.__dict__.get(name)
    return not is_silent(mine) and not is_silent(theirs) and mine != theirs


def corrections_behind(entry: Entry, fields: Sequence[str] | None, belief: Belief) -> Iterator[str]:
    """The corrections of an entry that set some fields as they are now, or any field where none is named."""
    corrections = belief.repairs.corrected_by.get(entry.id)
    if not corrections:
        return
    last: dict[str, Entry] = {}
    for correction in sorted(corrections, key=in_turn):
        assert isinstance(correction.event, Corrected)
        last |= dict.fromkeys(correction.event.set, correction)
    wanted = last if fields is None else [name for name in (*fields, "status") if name in last]
    for correction in {last[name].id: last[name] for name in wanted}.values():
        yield correction.address
        yield from corrections_behind(correction, ("set",), belief)
