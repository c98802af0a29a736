"""What somebody believes of one stream: the entries known at a belief date, repaired and competing.

The belief date (belief time) says which entries are known. Retracted ones drop out, corrections apply, statements
about one occurrence compete, and the occurrences stand in the order of the fold. Nothing here refuses: history is
trusted.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard, TypeVar

from armsledger.domain.beliefs.competition import compete, last_words, single
from armsledger.domain.beliefs.expectation import Expectation, expectations_of, with_expectation
from armsledger.domain.beliefs.occurrence import Occurrence, occurrence_key
from armsledger.domain.beliefs.repairs import NO_REPAIRS, Repairs, repairs_of
from armsledger.domain.entry import Entry
from armsledger.domain.events.expectation import Expected
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import OUR_COPY, Corrected, Retracted
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.lifecycle import Days, narrowed
from armsledger.domain.values.citation import CANNOT_BE_JUDGED, CREDIBILITY_CANNOT_BE_JUDGED, Grades
from armsledger.domain.values.known import EVERYTHING, Known

T = TypeVar("T")
NO_REGISTERS: Mapping[str | None, str] = {}
OCCURRENCE = Role.OCCURRENCE
EXPECTATION = Role.EXPECTATION
REPAIR = Role.REPAIR


Groups = dict[Any, Entry | list[Entry]]
"""The statements by occurrence: one alone, or several in a list."""


class Making(NamedTuple):
    """What the occurrences of a belief were made of, where no statement names another and no denial was counted among
    those of another: the statements by occurrence, and the occurrences before the days of some were narrowed."""

    groups: Groups
    occurrences: Sequence[Occurrence]
    narrowed: Mapping[int, Days]


class Belief(NamedTuple):
    """What somebody believes of a stream: occurrences in the order of the fold, expectations, and repairs."""

    entries: Sequence[Entry]
    occurrences: list[Occurrence]
    expectations: list[Expectation]
    repairs: Repairs
    grades: Grades
    registers: Mapping[str | None, str] = NO_REGISTERS
    """By a source, the register of which it is a release."""
    denials: Sequence[Entry] = ()
    """Denials of what nobody affirms."""
    making: Making | None = None
    """What it was made of, so that one more entry can be added."""
    unreadable: Sequence[Entry] = ()
    """Those that this release cannot read and that nobody retracted; nothing of them is in the belief."""

    def witness(self, entry: Entry) -> str:
        """Who tells it: the source, of releases the register; an entry without a source speaks for itself."""
        source = entry.event.source
        return self.registers.get(source) or source or entry.id

    def grade(self, entry: Entry) -> tuple[str, int]:
        """The reliability of the source and the credibility of the statement; smaller is better."""
        event = entry.event
        return (
            self.grades.get(event.source or "", CANNOT_BE_JUDGED),
            event.credibility or CREDIBILITY_CANNOT_BE_JUDGED,
        )

    def current(self, entry: Entry) -> Entry:
        """The entry with the known corrections applied."""
        event = self.repairs.events.get(entry.id)
        return entry if event is None else entry._replace(event=event)


def believe(
    entries: Sequence[Entry], grades: Grades, known: Known = EVERYTHING, earlier: Belief | None = None
) -> Belief:
    """The belief about one stream at a belief date; ``entries`` in the order of their positions.

    What stays the same as in an ``earlier`` belief are the same objects.
    """
    visible = entries if known == EVERYTHING else known_entries(entries, known)
    statements: list[Entry] = []
    expected: list[Entry] = []
    repairing: list[Entry] = []
    unreadable: Sequence[Entry] = ()
    for entry in visible:
        role = entry.event.role
        if role is OCCURRENCE:
            statements.append(entry)
        elif role is EXPECTATION:
            expected.append(entry)
        elif role is REPAIR:
            repairing.append(entry)
        else:
            unreadable = [*unreadable, entry]
    repairs = NO_REPAIRS
    if repairing:
        repairs = repairs_of(repairing, visible)
        statements = list(_repaired(statements, repairs))
        expected = list(_repaired(expected, repairs))
        unreadable = [entry for entry in unreadable if entry.id not in repairs.retracted_by]
    own_groups = _groups(statements)
    groups = _linked_groups(statements) if own_groups is None else own_groups
    occurrences, denials = _occurrences(groups, grades, repairs)
    if denials and _attach_denials(groups):
        own_groups = None
        occurrences, denials = _occurrences(groups, grades, repairs)
    days = narrowed(occurrences)
    making = None if own_groups is None else Making(own_groups, tuple(occurrences), days)
    for place, (first, last) in days.items():
        occurrences[place] = occurrences[place]._replace(first=first, last=last)
    occurrences.sort(key=order_of_the_fold)
    registers = _registers(visible)
    links = expectations_of(expected, visible, registers) if expected else []
    if registers and links:
        unit = _unit_of_row(statements, registers)
        links = [link.counted_in(unit) if link.is_of(registers) else link for link in links]
    if earlier is not None:
        occurrences = _same_again(occurrences, earlier.occurrences, lambda one: one.entries[0].id)
        links = _same_again(links, earlier.expectations, lambda link: link.entry.id)
    return Belief(visible, occurrences, links, repairs, grades, registers, denials, making, unreadable)


def _same_again(values: list[T], earlier: Sequence[T], key: Callable[[T], str]) -> list[T]:
    """Values, or in their place those among earlier ones that they equal."""
    known = {key(value): value for value in earlier}
    pairs = ((value, known.get(key(value), value)) for value in values)
    return [same if same == value else value for value, same in pairs]


def with_one_more(belief: Belief, entries: Sequence[Entry], grades: Grades) -> Belief | None:
    """The belief with one more entry, the last of ``entries``; None where others have to be looked at again for it.

    Others need not be for what nobody told of before, unless it narrows their days, and for a new expectation. The
    grades of what others cite are as they were.
    """
    entry = entries[-1]
    event = entry.event
    if belief.registers or isinstance(event, Listed) or _is_spoken_of(entry.id, belief):
        return None
    if isinstance(event, Expected):
        links = with_expectation(belief.expectations, entry)
        return None if links is None else belief._replace(entries=entries, expectations=links, grades=grades)
    making = belief.making
    if event.role is not OCCURRENCE or making is None or event.same_as is not None or belief.denials or event.denies:
        return None
    own, occurrence = _groups([entry]) or {}, single(entry)
    if occurrence is None or not making.groups.keys().isdisjoint(own):
        return None
    places = (*making.occurrences, occurrence)
    days = narrowed(places)
    first, last = days.pop(len(places) - 1, (occurrence.first, occurrence.last))
    if days != making.narrowed:  # it narrows the days of others
        return None
    if (first, last) != (occurrence.first, occurrence.last):
        days[len(places) - 1] = first, last
        occurrence = occurrence._replace(first=first, last=last)
    occurrences = list(belief.occurrences)
    insort(occurrences, occurrence, key=order_of_the_fold)
    making = Making({**making.groups, **own}, places, days)
    return belief._replace(entries=entries, occurrences=occurrences, grades=grades, making=making)


def _is_spoken_of(entry_id: str, belief: Belief) -> bool:
    """Whether entries speak of one that is recorded after them, as nobody may who is asked first."""
    retracted, corrected, disputed, preferences, _ = belief.repairs
    return (
        any(entry.event.__dict__.get("target") == entry_id for entry in belief.entries)
        or any(entry_id in repaired for repaired in (retracted, corrected, disputed, preferences))
        or any(entry_id in preference.over for preference in preferences.values())
    )


def grades_agree(belief: Belief, grades: Grades) -> bool:
    """Whether all sources that a belief cites have the grades that they have in it."""
    known = belief.grades
    if any(grades.get(source) != grade for source, grade in known.items()):
        return False
    new = grades.keys() - known.keys()
    return not new or new.isdisjoint(cited(belief.entries))


def _registers(entries: Iterable[Entry]) -> Mapping[str | None, str]:
    """By the sources that list the deal, or repair what lists it, the register of which they are releases."""
    listings = {entry.id: f"/{entry.event.listed_in}" for entry in entries if type(entry.event) is Listed}
    if not listings:
        return NO_REGISTERS
    named = ((entry.event.source, getattr(entry.event, "target", entry.id)) for entry in entries)
    return {source: listings[target] for source, target in named if target in listings}


def _unit_of_row(statements: Iterable[Entry], registers: Mapping[str | None, str]) -> str | None:
    """The unit in which a register counts a deal by its last words; None if it uses several."""
    counts = [getattr(entry.event, "quantity", None) for entry in statements if entry.event.source in registers]
    units = {count.unit for count in counts if count is not None}
    return units.pop() if len(units) == 1 else None


def order_of_the_fold(occurrence: Occurrence) -> tuple[int, int, int, int, str]:
    """By the last day, the first day, the place in the life cycle, the day asserted, the id."""
    event = occurrence.event
    return occurrence.last, occurrence.first, event.place_in_cycle, event.asserted.last, occurrence.entries[0].id


def known_entries(entries: Sequence[Entry], known: Known) -> list[Entry]:
    """The entries known at a belief date, in order of position."""
    if known.position is not None:
        return [entry for entry in entries if entry.position <= known.position]
    if known.day is None:
        return list(entries)
    return [entry for entry, since in zip(entries, known_since(entries), strict=True) if since <= known.day]


def known_since(entries: Sequence[Entry]) -> list[int]:
    """The day from which on each entry is known by when it was asserted (a proleptic ordinal), in the same order.

    A repair of our own copy holds from its target's day. What was asserted at some time with an open end is never
    known so: its day is `OPEN_FUTURE`.
    """
    own = [entry for entry in entries if _repairs_our_copy(entry.event)]
    if not own:
        return [entry.event.asserted.last for entry in entries]
    since: dict[str, int] = {}
    redated = _redated(entries, own)
    for entry in entries:
        since[entry.id] = _asserted_since(redated.get(entry.id, entry.event), since)
    return [since[entry.id] for entry in entries]


def _redated(entries: Sequence[Entry], own: Sequence[Entry]) -> Mapping[str, Statement]:
    """The corrected events of entries for which we had written down wrongly when the source asserted them.

    ``own`` are the repairs of our copy.
    """
    if not any("asserted" in entry.event.set for entry in own if isinstance(entry.event, Corrected)):
        return {}
    return repairs_of(own, entries).events


def _repairs_our_copy(event: Statement) -> TypeGuard[Corrected | Retracted]:
    return event.role is Role.REPAIR and isinstance(event, Corrected | Retracted) and event.reason in OUR_COPY


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


def _occurrences(groups: Groups, grades: Grades, repairs: Repairs) -> tuple[list[Occurrence], list[Entry]]:
    """What the statements come to, in no order, and the denials of what nobody affirms."""
    occurrences, denials = [], []
    for group in groups.values():
        occurrence = compete(group, grades, repairs.preferences) if isinstance(group, list) else single(group)
        if occurrence is not None:
            occurrences.append(occurrence)
        else:
            denials += last_words(group, repairs.preferences)[0] if isinstance(group, list) else [group]
    return occurrences, denials


def _attach_denials(groups: Groups) -> bool:
    """Let each denial that names nothing compete with the nearest statement that it can mean; whether some does."""
    before = len(groups)
    for key, group in list(groups.items()):
        denials = group if isinstance(group, list) else [group]
        if not all(entry.event.denies for entry in denials):
            continue
        denial = denials[0]
        named = denial.event.occurrence_key() is not None
        nearest = None if named else min(_deniable(denial, key, groups), default=None)
        if nearest is not None:
            others = groups[nearest[2]]
            groups[nearest[2]] = [*(others if isinstance(others, list) else [others]), *denials]
            del groups[key]
    return len(groups) < before


def _deniable(denial: Entry, own: Any, groups: Groups) -> Iterable[tuple[int, str, Any]]:
    """The statements that a denial can mean: how many days off, the id, and the key of the occurrence."""
    for key, group in groups.items():
        for entry in group if isinstance(group, list) else [group]:
            if key != own and not entry.event.denies and _can_mean(denial.event, entry.event):
                one, other = denial.event.on, entry.event.on
                yield max(0, one.first - other.last, other.first - one.last), entry.id, key


MEANT_BY = ("tranche", "item", "quantity", "amount", "authority", "by", "against", "form", "to", "relation", "forum")
"""Fields in which a denial does not differ from the statement that it denies."""


def _can_mean(denial: Statement, event: Statement) -> bool:
    if type(denial) is not type(event):
        return False
    for name in MEANT_BY:
        mine, theirs = getattr(denial, name, None), getattr(event, name, None)
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return True


def _groups(statements: Sequence[Entry]) -> Groups | None:
    """The statements by occurrence; None if some name another. On the hot path of every fold."""
    groups: Groups = {}
    for entry in statements:
        event = entry.event
        if event.same_as is not None:
            return None
        key: Any = entry.id
        if event.identity:
            key = event.occurrence_key() or key
        elif event.identity is not None:
            key = type(event)  # it happens once; its name could be the id of another entry
        group = groups.setdefault(key, entry)
        if group is not entry:
            groups[key] = [*group, entry] if type(group) is list else [group, entry]  # type: ignore[list-item]  # an entry is no list
    return groups


def _linked_groups(statements: Sequence[Entry]) -> Groups:
    """The same where some statements name another about the same occurrence."""
    events = {entry.id: entry.event for entry in statements}
    groups: Groups = {}
    for entry in statements:
        group = groups.setdefault(occurrence_key(entry.id, entry.event, events.get), [])
        assert isinstance(group, list)
        group.append(entry)
    return {key: group[0] if isinstance(group, list) and len(group) == 1 else group for key, group in groups.items()}


def cited(entries: Sequence[Entry]) -> set[str]:
    """The sources that entries cite, or that a correction has them cite."""
    sources: set[Any] = set()
    for entry in entries:
        event = entry.event
        sources.add(event.source)
        changes: Any = event.set if type(event) is Corrected else None
        while isinstance(changes, Mapping):  # a correction may correct what another one sets
            sources |= {str(changes["source"])} if changes.get("source") else set()
            changes = changes.get("set")
    sources.discard(None)
    return sources
