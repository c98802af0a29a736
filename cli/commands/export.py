"""Commands that write what the ledger holds for other programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.groups import COMMANDS, ExampleCommand
from armsledger.cli.options import (
    AtOption,
    KnownByOption,
    KnownOption,
    LedgerOption,
    OrderOption,
    ledger_address,
)
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from armsledger.application.exporting.tables import Exported, Format
    from armsledger.application.ledger import Ledger

exports = typer.Typer(rich_markup_mode=None, no_args_is_help=True)

LONGEST_LIST = 6


def complete_table(ctx: typer.Context, incomplete: str) -> list[str]:
    """What can be exported and begins so, for a shell that completes."""
    from armsledger.application.exporting.tables import ALL, available
    from armsledger.application.ledger import Ledger

    return [name for name in (ALL, *available(Ledger(ledger_address(ctx)).session)) if name.startswith(incomplete)]


FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")]
NamedFileArgument = Annotated[str, typer.Argument(metavar="FILE", help="File to write.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")]
OneOption = Annotated[
    list[str] | None,
    typer.Option(
        "--of",
        metavar="TABLE",
        help="A projection such as deals, or log.",
        autocompletion=complete_table,
        show_default=False,
    ),
]
SeveralOption = Annotated[
    list[str] | None,
    typer.Option(
        "--of",
        metavar="TABLE",
        help="A projection such as deals, log, or all. May be repeated [default: all].",
        autocompletion=complete_table,
        show_default=False,
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="FIELD=VALUE", help="Only rows of which this holds. May be repeated.", show_default=False
    ),
]


@exports.callback()
def export_group() -> None:
    """Write what the ledger holds, for other ledgers and other programs."""


@exports.command(cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger export jsonl arms.jsonl")
def jsonl(
    ctx: typer.Context,
    file: FileArgument,
    of: Annotated[
        list[str] | None,
        typer.Option(
            "--of",
            metavar="TABLE",
            help="Rows of a projection such as deals, or of the log [default: the entries themselves].",
            autocompletion=complete_table,
            show_default=False,
        ),
    ] = None,
    where: WhereOption = None,
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write all entries to a file; recorded into an empty ledger, they give the same log, times and states.

    With --of, write rows, a JSON object a line, as a read with --format jsonl does.
    """
    asked = (where, order_by, at, known)
    if of or any(one is not None for one in asked) or known_by != "recorded":
        _export(ctx, "jsonl", file, of, *asked, known_by, replace=replace)
        return
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        written = opened.export_jsonl(file, replace=replace)
        root = _root_of(opened, written)
    print(f"{_name_of(file)}: {written:,} entries as jsonl{root}", file=sys.stderr)


@exports.command(
    cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger export csv deals.csv --of deals --at 2019-12-31"
)
def csv(
    ctx: typer.Context,
    file: FileArgument,
    of: OneOption = None,
    where: WhereOption = None,
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    guard_formulas: Annotated[
        bool,
        typer.Option("--guard-formulas", help="Put ' before texts that a spreadsheet would take for a formula."),
    ] = False,
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write the rows of a projection or the log as comma-separated values, as a read with --format csv does."""
    _export(ctx, "csv", file, of, where, order_by, at, known, known_by, replace=replace, guard=guard_formulas)


@exports.command(
    cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger export xlsx arms.xlsx --of deals --of log"
)
def xlsx(
    ctx: typer.Context,
    file: NamedFileArgument,
    of: SeveralOption = None,
    where: WhereOption = None,
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write a workbook for Excel: a sheet for each projection and the log, and a first one that says what was asked."""
    _export(ctx, "xlsx", file, of, where, order_by, at, known, known_by, replace=replace)


@exports.command(cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger export parquet log.parquet --of log")
def parquet(
    ctx: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="File to write, named .parquet; another name is a folder, partitioned by keys."
        ),
    ],
    of: SeveralOption = None,
    where: WhereOption = None,
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write Parquet, for DuckDB, Polars and the like: one table a file, or several in a folder."""
    _export(ctx, "parquet", file, of, where, order_by, at, known, known_by, replace=replace)


@exports.command(cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger export sqlite tables.sqlite --of all")
def sqlite(
    ctx: typer.Context,
    file: NamedFileArgument,
    of: SeveralOption = None,
    where: WhereOption = None,
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write an SQLite database of plain tables, for any tool that opens one."""
    _export(ctx, "sqlite", file, of, where, order_by, at, known, known_by, replace=replace)


def _export(
    ctx: typer.Context,
    format: Format,
    file: str,
    of: Sequence[str] | None,
    where: Sequence[str] | None,
    order_by: Sequence[str] | None,
    at: str | None,
    known: str | None,
    known_by: str,
    *,
    replace: bool,
    guard: bool = False,
) -> None:
    from armsledger.application.exporting.tables import Asked, export
    from armsledger.application.ledger import Ledger

    asked = Asked(of or (), _filters(where or ()), order_by or (), begun=at is not None, cell=_cell(file, guard=guard))
    with Ledger(ledger_address(ctx)) as opened, stages_bar("rows") as stages:
        view = opened.at(at, known, known_by)
        exported = export(opened.session, view, file, asked, format=format, replace=replace, stages=stages)
    _tell(exported)


def _filters(where: Sequence[str]) -> dict[str, Any]:
    """What rows are to have, by field; raises UsageError."""
    from armsledger.cli.commands.events import read_assignments
    from armsledger.cli.commands.projections import wanted
    from armsledger.domain.errors import UsageError

    filters = read_assignments(where)
    if empty := [name for name, value in filters.items() if value is None]:
        raise UsageError(f"--where {empty[0]}= names no value", remedy="write FIELD=VALUE, such as buyer=IND")
    return {name: wanted(name, value) if isinstance(value, str) else value for name, value in filters.items()}


def _cell(file: str, *, guard: bool) -> Any:
    """What is done to each text of CSV: escapes on a terminal, and the apostrophe before formulas."""
    if guard:
        from armsledger.exchange.tables.text import guarded

        return guarded
    return printable if file == "-" and sys.stdout.isatty() else None


def _tell(exported: Exported) -> None:
    """How much was written, and of what."""
    rows = exported.rows
    if len(rows) > LONGEST_LIST:
        told = f"{sum(rows.values()):,} rows of {len(rows)} tables"
    else:
        told = ", ".join(f"{count:,} row{'' if count == 1 else 's'} of {name}" for name, count in rows.items())
    about = exported.about
    known = "now" if about["known"] == "everything recorded" else f"by {about['known']}"
    by = ", by asserted date" if about["known by"] == "asserted" and known != "now" else ""
    as_known = f"at {about['at']}, as known {known}{by} (position {about['position']})"
    print(printable(f"{_name_of(exported.path)}: {told} as {exported.format}, {as_known}"), file=sys.stderr)
    for note in exported.notes:
        print(printable(f"  {note}"), file=sys.stderr)


def _name_of(file: str) -> str:
    return "standard output" if file == "-" else printable(file)


def _root_of(ledger: Ledger, entries: int) -> str:
    """The root that whoever imports so many entries can ask for; nothing if more were recorded meanwhile."""
    from armsledger.storage.errors import LedgerOutdated

    try:
        head = ledger.root()
    except LedgerOutdated:
        return ""
    return f", root {head.hex}" if head.size == entries else ""
