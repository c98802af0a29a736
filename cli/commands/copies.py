"""Commands that copy whole ledgers: to another place, into a backup, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.command import Commands
from armsledger.cli.options import JsonOption, LedgerOption, ReplaceOption, ToRead, open_ledger, option
from armsledger.cli.output import print_facts_or_json
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.application.maintenance.copies import LedgerCopy

commands = Commands()


@commands.command("armsledger admin backup arms-backup.db")
def backup(
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write.")],
    replace: ReplaceOption = False,
    as_json: JsonOption = False,
    ledger: ToRead,
) -> None:
    """Copy the ledger as it is at one moment into a file, and check the copy. Others may go on writing meanwhile."""
    with open_ledger(ledger) as opened, progress_bar() as stages:
        duplicate = opened.backup(file, replace=replace, stages=stages)
    print_facts_or_json(_facts_of(duplicate), as_json=as_json)


@commands.command("armsledger admin restore arms-backup.db --ledger again.db")
def restore(
    backup: Annotated[str, typer.Argument(metavar="BACKUP", help="A file that 'admin backup' has written.")],
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Verify a backup, and make a ledger of it where there is none yet."""
    from armsledger.application.maintenance.copies import restore as restore_backup

    with open_ledger(ledger) as opened, progress_bar() as stages:
        duplicate = restore_backup(opened.session, backup, stages)
    print_facts_or_json(_facts_of(duplicate), as_json=as_json)


@commands.command("armsledger admin copy armsledger.db arms-copy.db")
def copy(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A ledger: a path or a database URL.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A new path or database URL for the copy.")],
    key: Annotated[
        list[str] | None,
        option("--key", "VERIFIER", "Leave behind checkpoints that no such key signed. May be repeated."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a ledger to another place or database, and prove the copy equal. Others may go on writing meanwhile."""
    with open_ledger(source) as opened, progress_bar() as stages:
        duplicate = opened.copy_to(target, signers=key or (), stages=stages)
    equal = list(duplicate.equal) if as_json else ", ".join(duplicate.equal)
    facts = _facts_of(duplicate) | {"equal": equal}
    if key:
        facts["checkpoints left behind"] = duplicate.left_behind
    print_facts_or_json(facts, as_json=as_json)


def _facts_of(copy: LedgerCopy) -> dict[str, Any]:
    return {"ledger": copy.address, "entries": copy.entries, "root": copy.root.hex(), "size_bytes": copy.size_bytes}
