"""The options that commands share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

Format = Literal["table", "json", "jsonl", "csv"]
KnownBy = Literal["recorded", "asserted"]


def complete_stream(ctx: typer.Context, incomplete: str) -> list[str]:
    """Streams of the ledger that begin so, for a shell that completes."""
    from armsledger.storage.opening import complete_streams

    return complete_streams(ledger_address(ctx), incomplete)


def complete_key(kind: str) -> Any:
    """Keys of one kind of stream that begin so, for a shell that completes."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        from armsledger.storage.opening import complete_streams

        streams = complete_streams(ledger_address(ctx), f"{kind}/{incomplete}")
        return [stream.partition("/")[2] for stream in streams]

    return complete


def ledger_address(ctx: typer.Context) -> str:
    """``--ledger`` as given to the command or before it, else the environment's, else the default."""
    import os

    for context in (ctx, ctx.find_root()):
        if context.params.get("ledger") is not None:
            return str(context.params["ledger"])
    return os.environ.get("ARMSLEDGER_LEDGER") or "armsledger.db"


LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="PATH",
        help="The ledger [default: $ARMSLEDGER_LEDGER, else armsledger.db].",
        show_default=False,
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option("--at", metavar="D", help="State at the end of this date [default: today].", show_default=False),
]
KnownOption = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="K",
        help="As known on this date, UTC time or position (@123) [default: everything recorded].",
        show_default=False,
    ),
]
KnownByOption = Annotated[
    KnownBy,
    typer.Option("--known-by", help="Whether K goes by when entries were recorded or when sources spoke."),
]
OrderOption = Annotated[
    list[str] | None,
    typer.Option(
        "--order-by",
        metavar="FIELD",
        help="Order by this field of the JSON; -FIELD is descending. May be repeated.",
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
StreamArgument = Annotated[
    str,
    typer.Argument(metavar="STREAM", help="A stream, such as deal/india-s400.", autocompletion=complete_stream),
]
MaybeStreamArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[STREAM]",
        help="A stream, such as deal/india-s400 [default: all].",
        autocompletion=complete_stream,
        show_default=False,
    ),
]
EntryArgument = Annotated[str, typer.Argument(metavar="STREAM@VERSION", help="An entry, such as deal/india-s400@7.")]
