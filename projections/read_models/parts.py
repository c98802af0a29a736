"""What the parts of a programme or framework come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Line
from armsledger.domain.values.value import added
from armsledger.projections.codec import to_json
from armsledger.projections.read_models.deals import DealRow
from armsledger.projections.read_models.links import LinkRow


class Parts(NamedTuple):
    """The deals within a programme or framework, at every level, and what they come to.

    ``value`` and ``ordered`` are those of the deals that have no parts themselves: a programme's contracts, and not the
    programme once more. What was paid and delivered counts wherever it was recorded, each payment once.
    """

    deals: tuple[DealRow, ...]
    value: tuple[Money, ...]
    ordered: tuple[Line, ...]
    paid: tuple[Money, ...]
    possible_paid: tuple[Money, ...]
    delivered: tuple[Line, ...]
    possible_delivered: tuple[Line, ...]

    @property
    def sums(self) -> dict[str, Any]:
        """The sums by their names."""
        return {name: value for name, value in self._asdict().items() if name != "deals"}

    def to_dict(self) -> dict[str, Any]:
        """The sums in the types of JSON, and the keys of the deals."""
        return {"deals": [row.deal for row in self.deals], **{name: to_json(part) for name, part in self.sums.items()}}


class Related(NamedTuple):
    """What a stream is related to: its links both ways, and its parts if it has some."""

    links: Sequence[LinkRow] = ()
    parts: Parts | None = None


def sum_of_parts(deals: Sequence[DealRow], with_parts: Collection[str]) -> Parts:
    """The sums over some deals; ``with_parts`` names the streams that have parts themselves."""
    contracts = [row for row in deals if f"deal/{row.deal}" not in with_parts]
    return Parts(
        deals=tuple(deals),
        value=_money(row.value for row in contracts if row.value is not None),
        ordered=_lines(line for row in contracts for line in row.ordered),
        paid=_money(money for row in deals for money in row.paid),
        possible_paid=_money(money for row in deals for money in row.possible_paid),
        delivered=_lines(line for row in deals for line in row.delivered),
        possible_delivered=_lines(line for row in deals for line in row.possible_delivered),
    )


def _money(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum for each currency."""
    sums: tuple[Money, ...] = ()
    for amount in amounts:
        sums = added(sums, amount)
    return sums


def _lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One sum for each item and unit."""
    sums: dict[tuple[str | None, str], Line] = {}
    for line in lines:
        both = sums[line.key].plus(line) if line.key in sums else None
        sums[line.key] = (
            line if both is None else Line(both.count, both.unit, both.approximate, both.count_high, line.item)
        )
    return tuple(sums.values())
