"""Exposure to sanctions: the ladder from the law to the end of the measures, and what became of other deals."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.exposure import Exposure, Rung, Step
from armsledger.application.pictures.precedents import Precedents
from armsledger.application.pictures.standpoint import Belief, Standpoint
from armsledger.projections.read_models.precedents import FollowUp, PrecedentRow
from armsledger.web.links import ALONE, Links
from armsledger.web.part import Markup, Part, Slots
from armsledger.web.parts.links import entry_refs, stream_link
from armsledger.web.saying import event_words
from armsledger.web.words import counted, day_words, listed, party_words, refs, when_words

NAMES: Final[Mapping[Rung, str]] = {
    "law": "Law",
    "threat": "Threat",
    "position": "Position",
    "imposition": "Imposed",
    "effect": "In effect",
    "waiver": "Waiver",
    "lifting": "Lifted",
}
EVENTS: Final[Mapping[str, str]] = {
    "legislative-action": "",
    "sanction-threat-raised": "threatened",
    "sanction-threat-withdrawn": "threat withdrawn",
    "sanction-position-stated": "",
    "sanction-imposed": "imposed",
    "sanction-took-effect": "in effect",
    "sanction-lifted": "lifted",
    "waiver-granted": "granted",
    "waiver-denied": "denied",
    "waiver-expired": "run out",
}
"""What a step is called on its rung."""
STRENGTHS: Final = {"warn": "warned", "threaten": "threatened", "ultimatum": "ultimatum"}
FOLLOW_UPS: Final[Mapping[FollowUp, str]] = {
    "imposed": "sanctions imposed",
    "waived": "waived",
    "lifted": "lifted again",
    "withdrawn": "threat withdrawn",
    "not-followed-up": "threat not followed up so far",
}
SHARED: Final = {"basis": "same law", "supplier": "same supplier"}


@dataclass(frozen=True)
class RungTold:
    """The steps on one rung."""

    rung: Rung
    steps: tuple[Step, ...]


class Sanctions(Part):
    """How far sanctions over the deal have come, rung by rung."""

    name: ClassVar[str] = "sanctions"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._precedents: Precedents | None = None
        self._by_belief: dict[Belief, tuple[PrecedentRow, ...]] = {}
        self._exposure: Exposure | None = None

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The rungs at the day and belief; the precedents at the page's day by belief."""
        self._stream = standpoint.stream
        self._shown_at = standpoint.view.at.toordinal()
        belief = standpoint.stream_day.belief
        if self._exposure is None or self._exposure.belief is not belief:
            self._exposure = Exposure(belief)
        rungs = self._exposure.at(standpoint.day)
        told: dict[str, Hashable] = {"sanctions/silent": True}
        if rungs:
            told = {
                f"sanctions/rung/{place}": RungTold(rung, steps) for place, (rung, steps) in enumerate(rungs.items())
            }
        rows = self._precedents_of(standpoint)
        return {**told, "sanctions/precedents": rows} if rows else told

    def _precedents_of(self, standpoint: Standpoint) -> tuple[PrecedentRow, ...]:
        """What a belief says of other deals on the day of the page."""
        if self._precedents is None:
            self._precedents = Precedents(Pictures(standpoint.view), standpoint.stream)
        rows = self._by_belief.get(standpoint.believed)
        if rows is None:
            rows = self._by_belief[standpoint.believed] = self._precedents.at(standpoint)
        return rows

    def html(self, slot: str, data: Any) -> Markup:
        """One rung, or the table of precedents."""
        match data:
            case RungTold():
                return self._rung(data)
            case True:
                return Markup("No source that is known speaks of sanctions over this deal.")
        return self._table(data)

    def section(self, slots: Slots) -> Markup:
        """The ladder, and the precedents below it."""
        names = [name for name in slots.of(self) if name.startswith("sanctions/rung/")]
        ladder = Markup("").join(slots.element(name, "li") for name in names)
        return Markup('<section id="sanctions"><h2 class="hs">Exposure to sanctions</h2>{}{}{}</section>').format(
            slots.element("sanctions/silent", "p", class_="sub"),
            Markup('<ol class="ladder seven">{}</ol>').format(ladder) if names else "",
            slots.element("sanctions/precedents", "div", class_="precedents"),
        )

    # The ladder

    def _rung(self, told: RungTold) -> Markup:
        steps = told.steps
        stated = told.rung == "position"  # an authority that holds back has stated its position as well
        reached = {step.fate for step in steps if step.counts or stated}
        kind = "done" if "certain" in reached else "poss" if reached else "no"
        lines = Markup("").join(Markup("<p>{}</p>").format(self._step(step)) for step in steps)
        return Markup('<div class="rung {}"><b>{}</b>{}</div>').format(
            kind, NAMES[told.rung], lines or Markup('<p class="mute">none</p>')
        )

    def _step(self, step: Step) -> Markup:
        told = Markup("{}{}").format(", ".join(_step_words(step)), refs(step.entries, self._stream))
        if step.fate == "retracted":
            return Markup('<span class="mute">A report of it was retracted{}: {}</span>').format(
                refs([step.retracted_by or ""], self._stream), told
            )
        if step.denied_by:
            told += Markup("; denied{}").format(refs(step.denied_by, self._stream))
        return Markup("perhaps: {}").format(told) if step.fate == "possible" else told

    # The precedents

    def _table(self, rows: Sequence[PrecedentRow]) -> Markup:
        body = Markup("").join(map(self._precedent, rows))
        return Markup(
            '<h3>Precedents, as of {}</h3><p class="sub">What became of other deals under the same law or with the '
            'same supplier.</p><table class="au ft"><thead><tr><th>Deal</th><th>In common</th>'
            "<th>What became of it</th><th>Since</th><th>Entries</th></tr></thead><tbody>{}</tbody></table>{}"
        ).format(day_words(self._shown_at), body, self._left_out)

    @property
    def _left_out(self) -> Markup:
        """How many deals were not looked at, as there are too many."""
        more = 0 if self._precedents is None else self._precedents.left_out
        told = Markup('<p class="small mute">{} more are exposed, and not looked at here.</p>')
        return told.format(counted(more, "deal")) if more else Markup()

    def _precedent(self, row: PrecedentRow) -> Markup:
        stream = f"deal/{row.deal}"
        sides = " to ".join(party_words(party) for party in (row.supplier, row.buyer) if party)
        against = f" against {party_words(row.against)}" if row.against else ""
        basis = f" under {row.basis}" if row.basis else ""
        return Markup(
            '<tr><td class="wide">{}<br><span class="mute">{}</span></td><td>{}</td><td class="wide">{}<br>'
            '<span class="mute">{}</span></td>'
            '<td class="num" data-l="since">{}</td><td>{}</td></tr>'
        ).format(
            stream_link(self.links, stream),
            sides,
            listed([SHARED[name] for name in row.shared]),
            FOLLOW_UPS[row.follow_up],
            f"{party_words(row.by)}{against}{basis}{_days(row)}",
            "" if row.since is None else when_words(row.since),
            entry_refs(row.entries, self._stream, self.links),
        )


