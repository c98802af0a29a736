"""Commands that make a ledger and record in it: dossiers, and repairs of single entries."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from armsledger.cli.answers.recorded import print_recorded, print_report, report_to_json
from armsledger.cli.command import Commands
from armsledger.cli.completion import complete_change, complete_key, complete_reason
from armsledger.cli.messages import printable
from armsledger.cli.options import (
    EntryArgument,
    JsonOption,
    LedgerOption,
    open_ledger,
    option,
    read_assignments,
    read_day_word,
)
from armsledger.cli.output import print_json
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.recording.dossiers import RecordReport
    from armsledger.domain.errors import LedgerError

commands = Commands()
PROGRESS_FROM_BYTES = 1_000_000
"""A smaller file is done before anybody would see a bar."""
PROGRESS_EVERY = 200
"""Entries between two movements of the bar, which would take as long as recording them."""


@commands.command("armsledger init --ledger arms.db")
def init(
    roles: Annotated[
        bool,
        typer.Option(
            "--roles", help="On PostgreSQL: make an owner, a writer and a reader; the ledger may exist already."
        ),
    ] = False,
    role_prefix: Annotated[
        str, typer.Option("--role-prefix", metavar="PREFIX", help="Beginning of the names of these roles.")
    ] = "armsledger",
    ledger: LedgerOption = None,
) -> None:
    """Make an empty ledger."""
    from armsledger.application.ledger import Ledger

    if roles:
        Ledger.roles_called(role_prefix)
    is_there = roles and Ledger(ledger).exists()
    with Ledger(ledger) if is_there else Ledger.create(ledger) as opened:
        name = opened.journal().ledger
        print(printable(f"there is a ledger already: {name}" if is_there else f"made an empty ledger: {name}"))
        if roles:
            made = opened.grant_roles(role_prefix)
            print(printable(f"roles: {', '.join(made)}; make people members, as in GRANT {made.writer} TO ann"))


@commands.command("armsledger record examples/seed-article.yaml")
def record(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Dossiers (YAML or JSONL); - is standard input.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be recorded, and record nothing.")] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Record dossiers, each one whole or not at all. Recording a dossier again adds nothing."""
    _check_files(files)
    reports: list[dict[str, Any]] = []
    refused: list[LedgerError] = []
    try:
        with open_ledger(ledger) as opened:
            for file in files:
                report = _record_file(opened, file, refused, dry_run=dry_run)
                if report is None:
                    continue
                reports.append(report_to_json(file, report))
                if not as_json:
                    print_report("standard input" if file == "-" else file, report)
    finally:  # of several files, those that are not refused are recorded
        if as_json:
            print_json(reports)
    _raise_all(refused, files, len(reports))


def _raise_all(refused: list[LedgerError], files: Sequence[str], recorded: int) -> None:
    """Raise the errors of all files."""
    if not refused:
        return
    if len(files) == 1:
        raise refused[0]
    from armsledger.domain.errors import Refusals, each_of

    errors = [error for whole in refused for error in each_of(whole)]
    more = any(isinstance(whole, Refusals) and whole.more for whole in refused)
    if len(errors) == 1:
        raise errors[0]
    consequence = f"{recorded} of {len(files)} files taken, each whole"
    raise Refusals(errors, more=more, consequence=consequence)


def _check_files(files: Sequence[str]) -> None:
    """Refuse what cannot be a dossier before anything is recorded; a named pipe can."""
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


def _record_file(ledger: Ledger, file: str, refused: list[LedgerError], *, dry_run: bool) -> RecordReport | None:
    """Record a file; None if it is refused, which the others need not be."""
    from armsledger.domain.errors import Refused, UnreadableDossier

    try:
        return _recorded(ledger, file, dry_run=dry_run)
    except (Refused, UnreadableDossier) as error:
        refused.append(error)
        return None


def _recorded(ledger: Ledger, file: str, *, dry_run: bool) -> RecordReport:
    if file == "-":
        ledger.session.reads(None)
        return ledger.record_stream(sys.stdin.buffer, dry_run=dry_run)
    with progress_bar(wanted=Path(file).stat().st_size >= PROGRESS_FROM_BYTES) as stages:

        def advance(done: int) -> None:
            if done % PROGRESS_EVERY == 0:
                stages(file, done, 0)

        return ledger.record_file(file, dry_run=dry_run, progress=advance)


class Repair(NamedTuple):
    """What correcting and retracting have in common."""

    source: Annotated[
        str | None,
        option(
            "--source",
            "KEY",
            "The source of the repair [default: the entry's own].",
            autocompletion=complete_key("source"),
        ),
    ] = None
    asserted: Annotated[str | None, option("--asserted", "DATE", "When the source said so (EDTF).")] = None
    note: Annotated[str | None, option("--note", "TEXT", "A remark.")] = None
    as_json: JsonOption = False
    ledger: LedgerOption = None

    @property
    def fields(self) -> dict[str, str | None]:
        """The fields of the entry that repairs."""
        asserted = self.asserted and read_day_word(self.asserted)
        return {"source": self.source, "asserted": asserted, "note": self.note}


@commands.command("armsledger correct deal/india-s400@4 --set amount='USD 850m' --reason source-error")
def correct(
    *,
    entry: EntryArgument,
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="A field and its new value; FIELD= clears it. May be repeated.",
            autocompletion=complete_change,
        ),
    ],
    reason: Annotated[
        str,
        option(
            "--reason",
            "REASON",
            "entry-error, source-error, new-information or translation.",
            autocompletion=complete_reason,
        ),
    ],
    repair: Repair,
) -> None:
    """Give fields of an entry other values. What was written stays in the log."""
    with open_ledger(repair.ledger) as opened:
        recorded = opened.correct(entry, set=read_assignments(changes), reason=reason, **repair.fields)
        print_recorded(recorded, as_json=repair.as_json)


@commands.command("armsledger retract deal/india-s400@3 --reason entry-error")
def retract(
    *,
    entry: EntryArgument,
    reason: Annotated[
        str,
        option(
            "--reason",
            "REASON",
            "Why; entry-error and translation repair our own copy.",
            autocompletion=complete_reason,
        ),
    ],
    repair: Repair,
) -> None:
    """Take an entry back. It stays in the log, and no longer counts."""
    with open_ledger(repair.ledger) as opened:
        print_recorded(opened.retract(entry, reason=reason, **repair.fields), as_json=repair.as_json)
