"""One command for each projection, its filters made from the projection's own columns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple

import typer

from armsledger.cli.options import (
    AtOption,
    FormatOption,
    JsonOption,
    KnownByOption,
    KnownOption,
    LedgerOption,
    OrderOption,
    ledger_address,
)


class Projection(NamedTuple):
    """A projection's command: its help, an example, the columns to filter by and those of its table."""

    name: str
    help: str
    example: str
    filters: tuple[str, ...]
    columns: tuple[str, ...]
    flags: tuple[str, ...] = ()


PARTIES = frozenset({"against", "buyer", "by", "participants", "parties", "supplier"})
"""Columns that hold states and other parties."""
CODE_LENGTH = 3
"""Codes are looked for as they are, without loading the lists of countries."""

PROJECTIONS = (
    Projection(
        "deals",
        "Deals: where each one stands.",
        "armsledger deals --buyer IND --stage signed --at 2019-12-31",
        ("deal", "supplier", "buyer", "stage"),
        (
            "deal",
            "supplier",
            "buyer",
            "items",
            "stage",
            "possible_stage",
            "value",
            "ordered",
            "paid",
            "delivered",
            "sanctions",
        ),
    ),
    Projection(
        "payments",
        "Payments per tranche and currency: scheduled, paid, outstanding, late.",
        "armsledger payments --deal india-s400",
        ("deal", "tranche", "status", "currency"),
        (
            "deal",
            "tranche",
            "currency",
            "status",
            "certain",
            "on",
            "amount",
            "possible_amount",
            "scheduled",
            "due",
            "outstanding",
            "late",
            "slip_least_days",
            "slip_most_days",
            "contested",
            "sources",
        ),
        ("late",),
    ),
    Projection(
        "deliveries",
        "Deliveries per tranche and unit: scheduled or expected, delivered, outstanding, late.",
        "armsledger deliveries --deal india-s400 --known 2022-12-31 --known-by asserted",
        ("deal", "tranche", "status", "unit"),
        (
            "deal",
            "tranche",
            "unit",
            "status",
            "certain",
            "on",
            "count",
            "possible_count",
            "scheduled",
            "window",
            "expected",
            "outstanding",
            "late",
            "slip_least_days",
            "slip_most_days",
            "contested",
            "sources",
        ),
        ("late",),
    ),
    Projection(
        "sanctions",
        "Sanctions exposure: threats, sanctions and waivers, per deal and authority.",
        "armsledger sanctions --by USA",
        ("deal", "supplier", "buyer", "by", "against", "basis", "status"),
        (
            "deal",
            "by",
            "against",
            "basis",
            "status",
            "possible_status",
            "since",
            "over",
            "position",
            "trigger",
            "triggered_on",
            "consequence",
            "consequence_on",
            "least_days",
            "most_days",
            "entries",
        ),
    ),
    Projection(
        "expectations",
        "Expectations: what was expected, by whom, and what became of it.",
        "armsledger expectations --overdue --at 2022-06-30",
        ("stream", "holder", "source", "outcome"),
        (
            "stream",
            "what",
            "due",
            "modality",
            "holder",
            "stated",
            "source",
            "outcome",
            "possible_outcome",
            "met_on",
            "slip_least_days",
            "slip_most_days",
        ),
        ("overdue",),
    ),
    Projection(
        "engagements",
        "Engagements: the calendar of summits, visits and other meetings.",
        "armsledger engagements --format-of summit",
        ("engagement", "status", "format", "series", "participants"),
        (
            "engagement",
            "status",
            "format",
            "edition",
            "place",
            "expected",
            "planned",
            "held_on",
            "participants",
        ),
    ),
    Projection(
        "frameworks",
        "Frameworks: the agreements within which deals are made.",
        "armsledger frameworks --status in-force",
        ("framework", "status", "parties"),
        ("framework", "title", "status", "possible_status", "signed_on", "renewed_on", "until", "expected"),
    ),
    Projection(
        "sources",
        "Sources: how far each can be relied on, and how much rests on it.",
        "armsledger sources --reliability A",
        ("source", "publisher", "reliability"),
        ("source", "publisher", "published", "reliability", "graded", "cited", "alone", "title"),
    ),
    Projection(
        "relations",
        "Relations: suppliers and buyers, with their deals, sums and meetings.",
        "armsledger relations --supplier RUS --at 2021-12-31",
        ("supplier", "buyer"),
        (
            "supplier",
            "buyer",
            "deals",
            "open_deals",
            "values",
            "paid",
            "delivered",
            "engagements",
            "last_held",
        ),
    ),
)


def projection_command(projection: Projection) -> Callable[..., None]:
    """The function behind a projection's command."""

    def query(**given: Any) -> None:
        from armsledger.application.ledger import Ledger
        from armsledger.cli.output import print_rows

        filters = {name: wanted(name, given[f"by_{name}"]) for name in projection.filters}
        filters |= {name: given[name] for name in projection.flags if given[name]}
        with Ledger(ledger_address(given["ctx"])) as ledger:
            view = ledger.at(given["at"], given["known"], given["known_by"])
            rows = getattr(view, projection.name)(**filters).order_by(*given["order_by"] or ())
        format = "json" if given["as_json"] else given["format"]
        print_rows(rows, format, empty=f"no {projection.name}", columns=projection.columns)

    parameters = list(_parameters(projection))
    query.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # how inspect lets a function say its parameters
    query.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    query.__doc__ = projection.help
    return query


def wanted(column: str, text: str | None) -> str | None:
    """What to look for in a column: a country by its code, whatever it is called. Raises UsageError."""
    if text is None or column not in PARTIES or len(text) == CODE_LENGTH:
        return text
    from armsledger.application.codes import Codes
    from armsledger.domain.errors import InvalidValue, UsageError
    from armsledger.domain.values.party import Party

    try:
        return Codes().party(Party.parse(text))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error


def _parameters(projection: Projection) -> Iterable[inspect.Parameter]:
    yield _parameter("ctx", typer.Context)
    for name in projection.filters:
        flag = "--format-of" if name == "format" else f"--{name.replace('_', '-')}"
        option = typer.Option(flag, metavar=name.upper(), help=f"Only this {name}.", show_default=False)
        yield _parameter(f"by_{name}", Annotated[str | None, option], None)
    for name in projection.flags:
        yield _parameter(name, Annotated[bool, typer.Option(f"--{name}", help=f"Only what is {name}.")], False)
    yield _parameter("order_by", OrderOption, None)
    yield _parameter("at", AtOption, None)
    yield _parameter("known", KnownOption, None)
    yield _parameter("known_by", KnownByOption, "recorded")
    yield _parameter("format", FormatOption, "table")
    yield _parameter("as_json", JsonOption, False)
    yield _parameter("ledger", LedgerOption, None)


def _parameter(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
