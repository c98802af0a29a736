"""The timeline: a lane for each kind of fact, and beneath the facts a comb of forecasts for each thing expected.

The layout is made from all marks that will ever be drawn. Then each mark is a fragment of its own, so that a page that
steps through dates and beliefs exchanges marks and moves none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from armsledger.charts.combs import draw_forecast
from armsledger.charts.elements import NOTHING, Svg, element, group, joined, path, rect, text_of, title, words
from armsledger.charts.facts import Extent, draw_fact, extent_of
from armsledger.charts.labels import TEXT, Place, Rows, draw_label, label_of, room_beside
from armsledger.charts.marks import Comb, Fact, Forecast, Lane, ends_of
from armsledger.charts.text_width import in_lines, width_of
from armsledger.charts.time_scale import TimeScale, years_around
from armsledger.domain.values.edtf import OPEN_PAST

ROW: Final = 22.0
TOOTH: Final = 6.0
LINE: Final = 15.0
HEAD: Final = 46.0
"""Above the first lane: the day of the chart, and the years."""
FARTHEST_DAYS: Final = 5_000
"""A window that ends so long after all else does not stretch the scale; it leaves the drawing."""
FADING_DAYS: Final = 150
DAY_ROOM: Final = width_of("29 Nov 2026", TEXT, bold=True) / 2 + 6
"""So much is kept free beside the scale, so that the chart's day can be written at its end."""


class Size(NamedTuple):
    """The width of a drawing, and of the column of its titles, which stand above their lanes where it has none."""

    width: float
    column: float


WIDE: Final = Size(1192, 180)
NARROW: Final = Size(358, 0)


@dataclass(frozen=True)
class Marks:
    """All marks that will ever be drawn, by a key of each: what it can be by one belief or another.

    ``days`` are others that the scale holds.
    """

    lanes: Sequence[Lane]
    facts: Mapping[str, Sequence[Fact]]
    forecasts: Mapping[str, Sequence[Forecast]]
    days: Sequence[int] = ()


Link = Callable[[str], str | None]
"""By the address of an entry, where its mark leads."""


def no_link(entry: str) -> str | None:
    """A mark leads nowhere."""
    return None


class Block(NamedTuple):
    """The place of a comb."""

    top: float
    bottom: float
    lines: Sequence[str]
    first_tooth: float


