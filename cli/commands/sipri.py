"""Commands that take SIPRI's register of arms transfers, and write it again."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from armsledger.cli.options import (
    JsonOption,
    KnownByOption,
    KnownOption,
    LedgerOption,
    ledger_address,
)
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from armsledger.application.sipri.report import Import, ReleaseReport, SetAsideFile
    from armsledger.exchange.sipri.release import Problem

PROBLEMS_SHOWN = 20
AMBIGUOUS_SHOWN = 20
LABEL = 12


def import_sipri(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Registers as CSV; several are taken in order.")
    ],
    released: Annotated[
        str | None,
        typer.Option(
            "--released", metavar="DAY", help="Day of the release [default: as the file says].", show_default=False
        ),
    ] = None,
    reliability: Annotated[
        Literal["A", "B", "C", "D", "E", "F"],
        typer.Option("--reliability", metavar="A-F", help="Grade of the release as a source."),
    ] = "B",
    strict: Annotated[bool, typer.Option("--strict", help="Take nothing if a row is damaged.")] = False,
    set_aside: Annotated[
        str | None,
        typer.Option(
            "--set-aside",
            metavar="FILE",
            help="Where rows go that cannot be read [default: NAME.set-aside.csv in this folder].",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Compare exports of different scope, and take any number as vanished.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Record by chunks, and go on where an import was interrupted.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take SIPRI's register of arms transfers; a later release is a change of belief, and only that is recorded."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json
    from armsledger.exchange.sipri.release import DamagedRegister

    day = None if released is None else _day(released)
    address = ledger_address(ctx)
    try:
        with Ledger(address) as opened, stages_bar(unit="rows") as stages:
            imported = opened.import_sipri(
                *files,
                released=day,
                reliability=reliability,
                strict=strict,
                force=force,
                resume=resume,
                dry_run=dry_run,
                stages=stages,
            )
    except DamagedRegister as damaged:
        _tell_problems(damaged.problems)
        raise
    kept = [] if dry_run else _write_set_aside(imported, files, set_aside)
    if as_json:
        print_json([report.to_dict() for report in imported.reports])
    for report in imported.reports:
        _tell_problems(report.problems)
        if not as_json:
            _tell(report)
    for path, one in kept:
        if one.release < imported.reports[-1].released:
            again = "the next release has been taken too, and tells what became of them"
        else:
            command = f"armsledger import sipri {quote(path)} --ledger {quote(address)}"
            again = f"correct them there and import that file before the next release: {command}"
        print(printable(f"{path}: {_rows(one.rows)} set aside; {again}"), file=sys.stderr)


def export_sipri(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")] = False,
    encoding: Annotated[
        Literal["utf-8", "latin-1"], typer.Option("--encoding", help="Encoding of the file; SIPRI's own is latin-1.")
    ] = "utf-8",
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    ledger: LedgerOption = None,
) -> None:
    """Write SIPRI's register as it was believed: with --known-by asserted, as a release had it."""
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        written = opened.at(None, known, known_by).export_sipri(file, replace=replace, encoding=encoding)
    name = "standard output" if file == "-" else file
    print(f"{printable(name)}: {written.rows:,} rows as of {written.release}", file=sys.stderr)


def _day(text: str) -> date:
    """A day as it is written; raises UsageError."""
    from armsledger.domain.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", remedy="write the day of the release, such as 2024-03-18") from error


def _write_set_aside(imported: Import, files: Sequence[str], path: str | None) -> list[tuple[str, SetAsideFile]]:
    """Write what was set aside, each release's into a file of its own."""
    from armsledger.exchange.atomic import writing

    written: list[tuple[str, SetAsideFile]] = []
    for number, one in enumerate(imported.set_aside):
        stem = Path(files[0]).name.removesuffix(".csv") if len(files) == 1 else "sipri"
        wanted = path or f"{stem}.set-aside.csv"
        name = wanted if not number else f"{wanted.removesuffix('.csv')}.{one.release}.csv"
        free = _free_name(name)
        with writing(free) as out:
            out.write(one.text)
        written.append((free, one))
    return written


def _free_name(wanted: str) -> str:
    """The name, numbered if there is a file already: somebody may be correcting it."""
    name, number = wanted, 1
    while Path(name).exists():
        number += 1
        name = f"{wanted.removesuffix('.csv')}-{number}.csv"
    return name


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _tell_problems(problems: Sequence[Problem]) -> None:
    for problem in problems[:PROBLEMS_SHOWN]:
        print(printable(f"{problem.kind}: {problem}"), file=sys.stderr)
    if len(problems) > PROBLEMS_SHOWN:
        print(f"and {len(problems) - PROBLEMS_SHOWN:,} more: --json lists all", file=sys.stderr)


def _tell(report: ReleaseReport) -> None:
    """The report in lines of name and value."""
    files = ", ".join(Path(name).name for name in report.files)
    print(printable(f"{files}: SIPRI's register as released on {report.released} ({', '.join(report.encodings)})"))
    for name, value in _facts(report).items():
        print(printable(f"  {name:<{LABEL}} {value}"))
    for one in report.ambiguous[:AMBIGUOUS_SHOWN]:
        lines = ", ".join(str(row.line) for row in one.rows)
        row = one.rows[0].words
        what = f"{row['designation'].strip()} from {row['supplier']} to {row['recipient']}"
        print(printable(f"  ambiguous    line {lines} ({what}) may be any of {', '.join(one.deals)}"))
    if len(report.ambiguous) > AMBIGUOUS_SHOWN:
        print(f"  and {len(report.ambiguous) - AMBIGUOUS_SHOWN:,} more that are ambiguous")


def _facts(report: ReleaseReport) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "rows": f"{report.rows:,}: {report.taken:,} taken as they are, {report.repaired:,} repaired, "
        f"{report.set_aside:,} set aside",
    }
    if report.duplicates:
        repeat = "repeats" if report.duplicates == 1 else "repeat"
        facts["duplicates"] = f"{_rows(report.duplicates)} {repeat} another to the letter: one deal each"
    if report.is_first:
        facts["deals"] = f"{report.new:,}"
    else:
        facts["deals"] = (
            f"{report.unchanged:,} unchanged, {report.changed:,} changed, {report.new:,} new, "
            f"{report.vanished:,} vanished, {report.reappeared:,} reappeared"
        )
    if report.revisions:
        facts["changes"] = ", ".join(f"{count:,} {name}" for name, count in report.revisions.most_common())
    if report.columns:
        columns = ((name.replace("_", " "), count) for name, count in report.columns.most_common())
        facts["columns"] = ", ".join(f"{count:,} {name}" for name, count in columns)
    if report.likely:
        facts["perhaps"] = f"{report.likely:,} new rows may be vanished ones, of another year or designation"
    if report.left_alone:
        facts["left alone"] = f"{report.left_alone:,} deals that a row set aside may be, or that the export leaves out"
    would = "would record" if report.dry_run else "recorded"
    at = "" if report.dry_run or not report.recorded else f" (positions {report.first:,} to {report.last:,})"
    return facts | {would: f"{report.recorded:,} entries{at}"}
