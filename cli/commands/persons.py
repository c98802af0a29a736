"""Commands about the persons whom entries quote."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from armsledger.cli.command import Commands
from armsledger.cli.messages import printable, tell
from armsledger.cli.options import LedgerOption, OrderOption, RowsOutput, ToRead, open_ledger, option
from armsledger.cli.output import counted, print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from armsledger.application.ledger import Ledger
    from armsledger.application.maintenance.forgetting import Forgotten
    from armsledger.application.maintenance.namesakes import Namesake

NOT_PURGED = 1
ENTRIES_SHOWN = 10
ELSEWHERE = "earlier backups, exports and other copies still hold the name (docs/erasure.md)"
commands = Commands()


@commands.command("armsledger admin persons --order-by=-entries")
def persons(*, order_by: OrderOption = None, output: RowsOutput, ledger: ToRead) -> None:
    """List the persons whom entries quote, with the number of entries. A forgotten person has no name."""
    with open_ledger(ledger) as opened:
        rows = opened.persons().order_by(*order_by or ())
    print_rows(rows, output, empty="no entry quotes anybody")


@commands.command("armsledger admin forget 'US administration (Trump)' --yes")
def forget(
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="The name, in any spelling, or the id that 'admin persons' lists.")
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
    if yes:
        _tell_near(forgotten.near)
    if forgotten.left_in_files:
        raise typer.Exit(NOT_PURGED)


def _ask(ledger: Ledger, person: str) -> None:
    """Ask on a terminal; elsewhere nobody could answer. An unknown person is refused without a question."""
    from armsledger.application.maintenance.namesakes import meant_by, near_to
    from armsledger.domain.errors import UsageError

    rows = list(ledger.persons())
    called = [row for row in meant_by(person.strip(), rows) if row.name is not None]
    if not called:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be undone, and there is nobody to ask", remedy="say --yes if it is to be done")
    _tell_near(near_to([str(row.name) for row in called], rows))
    names = ", ".join(f"{printable(str(row.name))} ({row.id})" for row in called)
    several = "the name" if len(called) == 1 else f"{len(called)} spellings of one name,"
    entries = counted(sum(row.entries for row in called), "entry", "entries")
    question = f"Destroy {several} {names} in {entries}? This cannot be undone. [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


def _tell_near(near: Sequence[Namesake]) -> None:
    """Name those who may be the same person, and are not forgotten with the others."""
    for person in near[:ENTRIES_SHOWN]:
        tell(f"note: another person is called nearly so, and keeps the name: {printable(person.name)} ({person.id})")
    if len(near) > ENTRIES_SHOWN:
        tell(f"note: and so are {len(near) - ENTRIES_SHOWN} more persons")


def _print_forgotten(forgotten: Forgotten) -> None:
    places = f"{counted(forgotten.entries, 'entry', 'entries')} of {counted(forgotten.streams, 'stream')}"
    ids = ", ".join(forgotten.ids)
    if forgotten.forgotten_before is not None:
        print(f"{ids} was forgotten already, at {forgotten.forgotten_before}; erased in {places}")
    else:
        print(f"forgot {ids}: erased in {places}")
    for entry in forgotten.still_named[:ENTRIES_SHOWN]:
        tell(f"note: {entry} still holds the name, as part of a text that is not sealed")
    if len(forgotten.still_named) > ENTRIES_SHOWN:
        tell(f"note: and so do {len(forgotten.still_named) - ENTRIES_SHOWN} more entries")
    if forgotten.left_in_files:
        tell(f"warning: the name may be left in the ledger's files: {forgotten.left_in_files}")
        tell(f"  remedy: armsledger admin forget {forgotten.ids[0]} tries that again")
    tell(f"note: {ELSEWHERE}")
