"""Commands about the persons whom entries quote."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from armsledger.cli.options import FormatOption, JsonOption, LedgerOption, OrderOption, ledger_address
from armsledger.cli.text import printable

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.maintenance.forgetting import Forgotten

NOT_PURGED = 1
SHOWN = 10
ELSEWHERE = "backups, exports and other copies that were made before still tell the name (docs/erasure.md)"


def persons(
    ctx: typer.Context,
    order_by: OrderOption = None,
    format: FormatOption = "table",
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """List the persons whom entries quote, and how many entries do; who was forgotten has no name."""
    from armsledger.application.ledger import Ledger
    from armsledger.cli.output import print_rows

    with Ledger(ledger_address(ctx)) as opened:
        rows = opened.persons().order_by(*order_by or ())
    print_rows(rows, "json" if as_json else format, empty="no entry quotes anybody")


def forget(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The name to the letter, or the id ('persons').")],
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="TEXT", help="Kept with who did it and when.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ledger: LedgerOption = None,
) -> None:
    """Make the name of somebody whom entries quote unreadable, for ever; the entries stay, and their proofs hold."""
    from armsledger.application.ledger import Ledger

    with Ledger(ledger_address(ctx)) as opened:
        if not yes:
            _ask(opened, person)
        done = opened.forget(person, reason=reason)
    _tell(done)
    if done.left_in_files:
        raise typer.Exit(NOT_PURGED)


def _ask(ledger: Ledger, person: str) -> None:
    """Ask on a terminal; elsewhere nobody could answer. One whom nobody knows is refused without a question."""
    from armsledger.domain.errors import UsageError

    row = next((row for row in ledger.persons() if person.strip() in (row.name, row.id)), None)
    if row is None or row.forgotten_at is not None:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be undone, and there is nobody to ask", remedy="say --yes if it is to be done")
    named = _counted(row.entries, "entry", "entries")
    question = f"Destroy the name {printable(str(row.name))} ({row.id}) in {named}? This cannot be undone. [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


def _tell(done: Forgotten) -> None:
    named = f"{_counted(done.entries, 'entry', 'entries')} of {_counted(done.streams, 'stream', 'streams')}"
    if done.forgotten_before is not None:
        print(f"{done.id} was forgotten already, at {done.forgotten_before}; erased in {named}")
    else:
        print(f"forgot {done.id}: erased in {named}")
    for entry in done.still_named[:SHOWN]:
        print(f"note: {printable(entry)} still holds the name, as part of a text that is not sealed", file=sys.stderr)
    if len(done.still_named) > SHOWN:
        print(f"note: and so do {len(done.still_named) - SHOWN} more entries", file=sys.stderr)
    if done.left_in_files:
        print(f"warning: the name may be left in the ledger's files: {done.left_in_files}", file=sys.stderr)
        print(f"  remedy: armsledger forget {done.id} tries that again", file=sys.stderr)
    print(f"note: {ELSEWHERE}", file=sys.stderr)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
