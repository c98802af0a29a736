"""What somebody believes of one stream: the entries known at a belief date, repaired and competing.

The belief date (belief time) says which entries are known. Retracted ones drop out, corrections apply, statements
about one occurrence compete, and the occurrences stand in the order of the fold. Nothing here refuses: history is
trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from armsledger.domain.beliefs.competition import compete, single
from armsledger.domain.beliefs.expectation import Expectation, expectations_of
from armsledger.domain.beliefs.occurrence import Occurrence, occurrence_key
from armsledger.domain.beliefs.repairs import NO_REPAIRS, Repairs, repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import OUR_COPY, Corrected, Retracted
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.citation import Grades
from armsledger.domain.values.edtf import OPEN_FUTURE


class Known(NamedTuple):
    """A belief date: the entries up to a position, or those asserted by a day (a proleptic ordinal), or all."""

    position: int | None = None
    day: int | None = None


EVERYTHING = Known()
NEVER = OPEN_FUTURE + 1
"""A day after all days."""
OCCURRENCE = Role.OCCURRENCE  # a name of the module is found faster than a member of an enumeration
EXPECTATION = Role.EXPECTATION


class Belief(NamedTuple):
    """What somebody believes of a stream: occurrences in the order of the fold, expectations, and repairs."""

    entries: Sequence[Entry]
    occurrences: list[Occurrence]
    expectations: list[Expectation]
    repairs: Repairs

    def current(self, entry: Entry) -> Entry:
        """The entry with the known corrections applied."""
        event = self.repairs.events.get(entry.id)
        return entry if event is None else entry._replace(event=event)


def believe(entries: Sequence[Entry], grades: Grades, known: Known = EVERYTHING) -> Belief:
    """The belief about one stream at a belief date; ``entries`` in the order of their positions."""
    visible = entries if known == EVERYTHING else known_entries(entries, known)
    statements: list[Entry] = []
    expected: list[Entry] = []
    repairing: list[Entry] = []
    for entry in visible:
        role = entry.event.role
        if role is OCCURRENCE:
            statements.append(entry)
        elif role is EXPECTATION:
            expected.append(entry)
        else:
            repairing.append(entry)
    repairs = NO_REPAIRS
    if repairing:
        repairs = repairs_of(repairing, visible)
        statements = list(_repaired(statements, repairs))
        expected = list(_repaired(expected, repairs))
    occurrences = _in_order(_occurrences(statements, grades, repairs))
    return Belief(visible, occurrences, expectations_of(expected, visible) if expected else [], repairs)


def _in_order(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    """The occurrences in the order of the fold."""
    keyed = []
    for occurrence in occurrences:
        event = occurrence.event
        position = occurrence.entries[0].position  # no two are equal, so occurrences are never compared
        keyed.append((event.on.first, event.place_in_cycle, event.asserted.last, position, occurrence))
    keyed.sort()
    return [place[-1] for place in keyed]


def known_entries(entries: Sequence[Entry], known: Known) -> list[Entry]:
    """The entries known at a belief date, in order of position."""
    if known.position is not None:
        return [entry for entry in entries if entry.position <= known.position]
    if known.day is None:
        return list(entries)
    since: dict[str, int] = {}
    redated = _redated(entries)
    for entry in entries:
        since[entry.id] = _asserted_since(redated.get(entry.id, entry.event), since)
    return [entry for entry in entries if since[entry.id] <= known.day]


def _redated(entries: Sequence[Entry]) -> Mapping[str, Statement]:
    """The corrected events of entries for which we had written down wrongly when the source asserted them."""
    own = [entry for entry in entries if _repairs_our_copy(entry.event)]
    if not any("asserted" in entry.event.set for entry in own if isinstance(entry.event, Corrected)):
        return {}
    return repairs_of(own, entries).events


def _repairs_our_copy(event: Statement) -> TypeGuard[Corrected | Retracted]:
    return isinstance(event, Corrected | Retracted) and event.reason in OUR_COPY


def _asserted_since(event: Statement, since: Mapping[str, int]) -> int:
    """A repair of our own copy holds from the day on which its target was asserted, all else from its own."""
    if _repairs_our_copy(event):
        return since.get(event.target, event.asserted.last)
    return event.asserted.last


def _repaired(entries: Iterable[Entry], repairs: Repairs) -> Iterable[Entry]:
    """The entries that stand, with their corrections."""
    for entry in entries:
        if entry.id not in repairs.retracted_by:
            event = repairs.events.get(entry.id)
            yield entry if event is None else entry._replace(event=event)


def _occurrences(statements: Sequence[Entry], grades: Grades, repairs: Repairs) -> list[Occurrence]:
    """The occurrences that the statements tell of, in no order."""
    occurrences = [
        compete(group, grades, repairs.preferences) if type(group) is list else single(group)  # type: ignore[arg-type]  # an entry is no list
        for group in _groups(statements).values()
    ]
    return [occurrence for occurrence in occurrences if occurrence is not None]


def _groups(statements: Sequence[Entry]) -> dict[Any, Entry | list[Entry]]:
    """The statements by occurrence: a single one, or several in a list. Every fold passes here."""
    groups: dict[Any, Entry | list[Entry]] = {}
    for entry in statements:
        event = entry.event
        if event.same_as is not None:
            return _linked_groups(statements)
        key: Any = entry.id
        if event.identity:
            key = event.occurrence_key() or key
        elif event.identity is not None:
            key = type(event)  # it happens once; its name could be the id of another entry
        group = groups.setdefault(key, entry)
        if group is not entry:
            groups[key] = [*group, entry] if type(group) is list else [group, entry]  # type: ignore[list-item]  # an entry is no list
    return groups


def _linked_groups(statements: Sequence[Entry]) -> dict[Any, Entry | list[Entry]]:
    """The same groups where some statements name another about the same occurrence."""
    events = {entry.id: entry.event for entry in statements}
    groups: dict[Any, Entry | list[Entry]] = {}
    for entry in statements:
        group = groups.setdefault(occurrence_key(entry.id, entry.event, events.get), [])
        assert isinstance(group, list)
        group.append(entry)
    return {key: group[0] if isinstance(group, list) and len(group) == 1 else group for key, group in groups.items()}


def cited(entries: Sequence[Entry]) -> set[str]:
    """The sources that entries cite, or that a correction has them cite."""
    sources = {entry.event.source for entry in entries if entry.event.source is not None}
    for entry in entries:
        changes: Any = entry.event.set if isinstance(entry.event, Corrected) else None
        while isinstance(changes, Mapping):  # a correction may correct what another one sets
            sources |= {str(changes["source"])} if changes.get("source") else set()
            changes = changes.get("set")
    return sources
