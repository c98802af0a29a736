"""Comparing two beliefs about one date: what changed, and which entries changed it.

An entry is responsible for a change of a field if adding it to the earlier belief changes the field,
or if the later belief without it differs there: each way by itself misses entries that only matter
together, or that say the same twice. So is one that judges a source anew, if that changes what is
preferred.
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
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.domain.events.source import Regraded
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.state import state_at
from armsledger.projections.rows import Row, Rows
from armsledger.projections.state_json import field_to_json, shown_fields


@dataclass(frozen=True)
class Change(Row):
    """A field of a state that two beliefs differ in; ``entries`` are those that changed it.

    ``bound`` is ``certain`` or ``possible``; None stands for what is not there.
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

    Without ``releases``, deals are left out of which only a register's releases say something else.
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
    """The streams of which the two beliefs can differ."""
    if not (earlier.question.by_position and later.question.by_position):
        return later.streams()
    return later.streams_touched(*sorted((earlier.question.position, later.question.position)))


def _revised(earlier: Beliefs, later: Beliefs) -> set[str]:
    """The deals of which only releases of a register say something else."""
    upto = max(earlier.question.position, later.question.position)
    releases = release_keys(later.reader)
    return {name for name, entries in later.deal_entries(upto) if only_releases(earlier, later, entries, releases)}


def _only_in(one: Side, other: Side) -> list[Entry]:
    known = {entry.id for entry in other.entries}
    return [entry for entry in one.entries if entry.id not in known]


def _differences(stream: str, earlier: Beliefs, later: Beliefs, before: Side, after: Side) -> Iterator[Difference]:
    old, new = _fields(stream, later.at, before), _fields(stream, later.at, after)
    changed = _differing(old, new)
    if not changed:
        return
    less, more = (after, before) if _only_in(before, after) else (before, after)
    influences = [*_by_entries(stream, later.at, less, more), *_by_grades(stream, earlier, later, less, more)]
    for key in _names(old, new):
        if key in changed:
            responsible = [address for address, names in influences if key in names]
            named = tuple(dict.fromkeys(responsible or [address for address, _ in influences]))
            yield Difference(stream, *key, old.get(key), new.get(key), named)


def _names(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys([*old, *new]))


def _fields(stream: str, day: date, side: Side) -> dict[tuple[str, str], Any]:
    """The fields of both bounds; each line of a list of expectations and sanctions is a field of its own."""
    kind = stream.partition("/")[0]
    bounds = state_at(kind, believe(side.entries, side.grades), day)
    fields: dict[tuple[str, str], Any] = {}
    for bound, state in zip(("certain", "possible"), bounds, strict=True):
        for name, value in ({} if state is None else shown_fields(state)).items():
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


Influence = tuple[str, set[tuple[str, str]]]
"""The address of an entry, and the fields that it changes."""


def _by_entries(stream: str, day: date, less: Side, more: Side) -> Iterator[Influence]:
    """What each entry changes that only one belief knows; the grades of sources are the same throughout."""
    base, full = _fields(stream, day, Side(less.entries, more.grades)), _fields(stream, day, more)
    for entry in _only_in(more, less):
        added = sorted([*less.entries, entry], key=lambda known: known.position)
        with_it = _fields(stream, day, Side(added, more.grades))
        rest = [known for known in more.entries if known.id != entry.id]
        without = _fields(stream, day, Side(rest, more.grades))
        yield entry.address, _differing(base, with_it) | _differing(full, without)


def _by_grades(stream: str, earlier: Beliefs, later: Beliefs, less: Side, more: Side) -> Iterator[Influence]:
    """What each source changes that was judged anew, by the entries that judged it."""
    base, full = _fields(stream, later.at, less), _fields(stream, later.at, more)
    for source in sorted(less.grades.keys() & more.grades.keys()):
        mine, theirs = less.grades[source], more.grades[source]
        if mine != theirs:
            with_it = _fields(stream, later.at, Side(less.entries, {**less.grades, source: theirs}))
            without = _fields(stream, later.at, Side(more.entries, {**more.grades, source: mine}))
            names = _differing(base, with_it) | _differing(full, without)
            yield from ((address, names) for address in _judging(f"source/{source}", earlier, later))


def _judging(source: str, earlier: Beliefs, later: Beliefs) -> list[str]:
    """The entries of a source by which one belief judges it otherwise than the other."""
    sides = earlier.side(source), later.side(source)
    news = [*_only_in(*sides), *_only_in(*reversed(sides))]
    return [entry.address for entry in news if isinstance(entry.event, Regraded | Corrected | Retracted)]


def _differing(one: dict[tuple[str, str], Any], other: dict[tuple[str, str], Any]) -> set[tuple[str, str]]:
    return {name for name in _names(one, other) if one.get(name) != other.get(name)}
