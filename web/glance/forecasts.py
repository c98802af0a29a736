"""Forecasts as judged on a day: who said what when, for when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.spans.tranches import Slip, slip
from armsledger.web.glance.expected import Expected
from armsledger.web.glance.outcomes import OPEN
from armsledger.web.sentences import capital

REMARKABLE: Final = ("threatened", "promised", "ruled-out")
"""How firmly something is expected, where that is worth a word."""
NOBODY: Final = ("narrative", "unattributed")
"""Attributions by which a source speaks for itself."""


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


def judged_forecasts(day: StreamDay) -> Iterator[tuple[Judgement, Judgement | None]]:
    """The forecasts stated by the day, as judged in the certain bound, and otherwise in the possible one."""
    certain, possible = day.bounds
    shown = certain or possible
    if shown is None:
        return
    others = {} if possible is None else {one.expectation.entry.id: one for one in possible.expectations}
    for judged in shown.expectations:
        other = others.get(judged.expectation.entry.id)
        yield judged, None if other is None or other.outcome == judged.outcome else other


def forecast_of(day: StreamDay, standpoint: Standpoint, judged: Judgement, other: Judgement | None) -> Forecast:
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
    return f"{publisher or event.source or 'The recorder'}, nobody named"


def _grade(day: StreamDay, link: Expectation) -> tuple[str | None, int | None]:
    event = link.entry.event
    return day.belief.grades.get(event.source or ""), event.credibility


def waiting_of(rows: Mapping[str, Any]) -> Mapping[str, Waiting]:
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


def is_only_begun(day: StreamDay, judged: Judgement) -> bool:
    """Whether a forecast of a batch delivered is overdue only because nobody says more than that it was begun."""
    what = judged.expectation.what
    if judged.outcome != "overdue" or what.event not in ("delivered", "delivery-completed"):
        return False
    tranche = what.selectors.get("tranche")
    return tranche is not None and any(
        one.event.name == "delivery-begun" and str(one.event.__dict__["tranche"]) == str(tranche) for one in day.certain
    )
