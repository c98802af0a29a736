"""All commands, in the order of the help."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from textwrap import wrap
from typing import Annotated, Any, Final, NamedTuple

import typer

from armsledger.cli.command import Command, CommandGroup
from armsledger.cli.options import LedgerOption
from armsledger.version import VERSION


class File(NamedTuple):
    """What a file of `armsledger.cli.commands` declares: commands of one section, and earlier names of such."""

    section: str
    names: str
    earlier: Mapping[str, str] = {}
    """What each earlier name is called now."""


FILES: Final = {
    "record": File("Record", "init record correct retract"),
    "schema": File("Record", "schema"),
    "add": File("Record", "add"),
    "events": File("Record", "deal engagement framework source"),
    "read": File("Read", "show timeline replay log compare"),
    "search": File("Read", "search"),
    "tables": File(
        "Read",
        "deals payments deliveries sanctions expectations engagements frameworks sources revisions"
        " findings links rows check",
    ),
    "pictures": File("Read", "page"),
    "plots": File("Read", "plot"),
    "site": File("Read", "publish"),
    "server": File("Read", "serve"),
    "report": File(
        "Read",
        "report",
        {"relations": "report relations", "scorecard": "report scorecard", "precedents": "report precedents"},
    ),
    "keep": File("Keep", "info rebuild"),
    "proofs": File(
        "Keep",
        "verify proof",
        {
            "checkpoint": "proof checkpoint",
            "prove": "proof make",
            "verify-proof": "proof check",
            "keys": "proof keys",
        },
    ),
    "follow": File("Keep", "follow"),
    "exports": File("Keep", "export"),
    "imports": File("Keep", "import template"),
    "lakes": File("Keep", "lake"),
    "admin": File(
        "Keep",
        "admin",
        {
            "backup": "admin backup",
            "restore": "admin restore",
            "copy": "admin copy",
            "migrate": "admin migrate",
            "doctor": "admin doctor",
            "persons": "admin persons",
            "forget": "admin forget",
        },
    ),
}
"""The files in the order of the help. Only the one is loaded that declares the command that somebody names."""


def commands_of(file: str) -> list[Command]:
    """The commands that a file declares, which loads it."""
    commands: list[Command] = import_module(f"armsledger.cli.commands.{file}").commands
    return commands


def listed_commands() -> list[Command]:
    """All commands without what they do: none of their files is loaded before one of them is built."""
    return [
        Command(name, file.section, "", partial(_build, home, now or name), now)
        for home, file in FILES.items()
        for name, now in (*((name, "") for name in file.names.split()), *file.earlier.items())
    ]


def _build(file: str, words: str) -> Any:
    """A command that a file declares, or one of a group: ``proof make``."""
    name, _, inner = words.partition(" ")
    command = next(command for command in commands_of(file) if command.name == name).build()
    return command.declared[inner].build() if inner else command


ENVIRONMENT = (
    ("ARMSLEDGER_LEDGER", "The ledger, if --ledger is not given."),
    ("ARMSLEDGER_RECORDED_BY", "The name that entries are recorded under [default: your user name]."),
    ("ARMSLEDGER_KNOWN_BY", "recorded or asserted: what --known goes by if --known-by is not given."),
    ("ARMSLEDGER_TIMEOUT_SECONDS", "How long to wait for another writer [default: 10]."),
    ("ARMSLEDGER_CLOCK_LEAP_DAYS", "How long after the last entry the clock is believed [default: 366]."),
    ("ARMSLEDGER_KEY", "File of the key that signs, if --key is not given."),
    ("TZ", "The time zone whose day is today, such as Asia/Kolkata [default: the system's]."),
    ("COLUMNS", "Width of tables that do not go to a terminal."),
    ("NO_COLOR", "If set, nothing is written in colour."),
)


SELDOM = {"ARMSLEDGER_CLOCK_LEAP_DAYS"}
"""Variables that the everyday page leaves out; the error that they are for names them."""


OPTIONS = {
    "--ledger PATH": "The ledger [default: armsledger.db in this folder].",
    "--install-completion": "Let the shell complete commands, options and values.",
    "--version": "Print the version and exit.",
    "-h, --help": "Show this page, or after a command what it takes.",
}
"""What the everyday page says of the options."""
TABLES = (
    "deals, payments, deliveries, sanctions, expectations, engagements, frameworks, sources, revisions, findings,"
    " links, rows"
)
TOGETHER = {
    "init, schema": "Make an empty ledger; print the schema of a dossier.",
    "record, add": "Record dossiers; add entries question by question.",
    "deal, engagement, framework, source": "Append one event: deal EVENT KEY [options].",
    "correct, retract": "Give fields other values; take an entry back.",
    "show, timeline": "Show the state at a date; tell what happened.",
    "replay, log, compare": "Tell it step by step; list entries; compare beliefs.",
    "search, check": "Search the texts; list what does not fit together.",
    TABLES: "List rows, such as those of --buyer IND.",
    "page, plot": "Write the page of a stream, or one of its charts.",
    "publish, serve": "Write the whole site; serve it on this machine.",
    "report": "Sum up volumes, relations, scorecards, precedents.",
    "info, follow": "Say what it holds; print entries as they come.",
    "import, export, template": "Take and write files; print a sheet to fill in.",
    "verify, proof, rebuild": "Check what is stored; prove it; make tables anew.",
    "lake, admin": "Keep Parquet files; back up, copy, examine, forget.",
}
"""The lines of the everyday page, each for one command or for some that belong together, so that it fits a screen."""
NAMES_WIDTH = 24


class ArmsLedger(CommandGroup):
    """The top of the command line."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(listed_commands, **attributes)

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
        names = ", ".join(name for name, _ in ENVIRONMENT if name.startswith("ARMSLEDGER") and name not in SELDOM)
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
