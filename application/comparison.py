"""Comparing two beliefs about one date: what changed, and which entries changed it.

An entry is responsible for a change of a field if the field changes when the entry is added to the earlier belief, or
when it is left out of the later one. The first test misses entries that matter only together, the second misses
entries that say the same. An entry that regrades a source is responsible if the new grade changes what is preferred.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from armsledger.application.beliefs import Beliefs, Side
from armsledger.application.differing import BothSides, both_sides, differing_streams
from armsledger.application.sipri.register import release_keys
from armsledger.application.sipri.standing import Releases
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.brief import brief
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.events.source import Regraded
from armsledger.domain.states.course import State
from armsledger.domain.states.idle import idle_entries
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.stream_day import Bounds, state_at
from armsledger.projections.html import table
from armsledger.projections.rows import Row, Rows
from armsledger.projections.state_card import field_words
from armsledger.projections.state_json import field_to_json, goes_without_saying, shown_fields
from armsledger.storage.collecting import seldom_collecting

DEAL: Final = "deal/"
Field = tuple[str, str]
"""A bound of a state, ``certain`` or ``possible``, and the name of a field."""
Fields = dict[Field, Any]
"""The fields of both bounds, and their values."""
Influence = tuple[str, set[Field]]
"""The address of an entry, and the fields that it changes."""


@dataclass(frozen=True)
class Change(Row):
    """A field of a state in which two beliefs differ; ``entries`` are those that changed it.

    ``bound`` is ``certain`` or ``possible``; a value of None means that the field is not there.
    """

    stream: str
    bound: str
    field: str
    old: Any = dataclasses.field(hash=False)
    new: Any = dataclasses.field(hash=False)
    entries: tuple[str, ...]


class Difference(NamedTuple):
    """A field that two beliefs differ in, with the values themselves; a `Change` has them in the types of JSON."""

    stream: str
    bound: str
    field: str
    old: Any
    new: Any
    entries: tuple[str, ...]

    @property
    def was(self) -> str:
        """The old value in a few words."""
        return field_words(self.field, self.old) or "nothing"

    @property
    def is_now(self) -> str:
        """The new value in a few words."""
        return field_words(self.field, self.new) or "nothing"

    @property
    def change(self) -> Change:
        """The difference as a row."""
        old, new = (field_to_json(self.field, value) for value in (self.old, self.new))
        return Change(self.stream, self.bound, self.field, old, new, self.entries)


class Comparison(NamedTuple):
    """What changed between two views of one date; ``entries`` are those that only the later one knows."""

    earlier: Beliefs
    later: Beliefs
    differences: tuple[Difference, ...]
    entries: tuple[Entry, ...]

    @property
    def changes(self) -> Rows[Change]:
        """The differences as rows."""
        return Rows(Change, (difference.change for difference in self.differences))

    def __repr__(self) -> str:
        told = (f"{one.stream} {one.field}: {one.was} -> {one.is_now}" for one in self.differences)
        return brief(self._title, dict.fromkeys(told) or ["nothing changed"])  # once where both bounds changed alike

    def _repr_html_(self) -> str:
        rows = (
            (one.stream, one.bound, one.field, one.was, one.is_now, ", ".join(one.entries)) for one in self.differences
        )
        return table([field.name for field in dataclasses.fields(Change)], rows, len(self.differences), self._title)

    @property
    def _title(self) -> str:
        known = (f"by {side.known}" if side.known else "now" for side in (self.earlier, self.later))
        return f"the belief about {self.later.at}, as known {' and '.join(known)}, by {self.later.known_by} date"

    def to_dict(self) -> dict[str, Any]:
        """The comparison in the types of JSON."""
        return {
            "at": self.later.at.isoformat(),
            "known": [self.earlier.known, self.later.known],
            "known_by": self.later.known_by,
            "changes": self.changes.to_dicts(),
            "entries": [entry.address for entry in self.entries],
        }


def compare(earlier: Beliefs, later: Beliefs, stream: str | None = None, *, releases: bool = True) -> Comparison:
    """What changed in one stream, or in all; raises UnknownStream.

    Without ``releases``, it leaves out the deals that only releases of a register changed.
    """
    if stream is not None:
        compared: Iterable[BothSides] = [BothSides(stream, earlier.side(stream), later.side(stream))]
    else:
        streams = differing_streams(earlier, later)
        compared = both_sides(earlier, later, streams if releases else _not_only_revised(later, streams))
    revising = Releases() if releases or stream is not None else release_keys(later.reader)
    differences: list[Difference] = []
    fresh: list[Entry] = []
    with seldom_collecting():
        for both in compared:
            if both.before == both.after or (revising and _is_only_revised(both, revising)):
                continue
            fresh += _only_in(both.after, both.before)
            differences += _differences(both, earlier, later)
    fresh.sort(key=lambda entry: entry.position)
    return Comparison(earlier, later, tuple(differences), tuple(fresh))


def _not_only_revised(later: Beliefs, streams: Sequence[str]) -> list[str]:
    """Some streams without the deals of which nobody but the releases of a register ever said anything."""
    told = set(later.reader.streams_citing_others(release_keys(later.reader)))
    return [stream for stream in streams if stream in told or not stream.startswith(DEAL)]


def _is_only_revised(both: BothSides, releases: Releases) -> bool:
    """Whether only releases of a register changed what is known of a deal."""
    changed = [*_only_in(both.after, both.before), *_only_in(both.before, both.after)]
    return both.stream.startswith(DEAL) and all(entry.event.source in releases for entry in changed)


def _only_in(one: Side, other: Side) -> list[Entry]:
    ids = {entry.id for entry in other.entries}
    return [entry for entry in one.entries if entry.id not in ids]


def _differences(both: BothSides, earlier: Beliefs, later: Beliefs) -> Iterator[Difference]:
    before, after = both.before, both.after
    states = _States(both.stream, later.at, [*before.entries, *after.entries])
    old, new = states.fields(before), states.fields(after)
    changed = _differing(old, new)
    if not changed:
        return
    less, more = (after, before) if _only_in(before, after) else (before, after)
    influences = [*_of_entries(states, less, more), *_of_grades(states, earlier, later, less, more)]
    for field in _either(old, new):
        if field in changed:
            responsible = [address for address, fields in influences if field in fields]
            addresses = dict.fromkeys(responsible or [address for address, _ in influences])
            yield Difference(both.stream, *field, old.get(field), new.get(field), tuple(addresses))


def _either(old: Iterable[Field], new: Iterable[Field]) -> list[Field]:
    """The fields of either state, in their order."""
    return list(dict.fromkeys([*old, *new]))


class _States:
    """The fields of a stream's state at a day, by the entries that are known; each state is folded once."""

    def __init__(self, stream: str, day: date, entries: Iterable[Entry]) -> None:
        """``entries`` are all that one of the beliefs knows."""
        self._stream, self._day = stream, day
        self._idle = idle_entries(list({entry.id: entry for entry in entries}.values()))
        self._known: dict[object, Fields] = {}

    def fields(self, side: Side) -> Fields:
        """The fields of both bounds; each line of a list of expectations and sanctions is a field of its own."""
        entries = [entry for entry in side.entries if entry.id not in self._idle]
        key = tuple([entry.position for entry in entries]), tuple(sorted(side.grades.items()))
        known = self._known.get(key)
        if known is None:
            bounds = state_at(self._stream, believe(entries, side.grades), self._day)
            known = self._known[key] = dict(_fields_of(bounds))
        return known


