"""Reports: what is told of many streams at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from armsledger.cli.command import Commands
from armsledger.cli.commands.tables import Table, print_table
from armsledger.cli.completion import complete_country, complete_kept, complete_key
from armsledger.cli.filter_options import filter_options, filters_given
from armsledger.cli.messages import tell
from armsledger.cli.options import AsOf, OrderOption, ReplaceOption, RowsOutput, ToRead, open_ledger, option
from armsledger.cli.output import file_name, print_cells, print_rows, tell_rest

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger

reports = Commands()
BY_YEAR = ("supplier", "year")
"""By what volumes are drawn, if nothing else is said."""
RELATIONS = Table(
    "relations",
    "List suppliers and their buyers, with their deals, sums and meetings.",
    "armsledger report relations --supplier RUS --at 2021-12-31",
    columns="supplier buyer deals open_deals values paid delivered engagements last_held",
    main="supplier buyer deals values",
    spare="engagements last_held",
)
PlotOption = Annotated[
    str | None, option("--plot", "FILE", "Draw it into this file, .svg or .png, in place of a table.")
]


def relations(
    *,
    plot: PlotOption = None,
    replace: ReplaceOption = False,
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: ToRead,
    **options: Any,
) -> None:
    """List suppliers and their buyers."""
    filters = filters_given("relations", options)
    with open_ledger(ledger) as opened:
        rows = opened.at(*as_of).relations(**filters)
        if plot is not None:
            _save(opened, rows, plot, replace=replace)
            return
    print_table(RELATIONS, rows, output, filters, order_by)


reports.add("relations", RELATIONS.help, RELATIONS.example, relations, partial(filter_options, "relations"))


def _save(ledger: Ledger, rows: Any, file: str, *, replace: bool) -> None:
    """Draw rows into a file."""
    from armsledger.charts.picture import check_ending

    check_ending(file)
    ledger.session.check_not_own(file)
    rows.plot().save(file, replace=replace)
    tell(f"wrote {file_name(file)}")


@reports.command("armsledger report scorecard --by source --order-by=-came_true")
def scorecard(
    *,
    by: Annotated[
        Literal["holder", "source"],
        typer.Option("--by", help="Score those who expected it, or the sources that said so."),
    ] = "holder",
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: ToRead,
) -> None:
    """Score those who expected something: how much of it came true, and by how many days it was late (median)."""
    with open_ledger(ledger) as opened:
        rows = opened.at(*as_of).scorecard(by).order_by(*order_by or ())
    print_rows(rows, output, empty="no expectations")


def precedents(
    *,
    deal: Annotated[
        str,
        typer.Argument(metavar="DEAL", help="Key of a deal, such as india-s400.", autocompletion=complete_key("deal")),
    ],
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: ToRead,
    **options: Any,
) -> None:
    """List what became of other deals with the same legal basis or supplier."""
    filters = filters_given("precedents", options)
    with open_ledger(ledger) as opened:
        rows = opened.at(*as_of).precedents(deal, **filters).order_by(*order_by or ())
    print_rows(rows, output, empty="no precedents")


reports.add(
    "precedents",
    precedents.__doc__ or "",
    "armsledger report precedents india-s400 --at 2021-11-12",
    precedents,
    partial(filter_options, "precedents"),
)


def _party(flag: str) -> Any:
    name = flag.removeprefix("--")
    help = f"Only this {name}. May be repeated: either."
    return option(flag, name.upper(), help, autocompletion=complete_country)


class Chosen(NamedTuple):
    """The volumes that are asked for."""

    start: Annotated[int | None, typer.Option("--from", metavar="YEAR", help="From this year on.")] = None
    end: Annotated[int | None, typer.Option("--to", metavar="YEAR", help="Up to this year, inclusive.")] = None
    supplier: Annotated[
        list[str] | None,
        option(
            "--supplier", "SUPPLIER", "Only this supplier. May be repeated: either.", autocompletion=complete_country
        ),
    ] = None
    buyer: Annotated[
        list[str] | None,
        option("--buyer", "BUYER", "Only this buyer. May be repeated: either.", autocompletion=complete_country),
    ] = None
    category: Annotated[
        list[str] | None,
        option(
            "--category",
            "CATEGORY",
            "Only this category. May be repeated: either.",
            autocompletion=complete_kept("volumes", "category"),
        ),
    ] = None

    @property
    def filters(self) -> dict[str, Any]:
        """The arguments of a view's question."""
        return {"from_year": self.start, "to_year": self.end, **dict(zip(self._fields[2:], self[2:], strict=True))}


@reports.command("armsledger report volumes --by supplier --from 2015 --to 2019")
def volumes(
    *,
    by: Annotated[
        list[str] | None,
        option("--by", "FIELDS", "Sum up by any of supplier,buyer,category,year."),
    ] = None,
    chosen: Chosen,
    plot: PlotOption = None,
    replace: ReplaceOption = False,
    order_by: OrderOption = None,
    as_of: AsOf,
    output: RowsOutput,
    ledger: ToRead,
) -> None:
    """Sum up the volumes of deliveries that a register lists, in millions of trend-indicator values (TIV).

    A delivery over several years counts exactly in a sum over all of them. Of a part of its years, tiv is the least
    and possible tiv the most that it can be; precision says which. The share is per cent of all that is asked for.
    """
    with open_ledger(ledger) as opened:
        sums = opened.at(*as_of).volumes(by or (BY_YEAR if plot else ()), **chosen.filters)
        if plot is not None:
            _save(opened, sums, plot, replace=replace)
            return
    rows = sums.order_by(*order_by or ())
    if "category" in rows.columns and rows and all(row.category is None for row in rows):
        tell("these rows name no categories: SIPRI's register by deal has none, and its layout by year has")
    if output.chosen != "table" or len(rows) < 2 or output.names:
        print_rows(rows, output, empty="no volumes")
        return
    head, *others = rows.columns
    total = {head: "total", **dict.fromkeys(others, ""), **sums.total.to_words()}
    shown = [name for name in rows.columns if name != "possible_share"]
    kept = rows[: output.limit]
    print_cells(shown, [_with_one_share(words) for words in (*(row.to_words() for row in kept), total)], output)
    tell_rest(len(rows) - len(kept))


def _with_one_share(words: dict[str, str]) -> dict[str, str]:
    """The cells of a sum with both bounds of its share in one."""
    least, most = words["share"], words["possible_share"]
    return words if least == most else {**words, "share": f"{least} to {most}"}


commands = Commands()
commands.group(
    "report",
    "Report what is told of many streams at once: volumes by year, relations, scorecards, precedents.",
    "armsledger report volumes --by buyer,year --from 1950 --to 1989",
    lambda: reports,
)
