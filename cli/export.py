"""Commands that write what the ledger holds for other programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from armsledger.cli.groups import COMMANDS, ExampleCommand
from armsledger.cli.options import LedgerOption, ledger_address
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger

exports = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@exports.callback()
def export_group() -> None:
    """Write what the ledger holds, for other ledgers and other programs."""


@exports.command(cls=ExampleCommand, rich_help_panel=COMMANDS, epilog="armsledger export jsonl arms.jsonl")
def jsonl(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")] = False,
    ledger: LedgerOption = None,
) -> None:
    """Write all entries to a file; recorded into an empty ledger, they give the same log, times and states."""
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        written = opened.export_jsonl(file, replace=replace)
        root = _root_of(opened, written)
    name = "standard output" if file == "-" else file
    print(f"{printable(name)}: {written:,} entries as jsonl{root}", file=sys.stderr)


def _root_of(ledger: Ledger, entries: int) -> str:
    """The root that whoever imports so many entries can ask for; nothing if more were recorded meanwhile."""
    from armsledger.storage.errors import LedgerOutdated

    try:
        head = ledger.root()
    except LedgerOutdated:
        return ""
    return f", root {head.hex}" if head.size == entries else ""
