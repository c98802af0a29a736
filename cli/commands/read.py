"""Commands that read streams and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from armsledger.cli.command import Commands
from armsledger.cli.commands.tables import DEALS, REVISIONS
from armsledger.cli.completion import complete_stream
from armsledger.cli.options import (
    AsOf,
    AtOption,
    BeliefDate,
    KnownByOption,
    MaybeStreamArgument,
    Output,
    RowsOutput,
    StreamArgument,
    ToRead,
    open_ledger,
    option,
)
from armsledger.cli.output import print_data, print_json, print_rows
from armsledger.cli.pager import paged

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.projections.rows import Rows

commands = Commands()
NOT_REVISED = "the register was not revised"
DEALS_REVISED = "deal buyer supplier designation order_year decade revisions columns changes"


@commands.command("armsledger show deal/india-s400 --at 2019-12-31")
def show(
    *,
    stream: StreamArgument,
    findings: Annotated[
        bool, typer.Option("--findings", help="Tell all findings, where some are only counted.")
    ] = False,
    forecasts: Annotated[
        bool, typer.Option("--forecasts", help="Tell all forecasts in full, where some are only counted.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Both of these.")] = False,
    as_of: AsOf,
    output: Output,
    ledger: ToRead,
) -> None:
    """Show the state of a stream at a date: what is certain, and what is possible.

    Of many forecasts it tells the open ones, grouped, and counts the others; of many findings it tells the errors.
    Numbers in brackets name the entries of the stream on whose word a value is as it is, the preferred one first.
    """
    with open_ledger(ledger) as opened:
        from armsledger.cli.answers.state import COLUMNS, Told, cells_of, print_state

        told = Told(findings or everything, forecasts or everything)
        state = opened.at(*as_of).state(stream)
        if output.chosen == "table":
            with paged(wanted=not output.no_pager):
                print_state(state, told)
        else:
            print_data(output.chosen, state.to_dict, COLUMNS, lambda: cells_of(state))


@commands.command("armsledger timeline deal/india-s400 --at 2021-12-31")
def timeline(
    *,
    stream: StreamArgument,
    audit: Annotated[
        bool, typer.Option("--audit", help="In the order of recording, with what each repair changed.")
    ] = False,
    as_of: AsOf,
    output: Output,
    ledger: ToRead,
) -> None:
    """Tell what happened to a stream by a date, with its sources, and what became of what was expected.

    A line a date, in the order of the world. The date of what was expected is the day on which somebody said so.
    """
    with open_ledger(ledger) as opened:
        view = opened.at(*as_of)
        stream = view.named(stream)
        rows: Rows[Any] = view.audit(stream) if audit else view.timeline(stream)
        if output.chosen != "table":
            print_rows(rows, output.of_rows, empty="nothing has begun by then")
            return
        from armsledger.cli.answers.trail import print_audit, print_timeline

        with paged(wanted=not output.no_pager):
            print_audit(stream, rows, view) if audit else print_timeline(stream, rows, view)


@commands.command("armsledger replay deal/india-s400 --to 2021-11-12")
def replay(
    *,
    stream: MaybeStreamArgument = None,
    to: Annotated[str | None, option("--to", "D", "Replay up to this date [default: today].")] = None,
    at: Annotated[str | None, option("--at", "D", "The same as --to.")] = None,
    belief: BeliefDate,
    output: Output,
    ledger: ToRead,
) -> None:
    """Replay the history of a stream, with the state after each step. Without a stream, list all deals."""
    with open_ledger(ledger) as opened:
        from armsledger.cli.answers.replay import COLUMNS, cells_of, print_replay

        if stream is None:
            columns, rank = DEALS.shape
            deals = opened.at(to or at, *belief).deals()
            print_rows(deals, output.of_rows, empty="no deals", columns=columns, rank=rank)
            return
        steps = opened.replay(stream, to or at, **belief._asdict())
        if output.chosen == "table":
            with paged(wanted=not output.no_pager):
                print_replay(steps)
        else:
            print_data(output.chosen, steps.to_dicts, COLUMNS, lambda: map(cells_of, steps))


@commands.command("armsledger log deal/india-s400 --format jsonl")
def log(
    *,
    stream: MaybeStreamArgument = None,
    at: Annotated[str | None, option("--at", "D", "Only what had begun by this date [default: all].")] = None,
    belief: BeliefDate,
    output: RowsOutput,
    ledger: ToRead,
) -> None:
    """List the entries in the order of recording: what each says, or changed, on whose word, and who recorded it."""
    with open_ledger(ledger) as opened:
        rows = opened.log(stream, at=at, **belief._asdict())
    if rows and output.chosen == "table":
        from armsledger.cli.answers.trail import print_log

        print_log(rows, output)
    else:
        print_rows(rows, output, empty="no entries")


@commands.command("armsledger compare deal/india-s400 --known 2021-11-12 --known 2021-12-31 --known-by asserted")
def compare(
    *,
    streams: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STREAM [STREAM]]",
            help="One stream at two belief dates [default: all], or two deals beside each other.",
            autocompletion=complete_stream,
            show_default=False,
        ),
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option(
            "--known", metavar="K", help="A belief date. Give two, the earlier one first.", show_default=False
        ),
    ] = None,
    at: AtOption = None,
    known_by: KnownByOption = "recorded",
    revisions: Annotated[
        bool, typer.Option("--revisions", help="List only the revisions of SIPRI's register, a row for each deal.")
    ] = False,
    by: Annotated[
        Literal["deal", "column"],
        typer.Option("--by", help="With --revisions, a row for each deal, or for each column that changed."),
    ] = "deal",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="COLUMN", help="Leave out what changed in this column.", show_default=False),
    ] = None,
    without_flags_of: Annotated[
        list[str] | None,
        typer.Option(
            "--without-flags-of",
            metavar="COLUMN",
            help="Leave out marks of uncertain data in this column: a file may lack them all.",
            show_default=False,
        ),
    ] = None,
    output: Output,
    ledger: ToRead,
) -> None:
    """Compare two beliefs about one date, and name the entries that made the difference.

    Revisions of SIPRI's register are counted by class, country and decade of order. Of two deals, such as a register's
    row and the deal that people record, it says where they agree and where they differ.
    """
    if streams and len(streams) > 1:
        with open_ledger(ledger) as opened:
            _print_beside(opened, streams, at, known or [], known_by, output)
        return
    stream = streams[0] if streams else None
    question: dict[str, Any] = {"known": _both(known or []), "known_by": known_by}
    left_out: dict[str, Any] = {"without": without or (), "without_flags_of": without_flags_of or ()}
    with open_ledger(ledger) as opened:
        stream = None if stream is None else opened.stream_named(stream)
        if not revisions:
            _print_changes(opened, stream, at, question, left_out, output)
            return
        if by == "column":
            columns = opened.revisions(**question, **left_out, by="column", **_deal(stream))
            shown, rank = REVISIONS.shape
            print_rows(columns, output.of_rows, empty=NOT_REVISED, columns=shown, rank=rank)
            return
        rows = opened.revisions(**question, **left_out, **_deal(stream))
        print_rows(rows, output.of_rows, empty=NOT_REVISED, columns=DEALS_REVISED.split())


def _print_beside(
    ledger: Ledger, streams: list[str], at: str | None, known: list[str], known_by: KnownByOption, output: Output
) -> None:
    """Print two deals field by field; raises UsageError."""
    from armsledger.domain.errors import UsageError

    if len(streams) != 2 or len(known) > 1:
        raise UsageError(
            "compare takes two deals at one belief date, or one stream at two",
            remedy="armsledger compare deal/india-s400 deal/sipri-..., or compare STREAM --known K1 --known K2",
        )
    rows = ledger.at(at, known[0] if known else None, known_by).beside(*streams)
    print_rows(rows, output.of_rows, empty="neither says anything")


def _both(known: list[str]) -> tuple[str, str]:
    """The two sides of a comparison; raises UsageError."""
    from armsledger.domain.errors import UsageError

    if len(known) != 2:
        raise UsageError(
            f"compare takes --known twice, not {'once' if len(known) == 1 else f'{len(known)} times'}",
            remedy="--known 2021-11-12 --known 2021-12-31; two deals are compared without: compare DEAL DEAL",
        )
    return known[0], known[1]


def _deal(stream: str | None) -> dict[str, Any]:
    """A filter of revisions by deal."""
    return {} if stream is None else {"deal": stream.removeprefix("deal/")}


def _print_changes(
    ledger: Ledger,
    stream: str | None,
    at: str | None,
    question: dict[str, Any],
    left_out: dict[str, Any],
    output: Output,
) -> None:
    from armsledger.application.sipri.revisions import LeftOut, tallies

    if output.chosen == "table":
        from armsledger.cli.answers.comparison import print_comparison
        from armsledger.cli.answers.register import print_revisions

        revised = () if stream is not None else ledger.revisions(**question, **left_out)
        comparison = ledger.compare(stream, at=at, releases=stream is not None, **question)
        with paged(wanted=not output.no_pager):
            print_comparison(comparison, len(revised))
            print_revisions(revised, LeftOut.of(**left_out))
        return
    comparison = ledger.compare(stream, at=at, **question)
    if output.chosen == "json":
        revisions = ledger.revisions(**question, **left_out, **_deal(stream))
        print_json(comparison.to_dict() | {"revisions": tallies(revisions)})
    else:
        print_rows(comparison.changes, output.of_rows, empty="nothing changed")
