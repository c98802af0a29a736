"""The command that looks a ledger over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.progress import stages_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.maintenance.doctor.diagnosis import Sign

ERRORS = 1


def doctor(
    ctx: typer.Context,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not compute entries and read models anew, which takes long.")
    ] = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Look the ledger over and say what is wrong, and what to do about it. Nothing is changed."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json

    opened = Ledger(ledger_address(ctx))
    with stages_bar() as stages:
        signs = opened.examine(quick=quick, stages=stages)
    if as_json:
        print_json([sign.to_dict() for sign in signs])
    else:
        for sign in signs:
            _print(sign)
        errors, warnings = (sum(sign.level == level for sign in signs) for level in ("error", "warning"))
        print("all is well" if not errors + warnings else f"errors: {errors}, warnings: {warnings}")
    if any(sign.level == "error" for sign in signs):
        raise typer.Exit(ERRORS)


def _print(sign: Sign) -> None:
    print(f"{sign.level:<8} {sign.check:<12} {printable(sign.what)}")
    if sign.remedy:
        print(f"{'':<8} {'':<12} remedy: {printable(sign.remedy)}")
