"""Commands for people's own spreadsheets: to take them, and to begin one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.recording.recording import RecordReport
    from armsledger.application.recording.spreadsheets import FirstRow, SheetImport

FIRST_ROWS = 5


def import_csv(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, or a workbook (.xlsx); - is CSV on standard input.")
    ],
    mapping: Annotated[
        str, typer.Option("--map", metavar="MAPPING", help="YAML that says what the rows tell.", show_default=False)
    ],
    sheet: Annotated[
        list[str] | None,
        typer.Option(
            "--sheet", metavar="NAME", help="Sheet of a workbook [default: as the mapping says]; may be repeated."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the first rows as a dossier and how many would be recorded.")
    ] = False,
    rows: Annotated[
        int, typer.Option("--rows", metavar="N", min=0, help="How many rows --dry-run shows.")
    ] = FIRST_ROWS,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take a spreadsheet whole or not at all, row by row as a mapping says; taking it again adds nothing."""
    from armsledger.application.ledger import Ledger
    from armsledger.application.recording.spreadsheets import first_rows, opened, taken
    from armsledger.cli.output import print_json

    with (
        Ledger(ledger_address(ctx)) as book,
        opened(_path(file), mapping, sheet or ()) as dossier,
    ):
        first = first_rows(dossier, rows) if dry_run else ()
        if not as_json:
            _print_first(first)
        with stages_bar() as stages:
            done = taken(book.session, dossier, first, dry_run=dry_run, stages=stages)
    if as_json:
        print_json(_to_json(file, done))
    else:
        _print_report("standard input" if file == "-" else file, done.report)
    _tell_of_rows(done)


def template(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as payments, deliveries or deals.")],
    wants_mapping: Annotated[bool, typer.Option("--map", help="The mapping that belongs to it.")] = False,
) -> None:
    """Write an empty sheet to fill in, or its mapping.

    There are deals, payments, deliveries, licences, sanctions, expectations, engagements, frameworks and sources.
    """
    from armsledger.exchange.spreadsheets.template import mapping_text, template_text

    sys.stdout.write(mapping_text(name) if wants_mapping else template_text(name))


def _path(file: str) -> Path | None:
    from armsledger.domain.errors import UsageError

    if file != "-":
        return Path(file)
    if sys.stdin is None:
        raise UsageError("standard input is closed", remedy="name a file")
    return None


def _print_first(first: tuple[FirstRow, ...]) -> None:
    """The first rows as a dossier that could be recorded."""
    from armsledger.exchange.spreadsheets.preview import dossier_text

    for line in dossier_text(first):
        print(printable(line))
    sys.stdout.flush()


def _print_report(name: str, report: RecordReport) -> None:
    """What was recorded; as a comment, where the entries stand above it."""
    from armsledger.cli.commands.record import print_findings

    verb = "would record" if report.dry_run else "recorded"
    streams = f" in {_counted(report.streams, 'stream', 'streams')}" if report.recorded else ""
    where = f" (positions {report.first} to {report.last})" if report.recorded and not report.dry_run else ""
    known = f"; {_counted(report.known, 'entry', 'entries')} known already" if report.known else ""
    told = f"{name}: {verb} {_counted(report.recorded, 'entry', 'entries')}{streams}{where}{known}"
    print(printable(f"# {told}" if report.dry_run else told))
    if report.dry_run:
        for finding in report.findings:
            print(
                printable(f"#   {finding.severity}: {finding.code}: {finding.message} [{', '.join(finding.entries)}]")
            )
    else:
        print_findings(report.findings)
    if report.unchecked:
        print(
            f"  not searched for findings: more than {report.unchecked - 1:,} streams; 'armsledger check' does",
            file=sys.stderr,
        )


def _tell_of_rows(done: SheetImport) -> None:
    """What was not taken row by row, on standard error."""
    if done.left_out:
        count = len(done.left_out) + done.more_left_out
        more = f" and {done.more_left_out:,} more" if done.more_left_out else ""
        told = f"  {_counted(count, 'row', 'rows')} left out, of which the mapping makes nothing: "
        print(printable(f"{told}{', '.join(done.left_out)}{more}"), file=sys.stderr)
    for repeat in done.repeats:
        print(
            printable(
                f"  {repeat.place} repeats {repeat.earlier} ({repeat.event}), and is taken once; "
                "if they are two, give each an id or a tranche"
            ),
            file=sys.stderr,
        )
    if done.more_repeats:
        print(f"  {_counted(done.more_repeats, 'row', 'rows')} more that repeat another", file=sys.stderr)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _to_json(file: str, done: SheetImport) -> dict[str, Any]:
    report = done.report
    return {
        "file": file,
        **report._asdict(),
        "findings": [finding._asdict() for finding in report.findings],
        "first_rows": [row._asdict() for row in done.first],
        "repeats": [repeat._asdict() for repeat in done.repeats],
        "more_repeats": done.more_repeats,
        "left_out": list(done.left_out),
        "more_left_out": done.more_left_out,
    }
