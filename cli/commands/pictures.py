"""Commands that draw: the page of a stream as a file."""

from __future__ import annotations

from typing import Annotated

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import tell
from armsledger.cli.options import AsSaid, ReplaceOption, StreamArgument, ToRead, open_ledger, option

commands = Commands()


@commands.command("armsledger page deal/india-s400 india-s400.html")
def page(
    *,
    stream: StreamArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The page to write, such as deal.html; - is the output.")],
    as_of: AsSaid,
    compare: Annotated[
        str | None,
        option("--compare", "DATE", "Compare with what was believed on this date (default: before the last change)."),
    ] = None,
    replace: ReplaceOption = False,
    ledger: ToRead,
) -> None:
    """Write the page of a stream: one file that opens anywhere and asks for nothing.

    Its two dates step through every day on which the state changes, and every day on which the belief does.
    """
    with open_ledger(ledger) as opened:
        from armsledger.exchange.atomic import writing
        from armsledger.web.page import check_ending, page_file

        opened.session.check_not_own(file)
        check_ending(file)
        text = page_file(opened.at(*as_of), stream, compare=compare)
        with writing(file, replace=replace, mode=opened.session.file_mode) as out:
            out.write(text)
    tell(f"wrote {file}: {len(text.encode()) / 1000:,.0f} kB")
