"""Commands that write what the ledger holds to files: entries, rows of tables, and the formats of other standards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from armsledger.cli.command import Commands
from armsledger.cli.completion import complete_country, complete_key, complete_table
from armsledger.cli.filter_options import filters_where
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import (
    AsOf,
    BeliefDate,
    FileArgument,
    OrderOption,
    ReplaceOption,
    ToRead,
    WhereOption,
    open_ledger,
    option,
)
from armsledger.cli.output import counted, file_name
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.exporting.standards import StandardExport
    from armsledger.application.exporting.tables import Format
    from armsledger.application.ledger import Ledger

LONGEST_LIST = 6
KINDS_SHOWN = 8
commands = Commands()
exports = commands.group(
    "export", "Write what the ledger holds, for other ledgers and other programs.", "armsledger export jsonl arms.jsonl"
)


def _of(help: str) -> Any:
    return option("--of", "TABLE", help, autocompletion=complete_table)


OneTable = Annotated[list[str] | None, _of("A projection such as deals, or log.")]
SeveralTables = Annotated[
    list[str] | None, _of("A projection such as deals, or log, or all. May be repeated [default: all].")
]
NamedFile = Annotated[str, typer.Argument(metavar="FILE", help="File to write.")]


class RowOptions(NamedTuple):
    """Which rows of tables are written."""

    as_of: AsOf
    where: WhereOption = None
    order_by: OrderOption = None
    replace: ReplaceOption = False
    ledger: ToRead = ToRead()


@exports.command("armsledger export jsonl arms.jsonl")
def jsonl(
    *,
    file: FileArgument,
    of: Annotated[
        list[str] | None, _of("Rows of a projection such as deals, or of the log [default: the entries themselves].")
    ] = None,
    options: RowOptions,
) -> None:
    """Write all entries to a file. Recorded into an empty ledger, they give the same log, times and states.

    With --of, write rows, a JSON object a line, as a read with --format jsonl does.
    """
    if of or options._replace(replace=False, ledger=ToRead()) != RowOptions(AsOf()):
        _export("jsonl", file, of, options)
        return
    with open_ledger(options.ledger) as opened:
        written = opened.export_jsonl(file, replace=options.replace)
        root = _root_of(opened, written)
    tell(f"{file_name(file)}: {written:,} entries as jsonl{root}")


def _root_of(ledger: Ledger, entries: int) -> str:
    """The root that whoever imports so many entries can ask for; nothing if more were recorded meanwhile."""
    from armsledger.storage.errors import LedgerOutdated

    try:
        head = ledger.root()
    except LedgerOutdated:
        return ""
    return f", root {head.hex}" if head.size == entries else ""


@exports.command("armsledger export csv deals.csv --of deals --at 2019-12-31")
def csv(
    *,
    file: FileArgument,
    of: OneTable = None,
    guard_formulas: Annotated[
        bool, typer.Option("--guard-formulas", help="Put ' before texts that a spreadsheet would take for a formula.")
    ] = False,
    options: RowOptions,
) -> None:
    """Write the rows of a projection or of the log as comma-separated values, as a read with --format csv does."""
    _export("csv", file, of, options, _cell(file, guard=guard_formulas))


def _cell(file: str, *, guard: bool) -> Callable[[str], str] | None:
    """What is done to each text of CSV: an apostrophe before formulas, and escapes on a terminal."""
    if guard:
        from armsledger.exchange.tables.text import guarded

        return guarded
    return printable if file == "-" and sys.stdout.isatty() else None


@exports.command("armsledger export xlsx arms.xlsx --of deals --of log")
def xlsx(*, file: NamedFile, of: SeveralTables = None, options: RowOptions) -> None:
    """Write a workbook for Excel: a first sheet that says what was asked, and one for each projection and the log."""
    _export("xlsx", file, of, options)


@exports.command("armsledger export parquet log.parquet --of log")
def parquet(
    *,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A file named .parquet; any other name is a folder, partitioned by keys."),
    ],
    of: SeveralTables = None,
    options: RowOptions,
) -> None:
    """Write Parquet, for DuckDB, Polars and others: one table in a file, or several in a folder."""
    _export("parquet", file, of, options)


@exports.command("armsledger export sqlite tables.sqlite --of all")
def sqlite(*, file: NamedFile, of: SeveralTables = None, options: RowOptions) -> None:
    """Write an SQLite database of plain tables, for any tool that opens one."""
    _export("sqlite", file, of, options)


def _export(
    format: Format, file: str, of: Sequence[str] | None, options: RowOptions, cell: Callable[[str], str] | None = None
) -> None:
    from armsledger.application.exporting.tables import Asked, export

    begun = options.as_of.at is not None
    asked = Asked(of or (), filters_where(options.where or ()), options.order_by or (), begun, cell)
    with open_ledger(options.ledger) as opened, progress_bar("rows") as stages:
        view, replace = opened.at(*options.as_of), options.replace
        exported = export(opened.session, view, file, asked, format=format, replace=replace, stages=stages)
    rows = exported.rows
    if len(rows) > LONGEST_LIST:
        tables = f"{sum(rows.values()):,} rows of {len(rows)} tables"
    else:
        tables = ", ".join(f"{counted(count, 'row')} of {name}" for name, count in rows.items())
    _tell_written(exported.path, tables, format, exported.about)
    for note in exported.notes:
        tell(f"  {note}")


def _tell_written(path: str, things: str, format: str, about: Mapping[str, Any]) -> None:
    """Say how much of what was written, and which question it answers."""
    known = "now" if about["known"] == "everything recorded" else f"by {about['known']}"
    known_by = about.get("known_by") or about["known by"]
    by = ", by asserted date" if known_by == "asserted" and known != "now" else ""
    as_known = f"at {about['at']}, as known {known}{by} (position {about['position']})"
    tell(f"{file_name(path)}: {things} as {format}, {as_known}")


def _party(flag: str) -> Any:
    role = flag.removeprefix("--")
    return option(flag, "PARTY", f"Only deals of this {role}. May be repeated.", autocompletion=complete_country)


class DealOptions(NamedTuple):
    """Which deals are written in the format of a standard."""

    deal: Annotated[
        list[str] | None,
        option("--deal", "KEY", "Only this deal. May be repeated.", autocompletion=complete_key("deal")),
    ] = None
    buyer: Annotated[
        list[str] | None,
        option("--buyer", "PARTY", "Only deals of this buyer. May be repeated.", autocompletion=complete_country),
    ] = None
    supplier: Annotated[
        list[str] | None,
        option("--supplier", "PARTY", "Only deals of this supplier. May be repeated.", autocompletion=complete_country),
    ] = None
    losses: Annotated[
        str | None,
        option("--losses", "FILE", "File for the report on what the format cannot say [default: FILE.losses.json]."),
    ] = None
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite files that exist.")] = False

    @property
    def chosen(self) -> dict[str, Any]:
        """The options as exports of a view take them."""
        return {
            "deals": self.deal or (),
            "buyers": self.buyer or (),
            "suppliers": self.supplier or (),
            "losses": self.losses,
            "replace": self.replace,
        }


@exports.command("armsledger export ocds deals.json --buyer IND --at 2021-12-31")
def ocds(
    *,
    file: FileArgument,
    compiled: Annotated[
        bool, typer.Option("--compiled", help="Write a record package: each deal's releases, and what they add up to.")
    ] = False,
    ocid_prefix: Annotated[
        str,
        typer.Option("--ocid-prefix", metavar="PREFIX", help="Your registered prefix, with which identifiers begin."),
    ] = "unregistered",
    publisher: Annotated[
        str | None, option("--publisher", "NAME", "Who publishes it [default: the ledger's id].")
    ] = None,
    deals: DealOptions,
    as_of: AsOf,
    ledger: ToRead,
) -> None:
    """Write deals in the Open Contracting Data Standard (OCDS 1.1): a release for each change of belief."""
    from armsledger.application.exporting.ocds import Package

    package = Package(compiled, ocid_prefix, publisher)
    with open_ledger(ledger) as opened:
        exported = opened.at(*as_of).export_ocds(file, package=package, **deals.chosen)
    _tell_exported(exported, "OCDS 1.1")


@exports.command("armsledger export ftm entities.ftm.jsonl --at 2021-12-31")
def ftm(*, file: FileArgument, deals: DealOptions, as_of: AsOf, ledger: ToRead) -> None:
    """Write entities of FollowTheMoney, a JSON object a line: deals, payments, sanctions, events, parties, sources."""
    with open_ledger(ledger) as opened:
        exported = opened.at(*as_of).export_ftm(file, **deals.chosen)
    _tell_exported(exported, "FollowTheMoney")


def _tell_exported(exported: StandardExport, standard: str) -> None:
    """Say how much was written, and how much of it the format could not say."""
    things = ", ".join(
        f"{count:,} {name.removesuffix('s') if count == 1 and name != 'entities' else name}"
        for name, count in exported.counts.items()
    )
    _tell_written(exported.path, things, standard, exported.about)
    losses = sorted(exported.losses.items(), key=lambda loss: (-loss[1], loss[0]))
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in losses[:KINDS_SHOWN])
    others = len(losses) - KINDS_SHOWN
    more = f", and {others} more kind{'' if others == 1 else 's'}" if others > 0 else ""
    report = f"{exported.report} lists them" if exported.report else "--losses FILE lists them"
    tell(f"  {standard} cannot say {sum(exported.losses.values()):,} things: {kinds}{more}; {report}")


@exports.command("armsledger export sipri register-2024.csv --known 2024-03-18 --known-by asserted --ledger sipri.db")
def sipri(
    *,
    file: FileArgument,
    encoding: Annotated[
        Literal["utf-8", "latin-1"], typer.Option("--encoding", help="Encoding of the file; SIPRI's own is latin-1.")
    ] = "utf-8",
    layout: Annotated[
        Literal["deals", "years"] | None,
        typer.Option("--layout", help="By deal or by year of delivery, if it came in both [default: deals]."),
    ] = None,
    replace: ReplaceOption = False,
    belief: BeliefDate,
    ledger: ToRead,
) -> None:
    """Write SIPRI's register as it was believed; with --known-by asserted, as a release had it."""
    with open_ledger(ledger) as opened:
        written = opened.at(None, *belief).export_sipri(file, replace=replace, encoding=encoding, layout=layout)
    tell(f"{file_name(file)}: {written.rows:,} rows as of {written.release}")
