"""Commands about the persons whom entries quote."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from armsledger.cli.command import Commands
from armsledger.cli.options import LedgerOption, OrderOption, RowsOutput, open_ledger, option
from armsledger.cli.output import counted, print_rows, printable, tell

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.maintenance.forgetting import Forgotten

NOT_PURGED = 1
ENTRIES_SHOWN = 10
ELSEWHERE = "earlier backups, exports and other copies still hold the name (docs/erasure.md)"
commands = Commands()


@commands.command("armsledger admin persons --order-by=-entries")
def persons(*, order_by: OrderOption = None, output: RowsOutput, ledger: LedgerOption = None) -> None:
    """List the persons whom entries quote, with the number of entries. A forgotten person has no name."""
    with open_ledger(ledger) as opened:
        rows = opened.persons().order_by(*order_by or ())
    print_rows(rows, output, empty="no entry quotes anybody")


@commands.command("armsledger admin forget 'US administration (Trump)' --yes")
def forget(
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="The exact name, or the id that 'admin persons' lists.")
    ],
    reason: Annotated[
        str | None, option("--reason", "TEXT", "Why; it is kept with the time and the name of whoever did it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    ledger: LedgerOption = None,
) -> None:
    """Make the name of a person whom entries quote unreadable, for ever. The entries stay, and all proofs hold."""
    with open_ledger(ledger) as opened:
        if not yes:
            _ask(opened, person)
        forgotten = opened.forget(person, reason=reason)
    _print_forgotten(forgotten)
    if forgotten.left_in_files:
        raise typer.Exit(NOT_PURGED)


def _ask(ledger: Ledger, person: str) -> None:
    """Ask on a terminal; elsewhere nobody could answer. An unknown person is refused without a question."""
    from armsledger.domain.errors import UsageError

    row = next((row for row in ledger.persons() if person.strip() in (row.name, row.id)), None)
    if row is None or row.forgotten_at is not None:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be undone, and there is nobody to ask", remedy="say --yes if it is to be done")
    entries = counted(row.entries, "entry", "entries")
    question = f"Destroy the name {printable(str(row.name))} ({row.id}) in {entries}? This cannot be undone. [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


def _print_forgotten(forgotten: Forgotten) -> None:
    places = f"{counted(forgotten.entries, 'entry', 'entries')} of {counted(forgotten.streams, 'stream')}"
    if forgotten.forgotten_before is not None:
        print(f"{forgotten.id} was forgotten already, at {forgotten.forgotten_before}; erased in {places}")
    else:
        print(f"forgot {forgotten.id}: erased in {places}")
    for entry in forgotten.still_named[:ENTRIES_SHOWN]:
        tell(f"note: {entry} still holds the name, as part of a text that is not sealed")
    if len(forgotten.still_named) > ENTRIES_SHOWN:
        tell(f"note: and so do {len(forgotten.still_named) - ENTRIES_SHOWN} more entries")
    if forgotten.left_in_files:
        tell(f"warning: the name may be left in the ledger's files: {forgotten.left_in_files}")
        tell(f"  remedy: armsledger admin forget {forgotten.id} tries that again")
    tell(f"note: {ELSEWHERE}")
