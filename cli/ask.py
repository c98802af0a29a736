"""Commands that ask several read models at once, or one of somebody's own."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from armsledger.cli.options import (
    AtOption,
    FormatOption,
    JsonOption,
    KnownByOption,
    KnownOption,
    LedgerOption,
    OrderOption,
    complete_key,
    ledger_address,
)


def scorecard(
    ctx: typer.Context,
    by: Annotated[
        Literal["holder", "source"], typer.Option("--by", help="Whose score: who expected it, or which source said so.")
    ] = "holder",
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Score those who expected something: how much came true, and the median slip in days."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_rows

    with Ledger(ledger_address(ctx)) as opened:
        rows = opened.at(at, known, known_by).scorecard(by).order_by(*order_by or ())
    print_rows(rows, "json" if as_json else format, empty="no expectations")


def precedents(
    ctx: typer.Context,
    deal: Annotated[
        str,
        typer.Argument(metavar="DEAL", help="Key of a deal, such as india-s400.", autocompletion=complete_key("deal")),
    ],
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """List what became of other deals under the same legal basis for sanctions, or with the same supplier."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_rows

    with Ledger(ledger_address(ctx)) as opened:
        rows = opened.at(at, known, known_by).precedents(deal.removeprefix("deal/")).order_by(*order_by or ())
    print_rows(rows, "json" if as_json else format, empty="no precedents")


def rows(
    ctx: typer.Context,
    projection: Annotated[str, typer.Argument(metavar="PROJECTION", help="Name of a projection, one's own too.")],
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FIELD=VALUE", help="Only these rows. May be repeated.", show_default=False),
    ] = None,
    order_by: OrderOption = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """List the rows of any projection, also of those that other packages add."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.events import read_assignments
    from armsledger.cli.output import print_rows

    filters = read_assignments(where or [])
    with Ledger(ledger_address(ctx)) as opened:
        found = opened.at(at, known, known_by).rows(projection).where(**filters).order_by(*order_by or ())
    print_rows(found, "json" if as_json else format, empty=f"no {projection}")
