"""Commands that take what other programs or other ledgers have written, and the sheet to write it in."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce
from operator import and_
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from armsledger.cli.answers.recorded import print_first_rows, print_sheet, sheet_to_json, tell_rows
from armsledger.cli.command import Commands
from armsledger.cli.messages import tell
from armsledger.cli.options import JsonOption, LedgerOption, open_ledger, option
from armsledger.cli.output import counted, print_facts_or_json, print_json
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.sipri.report import Import, SetAsideFile

FIRST_ROWS = 5
commands = Commands()
imports = commands.group(
    "import",
    "Take what other programs or other ledgers have written.",
    "armsledger import jsonl arms.jsonl --ledger other.db",
)


@imports.command("armsledger import jsonl arms.jsonl --ledger other.db")
def jsonl(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An export; - is standard input.")],
    root: Annotated[
        str | None, option("--root", "HEX", "Take nothing unless this is the root of the new ledger.")
    ] = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take the export of a ledger into a new or empty ledger: the same log, times, states and root."""
    with open_ledger(ledger) as opened, progress_bar() as stages:
        taken = opened.import_jsonl(file, root=root, stages=stages)
        name = opened.journal().ledger
    facts = {"ledger": name, "entries": taken.entries, "streams": taken.streams, "root": taken.root.hex()}
    print_facts_or_json(facts | ({"erasures_entered": taken.entered} if taken.entered else {}), as_json=as_json)


@imports.command("armsledger import csv payments.csv --map payments.yaml --dry-run")
def csv(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, or a workbook (.xlsx); - is CSV on standard input.")
    ],
    mapping: Annotated[str, option("--map", "MAPPING", "YAML that says what the rows mean.")],
    sheet: Annotated[
        list[str] | None,
        typer.Option(
            "--sheet", metavar="NAME", help="Sheet of a workbook [default: as the mapping says]. May be repeated."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the first rows as a dossier, and how many would be recorded.")
    ] = False,
    rows: Annotated[
        int, typer.Option("--rows", metavar="N", min=0, help="How many rows --dry-run shows.")
    ] = FIRST_ROWS,
    set_aside: Annotated[
        str | None,
        option("--set-aside", "FILE", "Write rows that cannot be taken to this file, and record the others."),
    ] = None,
    vanished: Annotated[
        Literal["retract", "keep"] | None,
        typer.Option(
            "--vanished",
            help="What to do about rows that are gone from a sheet with a key "
            "[default: retract them, up to one in five].",
        ),
    ] = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take a spreadsheet, row by row as a mapping says, whole or not at all. Taking it again adds nothing."""
    from armsledger.application.recording.spreadsheets import first_rows, open_sheet, record_sheet

    with open_ledger(ledger) as book, open_sheet(book.session, _path(file), mapping, sheet or ()) as dossier:
        first = first_rows(dossier, rows) if dry_run else ()
        if not as_json:
            print_first_rows(first)
        with progress_bar() as stages:
            done = record_sheet(
                book.session, dossier, first, dry_run=dry_run, stages=stages, set_aside=set_aside, vanished=vanished
            )
    if as_json:
        print_json(sheet_to_json(file, done))
    else:
        print_sheet("standard input" if file == "-" else file, done)
    tell_rows(done)


def _path(file: str) -> Path | None:
    from armsledger.domain.errors import UsageError

    if file != "-":
        return Path(file)
    if sys.stdin is None:
        raise UsageError("standard input is closed", remedy="name a file")
    return None


class ReleaseOptions(NamedTuple):
    """How a release of SIPRI's register is taken."""

    reliability: Annotated[
        Literal["A", "B", "C", "D", "E", "F"],
        typer.Option("--reliability", metavar="A-F", help="Grade of the release as a source."),
    ] = "B"
    strict: Annotated[bool, typer.Option("--strict", help="Take nothing if a row is damaged.")] = False
    force: Annotated[
        bool,
        typer.Option("--force", help="Take an export that was asked for other parties or years than the last one."),
    ] = False
    accept_vanished: Annotated[
        bool, typer.Option("--accept-vanished", help="Take a file that lacks more than a fifth of the rows known.")
    ] = False
    resume: Annotated[
        bool, typer.Option("--resume", help="Record in parts, and go on where an import was interrupted.")
    ] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")] = False


@imports.command("armsledger import sipri trade-register-2024.csv trade-register-2025.csv --ledger sipri.db")
def sipri(
    *,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Registers as CSV; several are taken in their order. Or a review that is marked."
        ),
    ],
    released: Annotated[
        str | None, option("--released", "DAY", "Day of the release [default: as the file says].")
    ] = None,
    options: ReleaseOptions,
    set_aside: Annotated[
        str | None,
        option(
            "--set-aside", "FILE", "File for the rows that cannot be read [default: NAME.set-aside.csv in this folder]."
        ),
    ] = None,
    review: Annotated[
        str | None,
        option(
            "--review",
            "FILE",
            "Write what may be renamed to this file; mark each row accept or reject, and import the file.",
        ),
    ] = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take SIPRI's register of arms transfers. A later release is a change of belief; only what changed is recorded."""
    from armsledger.cli.answers.register import print_release, tell_problems
    from armsledger.exchange.sipri.review import is_review

    if any(is_review(file) for file in files):
        given = released is not None or set_aside is not None or review is not None
        _import_review(files, options, ledger, as_json=as_json, has_others=given)
        return
    imported = _import_sipri(files, released, options, ledger, review)
    kept = [] if options.dry_run else list(_write_set_aside(imported, files, set_aside))
    if as_json:
        print_json([report.to_dict() for report in imported.reports])
    for report in imported.reports:
        tell_problems(report.problems)
        if not as_json:
            print_release(report)
    for path, rows in kept:
        tell(f"{path}: {counted(rows.rows, 'row')} set aside; {_what_now(imported, path, rows, str(ledger))}")
    if review is not None:
        tell(_what_to_mark(imported, review, ledger))


