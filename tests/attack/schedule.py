"""Several who use a ledger at once, in an order that a seed decides: all stop before every statement, and one goes on.

Time is simulated: whoever waits is asleep until the others have come so far, and a statement takes a moment. The same
seed makes the same schedule on SQLite. On a server whoever waits for a lock is left waiting, and the others go on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from random import Random
from threading import Condition, Thread, current_thread
from time import monotonic
from typing import Any

import psycopg
import pytest

from armsledger.storage.postgres.connection import PostgresConnection
from tests.processes import PATIENCE_SECONDS

STATEMENT_SECONDS = 0.001
LOOK_SECONDS = 0.002
"""How long a statement runs before somebody looks whether it waits for a lock."""
BLOCKED = "SELECT cardinality(pg_blocking_pids(%s)) > 0"
SLEEPERS = ("armsledger.storage.sqlite.database", "armsledger.storage.creation")
"""Modules that wait, and measure how long."""


class Actor:
    """One of those who take turns: what it does, and where it is."""

    def __init__(self, name: str, doing: Callable[[], object]) -> None:
        self.name = name
        self.doing = doing
        self.may_run = False
        self.is_done = False
        self.wakes_at = 0.0
        self.pid = 0
        """The server's process for the statement that it runs, 0 between statements and with a file."""
        self.is_blocked = False
        self.error: BaseException | None = None
        self.thread = Thread(target=self._run, name=name, daemon=True)
        self.schedule: Schedule | None = None

    def _run(self) -> None:
        assert self.schedule is not None
        try:
            self.schedule.stop()
            self.doing()
        except BaseException as error:
            self.error = error
        finally:
            self.schedule.end(self)


class Schedule:
    """Decides whose turn it is."""

    def __init__(self, seed: int, actors: Sequence[Actor], monitor: psycopg.Connection[Any] | None = None) -> None:
        self.random = Random(seed)
        self.now = 0.0
        self.steps = 0
        self._actors = list(actors)
        self._by_thread = {actor.thread: actor for actor in actors}
        self._changed = Condition()
        self._monitor = monitor
        for actor in actors:
            actor.schedule = self

    def run(self) -> None:
        """Let all go on, one at a time, until all are done; raises what the first of them raised."""
        for actor in self._actors:
            actor.thread.start()
        with self._changed:
            self._until(lambda: all(self._is_still(actor) for actor in self._actors))
            while going := [actor for actor in self._actors if not actor.is_done]:
                self._let_one_go_on(going)
        for actor in self._actors:
            if actor.error is not None:
                raise actor.error

    def stop(self, seconds: float = 0.0) -> None:
        """Called by an actor: wait for its next turn, which comes no sooner than that."""
        actor = self._by_thread.get(current_thread())
        if actor is None:
            return
        with self._changed:
            actor.wakes_at = self.now + seconds
            actor.may_run = False
            self._changed.notify_all()
            while not actor.may_run:
                self._changed.wait(PATIENCE_SECONDS)

    def runs(self, pid: int) -> None:
        """Called by an actor: the server's process runs a statement for it, or none any more."""
        if actor := self._by_thread.get(current_thread()):
            with self._changed:
                actor.pid = pid

    def end(self, actor: Actor) -> None:
        """Called by an actor that is done."""
        with self._changed:
            actor.is_done, actor.may_run = True, False
            self._changed.notify_all()

    def _let_one_go_on(self, going: Sequence[Actor]) -> None:
        free = [actor for actor in going if not actor.is_blocked]
        assert free, "all wait for each other"
        self.now = max(self.now + STATEMENT_SECONDS, min(actor.wakes_at for actor in free))
        actor = self.random.choice([actor for actor in free if actor.wakes_at <= self.now])
        actor.may_run = True
        self.steps += 1
        self._changed.notify_all()
        self._until(lambda: all(self._is_still(actor) for actor in self._actors))

    def _is_still(self, actor: Actor) -> bool:
        """Whether an actor has stopped, is done, or waits for a lock of the server's."""
        actor.is_blocked = actor.may_run and self._waits(actor)
        return not actor.may_run or actor.is_blocked

    def _waits(self, actor: Actor) -> bool:
        if self._monitor is None or not actor.pid:
            return False
        row = self._monitor.execute(BLOCKED, [actor.pid]).fetchone()
        return bool(row and row[0])

    def _until(self, is_so: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE_SECONDS
        seconds = PATIENCE_SECONDS if self._monitor is None else LOOK_SECONDS
        while not is_so():
            assert monotonic() < deadline, "an actor does not stop"
            self._changed.wait(seconds)


class ScheduledConnection(sqlite3.Connection):
    """A connection that waits for its turn before every statement, and for locks in simulated time."""

    schedule: Schedule

    def __init__(self, database: str, timeout: float = 5.0, **options: Any) -> None:
        super().__init__(database, timeout=0.0, **options)
        self._patience_seconds = timeout

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        setting, _, milliseconds = sql.partition("PRAGMA busy_timeout = ")
        if milliseconds and not setting:
            self._patience_seconds = int(milliseconds) / 1000
            return super().execute("SELECT 1")
        return self._patiently(partial(super().execute, sql, parameters))

    def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
        """Run a statement for each of many rows."""
        return self._patiently(partial(super().executemany, sql, list(parameters)))

    def _patiently(self, run: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        """Run a statement as soon as nobody is in its way, as SQLite's own waiting does."""
        until = self.schedule.now + self._patience_seconds
        self.schedule.stop()
        while True:
            try:
                return run()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or self.schedule.now >= until:
                    raise
            self.schedule.stop(STATEMENT_SECONDS)


@contextmanager
def scheduled(schedule: Schedule) -> Iterator[None]:
    """Within it, connections that are opened wait for their turns, and time is simulated."""
    kind = type("Connection", (ScheduledConnection,), {"schedule": schedule})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=kind))
        patch.setattr(cached_property, "__get__", _get_without_lock)
        for module in SLEEPERS:
            patch.setattr(f"{module}.sleep", schedule.stop)
            patch.setattr(f"{module}.monotonic", lambda: schedule.now)
        patch.setattr("armsledger.storage.sqlite.database.uniform", schedule.random.uniform)
        for name in ("execute", "executemany"):
            patch.setattr(PostgresConnection, name, _in_turn(schedule, getattr(PostgresConnection, name)))
        yield


def _get_without_lock(cached: cached_property[Any], instance: object, owner: type | None = None) -> Any:
    """As from Python 3.12 on: in 3.11 whoever stops within a cached property stops all others at theirs."""
    if instance is None:
        return cached
    assert cached.attrname is not None
    if cached.attrname not in instance.__dict__:
        instance.__dict__[cached.attrname] = cached.func(instance)
    return instance.__dict__[cached.attrname]


def _in_turn(schedule: Schedule, run: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a connection to a server that waits for its turn first."""

    def in_turn(connection: PostgresConnection, *arguments: Any) -> Any:
        schedule.stop()
        schedule.runs(connection.raw.info.backend_pid if not connection.raw.closed else 0)
        try:
            return run(connection, *arguments)
        finally:
            schedule.runs(0)

    return in_turn
