"""The stage track: how far a deal has come, for certain and possibly, and when it came there."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Final, Literal, NamedTuple

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.states.deal import DELIVERED, LADDER, Deal
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.when import When
from armsledger.domain.values.words import Stage
from armsledger.web.glance.deliveries import begun_of
from armsledger.web.glance.ending import ending_of
from armsledger.web.glance.happened import Happened, happened
from armsledger.web.glance.standing import Remembered
from armsledger.web.links import ALONE, Links
from armsledger.web.markup import Markup
from armsledger.web.part import Part, Slots
from armsledger.web.sentences import since
from armsledger.web.words import when_words

Standing = Literal["done", "now", "poss", "next"]
WORDS: Final[Mapping[str, str]] = {
    "prospective": "In prospect",
    "pledged": "Pledged",
    "approved": "Approved",
    "agreed": "Agreed",
    "signed": "Contract signed",
    "delivering": "Delivering",
    "delivered": "Delivered",
    "completed": "Completed",
    "suspended": "On hold",
    "cancelled": "Cancelled",
    "terminated": "Terminated",
}
REACHED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "prospective": ("opened",),
    "pledged": ("pledged",),
    "approved": ("approval-granted",),
    "agreed": ("agreement-signed",),
    "signed": ("contract-signed",),
}
"""The events that bring a deal to a stage; deliveries add up."""
ALWAYS: Final = ("prospective", "signed", "delivering")
"""The stages that are shown even if nothing tells of them: a deal passes through them, or is to."""


ON_THE_WAY: Final = ("pledged", "approved", "agreed")


class Rung(NamedTuple):
    """A stage on the track: reached for certain, the one where the deal is, possible, or still to come."""

    stage: str
    standing: Standing
    on: When | None = None


class Track(Part):
    """The stages of a deal from left to right."""

    name: ClassVar[str] = "track"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._rungs: Remembered[tuple[Rung, ...]] = Remembered()

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The rungs that there are, once the deal can have begun."""
        if standpoint.kind != "deal" or standpoint.bounds.possible is None:
            return {}
        day = standpoint.stream_day
        return {"track": self._rungs.of(day) or self._rungs.keep(rungs_of(day))}

    def html(self, slot: str, data: Any) -> Markup:
        """The list of the rungs."""
        return Markup('<ol class="track" aria-label="Stage">{}</ol>').format(Markup("").join(map(_item, data)))

    def section(self, slots: Slots) -> Markup:
        """The track alone."""
        return slots.element("track")


def _item(rung: Rung) -> Markup:
    current = Markup(' aria-current="step"') if rung.standing == "now" else Markup("")
    return Markup('<li class="{}"{}>{}{}</li>').format(rung.standing, current, WORDS[rung.stage], _small(rung))


def _small(rung: Rung) -> Markup:
    parts = ["possible"] if rung.standing == "poss" else []
    if rung.on is not None:
        is_lasting = rung.stage in ("delivering", "suspended") and rung.standing == "now"
        parts.append(since(rung.on) if is_lasting else when_words(rung.on))
    return Markup("<small>{}</small>").format(", ".join(parts)) if parts else Markup("")


def rungs_of(day: StreamDay) -> tuple[Rung, ...]:
    """The stages of a deal by a day. What a deal has passed by without a word of it is left out."""
    certain, possible = day.bounds
    assert possible is not None
    sure = -1 if certain is None else _height(certain)
    climbed = [_rung(day, place, sure, certain, possible) for place in range(len(LADDER))]
    told = [rung for rung in climbed if rung is not None]
    reached = [rung for rung in told if rung.standing != "next"]
    coming = [rung for rung in told if rung.standing == "next"]
    last = _last(day, certain, possible)
    rungs = [*_by_date(reached[:-1]), *reached[-1:]]
    if "suspended" in possible.stages and (last is None or last.stage != "suspended"):
        rungs.append(Rung("suspended", "poss"))  # suspended and resumed on days that are not known apart
    if last is not None:
        rungs.append(last)
    if last is None or last.standing == "poss" or last.stage == "suspended":  # what has ended goes no further
        rungs += coming if sure >= DELIVERED else [*coming, Rung("completed", "next")]
    return tuple(_with_place(rungs, certain))


def _by_date(rungs: list[Rung]) -> list[Rung]:
    """The steps on the way to a contract, in the order in which they were taken."""
    steps = [rung for rung in rungs if rung.stage in ON_THE_WAY]
    dated = iter(sorted(steps, key=lambda rung: -1 if rung.on is None else rung.on.last))
    return [next(dated) if rung.stage in ON_THE_WAY else rung for rung in rungs]


def _height(deal: Deal) -> int:
    """The place of the furthest stage on the ladder."""
    return DELIVERED if deal.is_in_full else deal.rung


def _rung(day: StreamDay, place: int, sure: int, certain: Deal | None, possible: Deal) -> Rung | None:
    stage = LADDER[place]
    is_begun = stage == "delivering"
    reached = begun_of(day, certain, possible) if is_begun else happened(day, *REACHED_BY.get(stage, ("",)))
    if reached is not None and stage in ON_THE_WAY and _is_after_contract(day, reached):
        reached = None
    on = None if reached is None else reached.on
    if place in (0, sure) and place <= sure:
        return Rung(stage, "done", on)
    if reached is not None and reached.is_certain:
        return Rung(stage, "done", on)
    if place <= sure:  # passed by: a deal that is delivered was ordered, whoever says so
        return None
    if reached is not None or (place == DELIVERED and _height(possible) == DELIVERED):
        return Rung(stage, "poss", on)
    return Rung(stage, "next") if stage in ALWAYS else None


def _is_after_contract(day: StreamDay, step: Happened) -> bool:
    """Whether a step was taken when the contract was signed already: what is approved then is a change of it."""
    contract = happened(day, "contract-signed")
    return contract is not None and contract.is_certain and step.on.first > contract.on.last


def _last(day: StreamDay, certain: Deal | None, possible: Deal) -> Rung | None:
    """An ending or a suspension."""
    ending = ending_of(day, certain, possible)
    if ending is None or ending.when is None:
        return None
    return Rung(ending.kind, "done" if ending.when.is_certain else "poss", ending.when.on)


def _with_place(rungs: list[Rung], certain: Deal | None) -> list[Rung]:
    """The rungs with the one marked where the deal is for certain."""
    if certain is None:
        return rungs
    stage: Stage = certain.stage
    here = next((rung for rung in rungs if rung.stage == stage and rung.standing == "done"), None)
    return [rung._replace(standing="now") if rung is here else rung for rung in rungs]
