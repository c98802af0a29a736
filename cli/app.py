"""The commands, in their sections."""

from __future__ import annotations

from typing import Annotated

import typer

from armsledger.cli import ask
from armsledger.cli.commands import (
    doctor,
    export,
    export_standards,
    forget,
    keep,
    migrate,
    move,
    read,
    record,
    sipri,
    spreadsheets,
    trust,
)
from armsledger.cli.commands.keys import keys
from armsledger.cli.commands.projections import PROJECTIONS, projection_command
from armsledger.cli.groups import COMMANDS, CommandGroup, EventGroup, ExampleCommand, SectionedGroup
from armsledger.cli.options import LedgerOption

app = typer.Typer(
    cls=SectionedGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="A ledger of arms deals: what was believed when, of which date, and on whose word.",
    epilog="armsledger show deal/india-s400 --at 2019-12-31 --known 2021-11-12 --known-by asserted",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from armsledger.cli.main import version

        print(version())
        raise typer.Exit


@app.callback()
def top(
    ledger: LedgerOption = None,
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command; ``--ledger`` may stand here too."""


SOURCE = "--source theprint-2021-11-12"
EVENT_GROUPS = {
    "deal": (
        "Append an event of a deal: deal EVENT KEY [options].",
        f"contract-signed india-s400 --on 2018-10 --value '~USD 5bn' --quantity '5 units' {SOURCE}",
    ),
    "engagement": (
        "Append an event of an engagement (summit, visit, dialogue).",
        f"held lavrov-visit-2021-04 --on 2021-04 --format visit --participants IND --participants RUS {SOURCE}",
    ),
    "framework": (
        "Append an event of a framework agreement.",
        f"signed india-russia-military-technical --on 2010 --parties IND --parties RUS --until 2020 {SOURCE}",
    ),
    "source": (
        "Register a source, or judge its reliability anew.",
        "registered theprint-2021-11-12 --publisher ThePrint --published 2021-11-12 --reliability C",
    ),
}
"""What each group of events is for, and an example."""

app.command(cls=ExampleCommand, rich_help_panel="Record", epilog="armsledger init --ledger arms.db")(record.init)
app.command(cls=ExampleCommand, rich_help_panel="Record", epilog="armsledger record examples/seed-article.yaml")(
    record.record
)
for kind, (summary, example) in EVENT_GROUPS.items():
    group = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    group.callback()(lambda: None)
    epilog = f"armsledger {kind} {example}"
    app.add_typer(group, name=kind, cls=EventGroup, help=summary, epilog=epilog, rich_help_panel="Record")
app.command(
    cls=ExampleCommand,
    rich_help_panel="Record",
    epilog="armsledger correct deal/india-s400@4 --set amount='USD 850m' --reason source-error",
)(record.correct)
app.command(
    cls=ExampleCommand,
    rich_help_panel="Record",
    epilog="armsledger retract deal/india-s400@3 --reason entry-error",
)(record.retract)

app.command(cls=ExampleCommand, rich_help_panel="Record", epilog="armsledger template payments --map")(
    spreadsheets.template
)

app.command(cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger show deal/india-s400 --at 2019-12-31")(
    read.show
)
app.command(cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger replay deal/india-s400 --to 2021-11-12")(
    read.replay
)
app.command(cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger log deal/india-s400 --format jsonl")(
    read.log
)
for projection in PROJECTIONS:
    app.command(projection.name, cls=ExampleCommand, rich_help_panel="Read", epilog=projection.example)(
        projection_command(projection)
    )
app.command(
    cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger scorecard --by source --order-by=-came_true"
)(ask.scorecard)
app.command(cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger precedents india-s400 --at 2021-11-12")(
    ask.precedents
)
app.command(cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger rows citations --at 2021-11-12")(ask.rows)
app.command(
    cls=ExampleCommand,
    rich_help_panel="Read",
    epilog="armsledger compare deal/india-s400 --known 2021-11-12 --known 2021-12-31 --known-by asserted",
)(read.compare)
app.command(cls=ExampleCommand, rich_help_panel="Read", epilog="armsledger check --at 2021-12-31")(read.check)

app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger info --json")(keep.info)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger rebuild deals")(keep.rebuild)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger follow --after 0 --timeout 1")(keep.follow)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger persons --order-by=-entries")(forget.persons)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger forget 'US administration (Trump)' --yes")(
    forget.forget
)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger verify --journal")(trust.verify)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger checkpoint arms.checkpoint --key arms.key")(
    trust.checkpoint
)
app.command(
    cls=ExampleCommand,
    rich_help_panel="Keep",
    epilog="armsledger prove deal/india-s400@2 contract.tlog-proof --key arms.key",
)(trust.prove)
app.command(
    "verify-proof",
    cls=ExampleCommand,
    rich_help_panel="Keep",
    epilog="armsledger verify-proof contract.tlog-proof --key arms.key.pub",
)(trust.verify_proof)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger doctor --quick")(doctor.doctor)
app.add_typer(
    keys, name="keys", cls=CommandGroup, rich_help_panel="Keep", epilog="armsledger keys new desk.key --name example"
)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger copy armsledger.db arms-copy.db")(move.copy)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger backup arms-backup.db")(move.backup)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger restore arms-backup.db --ledger again.db")(
    move.restore
)
app.command(cls=ExampleCommand, rich_help_panel="Keep", epilog="armsledger migrate")(migrate.migrate)
app.add_typer(
    export.exports,
    name="export",
    cls=CommandGroup,
    rich_help_panel="Keep",
    epilog="armsledger export jsonl arms.jsonl",
)
app.add_typer(
    move.imports,
    name="import",
    cls=CommandGroup,
    rich_help_panel="Keep",
    epilog="armsledger import jsonl arms.jsonl --ledger other.db",
)
move.imports.command(
    "sipri",
    cls=ExampleCommand,
    rich_help_panel=COMMANDS,
    epilog="armsledger import sipri trade-register-2024.csv trade-register-2025.csv --ledger sipri.db",
)(sipri.import_sipri)
export.exports.command(
    "sipri",
    cls=ExampleCommand,
    rich_help_panel=COMMANDS,
    epilog="armsledger export sipri register-2024.csv --known 2024-03-18 --known-by asserted --ledger sipri.db",
)(sipri.export_sipri)
export_standards.register(export.exports)
move.imports.command(
    "csv",
    cls=ExampleCommand,
    rich_help_panel=COMMANDS,
    epilog="armsledger import csv payments.csv --map payments.yaml --dry-run",
)(spreadsheets.import_csv)
