"""Writers and readers that are interleaved statement by statement, from a seed, with clocks that jump."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import psycopg
import pytest

from armsledger import Ledger
from armsledger.domain.entry import Draft
from armsledger.storage.errors import Conflict, LedgerBusy
from armsledger.storage.sqlite.database import SqliteDatabase
from armsledger.storage.transaction import END, Transaction
from tests.attack.schedule import Actor, Schedule, scheduled
from tests.attack.soundness import assert_sound, assert_without_gaps
from tests.attack.statements import SOURCE, Mark, Told, record_dossier, record_single, record_source
from tests.attack.together import LATER, complaints_of_a_reader
from tests.postgres import Server
from tests.soak import tell
from tests.storage.drafts import signed

START = datetime(2026, 1, 1, tzinfo=UTC)
JUMP_DAYS = 30
PATIENCE_SECONDS = (0.02, 10.0, 10.0)
"""In simulated time, with a file: some give up soon and try again."""
PATIENCE_WITH_A_SERVER_SECONDS = 120.0
"""A server goes by its own clock, and whoever has its lock is stopped again and again."""
SEEDS = os.environ.get("ARMSLEDGER_SEEDS", "")
"""Seeds to replay, with blanks between."""


class Played(NamedTuple):
    """What came of a schedule."""

    writers: int
    steps: int
    entries: int
    busy: int
    conflicts: int
    reads: int


class Play:
    """The writers and readers of one ledger, and what they were told."""

    def __init__(self, address: str, seed: int, monitor: psycopg.Connection[object] | None = None) -> None:
        self.random = Random(seed)
        self.address = address
        self.is_file = monitor is None
        self.told: list[Told] = []
        self.busy = self.conflicts = self.reads = 0
        self.writers = self.random.randint(2, 8)
        names = [f"w{number}" for number in range(self.writers)]
        actors = [Actor(name, partial(self.write, name, self.random.randrange(2**32))) for name in names]
        actors += [Actor("reader", self.read)] * (self.random.random() < 0.5)
        self.schedule = Schedule(seed, actors, monitor)

    def run(self) -> Played:
        """Play it to the end; whether all is as it must be."""
        with Ledger(self.address, clock=lambda: START) as ledger:
            self.told += record_source(ledger, "source")
            self.told += record_dossier(ledger, "deal/shared", "dossier", 2)
        with scheduled(self.schedule):
            self.schedule.run()
        found = assert_sound(self.address, self.told, unacknowledged=0)
        return Played(self.writers, self.schedule.steps, len(found), self.busy, self.conflicts, self.reads)

    def write(self, name: str, seed: int) -> None:
        """Record some things, each until it is recorded."""
        random = Random(seed)

        def clock() -> datetime:
            return START + timedelta(days=random.uniform(-JUMP_DAYS, JUMP_DAYS))

        patience = random.choice(PATIENCE_SECONDS) if self.is_file else PATIENCE_WITH_A_SERVER_SECONDS
        with Ledger(self.address, recorded_by=name, clock=clock, timeout_seconds=patience) as ledger:
            for number in range(random.randint(1, 3)):
                doing = random.choice((self.add, self.add, self.open, self.contradict))
                self.told += self.until_taken(partial(doing, ledger, f"{name}-{number}", number), patience)

    def until_taken(self, doing: Callable[[], list[Told]], patience: float) -> list[Told]:
        """Do it again while somebody else writes; nobody is told so before the time is over."""
        while True:
            began = self.schedule.now
            try:
                return doing()
            except LedgerBusy:
                assert self.schedule.now - began >= patience, "gave up too early"
                assert patience < max(PATIENCE_SECONDS), "starved"
                self.busy += 1

    def add(self, ledger: Ledger, name: str, number: int) -> list[Told]:
        """Record an entry in a deal that all share."""
        return record_single(ledger, "deal/shared", name, number)

    def open(self, ledger: Ledger, name: str, number: int) -> list[Told]:
        """Record a deal of one's own."""
        return record_dossier(ledger, f"deal/{name}", name, 3)

    def contradict(self, ledger: Ledger, name: str, number: int) -> list[Told]:
        """Append with the version that was next when somebody looked."""
        while True:
            version = ledger.journal().reader.version_of("deal/shared") + 1
            draft = Draft("deal/shared", version, str(Mark(name, 1, 1)), signed(source=SOURCE))
            try:
                [entry] = ledger.journal().append([draft], recorded_by=name)
                return [Told(entry.position, entry.id)]
            except Conflict:
                self.conflicts += 1

    def read(self) -> None:
        """Look at entries and read models; all is of whole transactions."""
        with Ledger(self.address) as ledger:
            for _ in range(4):
                view = ledger.at(LATER)
                entries = list(ledger.journal().reader.entries(upto=view.question.position))
                assert_without_gaps(entries)
                assert list(complaints_of_a_reader(view, entries)) == []
                self.reads += 1


