"""Publishing: pages a second of a register, and memory, which must not grow with their number.

Run as a module (``python -m bench.publishing LEDGER FOLDER WORKERS``) it publishes in its own process and prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from armsledger import Ledger
from bench.child import measure
from bench.figure import Figure, Goal, Section, absolute
from bench.recording import MEBIBYTE, peak_bytes
from bench.register_generator import write_registers

ROWS, ROWS_QUICK = 3_000, 300
DAY: Final = "2026-01-01"
PROCESSES: Final = 2
SPEED = Goal(100.0, unit="pages/s")
FLAT = Goal(1.2, at_most=True)
AGAIN = Goal(0.1, at_most=True)
REMARKS = """\
The site of generated registers of two releases each: a page for each deal, the board, lists, pages of suppliers and
buyers, an index for search, and downloads. Each run is a process of its own, which starts {processes} others for the
pages of deals, and all of it counts. Memory is the most that one process ever held that makes all pages itself; its
ratio is that of {longer:,} rows to {shorter:,}. The ratio of the second run, which writes nothing, is its time to that
of the first."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool) -> Section:
    """Measure."""
    rows = ROWS_QUICK if quick else ROWS
    told = {count: _ledger(folder, count, progress) for count in (rows, 2 * rows)}
    progress("publishing")
    first, again = (measure("bench.publishing", told[rows], folder / "site", PROCESSES) for _ in range(2))
    alone = [measure("bench.publishing", ledger, folder / f"site-{count}", 0) for count, ledger in told.items()]
    less, more = (one["peak_bytes"] for one in alone)
    figures = [
        absolute(f"`publish`, {first['streams']:,} pages of streams: speed", _speed(first), SPEED),
        Figure("its size", f"{first['size'] / MEBIBYTE:,.0f} MiB in {first['files']:,} files"),
        Figure("`publish` again: time", f"{again['seconds']:.1f} s", again["seconds"] / first["seconds"], AGAIN),
        Figure("memory of the process that makes pages", f"{more / MEBIBYTE:.0f} MiB", more / less, FLAT),
    ]
    if quick:
        figures = [figure._replace(goal=None) for figure in figures]
    return Section("Publishing", figures, REMARKS.format(processes=PROCESSES, longer=2 * rows, shorter=rows))


def _speed(told: dict[str, Any]) -> float:
    return float(told["streams"] / told["seconds"])


def _ledger(folder: Path, rows: int, progress: Callable[[str], None]) -> Path:
    progress(f"two releases of {rows:,} rows")
    place = folder / f"register-{rows}"
    place.mkdir()
    with Ledger(path := place / "arms.db") as ledger:
        for release in write_registers(place, rows):
            ledger.import_sipri(release)
    return path


def main(ledger: str, folder: str, workers: str) -> None:
    """Publish here and print JSON."""
    from armsledger.application.pictures.overview import Overview
    from armsledger.web.site.publishing import publish

    start = time.perf_counter()
    with Ledger(ledger) as opened:
        done = publish(opened, folder, Overview(opened.at(DAY)), workers=int(workers))
    told = {"streams": done.streams, "files": done.files, "size": done.size, "seconds": time.perf_counter() - start}
    print(json.dumps({**told, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
