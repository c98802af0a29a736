"""The order: what it is of, how far it has come, and what it costs."""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.deal import LADDER, Deal
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.order import line_of_quantity
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.words import Stage
from armsledger.web.glance.happened import Happened, happened, occurrence_of, rival_events
from armsledger.web.glance.rivals import rivals_of
from armsledger.web.sentences import authority, capital, first_of, money, names, quantity, since

VERBS: Final = {"lease": "leased", "gift": "given", "aid": "given as aid", "licence": "licensed"}
"""How goods change hands; else they are ordered."""
STEPS: Final[dict[str, str]] = {
    "prospective": "opened",
    "pledged": "pledged",
    "approved": "approval-granted",
    "agreed": "agreement-signed",
}
"""The events by which a deal without a contract has come so far."""


class Order(NamedTuple):
    """What is ordered, how far that has come, and what it costs.

    ``begun`` says that the deal has certainly begun, ``step`` how far it has come without a contract, ``by`` and
    ``authorities`` who pledged or approved. ``possible_lines`` are those of the order as possible, where they are
    others; ``rivals`` are the numbers that other sources give in the same unit.
    """

    begun: bool
    lines: tuple[Line, ...]
    possible_lines: tuple[Line, ...]
    rivals: tuple[Quantity, ...]
    items: tuple[str, ...]
    signed: Happened | None
    mode: str | None
    value: Money | None
    contested: bool
    possible_value: Money | None
    step: str
    stepped: Happened | None
    by: tuple[Party, ...]
    authorities: tuple[str, ...]

    def words(self) -> str:
        """``Five regiments, ordered on 5 Oct 2018 for USD 5.43bn, a sum that sources dispute.``"""
        if not self.begun:
            return f"Nothing is certain yet: {self._possible()}."
        if self.signed is None or not self.signed.is_certain:
            return f"{capital(self._goods())}: {self._before()}."
        return f"{capital(self._goods())}, {self._verb()} {self.signed.in_brackets()}{self._price()}."

    def _goods(self) -> str:
        lines = [quantity(line) for line in self.lines] or list(self.items) or ["goods that no source names"]
        notes = [f"by another account {first_of([quantity(rival) for rival in self.rivals])}"] if self.rivals else []
        if self.possible_lines and self.signed is not None and self.signed.is_certain:
            notes.append(f"possibly {self._possible_goods()}")
        return f"{first_of(lines)} ({', '.join(notes)})" if notes else first_of(lines)

    def _possible_goods(self) -> str:
        return first_of([quantity(line) for line in self.possible_lines or self.lines])

    def _verb(self) -> str:
        return VERBS.get(self.mode or "", "ordered")

    def _price(self) -> str:
        sure, most = self.value, self.possible_value
        if most is None:
            if self.mode in ("gift", "aid"):
                return ""
            is_counted = self.lines or self.possible_lines
            return "; no source gives the price" if is_counted else "; no source gives the number or the price"
        dispute = ", a sum that sources dispute" if self.contested else ""
        if sure is None:
            return f", possibly for {money(most)}{dispute}"
        return f" for {money(sure)}{'' if most == sure else f', possibly {money(most)}'}{dispute}"

    def _possible(self) -> str:
        if self.signed is not None:
            goods = self._possible_goods() if self.possible_lines or self.lines else self._goods()
            return f"{goods} may have been {self._verb()} {self._perhaps_signed(self.signed)}"
        when = "" if self.stepped is None else f" {self.stepped.in_brackets()}"
        if self.step == "prospective":
            return f"talks on {self._goods()} may have begun{when}"
        return f"{self._goods()} may have been {self.step}{when}"

    def _before(self) -> str:
        step, when = self._step(), self.stepped
        if when is None:
            told = step
        elif self.step == "prospective" or len(self.by) > 1:
            told = f"{step} {since(when.on)}{when.notes}"
        else:
            told = f"{step} {when.in_brackets()}"
        if self.signed is None:
            return f"{told}; no contract is known"
        what = f" for {self._possible_goods()}" if self.possible_lines else ""
        return f"{told}. A contract{what} may have been signed {self._perhaps_signed(self.signed)}"

    def _perhaps_signed(self, signed: Happened) -> str:
        price = "" if self.possible_value is None else f" for {money(self.possible_value)}"
        return f"{signed.in_brackets()}{price}"

    def _step(self) -> str:
        if self.step == "prospective":
            return "in prospect"
        who = names(self.by) if self.step == "pledged" else first_of([authority(name) for name in self.authorities])
        return f"{self.step} by {who}" if who and self.step in ("pledged", "approved") else self.step


def order_of(day: StreamDay, certain: Deal | None, possible: Deal) -> Order:
    """The order by a day; what is not certain is told as possible."""
    shown = certain or possible
    contract = occurrence_of(day, "contract-signed")
    signed = happened(day, "contract-signed")
    step = _furthest_step(day, shown)
    lines = shown.lines or (() if possible.lines else pledged_lines(shown))
    return Order(
        begun=certain is not None,
        lines=lines,
        possible_lines=possible.lines if possible.lines != lines else (),
        rivals=() if contract is None else _rivals(contract, lines),
        items=tuple(dict.fromkeys(item.designation for item in shown.items)),
        signed=signed,
        mode=shown.mode or possible.mode,
        value=None if certain is None else certain.value,
        contested=bool(rivals_of(disputes(day), "value")[0]),
        possible_value=possible.value,
        step=step,
        stepped=None if signed is not None and signed.is_certain else happened(day, STEPS[step]),
        by=tuple(dict.fromkeys(party for pledge in shown.pledges for party in pledge.by)),
        authorities=shown.approvals,
    )


def _furthest_step(day: StreamDay, shown: Deal) -> Stage:
    """How far a deal without a contract has come; one that is delivered without a word was in prospect."""
    told = {one.event.name for one in day.certain or day.possible}
    reached = [step for step in LADDER[: shown.rung + 1] if STEPS.get(step) in told]
    return reached[-1] if reached else "prospective"


def _rivals(contract: Occurrence, lines: tuple[Line, ...]) -> tuple[Quantity, ...]:
    """The numbers that other statements give of an order of one line, in its unit."""
    told = [event.quantity for event in rival_events(contract, "quantity")]
    same = [one for one in told if len(lines) == 1 and one is not None and one.measure == lines[0].measure]
    return tuple(dict.fromkeys(same))


def pledged_lines(deal: Deal) -> tuple[Line, ...]:
    """The lines of all pledges, one for each item and unit."""
    sums: dict[tuple[str | None, str], Line] = {}
    for line in (line for pledge in deal.pledges for line in pledge.lines):
        known = sums.get(line.key)
        both = None if known is None else known.plus(line)
        sums[line.key] = line if both is None else line_of_quantity(both, line.item)
    return tuple(sums.values())
