"""More of what workers do: those that are signalled, forked, or that hold what others need."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from armsledger import Ledger, LedgerError
from tests.attack.statements import Told, acknowledge, record_dossier, record_single, record_source
from tests.processes import say


def hold(address: str) -> None:
    """Hold the writer's lock until killed."""
    with Ledger(address) as ledger, ledger.journal().transaction():
        say("holds")
        signal.pause()


def hold_all(address: str) -> None:
    """Hold an SQLite file for oneself alone, as another program may do, until killed."""
    connection = sqlite3.connect(address, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    say("holds")
    signal.pause()


def record_through_signals(address: str, name: str) -> None:
    """Record deals, each with a dossier and two single entries, going on with the next after a Ctrl-C, until killed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    numbers = count()
    with Ledger(address, recorded_by=name) as ledger:
        while True:
            try:
                for number in numbers:
                    deal = f"deal/{name}-{number}"
                    acknowledge(record_dossier(ledger, deal, deal, 5))
                    acknowledge(record_single(ledger, deal, f"{deal}-0", 0))
                    acknowledge(record_single(ledger, deal, f"{deal}-1", 1))
            except KeyboardInterrupt:
                say("interrupted")
            except LedgerError as refusal:
                say("refused", type(refusal).__name__, str(refusal).replace("\n", " "))


def fork_between(address: str) -> None:
    """Record, fork, and have the child use what it should not; then go on."""
    with Ledger(address, recorded_by="parent") as ledger:
        acknowledge(record_source(ledger, "source"))
        acknowledge(record_dossier(ledger, "deal/x", "before", 5))
        with forked() as is_child:
            if is_child:
                acknowledge(record_dossier(ledger, "deal/child", "child", 5))
        acknowledge(record_dossier(ledger, "deal/y", "after", 5))


def fork_within(address: str) -> None:
    """Fork in the midst of a transaction; the child leaves it by an error, the parent commits it."""
    with Ledger(address, recorded_by="parent") as ledger:
        acknowledge(record_source(ledger, "source"))
        told: list[Told] = []
        try:
            with ledger.journal().transaction() as transaction:
                if "://" not in address:  # so little that pages are written before the commit
                    transaction.connection.execute("PRAGMA cache_size = 10")
                told += record_dossier(ledger, "deal/x", "within", 200)
                with forked() as is_child:
                    if is_child:
                        raise InterruptedError
                told += record_dossier(ledger, "deal/y", "after", 5)
        except InterruptedError:
            os._exit(0)
        acknowledge(told)


@contextmanager
def forked() -> Iterator[bool]:
    """Fork; the child, where it is True, ends with the block, unless it leaves it by an error that it must see to."""
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        yield False
        return
    try:
        yield True
        say("child", "done")
    except LedgerError as refusal:
        say("child", type(refusal).__name__, str(refusal).replace("\n", " "))
    os._exit(0)


TASKS = (hold, hold_all, record_through_signals, fork_between, fork_within)
