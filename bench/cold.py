"""A question from a cold start: deals at a date, against the balances of plain-text accounting programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.accounts import write_accounts
from bench.big_ledger import BigLedgers
from bench.child import ChildFailed, environment, last_line
from bench.figure import Figure, Goal, Section, milliseconds
from bench.rounds import Clocked, Times, clocked, ratio, run_rounds, wall_seconds

DEALS, DEALS_QUICK = 10_000, 2_000
ROUNDS, ROUNDS_QUICK = 5, 3
DAY = date(2023, 12, 31)
"""So late that every entry counts."""

PEERS = ("ledger balance", "ledger balance --flat", "hledger balance")
FASTER = Goal(1.0, at_most=True)
"""Of the full size: with few entries, starting Python is most of the time."""

CSV, TABLE = "armsledger deals --format csv", "armsledger deals --format table"
RICH = "the same table by Rich"
OF_RICH = Goal(0.1, at_most=True)
"""Of the full size."""
REMARKS = """\
{told}
Whole processes in turns, after a first turn that is not counted, what they print thrown away; ours reads the
ledger with its read models, and so does the process in which Rich writes the same table. `{day}` is so late that every
entry counts. The programs' journal has {transactions:,} transactions in the order of days, one for each entry of a
deal: an account for each deal, and in it what was paid or agreed, the units delivered, or `1 entry`; against an account
for each source. They are asked for `balance -e {end}`, which is without that day; ledger also for a flat list, as the
time for its tree grows with the square of the accounts beside each other, and a list is all that hledger and
`armsledger deals` print.
{versions}"""


class Command(NamedTuple):
    """A command as it is named in the table and as it is run."""

    name: str
    words: Sequence[str]


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    told = ledgers.of(DEALS_QUICK if quick else DEALS, progress)
    accounts = folder / "accounts.journal"
    progress("writing accounts")
    transactions = write_accounts(told.path, accounts)
    running = _commands(told.path, accounts)
    for command in running:
        progress(f"a first turn: {command.name}")
        _run(command)
    contestants = {command.name: partial(_time, command) for command in running}
    times = run_rounds(contestants, ROUNDS_QUICK if quick else ROUNDS, progress)
    remarks = REMARKS.format(
        told=told, day=DAY, end=_end(), transactions=transactions, versions=" ".join(map(_version, _installed()))
    )
    return Section("Deals at a date from a cold start", _figures(times, quick=quick), remarks.rstrip())


def _installed() -> list[str]:
    """The programs that there are."""
    return [name for name in dict.fromkeys(peer.partition(" ")[0] for peer in PEERS) if shutil.which(name)]


def _commands(ledger: Path, accounts: Path) -> list[Command]:
    installed = _installed()
    asking = ((peer, peer.split()) for peer in PEERS)
    deals = [sys.executable, "-m", "armsledger", "deals", "--at", DAY.isoformat(), "--ledger", str(ledger)]
    return [
        Command(CSV, [*deals, "--format", "csv"]),
        Command(TABLE, [*deals, "--format", "table"]),
        Command(RICH, [sys.executable, "-m", "bench.by_rich", str(ledger), DAY.isoformat()]),
        *(
            Command(peer, [program, "-f", str(accounts), "-e", _end(), *report])
            for peer, (program, *report) in asking
            if program in installed
        ),
    ]


def _end() -> str:
    return (DAY + timedelta(days=1)).isoformat()


def _run(command: Command) -> None:
    """Run a command; raises ChildFailed."""
    done = subprocess.run(
        command.words,
        env={**environment(), "LC_ALL": "C.UTF-8", "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ChildFailed(command.name, last_line(done.stderr) or f"exit status {done.returncode}")


def _time(command: Command) -> Clocked:
    return clocked(lambda: _run(command))


def _version(name: str) -> str:
    """What a program says of its version, in a sentence."""
    told = subprocess.run([name, "--version"], capture_output=True, text=True, check=False).stdout
    return f"{told.splitlines()[0].partition(',')[0]}." if told else ""


def _figures(times: Times, *, quick: bool) -> list[Figure]:
    ours, by_rich = wall_seconds(times, CSV), wall_seconds(times, RICH)
    figures = [Figure(name, milliseconds(median(wall_seconds(times, name)))) for name in (CSV, TABLE)]
    of_rich = ratio(wall_seconds(times, TABLE), by_rich)
    figures.append(Figure(f"{TABLE}, to {RICH}", milliseconds(median(by_rich)), of_rich, None if quick else OF_RICH))
    goal = None if quick else FASTER
    for peer in PEERS:
        if peer in times:
            theirs = wall_seconds(times, peer)
            measured = milliseconds(median(theirs))
            figures.append(Figure(f"{CSV}, to {peer}", measured, ratio(ours, theirs), goal))
        else:
            figures.append(Figure(peer, "skipped: not installed"))
    return figures
