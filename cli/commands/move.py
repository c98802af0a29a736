"""Commands that move whole ledgers: copies, backups, and what is restored or imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.groups import COMMANDS, ExampleCommand
from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.maintenance.copies import LedgerCopy

imports = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


def copy(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A ledger: a path or a database URL.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Where the copy is to be; nothing may be there yet.")],
    as_json: JsonOption = False,
) -> None:
    """Copy a ledger to another place or database, and prove the copy equal; others may go on writing meanwhile."""
    from armsledger.application.ledger import Ledger

    with Ledger(source) as opened, stages_bar() as stages:
        moved = opened.copy_to(target, stages=stages)
    equal = list(moved.equal) if as_json else ", ".join(moved.equal)
    _tell(_facts_of(moved) | {"equal": equal}, as_json=as_json)


def backup(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Copy the ledger into a file, as it is at one moment, while others write to it; the copy is checked."""
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened, stages_bar() as stages:
        moved = opened.backup(file, replace=replace, stages=stages)
    _tell(_facts_of(moved), as_json=as_json)


def restore(
    ctx: typer.Context,
    backup: Annotated[str, typer.Argument(metavar="BACKUP", help="A file that 'backup' has written.")],
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Make a ledger of a backup, which is verified first, where none is yet."""
    from armsledger.application.ledger import Ledger
    from armsledger.application.maintenance.copies import restore as restore_backup

    with Ledger(ledger_address(ctx)) as opened, stages_bar() as stages:
        moved = restore_backup(opened.session, backup, stages)
    _tell(_facts_of(moved), as_json=as_json)


@imports.callback()
def import_group() -> None:
    """Take what other programs or other ledgers have written."""


@imports.command(
    cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger import jsonl arms.jsonl --ledger other.db"
)
def jsonl(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An export; - is standard input.")],
    root: Annotated[
        str | None,
        typer.Option("--root", metavar="HEX", help="Take nothing if another root comes of it.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take an export of a ledger into a missing or empty one: the same log, times, states and root."""
    from armsledger.application.ledger import Ledger

    address = ledger_address(ctx)
    with Ledger(address) as opened, stages_bar() as stages:
        taken = opened.import_jsonl(file, root=root, stages=stages)
        name = opened.journal().ledger
    facts = {"ledger": name, "entries": taken.entries, "streams": taken.streams, "root": taken.root.hex()}
    _tell(facts, as_json=as_json)


def _facts_of(copy: LedgerCopy) -> dict[str, Any]:
    return {
        "ledger": copy.address,
        "entries": copy.entries,
        "root": copy.root.hex(),
        "size_bytes": copy.size_bytes,
    }


def _tell(facts: dict[str, Any], *, as_json: bool) -> None:
    from armsledger.cli.output import print_json

    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        print(printable(f"{name.replace('_', ' '):<12} {value}"))
    sys.stdout.flush()
