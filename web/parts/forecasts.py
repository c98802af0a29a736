"""All forecasts: what was said when by whom, for when, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar, Final

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.states.course import Course
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import StreamDay
from armsledger.projections.spans.tranches import Slip
from armsledger.web.glance.expected import Expected
from armsledger.web.glance.forecasts import (
    Begun,
    Forecast,
    Heading,
    Score,
    Waiting,
    forecast_of,
    is_only_begun,
    judged_forecasts,
    waiting_of,
)
from armsledger.web.glance.outcomes import KINDS, OPEN, ORDER, WORDS
from armsledger.web.grades import grade_badge
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.words import counted, day_words, listed, refs, when_words

SQUARES: Final = {"met": "came true", "late": "late", "overdue": "overdue", "open": "open"}
"""The squares of which the legend tells; what else there is says so itself."""
STILL: Final = {
    "overdue": "Overdue",
    "partially-met": "Overdue in part",
    "pending": "Open",
    "indeterminate": "Undecided",
}
COLUMNS: Final = ("Said", "By whom", "Grade", "For when", "Outcome", "")


class Forecasts(Part):
    """What is open still, all forecasts in a table by what they expect, and how those of each speaker fared."""

    name: ClassVar[str] = "forecasts"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._course: Course | None = None
        self._made: dict[tuple[object, ...], Forecast] = {}
        self._rows: dict[str, Forecast] = {}
        self._headings: dict[str, Heading] = {}
        self._scores: dict[str, int] = {}
        self._waiting: dict[str, Waiting] = {}

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The rows, by the positions of their entries; the headings and scores by that of the first of each."""
        day = standpoint.stream_day
        told = list(judged_forecasts(day))
        slots: dict[str, Hashable] = {}
        rows = [self._forecast(day, standpoint, *one) for one in told]
        headings: dict[Expected, str] = {}
        scores: dict[str, tuple[str, list[str]]] = {}
        for (judged, _), row in zip(told, rows, strict=True):
            place = f"{judged.expectation.entry.position:09}"
            slots[f"forecasts/row-{place}"] = row
            headings.setdefault(row.expected, place)
            if row.outcome in KINDS:
                scores.setdefault(row.who, (place, []))[1].append(KINDS[row.outcome])
        slots |= {f"forecasts/heading-{place}": Heading(expected) for expected, place in headings.items()}
        slots |= {
            f"forecasts/score-{place}": Score(who, tuple(sorted(kinds, key=ORDER.index)))
            for who, (place, kinds) in scores.items()
        }
        slots |= waiting_of(slots)
        begun = sum(is_only_begun(day, judged) for judged, _ in told)
        return slots | {"forecasts/begun": Begun(begun)} if begun else slots

    def _forecast(self, day: StreamDay, standpoint: Standpoint, judged: Judgement, other: Judgement | None) -> Forecast:
        """A forecast, made once for each outcome that it has by a belief."""
        if self._course is not day.course:
            self._course, self._made = day.course, {}
        key = judged.expectation.entry.id, judged.outcome, None if other is None else other.outcome, judged.there
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = forecast_of(day, standpoint, judged, other)
        return known

    def lay_out(self, told: Mapping[str, Collection[Any]]) -> None:
        """The order of the table is that of all beliefs: rows do not move as one steps."""
        for slot, data in told.items():
            last = list(data)[-1]
            match last:
                case Forecast():
                    self._rows[slot] = last
                case Heading():
                    self._headings[slot] = last
                case Waiting():
                    self._waiting[slot] = last
                case Score():
                    self._scores[slot] = max(len(score.kinds) for score in data)

    def html(self, slot: str, data: Any) -> Markup:
        """The cells of a row, or what else stands in a slot."""
        match data:
            case Forecast():
                return _row_html(data)
            case Heading():
                return Markup('<th colspan="6" scope="rowgroup">{}</th>').format(data.expected.words())
            case Score():
                return _score_html(data)
            case Waiting():
                return _waiting_html(data)
        return escape(begun_words(data.forecasts))

    def section(self, slots: Slots) -> Markup:
        """Nothing where nobody ever forecast anything."""
        if not self._rows:
            return Markup("")
        return Markup(
            '<section id="forecasts"><h2>Forecasts, and what became of them</h2>'
            '<p class="sub">A forecast counts from the day on which it was stated. It came true if what it expects '
            "happened within its dates, whoever made it. It is undecided where the dates that sources give leave open "
            "whether it did.</p>"
            '<dl class="card still">{}</dl>{}<h3>All forecasts</h3>{}<h3>Whose forecasts came true</h3>{}{}</section>'
        ).format(
            Markup("").join(self._still(slots, outcome) for outcome in OPEN),
            slots.element("forecasts/begun", "p", class_="small mute"),
            self._table(slots),
            self._score_list(slots),
            LEGEND,
        )

    def _still(self, slots: Slots, outcome: str) -> Markup:
        """What is expected still, with one outcome so far, in the order of the life cycle."""
        waiting = [slot for slot, line in self._waiting.items() if line.outcome == outcome]
        if not waiting:
            return Markup("")
        order = sorted(waiting, key=lambda slot: (self._waiting[slot].expected.place, slot))
        lines = Markup("").join(slots.element(slot, "span") for slot in order)
        return Markup('<div><dt class="o-{}">{}</dt><dd>{}</dd></div>').format(outcome, STILL[outcome], lines)

    def _table(self, slots: Slots) -> Markup:
        """A body for each thing that is expected, in the order of the life cycle."""
        rows = sorted(self._rows.items(), key=lambda item: (item[1].expected.place, item[1].stated.first, item[0]))
        bodies = []
        for expected, group in groupby(rows, key=lambda item: item[1].expected):
            headings = [slot for slot, heading in self._headings.items() if heading.expected == expected]
            lines = [slots.element(slot, "tr") for slot in (*sorted(headings), *(slot for slot, _ in group))]
            bodies.append(Markup("<tbody>{}</tbody>").format(Markup("").join(lines)))
        head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in COLUMNS[:-1])
        last = Markup('<th scope="col"><span class="unseen">Days, and entries</span></th>')
        return Markup('<table class="ft"><thead><tr>{}{}</tr></thead>{}</table>').format(
            head, last, Markup("").join(bodies)
        )

    def _score_list(self, slots: Slots) -> Markup:
        """Those who forecast most first."""
        order = sorted(self._scores, key=lambda slot: (-self._scores[slot], slot))
        return Markup('<ul class="score">{}</ul>').format(Markup("").join(slots.element(slot, "li") for slot in order))


