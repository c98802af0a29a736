"""Comparing two beliefs about one date: what changed, and which entries changed it.

An entry is responsible for a change of a field if adding it to the earlier belief changes the field,
or if the later belief without it differs there: each way by itself misses entries that only matter
together, or that say the same twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from armsledger.application.view import Side, View
from armsledger.domain.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.state import state_at
from armsledger.projections.rows import Row, Rows
from armsledger.projections.state_json import state_to_json

Fields = dict[str, Any]


@dataclass(frozen=True)
class Change(Row):
    """A field of a state that two beliefs differ in; ``entries`` are those that changed it.

    ``bound`` is ``certain`` or ``possible``; None stands for what is not there.
    """

    stream: str
    bound: str
    field: str
    old: Any
    new: Any
    entries: tuple[str, ...]


class Comparison(NamedTuple):
    """What changed between two views of one date; ``entries`` are those that only the later one knows."""

    earlier: View
    later: View
    changes: Rows[Change]
    entries: tuple[Entry, ...]

    def to_dict(self) -> dict[str, Any]:
        """The comparison in the types of JSON."""
        return {
            "at": self.later.at.isoformat(),
            "known": [self.earlier.known, self.later.known],
            "known_by": self.later.known_by,
            "changes": self.changes.to_dicts(),
            "entries": [entry.address for entry in self.entries],
        }


def compare(earlier: View, later: View, stream: str | None = None) -> Comparison:
    """What changed in one stream, or in all; raises UnknownStream."""
    streams = [stream] if stream is not None else later.streams()
    changes: list[Change] = []
    fresh: list[Entry] = []
    for name in streams:
        before, after = earlier.side(name), later.side(name)
        if before == after:
            continue
        known = {entry.id for entry in before.entries}
        news = [entry for entry in after.entries if entry.id not in known]
        fresh += news
        changes += _changes(name, later.at, before, after, news)
    fresh.sort(key=lambda entry: entry.position)
    return Comparison(earlier, later, Rows(Change, changes), tuple(fresh))


def _changes(stream: str, day: date, before: Side, after: Side, news: Sequence[Entry]) -> Iterator[Change]:
    old, new = _fields(stream, day, before), _fields(stream, day, after)
    changed = [name for name in _names(old, new) if old.get(name) != new.get(name)]
    if not changed:
        return
    influence = list(_influences(stream, day, before, after, news, old, new))
    regraded = _regradings(before, after)
    for bound, field in changed:
        responsible = [entry.address for entry, names in influence if (bound, field) in names]
        yield Change(
            stream,
            bound,
            field,
            old.get((bound, field)),
            new.get((bound, field)),
            tuple(responsible or regraded or (entry.address for entry in news)),
        )


def _names(old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict.fromkeys([*old, *new]))


def _fields(stream: str, day: date, side: Side) -> dict[tuple[str, str], Any]:
    """The fields of both bounds; each line of a list of expectations and sanctions is a field of its own."""
    kind = stream.partition("/")[0]
    bounds = state_at(kind, believe(side.entries, side.grades), day)
    fields: dict[tuple[str, str], Any] = {}
    for bound, state in zip(("certain", "possible"), bounds, strict=True):
        for name, value in (state_to_json(state) or {}).items():
            if name == "expectations":
                fields |= {(bound, _expectation_name(line)): line["outcome"] for line in value}
            elif name == "sanctions":
                fields |= {(bound, _sanction_name(line)): _sanction_words(line) for line in value}
            elif value not in (None, [], 0, False):
                fields[bound, name] = value
    return fields


def _expectation_name(line: Fields) -> str:
    tranche = f" {line['tranche']}" if "tranche" in line else ""
    return f"expected {line['what']}{tranche} {line['due']} ({line['entry']})"


def _sanction_name(line: Fields) -> str:
    return f"sanction {line['by']} {line['basis'] or ''}".strip()


def _sanction_words(line: Fields) -> str:
    parts = (line["status"], line.get("strength"), line.get("position"))
    return ", ".join(part for part in parts if part)


def _influences(
    stream: str,
    day: date,
    before: Side,
    after: Side,
    news: Sequence[Entry],
    old: dict[tuple[str, str], Any],
    new: dict[tuple[str, str], Any],
) -> Iterator[tuple[Entry, set[tuple[str, str]]]]:
    for entry in news:
        added = sorted([*before.entries, entry], key=lambda known: known.position)
        with_it = _fields(stream, day, Side(added, after.grades))
        rest = [known for known in after.entries if known.id != entry.id]
        without = _fields(stream, day, Side(rest, after.grades))
        yield entry, _differing(old, with_it) | _differing(new, without)


def _differing(one: dict[tuple[str, str], Any], other: dict[tuple[str, str], Any]) -> set[tuple[str, str]]:
    return {name for name in _names(one, other) if one.get(name) != other.get(name)}


def _regradings(before: Side, after: Side) -> tuple[str, ...]:
    """The cited sources whose grade the two beliefs differ in."""
    cited = {entry.event.source for entry in after.entries if entry.event.source}
    return tuple(
        f"source/{source}" for source in sorted(cited) if before.grades.get(source) != after.grades.get(source)
    )
