"""Starting up: what a shell waits for, against other command lines in Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from armsledger import Ledger
from bench.child import last_line
from bench.figure import Figure, Goal, Section
from bench.fold import fill
from bench.rounds import Clocked, Times, clocked, ratio, run_rounds, wall_seconds

RUNS, RUNS_QUICK = 15, 10
DEALS, FEW_DEALS = 100, 10
STREAM = "deal/generated-000007"
BUYER = "IND"
HELP, DATASETTE = "sqlite-utils --help", "datasette --version"
ROWS = "sqlite-utils rows LEDGER deals"
FEW = "few.db"
REMARKS = """\
Whole processes, one after the other in turns, after a first turn that is not counted; ratios are our time to
the peer's. `show` reads a ledger of {deals} deals, `deals` one of {few}, of which `sqlite-utils` prints the rows of the
same table. All modules are compiled before, as an installation does. For comparison, `python -c pass` is the
interpreter alone."""


class Command(NamedTuple):
    """A command as it is named in the table and as it is run, and the peer and goal it is held to."""

    name: str
    words: Sequence[str]
    peer: str = ""
    goal: Goal | None = None
    ledger: str = "startup.db"
    """The file that it reads."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool, commands: Path) -> Section:
    """Measure; ``commands`` is the folder that holds the commands."""
    fill(folder / "startup.db", DEALS)
    fill(folder / FEW, FEW_DEALS)
    with Ledger(folder / FEW) as few:
        few.rebuild(workers=0)
    known = _commands(commands, folder / FEW)
    lacking = {command.name: _complaint(command, folder) for command in known}
    running = [command for command in known if not lacking[command.name]]
    contestants = {command.name: partial(_time, command, folder) for command in running}
    times = run_rounds(contestants, RUNS_QUICK if quick else RUNS, progress)
    figures = [_figure(command, times, lacking[command.name]) for command in known]
    return Section("Starting up", figures, REMARKS.format(deals=DEALS, few=FEW_DEALS))


def _commands(folder: Path, few: Path) -> list[Command]:
    own = folder / "armsledger"
    armsledger = [str(own)] if own.exists() else [sys.executable, "-m", "armsledger"]
    at_most = Goal(1.0, at_most=True)
    return [
        Command("armsledger --help", [*armsledger, "--help"], HELP, at_most),
        Command("armsledger --version", [*armsledger, "--version"]),
        Command(f"armsledger show {STREAM}", [*armsledger, "show", STREAM], DATASETTE, at_most),
        Command(f"armsledger deals --buyer {BUYER}", [*armsledger, "deals", "--buyer", BUYER], ROWS, at_most, FEW),
        Command(ROWS, [str(folder / "sqlite-utils"), "rows", str(few), "deals"]),
        Command(HELP, [str(folder / "sqlite-utils"), "--help"]),
        Command(DATASETTE, [str(folder / "datasette"), "--version"]),
        Command("python -c pass", [sys.executable, "-c", "pass"]),
    ]


def compiled(folder: Path) -> dict[str, str]:
    """The environment of a process whose modules are compiled once, whatever the environment says of that."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _run(command: Command, folder: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {**compiled(folder), "ARMSLEDGER_LEDGER": str(folder / command.ledger)}
    return subprocess.run(command.words, env=surroundings, capture_output=True, text=True, check=False)


def _complaint(command: Command, folder: Path) -> str:
    """Why a command cannot be measured; empty if it can. Also the turn that is not counted."""
    try:
        done = _run(command, folder)
    except FileNotFoundError:
        return "skipped: not installed"
    return "" if done.returncode == 0 else f"fails: {last_line(done.stderr) or done.returncode}"


def _time(command: Command, folder: Path) -> Clocked:
    return clocked(lambda: _run(command, folder))


def _figure(command: Command, times: Times, complaint: str) -> Figure:
    if complaint:
        return Figure(command.name, complaint)
    measured = f"{median(wall_seconds(times, command.name)) * 1000:.0f} ms"
    if command.peer not in times:
        return Figure(command.name, measured)
    return Figure(
        f"{command.name}, to {command.peer}",
        measured,
        ratio(wall_seconds(times, command.name), wall_seconds(times, command.peer)),
        command.goal,
    )
