"""Pledges: what somebody gives or promises without a contract."""

from __future__ import annotations

from dataclasses import dataclass

from armsledger.domain.events.contract import Pledged, PledgeWithdrawn
from armsledger.domain.states.order import lines_told
from armsledger.domain.states.replace import replace
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.several import all_of


@dataclass(frozen=True)
class Pledge:
    """What somebody promises: lines with a quantity each, items of which nobody says how many, and its value."""

    by: tuple[Party, ...]
    lines: tuple[Line, ...]
    items: tuple[str, ...]
    value: tuple[Money, ...]
    conditions: str | None = None

    @classmethod
    def of(cls, event: Pledged) -> Pledge:
        """The pledge of an event."""
        designations = tuple(item.designation for item in event.items)
        return cls(
            all_of(event.by),
            lines_told(event.items, event.quantity),
            designations,
            all_of(event.value),
            event.conditions,
        )


def with_pledge(pledges: tuple[Pledge, ...], event: Pledged) -> tuple[Pledge, ...]:
    """The pledges with one more; the same told again is one."""
    pledge = Pledge.of(event)
    return pledges if pledge in pledges else (*pledges, pledge)


def without_pledge(pledges: tuple[Pledge, ...], event: PledgeWithdrawn) -> tuple[Pledge, ...]:
    """The pledges after one is taken back, in whole or in part; who is not named is the only one who can be meant."""
    by, items = all_of(event.by), {item.designation.casefold() for item in event.items}
    meant = [
        one
        for one in pledges
        if (not by or not one.by or set(by) & set(one.by))
        and (not items or not one.items or items & {name.casefold() for name in one.items})
    ]
    if len(meant) != 1:
        return pledges
    (pledge,) = meant
    left = _less(pledge, lines_told(event.items, event.quantity), items)
    return tuple(one for other in pledges for one in ((left,) if other is pledge else (other,)) if one is not None)


def _less(pledge: Pledge, back: tuple[Line, ...], items: set[str]) -> Pledge | None:
    """What is left of a pledge; None where nothing is."""
    if not back and not items:
        return None
    if not back:
        names = tuple(name for name in pledge.items if name.casefold() not in items)
        lines = tuple(line for line in pledge.lines if (line.item or "").casefold() not in items)
        return replace(pledge, items=names, lines=lines) if names or lines else None
    left = [_less_of(line, back) for line in pledge.lines]
    lines = tuple(line for line in left if line.count > 0)
    return replace(pledge, lines=lines) if lines else None


def _less_of(line: Line, back: tuple[Line, ...]) -> Line:
    """A line less what is taken back of it."""
    gone = sum(one.count for one in back if one.measure == line.measure and one.item in (None, line.item))
    high = line.count_high
    return replace(line, count=max(line.count - gone, 0), count_high=high - gone if isinstance(high, int) else high)
