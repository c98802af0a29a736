"""Occurrences and expectations by tranche: what was scheduled, what came, and how late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.when import When
from armsledger.projections.projection import SEPARATOR, slot_of


class Slip(NamedTuple):
    """How many days after its window something came: at least, and at most. None where that has no bound.

    0 within the window; less than 0 if it came before the window began.
    """

    least: int | None
    most: int | None


NO_SLIP = Slip(None, None)


def slip(due: When | None, on: When | None) -> Slip:
    """By how much a date is outside the window that was set for it; nothing is known of a date not known."""
    if due is None or on is None:
        return NO_SLIP
    return Slip(_outside(due, on.first), _outside(due, on.last))


def _outside(due: When, day: int) -> int | None:
    if day > due.last:
        return None if day == OPEN_FUTURE else day - due.last
    if day < due.first:
        return None if day == OPEN_PAST else day - due.first
    return 0


def by_tranche(occurrences: Iterable[Occurrence]) -> dict[str, list[Occurrence]]:
    """The occurrences of each tranche, by its place; what names no tranche stands by itself."""
    groups: dict[str, list[Occurrence]] = {}
    for occurrence in occurrences:
        tranche = field_of(occurrence, "tranche")
        place = slot_of(tranche) if tranche is not None else f"~{occurrence.entry.position:012}"
        groups.setdefault(place, []).append(occurrence)
    return groups


def joined(place: str, part: str | None) -> str:
    """The place of a row that tells of a part of a tranche: one currency, or one unit."""
    return place if part is None else f"{place}{SEPARATOR}{part}"


def field_of(occurrence: Occurrence | None, name: str) -> Any:
    """A field of an occurrence's event; None where there is none.

    Asked of the event's own dictionary: pydantic takes its time to say that an attribute is not there.
    """
    return None if occurrence is None else occurrence.event.__dict__.get(name)


def together(steps: Sequence[Occurrence], told: Callable[[Occurrence], tuple[str, ...]]) -> tuple[str, ...]:
    """All that is told of some steps, each once."""
    if len(steps) == 1:
        return told(steps[0])
    return tuple(dict.fromkeys(name for step in steps for name in told(step)))
