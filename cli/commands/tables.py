"""Commands that print rows: one for each table, and those that ask several tables, any projection, or all findings.

The filters of a table's command are made from the columns of the table, when somebody asks for the command.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, NamedTuple

import typer

from armsledger.cli.command import Commands, parameter
from armsledger.cli.grid import Rank
from armsledger.cli.options import (
    AsOf,
    LedgerOption,
    MaybeStreamArgument,
    OrderOption,
    RowsOutput,
    WhereOption,
    open_ledger,
    read_assignments,
)
from armsledger.cli.output import print_rows

CHECK_FAILED = 1
commands = Commands("Read")


class Table(NamedTuple):
    """A table's command: the help, an example, the columns to filter by, those to print, and those that are flags.

    Where a terminal is narrow, it keeps the columns in ``main``, and leaves out those in ``spare`` first; texts in
    ``said`` go on below.
    """

    name: str
    help: str
    example: str
    filters: str
    columns: str
    flags: str = ""
    main: str = ""
    spare: str = ""
    said: str = ""

    @property
    def shape(self) -> tuple[list[str], Rank]:
        """The columns to print, and how much they matter."""
        return self.columns.split(), Rank(self.main.split(), self.spare.split(), self.said.split())


DEALS = Table(
    "deals",
    "List the deals, and where each one stands.",
    "armsledger deals --buyer IND --open --at 2019-12-31",
    filters="deal supplier buyer stage",
    flags="open",
    columns="deal supplier buyer items stage possible_stage value ordered paid delivered sanctions",
    main="deal supplier buyer items stage ordered delivered value",
    spare="possible_stage",
)
REVISIONS = Table(
    "revisions",
    "List what releases of SIPRI's register changed, a row for each deal, release and column.",
    "armsledger revisions --column delivered --direction down",
    filters="deal supplier buyer column classes direction release",
    columns="deal released column revision by",
    main="deal released column revision",
    spare="by",
)
FINDINGS = Table(
    "findings",
    "List what does not fit together; 'check' lists the same, and fails if one of it is an error.",
    "armsledger findings --severity error --buyer IND",
    filters="stream deal supplier buyer severity code",
    columns="severity code stream message field rule entries",
    main="severity code stream message",
    spare="rule field entries",
    said="message",
)
TABLES = (
    DEALS,
    Table(
        "payments",
        "List payments by tranche and currency: what is scheduled, paid, outstanding and late.",
        "armsledger payments --deal india-s400",
        filters="deal tranche status currency",
        flags="late",
        columns="deal tranche currency status certain on amount possible_amount refunded delayed scheduled due"
        " outstanding late slip_least_days slip_most_days contested sources",
        main="deal tranche status on amount currency",
        spare="certain contested possible_amount slip_least_days slip_most_days sources",
    ),
    Table(
        "deliveries",
        "List deliveries by tranche, item and unit: what is scheduled or expected, delivered, outstanding and late.",
        "armsledger deliveries --deal india-s400 --known 2022-12-31 --known-by asserted",
        filters="deal tranche item status unit",
        flags="late",
        columns="deal tranche item by to unit status certain on count possible_count scheduled window expected"
        " outstanding late slip_least_days slip_most_days contested sources",
        main="deal status on count tranche",
        spare="certain contested possible_count slip_least_days slip_most_days sources by to",
    ),
    Table(
        "sanctions",
        "List threats, sanctions and waivers, by deal and authority.",
        "armsledger sanctions --by USA",
        filters="deal supplier buyer by against basis status",
        columns="deal by against basis status possible_status since over position trigger triggered_on consequence"
        " consequence_on least_days most_days entries",
        main="deal by status since basis",
        spare="least_days most_days consequence_on consequence triggered_on trigger entries position over",
    ),
    Table(
        "expectations",
        "List what was expected, by whom, and what became of it.",
        "armsledger expectations --overdue --at 2022-06-30",
        filters="stream holder source outcome",
        flags="overdue",
        columns="stream what due modality holder stated source outcome possible_outcome met_on slip_least_days"
        " slip_most_days",
        main="stream what due outcome",
        spare="modality holder source slip_least_days slip_most_days possible_outcome",
    ),
    Table(
        "engagements",
        "List summits, visits and other meetings.",
        "armsledger engagements --format-of summit",
        filters="engagement status format series participants",
        columns="engagement status format edition place expected planned held_on participants",
        main="engagement status held_on",
        spare="series edition participants place",
    ),
    Table(
        "frameworks",
        "List the framework agreements within which deals are made.",
        "armsledger frameworks --status in-force",
        filters="framework status parties",
        columns="framework title status possible_status signed_on renewed_on until expected",
        main="framework status until title",
        spare="possible_status",
    ),
    Table(
        "sources",
        "List the sources: how reliable each one is, and how much rests on it.",
        "armsledger sources --reliability A",
        filters="source publisher reliability",
        columns="source publisher published reliability graded cited alone title",
        main="source publisher published reliability",
        spare="graded title",
    ),
    REVISIONS,
    FINDINGS,
)


SINGULAR = {"classes": "class"}
"""Columns of several parts, of which a filter looks for one."""
WORDS = {
    "column": "Only this column of the register, such as delivered; or plan, the window of planned delivery.",
    "classes": "Only value, flag, comment, vocabulary, duplicate or plan; or whole rows: new, vanished, reappeared.",
    "direction": "Only what went up or down (numbers, volumes), later or earlier (years, plans).",
    "release": "Only this release, by its key as a source or its day.",
}
"""Help for filters that take some words only."""


def declare(commands: Commands, table: Table) -> None:
    """Declare the command of a table."""

    def query(
        *, order_by: OrderOption = None, as_of: AsOf, output: RowsOutput, ledger: LedgerOption = None, **options: Any
    ) -> None:
        filters: dict[str, Any] = {name: read_filter(name, options[f"by_{name}"]) for name in table.filters.split()}
        filters |= {name: True for name in table.flags.split() if options[name]}
        with open_ledger(ledger) as opened:
            rows = getattr(opened.at(*as_of), table.name)(**filters).order_by(*order_by or ())
        columns, rank = table.shape
        print_rows(rows, output, empty=f"no {table.name}", columns=columns, rank=rank)

    commands.add(table.name, table.help, table.example, query, partial(_filters_of, table))


def _filters_of(table: Table) -> Iterator[inspect.Parameter]:
    for name in table.filters.split():
        word = SINGULAR.get(name, name)
        flag = "--format-of" if name == "format" else f"--{word.replace('_', '-')}"
        option = typer.Option(
            flag, metavar=word.upper(), help=WORDS.get(name, f"Only this {word}."), show_default=False
        )
        yield parameter(f"by_{name}", Annotated[str | None, option], None)
    for name in table.flags.split():
        yield parameter(name, Annotated[bool, typer.Option(f"--{name}", help=f"Only what is {name}.")], False)


for _table in TABLES:
    declare(commands, _table)


def read_filter(column: str, text: str | None) -> str | None:
    """What to look for in a column: a country by its code, whatever it is called. Raises UsageError."""
    from armsledger.application.names.filters import PARTIES, party_filter
    from armsledger.domain.errors import InvalidValue, UsageError

    if text is None or column not in PARTIES:
        return text
    try:
        return party_filter(text)
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error


LINK_COLUMNS = ["stream", "relation", "to", "since", "certain", "amount", "entries", "sources"]


@commands.command("armsledger links deal/india-s400")
def links(
    *,
    stream: MaybeStreamArgument = None,
    relation: Annotated[
        str | None, typer.Option("--relation", metavar="RELATION", help="Only this relation.", show_default=False)
    ] = None,
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: LedgerOption = None,
) -> None:
    """List how streams are related: of one stream both ways, or of all."""
    with open_ledger(ledger) as opened:
        rows = opened.at(*as_of).links(stream, relation=relation).order_by(*order_by or ())
    print_rows(rows, output, empty="no links", columns=LINK_COLUMNS)


@commands.command("armsledger rows citations --at 2021-11-12")
def rows(
    *,
    projection: Annotated[
        str, typer.Argument(metavar="PROJECTION", help="Name of a projection, such as deals, or one of your own.")
    ],
    where: WhereOption = None,
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: LedgerOption = None,
) -> None:
    """List the rows of any projection, including those of other packages."""
    filters = read_assignments(where or [])
    with open_ledger(ledger) as opened:
        rows = opened.at(*as_of).rows(projection).where(**filters).order_by(*order_by or ())
    print_rows(rows, output, empty=f"no {projection}")


@commands.command("armsledger check --at 2021-12-31")
def check(*, stream: MaybeStreamArgument = None, as_of: AsOf, output: RowsOutput, ledger: LedgerOption = None) -> None:
    """List the findings: what does not fit together. The exit status is 1 if one of them is an error."""
    with open_ledger(ledger) as opened:
        findings = opened.check(stream, **as_of._asdict())
    columns, rank = FINDINGS.shape
    print_rows(findings, output, empty="no findings", columns=columns, rank=rank)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(CHECK_FAILED)
