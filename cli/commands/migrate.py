"""The command that brings a ledger of an earlier release up to date."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable


def migrate(
    ctx: typer.Context,
    backup: Annotated[
        str | None,
        typer.Option(
            "--backup",
            metavar="FILE",
            help="Where to keep it as it is now [default: NAME.schemaN.db beside it].",
            show_default=False,
        ),
    ] = None,
    without_backup: Annotated[bool, typer.Option("--no-backup", help="Keep nothing of it as it is now.")] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Bring a ledger that an earlier release made up to date, in one transaction, after a backup.

    Whatever interrupts it, the ledger is the old one or the new one. What was recorded stays as it was written.
    """
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json
    from armsledger.domain.errors import UsageError

    if backup is not None and without_backup:
        raise UsageError("--backup and --no-backup contradict each other", remedy="leave one of them out")
    with Ledger(ledger_address(ctx)) as opened, stages_bar() as stages:
        done = opened.migrate(backup=backup, without_backup=without_backup, stages=stages)
        name = opened.journal().ledger
    if as_json:
        print_json({"ledger": name, "migrated": done is not None} | ({} if done is None else done.to_dict()))
    elif done is None:
        print(printable(f"{name} is up to date"))
    else:
        print(printable(f"{name}: schema {done.before} -> {done.after}, {done.entries:,} entries"))
        print(f"root {done.root.hex()}")
        if done.backup is not None:
            print(printable(f"as it was before: {done.backup}"), file=sys.stderr)
