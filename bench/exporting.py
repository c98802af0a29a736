"""Exports: deals at a date as CSV, beside SQLite's own; the whole log as Parquet, whose memory must not grow.

Run as a module (``python -m bench.exporting LEDGER FILE TABLE DAY``) it exports in its own process and prints JSON.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from armsledger import Ledger
from bench.big_ledger import BigLedgers
from bench.child import ChildFailed, environment, last_line, measure
from bench.figure import Figure, Goal, Section, milliseconds, per_second
from bench.recording import MEBIBYTE, peak_bytes
from bench.rounds import Clocked, Times, clocked, ratio, run_rounds, wall_seconds
from bench.selecting import statement

ROUNDS, ROUNDS_QUICK = 5, 3
TENTH: Final = 10
DAY: Final = date(2023, 12, 31)
"""So late that every entry counts."""

NEAR_SQLITE = Goal(3.0, at_most=True)
FLAT = Goal(1.15, at_most=True)
"""Of the full sizes: with few rows, starting Python is most of the time, and libraries most of the memory."""

OURS, SHELL, PLAIN = "`armsledger export csv --of deals`", "`sqlite3 -csv`", "Python's sqlite3 and csv"
REMARKS = """\
The deals at {day} to a CSV file: ours is what `export csv` writes, theirs the fields of the same rows from the view
`deals`, in which quantities and items are JSON texts; ours makes words of them, and has numbers and days beside them.
Whole processes in turns, start-up included, and the work alone as processes tell it that have started (of `sqlite3`,
whose start takes a few milliseconds, the whole process again). The ratio is our time to theirs.

The log as one Parquet file, each in a process of its own: entries are read from the journal in pages, with how they
stand at the date, and written in groups of rows. Memory is the most that the process ever held, libraries included; the
ratio is that of the longer log to the shorter. The longer of the two ledgers: {told}"""


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    big = ledgers.big(progress)
    sizes = [ledgers.of(big.deals // TENTH, progress), big]
    rounds = ROUNDS_QUICK if quick else ROUNDS
    figures = [figure for told in sizes for figure in _deals_figures(told.path, folder, rounds, progress)]
    figures += _log_figures([_log(told.path, folder, progress) for told in sizes])
    if quick:
        figures = [figure._replace(goal=None) for figure in figures]
    return Section("Exports", figures, REMARKS.format(day=DAY, told=big))


def _deals_figures(ledger: Path, folder: Path, rounds: int, progress: Callable[[str], None]) -> list[Figure]:
    rows = _rows_of(ledger, folder)
    whole = run_rounds(_processes(ledger, folder), rounds, progress)
    alone = run_rounds(_work(ledger, folder), rounds, progress)
    return [*_csv_figures(whole, "whole process", rows), *_csv_figures(alone, "the work alone", rows)]


def _processes(ledger: Path, folder: Path) -> dict[str, Callable[[], Clocked]]:
    """Commands as people give them."""
    ours = [sys.executable, "-m", "armsledger", "export", "csv", folder / "ours.csv", "--of", "deals", "--replace"]
    found: dict[str, Callable[[], Clocked]] = {
        OURS: partial(_time, [*ours, "--at", DAY.isoformat(), "--ledger", ledger]),
        PLAIN: partial(_time, [sys.executable, "-m", "bench.selecting", ledger, folder / "plain.csv", DAY]),
    }
    return found | _shell(ledger, folder)


def _work(ledger: Path, folder: Path) -> dict[str, Callable[[], Clocked]]:
    """The same without the start."""
    return {
        OURS: lambda: _told("bench.exporting", ledger, folder / "ours.csv", "deals", DAY.isoformat()),
        PLAIN: lambda: _told("bench.selecting", ledger, folder / "plain.csv", DAY.isoformat()),
        **_shell(ledger, folder),
    }


def _shell(ledger: Path, folder: Path) -> dict[str, Callable[[], Clocked]]:
    """SQLite's own command, if it is there."""
    shell = shutil.which("sqlite3")
    words = [shell, "-csv", "-header", ledger, statement(DAY.isoformat())]
    return {} if shell is None else {SHELL: partial(_time, words, folder / "shell.csv")}


def _time(words: Sequence[object], out: Path | None = None) -> Clocked:
    """How long a command takes, which prints into a file or nothing; raises ChildFailed."""

    def run() -> None:
        with (out or Path(os.devnull)).open("wb") as printed:
            command = [str(word) for word in words]
            done = subprocess.run(command, env=environment(), stdout=printed, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise ChildFailed(command[0], last_line(done.stderr.decode()))

    return clocked(run)


def _told(module: str, *arguments: str | Path) -> Clocked:
    """How long the work took, as the process says that did it."""
    told = measure(module, *arguments)
    return Clocked(told["seconds"], told["processor_seconds"])


def _log(ledger: Path, folder: Path, progress: Callable[[str], None]) -> dict[str, Any]:
    progress(f"the log as Parquet: {ledger.name}")
    return measure("bench.exporting", ledger, folder / "log.parquet", "log", DAY.isoformat())


def _rows_of(ledger: Path, folder: Path) -> int:
    """How many deals both write; raises ChildFailed if they are not the same."""
    ours, theirs = folder / "ours.csv", folder / "plain.csv"
    measure("bench.exporting", ledger, ours, "deals", DAY.isoformat())
    measure("bench.selecting", ledger, theirs, DAY.isoformat())
    exported, selected = _deals_of(ours), _deals_of(theirs)
    if exported != selected:
        raise ChildFailed("bench.exporting", f"{len(exported)} deals are exported, {len(selected)} selected, or others")
    return len(exported)


def _deals_of(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [row["deal"] for row in csv.DictReader(lines)]


def _csv_figures(times: Times, how: str, rows: int) -> list[Figure]:
    ours, told = wall_seconds(times, OURS), f"{rows:,} rows, {how}"
    rate = per_second(rows / median(ours), "rows")
    figures = [Figure(f"{OURS}, {told}", f"{milliseconds(median(ours))}, {rate}")]
    for peer in (SHELL, PLAIN):
        if peer in times:
            theirs = wall_seconds(times, peer)
            goal = NEAR_SQLITE if peer == SHELL or SHELL not in times else None
            figures.append(Figure(f"{peer}, {told}", milliseconds(median(theirs)), ratio(ours, theirs), goal))
    return figures


def _log_figures(logs: Sequence[dict[str, Any]]) -> list[Figure]:
    name = "`export parquet --of log`, {rows:,} rows"
    speeds = [Figure(f"{name.format(**one)}: speed", per_second(one["rows"] / one["seconds"], "rows")) for one in logs]
    sizes = [Figure(f"{name.format(**one)}: memory", f"{one['peak_bytes'] / MEBIBYTE:.1f} MiB") for one in logs]
    shorter, longer = (one["peak_bytes"] for one in logs)
    sizes[-1] = sizes[-1]._replace(ratio=longer / shorter, goal=FLAT)
    return [*speeds, *sizes]


def main(ledger: str, file: str, table: str, day: str) -> None:
    """Export a table here and print JSON."""
    from armsledger.application.exporting.tables import Asked, export

    wall, processor = time.perf_counter(), time.process_time()
    with Ledger(ledger) as opened:
        exported = export(opened.session, opened.at(day), file, Asked([table]), replace=True)
    seconds, processor_seconds = time.perf_counter() - wall, time.process_time() - processor
    told = {"rows": exported.rows[table], "seconds": seconds, "processor_seconds": processor_seconds}
    print(json.dumps({**told, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
