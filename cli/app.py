"""All commands, in the order of the help."""

from __future__ import annotations

from textwrap import wrap
from typing import Annotated, Any

import typer

from armsledger.cli.command import CommandGroup
from armsledger.cli.commands import (
    add,
    admin,
    events,
    exports,
    follow,
    imports,
    keep,
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
    *keep.commands,
    *proofs.commands,
    *follow.commands,
    *exports.commands,
    *imports.commands,
    *admin.commands,
]
ENVIRONMENT = (
    ("ARMSLEDGER_LEDGER", "The ledger, if --ledger is not given."),
    ("ARMSLEDGER_RECORDED_BY", "The name that entries are recorded under [default: your user name]."),
    ("ARMSLEDGER_KNOWN_BY", "recorded or asserted: what --known goes by if --known-by is not given."),
    ("ARMSLEDGER_TIMEOUT_SECONDS", "How long to wait for another writer [default: 10]."),
    ("ARMSLEDGER_KEY", "File of the key that signs, if --key is not given."),
    ("COLUMNS", "Width of tables that do not go to a terminal."),
    ("NO_COLOR", "If set, nothing is written in colour."),
)


OPTIONS = {
    "--ledger PATH": "The ledger [default: armsledger.db in this folder].",
    "--install-completion": "Let the shell complete commands, options and values.",
    "--version": "Print the version and exit.",
    "-h, --help": "Show this page, or after a command what it takes.",
}
"""What the everyday page says of the options."""
TOGETHER = {
    "init, schema": "Make an empty ledger; print the schema of a dossier.",
    "record, add": "Record dossiers; add entries question by question.",
    "deal, engagement, framework, source": "Append one event: deal EVENT KEY [options].",
    "correct, retract": "Give fields other values; take an entry back.",
    "show": "Show the state of a stream at a date.",
    "replay, log": "Tell a history step by step; list the entries.",
    "compare": "Compare two beliefs about one date, or two deals.",
    "search, check": "Search the texts; list what does not fit together.",
    "deals, payments, deliveries, sanctions, expectations, engagements, frameworks, sources, revisions, links, rows": (
        "List rows, such as those of --buyer IND."
    ),
    "report": "Sum up volumes, relations, scorecards, precedents.",
    "info, follow": "Say what it holds; print entries as they come.",
    "import, export, template": "Take and write files; print a sheet to fill in.",
    "verify, proof, rebuild": "Check what is stored; prove it; make tables anew.",
    "admin": "Back up, copy, migrate, examine; forget a person.",
}
"""The lines of the everyday page, each for one command or for some that belong together, so that it fits a screen."""
NAMES_WIDTH = 24


class ArmsLedger(CommandGroup):
    """The top of the command line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(lambda: COMMANDS, **attributes)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """What the commands do by section, and the options, on one screen."""
        section = ""
        for names, summary in TOGETHER.items():
            heading = self.declared[names.partition(",")[0]].section
            if heading != section:
                section = heading
                formatter.write(f"\n{section}:\n")
            _write_line(formatter, names, summary)
        formatter.write("\nOptions:\n")
        for options, help in OPTIONS.items():
            _write_line(formatter, options, help)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The environment, and the example."""
        names = ", ".join(name for name, _ in ENVIRONMENT if name.startswith("ARMSLEDGER"))
        formatter.write_paragraph()
        formatter.write_text(f"Environment: {names} (man armsledger)")
        super().format_epilog(ctx, formatter)


def _write_line(formatter: Any, names: str, summary: str) -> None:
    """Names and what they do; many names fill lines of their own."""
    *lines, last = wrap(names, formatter.width - 2)
    for line in lines:
        formatter.write(f"  {line}\n")
    gap = f"\n{'':{NAMES_WIDTH + 4}}" if len(last) > NAMES_WIDTH else " " * (NAMES_WIDTH + 2 - len(last))
    formatter.write(f"  {last}{gap}{summary}\n")


app = typer.Typer(
    cls=ArmsLedger,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="A ledger of arms deals: what was believed, when, on whose word.",
    epilog="armsledger show deal/india-s400 --at 2019-12-31 --known 2021-11-12",
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
