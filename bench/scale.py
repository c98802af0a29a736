"""How the lake grows: ledgers of copies are synced, their lakes verified and folded, here and on Spark."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from bench.child import measure
from bench.copies import write_ledger
from bench.figure import Figure, Section, per_second
from bench.lake import FOLD, MEGABYTE, SPARK, SPARK_TIME, SYNC, SYNC_RATE, VERIFY, has_spark

if TYPE_CHECKING:
    from bench.big_ledger import BigLedgers

SIZES, SIZES_QUICK = (1_000_000, 10_000_000), (20_000, 40_000)
MODEL: Final = "deals"
NAMES: Final = {
    SYNC: "sync",
    VERIFY: "verify",
    FOLD: f"local fold of `{MODEL}`",
    SPARK: f"fold of `{MODEL}` on Spark, local[*]",
}
REMARKS = """\
The import of two releases of a register (invented, `bench/register_generator.py`), again and again under other names
(`bench/copies.py`). Each is a process of its own, once; the ratio is that of the time by the clock for an entry, to the
smaller size. Memory is the most that all processes held together when looked at; Spark's includes its Java."""


class Ran(NamedTuple):
    """What one of them took for a lake of a size."""

    entries: int
    wall: float
    processor: float
    peak_bytes: int

    @property
    def each(self) -> float:
        """The seconds for an entry."""
        return self.wall / self.entries

    def __str__(self) -> str:
        rate = per_second(1 / self.each, "entries")
        processor = self.processor / self.entries * 1e6
        return f"{rate}, {processor:.0f} µs of the processor each, {self.peak_bytes / MEGABYTE:,.0f} MB"


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    del ledgers
    sizes = SIZES_QUICK if quick else SIZES
    figures: list[Figure] = []
    before: dict[str, Ran] = {}
    for size in sizes:
        path, made = folder / f"{size}.db", folder / f"{size}.lake"
        progress(f"making a ledger of {size:,} entries")
        write_ledger(path, size)
        ran: dict[str, Ran] = {}
        for name in (SYNC, VERIFY, FOLD, *([SPARK] if has_spark() else [])):
            progress(f"{NAMES[name]}, {size:,} entries")
            shutil.rmtree(made / "read-models", ignore_errors=True)
            models = [MODEL] if name in (FOLD, SPARK) else []
            ran[name] = Ran(size, **measure("bench.lake", name, path, made, *models))
            ratio = ran[name].each / before[name].each if before else None
            figures.append(Figure(f"{size:,} entries: {NAMES[name]}", str(ran[name]), ratio))
        figures.append(Figure(f"{size:,} entries: bytes an entry of the lake", f"{_bytes(made) / size:.0f} bytes"))
        path.unlink()
        shutil.rmtree(made)
        before = ran
    rate = 1 / before[SYNC].each
    figures.append(Figure(f"sync of {sizes[-1]:,} entries", per_second(rate, "entries"), None, SYNC_RATE, rate))
    if SPARK in before:
        ratio = before[SPARK].wall / before[FOLD].wall
        figures.append(Figure(f"Spark to the local fold, {sizes[-1]:,} entries", "", ratio, SPARK_TIME))
    return Section("The lake as it grows", figures, REMARKS)


def _bytes(made: Path) -> int:
    return sum(file.stat().st_size for file in made.glob("segments/*"))
