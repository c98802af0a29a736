"""Findings, and two releases compared, as whole commands; beside another checkout where one is given."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.child import ChildFailed, environment, last_line, measure
from bench.figure import Figure, Goal, Section, absolute, milliseconds
from bench.register_generator import write_registers

ROWS, ROWS_QUICK = 30_000, 3_000
ROUNDS: Final = 3
FOUND_ERRORS: Final = 1
"""The exit status of a check that finds an error."""
CHECKED = Goal(0.2, at_most=True)
TOLD = Goal(2_000, at_most=True, unit="ms")
TOLD_IN_JSON = Goal(4_000, at_most=True, unit="ms")
REMARKS = """\
{which}, both in one ledger. Each command is a process of its own that prints to nowhere; times are those of the
processor, the least of {rounds}, in turns with the other checkout. The two releases are compared by the days on which
they came. With `--json`, every field that differs is told with the entries that changed it."""


def section(
    folder: Path, progress: Callable[[str], None], registers: Path | None, *, quick: bool, against: Path | None
) -> Section:
    """Measure, on the registers of a folder (``trade-register-*.csv``) or on generated ones."""
    files = sorted(registers.glob("trade-register-*.csv"))[:2] if registers is not None else []
    if len(files) == 2:
        which = f"The registers {files[0].name} and {files[1].name}"
    else:
        rows = ROWS_QUICK if quick else ROWS
        files = write_registers(folder, rows)
        which = f"Two generated registers of {rows:,} rows"
    ledger, days = folder / "differing.db", list[str]()
    for file in files:
        progress(f"taking {file.name}")
        days.append(measure("bench.registers", "import", ledger, file)["released"])
    known = [word for day in days for word in ("--known", day)]
    compare = ["compare", *known, "--known-by", "asserted"]
    figures = [
        *_figures("check", ["check"], ledger, progress, against, None, CHECKED),
        *_figures("two releases compared", compare, ledger, progress, against, TOLD),
        *_figures("two releases compared, in JSON", [*compare, "--json"], ledger, progress, against, TOLD_IN_JSON),
    ]
    return Section("Findings and comparisons", figures, REMARKS.format(which=which, rounds=ROUNDS))


def _figures(
    what: str,
    command: Sequence[str],
    ledger: Path,
    progress: Callable[[str], None],
    against: Path | None,
    goal: Goal | None,
    beside: Goal | None = None,
) -> list[Figure]:
    """The time of a command, and its ratio to that of the other checkout."""
    progress(what)
    ours, theirs = list[float](), list[float]()
    for _ in range(ROUNDS):
        ours.append(_seconds(command, ledger, None))
        if against is not None:
            theirs.append(_seconds(command, ledger, against / "src"))
    best = min(ours)
    figures = [
        Figure(f"{what}: time", milliseconds(best)) if goal is None else absolute(f"{what}: time", best * 1000, goal)
    ]
    if theirs:
        figures.append(
            Figure(f"{what}, beside the other checkout", milliseconds(min(theirs)), best / min(theirs), beside)
        )
    return figures


def _seconds(command: Sequence[str], ledger: Path, source: Path | None) -> float:
    """How long the processor works for a command; a check that finds an error is done, too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    asked = [sys.executable, "-m", "armsledger", *command, "--ledger", str(ledger)]
    done = subprocess.run(
        asked, env=environment(source), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode > FOUND_ERRORS:
        raise ChildFailed(" ".join(command), last_line(done.stderr.decode()))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
