"""The command that prints entries as they are recorded."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import ToRead, open_ledger
from armsledger.cli.output import print_jsonl

if TYPE_CHECKING:
    from armsledger.projections.read_models.trail import LogRow

commands = Commands()


@commands.command("armsledger follow --after 0 --timeout 1")
def follow(
    *,
    after: Annotated[
        int | None,
        typer.Option(
            "--after",
            metavar="POSITION",
            help="Begin after this position; 0 prints all entries [default: only new ones].",
            min=0,
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", metavar="SECONDS", help="End after so many seconds without an entry [default: never].", min=0
        ),
    ] = None,
    format: Annotated[
        Literal["table", "jsonl"], typer.Option("--format", help="Print each entry in a line of words, or of JSON.")
    ] = "table",
    ledger: ToRead,
) -> None:
    """Print entries as they are recorded, by any process, until Ctrl-C."""
    from armsledger.domain.errors import LedgerError

    told = after
    with open_ledger(ledger) as opened, suppress(KeyboardInterrupt):
        try:
            for row in opened.follow(after, timeout_seconds=timeout):
                if format == "jsonl":
                    print_jsonl([row.to_dict()])
                else:
                    print(printable(_log_line(row)))
                sys.stdout.flush()
                told = row.position
        except LedgerError:
            if told is not None:
                tell(f"told up to position {told}: `armsledger follow --after {told}` goes on there")
            raise


def _log_line(row: LogRow) -> str:
    """An entry in one line: its position and address, what happened when, and on whose word."""
    from armsledger.domain.entry import named_with_login

    source = "" if row.source is None else f", {row.source}"
    by = named_with_login(row.recorded_by, row.login)
    return f"{row.position}  {row.entry}  {row.event} on {row.on} (asserted {row.asserted}{source}; by {by})"
