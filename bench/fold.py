"""Folding: all deals of a ledger at a date, against a loop that only reads and decodes the same events.

Run as a module (``python -m bench.fold LEDGER ROUNDS [profile]``) it measures in its own process and prints JSON.
"""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import re
import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from statistics import median

from armsledger.domain.beliefs.belief import believe
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.states.source import reliability_of
from armsledger.domain.states.stream_day import state_at
from armsledger.storage.journal import Journal
from armsledger.storage.reader import JournalReader
from bench.child import measure
from bench.figure import Figure, Goal, Section, per_second
from bench.generator import drafts, generate_deals, generate_sources
from bench.rounds import clocked, processor_seconds, ratio, run_rounds

DEALS, DEALS_QUICK = 20_000, 2_000
ROUNDS, ROUNDS_QUICK = 5, 3
EVENTS_A_SAVE = 1000
DAY = date(2024, 1, 1)
"""After all that is told, so that every event is folded."""

PROFILED_LINES = 30
PLAIN = "plain loop: read and decode"
READ = "armsledger: read and decode, entries by deal"
FOLD = "armsledger: read, decode and fold to a state"
GOALS = {FOLD: Goal(0.6)}
ROWS = "SELECT name, format, payload FROM journal WHERE stream >= 'deal/' AND stream < 'deal0' ORDER BY position"
SEALED = re.compile(r'\{"sealed":"[^"]*"\}')
"""A name as it is stored; the plain loop takes another for it, and opens no seal."""
REMARKS = """\
{events:,} events of {deals:,} deals; processor time of one process that does nothing else; ratios are our
speed to the plain loop's. That loop reads name, format and payload of the same rows in their order with
`sqlite3`, decodes them with the same pydantic models, and keeps nothing. The fold reads whole entries deal by
deal, settles competing statements by the sources' grades, applies corrections and retractions, judges
expectations, and gives each deal's state on {day}, certain and possible."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool, profile: bool) -> Section:
    """Measure."""
    ledger = folder / "fold.db"
    progress("filling a ledger")
    deals = DEALS_QUICK if quick else DEALS
    events = fill(ledger, deals)
    progress("folding it")
    rounds = ROUNDS_QUICK if quick else ROUNDS
    result = measure("bench.fold", ledger, rounds, *(["profile"] if profile else []))
    figures = [_figure(name, events, result["seconds"]) for name in (PLAIN, READ, FOLD)]
    return Section("Folding", figures, REMARKS.format(events=events, deals=deals, day=DAY), result["profile"])


def fill(path: Path, deals: int) -> int:
    """Make a ledger that holds so many deals and their sources; returns the number of the deals' events."""
    events = drafts(chain(generate_sources(), generate_deals(deals)))
    with Journal.create(path) as journal:
        while batch := list(islice(events, EVENTS_A_SAVE)):
            journal.append(batch, recorded_by="bench")
        return journal.reader.head() - journal.reader.counts().streams_by_kind["source"]


def _figure(name: str, events: int, seconds: dict[str, list[float]]) -> Figure:
    rate = per_second(events / median(seconds[name]), "events")
    if name == PLAIN:
        return Figure(name, rate)
    return Figure(name, rate, 1 / ratio(seconds[name], seconds[PLAIN]), GOALS.get(name))


def read_plainly(path: Path) -> int:
    """Read and decode all events of deals, and nothing else; returns how many."""
    decode = CATALOGUE.decode
    connection = sqlite3.connect(path)
    count = 0
    for name, schema_version, payload in connection.execute(ROWS):
        decode(name, schema_version, SEALED.sub('"somebody"', payload))
        count += 1
    connection.close()
    return count


def read(reader: JournalReader) -> int:
    """Read all deals, entry by entry; returns the number of entries."""
    return sum(len(entries) for _, entries in reader.streams_grouped("deal"))


def fold(reader: JournalReader) -> int:
    """Give the state of every deal on the day; returns the number of deals that have begun by then."""
    sources = reader.streams_grouped("source")
    grades = {stream.partition("/")[2]: reliability_of(entries) for stream, entries in sources}
    begun = 0
    for _, entries in reader.streams_grouped("deal"):
        begun += state_at("deal", believe(entries, grades), DAY).possible is not None
    return begun


def profiled(work: Callable[[], object]) -> str:
    """Where the time of some work goes: the functions that take most of it themselves."""
    profile = cProfile.Profile()
    profile.runcall(work)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(PROFILED_LINES)
    lines = text.getvalue().strip().splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())


def main(ledger: str, rounds: str, *options: str) -> None:
    """Measure here and print JSON."""
    path = Path(ledger)
    with Journal.open(path) as journal:
        work = {
            PLAIN: lambda: read_plainly(path),
            READ: lambda: read(journal.reader),
            FOLD: lambda: fold(journal.reader),
        }
        contestants = {name: partial(clocked, run) for name, run in work.items()}
        run_rounds(contestants, 1)  # builds pydantic's validators and fills the caches
        times = run_rounds(contestants, int(rounds))
        listing = profiled(work[FOLD]) if options else ""
    seconds = {name: processor_seconds(times, name) for name in times}
    print(json.dumps({"seconds": seconds, "profile": listing}))


if __name__ == "__main__":
    main(*sys.argv[1:])
