"""The timeline of a page: facts in lanes, and forecasts beneath them as combs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, ClassVar, Final

from armsledger.application.pictures.drawing import TIMELINE_LEGEND
from armsledger.application.pictures.marks import LANES, Telling
from armsledger.application.wording import day_words
from armsledger.charts.marks import Comb, Fact, Forecast
from armsledger.charts.style import sample
from armsledger.charts.timeline import NARROW, WIDE, Marks, Size, Timeline
from armsledger.web.links import ALONE, Links
from armsledger.web.part import Markup, Part, Slots, Standpoint
from armsledger.web.words import anchor

SIZES: Final[Mapping[str, Size]] = {"w": WIDE, "n": NARROW}


class TimelinePart(Part):
    """A drawing for wide screens and one for narrow ones; each mark is a slot."""

    name: ClassVar[str] = "timeline"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._telling = Telling()
        self._names: dict[Hashable, tuple[str, ...]] = {}
        self._facts: Mapping[str, Fact] | None = None
        self._told: dict[str, Hashable] = {}
        self._charts: dict[str, Timeline] = {}
        self._combs: dict[Comb, str] = {}
        self._stream = ""
        self._day = 0

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """By slot a fact, a forecast, or a comb with the number of its forecasts."""
        self._stream, self._day = standpoint.stream, standpoint.view.at.toordinal()
        facts = self._telling.facts(standpoint)
        if facts is not self._facts:  # which it is for all days of one belief
            self._facts, self._told = facts, {}
            for key, fact in facts.items():
                for slot in self._slots("f", key):
                    self._told[slot] = fact
        told = dict(self._told)
        counts: dict[Comb, int] = {}
        for key, forecast in self._telling.forecasts(standpoint).items():
            for slot in self._slots("t", key):
                told[slot] = forecast
            counts[forecast.comb] = counts.get(forecast.comb, 0) + 1
        for comb, count in counts.items():
            for slot in self._slots("c", comb):
                told[slot] = comb, count
        return told

    def _slots(self, kind: str, key: Hashable) -> tuple[str, ...]:
        """The slots of a mark, one for each size, which are the same whatever the belief."""
        known = self._names.get(key)
        if known is None:
            number = len(self._names)
            known = self._names[key] = tuple([f"{self.name}/{size}/{kind}{number:05}" for size in SIZES])
        return known

    def lay_out(self, told: Mapping[str, Collection[Any]]) -> None:
        """Lay both drawings out for all marks that will ever stand on them."""
        own = {slot.rpartition("/")[2]: list(data) for slot, data in told.items() if f"/{next(iter(SIZES))}/" in slot}
        facts: dict[str, list[Fact]] = {slot: data for slot, data in own.items() if slot[0] == "f"}
        teeth: dict[str, list[Forecast]] = {slot: data for slot, data in own.items() if slot[0] == "t"}
        self._combs = {data[0][0]: slot for slot, data in own.items() if slot[0] == "c"}
        marks = Marks(LANES, facts, teeth, [self._day])
        self._charts = {size: Timeline(marks, width, self._link) for size, width in SIZES.items()} if own else {}

    def _link(self, entry: str) -> str | None:
        return f"#{anchor(entry, self._stream)}"

    def html(self, slot: str, data: Any) -> Markup:
        """The mark."""
        _, size, key = slot.split("/")
        chart = self._charts[size]
        match data:
            case Fact():
                return Markup(chart.fact(key, data, self._day))
            case Forecast():
                return Markup(chart.forecast(key, data, self._day))
        return Markup(chart.comb(*data))

    def section(self, slots: Slots) -> Markup:
        """Both drawings, and what their marks mean."""
        if not self._charts:
            return Markup()
        return Markup(
            '<section aria-labelledby="timeline"><h2 id="timeline">What happened, and what was said would happen</h2>'
            '<p class="sub">Facts in ink, one lane for each kind. Forecasts on blue beneath the facts that would meet '
            "them: a dot when it was said, a bracket over the dates it gave.</p>{}<figure>{}</figure></section>"
        ).format(legend(TIMELINE_LEGEND), Markup("").join(self._drawings(slots)))

    def _drawings(self, slots: Slots) -> Iterator[Markup]:
        for size, chart in self._charts.items():
            scale = chart.scale
            combs = [slots.element(f"{self.name}/{size}/{self._combs[comb]}", "g") for comb in chart.combs]
            marks = [slots.element(f"{self.name}/{size}/{key}", "g") for key in chart.order()]
            line = chart.day_line(self._day, day_words(self._day))
            yield Markup(
                '<svg class="{} tl" viewBox="0 0 {:g} {:.1f}" role="group" aria-label="Timeline" data-d0="{}" '
                'data-x0="{:.1f}" data-scale="{:.6f}" data-min="{:.1f}" data-max="{:.1f}">{}{}{}{}</svg>'
            ).format(
                size,
                chart.size.width,
                chart.height,
                scale.first,
                scale.start,
                scale.per_day,
                scale.start,
                scale.end,
                Markup(chart.frame()),
                Markup("").join(combs),
                Markup(line),
                Markup("").join(marks),
            )


def legend(entries: Collection[tuple[str, str]]) -> Markup:
    """What the marks of a chart mean."""
    lines = Markup("").join(
        Markup('<li><svg width="34" height="16" viewBox="0 0 34 16" aria-hidden="true">{}</svg>{}</li>').format(
            Markup(sample(shape)), meaning
        )
        for shape, meaning in entries
    )
    return Markup('<ul class="key">{}</ul>').format(lines)
