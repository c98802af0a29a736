"""Growth of one deal: the time of an append, and the rows that read models keep, against the number of its entries.

Run as a module (``python -m bench.growth FOLDER WHAT ENTRIES...``) it measures in its own process and prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.child import measure
from bench.figure import Figure, Goal, Section, milliseconds

APPEND, NEWEST_FIRST, IN_ORDER = "append", "newest-first", "in-order"
SIZES, SIZES_QUICK = (10, 100, 1_000, 5_000), (10, 100, 1_000)
BACKFILLED, BACKFILLED_QUICK = (100, 200, 400, 800), (50, 100, 200)
APPENDS = 7
ROUNDS, ROUNDS_QUICK = 3, 1
DEAL, SOURCE = "deal/growing", "annual"
FIRST = date(1990, 1, 1)
PUBLISHED = date(2024, 1, 1)
APART_DAYS = 2
GOAL = Goal(0.12, at_most=True)
REMARKS = """\
A deal of so many deliveries, each of a tranche of its own, by one source, is recorded at once; then one delivery
after the other is appended by `ledger.record` in the same process, each in a transaction of its own: the time is the
processor's, the median of {appends} appends but the first, which reads what is there. Then deliveries are recorded one
by one, the newest first and in their order, and all rows of all read models are counted, and the bytes of the ledger.
The ratio is that to the other checkout, in turns, where there is one (`--against`)."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool, against: Path | None = None) -> Section:
    """Measure."""
    sizes, backfilled = (SIZES_QUICK, BACKFILLED_QUICK) if quick else (SIZES, BACKFILLED)
    sources = [None] if against is None else [None, against / "src"]
    appended: dict[Path | None, list[dict[str, float]]] = {source: [] for source in sources}
    for number in range(ROUNDS_QUICK if quick else ROUNDS):
        for source in sources if number % 2 == 0 else reversed(sources):
            progress(f"round {number + 1}: appending, {source or 'here'}")
            appended[source].append(measure("bench.growth", folder, APPEND, *sizes, source=source))
    figures = [_appended(entries, appended, sizes) for entries in sizes]
    for order in (NEWEST_FIRST, IN_ORDER):
        kept = {}
        for source in sources:
            progress(f"recording {order}, {source or 'here'}")
            kept[source] = measure("bench.growth", folder, order, *backfilled, source=source)
        figures += [_kept(order, entries, kept) for entries in backfilled]
    return Section("Growth of one deal", figures, REMARKS.format(appends=APPENDS))


def _appended(entries: int, rounds: dict[Path | None, list[dict[str, float]]], sizes: Sequence[int]) -> Figure:
    ours, *theirs = ([one[str(entries)] for one in seconds] for seconds in rounds.values())
    measured = f"{milliseconds(median(ours))} of processor time"
    what = f"append to a deal of {entries:,} entries"
    if not theirs:
        return Figure(what, measured)
    ratio = median(mine / other for mine, other in zip(ours, theirs[0], strict=True))
    return Figure(what, f"{measured}, against {milliseconds(median(theirs[0]))}", ratio, _goal(entries, sizes))


def _goal(entries: int, sizes: Sequence[int]) -> Goal | None:
    return GOAL if entries == sizes[-1] == SIZES[-1] else None


def _kept(order: str, entries: int, kept: dict[Path | None, dict[str, dict[str, int]]]) -> Figure:
    ours, *theirs = (of_checkout[str(entries)] for of_checkout in kept.values())
    what = f"{entries:,} deliveries recorded {order.replace('-', ' ')}: rows kept"
    measured = f"{ours['rows']:,} rows, {ours['bytes'] / 2**20:.1f} MiB"
    if theirs:
        measured += f", against {theirs[0]['rows']:,} rows, {theirs[0]['bytes'] / 2**20:.1f} MiB"
        return Figure(what, measured, ours["rows"] / theirs[0]["rows"])
    return Figure(what, measured)


def _beginning() -> list[dict[str, Any]]:
    source = {"key": SOURCE, "publisher": "Annual", "published": str(PUBLISHED), "reliability": "B"}
    told = {"deal": DEAL.partition("/")[2], "source": SOURCE}
    opened = {**told, "event": "opened", "supplier": "RUS", "buyer": "IND", "on": "1989", "items": ["Tank"]}
    signed = {**told, "event": "contract-signed", "on": "1989-06", "value": "USD 9bn", "quantity": "20000 tanks"}
    return [source, opened, signed]


def _delivery(number: int) -> dict[str, Any]:
    on = FIRST + timedelta(days=APART_DAYS * number)
    return {"on": str(on), "source": SOURCE, "quantity": "2 tanks", "tranche": number}


def _recorded(path: Path, deliveries: Iterable[int]) -> Any:
    """A new ledger with a deal of some deliveries, recorded at once."""
    from armsledger import Ledger

    deal = DEAL.partition("/")[2]
    lines = [*_beginning(), *({"deal": deal, "event": "delivered", **_delivery(number)} for number in deliveries)]
    dossier = path.with_suffix(".jsonl")
    dossier.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    ledger = Ledger(path, recorded_by="bench")
    ledger.record_file(dossier)
    return ledger


def append_seconds(folder: Path, entries: int) -> float:
    """The processor's time of an append to a deal of so many entries, in a process that has appended before."""
    with _recorded(folder / f"append-{entries}.db", range(entries)) as ledger:
        seconds = []
        for number in range(entries, entries + APPENDS + 1):
            before = time.process_time()
            ledger.record(DEAL, "delivered", **_delivery(number))
            seconds.append(time.process_time() - before)
    return median(seconds[1:])


def rows_kept(folder: Path, deliveries: Sequence[int]) -> dict[str, int]:
    """The rows that read models keep, and the bytes of the ledger, after deliveries were recorded one by one."""
    path = folder / f"kept-{len(deliveries)}-{deliveries[0]}.db"
    with _recorded(path, ()) as ledger:
        for number in deliveries:
            ledger.record(DEAL, "delivered", **_delivery(number))
        reader = ledger.journal().reader
        rows = sum(
            reader.query(f"SELECT count(*) FROM kept_{projection.name}")[0][0] for projection in ledger.projections()
        )
        size = ledger.info().size_bytes
    return {"rows": rows, "bytes": size}


def main(folder: str, what: str, *sizes: str) -> None:
    """Measure here and print JSON."""
    from tempfile import TemporaryDirectory

    results: dict[str, Any] = {}
    for entries in map(int, sizes):
        with TemporaryDirectory(dir=folder) as place:
            if what == APPEND:
                results[str(entries)] = append_seconds(Path(place), entries)
            else:
                numbers = range(entries) if what == IN_ORDER else range(entries)[::-1]
                results[str(entries)] = rows_kept(Path(place), numbers)
    print(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
