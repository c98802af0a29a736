"""States, replays and comparisons as text for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from armsledger.application.codes import country_name
from armsledger.cli.text import printable
from armsledger.domain.states.state import state_at
from armsledger.domain.values.when import When
from armsledger.projections.state_json import state_to_json

if TYPE_CHECKING:
    from armsledger.application.beliefs import StreamState
    from armsledger.application.comparison import Comparison
    from armsledger.application.question import Question
    from armsledger.application.replay import Replay, Step
    from armsledger.application.sipri.revisions import RevisionRow
    from armsledger.projections.read_models.trail import LogRow
    from armsledger.projections.timeline import StreamDay

COUNTRIES_SHOWN = 12
NOTHING = "nothing"
LISTED = frozenset({"expectations", "sanctions"})
AMOUNTS = frozenset({"paid", "refunded", "delivered", "ordered"})
ALWAYS = ("paid", "delivered")
"""Fields of a deal that are shown even where there is nothing: that is an answer too."""
LABEL_WIDTH = 18


class Line(NamedTuple):
    """A field of a state: its two bounds as text, and the day by which they meet."""

    field: str
    certain: str
    possible: str
    certain_by: date | None = None


def print_state(state: StreamState[Any]) -> None:
    """A state, field by field; both bounds where they differ."""
    print(printable(f"{state.stream}{_headline(state)}"))
    print(printable(f"  at {state.at}, {as_known(state.question)}"))
    if state.possible is None:
        print("  nothing has begun by then")
    elif state.certain is None:
        day = _begins_by(state.stream_day)
        print(f"  not certain to have begun{f' before {day}' if day else ''}; possible is:")
    for line in lines_of(state.stream_day):
        _print_line(line, begun=state.certain is not None)
    for name in sorted(LISTED, reverse=True):
        _print_list(name, state)
    for finding in state.findings:
        rule = f"; decided by {finding.rule}" if finding.rule else ""
        text = f"{finding.severity}: {finding.code}: {finding.message}{rule} [{', '.join(finding.entries)}]"
        print(printable(f"  {text}"))


def as_known(question: Question) -> str:
    """``as known by 2021-11-12, by asserted date``."""
    if question.known is None:
        return f"as known now (position {question.position})"
    return f"as known by {question.known}, by {question.known_by} date (position {question.position})"


def _headline(state: StreamState[Any]) -> str:
    shown = state.certain or state.possible
    title = getattr(shown, "title", None) or getattr(shown, "publisher", None)
    return f": {title}" if title else ""


def _begins_by(stream_day: StreamDay) -> date | None:
    """The first day by which the stream has certainly begun."""
    days = sorted({o.event.on.latest for o in stream_day.possible if o.established and o.event.on.latest})
    return next((day for day in days if state_at(stream_day.kind, stream_day.belief, day).certain is not None), None)


def _print_line(line: Line, *, begun: bool) -> None:
    label = line.field.replace("_", " ")
    if line.certain == line.possible or not begun:
        text = line.possible
    else:
        until = f"; certain by {line.certain_by}" if line.certain_by else ""
        text = f"{_between(line.certain, line.possible)}{until}"
    print(printable(f"  {label:<{LABEL_WIDTH - 1}} {text}"))


def _between(certain: str, possible: str) -> str:
    """``USD 0 to ~800m``; what is not certain yet is called possible."""
    if certain == NOTHING and " + " not in possible:
        sign, _, rest = possible.rpartition("~")
        currency, _, amount = rest.partition(" ")
        if len(currency) == len("USD") and currency.isupper() and amount:
            return f"{currency} 0 to {'~' if '~' in possible else ''}{amount}"
        return f"{sign}possibly {possible}"
    return f"{certain}; possibly {possible}" if certain else f"possibly {possible}"


def lines_of(stream_day: StreamDay) -> Iterator[Line]:
    """The fields of a state that say something, in both bounds."""
    certain, possible = (state_to_json(bound) or {} for bound in stream_day.bounds)
    if not possible and not certain:
        return
    for name in possible or certain:
        if name in LISTED:
            continue
        lower, upper = words(name, certain.get(name)), words(name, possible.get(name))
        if not lower and not upper and not (name in ALWAYS and certain):
            continue
        if name in AMOUNTS:
            lower, upper = lower or _nothing(name, certain), upper or _nothing(name, possible)
        day = None if lower == upper else _certain_by(stream_day, name, possible.get(name))
        yield Line(name, lower, upper, day)


def _nothing(name: str, state: Mapping[str, Any]) -> str:
    """What stands for no sum: nothing, or what nobody has counted."""
    if name == "delivered" and state.get("delivery_begun"):
        return "begun, no quantity given; 'armsledger deliveries' lists the batches"
    if name == "paid" and state.get("paid_undisclosed"):
        return "amounts not disclosed"
    return NOTHING


def _certain_by(stream_day: StreamDay, field: str, value: Any) -> date | None:
    """The first day on which the certain bound says what the possible one says now."""
    later = sorted(
        {
            o.event.on.latest
            for o in stream_day.possible
            if o.established and o.event.on.latest and not stream_day.is_certain(o)
        }
    )
    for day in later:
        state = state_to_json(state_at(stream_day.kind, stream_day.belief, day).certain)
        if state is not None and state.get(field) == value:
            return day
    return None


def words(name: str, value: Any) -> str:
    """A field's JSON value as text; empty where it says nothing."""
    match value:
        case None | [] | "" | 0 | False:
            return ""
        case True:
            return "yes"
        case {"amount": str(amount), "currency": str(currency)}:
            from decimal import Decimal

            from armsledger.domain.values.money import Money

            contested = " (contested)" if value.get("contested") else ""
            money = Money(amount=Decimal(amount), currency=currency, approximate=value["approximate"])
            return f"{money}{contested}"
        case {"count": int(), "unit": str()}:
            from armsledger.domain.values.quantity import Quantity

            return str(Quantity(**value))
        case {"by": str(by), "position": str(position)}:
            return " ".join([by, position, *([f"under {value['basis']}"] if value.get("basis") else [])])
        case {"event": str(event)}:
            selectors = (f"{key}={words(key, part)}" for key, part in value.items() if key != "event")
            return " ".join([event, *selectors])
        case {"listed_in": str(register)}:
            return _listing_words(register, value)
        case {"designation": str(designation)}:
            description = value.get("description")
            return f"{designation} ({description})" if description else designation
        case dict():
            return ", ".join(f"{key.replace('_', ' ')} {part}" for key, part in value.items() if part)
        case list():
            return (" + " if name in AMOUNTS else ", ").join(words(name, part) for part in value)
    text = str(value)
    if name in ("supplier", "buyer", "end_user") and sys.stdout.isatty() and country_name(text) != text:
        return f"{text} ({country_name(text)})"  # for people only: the names take time to load
    return text