def _fields_of(bounds: Bounds[Any]) -> Iterator[tuple[Field, Any]]:
    certain = list(_told(bounds.certain))
    possible = certain if bounds.possible is bounds.certain else _told(bounds.possible)
    yield from ((("certain", name), value) for name, value in certain)
    yield from ((("possible", name), value) for name, value in possible)


def _told(state: State | None) -> Iterator[tuple[str, Any]]:
    """What one bound tells."""
    shown = {} if state is None else shown_fields(state)
    for name, value in shown.items():
        if value is None or value == () or goes_without_saying(name, shown):
            continue
        if name == "expectations":
            yield from ((_expectation_name(judged.expectation), judged.outcome) for judged in value)
        elif name == "sanctions":
            yield from ((_sanction_name(line), _sanction_words(line)) for line in value)
        elif value not in (0, False):
            yield name, value


def _expectation_name(link: Expectation) -> str:
    tranche = f" {link.what.selectors['tranche']}" if "tranche" in link.what.selectors else ""
    return f"expected {link.what.event}{tranche} {link.due} ({link.entry.address})"


def _sanction_name(line: Sanction) -> str:
    parts = ("sanction", line.by, line.basis, line.against and f"against {line.against}")
    return " ".join(part for part in parts if part)


def _sanction_words(line: Sanction) -> str:
    parts: list[str | None] = [line.status, line.strength, line.position]
    parts += [f"{name} {value}" for name in ("waiver", "since", "over") if (value := getattr(line, name))]
    return ", ".join(part for part in (*parts, *line.measures) if part)


def _of_entries(states: _States, less: Side, more: Side) -> Iterator[Influence]:
    """What each entry changes that only one belief knows; all use the grades of the fuller one."""
    base, full = states.fields(Side(less.entries, more.grades)), states.fields(more)
    for entry in _only_in(more, less):
        added = sorted([*less.entries, entry], key=lambda other: other.position)
        with_it = states.fields(Side(added, more.grades))
        rest = [other for other in more.entries if other.id != entry.id]
        without = states.fields(Side(rest, more.grades))
        yield entry.address, _differing(base, with_it) | _differing(full, without)


def _of_grades(states: _States, earlier: Beliefs, later: Beliefs, less: Side, more: Side) -> Iterator[Influence]:
    """What each regraded source changes, by the entries that regraded it."""
    for source in sorted(less.grades.keys() & more.grades.keys()):
        mine, theirs = less.grades[source], more.grades[source]
        if mine != theirs:
            base, full = states.fields(less), states.fields(more)
            with_it = states.fields(Side(less.entries, {**less.grades, source: theirs}))
            without = states.fields(Side(more.entries, {**more.grades, source: mine}))
            fields = _differing(base, with_it) | _differing(full, without)
            yield from ((address, fields) for address in _regrading(f"source/{source}", earlier, later))


def _regrading(source: str, earlier: Beliefs, later: Beliefs) -> list[str]:
    """The entries by which the two beliefs grade a source differently."""
    sides = earlier.side(source), later.side(source)
    news = [*_only_in(*sides), *_only_in(*reversed(sides))]
    return [entry.address for entry in news if isinstance(entry.event, Regraded | Corrected | Retracted)]


def _differing(one: Fields, other: Fields) -> set[Field]:
    if one is other:
        return set()
    return {field for field in _either(one, other) if one.get(field) != other.get(field)}
