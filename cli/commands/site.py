"""The command that writes a ledger as a folder of pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armsledger.cli.command import Commands
from armsledger.cli.filter_options import filter_options, filters_given
from armsledger.cli.messages import tell
from armsledger.cli.options import AsSaid, LedgerOption, open_ledger, option
from armsledger.cli.output import counted, file_name
from armsledger.cli.progress import progress_bar

if TYPE_CHECKING:
    from armsledger.web.site.publishing import Published

DEALS = "deals"
BYTES_OF_MB = 1_000_000
commands = Commands()


def publish(
    *,
    folder: Annotated[
        str,
        typer.Argument(metavar="FOLDER", help="A folder that is empty, does not exist, or holds the ledger's site."),
    ],
    title: Annotated[str | None, option("--title", "TEXT", "What the site calls itself.")] = None,
    as_of: AsSaid,
    ledger: LedgerOption = None,
    **options: Any,
) -> None:
    """Write a ledger as a folder of pages, which opens from a disk or any web server; what has not changed stays.

    Filters choose deals; the meetings, frameworks and sources that belong to them come along. Each page names the day
    of its state: without --at, all are written anew on another day. A site is for others: whatever the mode of the
    ledger's file is, the umask says who may read its pages.
    """
    filters = filters_given(DEALS, options)
    with open_ledger(ledger) as opened, progress_bar("pages") as stages:
        from armsledger.application.pictures.overview import Overview
        from armsledger.web.site.publishing import publish as write_site

        overview = Overview(opened.at(*as_of), filters, title or "")
        published = write_site(opened, folder, overview, stages=stages)
    _tell(published)


def _tell(published: Published) -> None:
    folder = file_name(published.folder)
    done = (
        f"wrote {counted(published.written, 'file')} to {folder}" if published.written else f"wrote nothing to {folder}"
    )
    gone = f", removed {published.removed:,}" if published.removed else ""
    pages, files = counted(published.streams, "page"), counted(published.files, "file")
    tell(f"{done}{gone}: {pages} of streams, {files} in all, {published.size / BYTES_OF_MB:,.1f} MB")
    if "parquet" not in published.formats and published.formats:
        tell("  no Parquet among the downloads: pip install 'armsledger[parquet]'")


commands.add(
    "publish",
    publish.__doc__ or "",
    "armsledger publish site --buyer IND --title 'What India buys'",
    publish,
    partial(filter_options, DEALS),
)
