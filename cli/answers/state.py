"""The state of one stream: what is certain, and what is possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from armsledger.application.stream_state import StreamState
from armsledger.cli.answers.related import link_lines, part_lines, shared_payments
from armsledger.cli.answers.words import as_known, not_begun, words
from armsledger.cli.output import counted, print_findings, print_line
from armsledger.domain.beliefs.expectation import Expectation
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.judgement import Judgement
from armsledger.domain.states.sanction import Sanction
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.words import LATE
from armsledger.projections.state_json import goes_without_saying, shown_fields

COLUMNS = ("field", "certain", "possible")
LISTED = ("covers", "links", "sanctions", "expectations")
"""Fields of a state that are printed line by line."""
ONE_A_LINE = {
    "pledges": "pledge",
    "notifications": "notification",
    "offers": "offer",
    "onward_consents": "onward transfer",
    "industry": "industry",
    "claims": "claim",
    "milestones": "milestone",
}
"""Fields of which each part has a line of its own, and how that is labelled."""
LABELS = {"sanction_positions": "sanction position"}
"""Labels that are not the name of their field, which would be too wide."""
SUMS = ("paid", "refunded", "delivered", "ordered")
NOTHING = "nothing"
NOT_REPORTED = "nothing reported"
REPORTED_BY = {"paid": "tranche-paid", "delivered": "delivered"}
"""The event that reports a sum: with ``so_far`` it can say that there is none."""
ALWAYS = ("paid", "delivered")
"""Fields of a deal that are shown even if there is nothing: that is an answer too."""
LABEL_WIDTH = 18
INDENT = LABEL_WIDTH + 2


FEW = 3
"""So many forecasts or findings are told in full; of more the open ones are grouped, and the rest is counted."""
MOST_ENTRIES = 4
"""So many entries behind a field are named; ``--json`` has them all."""
OPEN: tuple[str, ...] = (*LATE, "pending", "indeterminate")
"""The outcomes of forecasts of which it is not known yet what became of them."""
REMARKABLE = ("threatened", "promised", "ruled-out")
"""The modalities that a short form tells."""


class Told(NamedTuple):
    """What is told in full, however much of it there is."""

    findings: bool = False
    forecasts: bool = False


def print_state(state: StreamState[Any], told: Told) -> None:
    """Print a state field by field, with both bounds where they differ."""
    print_line(f"{state.stream}{_headline(state)}", 2)
    print_line(f"  at {state.at}, {as_known(state.question)}", 4)
    if state.possible is None:
        print_line(f"  {not_begun(state.stream_day, state.question)}", 2)
    elif state.certain is None:
        day = next((later.day for later in state.stream_day.settling if later.bounds.certain is not None), None)
        print(f"  not certain to have begun{f' before {day}' if day else ''}; possible is:")
    for line in lines_of(state):
        lines = list(_told(line, state))
        for label, text in lines:
            print_line(f"  {label:<{LABEL_WIDTH - 1}} {text}", INDENT, _entries(line.field, state, len(lines)))
    sanctions = list(_sanction_lines(state))
    for text in sanctions:
        print_line(f"  {'sanction':<{LABEL_WIDTH}}{text}", INDENT, _entries("sanctions", state, len(sanctions)))
    for label, text, entries in _forecast_lines(state, in_full=told.forecasts):
        print_line(f"  {label:<{LABEL_WIDTH}}{text}", INDENT, entries)
    for text in link_lines(state.stream, state.related):
        print_line(f"  {'link':<{LABEL_WIDTH}}{text}", INDENT)
    for label, text in part_lines(state.related.parts) if state.related.parts is not None else ():
        print_line(f"  {label:<{LABEL_WIDTH}}{text}", INDENT)
    _print_findings(state.findings, in_full=told.findings)


def _entries(field: str, state: StreamState[Any], lines: int = 1) -> str:
    """``[12 13]``: the entries behind a field, the preferred one first; none where several lines share them."""
    certain, possible = state.entries
    return "" if lines > 1 else _numbers(dict.fromkeys((*certain.get(field, ()), *possible.get(field, ()))))


def _numbers(addresses: Iterable[str]) -> str:
    numbers = [address.rpartition("@")[2] for address in addresses]
    more = ["..."] if len(numbers) > MOST_ENTRIES else []
    return f"[{' '.join([*numbers[:MOST_ENTRIES], *more])}]" if numbers else ""


def _print_findings(findings: Sequence[Finding], *, in_full: bool) -> None:
    """Print the findings: the errors, and the others if they are few or wanted, or how many there are."""
    others = [finding for finding in findings if finding.severity != "error"]
    is_short = len(others) > FEW and not in_full
    for finding in findings:
        if not is_short or finding.severity == "error":
            rule = f"; decided by {finding.rule}" if finding.rule else ""
            print_findings([finding._replace(message=f"{finding.message}{rule}")])
    if is_short:
        codes = Counter(finding.code for finding in others)
        counts = ", ".join(f"{count} {code}" for code, count in codes.most_common())
        severities = Counter(finding.severity for finding in others)
        heads = " and ".join(counted(count, severity) for severity, count in severities.items())
        print_line(f"  {'findings':<{LABEL_WIDTH}}{heads} ({counts}); --findings tells them", INDENT)


def _told(line: Line, state: StreamState[Any]) -> Iterator[tuple[str, str]]:
    """A field with its label; what has a line for each, such as pledges, where both bounds agree on all of them."""
    label = ONE_A_LINE.get(line.field)
    if label is not None and line.certain in (line.possible, ""):
        possibly = "possibly " if line.certain != line.possible and state.certain is not None else ""
        for part in line.value:
            yield label, possibly + words(line.field, part)
    else:
        yield LABELS.get(line.field, line.field.replace("_", " ")), _line_words(line, state)


def _headline(state: StreamState[Any]) -> str:
    shown = state.certain or state.possible
    title = getattr(shown, "title", None) or getattr(shown, "publisher", None)
    return f": {title}" if title else ""


class Line(NamedTuple):
    """A field of a state: its two bounds as text, and the value of the possible one."""

    field: str
    certain: str
    possible: str
    value: Any


def lines_of(state: StreamState[Any]) -> Iterator[Line]:
    """The fields of a state that say something, in both bounds."""
    certain, possible = _fields(state.certain), _fields(state.possible)
    for name in possible or certain:
        lower, upper = words(name, certain.get(name)), words(name, possible.get(name))
        if (
            all(goes_without_saying(name, fields) for fields in (possible, certain) if fields)
            or name in LISTED
            or not (lower or upper or (name in ALWAYS and certain))
        ):
            continue
        if name == "stages":
            lower = ""  # the stage itself says what is certain
        if name in SUMS:
            lower, upper = lower or _no_sum(name, state), upper or _no_sum(name, state, possible=True)
        yield Line(name, lower, upper, possible.get(name))


def _fields(bound: Any) -> dict[str, Any]:
    """The fields of one bound; none before the stream begins."""
    return {} if bound is None else shown_fields(bound)


def _no_sum(name: str, state: StreamState[Any], *, possible: bool = False) -> str:
    """What stands for a sum that is empty: that nobody said anything, that a source says nothing came, or that nobody
    has counted."""
    deal: Deal | None = state.possible if possible else state.certain
    if name == "delivered" and deal is not None and deal.delivery_begun:
        return "begun, no quantity given; 'armsledger deliveries' lists the batches"
    if name == "paid" and deal is not None and deal.paid_undisclosed:
        return "amounts not disclosed"
    told = state.stream_day.possible if possible else state.stream_day.certain
    is_none = any(one.event.name == REPORTED_BY.get(name) and getattr(one.event, "so_far", False) for one in told)
    return NOTHING if is_none or name not in REPORTED_BY else NOT_REPORTED


def _line_words(line: Line, state: StreamState[Any]) -> str:
    text = _bounds_words(line, state)
    shared = "; ".join(shared_payments(state.stream, state.related.links)) if line.field == "paid" else ""
    return f"{text}; {shared}" if shared else text


def _bounds_words(line: Line, state: StreamState[Any]) -> str:
    if line.certain == line.possible or state.certain is None:
        return line.possible
    day = _certain_by(line, state.stream_day.settling)
    return f"{_between(line)}{f'; certain by {day}' if day else ''}"


def _certain_by(line: Line, days: Iterable[StreamDay]) -> date | None:
    """The first day on which the certain bound says what the possible one says now."""
    certain = ((day, day.bounds.certain) for day in days)
    return next((day.day for day, bound in certain if bound and _fields(bound)[line.field] == line.value), None)


def _between(line: Line) -> str:
    """``USD 0 to ~800m``; what is not certain yet is called possible."""
    if line.certain not in (NOTHING, NOT_REPORTED):
        return f"{line.certain}; possibly {line.possible}" if line.certain else f"possibly {line.possible}"
    match line.value:
        case (Money() as money,):
            return f"{money.currency} 0 to {str(money).replace(f'{money.currency} ', '')}"
        case () | (_,):
            return f"possibly {line.possible}"
    return f"{line.certain}; possibly {line.possible}"


class Forecast(NamedTuple):
    """What somebody expects, and what became of it: for certain, and, if that is something else, possibly."""

    judged: Judgement
    outcome: str
    note: str = ""


def forecasts_of(state: StreamState[Any]) -> list[Forecast]:
    """The expectations that were stated by the date, the open ones first."""
    lower, upper = (
        {} if bound is None else {judged.expectation.entry.address: judged for judged in bound.expectations}
        for bound in (state.certain, state.possible)
    )
    forecasts = []
    for address in dict.fromkeys([*lower, *upper]):
        certain, possible = lower.get(address), upper.get(address)
        if certain is None:
            note = "" if state.certain is None else " (possible)"
            forecasts.append(Forecast(upper[address], upper[address].outcome, note))
        elif possible is None or possible.outcome == certain.outcome:
            forecasts.append(Forecast(certain, certain.outcome))
        else:
            forecasts.append(Forecast(certain, certain.outcome, f"; possibly {possible.outcome}"))
    return sorted(forecasts, key=lambda forecast: forecast.outcome not in OPEN)


def _forecast_lines(state: StreamState[Any], *, in_full: bool) -> Iterator[tuple[str, str, str]]:
    """A label, a text and the entry of each forecast; if they are many, the open ones by outcome and by what is
    expected, with their entries."""
    forecasts = forecasts_of(state)
    if in_full or len(forecasts) <= FEW:
        for forecast in forecasts:
            entries = _numbers([forecast.judged.expectation.entry.address])
            yield "expectation", f"{_expectation_words(forecast.judged)}{forecast.note}", entries
        return
    outcomes = Counter(forecast.outcome for forecast in forecasts)
    order = [*(outcome for outcome in OPEN if outcome in outcomes), *(one for one in outcomes if one not in OPEN)]
    counts = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in order)
    yield "forecasts", f"{len(forecasts)}: {counts}; --forecasts tells all", ""
    for outcome in OPEN:
        label = f"  {outcome}"
        for text, entries in _grouped(forecast for forecast in forecasts if forecast.outcome == outcome):
            yield label, text, entries
            label = ""


def _grouped(forecasts: Iterable[Forecast]) -> Iterator[tuple[str, str]]:
    """``delivered tranche=5 due 2027, 2026-11`` and ``[31 35]`` for each thing that is expected."""
    due: dict[tuple[str, str], list[Expectation]] = {}
    for judged, _, note in forecasts:
        link = judged.expectation
        modality = f" ({link.modality})" if link.modality in REMARKABLE else ""
        due.setdefault((_what_words(link), modality + note), []).append(link)
    for (what, note), links in due.items():
        dates = ", ".join(dict.fromkeys(str(link.due) for link in links))
        yield f"{what} due {dates}{note}", _numbers(link.entry.address for link in links)


def _sanction_lines(state: StreamState[Any]) -> Iterator[str]:
    lower, upper = (_fields(bound).get("sanctions", ()) for bound in (state.certain, state.possible))
    return _pairs(
        upper if state.certain is None else lower,
        upper,
        key=lambda line: (line.by, line.against, line.basis),
        standing=lambda line: str(line.status),
        tell=_sanction_words,
    )


def _pairs(
    certain: Sequence[Any],
    possible: Sequence[Any],
    *,
    key: Callable[[Any], Any],
    standing: Callable[[Any], str],
    tell: Callable[[Any], str],
) -> Iterator[str]:
    """Each line of a list, once where both bounds agree."""
    lower, upper = ({key(line): line for line in lines} for lines in (certain, possible))
    for name in dict.fromkeys([*lower, *upper]):
        if name not in upper:
            yield tell(lower[name])
        elif name not in lower:
            yield f"{tell(upper[name])} (possible)"
        elif standing(lower[name]) == standing(upper[name]):
            yield tell(lower[name])
        else:
            yield f"{tell(lower[name])}; possibly {standing(upper[name])}"


def _sanction_words(line: Sanction) -> str:
    """``USA against IND under CAATSA: threatened (warn), since ../2018-10``."""
    against = f" against {line.against}" if line.against else ""
    basis = f" under {line.basis}" if line.basis else ""
    details = ", ".join(detail for detail in (line.strength, line.position, line.waiver) if detail)
    since = f", since {line.since}" if line.since else ""
    return f"{line.by}{against}{basis}: {line.status}{f' ({details})' if details else ''}{since}"


def _expectation_words(judged: Judgement) -> str:
    """``delivered tranche=1 due ../2021-12-15~: pending (expected; stated 2021-11-12, theprint-2021-11-12)``."""
    link = judged.expectation
    met = f" on {judged.occurrence.event.on}" if judged.occurrence else ""
    if judged.overdue_since is not None:
        missing = f"{judged.missing} missing " if judged.missing else ""
        met = f", {missing}since {judged.overdue_since}"
    speakers = "".join(f", {name}" for name in (link.holder, link.entry.event.source) if name)
    stated = f"({link.modality or 'expected'}; stated {link.stated}{speakers})"
    return f"{_what_words(link)} due {link.due}: {judged.outcome}{met} {stated}"


def _what_words(link: Expectation) -> str:
    """``delivered tranche=1 (5 aircraft)``."""
    wanted = link.quantity or link.amount
    return f"{link.what} ({wanted}{' in all' if link.is_total else ''})" if wanted else str(link.what)


def cells_of(state: StreamState[Any]) -> Iterator[dict[str, str]]:
    """A state as rows of field, certain and possible value."""
    for line in lines_of(state):
        yield {"field": line.field, "certain": line.certain, "possible": line.possible}
    for name, tell in (("expectations", _expectation_words), ("sanctions", _sanction_words)):
        certain, possible = (
            "; ".join(tell(line) for line in _fields(bound).get(name, ())) for bound in (state.certain, state.possible)
        )
        if certain or possible:
            yield {"field": name, "certain": certain, "possible": possible}
