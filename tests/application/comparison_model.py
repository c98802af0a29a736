"""What a comparison of two beliefs about a stream tells, told plainly: each entry is tried, each state folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from armsledger.application.beliefs import Side
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.states.stream_day import state_at
from armsledger.projections.state_json import goes_without_saying, shown_fields

Field = tuple[str, str]
Told = list[tuple[Field, Any, Any, tuple[str, ...]]]
"""Each field that differs, its old and its new value, and the entries that changed it."""


def differences(stream: str, day: date, before: Side, after: Side) -> Told:
    """What differs between two sides that grade all sources alike."""
    old, new = fields_of(stream, day, before), fields_of(stream, day, after)
    less, more = (after, before) if only_in(before, after) else (before, after)
    base, full = fields_of(stream, day, Side(less.entries, more.grades)), fields_of(stream, day, more)
    influences = []
    for entry in only_in(more, less):
        added = sorted([*less.entries, entry], key=lambda other: other.position)
        rest = [other for other in more.entries if other.id != entry.id]
        with_it, without = (fields_of(stream, day, Side(entries, more.grades)) for entries in (added, rest))
        influences.append((entry.address, {*differing(base, with_it), *differing(full, without)}))
    told = []
    for field in differing(old, new):
        responsible = [address for address, fields in influences if field in fields]
        told.append(
            (field, old.get(field), new.get(field), tuple(responsible or [address for address, _ in influences]))
        )
    return told


def only_in(one: Side, other: Side) -> Sequence[Entry]:
    """The entries of which only one side knows."""
    ids = {entry.id for entry in other.entries}
    return [entry for entry in one.entries if entry.id not in ids]


def differing(one: dict[Field, Any], other: dict[Field, Any]) -> list[Field]:
    """The fields that differ, in their order."""
    return [field for field in dict.fromkeys([*one, *other]) if one.get(field) != other.get(field)]


def fields_of(stream: str, day: date, side: Side) -> dict[Field, Any]:
    """What both bounds of the state tell."""
    bounds = state_at(stream, believe(side.entries, side.grades), day)
    return {
        (bound, name): value
        for bound, state in zip(("certain", "possible"), bounds, strict=True)
        if state is not None
        for name, value in _told(shown_fields(state))
    }


def _told(shown: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in shown.items():
        if name == "expectations":
            for judged in value:
                link = judged.expectation
                tranche = f" {link.what.selectors['tranche']}" if "tranche" in link.what.selectors else ""
                yield f"expected {link.what.event}{tranche} {link.due} ({link.entry.address})", judged.outcome
        elif name == "sanctions":
            for line in value:
                words = ("sanction", line.by, line.basis, line.against and f"against {line.against}")
                parts = [line.status, line.strength, line.position]
                parts += [f"{more} {told}" for more in ("waiver", "since", "over") if (told := getattr(line, more))]
                told_of = ", ".join(part for part in (*parts, *line.measures) if part)
                yield " ".join(part for part in words if part), told_of
        elif not goes_without_saying(name, shown) and value not in (None, (), 0, False):
            yield name, value
