"""What trust costs: appending with the Merkle tree and the read models, on both databases; verifying, and proving."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from armsledger.domain.entry import Draft
from armsledger.storage.integrity.checkpoints import proof_of_inclusion
from armsledger.storage.integrity.verification import verify_journal
from armsledger.storage.journal import Journal
from armsledger.storage.proofs.record import record_bytes, record_columns
from armsledger.storage.schema import SCHEMA_VERSION
from bench.big_ledger import BigLedgers, Told
from bench.contestant import BareEventSourcing, Contestant, Core, CoreWithTriggers, OurJournal, OurLedger
from bench.figure import Figure, Goal, Section, absolute, milliseconds, per_second
from bench.generator import drafts, generate_deals, generate_sources
from bench.rounds import Clocked, clocked, processor_seconds, ratio, run_rounds, set_aside, wall_seconds
from bench.servers import BarePostgres, OurPostgres, OurPostgresLedger, ServerContestant
from tests.postgres import SAFE, Server, server, why_not

ENTRIES, ENTRIES_QUICK = 500, 100
SAVE = 1000
SAVES, SAVES_QUICK = 10, 2
ROUNDS, ROUNDS_QUICK = 5, 2
PROOFS, PROOFS_QUICK = 2000, 200

ONE = Goal(2.0, at_most=True)
BULK = Goal(0.5)
SERVER_BULK = Goal(1.0)
VERIFIED = Goal(0.5)
RATE = Goal(100_000, unit="entries/s")
PROOF = Goal(1.0, at_most=True, unit="ms")

REMARKS = """\
One entry: each of {entries} entries is appended in its own transaction, waiting for the disk
(`synchronous=FULL`; PostgreSQL with `fsync` and `synchronous_commit`), by all contestants in turn; the medians by the
clock on the wall are given and, as other work waits for the same disk, those of the processor's time. Bulk:
{saves} saves of {save:,} entries by the clock on the wall, the first save of a file aside. `armsledger` is the journal
with its Merkle tree, `read models kept` all of a ledger. Core is SQLAlchemy Core's `executemany` of finished rows,
hashes included. `eventsourcing` stores name, stream, version and payload only. The ratio of one entry is our time to
that of bare `eventsourcing`, those in bulk our speed to theirs.

