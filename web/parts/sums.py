"""Payments and deliveries over time, as steps: a panel for each currency, and for each item and unit."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, ClassVar

from armsledger.application.pictures.drawing import SUM_LEGEND
from armsledger.application.pictures.sums_over_time import short_amount, sums_over_time
from armsledger.charts.steps import HEIGHT, LEFT, RIGHT, WIDTH, StepChart, SumCourse, spanned
from armsledger.web.links import ALONE, Links
from armsledger.web.part import Markup, Part, Slots, Standpoint
from armsledger.web.parts.timeline import legend


class SumsPart(Part):
    """The panels; what each shows is a slot, and depends on the belief alone."""

    name: ClassVar[str] = "sums"
    by_day: ClassVar[bool] = False

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._numbers: dict[Hashable, int] = {}
        self._panels: dict[str, StepChart] = {}
        self._day = 0

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """By slot the course of a sum, for its title and for its drawing."""
        self._day = standpoint.view.at.toordinal()
        told: dict[str, Hashable] = {}
        for line, course in sums_over_time(standpoint.stream_day.course).items():
            number = self._numbers.setdefault(line, len(self._numbers))
            told |= {f"{self.name}/{number:03}/{slot}": course for slot in ("course", "title")}
        return told

    def lay_out(self, told: Mapping[str, Collection[Any]]) -> None:
        """Lay out the axis of time of each panel."""
        courses: dict[str, list[SumCourse]] = {}
        for slot, data in told.items():
            panel, _, slot_name = slot.rpartition("/")
            if slot_name == "course":
                courses[panel] = list(data)
        self._panels = {name: StepChart(spanned(own, self._day)) for name, own in sorted(courses.items())}

    def html(self, slot: str, data: Any) -> Markup:
        """The title of a panel, or its drawing."""
        panel, _, slot_name = slot.rpartition("/")
        if slot_name == "title":
            return Markup("<h3>{}</h3>").format(data.title)
        return Markup(self._panels[panel].course(data, short_amount))

    def section(self, slots: Slots) -> Markup:
        """The panels side by side."""
        if not self._panels:
            return Markup()
        return Markup(
            '<section aria-labelledby="sums"><h2 id="sums">Paid and delivered</h2>'
            '<p class="sub">Currencies, items and units are never added to each other.</p>{}'
            '<div class="three">{}</div></section>'
        ).format(legend(SUM_LEGEND), Markup("").join(self._figures(slots)))

    def _figures(self, slots: Slots) -> Iterator[Markup]:
        for name, panel in self._panels.items():
            scale = panel.scale
            yield Markup(
                '<figure class="slip">{}<svg class="sl" viewBox="0 0 {:g} {:g}" role="group" aria-label="A sum over '
                'time" data-d0="{}" data-x0="{:.1f}" data-scale="{:.6f}" data-min="{:g}" data-max="{:g}">{}{}{}'
                "</svg></figure>"
            ).format(
                slots.element(f"{name}/title", "div"),
                WIDTH,
                HEIGHT,
                scale.first,
                scale.start,
                scale.per_day,
                LEFT,
                RIGHT,
                Markup(panel.frame()),
                Markup(panel.day_line(self._day)),
                slots.element(f"{name}/course", "g"),
            )