@contextmanager
def replayable(seed: int) -> Iterator[None]:
    """Tell the seed of a schedule that fails."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"to see it again: ARMSLEDGER_SEEDS={seed} pytest {__name__.replace('.', '/')}.py")
        raise


def seeds(count: int) -> list[int]:
    """The seeds to play: those of the environment, or so many."""
    return list(map(int, SEEDS.split())) or list(range(count))


def tell_of(database: str, played: Sequence[Played]) -> None:
    """Tell what came of schedules."""
    sums = Played(*map(sum, zip(*played, strict=True)))
    tell(
        f"2 to 8 writers and a reader, interleaved statement by statement ({database})",
        seeds=len(played),
        **sums._asdict(),
    )


@pytest.mark.parametrize("count", [3, pytest.param(1000, marks=pytest.mark.soak)])
def test_writers_that_are_interleaved_statement_by_statement(tmp_path: Path, count: int) -> None:
    played = []
    for seed in seeds(count):
        with replayable(seed):
            played.append(Play(str(tmp_path / f"{seed}.db"), seed).run())
    tell_of("SQLite", played)


@pytest.mark.parametrize("count", [1, pytest.param(30, marks=pytest.mark.soak)])
def test_writers_that_are_interleaved_on_a_server(
    postgres: Server, postgres_address: Callable[[], str], count: int
) -> None:
    played = []
    with psycopg.connect(postgres.url, autocommit=True) as monitor:
        for seed in seeds(count):
            with replayable(seed):
                played.append(Play(postgres_address(), seed, monitor).run())
    tell_of("PostgreSQL", played)


def test_the_same_seed_makes_the_same_schedule(tmp_path: Path) -> None:
    assert Play(str(tmp_path / "one.db"), 3).run() == Play(str(tmp_path / "two.db"), 3).run()


# what the schedules must find


def _head_before_lock(patch: pytest.MonkeyPatch) -> None:
    begin_right = SqliteDatabase._begin

    def begin(database: SqliteDatabase, *, durable: bool) -> Transaction:
        end = database.driver.execute(END).fetchall()
        transaction = begin_right(database, durable=durable)
        transaction._known_end = end
        return transaction

    patch.setattr(SqliteDatabase, "_begin", begin)


def _lock_when_writing(patch: pytest.MonkeyPatch) -> None:
    def lock(database: SqliteDatabase) -> None:
        database.driver.execute("BEGIN")

    patch.setattr(SqliteDatabase, "_lock", lock)


def _own_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Transaction, "last", "")


MISTAKES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "reads where the journal ends before it has the lock": _head_before_lock,
    "takes the lock only when it writes": _lock_when_writing,
    "goes by its own clock alone": _own_time,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_schedules_find_a_writer_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    MISTAKES[mistake](monkeypatch)
    findings = (finding_of(Play(str(tmp_path / f"{seed}.db"), seed)) for seed in range(10))
    assert next(filter(None, findings), None) is not None


def finding_of(play: Play) -> Exception | None:
    """What a play came to that it should not."""
    try:
        play.run()
    except Exception as finding:
        return finding
    return None
