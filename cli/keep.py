"""Commands that keep a ledger."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.text import printable


def export(
    ctx: typer.Context,
    format: Annotated[
        Literal["jsonl"],
        typer.Argument(metavar="FORMAT", help="jsonl: all entries, to be recorded elsewhere."),
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write; - is standard output.")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite a file that exists.")] = False,
    ledger: LedgerOption = None,
) -> None:
    """Write all entries to a file; recorded into an empty ledger, they give the same log, times and states."""
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        written = opened.export_jsonl(file, replace=replace)
    name = "standard output" if file == "-" else file
    print(f"{printable(name)}: {written:,} entries as {format}", file=sys.stderr)


def info(ctx: typer.Context, as_json: JsonOption = False, ledger: LedgerOption = None) -> None:
    """Tell what the ledger is and holds."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json

    with Ledger(ledger_address(ctx)) as opened:
        known = opened.info()
    facts = {
        "ledger": known.path,
        "ledger_id": known.ledger_id,
        "created_at": known.created_at,
        "schema_version": known.schema_version,
        "size_bytes": known.size_bytes,
        "journal_mode": known.journal_mode,
        "synchronous": known.synchronous,
        "entries": known.counts.entries,
        "streams": known.counts.streams_by_kind,
        "position": known.head,
    }
    if as_json:
        print_json(facts)
        return
    streams = ", ".join(f"{count} {kind}" for kind, count in known.counts.streams_by_kind.items())
    for name, value in (facts | {"streams": streams or "none"}).items():
        print(f"{name.replace('_', ' '):<15} {value}")
