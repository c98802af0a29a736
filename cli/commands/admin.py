"""Commands of whoever looks after a ledger: copies, migration, persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from armsledger.cli.command import Command, Commands
from armsledger.cli.commands import copies, persons
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import JsonOption, LedgerOption, open_ledger, option
from armsledger.cli.output import print_json
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.maintenance.doctor.diagnosis import Sign

ERRORS = 1
care = Commands()


@care.command("armsledger admin migrate")
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


@care.command("armsledger admin doctor --quick")
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


def _all() -> list[Command]:
    """The commands of the group, in the order of its help."""
    return [*copies.commands, *care, *persons.commands]


commands = Commands()
commands.group(
    "admin",
    "Look after a ledger: backup, restore, copy, migrate, doctor, persons, forget.",
    "armsledger admin backup arms-backup.db",
    _all,
)