def _days(row: PrecedentRow) -> str:
    """How long after its trigger the consequence came: ``, 521 to 886 days after delivery begun``."""
    ends = [days for days in (row.least_days, row.most_days) if days is not None]
    if row.trigger is None or len(ends) < 2:
        return ""
    span = f"{ends[0]:,}" if ends[0] == ends[1] else f"{ends[0]:,} to {ends[1]:,}"
    return f", {span} days after {event_words(row.trigger)}"


def _step_words(step: Step) -> Iterator[str]:
    """A step in a few words, the date last."""
    if step.event == "legislative-action":
        yield from (text for text in (step.instrument, step.by) if text)
        yield f"{step.stage or 'acted'} {when_words(step.on)}"
        if not step.binding:
            yield "binds nobody"
        return
    yield " ".join(text for text in (_called(step), f"by {party_words(step.by)}", _against(step)) if text)
    if step.over:
        yield f"over {step.over}"
    yield from step.measures
    if step.scope:
        yield step.scope
    if step.reason:
        yield step.reason
    yield when_words(step.on)
    if step.until is not None:
        yield f"{'lapsed' if step.has_lapsed else 'until'} {when_words(step.until)}"


def _called(step: Step) -> str:
    if step.position is not None:
        return step.position.replace("-", " ")
    return STRENGTHS.get(step.strength or "", EVENTS[step.event])


def _against(step: Step) -> str:
    against = "" if step.against is None else f"against {party_words(step.against)}"
    basis = "" if step.basis is None else f"under {step.basis}"
    return " ".join(text for text in (against, basis) if text)
