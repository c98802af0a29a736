"""How a deal has ended, or can have, or what holds it up; and the sanctions that it has drawn."""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.domain.states.deal import Deal
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.party import Party
from armsledger.domain.values.several import all_of
from armsledger.domain.values.when import When
from armsledger.web.glance.happened import Happened, happened, occurrence_of
from armsledger.web.sentences import capital, dated, names
from armsledger.web.words import when_words

IMPOSED: Final = ("imposed", "in-effect", "waived")
"""The sanctions that the first sentences tell of; those that are only threatened stand in the card."""


class Ending(NamedTuple):
    """How a deal has ended, or can have, or that it is on hold, or its deliveries are, or its lease has run out."""

    kind: str
    when: Happened | None = None
    by: tuple[Party, ...] = ()
    until: When | None = None
    perhaps_over: bool = False

    def words(self) -> str:
        """``Russia cancelled it in May 2019.``"""
        if self.kind == "lapsed":
            return "The lease has run out."
        if self.kind == "deliveries":
            return "Deliveries are on hold."
        assert self.when is not None
        if self.kind == "suspended":
            until = f", until {when_words(self.until)}" if self.until else ""
            over = "; it may have gone on since" if self.perhaps_over else ""
            return f"{self._act('put it on hold', 'put on hold')} {self.when.words()}{until}{over}."
        return f"{self._act(f'{self.kind} it', self.kind)} {self.when.words()}."

    def _act(self, active: str, passive: str) -> str:
        """``Russia cancelled it``, ``It may have been cancelled``."""
        is_certain = self.when is not None and self.when.is_certain
        if self.by:
            return f"{capital(names(self.by))} {'' if is_certain else 'may have '}{active}"
        return f"It {'was' if is_certain else 'may have been'} {passive}"


class Sanctioned(NamedTuple):
    """The sanctions that stand, certainly or possibly."""

    lines: tuple[Sanction, ...]
    is_certain: bool

    def words(self) -> str:
        """``The United States imposed sanctions on Türkiye in Dec 2020.``"""
        return " ".join(map(self._line, self.lines))

    def _line(self, line: Sanction) -> str:
        by, on = capital(names([line.by])), f" on {names([line.against])}" if line.against else ""
        basis = f" under {line.basis}" if line.basis else ""
        when = f" {dated(line.since)}" if line.since else ""
        if line.status == "waived":
            return f"{by} {'waived' if self.is_certain else 'may have waived'} sanctions{on}{basis}{when}."
        return f"{by} {'imposed' if self.is_certain else 'may have imposed'} sanctions{on}{basis}{when}."


def ending_of(day: StreamDay, certain: Deal | None, possible: Deal) -> Ending | None:
    """How a deal has ended by a day, or what holds it up."""
    shown = certain or possible
    kind = shown.ended or possible.ended
    if kind is not None:
        one = occurrence_of(day, kind)
        return Ending(kind, happened(day, kind), () if one is None else all_of(one.event.__dict__.get("by")))
    if shown.suspended or possible.suspended:
        told = day.certain if certain is not None and certain.suspended else day.possible
        one = next(one for one in reversed(told) if one.event.name == "suspended")
        fields = one.event.__dict__
        when = Happened(one.event.on, (), day.is_certain(one))
        return Ending("suspended", when, all_of(fields["by"]), fields["until"], not possible.suspended)
    if shown.lapsed:
        return Ending("lapsed")
    return Ending("deliveries") if shown.deliveries_suspended else None


def sanctions_of(certain: Deal | None, possible: Deal) -> Sanctioned | None:
    """The sanctions that stand by a day."""
    for bound, is_certain in ((certain, True), (possible, False)):
        lines = tuple(line for line in bound.sanctions if line.status in IMPOSED) if bound else ()
        if lines:
            return Sanctioned(lines, is_certain)
    return None
