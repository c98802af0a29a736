"""How much is paid, of what value."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from armsledger.domain.errors import InvalidValue
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.entries_behind import entries_behind
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.when import When
from armsledger.web.bars.drawing import UNKNOWN, bar, row
from armsledger.web.glance.rivals import Rival, Rivals, contested, rivals_of, unconverted
from armsledger.web.glance.rows import behind_fields
from armsledger.web.markup import Markup, escape
from armsledger.web.sentences import dated, money
from armsledger.web.words import counted, refs


class Delay(NamedTuple):
    """A payment that is late."""

    when: When
    reason: str | None
    is_certain: bool
    entries: tuple[str, ...]

    def html(self, stream: str) -> Markup:
        """``Payment delayed in 2022 [19].``"""
        verb = "Payment delayed" if self.is_certain else "Payment possibly delayed"
        reason = f" ({self.reason})" if self.reason else ""
        return escape(f"{verb} {dated(self.when)}{reason}") + refs(self.entries, stream) + Markup(".")


class Paid(NamedTuple):
    """What is paid; ``undisclosed`` counts the payments of which no source gives the amount."""

    value: Money | None
    paid: tuple[Money, ...]
    possible: tuple[Money, ...]
    undisclosed: int
    rivals: Rivals
    beside: Rivals
    delays: tuple[Delay, ...]
    entries: tuple[str, ...]

    def html(self, stream: str) -> Markup:
        """The label, the bar, and what it says in words."""
        parts = [self._sums() + refs(self.entries, stream) + Markup(".")]
        if self.rivals:
            parts.append(contested(self.rivals, stream) + Markup("."))
        if self.beside:
            parts.append(unconverted(self.beside, stream) + Markup("."))
        if self.undisclosed:
            more = " more" if self.possible else ""
            parts.append(escape(f"Of {counted(self.undisclosed, f'payment{more}')} no source gives the amount."))
        parts += [delay.html(stream) for delay in self.delays]
        return row("Paid", UNKNOWN if self.value is None else self._bar(self.value), Markup(" ").join(parts))

    def _bar(self, value: Money) -> Markup:
        least, most = (_in(value.currency, amounts) for amounts in (self.paid, self.possible))
        sure = 0.0 if least is None else float(least.least)
        possible = sure if most is None else float(most.most)
        whole = float(value.amount if value.most == inf else value.most)
        label = f"no payment reported, of {money(value)}" if least is None else f"{money(least)} paid of {money(value)}"
        rivals = [float(said.amount) for rival in self.rivals if (said := _said(rival, value.currency)) is not None]
        return bar(sure, possible, max(whole, sure) or 1, label, rivals)

    def _sums(self) -> Markup:
        if not self.possible and not self.paid:
            if self.undisclosed:
                return Markup("No amount disclosed")
            return escape("None reported" if self.value is None else f"None reported, of {self.value}")
        return Markup(" and ").join(self._sum(most) for most in self.possible)

    def _sum(self, most: Money) -> Markup:
        least, value = _in(most.currency, self.paid), self.value
        if least is None:
            return Markup("possibly <b>{}</b>").format(most)
        of = f" of {value}{_share(least, value)}" if value is not None and value.currency == most.currency else ""
        possibly = "" if most == least else f", possibly {most}"
        return Markup('<b class="num">{}</b>{}{}').format(least, of, possibly)


def paid_of(day: StreamDay, certain: Deal | None, possible: Deal) -> Paid | None:
    """What is paid by a day; None where no source gives a value, a payment or a delay."""
    behind = entries_behind(day)
    rivals, beside = rivals_of(disputes(day), "paid")
    delays = [
        Delay(one.event.on, one.event.__dict__["reason"], day.is_certain(one), tuple(e.address for e in one.entries))
        for one in day.possible
        if one.event.name == "payment-delayed"
    ]
    is_bought = possible.value is not None and possible.mode not in ("gift", "aid")
    if not (is_bought or possible.paid or possible.paid_undisclosed or delays):
        return None
    return Paid(
        value=None if certain is None else certain.value,
        paid=() if certain is None else certain.paid,
        possible=possible.paid,
        undisclosed=possible.paid_undisclosed,
        rivals=rivals,
        beside=beside,
        delays=tuple(delays),
        entries=behind_fields(behind, "paid", "paid_undisclosed"),
    )


def _in(currency: str, amounts: tuple[Money, ...]) -> Money | None:
    """The amount of a currency."""
    return next((amount for amount in amounts if amount.currency == currency), None)


def _said(rival: Rival, currency: str) -> Money | None:
    """The amount that a rival says, where it is of a currency."""
    try:
        amount = Money.parse(rival.says)
    except InvalidValue:
        return None
    return amount if amount.currency == currency else None


def _share(paid: Money, value: Money) -> str:
    """``, about 15 per cent``; nothing where the value is no single amount."""
    if value.amount_high is not None or value.amount == 0:
        return ""
    share = 100 * paid.least / value.amount
    if share < 1:
        return ", less than 1 per cent"
    is_exact = share == share.to_integral_value() and not (paid.approximate or value.approximate)
    return f", {'' if is_exact else 'about '}{share:.0f} per cent"
