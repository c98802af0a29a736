"""Pictures of a stream that stand alone: its timeline, how its dates slipped, and its payments and deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, get_args

from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.labels import key_words, meeting_words, upper
from armsledger.application.pictures.marks import LANES, Telling
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.application.pictures.sums_over_time import short_amount, sums_over_time
from armsledger.application.stream_state import Chart
from armsledger.application.wording import counted, day_words, listed, party_words
from armsledger.charts import slips, steps, timeline
from armsledger.charts.alone import Drawing, Frame, standing_alone
from armsledger.charts.elements import joined
from armsledger.charts.marks import Comb, Forecast
from armsledger.charts.panels import Panel, side_by_side
from armsledger.charts.picture import NothingToDraw, Picture
from armsledger.domain.errors import UsageError, quoted

if TYPE_CHECKING:
    from armsledger.application.view import View

CHARTS: Final = get_args(Chart)
TIMELINE_LEGEND: Final = (
    ("day", "happened on this day"),
    ("within", "happened some day within"),
    ("about", "about this day"),
    ("by", "by this day"),
    ("hollow", "planned, put off, denied or not binding"),
    ("rival", "\u2260 a source that differs"),
    ("retracted", "taken back"),
    ("forecast", "forecast: said, due window"),
    ("met-late", "met late"),
    ("overdue", "overdue, still open"),
)
SLIP_LEGEND: Final = (
    ("forecast", "forecast: its window, upright"),
    ("met-late", "came true late"),
    ("overdue", "overdue, still open"),
    ("within", "when it came true"),
)
SUM_LEGEND: Final = (("sum", "certain"), ("sum-possible", "possible"), ("reference", "the value, or the order"))


def plot(view: View, stream: str, chart: Chart = "timeline") -> Picture:
    """A chart of a stream at the day and belief of a view.

    Raises UnknownStream, UsageError, and NothingToDraw where nothing is known that the chart could show.
    """
    if chart not in CHARTS:
        raise UsageError(f"there is no chart {quoted(chart)}", remedy=f"write one of {', '.join(CHARTS)}")
    standpoint = Pictures(view).standpoint(stream)
    draw = {"timeline": _timeline, "slip": _slips}.get(chart)
    drawing = _sums(standpoint, chart) if draw is None else draw(standpoint)
    return Picture(standing_alone(drawing, Frame(heading_of(standpoint), [view.question.in_words])), view.file_mode)


def heading_of(standpoint: Standpoint) -> str:
    """``Russia to India: S-400 Triumf``, or the name of a meeting or framework."""
    _, state = standpoint.bounds
    if state is None:
        return standpoint.stream
    if standpoint.kind == "deal":
        parties = [listed(map(party_words, side)) for side in (_parties(state, "supplier"), _parties(state, "buyer"))]
        goods = listed([item.designation for item in state.items][:3])
        return f"{' to '.join(filter(None, parties))}: {goods or state.title or standpoint.stream_day.key}"
    if standpoint.kind == "engagement":
        return upper(meeting_words(state, standpoint.stream_day.key))
    return getattr(state, "title", None) or key_words(standpoint.stream_day.key)


def _parties(state: Any, side: str) -> Sequence[str]:
    leading = getattr(state, side)
    return getattr(state, f"{side}s") or ([] if leading is None else [leading])


def _nothing(standpoint: Standpoint, what: str, remedy: str) -> NothingToDraw:
    return NothingToDraw(f"of {standpoint.stream} nothing is known by then that {what} could show", remedy=remedy)


def _timeline(standpoint: Standpoint) -> Drawing:
    telling = Telling()
    facts, forecasts = telling.facts(standpoint), telling.forecasts(standpoint)
    if not facts and not forecasts:
        raise _nothing(standpoint, "a timeline", "ask for a later date or belief")
    marks = timeline.Marks(
        LANES,
        {key: [fact] for key, fact in facts.items()},
        {key: [forecast] for key, forecast in forecasts.items()},
        [standpoint.day],
    )
    chart = timeline.Timeline(marks)
    body = joined(
        chart.frame(),
        *(chart.comb(comb, len(teeth)) for comb, teeth in _by_comb(forecasts).items()),
        chart.day_line(standpoint.day, day_words(standpoint.day)),
        *(
            chart.fact(key, facts[key], standpoint.day)
            if key in facts
            else chart.forecast(key, forecasts[key], standpoint.day)
            for key in chart.order()
        ),
    )
    return Drawing(chart.size.width, chart.height, body, TIMELINE_LEGEND)


def _by_comb(forecasts: Mapping[str, Forecast]) -> dict[Comb, dict[str, Forecast]]:
    combs: dict[Comb, dict[str, Forecast]] = {}
    for key, forecast in forecasts.items():
        combs.setdefault(forecast.comb, {})[key] = forecast
    return dict(sorted(combs.items(), key=lambda item: item[0].order))


def _slips(standpoint: Standpoint) -> Drawing:
    combs = _by_comb(Telling().forecasts(standpoint))
    panels = [_slip(comb, teeth, standpoint.day) for comb, teeth in combs.items() if len(teeth) >= slips.FEWEST]
    if not panels:
        raise _nothing(
            standpoint, "a slip chart", "it takes two forecasts of one thing: ask for a later date or belief"
        )
    return side_by_side(panels, slips.WIDTH, slips.HEIGHT, SLIP_LEGEND)


def _slip(comb: Comb, teeth: Mapping[str, Forecast], day: int) -> Panel:
    panel = slips.Slip({key: [forecast] for key, forecast in teeth.items()}, day)
    met = slips.met_by(teeth.values())
    body = joined(
        panel.frame(),
        *([] if met is None else [panel.met(met)]),
        panel.steps(teeth.values()),
        *([panel.day_line(day, day_words(day))] if panel.is_on_scale(day) else []),
        *(panel.forecast(key, teeth[key], day) for key in panel.order()),
    )
    return Panel(comb.title, slip_note(teeth.values()), body)


def slip_note(forecasts: Any) -> str:
    """``5 forecasts. First due: Dec 2020. Last due: by 31 Dec 2021.``"""
    said = sorted(forecasts, key=lambda one: (one.stated[1], one.due))
    if len(said) == 1:
        return f"1 forecast: {said[0].due_words}"
    return f"{counted(len(said), 'forecast')}. First due: {said[0].due_words}. Last due: {said[-1].due_words}."


def _sums(standpoint: Standpoint, chart: Chart) -> Drawing:
    kind = "paid" if chart == "payments" else "delivered"
    courses = [course for line, course in sums_over_time(standpoint.stream_day.course).items() if line.kind == kind]
    if not courses:
        raise _nothing(standpoint, f"a chart of {chart}", "no source gives an amount: plot its timeline")
    panels = []
    for course in courses:
        panel = steps.StepChart(steps.spanned([course], standpoint.day))
        line = panel.day_line(standpoint.day)
        panels.append(Panel(course.title, "", joined(panel.frame(), line, panel.course(course, short_amount))))
    return side_by_side(panels, steps.WIDTH, steps.HEIGHT, SUM_LEGEND)
