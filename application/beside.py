"""Two deals beside each other: where a register's row and the deal that people record agree, and where they differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf
from typing import Any, Literal, NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.stream_state import StreamState
from armsledger.domain.states.deal import Deal
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity, are_of_one_kind, in_words
from armsledger.domain.values.when import When
from armsledger.projections.rows import Row, Rows

Verdict = Literal["agree", "differ", "not-comparable", "only-first", "only-second"]
DATES: Mapping[str, tuple[str, ...]] = {
    "signed_on": ("contract-signed",),
    "delivery_begun": ("delivery-begun", "delivered", "delivery-completed"),
    "ended_on": ("completed", "cancelled", "terminated"),
}
"""Dates of a deal, and the events that they are of."""
SUMS = ("ordered", "paid", "delivered", "in_service")
WORDS = ("stage", "title", "end_user", "prime", "mode")


@dataclass(frozen=True)
class Beside(Row):
    """A field of two deals: what each says, as people read it, and whether both can be right.

    Sums are given as from what is certain to what is possible; two agree where these overlap. Units that are not of one
    kind are ``not-comparable``.
    """

    field: str
    first: Any = dataclasses.field(hash=False)
    second: Any = dataclasses.field(hash=False)
    verdict: Verdict


class _Bounds(NamedTuple):
    """A sum of one measure in both bounds."""

    amount: Money | Quantity
    least: Any
    most: Any

    @property
    def words(self) -> str:
        """``8-10 tanks``, ``USD 5bn``."""
        open_end = self.most in (inf, Decimal("Infinity"))
        high: Any = None if self.least == self.most else "open" if open_end else self.most
        if isinstance(self.amount, Money):
            return str(Money(Decimal(self.least), self.amount.currency, self.amount.approximate, high))
        return in_words(self.least, self.amount.unit, approximate=self.amount.approximate, high=high)


def beside(beliefs: Beliefs, first: str, second: str) -> Rows[Beside]:
    """Two deals field by field; what neither says is left out. Raises UnknownStream and UsageError."""
    one, other = _deal(beliefs, first), _deal(beliefs, second)
    return Rows(Beside, [row for row in _rows(one, other) if row is not None])


def _deal(beliefs: Beliefs, stream: str) -> StreamState[Deal]:
    return beliefs.deal(stream)


def _rows(one: StreamState[Deal], other: StreamState[Deal]) -> Iterator[Beside | None]:
    mine, theirs = (state.certain or state.possible for state in (one, other))
    if mine is None or theirs is None:
        return
    for side in ("supplier", "buyer"):
        yield _lists(side, _parties(mine, side), _parties(theirs, side))
    yield _lists("items", [i.designation for i in mine.items], [i.designation for i in theirs.items])
    for name in WORDS:
        a, b = getattr(mine, name), getattr(theirs, name)
        yield _row(name, a, b, "agree" if str(a).casefold() == str(b).casefold() else "differ")
    for name, events in DATES.items():
        days = [_days(state, getattr(deal, name), events) for state, deal in ((one, mine), (other, theirs))]
        yield _row(name, getattr(mine, name), getattr(theirs, name), _dates(*days))
    yield _row("value", mine.value, theirs.value, _amounts(mine, theirs))
    for name in SUMS:
        yield _sums(name, _sum(one, name), _sum(other, name))


def _parties(deal: Deal, side: str) -> list[str]:
    several: Sequence[str] = getattr(deal, f"{side}s")
    leading = getattr(deal, side)
    return list(several) or ([] if leading is None else [leading])


def _row(field: str, first: Any, second: Any, verdict: Verdict) -> Beside | None:
    is_first, is_second = (value not in (None, "", [], ()) for value in (first, second))
    if not is_first and not is_second:
        return None
    if not (is_first and is_second):
        verdict = "only-first" if is_first else "only-second"
    return Beside(field, _words(first) if is_first else None, _words(second) if is_second else None, verdict)


def _words(value: Any) -> Any:
    return list(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _lists(field: str, first: Sequence[str], second: Sequence[str]) -> Beside | None:
    """Two lists agree where one of them has all that the other one names."""
    mine, theirs = ({str(part).casefold() for part in parts} for parts in (first, second))
    return _row(field, list(first), list(second), "agree" if mine <= theirs or theirs <= mine else "differ")


def _days(state: StreamState[Deal], on: When | None, events: Sequence[str]) -> tuple[int, int] | None:
    """The days that a date can mean, as the life cycle narrows it: a contract is not older than its deal."""
    if on is None:
        return None
    for one in state.stream_day.possible:
        if one.name in events and one.event.on == on:
            return one.first, one.last
    return on.first, on.last


def _dates(one: tuple[int, int] | None, other: tuple[int, int] | None) -> Verdict:
    if one is None or other is None:
        return "agree"
    return "agree" if one[0] <= other[1] and other[0] <= one[1] else "differ"


def _amounts(one: Deal, other: Deal) -> Verdict:
    """Values of one currency agree where they overlap; other currencies are not compared."""
    mine, theirs = ([deal.value, *deal.equivalents] for deal in (one, other))
    pairs = [(a, b) for a in mine for b in theirs if a is not None and b is not None and a.currency == b.currency]
    if not pairs:
        return "not-comparable"
    return "agree" if all(a.least <= b.most and b.least <= a.most for a, b in pairs) else "differ"


def _sum(state: StreamState[Deal], name: str) -> list[_Bounds]:
    """The sums of a field by measure, over all items, from what is certain to what is possible."""
    lower, upper = (() if bound is None else getattr(bound, name) for bound in (state.certain, state.possible))
    kinds = {amount.measure: amount for amount in (*lower, *upper)}
    return [_Bounds(amount, _count(lower, measure), _count(upper, measure)) for measure, amount in kinds.items()]


def _count(amounts: Sequence[Money | Quantity], measure: str) -> Any:
    return sum(amount.most for amount in amounts if amount.measure == measure)


def _sums(field: str, first: Sequence[_Bounds], second: Sequence[_Bounds]) -> Beside | None:
    pairs = [(a, b) for a in first for b in second if are_of_one_kind(a.amount.measure, b.amount.measure)]
    verdict: Verdict = "not-comparable"
    if pairs:
        verdict = "agree" if all(a.least <= b.most and b.least <= a.most for a, b in pairs) else "differ"
    return _row(field, [one.words for one in first], [one.words for one in second], verdict)