def _import_review(
    files: Sequence[str], options: ReleaseOptions, ledger: str | None, *, as_json: bool, has_others: bool
) -> None:
    """Take a review that somebody has marked."""
    from armsledger.cli.answers.register import print_review
    from armsledger.domain.errors import LedgerError, UsageError
    from armsledger.exchange.sipri.review import BadMarks

    if len(files) > 1 or has_others or options != ReleaseOptions(dry_run=options.dry_run):
        raise UsageError(
            "a review is taken by itself, and only --dry-run, --json and --ledger say how",
            remedy="import the releases first, then the review",
        )
    try:
        with open_ledger(ledger) as opened:
            report = opened.import_review(files[0], dry_run=options.dry_run)
    except BadMarks as bad:
        if len(bad.problems) == 1:
            raise
        for problem in bad.shown:
            tell(problem)
        raise LedgerError(
            f"{len(bad.problems):,} rows of {files[0]} cannot be taken, and nothing was recorded", remedy=bad.remedy
        ) from bad
    if as_json:
        print_json(report.to_dict())
    else:
        print_review(report)


def _what_to_mark(imported: Import, review: str, ledger: str | None) -> str:
    """What to do with the file of a review."""
    from collections import Counter

    found = Counter(pair.found for pair in imported.review)
    apart = f", {counted(found['apart'], 'pair')} kept apart" if found["apart"] else ""
    where = "" if ledger is None else f" --ledger {quote(ledger)}"
    return (
        f"{review}: {counted(found[''], 'proposal')}{apart}, {counted(found['joined'], 'joined deal')}; mark rows "
        f"accept or reject in the column decision, then: armsledger import sipri {quote(review)}{where}"
    )


def _import_sipri(
    files: Sequence[str], released: str | None, options: ReleaseOptions, ledger: str | None, review: str | None
) -> Import:
    from armsledger.cli.answers.register import tell_problems
    from armsledger.exchange.sipri.release import DamagedRegister

    day = None if released is None else _day(released)
    try:
        with open_ledger(ledger) as opened, progress_bar(unit="rows") as stages:
            return opened.import_sipri(*files, released=day, review=review, **options._asdict(), stages=stages)
    except DamagedRegister as damaged:
        tell_problems(damaged.problems)
        raise


def _day(text: str) -> date:
    from armsledger.domain.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", remedy="write the day of the release, such as 2024-03-18") from error


def _what_now(imported: Import, path: str, rows: SetAsideFile, ledger: str) -> str:
    """What to do about rows that were set aside."""
    if rows.release < imported.reports[-1].released:
        return "the next release has been taken too, and tells what became of them"
    command = f"armsledger import sipri {quote(path)} --ledger {quote(ledger)}"
    return f"correct them there and import that file before the next release: {command}"


def _write_set_aside(imported: Import, files: Sequence[str], path: str | None) -> Iterator[tuple[str, SetAsideFile]]:
    """Write what was set aside, each release's into a file of its own."""
    from armsledger.exchange.atomic import writing
    from armsledger.exchange.input import mode_of_input

    at_most = reduce(and_, map(mode_of_input, files))
    stem = Path(files[0]).name.removesuffix(".csv") if len(files) == 1 else "sipri"
    wanted = path or f"{stem}.set-aside.csv"
    for number, rows in enumerate(imported.set_aside):
        name = _free_name(f"{wanted.removesuffix('.csv')}.{rows.release}.csv" if number else wanted)
        with writing(name, at_most=at_most) as out:
            out.write(rows.text)
        yield name, rows


def _free_name(wanted: str) -> str:
    """The name, numbered if there is such a file already: somebody may be correcting it."""
    name, number = wanted, 1
    while Path(name).exists():
        number += 1
        name = f"{wanted.removesuffix('.csv')}-{number}.csv"
    return name


@commands.command("armsledger template payments --map")
def template(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as payments, deliveries or deals.")],
    wants_mapping: Annotated[bool, typer.Option("--map", help="Print the mapping of the spreadsheet instead.")] = False,
) -> None:
    """Print an empty spreadsheet to fill in, or its mapping.

    There are deals, payments, deliveries, consents, offsets, claims, links, licences, sanctions, expectations,
    engagements, frameworks and sources.
    """
    from armsledger.exchange.spreadsheets.template import mapping_text, template_text

    sys.stdout.write(mapping_text(name) if wants_mapping else template_text(name))