def _listing_words(register: str, listing: Mapping[str, Any]) -> str:
    """A register's row: the volumes in millions of TIV, which are no money, and the comment."""
    volumes = [
        f"{listing[name]} m {name.partition('_')[2].replace('_', ' ')}"
        for name in ("volume_ordered", "volume_delivered", "volume_per_unit")
        if listing.get(name)
    ]
    parts = [
        f"number {listing['reference']}" if listing.get("reference") else "",
        f"TIV {', '.join(volumes)}" if volumes else "",
        listing.get("comment") or "",
    ]
    return "; ".join([register, *filter(None, parts)])


def _print_list(name: str, state: StreamState[Any]) -> None:
    certain, possible = (((state_to_json(b) or {}).get(name)) or [] for b in (state.certain, state.possible))
    later: list[dict[str, Any]] = []
    if name == "expectations":
        later = [line for line in possible if When.parse(line["stated"]).first > state.at.toordinal()]
        certain, possible = ([line for line in lines if line not in later] for lines in (certain, possible))
    if state.certain is None:
        certain = possible
    for text in _pairs(certain, possible, sanction_words if name == "sanctions" else expectation_words):
        print(printable(f"  {name.removesuffix('s'):<{LABEL_WIDTH}}{text}"))
    if later:
        print(f"  {'expectation':<{LABEL_WIDTH}}{len(later)} stated only after {state.at}; --json lists them")


def _pairs(certain: Sequence[dict[str, Any]], possible: Sequence[dict[str, Any]], tell: Any) -> Iterator[str]:
    """Each line of a list, told once where both bounds agree."""
    lower = {_identity(line): line for line in certain}
    upper = {_identity(line): line for line in possible}
    for key in dict.fromkeys([*lower, *upper]):
        one, other = lower.get(key), upper.get(key)
        if one is None or other is None:
            yield f"{tell(one or other)}{' (possible)' if one is None else ''}"
        elif _standing(one) == _standing(other):
            yield tell(one)
        else:
            yield f"{tell(one)}; possibly {_standing(other)}"


