"""Which ledger a command is about."""

from __future__ import annotations

import os

import typer


def ledger_address(ctx: typer.Context, given: str | None) -> str:
    """``--ledger`` as given to the command or before it, else ``ARMSLEDGER_LEDGER``, else the default."""
    if given is None:
        given = ctx.find_root().params.get("ledger")
    return (os.environ.get("ARMSLEDGER_LEDGER") or "armsledger.db") if given is None else given
