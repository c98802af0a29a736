"""The record: each entry of a stream that a belief knows, and how it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.entry import Entry
from armsledger.domain.events.repair import Resolved
from armsledger.domain.values.citation import Reliability


@dataclass(frozen=True)
class RecordRow:
    """An entry as it was recorded, and what a belief knows of it.

    ``reliability`` is the grade of its source, None where it names none. ``retracted_by``, ``corrected_by``,
    ``disputed_by`` and ``overruled_by`` are the addresses of other entries; ``target`` are the entries of which it
    speaks itself. ``has_rivals`` says that other sources definitely differ from it. An address has one entry for ever,
    so rows are compared by it.
    """

    address: str
    entry: Entry = field(compare=False)
    reliability: Reliability | None
    publisher: str | None
    retracted_by: str | None
    corrected_by: tuple[str, ...]
    disputed_by: tuple[str, ...]
    overruled_by: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]
    has_rivals: bool

    def address_of(self, entry_id: str) -> str:
        """The address of an entry of which this one speaks; the id of one that is not known."""
        return dict(self.targets).get(entry_id, entry_id)


def record_rows(belief: Belief, publishers: Mapping[str, str]) -> Iterable[RecordRow]:
    """The rows of a stream's entries in the order of their versions; ``publishers`` are those of sources."""
    by_id = {entry.id: entry.address for entry in belief.entries}
    overruled = _overruled(belief)
    rivals = {
        entry.id for occurrence in belief.occurrences for contest in occurrence.contests for entry in contest.entries
    }
    repairs = belief.repairs
    for entry in belief.entries:
        source = entry.event.source
        retraction = repairs.retracted_by.get(entry.id)
        yield RecordRow(
            address=entry.address,
            entry=entry,
            reliability=None if source is None else belief.grades.get(source),
            publisher=None if source is None else publishers.get(source),
            retracted_by=None if retraction is None else retraction.address,
            corrected_by=_addresses(repairs.corrected_by.get(entry.id, ())),
            disputed_by=_addresses(repairs.disputed_by.get(entry.id, ())),
            overruled_by=tuple(overruled.get(entry.id, ())),
            targets=tuple((name, by_id[name]) for name in _targets(entry) if name in by_id),
            has_rivals=entry.id in rivals,
        )


def _addresses(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The addresses of entries in the order of recording."""
    return tuple(entry.address for entry in sorted(entries, key=lambda entry: entry.version))


def _overruled(belief: Belief) -> dict[str, list[str]]:
    """By the ids of entries to which a resolution that holds prefers another, the addresses of these resolutions."""
    overruled: dict[str, list[str]] = {}
    for entry in belief.entries:
        event = belief.current(entry).event
        preference = belief.repairs.preferences.get(event.preferred) if isinstance(event, Resolved) else None
        if isinstance(event, Resolved) and preference is not None and preference.over == frozenset(event.over):
            for other in event.over:
                overruled.setdefault(other, []).append(entry.address)
    return overruled


def _targets(entry: Entry) -> Iterable[str]:
    """The ids of the entries of which an entry speaks."""
    event: Any = entry.event
    for name in ("target", "preferred", "same_as", "apart_from"):
        value = getattr(event, name, None)
        if value is not None:
            yield value
    yield from getattr(event, "over", ()) or ()
