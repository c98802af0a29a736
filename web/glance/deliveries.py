"""The deliveries: since when, and how much of how much has come."""

from __future__ import annotations

from math import inf
from typing import Final, NamedTuple

from armsledger.domain.states.deal import DELIVERED, SIGNED, Deal
from armsledger.domain.states.order import delivered_of
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.quantity import Line, plural
from armsledger.domain.values.when import When
from armsledger.web.glance.happened import Happened, happening
from armsledger.web.sentences import dated, first_of, quantity

BEGINNINGS: Final = ("delivery-begun", "delivered", "delivery-completed")
"""The events that show that deliveries have begun."""


class Delivery(NamedTuple):
    """What has come of one line: certainly, and possibly (None: nobody knows how many)."""

    line: Line
    certain: int
    possible: int | None
    ordered: bool
    """Whether it is a line of the order; else only how much came is known."""

    def words(self, *, alone: bool) -> str:
        """``11 of 29 launchers of M142 HIMARS``; ``57 of 180, possibly 60`` of the only line."""
        is_more = self.possible is not None and self.possible > self.certain
        possibly = (f", possibly {self.possible:,}" if alone else f" (possibly {self.possible:,})") if is_more else ""
        if not self.ordered:
            return quantity(self.line) + possibly if self.certain else f"possibly {quantity(self.line)}"
        total = self.total
        if self.certain > self.line.most:
            return f"{self.certain:,} {plural(self.line.unit)}, more than the {total} ordered{possibly}"
        unit = "" if alone else f" {self.line.unit if total == '1' else plural(self.line.unit)}"
        item = "" if alone or self.line.item is None else f" of {self.line.item}"
        count = f"{self.certain:,}" if self.certain else "none"
        return f"{count} of {total}{unit}{item}{possibly}"

    @property
    def total(self) -> str:
        """How many are ordered: ``36``, ``20 to 24``, ``at least 24``."""
        count, high = self.line.count, self.line.count_high
        if high == "open":
            return f"at least {count:,}"
        return f"{count:,}" if high is None else f"up to {high:,}" if count == 0 else f"{count:,} to {high:,}"


class Deliveries(NamedTuple):
    """What has come by a day. ``none_by`` is the last day of which a source says that nothing had."""

    begun: Happened | None
    lines: tuple[Delivery, ...]
    in_full: bool
    none_by: When | None

    def words(self) -> str:
        """``Deliveries began in Dec 2022; 57 of 180 are delivered, possibly 60.``"""
        begun = self.begun
        if begun is None:
            if self.none_by is not None:
                return f"None had come by {dated(self.none_by).removeprefix('on ').removeprefix('in ')}, a source says."
            return "No source reports a delivery."
        if self.in_full:
            return f"{self._all()} delivered."
        if not begun.is_certain:
            return f"Deliveries may have begun {begun.words()}."
        return f"Deliveries began {begun.words()}{self._amount()}."

    def _all(self) -> str:
        ordered = [one.line for one in self.lines if one.ordered]
        if len(ordered) != 1 or ordered[0].most == inf:
            return "All is"
        unit, total = ordered[0].unit, int(ordered[0].most)
        if ordered[0].approximate:
            return f"All of about {total:,} {plural(unit)} are"
        if total == 1:
            return f"The {unit} is"
        return f"{'Both' if total == 2 else f'All {total:,}'} {plural(unit)} are"

    def _amount(self) -> str:
        told = [one for one in self.lines if one.certain or one.possible]
        if not told:
            return ""
        alone = len(self.lines) == 1
        words = first_of([one.words(alone=alone) for one in told])
        if alone and told[0].ordered:
            amount, comma, possibly = words.partition(", possibly")
            return f"; {amount} {'is' if told[0].certain == 1 else 'are'} delivered{comma}{possibly}"
        return f"; delivered: {words}"


def deliveries_of(day: StreamDay, certain: Deal | None, possible: Deal) -> Deliveries | None:
    """What has come by a day; None where nothing could be expected to, as nothing is ordered."""
    shown = certain or possible
    begun, none_by = begun_of(day, certain, possible), _none_by(day)
    if begun is None and none_by is None and shown.rung < SIGNED:
        return None
    lines = shown.lines or possible.lines
    return Deliveries(
        begun=begun,
        lines=(*_of_order(lines, certain, possible), *_beside_order(lines, certain, possible)),
        in_full=certain is not None and (certain.is_in_full or certain.rung == DELIVERED),
        none_by=none_by,
    )


def begun_of(day: StreamDay, certain: Deal | None, possible: Deal) -> Happened | None:
    """When deliveries began: for certain, or perhaps; of up to fifty, none has come for certain."""
    for state, told in ((certain, day.certain), (possible, day.possible)):
        if state is not None and state.delivery_begun is not None:
            for one in told:
                begun = happening(one, is_certain=state is certain)
                if one.event.name in BEGINNINGS and begun.on == state.delivery_begun:
                    return begun
            return Happened(state.delivery_begun, is_certain=state is certain)
    return None


def _of_order(lines: tuple[Line, ...], certain: Deal | None, possible: Deal) -> list[Delivery]:
    """What has come of each line of the order."""
    least = () if certain is None else certain.delivered
    return [
        Delivery(
            line,
            int(delivered_of(line, lines, least)),
            _whole(sum_of(line, lines, possible.delivered)),
            True,
        )
        for line in lines
    ]


def sum_of(line: Line, lines: tuple[Line, ...], delivered: tuple[Line, ...]) -> float:
    """The most that can have come of a line."""
    if any(one.count_high == "open" and one.measure == line.measure for one in delivered):
        return inf
    return delivered_of(line, lines, delivered)


def _beside_order(lines: tuple[Line, ...], certain: Deal | None, possible: Deal) -> list[Delivery]:
    """What has come that no line of the order speaks of: of another item, or counted in another unit."""
    least = {one.key: one for one in (() if certain is None else certain.delivered)}
    found = []
    for most in possible.delivered:
        if any(delivered_of(line, lines, (most,)) for line in lines):
            continue
        sure = least.get(most.key)
        found.append(Delivery(sure or most, 0 if sure is None else sure.count, _whole(most.most), False))
    return found


def _whole(count: float) -> int | None:
    return None if count == inf else int(count)


def _none_by(day: StreamDay) -> When | None:
    """The last day of which a source says that nothing had come."""
    told = [one.event for one in day.certain if one.event.name == "delivered" and one.event.__dict__.get("so_far")]
    empty = [event.on for event in told if (count := event.__dict__.get("quantity")) is not None and count.most == 0]
    return empty[-1] if empty else None
