"""The lake: writing a journal into segments, verifying them, and folding them beside a rebuild and on Spark.

Run as a module (``python -m bench.lake sync|verify|rebuild|fold|spark PATH LAKE [MODEL...]``) it does one of these in
its own process and prints JSON.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

from armsledger import Ledger, lake
from bench.big_ledger import BigLedgers, copy_of
from bench.child import measure
from bench.figure import Figure, Goal, Section, absolute, per_second
from bench.rebuild import Watch
from bench.rounds import Clocked, Times, processor_seconds, ratio, run_rounds, wall_seconds

ROUNDS: Final = 3
SYNC, VERIFY, REBUILD, ALONE, FOLD, SPARK = "sync", "verify", "rebuild", "rebuild-alone", "fold", "spark"
NAMES: Final = {
    SYNC: "sync: journal to segments",
    VERIFY: "verify: every leaf and root anew",
    REBUILD: "rebuild of all read models",
    ALONE: "rebuild of all read models, one process",
    FOLD: "local fold of all read models",
    SPARK: "fold on Spark, local[*]",
}
SYNC_RATE = Goal(100_000, unit="entries/s")
FOLD_RATE = Goal(1.6)
SPARK_TIME = Goal(1.5, at_most=True)
MEGABYTE: Final = 1_000_000
REMARKS = """\
{told}
Each is a process of its own, in turns, with nothing there of the round before; Spark's includes the start of its
session. Memory is the most that all processes of one held together when looked at ten times a second."""
SPARK_ALONE: Final = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_SUBMIT_ARGS": "--master local[*] --conf spark.ui.enabled=false pyspark-shell",
}


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    told = ledgers.big(progress)
    path, made = copy_of(told.path, folder / "lake.db"), folder / "made.lake"
    _run(path, made, {}, SYNC)
    peaks: dict[str, int] = {}
    names = [SYNC, VERIFY, REBUILD, ALONE, FOLD, *([SPARK] if has_spark() else [])]
    contestants = {name: partial(_run, path, made, peaks, name) for name in names}
    times = run_rounds(contestants, 1 if quick else ROUNDS, progress)
    entries, size = told.events, sum(file.stat().st_size for file in made.glob("segments/*"))
    figures = [
        absolute(NAMES[SYNC], entries / median(wall_seconds(times, SYNC)), SYNC_RATE),
        Figure("sync: bytes an entry, all of the lake", f"{size / entries:.0f} bytes"),
        *(_figure(times, entries, name) for name in names[1:4]),
        _figure(times, entries, FOLD, 1 / ratio(*_walls(times, FOLD, REBUILD)), FOLD_RATE),
        Figure("local fold, to the rebuild in one process", "", 1 / ratio(*_walls(times, FOLD, ALONE))),
    ]
    if SPARK in names:
        figures.append(_figure(times, entries, SPARK, ratio(*_walls(times, SPARK, FOLD)), SPARK_TIME))
    figures += [Figure(f"{name}: most memory", f"{peaks[name] / MEGABYTE:.0f} MB") for name in names]
    return Section("The lake", figures, REMARKS.format(told=told))


def has_spark() -> bool:
    """Whether there is a Spark to fold on."""
    return shutil.which("java") is not None and find_spec("pyspark") is not None


def _walls(times: Times, *names: str) -> list[list[float]]:
    return [wall_seconds(times, name) for name in names]


def _figure(times: Times, entries: int, name: str, times_as: float | None = None, goal: Goal | None = None) -> Figure:
    each = median(processor_seconds(times, name)) / entries * 1e6
    rate = per_second(entries / median(wall_seconds(times, name)), "entries")
    return Figure(NAMES[name], f"{rate}, {each:.0f} µs each", times_as, goal)


def _run(path: Path, made: Path, peaks: dict[str, int], name: str) -> Clocked:
    """In a process of its own; what it says of its memory is noted."""
    if name == SYNC:
        shutil.rmtree(made, ignore_errors=True)
    shutil.rmtree(made / "read-models", ignore_errors=True)
    result = measure("bench.lake", name, path, made)
    peaks[name] = max(peaks.get(name, 0), result["peak_bytes"])
    return Clocked(result["wall"], result["processor"])


def main(what: str, path: str, made: str, *models: str) -> None:
    """Do one of these here and print JSON."""
    watch = Watch()
    with watch.watching():
        before, began = _processor(), time.perf_counter()
        _work(what, path, made, models)
        wall, processor = time.perf_counter() - began, _processor() - before
    print(json.dumps({"wall": wall, "processor": processor, "peak_bytes": watch.peak_bytes}))


def _work(what: str, path: str, made: str, models: Sequence[str]) -> Any:
    if what in (VERIFY, FOLD):
        return lake.verify(made) if what == VERIFY else lake.fold(made, models=models)
    if what == SPARK:
        os.environ.update(SPARK_ALONE)
        return lake.fold(made, engine="spark", models=models)
    with Ledger(path) as ledger:
        if what == SYNC:
            return ledger.sync_lake(made)
        kept = [projection.name for projection in ledger.projections()]  # not the index of search, which no lake has
        return ledger.rebuild(*kept, workers=0 if what == ALONE else None)


def _processor() -> float:
    """The processor's time of this process, and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(*sys.argv[1:])
