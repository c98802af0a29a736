"""What does not fit between what is ordered, delivered and gone: items and units that cannot be compared, and more gone
than came."""

from __future__ import annotations

from collections.abc import Iterable

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.contract import OptionExercised
from armsledger.domain.events.delivery import Delivered, Lost, Returned, TransferredOnward
from armsledger.domain.findings.check import Check, Told, days_of_certainty, days_of_state, field_of, if_told
from armsledger.domain.findings.finding import Finding, addresses, deal_bounds
from armsledger.domain.near import near
from armsledger.domain.states.replace import replace
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.states.totals import GONE
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.several import all_of

LEAVING = (Returned, Lost, TransferredOnward)


def check_gone_more_than_delivered(day: StreamDay) -> Iterable[Finding]:
    """More of an item is returned, lost or passed on than can have been delivered; other units are not compared."""
    deal, upper = deal_bounds(day)
    gone: dict[tuple[str | None, str], Line] = {}
    for name in GONE:
        for line in getattr(deal, name):
            before = gone.get(line.key)
            both = None if before is None else before.plus(line)
            gone[line.key] = line if both is None else replace(line, count=both.count)
    units = {line.measure for line in upper.delivered}
    for line in gone.values():
        came = sum(one.count for one in upper.delivered if one.measure == line.measure and _can_be_of(one, line))
        if line.measure in units and line.count > came:
            is_rounded = line.approximate or any(one.approximate for one in upper.delivered)
            yield Finding(
                "gone-more-than-delivered",
                "warning" if is_rounded else "error",
                day.stream,
                f"returned, lost or passed on {line}, delivered {', '.join(map(str, upper.delivered)) or 'nothing'}",
                addresses(one.entry for one in _leaving(day)),
            )
    others = [one for one in _leaving(day) if (unit := _unit(one)) is not None and units and unit not in units]
    if others:
        counted = ", ".join(sorted({unit for one in others if (unit := _unit(one)) is not None}))
        message = f"gone is counted in {counted}, delivered in {', '.join(sorted(units))}: not comparable"
        yield Finding("not-comparable", "info", day.stream, message, addresses(one.entry for one in others), "quantity")


def _can_be_of(delivered: Line, gone: Line) -> bool:
    """Whether what is gone can be of what was delivered; what names no item can be of any."""
    return delivered.item is None or gone.item is None or delivered.key == gone.key


def _leaving(day: StreamDay) -> list[Occurrence]:
    return [one for one in day.certain if isinstance(one.event, LEAVING)]


def _unit(one: Occurrence) -> str | None:
    quantity = one.event.__dict__.get("quantity")
    return None if quantity is None else str(quantity.measure)


def check_items_of_delivery(day: StreamDay) -> Iterable[Finding]:
    """Something is delivered that no line of the order is of, and that the deal does not name: perhaps by another
    spelling."""
    deal, _ = deal_bounds(day)
    lines = [line.item for line in deal.lines]
    if not lines or None in lines:
        return
    known = {name.casefold(): name for name in (*lines, *(item.designation for item in deal.items)) if name}
    others: dict[str, list[Occurrence]] = {}
    for one in day.certain:
        item = one.event.item if isinstance(one.event, Delivered) else None
        if item is not None and item.designation.casefold() not in known:
            others.setdefault(item.designation, []).append(one)
    for name, told in others.items():
        close = near(name, known)
        hint = f"; if it is {known[close[0]]}, 'correct' the item" if close else ""
        message = f"delivered {name}, which no line of the order is of: not comparable{hint}"
        yield Finding("not-comparable", "info", day.stream, message, addresses(one.entry for one in told), "item")


def check_values_of_options(day: StreamDay) -> Iterable[Finding]:
    """An option is exercised whose value is in another currency than the contract's: the two are not added."""
    deal, _ = deal_bounds(day)
    if deal.value is None:
        return
    currencies = {amount.currency for amount in (deal.value, *deal.equivalents)}
    values = {option.option: option.value for option in deal.options}
    for one in day.certain:
        if isinstance(one.event, OptionExercised):
            amounts = all_of(one.event.value or values.get(one.event.option))
            if amounts and all(amount.currency not in currencies for amount in amounts):
                told = ", ".join(map(str, amounts))
                message = f"the option is worth {told}, the contract {deal.value}: not comparable, and not added"
                yield Finding("not-comparable", "info", day.stream, message, addresses([one.entry]), "value")


def _names_an_item(told: Told) -> bool:
    return any(field_of(one, "item") is not None for one in told.of(Delivered))


GOODS_CHECKS: tuple[Check, ...] = (
    Check(check_gone_more_than_delivered, if_told(*LEAVING), days_of_state),
    Check(check_items_of_delivery, _names_an_item, days_of_certainty),
    Check(check_values_of_options, if_told(OptionExercised), days_of_certainty),
)
"""Checks of the goods of a deal."""
