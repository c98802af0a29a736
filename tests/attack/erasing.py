"""What workers do who are killed while they erase a name."""

from __future__ import annotations

import os
import signal
import sqlite3

from armsledger import Ledger
from armsledger.storage.postgres.connection import PostgresConnection
from tests.processes import say


def forget_and_die(address: str, name: str, statement: int, ticks: int = 0) -> None:
    """Forget somebody, and be killed at the statement of this number, counted from the COMMIT that erases.

    With ``ticks``, SQLite has done so many hundred steps of the statement by then.
    """
    counted: list[str] = []
    ticked: list[None] = []

    def count(sql: str) -> None:
        if not counted and sql != "COMMIT":
            return
        if len(counted) == statement and not ticks:
            die(sql)
        counted.append(sql)

    def tick() -> None:
        if len(counted) > statement:
            ticked.append(None)
            if len(ticked) == ticks:
                die(counted[statement])

    def die(sql: str) -> None:
        say("killed", sql[:60].replace("\n", " "))
        os.kill(os.getpid(), signal.SIGKILL)

    with Ledger(address, recorded_by="eraser") as ledger:
        with ledger.journal().transaction() as transaction:
            connection = transaction.connection
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(count)
            connection.set_progress_handler(tick, 100)
        else:
            run = PostgresConnection._run

            def counting(own: PostgresConnection, sql: str, parameters: object) -> object:
                count(sql)
                return run(own, sql, parameters)  # type: ignore[arg-type]

            PostgresConnection._run = counting  # type: ignore[assignment,method-assign]
        ledger.forget(name)
        say("survived", len(counted))


TASKS = (forget_and_die,)
