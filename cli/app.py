"""All commands, in the order of the help."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from armsledger.cli.command import CommandGroup
from armsledger.cli.commands import (
    add,
    copies,
    events,
    exports,
    imports,
    keep,
    keys,
    persons,
    proofs,
    read,
    record,
    report,
    schema,
    search,
    tables,
)
from armsledger.cli.options import LedgerOption
from armsledger.version import VERSION

COMMANDS = [
    *record.commands,
    *schema.commands,
    *add.commands,
    *events.commands,
    *read.commands,
    *search.commands,
    *tables.commands,
    *report.commands,
    *exports.commands,
    *imports.commands,
    *proofs.commands,
    *keys.commands,
    *keep.commands,
    *copies.commands,
    *persons.commands,
]
ENVIRONMENT = (
    ("ARMSLEDGER_LEDGER", "The ledger, if --ledger is not given."),
    ("ARMSLEDGER_RECORDED_BY", "The name that entries are recorded under [default: your user name]."),
    ("ARMSLEDGER_TIMEOUT_SECONDS", "How long to wait for another writer [default: 10]."),
    ("ARMSLEDGER_KEY", "File of the key that signs, if --key is not given."),
    ("COLUMNS", "Width of tables that do not go to a terminal."),
    ("NO_COLOR", "If set, nothing is written in colour."),
)


class ArmsLedger(CommandGroup):
    """The top of the command line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(lambda: COMMANDS, **attributes)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The environment, and the example."""
        with formatter.section("Environment"):
            formatter.write_dl(ENVIRONMENT)
        super().format_epilog(ctx, formatter)


app = typer.Typer(
    cls=ArmsLedger,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="A ledger of arms deals: what was believed when, of which date, and on whose word.",
    epilog="armsledger show deal/india-s400 --at 2019-12-31 --known 2021-11-12 --known-by asserted",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"armsledger {VERSION}")
        raise typer.Exit


@app.callback()
def top(
    ledger: LedgerOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command; ``--ledger`` may stand here too."""
