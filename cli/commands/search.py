"""The command that searches the texts of a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import AsOf, Output, ToRead, open_ledger
from armsledger.cli.output import counted, in_bold, print_rows
from armsledger.cli.pager import paged

if TYPE_CHECKING:
    from armsledger.application.searching.search import Found

commands = Commands()


@commands.command("armsledger search S-400 --kind deal")
def search(
    *,
    text: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT...", help="Words, all of which must be there; '\"a phrase\"' must stand as it is."
        ),
    ],
    kind: Annotated[
        Literal["deal", "engagement", "framework", "source"] | None,
        typer.Option("--kind", help="Only streams of this kind.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="At most so many streams.", min=1)] = 20,
    as_of: AsOf,
    output: Output,
    ledger: ToRead,
) -> None:
    """Search titles, designations, descriptions, comments, quotes, notes, sources and keys, the best first.

    Hyphens, case, accents and Cyrillic letters do not matter: S-400, s400 and S 400 find the same.
    """
    with open_ledger(ledger) as opened:
        from armsledger.application.searching.near import near
        from armsledger.application.searching.search import search

        view = opened.at(*as_of)
        found = search(view, " ".join(text), kind=kind, limit=limit)
        close = [] if found.rows else near(view, found.query)
    if output.chosen != "table":
        print_rows(found.rows, output.of_rows, empty="")
    elif found.rows:
        with paged(wanted=not output.no_pager):
            _print_found(found)
    if not found.rows:
        hint = f"; near it: {', '.join(close)}" if close else ""
        tell(f"nothing holds {found.query.text!r} as of this date and belief{hint}; names of persons are not searched")
    elif found.at_most > len(found.rows):
        tell(f"the best {len(found.rows)} of up to {counted(found.at_most, 'stream')}; --limit N shows more")
    if not found.is_indexed:
        tell("the entries were read one by one, as there is no index in step; armsledger rebuild search_index makes it")


def _print_found(found: Found) -> None:
    """Two lines a stream: what it is, and the place that fits best, with the words in bold on a terminal."""
    from armsledger.application.searching.excerpt import marks

    for row in found.rows:
        told = {name: printable(text) for name, text in row.to_words().items()}
        more = f" ({counted(row.entries, 'entry', 'entries')})" if row.entries > 1 else ""
        print(f"{told['stream']}  {told['title']}".rstrip())
        of = "" if row.said == row.on else f" as of {told['said']}"
        place = f"  {told['event']} {told['on']}, {told['field'].replace('_', ' ')}{of}: "
        print(f"{place}{in_bold(told['text'], marks(found.query, told['text']))}{more}")
