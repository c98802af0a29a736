"""Recording a JSONL dossier: speed of the whole path, and memory, which must not grow with its length.

Run as a module (``python -m bench.recording LEDGER DOSSIER``) it records in its own process and prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path
from typing import Any

from bench.child import measure
from bench.figure import Figure, Goal, Section, per_second
from bench.generator import generate_deals, generate_sources, write_jsonl

ENTRIES, ENTRIES_QUICK = (20_000, 200_000), (10_000, 40_000)
GOAL = Goal(1.15, at_most=True)
MEBIBYTE = 2**20
REMARKS = """\
Each dossier is recorded by `Ledger.record_file` in a process of its own: read, decided upon entry by entry and
appended, whole or not at all. Memory is the most that the process ever held; the ratio is that of the longer
dossier to the shorter."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool) -> Section:
    """Measure."""
    results = [_record(folder, count, progress) for count in (ENTRIES_QUICK if quick else ENTRIES)]
    shorter, longer = (result["peak_bytes"] for result in results)
    speeds = [
        Figure(f"{r['entries']:,} entries: speed", per_second(r["entries"] / r["seconds"], "entries")) for r in results
    ]
    sizes = [Figure(f"{r['entries']:,} entries: memory", f"{r['peak_bytes'] / MEBIBYTE:.1f} MiB") for r in results]
    sizes[-1] = sizes[-1]._replace(ratio=longer / shorter, goal=GOAL)
    return Section("Recording a JSONL dossier", [*speeds, *sizes], REMARKS)


def _record(folder: Path, entries: int, progress: Callable[[str], None]) -> dict[str, Any]:
    progress(f"recording {entries:,} entries")
    dossier = folder / f"{entries}.jsonl"
    write_jsonl(islice(chain(generate_sources(), generate_deals(entries)), entries), dossier)
    return measure("bench.recording", folder / f"{entries}.db", dossier)


def peak_bytes() -> int:
    """The most memory that this process has held.

    Not ``getrusage`` where it can be avoided: on Linux that begins with what the parent held.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024


def main(ledger: str, dossier: str) -> None:
    """Record here and print JSON."""
    from armsledger import Ledger

    started = time.perf_counter()
    with Ledger(ledger, recorded_by="bench") as opened:
        report = opened.record_file(dossier)
    seconds = time.perf_counter() - started
    print(json.dumps({"entries": report.recorded, "seconds": seconds, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
