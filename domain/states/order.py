"""The order: its lines, how amendments and options change them, and what of them is delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from armsledger.domain.events import contract
from armsledger.domain.states.replace import replace
from armsledger.domain.states.tallies import line
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When


@dataclass(frozen=True)
class Option:
    """What the buyer may order beside the contract, and what became of it."""

    option: str | None
    item: str | None
    quantity: Quantity | None
    value: Money | tuple[Money, ...] | None
    status: Literal["agreed", "exercised", "lapsed"]
    until: When | None = None


def line_of_quantity(quantity: Quantity, item: str | None = None) -> Line:
    """A line of an order; a range stays one."""
    if quantity.count_high is None:
        return line(quantity.count, False, quantity.unit, quantity.approximate, item)
    return Line(quantity.count, quantity.unit, quantity.approximate, quantity.count_high, item)


def lines_of(items: Iterable[Item]) -> tuple[Line, ...]:
    """The lines that items with quantities are, one for each item and unit."""
    lines: dict[tuple[str | None, str], Line] = {}
    for item in items:
        if item.quantity is not None:
            one = line_of_quantity(item.quantity, item.designation)
            both = lines[one.key].plus(one) if one.key in lines else None
            lines[one.key] = one if both is None else line_of_quantity(both, item.designation)
    return tuple(lines.values())


def lines_told(items: Sequence[Item], quantity: Quantity | None) -> tuple[Line, ...]:
    """The lines that an event gives, or its bare quantity, which is of its item where it names just one."""
    if lines := lines_of(items):
        return lines
    if quantity is None:
        return ()
    return (line_of_quantity(quantity, items[0].designation if len(items) == 1 else None),)


def amended_lines(lines: tuple[Line, ...], event: contract.Amended) -> tuple[Line, ...]:
    """The order after an amendment: its lines replace those of the items that they name, and a bare quantity of their
    unit; a bare quantity replaces the line of its unit, of which it keeps the item, or the whole order where that has
    no lines."""
    if named := lines_of(event.items):
        items, measures = {line.key[0] for line in named}, {line.measure for line in named}
        others = (
            line
            for line in lines
            if line.key[0] not in items and (line.item is not None or line.measure not in measures)
        )
        return (*others, *named)
    if event.quantity is None:
        return lines
    named = tuple(line for line in lines if line.item is not None)
    same = [line for line in named if line.measure == event.quantity.measure]
    item = same[0].item if len(same) == 1 else None
    return (*(line for line in named if line not in same), line_of_quantity(event.quantity, item))


def with_more(lines: tuple[Line, ...], more: Line) -> tuple[Line, ...]:
    """An order with more: added to the line of its item and unit, or the only one of its unit."""
    same = [line for line in lines if line.key == more.key] or (
        [line for line in lines if line.measure == more.measure] if more.item is None else []
    )
    if len(same) != 1:
        return (*lines, more)
    both = same[0].plus(more)
    return (
        lines
        if both is None
        else tuple(line_of_quantity(both, line.item) if line is same[0] else line for line in lines)
    )


def end_of(line: Line, *, possible: bool) -> Line:
    """The end of a range that belongs to a bound."""
    if line.count_high is None or (possible and line.count_high == "open"):
        return line
    end: Any = line.count_high if possible else line.count
    return Line(end, line.unit, line.approximate, None, line.item)


def is_in_full(lines: Sequence[Line], delivered: Sequence[Line]) -> bool:
    """Whether the upper end of each line of the order is delivered; an order of nothing never is.

    What names no item fills what is left of any line of its unit, but only once.
    """
    if len(lines) == 1 == len(delivered) and lines[0].item is None is delivered[0].item:
        (line,), (came,) = lines, delivered
        return line.most > 0 and came.measure == line.measure and came.count >= line.most
    counts = {one.key: one.count for one in delivered}
    ordered = {one.key for one in lines}
    left: dict[str, float] = {}
    for one in lines:
        there = counts.get(one.key, 0) if one.item is not None else _count_of_others(one.measure, ordered, counts)
        left[one.measure] = left.get(one.measure, 0) + max(0, one.most - there)
    return any(one.most > 0 for one in lines) and all(
        missing <= counts.get((None, measure), 0) for measure, missing in left.items()
    )


def _count_of_others(measure: str, ordered: Set[tuple[str | None, str]], counts: Mapping[Any, float]) -> float:
    """What is delivered in a unit of items that no line of the order names."""
    return sum(
        count for (item, unit), count in counts.items() if unit == measure and item and (item, unit) not in ordered
    )


def delivered_of(line: Line, lines: Sequence[Line], delivered: Sequence[Line]) -> float:
    """What is delivered of a line: of its item and unit; of its unit, too, where it is the only line in it."""
    same = [one for one in delivered if one.measure == line.measure]
    exact = [one for one in same if one.key == line.key and one.item is not None]
    if exact:
        return exact[0].count
    if len([other for other in lines if other.measure == line.measure]) > 1:
        return 0
    return sum(one.count for one in same if line.item is None or one.item is None)


def delivered_in(measure: str, lines: Sequence[Line], delivered: Sequence[Line]) -> float:
    """What is delivered of all lines of an order in one unit."""
    keys = {one.key for one in lines}
    is_open = (None, measure) in keys
    return sum(
        one.count for one in delivered if one.measure == measure and (is_open or one.item is None or one.key in keys)
    )


def items_with(items: tuple[Item, ...], more: Iterable[Item]) -> tuple[Item, ...]:
    """Items with more of them, or more said of them; how many there are is told by the lines of the order."""
    known = {item.designation.casefold(): item for item in items}
    for item in more:
        key, said = item.designation.casefold(), item.parts
        before = known.get(key)
        value = item.value or (None if before is None else before.value)
        known[key] = replace(before or item, **{**said, "quantity": None, "value": value})
    return tuple(known.values())


def items_of(lines: Iterable[Line], items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that the lines of an order name."""
    named = {one.key[0] for one in lines}
    return tuple(item for item in items if item.designation.casefold() in named)


def value_of_lines(items: Sequence[Item]) -> tuple[Money, ...]:
    """What an order is worth of which each line has its value: their sum, where they are of one currency."""
    values = [item.value for item in items if item.value is not None]
    if not values or len(values) < len(items):
        return ()
    total: Money | None = values[0]
    for value in values[1:]:
        total = None if total is None else total.plus(value)
    return () if total is None else (total,)


def agreed_option(event: contract.OptionAgreed) -> Option:
    """The option that the parties agree."""
    item = None if event.item is None else event.item.designation
    return Option(event.option, item, event.quantity, event.value, "agreed", event.until)


def ended_options(
    options: tuple[Option, ...], event: contract.OptionExercised | contract.OptionLapsed
) -> tuple[tuple[Option, ...], Option]:
    """The options after one of them is taken up or lapses, and that one as it was.

    An option that has lapsed by itself can be the one meant: the buyer may have been in time, or was given more time.
    """
    meant = [option for option in options if event.option in (None, option.option)]
    waiting = [option for option in meant if option.status == "agreed"] or [
        option for option in meant if option.status == "lapsed"
    ]
    option = waiting[0] if waiting else Option(event.option, None, None, None, "agreed")
    ended = replace(option, status="exercised" if isinstance(event, contract.OptionExercised) else "lapsed")
    if not waiting:
        return (*options, ended), option
    return tuple(ended if one is option else one for one in options), option


def lapsed_option(option: Option, term: contract.OptionAgreed) -> Option:
    """An option after the term of one is over."""
    is_same = option.status == "agreed" and option == agreed_option(term)
    return replace(option, status="lapsed") if is_same else option
