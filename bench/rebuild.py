"""Building all read models anew, against a loop that folds the same events once, and the memory that it takes.

Run as a module (``python -m bench.rebuild LEDGER fold|rebuild``) it measures in its own process and prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event, Thread

from armsledger import Ledger
from armsledger.storage.journal import Journal
from bench.big_ledger import BigLedgers, copy_of
from bench.child import measure
from bench.figure import Figure, Goal, Section, absolute, per_second
from bench.fold import fold
from bench.recording import peak_bytes
from bench.rounds import Clocked, clocked, processor_seconds, ratio, run_rounds, wall_seconds

ROUNDS, ROUNDS_QUICK = 2, 3
FOLD, REBUILD = "fold", "rebuild"
NAMES = {FOLD: "plain loop: read, decode and fold to a state", REBUILD: "rebuild of all read models"}
SPEED = Goal(0.3)
MEMORY = Goal(500, at_most=True, unit="MB")
MEGABYTE = 1_000_000
GLANCES_A_SECOND = 10
GLANCES_SHARE = 0.02
"""Of the time, at most: of what holds much memory, a glance takes long."""
REMARKS = """\
{told}
Each is a process of its own, in turns; the clock on the wall counts, and a rebuild may use several
processors, so the processor's time of a process and its children stands beside it. The loop is that of the section on
folding, one state of each deal on one day; a rebuild computes the rows of {projections} read models for all days and
all beliefs, and writes them. Memory is the most of these: what the rebuilding process itself ever held, what one of
its children ever held, and what all of them held together when looked at ten times a second (shared pages counted
once)."""


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    told = ledgers.big(progress)
    path = copy_of(told.path, folder / "rebuild.db")
    peaks: list[int] = []
    contestants = {name: partial(_run, name, path, peaks) for name in NAMES}
    times = run_rounds(contestants, ROUNDS_QUICK if quick else ROUNDS, progress)
    plain, ours = (wall_seconds(times, name) for name in (FOLD, REBUILD))
    measured = {
        name: f"{per_second(told.events / median(wall_seconds(times, name)), 'events')}, "
        f"{median(processor_seconds(times, name)) / told.events * 1e6:.0f} µs each"
        for name in NAMES
    }
    with Ledger(path) as ledger:
        projections = len(ledger.projections())
    figures = [
        Figure(NAMES[FOLD], measured[FOLD]),
        Figure(NAMES[REBUILD], measured[REBUILD], 1 / ratio(ours, plain), SPEED),
        absolute("rebuild: most memory, all processes", max(peaks) / MEGABYTE, MEMORY),
    ]
    return Section("Building read models anew", figures, REMARKS.format(told=told, projections=projections))


def _run(name: str, path: Path, peaks: list[int]) -> Clocked:
    """In a process of its own; what it says of its memory is noted."""
    result = measure("bench.rebuild", path, name)
    if name == REBUILD:
        peaks.append(result["peak_bytes"])
    return Clocked(result["wall"], result["processor"])


class Watch:
    """The memory of this process and its children."""

    def __init__(self) -> None:
        self._together = 0
        self._ended = Event()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look from time to time, while something runs."""
        glances = Thread(target=self._glance, daemon=True)
        glances.start()
        try:
            yield
        finally:
            self._ended.set()
            glances.join()

    @property
    def peak_bytes(self) -> int:
        """The most that was held."""
        unit = 1 if sys.platform == "darwin" else 1024
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
        return max(peak_bytes(), child, self._together)

    def _glance(self) -> None:
        took = 0.0
        while not self._ended.wait(max(1 / GLANCES_A_SECOND, took / GLANCES_SHARE)):
            began = time.perf_counter()
            self._together = max(self._together, sum(map(_held, family())))
            took = time.perf_counter() - began


def family() -> list[Path]:
    """The places in /proc of this process and all that it started; none where there is no /proc."""
    found = [Path("/proc/self")]
    for process in found:  # grows meanwhile
        try:
            children = [line for task in process.glob("task/*/children") for line in task.read_text().split()]
        except OSError:  # it has just ended
            continue
        found += [Path("/proc") / child for child in children]
    return found


def _held(process: Path) -> int:
    """The bytes that a process holds; of pages shared by several, its part."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main(path: str, what: str) -> None:
    """Measure here and print JSON."""
    watch = Watch()
    with watch.watching():
        before = _children_seconds()
        if what == FOLD:
            with Journal.open(path) as journal:
                taken = clocked(lambda: fold(journal.reader))
        else:
            with Ledger(path) as ledger:
                taken = clocked(ledger.rebuild)
        processor = taken.processor + _children_seconds() - before
    print(json.dumps({"wall": taken.wall, "processor": processor, "peak_bytes": watch.peak_bytes}))


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
