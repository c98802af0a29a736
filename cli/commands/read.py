"""Commands that read."""

from __future__ import annotations

from typing import Annotated

import typer

from armsledger.cli.options import (
    AtOption,
    FormatOption,
    JsonOption,
    KnownByOption,
    KnownOption,
    LedgerOption,
    MaybeStreamArgument,
    StreamArgument,
    ledger_address,
)

CHECK_FAILED = 1
LOG_COLUMNS = (
    "position",
    "entry",
    "event",
    "on",
    "asserted",
    "source",
    "grade",
    "status",
    "attribution",
    "recorded",
    "by",
    "standing",
)


def show(
    ctx: typer.Context,
    stream: StreamArgument,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Show the state of a stream at a date, certain and possible."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.show import print_state, state_cells
    from armsledger.cli.output import print_csv, print_json, print_jsonl

    with Ledger(ledger_address(ctx)) as opened:
        state = opened.at(at, known, known_by).state(stream)
        if as_json or format == "json":
            print_json(state.to_dict())
        elif format == "jsonl":
            print_jsonl([state.to_dict()])
        elif format == "csv":
            print_csv(("field", "certain", "possible"), state_cells(state))
        else:
            print_state(state)


def replay(
    ctx: typer.Context,
    stream: MaybeStreamArgument = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="D", help="Replay up to this date [default: today].", show_default=False),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="D", help="The same as --to.", show_default=False)] = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Replay the history of a stream, entry by entry, with the state after each; without one, all deals."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.projections import PROJECTIONS
    from armsledger.cli.commands.show import print_replay, replay_cells
    from armsledger.cli.output import print_csv, print_json, print_jsonl, print_rows

    format = "json" if as_json else format
    with Ledger(ledger_address(ctx)) as opened:
        if stream is None:
            deals = opened.at(to or at, known, known_by).deals()
            print_rows(deals, format, empty="no deals", columns=PROJECTIONS[0].columns)
            return
        steps = opened.replay(stream, to or at, known=known, known_by=known_by)
        if format == "json":
            print_json(steps.to_dicts())
        elif format == "jsonl":
            print_jsonl(steps.to_dicts())
        elif format == "csv":
            print_csv(("on", "certain", "event", "data", "entries", "sources", "after"), replay_cells(steps))
        else:
            print_replay(steps)


def log(
    ctx: typer.Context,
    stream: MaybeStreamArgument = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="D", help="Only what had begun by this date [default: all].", show_default=False),
    ] = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Show the audit trail in order of recording: what, when, on whose word, recorded when and by whom."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.commands.show import log_cells
    from armsledger.cli.output import print_rows, print_table

    with Ledger(ledger_address(ctx)) as opened:
        rows = opened.log(stream, at=at, known=known, known_by=known_by)
    if rows and format == "table" and not as_json:
        print_table(LOG_COLUMNS, [log_cells(row) for row in rows])
    else:
        print_rows(rows, "json" if as_json else format, empty="no entries")


def compare(
    ctx: typer.Context,
    known: Annotated[
        list[str],
        typer.Option("--known", metavar="K", help="Belief date; given twice, the earlier one first."),
    ],
    stream: MaybeStreamArgument = None,
    at: AtOption = None,
    known_by: KnownByOption = "recorded",
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Only how SIPRI's register was revised: a row for each deal.")
    ] = False,
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Compare what was believed at two belief dates, and name the entries that changed it.

    Revisions of SIPRI's register are counted by class, country and decade of order.
    """
    from armsledger.application.ledger import Ledger
    from armsledger.application.sipri.revisions import tallies
    from armsledger.cli.commands.show import print_comparison, print_revisions
    from armsledger.cli.output import print_json, print_rows
    from armsledger.domain.errors import UsageError

    if len(known) != 2:  # two sides of a comparison
        raise UsageError(
            f"compare takes --known twice, not {'once' if len(known) == 1 else f'{len(known)} times'}",
            remedy="--known 2021-11-12 --known 2021-12-31",
        )
    with Ledger(ledger_address(ctx)) as opened:
        beliefs = (known[0], known[1])
        wanted = {} if stream is None else {"deal": stream.removeprefix("deal/")}
        if revisions:
            if stream is not None:
                opened.at(at).belief(stream)  # refuses a stream that there is not
            rows = opened.revisions(known=beliefs, known_by=known_by, **wanted)
            print_rows(rows, "json" if as_json else format, empty="the register was not revised")
            return
        in_words = format == "table" and not as_json
        comparison = opened.compare(
            stream, known=beliefs, known_by=known_by, at=at, releases=stream is not None or not in_words
        )
        if as_json or format == "json":
            told = opened.revisions(known=beliefs, known_by=known_by, **wanted)
            print_json(comparison.to_dict() | {"revisions": tallies(told)})
        elif in_words:
            revised = opened.revisions(known=beliefs, known_by=known_by) if stream is None else ()
            print_comparison(comparison, revised=len(revised))
            print_revisions(revised)
        else:
            print_rows(comparison.changes, format, empty="nothing changed")


def check(
    ctx: typer.Context,
    stream: MaybeStreamArgument = None,
    at: AtOption = None,
    known: KnownOption = None,
    known_by: KnownByOption = "recorded",
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """List what does not fit; exit status 1 if anything of severity error does not."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_rows

    with Ledger(ledger_address(ctx)) as opened:
        findings = opened.check(stream, at=at, known=known, known_by=known_by)
    print_rows(findings, "json" if as_json else format, empty="no findings")
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(CHECK_FAILED)
