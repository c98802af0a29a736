"""Commands that look after a ledger: what it is, whether it is well, its read models and its schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.command import Commands
from armsledger.cli.options import JsonOption, LedgerOption, open_ledger, option
from armsledger.cli.output import print_facts, print_json, printable, tell
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.maintenance.doctor.diagnosis import Sign
    from armsledger.application.upkeep import ReadModelState
    from armsledger.projections.rebuild import Progress
    from armsledger.storage.journal import JournalInfo

ERRORS = 1
commands = Commands("Keep")


@commands.command("armsledger info --json")
def info(as_json: JsonOption = False, ledger: LedgerOption = None) -> None:
    """Say what the ledger is and holds."""
    with open_ledger(ledger) as opened:
        journal, models = opened.info(), opened.read_models()
    facts = _facts_of(journal, models)
    if as_json:
        print_json(facts)
    else:
        print_facts(facts | _in_words(journal, models), width=15)


def _facts_of(journal: JournalInfo, models: Sequence[ReadModelState]) -> dict[str, Any]:
    checkpoint = journal.checkpoint
    return {
        "ledger": journal.path,
        "ledger_id": journal.ledger_id,
        "created_at": journal.created_at,
        "schema_version": journal.schema_version,
        "size_bytes": journal.size_bytes,
        "journal_mode": journal.journal_mode,
        "synchronous": journal.synchronous,
        "entries": journal.counts.entries,
        "streams": journal.counts.streams_by_kind,
        "position": journal.head,
        "root": None if journal.root is None else journal.root.hex(),
        "checkpoint": checkpoint and {"size": checkpoint.size, "made_at": checkpoint.made_at},
        "read_models": {model.name: {"position": model.position, "current": model.current} for model in models},
    }


def _in_words(journal: JournalInfo, models: Sequence[ReadModelState]) -> dict[str, str]:
    """The facts that are more than one value."""
    streams = ", ".join(f"{count} {kind}" for kind, count in journal.counts.streams_by_kind.items())
    checkpoint = journal.checkpoint
    behind = ", ".join(f"{model.name} ({_position(model)})" for model in models if not model.current)
    return {
        "streams": streams or "none",
        "root": "unknown" if journal.root is None else journal.root.hex(),
        "checkpoint": "none" if checkpoint is None else f"of {checkpoint.size:,} entries, made {checkpoint.made_at}",
        "read_models": f"not in step: {behind}" if behind else f"all in step ({', '.join(m.name for m in models)})",
    }


def _position(model: ReadModelState) -> str:
    return "missing" if model.position is None else f"at {model.position:,}"


@commands.command("armsledger doctor --quick")
def doctor(
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not compute entries and read models anew, which takes long.")
    ] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Examine the ledger, and say what is wrong and what to do about it. The command changes nothing."""
    with progress_bar() as stages:
        signs = open_ledger(ledger).examine(quick=quick, stages=stages)
    if as_json:
        print_json([sign.to_dict() for sign in signs])
    else:
        _print_signs(signs)
    if any(sign.level == "error" for sign in signs):
        raise typer.Exit(ERRORS)


def _print_signs(signs: Sequence[Sign]) -> None:
    for sign in signs:
        print(f"{sign.level:<8} {sign.check:<12} {printable(sign.what)}")
        if sign.remedy:
            print(f"{'':<8} {'':<12} remedy: {printable(sign.remedy)}")
    errors, warnings = (sum(sign.level == level for sign in signs) for level in ("error", "warning"))
    print("all is well" if not errors + warnings else f"errors: {errors}, warnings: {warnings}")


@commands.command("armsledger rebuild deals")
def rebuild(
    projections: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROJECTION]...", help="Names of projections [default: all].", show_default=False),
    ] = None,
    ledger: LedgerOption = None,
) -> None:
    """Build read models anew. Reads use the old ones meanwhile, and an interrupted rebuild goes on where it stopped."""
    with open_ledger(ledger) as opened, progress_bar() as stages:

        def report(progress: Progress) -> None:
            stages("rebuilding", progress.done, progress.total)

        opened.rebuild(*projections or (), report=report)
        names = projections or [projection.name for projection in opened.projections()]
        tell(f"built {', '.join(names)} from {opened.position():,} entries")


@commands.command("armsledger migrate")
def migrate(
    backup: Annotated[
        str | None, option("--backup", "FILE", "File for the backup [default: NAME.schemaN.db beside the ledger].")
    ] = None,
    without_backup: Annotated[bool, typer.Option("--no-backup", help="Make no backup.")] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Bring a ledger of an earlier release up to date, in one transaction, after a backup.

    Whatever interrupts it, the ledger is the old one or the new one. What was recorded stays as it was written.
    """
    from armsledger.domain.errors import UsageError

    if backup is not None and without_backup:
        raise UsageError("--backup and --no-backup contradict each other", remedy="leave one of them out")
    with open_ledger(ledger) as opened, progress_bar() as stages:
        migration = opened.migrate(backup=backup, without_backup=without_backup, stages=stages)
        name = opened.journal().ledger
    if as_json:
        print_json({"ledger": name, "migrated": migration is not None} | (migration.to_dict() if migration else {}))
    elif migration is None:
        print(printable(f"{name} is up to date"))
    else:
        print(printable(f"{name}: schema {migration.before} -> {migration.after}, {migration.entries:,} entries"))
        print(f"root {migration.root.hex()}")
        if migration.backup is not None:
            tell(f"as it was before: {migration.backup}")