def _identity(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return (line.get("entry"),) if "entry" in line else (line["by"], line["against"], line["basis"])


def _standing(line: Mapping[str, Any]) -> str:
    return str(line["outcome"] if "outcome" in line else line["status"] or line.get("position"))


def sanction_words(line: Mapping[str, Any]) -> str:
    """``USA against IND under CAATSA: threatened (warn), since ../2018-10``."""
    head = " ".join(
        part
        for part in (
            line["by"],
            f"against {line['against']}" if line["against"] else "",
            f"under {line['basis']}" if line["basis"] else "",
        )
        if part
    )
    extra = [str(line[name]) for name in ("strength", "position", "waiver") if line.get(name)]
    detail = f" ({', '.join(extra)})" if extra else ""
    since = f", since {line['since']}" if line.get("since") else ""
    return f"{head}: {line['status'] or 'no threat'}{detail}{since}"


def expectation_words(line: Mapping[str, Any]) -> str:
    """``delivered tranche=1 by ../2021-12-15~: pending (expected; stated 2021-11-12, theprint-2021-11-12)``."""
    known = {
        "what",
        "due",
        "outcome",
        "entry",
        "stated",
        "quantity",
        "modality",
        "holder",
        "source",
        "met_on",
        "met_by",
        "revised_by",
    }
    selectors = " ".join(f"{name}={words(name, part)}" for name, part in line.items() if name not in known)
    quantity = f" ({words('quantity', line['quantity'])})" if "quantity" in line else ""
    outcome = f"{line['outcome']} on {line['met_on']}" if "met_on" in line else line["outcome"]
    told = ", ".join(str(line[name]) for name in ("holder", "source") if line.get(name))
    return (
        f"{' '.join(part for part in (line['what'], selectors) if part)}{quantity} due {line['due']}: {outcome}"
        f" ({line.get('modality') or 'expected'}; stated {line['stated']}{', ' if told else ''}{told})"
    )


def state_cells(state: StreamState[Any]) -> list[dict[str, str]]:
    """A state as rows of field, certain and possible value."""
    fields = [
        {"field": line.field, "certain": line.certain, "possible": line.possible} for line in lines_of(state.stream_day)
    ]
    lists = [
        {"field": name, "certain": _joined(name, state.certain), "possible": _joined(name, state.possible)}
        for name in sorted(LISTED)
    ]
    return fields + [cells for cells in lists if cells["certain"] or cells["possible"]]


def _joined(name: str, bound: Any) -> str:
    tell = sanction_words if name == "sanctions" else expectation_words
    return "; ".join(tell(line) for line in (state_to_json(bound) or {}).get(name, []))


def log_cells(row: LogRow) -> dict[str, Any]:
    """An entry of the audit trail as a row of a table; the grade is that of the Admiralty code."""
    standing = [f"corrects {row.corrects}"] if row.corrects else []
    standing += [f"retracted by {row.retracted_by}"] if row.retracted_by else []
    return row.to_words() | {
        "grade": f"{row.reliability or ''}{row.credibility or ''}",
        "recorded": row.recorded_at.strftime("%Y-%m-%d %H:%M"),
        "by": row.recorded_by,
        "standing": "; ".join(standing),
    }


def log_line(row: LogRow) -> str:
    """An entry in one line: its position and address, what happened when, and on whose word."""
    source = "" if row.source is None else f", {row.source}"
    return (
        f"{row.position}  {row.entry}  {row.event} on {row.on} (asserted {row.asserted}{source}; by {row.recorded_by})"
    )


def print_replay(replay: Replay) -> None:
    """A history step by step: the date, what happened, on whose word, and what it changed."""
    print(printable(f"{replay.stream_day.stream} up to {replay.stream_day.day}, {as_known(replay.view.question)}"))
    if not replay:
        print("  nothing has begun by then")
    before = ""
    for step in replay:
        mark = "" if step.certain else " (possible)"
        print()
        print(printable(f"{step.on}  {step.event}{mark}{_details(step)}"))
        print(printable(f"    {_told_by(step)}"))
        after = summary(step)
        if after != before:
            print(printable(f"    -> {after}"))
        before = after


def _details(step: Step) -> str:
    said = "; ".join(
        f"{name.replace('_', ' ')} {words(name, value)}" for name, value in step.data.items() if words(name, value)
    )
    return f": {said}" if said else ""


def _told_by(step: Step) -> str:
    return "; ".join(
        f"{entry.address} {entry.event.source or ''}"
        f"{f', {entry.event.attribution}' if entry.event.attribution else ''}"
        f"{f' ({entry.event.status})' if entry.event.status != 'fact' else ''}"
        for entry in step.entries
    )


def summary(step: Step) -> str:
    """The state after a step in a line: its main fields, certain first."""
    certain, possible = (state_to_json(bound) for bound in step.state)
    if certain is None:
        return "" if possible is None else f"possibly {_brief(possible)}"
    lower, upper = _brief(certain), _brief(possible or {})
    return lower if lower == upper else f"{lower}; possibly {upper}"


def _brief(state: Mapping[str, Any]) -> str:
    names = ("stage", "status", "value", "ordered", "paid", "delivered", "held_on", "until", "reliability")
    parts = [
        f"{'' if name in ('stage', 'status') else name.replace('_', ' ') + ' '}{words(name, state.get(name))}"
        for name in names
        if words(name, state.get(name))
    ]
    sanctions = [f"{line['by']} {line['status']}" for line in state.get("sanctions", []) if line["status"]]
    return ", ".join([*parts, *sanctions])


def replay_cells(replay: Replay) -> list[dict[str, Any]]:
    """A replay as rows."""
    return [
        {
            "on": step.on,
            "certain": step.certain,
            "event": step.event,
            "data": _details(step).removeprefix(": "),
            "entries": "; ".join(entry.address for entry in step.entries),
            "sources": "; ".join(entry.event.source or "" for entry in step.entries),
            "after": summary(step),
        }
        for step in replay
    ]


def print_comparison(comparison: Comparison, revised: int = 0) -> None:
    """What changed, stream by stream: the old value, the new one, and the entries responsible.

    ``revised`` tells how many deals are told apart, as a register's release has revised them.
    """
    earlier, later = comparison.earlier, comparison.later
    beliefs = f"known by {earlier.known or 'now'} -> by {later.known or 'now'}, by {later.known_by} date"
    print(printable(f"the belief about {later.at}: {beliefs}"))
    if not comparison.changes:
        print("  nothing changed" if not revised else "  nothing changed but what a register says")
    for stream, changes in groupby(comparison.changes, key=lambda change: change.stream):
        print()
        print(printable(stream))
        for line in _change_lines(list(changes)):
            print(printable(f"  {line}"))
    if comparison.entries:
        print("\nentries that only the later belief knows")
        for entry in comparison.entries:
            event = entry.event
            told = f"{event.name} on {event.on}, asserted {event.asserted}{f', {event.source}' if event.source else ''}"
            print(printable(f"  {entry.address:<40} {told}"))


def print_revisions(rows: Sequence[RevisionRow]) -> None:
    """How a register was revised: by class, by country and by decade of order."""
    from armsledger.application.sipri.revisions import tally, tally_by
    from armsledger.cli.output import print_table

    if not rows:
        return
    counts = tally(rows)
    print(f"\nrevisions of SIPRI's register: {len(rows):,} deals, of which one can be revised in several ways")
    print_table(("class", "deals"), [{"class": name, "deals": f"{count:,}"} for name, count in counts.items()])
    for field in ("recipient", "supplier", "decade"):
        tallies = tally_by(rows, field)
        shown = tallies if field == "decade" else tallies[:COUNTRIES_SHOWN]
        print()
        print_table(
            (field, "deals", *counts),
            [
                {
                    field: one.name,
                    "deals": f"{one.deals:,}",
                    **{name: f"{one.classes.get(name, 0):,}" for name in counts},
                }
                for one in shown
            ],
        )
        if len(tallies) > len(shown):
            print(f"and {len(tallies) - len(shown):,} more")
    print("\n--revisions lists them one by one; name a deal to see its entries")


def _change_lines(changes: Sequence[Any]) -> Iterable[str]:
    """A field that changed alike in both bounds is told once."""
    by_field: dict[str, list[Any]] = {}
    for change in changes:
        by_field.setdefault(change.field, []).append(change)
    for field, both in by_field.items():
        first = both[0]
        alike = len(both) == 2 and (both[0].old, both[0].new) == (both[1].old, both[1].new)  # two bounds
        for change in [first] if alike else both:
            bound = "" if alike else f" ({change.bound})"
            old, new = words(field, change.old) or NOTHING, words(field, change.new) or NOTHING
            yield f"{field.replace('_', ' ')}{bound}: {old} -> {new}  [{', '.join(change.entries)}]"
