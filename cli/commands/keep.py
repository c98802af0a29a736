"""Commands that keep a ledger."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from armsledger.cli.options import JsonOption, LedgerOption, ledger_address
from armsledger.cli.progress import progress_bar
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.upkeep import ReadModelState
    from armsledger.storage.journal import JournalInfo


def info(ctx: typer.Context, as_json: JsonOption = False, ledger: LedgerOption = None) -> None:
    """Tell what the ledger is and holds."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_json

    with Ledger(ledger_address(ctx)) as opened:
        known, models = opened.info(), opened.read_models()
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
        "root": None if known.root is None else known.root.hex(),
        "checkpoint": known.checkpoint and {"size": known.checkpoint.size, "made_at": known.checkpoint.made_at},
        "read_models": {model.name: {"position": model.position, "current": model.current} for model in models},
    }
    if as_json:
        print_json(facts)
        return
    for name, value in (facts | _in_words(known, models)).items():
        print(printable(f"{name.replace('_', ' '):<15} {value}"))


def _in_words(known: JournalInfo, models: Sequence[ReadModelState]) -> dict[str, str]:
    """The facts that are more than one value."""
    streams = ", ".join(f"{count} {kind}" for kind, count in known.counts.streams_by_kind.items())
    made = known.checkpoint
    behind = ", ".join(f"{model.name} ({_position(model)})" for model in models if not model.current)
    return {
        "streams": streams or "none",
        "root": "cannot be told" if known.root is None else known.root.hex(),
        "checkpoint": "none" if made is None else f"of {made.size:,} entries, made {made.made_at}",
        "read_models": f"not in step: {behind}" if behind else f"all in step ({', '.join(m.name for m in models)})",
    }


def _position(model: ReadModelState) -> str:
    return "missing" if model.position is None else f"at {model.position:,}"


def rebuild(
    ctx: typer.Context,
    projections: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROJECTION]...", help="Names of projections [default: all].", show_default=False),
    ] = None,
    ledger: LedgerOption = None,
) -> None:
    """Build read models anew; they are read as they were until it is done, and it goes on where it was interrupted."""
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened, progress_bar("rebuilding") as report:
        opened.rebuild(*projections or (), report=report)
        names = projections or [projection.name for projection in opened.projections()]
        print(printable(f"built {', '.join(names)} from {opened.position():,} entries"), file=sys.stderr)


def follow(
    ctx: typer.Context,
    after: Annotated[
        int | None,
        typer.Option(
            "--after",
            metavar="POSITION",
            help="Begin after this position; 0 is all [default: what is yet to come].",
            min=0,
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", metavar="SECONDS", help="End when nothing has come for so long [default: never].", min=0
        ),
    ] = None,
    format: Annotated[
        Literal["table", "jsonl"], typer.Option("--format", help="A line of words for each entry, or one of JSON.")
    ] = "table",
    ledger: LedgerOption = None,
) -> None:
    """Print entries as they are recorded, by any process, until Ctrl-C."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.show import log_line
    from armsledger.cli.output import print_jsonl

    with Ledger(ledger_address(ctx)) as opened, suppress(KeyboardInterrupt):
        for row in opened.follow(after, timeout_seconds=timeout):
            if format == "jsonl":
                print_jsonl([row.to_dict()])
            else:
                print(printable(log_line(row)))
            sys.stdout.flush()
