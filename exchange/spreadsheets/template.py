"""Templates: empty sheets with a column for every field of some events, and the mappings that belong to them.

Both are made from the catalogue, so they always agree with it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from itertools import chain
from typing import NamedTuple, get_args

from armsledger.domain.decisions.fields import required_fields
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.events.statement import Role, Statement, own_fields
from armsledger.domain.near import near
from armsledger.domain.values.stream import StreamKind
from armsledger.exchange.spreadsheets.fields import event_of, is_several, takes
from armsledger.exchange.spreadsheets.value import Takes

CITATION = ("source", "asserted", "attribution", "credibility", "status", "quote", "note", "same_as", "apart_from")
COMPANIONS = {Takes.MONEY: "currency", Takes.QUANTITY: "unit"}
"""Columns beside those of numbers."""
DESCRIPTIONS = {
    "event": "what the row tells",
    "currency": "of the amounts in the row (ISO 4217); leave it blank where the cell says it, as in USD 5bn",
    "unit": "what the quantity counts, such as tanks; blank where the cell says it, as in 5 tanks",
    "id": "makes the entry idempotent; blank: made from its content",
}
SEVERAL = "; several are separated by ;"


class SheetTemplate(NamedTuple):
    """A kind of sheet: the kind of stream that its rows belong to, and the events that they may be."""

    kind: StreamKind
    events: tuple[type[Statement], ...]


def _sheet(kind: StreamKind, *events: str) -> SheetTemplate:
    return SheetTemplate(kind, tuple(event_of(kind, name) for names in events for name in names.split()))


SHEETS: Mapping[str, SheetTemplate] = {
    "deals": _sheet(
        "deal",
        "opened pledged pledge-withdrawn approval-granted approval-denied notified offer-issued agreement-signed",
        "contract-signed amended",
        "option-agreed option-exercised option-lapsed commitment-reaffirmed",
        "suspended resumed cancelled terminated completed",
    ),
    "payments": _sheet(
        "deal",
        "tranche-paid payment-scheduled payment-delayed payment-refunded payment-mechanism-agreed financing-agreed",
    ),
    "deliveries": _sheet(
        "deal",
        "delivered delivery-scheduled delivery-begun delivery-completed delivery-suspended delivery-resumed",
        "accepted inducted tested milestone-reached returned lost transferred-onward",
    ),
    "consents": _sheet("deal", "onward-transfer-requested onward-transfer-consented onward-transfer-refused"),
    "offsets": _sheet("deal", "industrial-arrangement-agreed industrial-arrangement-discharged"),
    "claims": _sheet("deal", "claim-filed claim-settled claim-withdrawn"),
    "links": _sheet("deal", "linked unlinked"),
    "licences": _sheet(
        "deal", "licence-applied licence-granted licence-denied licence-suspended licence-revoked licence-expired"
    ),
    "sanctions": _sheet(
        "deal",
        "sanction-threat-raised sanction-position-stated sanction-imposed sanction-took-effect sanction-lifted",
        "sanction-threat-withdrawn waiver-granted waiver-denied waiver-expired legislative-action",
    ),
    "expectations": _sheet("deal", "expected"),
    "engagements": _sheet("engagement", "held scheduled rescheduled postponed cancelled expected"),
    "frameworks": _sheet("framework", "signed in-force renewed expired terminated expected"),
    "sources": _sheet("source", "registered"),
}
"""The templates by their names."""


def sheet_named(name: str) -> SheetTemplate:
    """The template of that name; raises UsageError."""
    if name not in SHEETS:
        close = near(name, SHEETS)
        remedy = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(SHEETS)}"
        raise UsageError(f"there is no template {quoted(name)}", remedy=remedy)
    return SHEETS[name]


def columns_of(sheet: SheetTemplate) -> tuple[str, ...]:
    """The names of the columns: the key, the event if there are several, the fields, and the citation."""
    fields = list(dict.fromkeys(chain.from_iterable(map(own_fields, sheet.events))))
    several = ("event",) if len(sheet.events) > 1 else ()
    first = ("key",) if sheet.kind == "source" else (sheet.kind, *several, "on")
    last = ("note",) if sheet.kind == "source" else (*CITATION, "id")
    columns = chain(first, chain.from_iterable(_with_companion(sheet, name) for name in fields), last)
    return tuple(dict.fromkeys(columns))


def _with_companion(sheet: SheetTemplate, field: str) -> Iterator[str]:
    yield field
    yield from {COMPANIONS[kind] for event in sheet.events if (kind := takes(event, field)) in COMPANIONS}


def template_text(name: str) -> str:
    """The empty sheet as CSV: one row, the header. Raises UsageError."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(columns_of(sheet_named(name)))
    return out.getvalue()