class Timeline:
    """A timeline of a width, laid out."""

    def __init__(self, marks: Marks, size: Size = WIDE, link: Link = no_link) -> None:
        """``link`` gives the address to which the mark of an entry leads, if any."""
        self.size = size
        self._facts = {key: variants for key, variants in marks.facts.items() if variants}
        self._combs = _combs(marks.forecasts)
        used = {variants[0].lane for variants in self._facts.values()} | {comb.lane for comb in self._combs}
        self.lanes = [lane for lane in marks.lanes if lane.name in used]
        self._link = link
        left = size.column or 2.0
        self.scale = TimeScale(years_around(_days(marks)), left, size.width - (DAY_ROOM if size.column else 4))
        self._drawing = Extent(left, size.width)
        self._places: dict[str, Place] = {}
        self._tops: dict[str, float] = {}
        self._blocks: dict[Comb, Block] = {}
        self._teeth: dict[str, float] = {}
        self._rules: list[float] = []
        self._titles: list[tuple[Lane, float]] = []
        self.height = self._lay_out()

    def order(self) -> Iterator[str]:
        """The keys of all marks from the top to the bottom."""
        for lane in self.lanes:
            yield from sorted(self._facts_of(lane), key=lambda key: (self._places[key].row, self._begin(key)))
            for comb in self._combs_of(lane):
                yield from self._combs[comb]

    @property
    def combs(self) -> list[Comb]:
        """The combs from the top to the bottom."""
        return [comb for lane in self.lanes for comb in self._combs_of(lane)]

    # The layout

    def _lay_out(self) -> float:
        y = HEAD
        for number, lane in enumerate(self.lanes):
            if number:
                self._rules.append(y)
                y += 2
            y = self._lay_out_lane(lane, y)
        return y + 4

    def _lay_out_lane(self, lane: Lane, y: float) -> float:
        self._titles.append((lane, y))
        if not self.size.column:
            y += LINE + 9
        rows = Rows(self._drawing)
        for key in sorted(self._facts_of(lane), key=self._begin):
            self._tops[key] = y
            variants = [(fact, extent_of(fact, self.scale)) for fact in self._facts[key]]
            self._places[key] = rows.place(variants)
        beside = (2 * LINE + 10 if lane.note else LINE + 10) if self.size.column else 0
        y += max(len(rows) * ROW + 6 if len(rows) else 0, beside)
        for comb in self._combs_of(lane):
            y = self._lay_out_comb(comb, y) + 3
        return y + 4

    def _lay_out_comb(self, comb: Comb, y: float) -> float:
        teeth = self._combs[comb]
        room = (self.size.column or self.size.width) - 22
        lines = in_lines(comb.title, room, TEXT, bold=True)
        beside = (len(lines) + 1) * LINE + 9
        if self.size.column:
            height = max(beside, len(teeth) * TOOTH + 10)
            first = y + (height - (len(teeth) - 1) * TOOTH) / 2
        else:
            height = beside + len(teeth) * TOOTH + 6
            first = y + beside + 3
        self._blocks[comb] = Block(y, y + height, lines, first)
        for place, tooth in enumerate(teeth):
            self._teeth[tooth] = first + place * TOOTH
        return y + height

    def _facts_of(self, lane: Lane) -> list[str]:
        return [key for key, variants in self._facts.items() if variants[0].lane == lane.name]

    def _combs_of(self, lane: Lane) -> list[Comb]:
        return [comb for comb in self._combs if comb.lane == lane.name]

    def _begin(self, key: str) -> tuple[float, float]:
        extents = [extent_of(fact, self.scale) for fact in self._facts[key]]
        return min(own.left for own in extents), min(own.right for own in extents)

    # The fragments

    def frame(self) -> Svg:
        """What stands behind the marks: the lines of the years, and the titles of the lanes."""
        ticks = [part for day, label in self.scale.ticks() for part in self._tick(self.scale.place(day), label)]
        rules = [path(f"M0 {y:.1f}H{self.size.width:g}", class_="gr") for y in self._rules]
        titles = [part for lane, y in self._titles for part in self._lane_title(lane, y)]
        return joined(*ticks, *rules, *titles)

    def _tick(self, x: float, label: str) -> Iterator[Svg]:
        yield path(f"M{x:.1f} 28V{self.height - 2:.1f}", class_="gr")
        if label:
            yield words(x + 3, 38, text_of(label), class_="m")

    def _lane_title(self, lane: Lane, y: float) -> Iterator[Svg]:
        yield words(0, y + LINE + 3, text_of(lane.title), class_="b7 lt")
        if self.size.column and lane.note:
            yield words(0, y + 2 * LINE + 4, text_of(lane.note), class_="m")

    def day_line(self, day: int, label: str) -> Svg:
        """The line of the chart's day and, where there is room, the day in words above it."""
        top = 20 if self.size.column else 26
        parts = [path(f"M0 {top}V{self.height - 2:.1f}", class_="dl")]
        if self.size.column:
            half = DAY_ROOM - 2
            parts.append(rect(-half, 2, 2 * half, 18, class_="dlb", rx=2))
            parts.append(words(0, 15, text_of(label), class_="dlt b7", text_anchor="middle", data_day="text"))
        return group(*parts, transform=f"translate({self.scale.place(day):.1f} 0)", data_day="transform")

    def fact(self, key: str, fact: Fact, day: int) -> Svg:
        """The mark of a fact and its label; faded where it is later than the chart's day."""
        row, side = self._places[key]
        middle = self._tops[key] + 13 + row * ROW
        mark = extent_of(fact, self.scale)
        parts = [draw_fact(fact, self.scale, middle)]
        if side is not None:
            kind = "halo m" if fact.look == "retracted" else "halo"
            label = label_of(fact, room_beside(mark, side, self._drawing))
            parts.append(draw_label(label, mark, side, middle, kind))
        first = None if fact.days[0] == OPEN_PAST else fact.days[0]
        own = joined(*parts)
        if first is not None:
            own = group(own, class_="fut" if day < first else None, data_first=str(first))
        return self._linked(own, fact)

    def comb(self, comb: Comb, count: int) -> Svg:
        """The blue ground of a comb, its title, and how many forecasts it holds."""
        block = self._blocks[comb]
        ground = rect(0, block.top, self.size.width, block.bottom - block.top, class_="wash")
        lines = [
            words(8, block.top + LINE * (place + 1), text_of(text), class_="fcx b7")
            for place, text in enumerate(block.lines)
        ]
        note = text_of("1 forecast" if count == 1 else f"{count} forecasts")
        return joined(ground, *lines, words(8, block.top + LINE * (len(lines) + 1), note, class_="fcx"))

    def forecast(self, key: str, forecast: Forecast, day: int) -> Svg:
        """One tooth of a comb; on a narrow drawing it leads nowhere, as no finger hits it."""
        tooth = draw_forecast(forecast, self.scale, self._teeth[key], day)
        return self._linked(tooth, forecast) if self.size.column else tooth

    def _linked(self, drawn: Svg, mark: Fact | Forecast) -> Svg:
        """What is drawn of a mark, as a link if it leads somewhere; a pointer on a wide drawing is told more of it."""
        told = title(mark.told) if self.size.column else NOTHING
        href = self._link(mark.entry)
        if href is not None:
            return element("a", told, drawn, href=href)
        return element("g", told, drawn) if told else drawn


def _combs(forecasts: Mapping[str, Sequence[Forecast]]) -> dict[Comb, list[str]]:
    """The combs in their order, and the keys of the forecasts of each in the order in which they were said."""
    combs: dict[Comb, list[str]] = {}
    said = {key: min((one.stated[1], one.due) for one in variants) for key, variants in forecasts.items() if variants}
    for key in sorted(said, key=lambda key: said[key]):
        combs.setdefault(forecasts[key][0].comb, []).append(key)
    return dict(sorted(combs.items(), key=lambda item: item[0].order))


def _days(marks: Marks) -> list[int]:
    """The days that the scale holds."""
    facts = [fact for variants in marks.facts.values() for fact in variants]
    forecasts = [forecast for variants in marks.forecasts.values() for forecast in variants]
    spans = [days for fact in facts for days in (fact.days, *fact.rivals)]
    spans += [days for one in forecasts for days in (one.stated, one.met) if days is not None]
    days = [*marks.days, *(day for span in spans for day in ends_of(span))]
    days += [fact.days[1] - FADING_DAYS for fact in facts if fact.days[0] == OPEN_PAST]
    days += [fact.days[0] for fact in facts if fact.days[0] != OPEN_PAST]
    farthest = max(days) + FARTHEST_DAYS
    return days + [day for day in _due(forecasts) if day <= farthest]


def _due(forecasts: Iterable[Forecast]) -> Iterator[int]:
    for one in forecasts:
        yield from ends_of(one.due)
