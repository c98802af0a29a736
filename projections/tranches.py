"""Occurrences and expectations by tranche: what was scheduled, what came, and how late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from armsledger.domain.occurrence import Occurrence
from armsledger.domain.when import OPEN_FUTURE, OPEN_PAST, When
from armsledger.projections.projection import place_of

UNIT_SEPARATOR = "\x1f"
"""Between the parts of a place: no label of a tranche has it."""


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
        tranche: Any = getattr(occurrence.event, "tranche", None)
        place = place_of(tranche) if tranche is not None else f"~{occurrence.entry.position:012}"
        groups.setdefault(place, []).append(occurrence)
    return groups


def joined(place: str, part: str | None) -> str:
    """The place of a row that tells of a part of a tranche: one currency, or one unit."""
    return place if part is None else f"{place}{UNIT_SEPARATOR}{part}"


def last_of(occurrences: Sequence[Occurrence], *kinds: type) -> Occurrence | None:
    """The last occurrence of some kinds; None if there is none."""
    return next((o for o in reversed(occurrences) if isinstance(o.event, kinds)), None)


def field_of(occurrence: Occurrence | None, name: str) -> Any:
    """A field of an occurrence's event; None where there is none."""
    return None if occurrence is None else getattr(occurrence.event, name, None)


def together(parts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All that the parts name, each once."""
    return tuple(dict.fromkeys(name for part in parts for name in part))
