"""Commands that write deals in the formats of other standards, and tell what those cannot say."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.groups import COMMANDS, ExampleCommand
from armsledger.cli.options import AtOption, KnownByOption, KnownOption, LedgerOption, complete_key, ledger_address
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.exporting.standards import StandardExport

KINDS_SHOWN = 8
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")]
DealOption = Annotated[
    list[str] | None,
    typer.Option(
        "--deal",
        metavar="KEY",
        help="Only this deal. May be repeated.",
        autocompletion=complete_key("deal"),
        show_default=False,
    ),
]
BuyerOption = Annotated[
    list[str] | None,
    typer.Option("--buyer", metavar="PARTY", help="Only deals of this buyer. May be repeated.", show_default=False),
]
SupplierOption = Annotated[
    list[str] | None,
    typer.Option(
        "--supplier", metavar="PARTY", help="Only deals of this supplier. May be repeated.", show_default=False
    ),
]
LossesOption = Annotated[
    str | None,
    typer.Option(
        "--losses",
        metavar="FILE",
        help="Where the report goes of what the format cannot say [default: FILE.losses.json].",
        show_default=False,
    ),
]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Overwrite files that exist.")]


def ocds(
    ctx: typer.Context,
    file: FileArgument,
    deal: DealOption = None,
    buyer: BuyerOption = None,
    supplier: SupplierOption = None,
    compiled: Annotated[
        bool, typer.Option("--compiled", help="A record package: each deal's releases, and what they come to.")
    ] = False,
    ocid_prefix: Annotated[
        str,
        typer.Option("--ocid-prefix", metavar="PREFIX", help="What identifiers begin with: your registered prefix."),
    ] = "unregistered",
    publisher: Annotated[
        str | None,
        typer.Option(
            "--publisher", metavar="NAME", help="Who publishes it [default: the ledger's id].", show_default=False
        ),
    ] = None,
    losses: LossesOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write deals in the Open Contracting Data Standard (OCDS 1.1): a release for each change of what was believed."""
    from armsledger.application.exporting.ocds import Package, export_ocds
    from armsledger.application.exporting.standards import Chosen
    from armsledger.application.ledger import Ledger

    chosen = Chosen(deal or (), buyer or (), supplier or ())
    with Ledger(ledger_address(ctx)) as opened:
        exported = export_ocds(
            opened.session,
            opened.at(at, known, known_by),
            file,
            chosen,
            Package(compiled, ocid_prefix, publisher),
            losses=losses,
            replace=replace,
        )
    _tell(exported, "OCDS 1.1")


def ftm(
    ctx: typer.Context,
    file: FileArgument,
    deal: DealOption = None,
    buyer: BuyerOption = None,
    supplier: SupplierOption = None,
    losses: LossesOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Write entities of FollowTheMoney, a JSON object a line: deals, payments, sanctions, events, parties, sources."""
    from armsledger.application.exporting.ftm import export_ftm
    from armsledger.application.exporting.standards import Chosen
    from armsledger.application.ledger import Ledger

    chosen = Chosen(deal or (), buyer or (), supplier or ())
    with Ledger(ledger_address(ctx)) as opened:
        exported = export_ftm(
            opened.session, opened.at(at, known, known_by), file, chosen, losses=losses, replace=replace
        )
    _tell(exported, "FollowTheMoney")


def register(exports: typer.Typer) -> None:
    """Put the commands into the group of exports."""
    options: dict[str, Any] = {"cls": ExampleCommand, "rich_help_panel": COMMANDS}
    exports.command("ocds", epilog="armsledger export ocds deals.json --buyer IND --at 2021-12-31", **options)(ocds)
    exports.command("ftm", epilog="armsledger export ftm entities.ftm.jsonl --at 2021-12-31", **options)(ftm)


def _tell(exported: StandardExport, standard: str) -> None:
    """How much was written, and how much of it the format could not say."""
    told = ", ".join(
        f"{count:,} {name.removesuffix('s') if count == 1 and name != 'entities' else name}"
        for name, count in exported.counts.items()
    )
    about = exported.about
    known = "now" if about["known"] == "everything recorded" else f"by {about['known']}"
    by = ", by asserted date" if about["known_by"] == "asserted" and known != "now" else ""
    name = "standard output" if exported.path == "-" else exported.path
    as_known = f"at {about['at']}, as known {known}{by} (position {about['position']})"
    print(printable(f"{name}: {told} as {standard}, {as_known}"), file=sys.stderr)
    losses = sorted(exported.losses.items(), key=lambda one: (-one[1], one[0]))
    total = sum(exported.losses.values())
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in losses[:KINDS_SHOWN])
    others = len(losses) - KINDS_SHOWN
    more = f", and {others} more kind{'' if others == 1 else 's'}" if others > 0 else ""
    where = f"; {exported.report} tells which" if exported.report else "; --losses FILE tells which"
    print(printable(f"  {standard} cannot say {total:,} things: {kinds}{more}{where}"), file=sys.stderr)
