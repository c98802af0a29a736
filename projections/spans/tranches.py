"""Occurrences and expectations by tranche: what was scheduled, what came, and how late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from armsledger.domain.beliefs.belief import order_of_the_fold
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.values.edtf import OPEN_FUTURE, OPEN_PAST
from armsledger.domain.values.when import When
from armsledger.projections.projection import SEPARATOR, slot_of
from armsledger.projections.timeline import Timeline


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


PlaceOf = Callable[[Occurrence], str | None]
"""The place of a tranche or the like to which an occurrence belongs; None if to none."""


def place_of_tranche(occurrence: Occurrence) -> str:
    """The place of a tranche; what names no tranche stands by itself."""
    tranche = field_of(occurrence, "tranche")
    return slot_of(tranche) if tranche is not None else f"~{occurrence.entry.position:012}"


def by_place(timeline: Timeline, place_of: PlaceOf) -> Mapping[str, Sequence[Occurrence]]:
    """The occurrences of each place; of a place where nothing changed, the same object as in the timeline before."""
    difference, before = timeline.course.difference, timeline.before(place_of)
    groups: dict[str, list[Occurrence]] = {}
    if difference is None or before is None:
        for occurrence in timeline.belief.occurrences:
            if (place := place_of(occurrence)) is not None:
                groups.setdefault(place, []).append(occurrence)
    else:
        groups |= before
        gone = {id(one) for one in difference.gone}
        changed = {place for one in (*difference.gone, *difference.come) if (place := place_of(one)) is not None}
        for place in changed:
            own = [one for one in groups.pop(place, ()) if id(one) not in gone]
            own += [one for one in difference.come if place_of(one) == place]
            if own:
                groups[place] = sorted(own, key=order_of_the_fold)
    timeline.made[place_of] = groups
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
