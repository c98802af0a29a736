"""Appending: events a second, against bare SQLAlchemy Core and the bare eventsourcing library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from armsledger.domain.entry import Draft
from bench.contestant import CONTESTANTS, BareEventSourcing, Contestant, CoreWithTriggers, OurJournal
from bench.figure import Figure, Goal, Section, per_second
from bench.generator import drafts, generate_deals, generate_sources
from bench.rounds import Clocked, Times, clocked, processor_seconds, ratio, run_rounds, set_aside, wall_seconds

GOALS = {(1000, CoreWithTriggers.name): Goal(0.5), (10, BareEventSourcing.name): Goal(1.0)}
REMARKS = """\
The same statements for all, in files on disk with a write-ahead log and `synchronous=FULL`; ratios are our
speed to theirs, microseconds the processor's time for one event, without waiting for the disk.
`SQLAlchemy Core` inserts rows that were made before the clock ran, into the journal's table
with its indexes and unique constraints, once with the journal's triggers and once without; the journal also
encodes the events, takes the writer's lock and assigns positions. `eventsourcing` encodes too
(`model_dump_json`), but stores name, stream, version and payload only."""


class Size(NamedTuple):
    """How many events a save, how many saves are measured, and in how many rounds."""

    events_a_save: int
    saves: int
    rounds: int


FULL = (Size(1000, 20, 7), Size(10, 200, 7))
QUICK = (Size(1000, 5, 3), Size(10, 50, 3))


def section(folder: Path, progress: Callable[[str], None], *, quick: bool) -> Section:
    """Measure."""
    figures = [figure for size in (QUICK if quick else FULL) for figure in _figures(size, folder, progress)]
    return Section("Appending", figures, REMARKS)


def _figures(size: Size, folder: Path, progress: Callable[[str], None]) -> list[Figure]:
    batches = _batches(size)
    contestants = {made.name: partial(_run, made, batches, folder) for made in CONTESTANTS}
    times = run_rounds(contestants, size.rounds, progress)
    return [_figure(made.name, size, times) for made in CONTESTANTS]


def _batches(size: Size) -> list[list[Draft]]:
    """One batch more than is measured: the first save of a file also makes its pages and compiles statements."""
    events = drafts(chain(generate_sources(), generate_deals(size.events_a_save * (size.saves + 1))))
    return [list(islice(events, size.events_a_save)) for _ in range(size.saves + 1)]


def _run(made: type[Contestant], batches: Sequence[Sequence[Draft]], folder: Path) -> Clocked:
    """The time for all saves but the first, in a new file."""
    with TemporaryDirectory(dir=folder) as place:
        contestant = made(Path(place) / "events.db")
        prepared = [contestant.prepare(batch) for batch in batches]
        contestant.save(prepared[0])
        with set_aside():
            time = clocked(lambda: [contestant.save(batch) for batch in prepared[1:]])
        stored = contestant.count()
        contestant.close()
    assert stored == sum(map(len, batches)), f"{contestant.name} stored {stored}"
    return time


def _figure(name: str, size: Size, times: Times) -> Figure:
    events = size.events_a_save * size.saves
    rate = per_second(events / median(wall_seconds(times, name)), "events")
    microseconds = median(processor_seconds(times, name)) / events * 1e6
    what, measured = f"{size.events_a_save:,} a save: {name}", f"{rate}, {microseconds:.0f} µs each"
    if name == OurJournal.name:
        return Figure(what, measured)
    ours_to_theirs = 1 / ratio(wall_seconds(times, OurJournal.name), wall_seconds(times, name))
    return Figure(what, measured, ours_to_theirs, GOALS.get((size.events_a_save, name)))
