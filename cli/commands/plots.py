"""The command that draws one chart of a stream."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import tell
from armsledger.cli.options import AsSaid, LedgerOption, ReplaceOption, StreamArgument, open_ledger
from armsledger.cli.output import file_name

commands = Commands()


@commands.command("armsledger plot deal/india-s400 timeline.svg --at 2021-12-31 --known 2021-12-31")
def plot(
    *,
    stream: StreamArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="File to write, .svg or .png; - is SVG on the output.")],
    chart: Annotated[
        Literal["timeline", "slip", "payments", "deliveries"],
        typer.Option("--chart", help="What to draw."),
    ] = "timeline",
    as_of: AsSaid,
    replace: ReplaceOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Draw a chart of a stream, with both dates in it.

    A timeline of facts and forecasts; how the dates of forecasts slipped; payments or deliveries as steps, certain and
    possible. PNG needs the extra armsledger[png].
    """
    with open_ledger(ledger) as opened:
        from armsledger.application.pictures.drawing import plot as drawn
        from armsledger.charts.picture import check_ending

        check_ending(file)
        opened.session.check_not_own(file)
        drawn(opened.at(*as_of), stream, chart).save(file, replace=replace)
    tell(f"wrote {file_name(file)}")
