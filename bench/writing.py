"""What a write costs: the statements, decoded entries, functions and time of one append, and a dossier at once.

With another checkout both are measured in alternating rounds. Run as a module (``python -m bench.writing LEDGER DOSSIER
STREAM SOURCE APPENDS``) it measures in its own process and prints JSON. There it uses nothing of armsledger but
`Ledger`, so the other checkout may be of any age.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Any
from unittest.mock import patch

from bench.child import ROOT, measure
from bench.figure import Figure, Goal, Section, milliseconds, per_second

ENTRIES, ENTRIES_QUICK = 10_000, 2_000
APPENDS, APPENDS_QUICK = 200, 50
ROUNDS, ROUNDS_QUICK = 7, 3
COUNTED = ("statements", "decoded", "functions", "files")
NO_SLOWER = Goal(1.05, at_most=True)
REMARKS = """\
A dossier of {entries:,} entries is recorded into a new ledger in a file, by a process of its own. Then one delivery is
recorded in a deal of {of_the_deal} entries, from opening the ledger to closing it, and counted: the SQL statements that
SQLite tells of, the entries that are decoded, and the functions of armsledger that are passed, in how many of its
files. Then {appends} payments, each in its own transaction; given is the median."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool, against: Path | None) -> Section:
    """Measure; ``against`` is the folder of another checkout."""
    from bench.generator import SOURCES, generate_deals, generate_sources, write_jsonl

    entries, appends, rounds = (ENTRIES_QUICK, APPENDS_QUICK, ROUNDS_QUICK) if quick else (ENTRIES, APPENDS, ROUNDS)
    dossier = folder / "dossier.jsonl"
    write_jsonl(islice(chain(generate_sources(), generate_deals(entries)), entries), dossier)
    checkouts = [ROOT] if against is None else [ROOT, against]
    results: dict[Path, list[dict[str, Any]]] = {checkout: [] for checkout in checkouts}
    for number in range(rounds):
        for checkout in checkouts if number % 2 == 0 else checkouts[::-1]:
            progress(f"round {number + 1} of {rounds}: {checkout}")
            ledger = folder / f"{number}-{checkouts.index(checkout)}.db"
            arguments = (ledger, dossier, "deal/generated-000000", SOURCES[0], appends)
            results[checkout].append(measure("bench.writing", *arguments, source=checkout / "src"))
    figures = [figure for checkout in checkouts for figure in _figures(checkout, results)]
    of_the_deal = results[ROOT][0]["of_the_deal"]
    return Section("Writing", figures, REMARKS.format(entries=entries, appends=appends, of_the_deal=of_the_deal))


def _figures(checkout: Path, results: dict[Path, list[dict[str, Any]]]) -> list[Figure]:
    """The figures of one checkout; those of this one with the ratio to the other, if there is one."""
    own = results[checkout]
    other = next((results[one] for one in results if checkout == ROOT != one), None)
    name = "" if checkout == ROOT else f" ({checkout})"

    def figure(what: str, measured: str, key: str) -> Figure:
        if other is None:
            return Figure(f"{what}{name}", measured)
        ratio = median(mine[key] / its[key] for mine, its in zip(own, other, strict=True))
        return Figure(what, measured, ratio, None if key in COUNTED else NO_SLOWER)

    first = own[0]
    passed = f"{first['functions']} in {first['files']} files"
    seconds = median(result["append_seconds"] for result in own)
    rate = median(result["entries"] / result["bulk_seconds"] for result in own)
    return [
        figure("one append: statements", str(first["statements"]), "statements"),
        figure("one append: entries decoded", str(first["decoded"]), "decoded"),
        figure("one append: functions passed", passed, "functions"),
        figure("one append", milliseconds(seconds), "append_seconds"),
        figure("a dossier", per_second(rate, "entries"), "bulk_seconds"),
    ]


def main(ledger: str, dossier: str, stream: str, source: str, appends: str) -> None:
    """Measure here and print JSON."""
    from armsledger import Ledger

    started = time.perf_counter()
    with Ledger(ledger, recorded_by="bench") as opened:
        entries = opened.record_file(dossier).recorded
        bulk_seconds = time.perf_counter() - started
        of_the_deal = len(opened.log(stream))
    fields: dict[str, Any] = {"asserted": "2024-01-15", "source": source, "credibility": 2}

    def deliver() -> None:
        with Ledger(ledger, recorded_by="bench") as opened:
            opened.record(stream, "delivered", quantity="1 unit", on="2023-06", **fields)

    counts = _counted(deliver)
    seconds = []
    with Ledger(ledger, recorded_by="bench") as opened:
        for number in range(int(appends)):
            started = time.perf_counter()
            opened.record(stream, "tranche-paid", tranche=100 + number, amount="USD 1m", on="2023-06", **fields)
            seconds.append(time.perf_counter() - started)
    measured = {"entries": entries, "bulk_seconds": bulk_seconds, "append_seconds": median(seconds)}
    print(json.dumps({**counts, **measured, "of_the_deal": of_the_deal}))


def _counted(work: Callable[[], None]) -> dict[str, int]:
    """What some work passes: statements, decoded entries, functions and files."""
    import armsledger

    home = os.path.realpath(Path(armsledger.__file__).parent.parent.parent)
    statements: list[str] = []
    passed: list[tuple[str, str]] = []
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(statements.append)
        return connection

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            passed.append((frame.f_code.co_filename, frame.f_code.co_qualname))

    with patch.object(sqlite3, "connect", traced):
        sys.setprofile(called)
        try:
            work()
        finally:
            sys.setprofile(None)
    own = [(os.path.realpath(file), name) for file, name in passed]
    own = [(file, name) for file, name in own if file.startswith(home + os.sep) and "site-packages" not in file]
    return {
        "statements": len(statements),
        "decoded": sum(name == "Catalogue.decode" for _, name in own),
        "functions": len(set(own)),
        "files": len({file for file, _ in own}),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
