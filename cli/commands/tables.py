"""Commands that print rows: one for each table, and those that ask several tables, any projection, or all findings.

The filters of a table's command are made from the columns of the table, when somebody asks for the command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from armsledger.cli.answers.totals import totals_of_revisions
from armsledger.cli.command import Commands
from armsledger.cli.completion import complete_rows
from armsledger.cli.filter_options import fields_asked, filter_options, filters_given, filters_where
from armsledger.cli.grid import Rank
from armsledger.cli.options import (
    AsOf,
    MaybeStreamArgument,
    OrderOption,
    RowsOutput,
    ToRead,
    WhereOption,
    open_ledger,
)
from armsledger.cli.output import print_rows

if TYPE_CHECKING:
    from armsledger.projections.rows import Rows

CHECK_FAILED = 1
commands = Commands()


class Table(NamedTuple):
    """A table's command: the help, an example, and the columns to print.

    Where a terminal is narrow, it keeps the columns in ``main``, and leaves out those in ``spare`` first; texts in
    ``prose`` go on below. ``totals`` is the line below the table.
    """

    name: str
    help: str
    example: str
    columns: str
    main: str = ""
    spare: str = ""
    prose: str = ""
    totals: Callable[[Any], str] | None = None

    @property
    def shape(self) -> tuple[list[str], Rank]:
        """The columns to print, and how much they matter."""
        return self.columns.split(), Rank(self.main.split(), self.spare.split(), self.prose.split())


DEALS = Table(
    "deals",
    "List the deals, and where each one stands.",
    "armsledger deals --buyer IND --open --at 2019-12-31",
    columns="deal supplier buyer items stage possible_stage value ordered paid delivered sanctions",
    main="deal supplier buyer items stage ordered delivered value",
    spare="possible_stage",
)
REVISIONS = Table(
    "revisions",
    "List what releases of SIPRI's register changed, a row for each deal, release and column.",
    "armsledger revisions --column delivered --direction down",
    columns="deal released column revision by",
    main="deal released column revision",
    spare="by",
    totals=totals_of_revisions,
)
FINDINGS = Table(
    "findings",
    "List what does not fit together; 'check' lists the same, and fails if one of it is an error.",
    "armsledger findings --severity error --buyer IND",
    columns="stream severity code message field rule entries",
    main="stream message code severity",
    spare="rule field entries",
    prose="message",
)
TABLES = (
    DEALS,
    Table(
        "payments",
        "List payments by tranche and currency: scheduled, paid, outstanding, late.",
        "armsledger payments --deal india-s400",
        columns="deal tranche currency status certain on amount possible_amount refunded delayed scheduled due"
        " outstanding late slip_least_days slip_most_days contested sources",
        main="deal tranche status on amount currency",
        spare="certain contested possible_amount slip_least_days slip_most_days sources",
    ),
    Table(
        "deliveries",
        "List deliveries by tranche, item and unit: what is scheduled or expected, delivered, outstanding and late.",
        "armsledger deliveries --deal india-s400 --known 2022-12-31 --known-by asserted",
        columns="deal tranche item by to unit status certain on count possible_count scheduled window expected"
        " outstanding late slip_least_days slip_most_days contested sources",
        main="deal status on count tranche",
        spare="certain contested possible_count slip_least_days slip_most_days sources by to",
    ),
    Table(
        "sanctions",
        "List threats, sanctions and waivers, by deal and authority.",
        "armsledger sanctions --by USA",
        columns="deal by against basis status possible_status since over position trigger triggered_on consequence"
        " consequence_on least_days most_days entries",
        main="deal by status since basis",
        spare="least_days most_days consequence_on consequence triggered_on trigger entries position over",
    ),
    Table(
        "expectations",
        "List what was expected, by whom, and what became of it.",
        "armsledger expectations --overdue --at 2022-06-30",
        columns="stream what due modality holder stated source outcome possible_outcome met_on slip_least_days"
        " slip_most_days",
        main="stream what due outcome",
        spare="modality holder source slip_least_days slip_most_days possible_outcome",
    ),
    Table(
        "engagements",
        "List summits, visits and other meetings.",
        "armsledger engagements --format-of summit",
        columns="engagement status format edition place expected planned held_on participants",
        main="engagement status held_on",
        spare="series edition participants place",
    ),
    Table(
        "frameworks",
        "List the framework agreements within which deals are made.",
        "armsledger frameworks --status in-force",
        columns="framework title status possible_status signed_on renewed_on until expected",
        main="framework status until title",
        spare="possible_status",
    ),
    Table(
        "sources",
        "List the sources: how reliable each one is, and how much rests on it.",
        "armsledger sources --reliability A",
        columns="source publisher published reliability graded cited alone title",
        main="source publisher published reliability",
        spare="graded title",
    ),
    REVISIONS,
    FINDINGS,
)


def declare(commands: Commands, table: Table) -> None:
    """Declare the command of a table."""

    def query(*, order_by: OrderOption = None, as_of: AsOf, output: RowsOutput, ledger: ToRead, **options: Any) -> None:
        filters = filters_given(table.name, options)
        with open_ledger(ledger) as opened:
            rows = getattr(opened.at(*as_of), table.name)(**filters)
        print_table(table, rows, output, filters, order_by)

    commands.add(table.name, table.help, table.example, query, partial(filter_options, table.name))


def print_table(
    table: Table, rows: Rows[Any], output: RowsOutput, filters: Mapping[str, Any], order_by: list[str] | None
) -> None:
    """Print the rows of a table in the order that is asked for."""
    rows = _ordered(rows, order_by, filters)
    columns, rank = table.shape
    rank = rank.with_asked(fields_asked(rows.row_type, [*filters, *(order_by or ())]))
    print_rows(rows, output, empty=f"no {table.name}", columns=columns, rank=rank, totals=table.totals)


for _table in TABLES:
    declare(commands, _table)


LINK_COLUMNS = ["stream", "relation", "to", "since", "certain", "amount", "entries", "sources"]


def links(
    *,
    stream: MaybeStreamArgument = None,
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: ToRead,
    **options: Any,
) -> None:
    """List how streams are related: of one stream both ways, or of all."""
    filters = filters_given("links", options)
    with open_ledger(ledger) as opened:
        rows = _ordered(opened.at(*as_of).links(stream, **filters), order_by, filters)
    print_rows(rows, output, empty="no links", columns=LINK_COLUMNS)


commands.add("links", links.__doc__ or "", "armsledger links deal/india-s400", links, partial(filter_options, "links"))


@commands.command("armsledger rows citations --at 2021-11-12")
def rows(
    *,
    projection: Annotated[
        str,
        typer.Argument(
            metavar="PROJECTION",
            help="Name of a projection, such as deals, or one of your own.",
            autocompletion=complete_rows,
        ),
    ],
    where: WhereOption = None,
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: ToRead,
) -> None:
    """List the rows of any projection, including those of other packages."""
    filters = filters_where(where or ())
    with open_ledger(ledger) as opened:
        rows = opened.at(*as_of).rows(projection, **filters)
        rows = _ordered(rows, order_by, filters)
    print_rows(rows, output, empty=f"no {projection}")


def _ordered(rows: Rows[Any], order_by: list[str] | None, filters: Mapping[str, Any]) -> Rows[Any]:
    """Rows in the order that is asked for; amounts in the currency that filters name."""
    from armsledger.projections.filtering import currency_of

    return rows.order_by(*order_by or (), currency=currency_of(filters))


@commands.command("armsledger check --at 2021-12-31")
def check(*, stream: MaybeStreamArgument = None, as_of: AsOf, output: RowsOutput, ledger: ToRead) -> None:
    """List the findings: what does not fit together. The exit status is 1 if one of them is an error."""
    with open_ledger(ledger) as opened:
        findings = opened.check(stream, **as_of._asdict())
    columns, rank = FINDINGS.shape
    print_rows(findings, output, empty="no findings", columns=columns, rank=rank)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(CHECK_FAILED)
