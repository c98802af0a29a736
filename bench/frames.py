"""Frames: all deals as a frame of pandas and of polars, beside another checkout.

Run as a module (``python -m bench.frames build LEDGER``, or ``ask``) it builds read models or measures in its own
process and prints JSON. There it uses nothing of armsledger but `Ledger`, so the other checkout may be of any age.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.child import ROOT, measure
from bench.figure import Figure, Goal, Section, milliseconds

DEALS, DEALS_QUICK = 30_000, 3_000
ROUNDS = 5
TIMES = 3
LIBRARIES = ("pandas", "polars")
NO_SLOWER = Goal(1.05, at_most=True)
REMARKS = """\
{rows:,} deals, told by `bench/generator.py`, are asked for and made a frame: `ledger.at().deals().to_pandas()`, with
{columns} columns here{other}. Given is time of the processor once the libraries are loaded, the median of {rounds}
rounds; each checkout has built the read models of a ledger of its own, and both ledgers hold the same entries."""

Result = dict[str, Any]


def section(folder: Path, progress: Callable[[str], None], *, quick: bool, against: Path | None) -> Section:
    """Measure; ``against`` is the folder of another checkout."""
    from bench.big_ledger import fill

    journal = folder / "journal.db"
    progress("recording deals")
    fill(journal, DEALS_QUICK if quick else DEALS)
    checkouts = [ROOT] if against is None else [ROOT, against]
    ledgers = {checkout: folder / f"{number}.db" for number, checkout in enumerate(checkouts)}
    for checkout, ledger in ledgers.items():
        progress(f"building read models: {checkout}")
        shutil.copyfile(journal, ledger)
        measure("bench.frames", "build", ledger, source=checkout / "src")
    results: dict[Path, list[Result]] = {checkout: [] for checkout in checkouts}
    for number in range(ROUNDS):
        for checkout in checkouts if number % 2 == 0 else checkouts[::-1]:
            progress(f"round {number + 1} of {ROUNDS}: {checkout}")
            results[checkout].append(measure("bench.frames", "ask", ledgers[checkout], source=checkout / "src"))
    first, others = results[ROOT][0], [f" and {results[one][0]['columns']} there" for one in checkouts[1:]]
    remarks = REMARKS.format(rows=first["rows"], columns=first["columns"], other="".join(others), rounds=ROUNDS)
    theirs = None if against is None else results[against]
    return Section(
        "Frames", [figure for name in LIBRARIES for figure in _figures(name, results[ROOT], theirs)], remarks
    )


def _figures(library: str, ours: Sequence[Result], theirs: Sequence[Result] | None) -> list[Figure]:
    """Our time, and that of the other checkout, if there is one."""
    what, own = f"all deals in {library}", [one[library] for one in ours]
    if theirs is None:
        return [Figure(what, milliseconds(median(own)))]
    other = [one[library] for one in theirs]
    ratio = median(mine / its for mine, its in zip(own, other, strict=True))
    return [
        Figure(what, milliseconds(median(own)), ratio, NO_SLOWER),
        Figure(f"{what}, the other checkout", milliseconds(median(other))),
    ]


def main(what: str, path: str) -> None:
    """Build or measure here, and print JSON."""
    from armsledger import Ledger

    told: Result = {}
    with Ledger(path) as ledger:
        if what == "build":
            ledger.rebuild(workers=0)
        for library in LIBRARIES if what == "ask" else ():
            frame = getattr(ledger.at().deals(), f"to_{library}")()
            told |= {"rows": len(frame), "columns": len(frame.columns)}
            seconds = []
            for _ in range(TIMES):
                started = time.process_time()
                getattr(ledger.at().deals(), f"to_{library}")()
                seconds.append(time.process_time() - started)
            told[library] = median(seconds)
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
