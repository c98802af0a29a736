"""Commands that record."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.options import EntryArgument, JsonOption, LedgerOption, ledger_address
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from armsledger.application.ledger import Ledger
    from armsledger.application.recording.recording import Recorded, RecordReport
    from armsledger.domain.findings.finding import Finding

PROGRESS_FROM_BYTES = 1_000_000
"""Smaller files are done before a bar would be seen."""
PROGRESS_EVERY = 200


def init(
    ctx: typer.Context,
    roles: Annotated[
        bool,
        typer.Option("--roles", help="On PostgreSQL: make an owner, a writer and a reader, also of a ledger there is."),
    ] = False,
    role_prefix: Annotated[
        str, typer.Option("--role-prefix", metavar="PREFIX", help="How their names begin.")
    ] = "armsledger",
    ledger: LedgerOption = None,
) -> None:
    """Make an empty ledger."""
    from armsledger.application.ledger import Ledger

    address = ledger_address(ctx)
    if roles and (known := Ledger(address)).exists():
        opened, told = known, "a ledger there was"
    else:
        opened, told = Ledger.create(address), "made an empty ledger"
    with opened as made:
        print(printable(f"{told}: {made.journal().ledger}"))
        if roles:
            given = made.grant_roles(role_prefix)
            print(printable(f"roles: {', '.join(given)}; make people members, as in GRANT {given.writer} TO ann"))


def record(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Dossiers (YAML or JSONL); - is standard input.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Record dossiers, each whole or not at all; recording one again adds nothing."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json

    _check_files(files)
    reports: list[dict[str, Any]] = []
    try:
        with Ledger(ledger_address(ctx)) as opened:
            for file in files:
                report = _record_one(opened, file, dry_run=dry_run)
                reports.append(_report_to_json(file, report))
                if not as_json:
                    _print_report(file, report)
    finally:  # of several files, those before a refused one are recorded
        if as_json:
            print_json(reports)


def _record_one(ledger: Ledger, file: str, *, dry_run: bool) -> RecordReport:
    if file == "-":
        return ledger.record_stream(sys.stdin.buffer, dry_run=dry_run)
    with _progress(file) as progress:
        return ledger.record_file(file, dry_run=dry_run, progress=progress)


def _check_files(files: Sequence[str]) -> None:
    """Refuse what cannot be a dossier before anything is recorded; a pipe with a name is welcome."""
    from armsledger.domain.errors import UsageError

    for file in files:
        path = Path(file)
        if file == "-" and sys.stdin is None:
            wrong = "standard input is closed"
        elif file == "-" or (path.exists() and not path.is_dir()):
            continue
        else:
            wrong = f"{file} is a folder" if path.is_dir() else f"there is no file {file}"
        raise UsageError(wrong, remedy="name a dossier, or - for standard input")


@contextmanager
def _progress(file: str) -> Iterator[Callable[[int], None] | None]:
    """A counter with rate, on a terminal and for a large file only."""
    if not sys.stderr.isatty() or Path(file).stat().st_size < PROGRESS_FROM_BYTES:
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} entries{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(file, total=None, rate="")

        def advance(done: int) -> None:
            if done % PROGRESS_EVERY == 0:
                bar.update(task, completed=done)
                speed = bar.tasks[task].speed  # None until there is something to tell
                bar.update(task, rate="" if speed is None else f", {speed:,.0f} a second")

        yield advance


def _print_report(file: str, report: RecordReport) -> None:
    name = "standard input" if file == "-" else file
    verb = "would record" if report.dry_run else "recorded"
    entries = _counted(report.recorded, "entry", "entries")
    streams = _counted(report.streams, "stream", "streams")
    known = f"; {_counted(report.known, 'entry', 'entries')} known already" if report.known else ""
    where = f" (positions {report.first} to {report.last})" if report.recorded and not report.dry_run else ""
    within = f" in {streams}" if report.recorded else ""
    print(printable(f"{name}: {verb} {entries}{within}{where}{known}"))
    for proposed in report.proposed:
        print(printable(f"  {proposed}"))
    if len(report.proposed) < report.recorded and report.dry_run:
        print(f"  and {report.recorded - len(report.proposed):,} more")
    print_findings(report.findings)
    if report.unchecked:
        print(
            f"  not searched for findings: more than {report.unchecked - 1:,} streams; 'armsledger check' does",
            file=sys.stderr,
        )
    if report.times_ignored:
        print("  an export: its times of recording are kept only in an empty ledger", file=sys.stderr)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def print_findings(findings: Sequence[Finding]) -> None:
    """The findings, a line each."""
    for finding in findings:
        print(printable(f"  {finding.severity}: {finding.code}: {finding.message} [{', '.join(finding.entries)}]"))


def _report_to_json(file: str, report: RecordReport) -> dict[str, Any]:
    findings = [finding._asdict() for finding in report.findings]
    return {"file": file} | report._asdict() | {"findings": findings}


def append_event(
    address: str, stream: str, event: str, *, entry_id: str | None, as_json: bool, fields: dict[str, Any]
) -> None:
    """Append one event and tell its address and the findings it causes."""
    from armsledger.application.ledger import Ledger

    with Ledger(address) as ledger:
        print_recorded(ledger.record(stream, event, id=entry_id, **fields), as_json=as_json)


def print_recorded(recorded: Recorded, *, as_json: bool) -> None:
    """The address of an entry and the findings it causes."""
    from armsledger.cli.output import print_json

    if as_json:
        findings = [finding._asdict() for finding in recorded.findings]
        print_json({"entry": recorded.address, "known_before": recorded.known_before, "findings": findings})
        return
    print(printable(recorded.address))
    if recorded.known_before:
        print("  recorded before; nothing was added", file=sys.stderr)
    print_findings(recorded.findings)


SetOption = Annotated[
    list[str],
    typer.Option("--set", metavar="FIELD=VALUE", help="A field and its new value; empty clears it. May be repeated."),
]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", help="Source that corrects it [default: the entry's own].", show_default=False),
]
AssertedOption = Annotated[
    str | None, typer.Option("--asserted", help="When the source said so (EDTF).", show_default=False)
]
NoteOption = Annotated[str | None, typer.Option("--note", help="A remark.", show_default=False)]


def correct(
    ctx: typer.Context,
    entry: EntryArgument,
    changes: SetOption,
    reason: Annotated[
        str,
        typer.Option("--reason", help="entry-error, source-error, new-information or translation.", show_default=False),
    ],
    source: SourceOption = None,
    asserted: AssertedOption = None,
    note: NoteOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Give fields of an entry other values; what was written stays in the trail."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.events import read_assignments, read_day_word

    fields = {"source": source, "asserted": asserted and read_day_word(asserted), "note": note}
    with Ledger(ledger_address(ctx)) as opened:
        recorded = opened.correct(entry, set=read_assignments(changes), reason=reason, **fields)
        print_recorded(recorded, as_json=as_json)


def retract(
    ctx: typer.Context,
    entry: EntryArgument,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help="Why; entry-error and translation repair our own copy.",
            show_default=False,
        ),
    ],
    source: SourceOption = None,
    asserted: AssertedOption = None,
    note: NoteOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take an entry back; it stays in the trail and counts no longer."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.events import read_day_word

    fields = {"source": source, "asserted": asserted and read_day_word(asserted), "note": note}
    with Ledger(ledger_address(ctx)) as opened:
        print_recorded(opened.retract(entry, reason=reason, **fields), as_json=as_json)
