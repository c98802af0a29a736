"""Recording with all read models kept, against the same without: one entry at a time, and a dossier at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from armsledger import Ledger
from armsledger.domain.entry import Proposal
from bench.big_ledger import BigLedgers, Told, copy_of
from bench.figure import Figure, Goal, Section, milliseconds, per_second
from bench.generator import SOURCES, generate_deal, generate_sources, write_jsonl
from bench.rounds import Clocked, Times, clocked, processor_seconds, ratio, run_rounds, set_aside, wall_seconds

SMALL = 1_000
"""Deals, of about ten events each."""

ENTRIES, ENTRIES_QUICK = 300, 60
DOSSIER, DOSSIER_QUICK = 20_000, 4_000
ROUNDS, ROUNDS_QUICK = 5, 3
FIRST_OF_DOSSIER = 900_000
"""The deals of a dossier are others than those of the ledgers."""

ONE = Goal(3.0, at_most=True)
BULK = Goal(0.4)
KEPT, BARE = "read models kept", "no read models"
REMARKS = """\
One entry is `ledger.record` of a payment in a deal drawn at random, each in its own transaction; the four
ledgers are copies, two of {small:,} events and two of {big:,}, and take turns entry by entry. What is given is the
median of {entries} entries by the clock on the wall, waiting for the disk included, and by the processor's; the ratio
is that of the medians with all read models kept to those with none (`Ledger(path, projections=())`). A dossier is
`ledger.record_file` of {dossier:,} entries in JSONL, into a new ledger and into one that holds {small:,} events; the
ratio is that of speeds. The ledger of the most events: {told}"""


class Kept(NamedTuple):
    """A ledger as it is named in the table."""

    events: int
    how: str

    def __str__(self) -> str:
        return f"{self.events:,} events: {self.how}"


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    small, big = ledgers.of(SMALL, progress), ledgers.big(progress)
    entries, dossier = (ENTRIES_QUICK, DOSSIER_QUICK) if quick else (ENTRIES, DOSSIER)
    figures = _one_figures([small, big], folder, entries, progress)
    figures += _bulk_figures(small, folder, dossier, ROUNDS_QUICK if quick else ROUNDS, progress)
    remarks = REMARKS.format(small=small.events, big=big.events, entries=entries, dossier=dossier, told=big)
    return Section("Recording with read models", figures, remarks)


def _one_figures(told: list[Told], folder: Path, entries: int, progress: Callable[[str], None]) -> list[Figure]:
    contestants: dict[str, Callable[[], Clocked]] = {}
    with ExitStack() as opened:
        place = Path(opened.enter_context(TemporaryDirectory(dir=folder)))
        for size in told:
            for how in (KEPT, BARE):
                name = Kept(size.events, how)
                progress(f"copying a ledger: {name}")
                path = copy_of(size.path, place / f"{name}.db")
                ledger = opened.enter_context(_opened(path, how))
                payments = _payments(size.deals)
                contestants[str(name)] = partial(_record_next, ledger, payments)
        run_rounds(contestants, 5)  # opens the files and compiles statements
        with set_aside():
            times = run_rounds(contestants, entries, progress)
    figures = [_one_figure(Kept(size.events, how), times) for size in told for how in (BARE, KEPT)]
    first, last = (_p50(times, Kept(size.events, KEPT)) for size in (told[0], told[-1]))
    grown = f"{milliseconds(last)} to {milliseconds(first)}"
    return [*figures, Figure(f"one entry, at {told[-1].events:,} to {told[0].events:,} events", grown, last / first)]


def _opened(path: Path, how: str) -> Ledger:
    return Ledger(path, recorded_by="bench") if how == KEPT else Ledger(path, recorded_by="bench", projections=())


def _payments(deals: int) -> Iterator[dict[str, Any]]:
    """Payments that nobody has told yet, in deals drawn at random; for the same number the same."""
    random = Random(1)
    for number in count(1):
        yield {
            "stream": f"deal/generated-{random.randrange(deals):06}",
            "event": "tranche-paid",
            "tranche": 10 + number,
            "amount": f"USD {number}m",
            "on": f"{random.randrange(2000, 2024)}-06",
            "asserted": "2024-01-15",
            "source": random.choice(SOURCES),
            "credibility": 2,
        }


def _record_next(ledger: Ledger, payments: Iterator[dict[str, Any]]) -> Clocked:
    payment = next(payments)
    return clocked(lambda: ledger.record(**payment))


def _p50(times: Times, name: Kept) -> float:
    return median(wall_seconds(times, str(name)))


def _one_figure(name: Kept, times: Times) -> Figure:
    used = milliseconds(median(processor_seconds(times, str(name))))
    measured = f"{milliseconds(_p50(times, name))}, {used} of the processor's"
    if name.how == BARE:
        return Figure(f"one entry, at {name}", measured)
    bare = _p50(times, Kept(name.events, BARE))
    return Figure(f"one entry, at {name}", measured, _p50(times, name) / bare, ONE)


NEW, OLD = "into a new ledger", "into an old one"


def _bulk_figures(
    small: Told, folder: Path, entries: int, rounds: int, progress: Callable[[str], None]
) -> list[Figure]:
    dossier = folder / "dossier.jsonl"
    told = _proposals_of_dossier()
    write_jsonl(islice(told, entries), dossier)
    work = {
        f"{where}: {how}": partial(_record_file, folder, dossier, small.path if where == OLD else None, how)
        for where in (NEW, OLD)
        for how in (BARE, KEPT)
    }
    times = run_rounds(work, rounds, progress)
    return [_bulk_figure(where, how, entries, times) for where in (NEW, OLD) for how in (BARE, KEPT)]


def _proposals_of_dossier() -> Iterator[Proposal]:
    return chain(generate_sources(), chain.from_iterable(map(generate_deal, count(FIRST_OF_DOSSIER))))


def _record_file(folder: Path, dossier: Path, old: Path | None, how: str) -> Clocked:
    with TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "ledger.db"
        if old is not None:
            copy_of(old, path)
        with _opened(path, how) as ledger:
            return clocked(lambda: ledger.record_file(dossier))


def _bulk_figure(where: str, how: str, entries: int, times: Times) -> Figure:
    name = f"{where}: {how}"
    seconds = wall_seconds(times, name)
    what, measured = f"a dossier, {name}", per_second(entries / median(seconds), "entries")
    if how == BARE:
        return Figure(what, measured)
    return Figure(what, measured, 1 / ratio(seconds, wall_seconds(times, f"{where}: {BARE}")), BULK)