Verified are positions, versions, times, ids, canonical bytes, leaves and all hashes of the tree, read from the file,
in one process; beside it the same pages of rows are read and one SHA-256 is computed for each record's bytes, made
before. A proof of inclusion is drawn from the nodes stored with the entries: {told}"""


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    entries, saves = (ENTRIES_QUICK, SAVES_QUICK) if quick else (ENTRIES, SAVES)
    rounds = ROUNDS_QUICK if quick else ROUNDS
    events = drafts(chain(generate_sources(), generate_deals(entries + (saves + 1) * SAVE)))
    batches = [list(islice(events, SAVE)) for _ in range(saves + 1)]
    singles = list(islice(drafts(chain(generate_sources(), generate_deals(entries))), entries))
    figures = [*_one(singles, folder, progress), *_bulk(batches, folder, rounds, progress)]
    if why_not() is None:
        with server(SAFE) as started:
            figures += _on_a_server(started, singles, batches, rounds, progress)
    told = ledgers.journal(progress)
    figures += [*_verified(told, rounds, progress), *_proved(told, PROOFS_QUICK if quick else PROOFS, progress)]
    return Section("Trust", figures, REMARKS.format(entries=entries, saves=saves, save=SAVE, told=told))


def _one(singles: Sequence[Draft], folder: Path, progress: Callable[[str], None]) -> list[Figure]:
    """One entry a transaction, in SQLite files."""
    kinds: tuple[type[Contestant], ...] = (BareEventSourcing, OurJournal, OurLedger)
    with _made(kinds, folder) as contestants:
        return _one_figures("SQLite", contestants, singles, BareEventSourcing.name, progress)


def _one_figures(
    where: str,
    contestants: Sequence[Contestant | ServerContestant],
    singles: Sequence[Draft],
    bare: str,
    progress: Callable[[str], None],
) -> list[Figure]:
    times: dict[str, list[Clocked]] = {made.name: [] for made in contestants}
    for number, single in enumerate(singles):
        progress(f"{where}: entry {number + 1} of {len(singles)}")
        for made in contestants:
            batch = made.prepare([single])
            times[made.name].append(clocked_quickly(partial(made.save, batch)))
    skipped = {name: told[len(told) // 5 :] for name, told in times.items()}  # the first ones also make pages
    wall = {name: median(one.wall for one in told) for name, told in skipped.items()}
    processor = {name: median(one.processor for one in told) for name, told in skipped.items()}
    figures = []
    for name, seconds in wall.items():
        measured = f"{milliseconds(seconds)}, {milliseconds(processor[name])} of the processor's"
        goal = ONE if where == "SQLite" and "read models" in name else None
        compared = None if name == bare else seconds / wall[bare]
        figures.append(Figure(f"{where}, one entry: {name}", measured, compared, goal))
    return figures


def clocked_quickly(work: Callable[[], object]) -> Clocked:
    """How long something short takes: garbage is not collected first."""
    import time

    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Clocked(time.perf_counter() - wall, time.process_time() - processor)


def _bulk(
    batches: Sequence[Sequence[Draft]], folder: Path, rounds: int, progress: Callable[[str], None]
) -> list[Figure]:
    """Many entries a transaction, in SQLite files."""
    kinds: tuple[type[Contestant], ...] = (Core, CoreWithTriggers, OurJournal, OurLedger)
    contestants = {made.name: partial(_saved_in_file, made, batches, folder) for made in kinds}
    times = run_rounds(contestants, rounds, progress)
    events = sum(map(len, batches[1:]))
    figures = []
    for made in kinds:
        rate = per_second(events / median(wall_seconds(times, made.name)), "events")
        ours = made in (OurJournal, OurLedger)
        compared = 1 / ratio(wall_seconds(times, made.name), wall_seconds(times, Core.name)) if ours else None
        figures.append(Figure(f"SQLite, {SAVE:,} a save: {made.name}", rate, compared, BULK if ours else None))
    return figures


def _saved_in_file(made: type[Contestant], batches: Sequence[Sequence[Draft]], folder: Path) -> Clocked:
    with TemporaryDirectory(dir=folder) as place:
        return _saved(made(Path(place) / "events.db"), batches)


def _saved(contestant: Contestant | ServerContestant, batches: Sequence[Sequence[Draft]]) -> Clocked:
    """The time for all saves but the first."""
    prepared = [contestant.prepare(batch) for batch in batches]
    contestant.save(prepared[0])
    with set_aside():
        time = clocked(lambda: [contestant.save(batch) for batch in prepared[1:]])
    assert contestant.count() == sum(map(len, batches))
    contestant.close()
    return time


def _on_a_server(
    started: Server,
    singles: Sequence[Draft],
    batches: Sequence[Sequence[Draft]],
    rounds: int,
    progress: Callable[[str], None],
) -> list[Figure]:
    kinds: tuple[type[ServerContestant], ...] = (BarePostgres, OurPostgres, OurPostgresLedger)
    with ExitStack() as stack:
        contestants = [made(started) for made in kinds]
        for one in contestants:
            stack.callback(one.close)
        figures = _one_figures("PostgreSQL", contestants, singles, BarePostgres.name, progress)
    runs = {made.name: partial(_saved_on_server, made, started, batches) for made in kinds}
    times = run_rounds(runs, rounds, progress)
    events = sum(map(len, batches[1:]))
    for made in kinds:
        rate = per_second(events / median(wall_seconds(times, made.name)), "events")
        ours = made is not BarePostgres
        compared = 1 / ratio(wall_seconds(times, made.name), wall_seconds(times, BarePostgres.name)) if ours else None
        goal = SERVER_BULK if ours else None
        figures.append(Figure(f"PostgreSQL, {SAVE:,} a save: {made.name}", rate, compared, goal))
    return figures


def _saved_on_server(made: type[ServerContestant], started: Server, batches: Sequence[Sequence[Draft]]) -> Clocked:
    return _saved(made(started), batches)


def _verified(told: Told, rounds: int, progress: Callable[[str], None]) -> list[Figure]:
    """The journal and its tree, against reading it and one SHA-256 a record."""
    with Journal.open(told.path) as journal:
        records = [record_bytes(row) for row in _rows(journal)]

        def verify() -> None:
            walk = verify_journal(journal.reader)
            assert walk.violation is None, walk.violation
            assert walk.sound == told.events

        def plain() -> None:
            for record in records:
                sha256(record).digest()

        contestants = {"verify": partial(clocked, verify), "SHA-256 of the same bytes": partial(clocked, plain)}
        times = run_rounds(contestants, rounds, progress)
    rate = told.events / median(wall_seconds(times, "verify"))
    hashed = told.events / median(wall_seconds(times, "SHA-256 of the same bytes"))
    processor = told.events / median(processor_seconds(times, "verify"))
    return [
        Figure("SHA-256 of the records' bytes, from memory", per_second(hashed, "entries")),
        Figure("verify, ratio to that", per_second(rate, "entries"), rate / hashed, VERIFIED),
        absolute("verify, journal and tree", rate, RATE),
        Figure("the same by the processor's time", per_second(processor, "entries")),
    ]


def _rows(journal: Journal) -> Iterator[tuple[Any, ...]]:
    after = 0
    columns = record_columns(SCHEMA_VERSION)
    sql = f"SELECT {columns} FROM journal WHERE position > ? ORDER BY position LIMIT 10000"
    while page := journal.reader.query(sql, after):
        yield from page
        after = page[-1][0]


def _proved(told: Told, count: int, progress: Callable[[str], None]) -> list[Figure]:
    """Proofs of inclusion of entries drawn at random."""
    progress("proofs")
    random = Random(7)
    with Journal.open(told.path) as journal:
        reader, head = journal.reader, journal.reader.head()
        positions = [random.randint(1, head) for _ in range(count)]
        times = [clocked_quickly(partial(proof_of_inclusion, reader, position, head)) for position in positions]
    return [absolute(f"an inclusion proof, {head:,} entries", median(one.wall for one in times) * 1000, PROOF)]


@contextmanager
def _made(kinds: Sequence[type[Contestant]], folder: Path) -> Iterator[list[Contestant]]:
    """A contestant of each kind, each in a folder of its own."""
    with ExitStack() as stack:
        contestants = []
        for made in kinds:
            place = stack.enter_context(TemporaryDirectory(dir=folder))
            contestant = made(Path(place) / "events.db")
            stack.callback(contestant.close)
            contestants.append(contestant)
        yield contestants