def mapping_text(name: str) -> str:
    """The mapping of a template, with a description of every column. Raises UsageError."""
    sheet = sheet_named(name)
    return "\n".join([*_head(name, sheet), *_body(sheet)]) + "\n"


def _head(name: str, sheet: SheetTemplate) -> Iterator[str]:
    columns = columns_of(sheet)
    width = max(map(len, columns))
    yield f"# The mapping of {name}.csv. Each row is one {'source' if sheet.kind == 'source' else 'entry'};"
    yield "# a blank cell leaves its field out, and columns that are not needed may stay blank."
    yield "#"
    for column in columns:
        yield f"# {column:<{width}}  {_description(sheet, column)}"
    yield "#"
    yield "# Format columns of dates as text before filling them in, or 2018-10 becomes the first of October."
    yield "# Where cells can be read in two ways, say which is meant:"
    yield "# dates: day-first        # 01/02/2021 is the first of February; or month-first"
    yield "# decimal: point          # 1,200 is one thousand two hundred; or comma"
    yield '# nulls: [n/a, "-"]       # cells that tell nothing, besides blank ones'
    if sheet.kind != "source":
        yield "# Sources that the ledger does not hold yet:"
        yield "# sources:"
        yield "#   - {key: desk-2025, publisher: Our desk, published: 2025-06-30, reliability: B}"


def _description(sheet: SheetTemplate, column: str) -> str:
    if column in (sheet.kind, "key"):
        return f"key of the {sheet.kind}, without blanks"
    if column == "event":
        return f"{DESCRIPTIONS[column]}: {', '.join(event.name for event in sheet.events)}"
    texts = (event.model_fields[column].description for event in sheet.events if column in event.model_fields)
    text = DESCRIPTIONS.get(column) or "; or ".join(dict.fromkeys(filter(None, texts)))
    is_list = any(column in event.model_fields and is_several(event, column) for event in sheet.events)
    return f"{text}{_choices(sheet, column)}{SEVERAL if is_list else ''}{_who_needs(sheet, column)}"


def _choices(sheet: SheetTemplate, column: str) -> str:
    members = (
        member
        for event in sheet.events
        if column in event.model_fields
        for part in (event.model_fields[column].annotation, *get_args(event.model_fields[column].annotation))
        for member in get_args(part)
        if isinstance(member, str)
    )
    words = ", ".join(dict.fromkeys(members))
    return f" ({words})" if words else ""


def _who_needs(sheet: SheetTemplate, column: str) -> str:
    """Which events need the column."""
    if column == "on":
        needing = [event for event in sheet.events if event.role is Role.OCCURRENCE]
    elif column == "source":
        needing = list(sheet.events)
    else:
        needing = [event for event in sheet.events if column in required_fields(event)]
    if not needing:
        return ""
    return ". Needed" if len(needing) == len(sheet.events) else f". Needed by {', '.join(e.name for e in needing)}"


def _body(sheet: SheetTemplate) -> Iterator[str]:
    if sheet.kind == "source":
        yield "sources:"
        yield "  - key: {column: key}"
        yield from (f"    {name}: {{column: {name}}}" for name in columns_of(sheet)[1:])
        return
    if len(sheet.events) > 1:
        yield "leftovers: refuse         # a row with another event, or a cell that its event does not take"
    yield "entries:"
    for event in sheet.events:
        lead = "  - "
        if len(sheet.events) > 1:
            yield f"  - when: {{column: event, is: {event.name}}}"
            lead = "    "
        yield f"{lead}event: {event.name}"
        yield f"    {sheet.kind}: {{column: {sheet.kind}}}"
        for name in ("on", *own_fields(event), *CITATION):
            yield f"    {name}: {{column: {name}{_options(event, name)}}}"
        yield "    id: {column: id}"


def _options(event: type[Statement], name: str) -> str:
    companion = COMPANIONS.get(takes(event, name))
    if companion is not None:
        return f", {companion}: {{column: {companion}}}"
    return ', split: ";"' if is_several(event, name) else ""
