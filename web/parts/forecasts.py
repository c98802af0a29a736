"""All forecasts: what was said when by whom, for when, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar, Final, NamedTuple

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.states.course import Course
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.spans.tranches import Slip, slip
from armsledger.web.glance.expected import Expected
from armsledger.web.glance.outcomes import KINDS, OPEN, ORDER, WORDS
from armsledger.web.grades import grade_badge
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.sentences import capital
from armsledger.web.words import counted, day_words, listed, refs, when_words

REMARKABLE: Final = ("threatened", "promised", "ruled-out")
"""How firmly something is expected, where that is worth a word."""
SQUARES: Final = {"met": "came true", "late": "late", "overdue": "overdue", "open": "open"}
"""The squares of which the legend tells; what else there is says so itself."""
STILL: Final = {
    "overdue": "Overdue",
    "partially-met": "Overdue in part",
    "pending": "Open",
    "indeterminate": "Undecided",
}
NOBODY: Final = ("narrative", "unattributed")
"""Attributions by which a source speaks for itself."""
COLUMNS: Final = ("Said", "By whom", "Grade", "For when", "Outcome", "")


class Forecast(NamedTuple):
    """One forecast as judged on a day; ``possibly`` is its outcome in the other bound, where that is another."""

    expected: Expected
    stated: When
    who: str
    grade: tuple[str | None, int | None]
    due: When
    wanted: Quantity | Money | None
    in_all: bool
    modality: str | None
    outcome: str
    possibly: str | None
    met_on: When | None
    slip: Slip
    missing: Quantity | Money | None
    entry: str
    others: tuple[str, ...]
    stream: str


class Waiting(NamedTuple):
    """One thing that is expected still, and the dates that were named for it."""

    expected: Expected
    modality: str | None
    outcome: str
    dues: tuple[When, ...]


class Score(NamedTuple):
    """The outcomes of the forecasts of one who made some."""

    who: str
    kinds: tuple[str, ...]


class Heading(NamedTuple):
    """The heading of the forecasts of one thing."""

    expected: Expected


class Begun(NamedTuple):
    """How many forecasts of a batch delivered are overdue of which sources say only that it was begun."""

    forecasts: int


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
        told = list(_told(day))
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
        slots |= _waiting(slots)
        begun = sum(_is_only_begun(day, judged) for judged, _ in told)
        return slots | {"forecasts/begun": Begun(begun)} if begun else slots

    def _forecast(self, day: StreamDay, standpoint: Standpoint, judged: Judgement, other: Judgement | None) -> Forecast:
        """A forecast, made once for each outcome that it has by a belief."""
        if self._course is not day.course:
            self._course, self._made = day.course, {}
        key = judged.expectation.entry.id, judged.outcome, None if other is None else other.outcome, judged.there
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = _forecast(day, standpoint, judged, other)
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


def _told(day: StreamDay) -> Iterator[tuple[Judgement, Judgement | None]]:
    """The forecasts stated by the day, as judged in the certain bound, and otherwise in the possible one."""
    certain, possible = day.bounds
    shown = certain or possible
    if shown is None:
        return
    others = {} if possible is None else {one.expectation.entry.id: one for one in possible.expectations}
    for judged in shown.expectations:
        other = others.get(judged.expectation.entry.id)
        yield judged, None if other is None or other.outcome == judged.outcome else other


def _forecast(day: StreamDay, standpoint: Standpoint, judged: Judgement, other: Judgement | None) -> Forecast:
    link = judged.expectation
    met = judged.occurrence
    others = [None if met is None else met.entry.address]
    others += [None if entry is None else entry.address for entry in (link.revised_by, link.withdrawn_by)]
    first = link.due if link.first is None else getattr(link.first.event, "due", link.due)
    return Forecast(
        expected=Expected.of(link.what),
        stated=link.stated,
        who=_speaker(link, standpoint),
        grade=_grade(day, link),
        due=link.due,
        wanted=link.quantity or link.amount,
        in_all=link.is_total,
        modality=link.modality if link.modality in REMARKABLE else None,
        outcome=judged.outcome,
        possibly=None if other is None else other.outcome,
        met_on=None if met is None else met.event.on,
        slip=slip(first, None if met is None else met.event.on),
        missing=judged.missing,
        entry=link.entry.address,
        others=tuple(address for address in others if address is not None),
        stream=day.stream,
    )


def _speaker(link: Expectation, standpoint: Standpoint) -> str:
    """Who expects it: its holder, else whom the source quotes, else the source itself."""
    event = link.entry.event
    speaker = event.attribution.speaker if event.attribution is not None else None
    named = link.holder or (speaker if speaker and speaker.casefold() not in NOBODY else None)
    if named is not None:
        return capital(named)
    source = standpoint.sources.get(event.source or "")
    publisher = None if source is None else source.publisher
    return f"{publisher or event.source or 'The recorder'}, naming nobody"


def _grade(day: StreamDay, link: Expectation) -> tuple[str | None, int | None]:
    event = link.entry.event
    return day.belief.grades.get(event.source or ""), event.credibility


def _waiting(rows: Mapping[str, Any]) -> Mapping[str, Waiting]:
    """What is expected still: the dates for each thing, by the place of the row that names it first."""
    dues: dict[tuple[Expected, str | None, str], tuple[str, dict[When, None]]] = {}
    for slot, row in rows.items():
        if isinstance(row, Forecast) and row.outcome in OPEN:
            place = slot.rpartition("-")[2]
            dues.setdefault((row.expected, row.modality, row.outcome), (place, {}))[1][row.due] = None
    return {
        f"forecasts/still-{outcome}-{place}": Waiting(expected, modality, outcome, tuple(dates))
        for (expected, modality, outcome), (place, dates) in dues.items()
    }


def _is_only_begun(day: StreamDay, judged: Judgement) -> bool:
    """Whether a forecast of a batch delivered is overdue only because nobody says more than that it was begun."""
    what = judged.expectation.what
    if judged.outcome != "overdue" or what.event not in ("delivered", "delivery-completed"):
        return False
    tranche = what.selectors.get("tranche")
    return tranche is not None and any(
        one.event.name == "delivery-begun" and str(one.event.__dict__["tranche"]) == str(tranche) for one in day.certain
    )


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
