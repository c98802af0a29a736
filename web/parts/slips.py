"""Slip charts: how the dates that were forecast moved, a panel for each thing that two forecasts or more speak of."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from armsledger.application.pictures.drawing import slip_note
from armsledger.application.pictures.marks import Telling
from armsledger.application.wording import day_words
from armsledger.charts.marks import Comb, Days, Forecast
from armsledger.charts.slips import BOTTOM, FEWEST, HEIGHT, TOP, WIDTH, Slip, met_by
from armsledger.web.links import ALONE, Links
from armsledger.web.part import Markup, Part, Slots, Standpoint
from armsledger.web.words import anchor

PANEL, STEPS, MET = "panel", "steps", "met"
"""The slots of a panel that are of no single forecast."""


class Panel(NamedTuple):
    """What stands on a panel beside its forecasts, which are marks of their own."""

    title: str
    forecasts: tuple[Forecast, ...]


class Met(NamedTuple):
    """When the thing came true."""

    days: Days


class SlipsPart(Part):
    """The panels; each forecast is a slot, and so is what a panel tells of all of them."""

    name: ClassVar[str] = "slips"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._telling = Telling()
        self._slots: dict[Comb, dict[str, str]] = {}
        self._panels: dict[str, Slip] = {}
        self._stream = ""
        self._day = 0

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """By slot a forecast, or what a panel tells."""
        self._stream, self._day = standpoint.stream, standpoint.view.at.toordinal()
        told: dict[str, Hashable] = {}
        panels: dict[Comb, list[Forecast]] = {}
        for key, forecast in self._telling.forecasts(standpoint).items():
            panels.setdefault(forecast.comb, []).append(forecast)
            told[self._slot(forecast.comb, key)] = forecast
        for comb, own in panels.items():
            forecasts = tuple(own)
            told[self._slot(comb, PANEL)] = Panel(comb.title, forecasts)
            told[self._slot(comb, STEPS)] = forecasts
            met = met_by(forecasts)
            if met is not None:
                told[self._slot(comb, MET)] = Met(met)
        return told

    def _slot(self, comb: Comb, key: str) -> str:
        """The slot of what stands on the panel of a comb, which is the same whatever the belief."""
        slots = self._slots.setdefault(comb, {})
        known = slots.get(key)
        if known is None:
            number = list(self._slots).index(comb)
            mark = key if key in (PANEL, STEPS, MET) else f"t{len(slots):05}"
            known = slots[key] = f"{self.name}/{number:05}/{mark}"
        return known

    def lay_out(self, told: Mapping[str, Collection[Any]]) -> None:
        """Lay out the panels of at least two forecasts."""
        panels: dict[str, dict[str, list[Forecast]]] = {}
        orders: dict[str, tuple[Any, ...]] = {}
        for slot, data in told.items():
            panel, _, mark = slot.rpartition("/")
            if mark.startswith("t"):
                panels.setdefault(panel, {})[mark] = own = list(data)
                orders[panel] = own[0].comb.order
        kept = sorted((name for name, marks in panels.items() if len(marks) >= FEWEST), key=lambda name: orders[name])
        self._panels = {name: Slip(panels[name], self._day, self._link) for name in kept}

    def _link(self, entry: str) -> str | None:
        return f"#{anchor(entry, self._stream)}"

    def html(self, slot: str, data: Any) -> Markup:
        """The mark, or the words; nothing of a panel that is not drawn."""
        name, _, mark = slot.rpartition("/")
        panel = self._panels.get(name)
        if panel is None:
            return Markup()
        match data:
            case Forecast():
                return Markup(panel.forecast(mark, data, self._day))
            case Panel():
                return Markup('<h3>{}</h3><p class="small mute">{}</p>').format(data.title, slip_note(data.forecasts))
            case Met():
                return Markup(panel.met(data.days))
        return Markup(panel.steps(data))

    def section(self, slots: Slots) -> Markup:
        """The panels side by side."""
        if not self._panels:
            return Markup()
        return Markup(
            '<section aria-labelledby="slips"><h2 id="slips">How the dates slipped</h2>'
            '<p class="sub">Across: when it was said. Up: the dates that were given. A bracket is the window, an arrow '
            "down means by that day. Hatched across: when it came true.</p>"
            '<div class="three">{}</div></section>'
        ).format(Markup("").join(self._figures(slots)))

    def _figures(self, slots: Slots) -> Iterator[Markup]:
        for name, panel in self._panels.items():
            scale = panel.upright
            marks = [slots.element(f"{name}/{mark}", "g") for mark in panel.order()]
            yield Markup(
                '<figure class="slip">{}<svg class="sl" viewBox="0 0 {:g} {:g}" role="group" aria-label="Slip chart: '
                'the day on which a forecast was said, against the days that it gave" data-d0="{}" data-x0="{:.1f}" '
                'data-scale="{:.6f}" data-axis="y" data-min="{:g}" data-max="{:g}">{}{}{}{}{}</svg></figure>'
            ).format(
                slots.element(f"{name}/{PANEL}", "div"),
                WIDTH,
                HEIGHT,
                scale.first,
                scale.start,
                scale.per_day,
                TOP,
                BOTTOM,
                Markup(panel.frame()),
                slots.element(f"{name}/{MET}", "g"),
                slots.element(f"{name}/{STEPS}", "g"),
                Markup(panel.day_line(self._day, day_words(self._day))),
                Markup("").join(marks),
            )