# HTML

LEGEND: Final = Markup('<p class="small mute">{}</p>').format(
    Markup(" ").join(Markup('<span class="sq {}"></span> {}').format(kind, words) for kind, words in SQUARES.items())
)


def begun_words(count: int) -> str:
    """Why forecasts stay overdue though deliveries go on."""
    verb = "counts" if count == 1 else "count"
    spoke = "it spoke" if count == 1 else "they spoke"
    return (
        f"{counted(count, 'forecast')} {verb} as overdue because {spoke} of a batch delivered, "
        "and sources report only that it was begun."
    )


def _row_html(row: Forecast) -> Markup:
    outcome = Markup('<span class="tag o-{}">{}</span>').format(row.outcome, WORDS[row.outcome])
    if row.possibly is not None:
        outcome += Markup(' <span class="small">possibly {}</span>').format(WORDS[row.possibly])
    cells = (
        Markup("<td>{}</td>").format(when_words(row.stated)),
        Markup('<td class="wide">{}</td>').format(row.who),
        Markup("<td>{}</td>").format(grade_badge(*row.grade)),
        Markup('<td data-l="for">{}</td>').format(_due(row)),
        Markup('<td class="oc">{}</td>').format(outcome),
        Markup('<td class="small">{}{}</td>').format(_more(row), refs((row.entry, *row.others), row.stream)),
    )
    return Markup("").join(cells)


def _due(row: Forecast) -> str:
    wanted = "" if row.wanted is None else f"{row.wanted}{' in all' if row.in_all else ''}, "
    modality = "" if row.modality is None else f"{row.modality.replace('-', ' ')}: "
    return f"{modality}{wanted}{when_words(row.due)}"


def _more(row: Forecast) -> str:
    """``184 to 214 days late``, ``since 16 Dec 2021``, or when it came true."""
    if row.outcome in ("overdue", "partially-met"):
        missing = "" if row.missing is None else f"{row.missing} missing, "
        return f"{missing}since {day_words(row.due.last + 1)} "
    if row.outcome == "met-late" and row.met_on is not None:
        return f"{_days(row.slip)} late, {when_words(row.met_on)} "
    return "" if row.met_on is None else f"{when_words(row.met_on)} "


def _days(late: Slip) -> str:
    """``184 to 214 days``."""
    if late.least is None:
        return f"at most {counted(late.most, 'day')}" if late.most is not None else "some days"
    if late.most is None:
        return f"at least {counted(late.least, 'day')}"
    return counted(late.most, "day") if late.least == late.most else f"{late.least:,} to {counted(late.most, 'day')}"


def _waiting_html(waiting: Waiting) -> Markup:
    modality = "" if waiting.modality is None else f" ({waiting.modality.replace('-', ' ')})"
    dues = listed(map(when_words, waiting.dues), "and" if waiting.outcome == "overdue" else "or")
    return escape(f"{waiting.expected.words()}{modality}: {dues}")


def _score_html(score: Score) -> Markup:
    counts = {kind: score.kinds.count(kind) for kind in ORDER if kind in score.kinds}
    label = ", ".join(f"{count} {kind if kind != 'met' else 'came true'}" for kind, count in counts.items())
    squares: Sequence[Markup] = [Markup('<span class="sq {}"></span>').format(kind) for kind in score.kinds]
    return Markup('<span role="img" aria-label="{}">{}</span>{}').format(label, Markup("").join(squares), score.who)
