"""Sanctions over a deal: from a threat to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, assert_never

from armsledger.domain.events.sanction import (
    SanctionEvent,
    SanctionImposed,
    SanctionLifted,
    SanctionPositionStated,
    SanctionThreatRaised,
    SanctionThreatWithdrawn,
    SanctionTookEffect,
    WaiverDenied,
    WaiverExpired,
    WaiverGranted,
)
from armsledger.domain.states.replace import blank, replace
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Position, SanctionStatus, Strength

NOBODY = Party("unknown")
STANDING = frozenset({"imposed", "in-effect", "waived"})
"""What neither a further threat nor the withdrawal of one undoes."""


@dataclass(frozen=True)
class Sanction:
    """Where one authority stands towards one party on one legal basis.

    ``status`` is None while the authority has stated only a position. ``since`` is when the present
    status began; ``waived_from`` is the status that a waiver set aside.
    """

    by: Party = NOBODY
    against: Party | None = None
    basis: str | None = None
    status: SanctionStatus | None = None
    since: When | None = None
    strength: Strength | None = None
    over: str | None = None
    position: Position | None = None
    measures: tuple[str, ...] = ()
    waiver: Literal["granted", "denied", "expired"] | None = None
    waived_from: SanctionStatus | None = None
    waived_until: When | None = None


NO_SANCTION = blank(Sanction)


def evolve_sanctions(sanctions: tuple[Sanction, ...], event: SanctionEvent) -> tuple[Sanction, ...]:
    """The sanctions after an event; each authority, party and basis has one line."""
    against = None if isinstance(event, SanctionPositionStated) else event.against
    index = the_only([(line.by, line.against, line.basis) for line in sanctions], (event.by, against, event.basis))
    if index is None:
        named = replace(NO_SANCTION, by=event.by, against=against, basis=event.basis)
    else:
        before = sanctions[index]
        named = replace(before, against=before.against or against, basis=before.basis or event.basis)
    after = _step(named, event)
    if index is None:
        return (*sanctions, after)
    return (*sanctions[:index], after, *sanctions[index + 1 :])


def the_only(keys: Sequence[tuple[Any, ...]], key: tuple[Any, ...]) -> int | None:
    """Which of several things one is that is known by several keys, some of them left out (None).

    It is the one with the very same keys, else the only one that it does not contradict; None where there are several,
    or none: then it is one of its own.
    """
    if key in keys:
        return keys.index(key)
    fitting = [
        index
        for index, other in enumerate(keys)
        if all(mine is None or theirs is None or mine == theirs for mine, theirs in zip(key, other, strict=True))
    ]
    return fitting[0] if len(fitting) == 1 else None


def lapsed_waiver(sanctions: tuple[Sanction, ...], term: WaiverGranted) -> tuple[Sanction, ...]:
    """The sanctions after the term of a waiver; what it set aside stands again."""
    since = term.on if term.until is None else When.day(date.fromordinal(term.until.last + 1))
    return tuple(
        _to(replace(line, waiver="expired", waived_from=None), line.waived_from or "threatened", since)
        if line.status == "waived" and line.waived_until == term.until and line.by == term.by
        else line
        for line in sanctions
    )


def _step(before: Sanction, event: SanctionEvent) -> Sanction:
    match event:
        case SanctionThreatRaised():
            strength, over = event.strength or before.strength, event.over or before.over
            if before.status in STANDING:
                return replace(before, strength=strength, over=over)
            return replace(before, strength=strength, over=over, status="threatened", since=event.on)
        case SanctionImposed():
            return _to(replace(before, measures=event.measures or before.measures), "imposed", event.on)
        case SanctionTookEffect():
            return _to(before, "in-effect", event.on)
        case SanctionLifted():
            return _to(before, "lifted", event.on)
        case SanctionThreatWithdrawn():
            standing = before.waived_from if before.status == "waived" else before.status
            return before if standing in STANDING else _to(before, "withdrawn", event.on)
        case SanctionPositionStated():
            return replace(before, position=event.position)
        case WaiverGranted():
            set_aside = before.waived_from if before.status == "waived" else before.status
            waived = replace(before, waiver="granted", waived_from=set_aside, waived_until=event.until)
            return _to(waived, "waived", event.on)
        case WaiverDenied():
            return replace(before, waiver="denied")
        case WaiverExpired():
            expired = replace(before, waiver="expired", waived_from=None)
            if before.status != "waived":
                return expired
            return _to(expired, before.waived_from or "threatened", event.on)
    assert_never(event)


def _to(before: Sanction, status: SanctionStatus, since: When) -> Sanction:
    return replace(before, status=status, since=since)
