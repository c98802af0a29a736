"""Comparing two beliefs about one date: what changed, and which entries changed it.

An entry is responsible for a change of a field if the field changes when the entry is added to the earlier belief, or
when it is left out of the later one. The first test misses entries that matter only together, the second misses
entries that say the same. An entry that regrades a source is responsible if the new grade changes what is preferred.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from armsledger.application.beliefs import Beliefs, Side
from armsledger.application.sipri.register import release_keys
from armsledger.application.sipri.revisions import only_releases
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.brief import brief
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.events.source import Regraded
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.stream_day import state_at
from armsledger.projections.html import table
from armsledger.projections.rows import Row, Rows
from armsledger.projections.state_card import field_words
from armsledger.projections.state_json import field_to_json, goes_without_saying, shown_fields

Field = tuple[str, str]
"""A bound of a state, ``certain`` or ``possible``, and the name of a field."""
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
    streams = [stream] if stream is not None else _candidates(earlier, later)
    if stream is None and not releases:
        revised = _revised(earlier, later)
        streams = [name for name in streams if name not in revised]
    differences: list[Difference] = []
    fresh: list[Entry] = []
    for name in streams:
        before, after = earlier.side(name), later.side(name)
        if before == after:
            continue
        fresh += _only_in(after, before)
        differences += _differences(name, earlier, later, before, after)
    fresh.sort(key=lambda entry: entry.position)
    return Comparison(earlier, later, tuple(differences), tuple(fresh))


def _candidates(earlier: Beliefs, later: Beliefs) -> list[str]:
    """The streams about which the two beliefs can differ."""
    if not (earlier.question.by_position and later.question.by_position):
        return later.streams()
    return later.streams_touched(*sorted((earlier.question.position, later.question.position)))


def _revised(earlier: Beliefs, later: Beliefs) -> set[str]:
    """The deals that only releases of a register changed."""
    upto = max(earlier.question.position, later.question.position)
    releases = release_keys(later.reader)
    return {name for name, entries in later.deal_entries(upto) if only_releases(earlier, later, entries, releases)}


def _only_in(one: Side, other: Side) -> list[Entry]:
    ids = {entry.id for entry in other.entries}
    return [entry for entry in one.entries if entry.id not in ids]


def _differences(stream: str, earlier: Beliefs, later: Beliefs, before: Side, after: Side) -> Iterator[Difference]:
    old, new = _fields(stream, later.at, before), _fields(stream, later.at, after)
    changed = _differing(old, new)
    if not changed:
        return
    less, more = (after, before) if _only_in(before, after) else (before, after)
    influences = [*_of_entries(stream, later.at, less, more), *_of_grades(stream, earlier, later, less, more)]
    for field in _either(old, new):
        if field in changed:
            responsible = [address for address, fields in influences if field in fields]
            addresses = dict.fromkeys(responsible or [address for address, _ in influences])
            yield Difference(stream, *field, old.get(field), new.get(field), tuple(addresses))


def _either(old: Iterable[Field], new: Iterable[Field]) -> list[Field]:
    """The fields of either state, in their order."""
    return list(dict.fromkeys([*old, *new]))


def _fields(stream: str, day: date, side: Side) -> dict[Field, Any]:
    """The fields of both bounds; each line of a list of expectations and sanctions is a field of its own."""
    bounds = state_at(stream, believe(side.entries, side.grades), day)
    fields: dict[Field, Any] = {}
    for bound, state in zip(("certain", "possible"), bounds, strict=True):
        shown = {} if state is None else shown_fields(state)
        for name, value in shown.items():
            if goes_without_saying(name, shown):
                continue
            if name == "expectations":
                fields |= {(bound, _expectation_name(judged.expectation)): judged.outcome for judged in value}
            elif name == "sanctions":
                fields |= {(bound, _sanction_name(line)): _sanction_words(line) for line in value}
            elif value not in (None, (), 0, False):
                fields[bound, name] = value
    return fields


def _expectation_name(link: Expectation) -> str:
    tranche = f" {link.what.selectors['tranche']}" if "tranche" in link.what.selectors else ""
    return f"expected {link.what.event}{tranche} {link.due} ({link.entry.address})"


def _sanction_name(line: Sanction) -> str:
    parts = ("sanction", line.by, line.basis, line.against and f"against {line.against}")
    return " ".join(part for part in parts if part)


def _sanction_words(line: Sanction) -> str:
    parts = [line.status, line.strength, line.position]
    parts += [f"{name} {value}" for name in ("waiver", "since", "over") if (value := getattr(line, name))]
    return ", ".join(part for part in (*parts, *line.measures) if part)


def _of_entries(stream: str, day: date, less: Side, more: Side) -> Iterator[Influence]:
    """What each entry changes that only one belief knows; all use the grades of the fuller one."""
    base, full = _fields(stream, day, Side(less.entries, more.grades)), _fields(stream, day, more)
    for entry in _only_in(more, less):
        added = sorted([*less.entries, entry], key=lambda other: other.position)
        with_it = _fields(stream, day, Side(added, more.grades))
        rest = [other for other in more.entries if other.id != entry.id]
        without = _fields(stream, day, Side(rest, more.grades))
        yield entry.address, _differing(base, with_it) | _differing(full, without)


def _of_grades(stream: str, earlier: Beliefs, later: Beliefs, less: Side, more: Side) -> Iterator[Influence]:
    """What each regraded source changes, by the entries that regraded it."""
    base, full = _fields(stream, later.at, less), _fields(stream, later.at, more)
    for source in sorted(less.grades.keys() & more.grades.keys()):
        mine, theirs = less.grades[source], more.grades[source]
        if mine != theirs:
            with_it = _fields(stream, later.at, Side(less.entries, {**less.grades, source: theirs}))
            without = _fields(stream, later.at, Side(more.entries, {**more.grades, source: mine}))
            fields = _differing(base, with_it) | _differing(full, without)
            yield from ((address, fields) for address in _regrading(f"source/{source}", earlier, later))


def _regrading(source: str, earlier: Beliefs, later: Beliefs) -> list[str]:
    """The entries by which the two beliefs grade a source differently."""
    sides = earlier.side(source), later.side(source)
    news = [*_only_in(*sides), *_only_in(*reversed(sides))]
    return [entry.address for entry in news if isinstance(entry.event, Regraded | Corrected | Retracted)]


def _differing(one: dict[Field, Any], other: dict[Field, Any]) -> set[Field]:
    return {field for field in _either(one, other) if one.get(field) != other.get(field)}
