"""What waiting for standbys costs an append on a PostgreSQL server, beside one that has none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg

from armsledger import Ledger
from bench.figure import Figure, Section, milliseconds
from tests.postgres import SAFE, Server, server

if TYPE_CHECKING:
    from bench.big_ledger import BigLedgers

APPENDS, APPENDS_QUICK = 100, 20
ROUNDS, ROUNDS_QUICK = 5, 2
RELOAD_SECONDS: Final = 0.5
"""How long a server may take to go by a setting that was changed."""
SETTINGS: Final = {
    "two standbys, none awaited": "",
    "one of two awaited, in order: FIRST 1 (*)": "FIRST 1 (*)",
    "any of two awaited, a quorum: ANY 1 (*)": "ANY 1 (*)",
    "both awaited: FIRST 2 (*)": "FIRST 2 (*)",
}
"""``synchronous_standby_names``."""
REMARKS = """\
Sources are registered, each in its own transaction, with all read models kept; the disk is waited for (`fsync` and
`synchronous_commit`). One server has no standby; beside it a server with two standbys on the same machine and the same
disk, whose setting is changed between rounds of {appends} appends. Medians by the clock on the wall; the ratio is to
the server without a standby in the same rounds."""


class Contestant(NamedTuple):
    """A ledger of its own on a server, and how that is to replicate."""

    name: str
    server: Server
    standbys: str | None
    ledger: Ledger

    def append(self, numbers: Iterator[int], appends: int) -> float:
        """The median of the seconds that an append takes."""
        if self.standbys is not None:
            with psycopg.connect(self.server.url, autocommit=True) as connection:
                connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{self.standbys}'".encode())
                connection.execute("SELECT pg_reload_conf()")
            time.sleep(RELOAD_SECONDS)
        seconds = []
        for number in range(appends):
            key, started = f"s{next(numbers)}", time.perf_counter()
            self.ledger.record(f"source/{key}", "registered", publisher=f"P{number}", published="2020-01-01")
            seconds.append(time.perf_counter() - started)
        return median(seconds)


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    del folder, ledgers
    appends, rounds = (APPENDS_QUICK, ROUNDS_QUICK) if quick else (APPENDS, ROUNDS)
    numbers = count()
    with contestants() as all_of_them:
        seconds: dict[str, list[float]] = {contestant.name: [] for contestant in all_of_them}
        for number in range(rounds + 1):
            for contestant in all_of_them if number % 2 == 0 else all_of_them[::-1]:
                progress(f"round {number} of {rounds}: {contestant.name}")
                taken = contestant.append(numbers, appends)
                if number:  # the first round warms up
                    seconds[contestant.name].append(taken)
    alone = next(iter(seconds.values()))
    figures = [
        Figure(name, milliseconds(median(own)), median(map(float.__truediv__, own, alone)) if own != alone else None)
        for name, own in seconds.items()
    ]
    return Section("Replicating", figures, REMARKS.format(appends=appends))


@contextmanager
def contestants() -> Iterator[list[Contestant]]:
    """A server alone, and one with two standbys in each of its settings."""
    with ExitStack() as stack:
        alone = stack.enter_context(server(SAFE))
        primary = stack.enter_context(server(SAFE))
        for _ in range(2):
            stack.enter_context(server(SAFE, primary))

        def contestant(name: str, one: Server, standbys: str | None) -> Contestant:
            ledger = Ledger.create(one.address("owner", one.schema()), recorded_by="bench")
            return Contestant(name, one, standbys, stack.enter_context(ledger))

        yield [
            contestant("one server", alone, None),
            *(contestant(name, primary, standbys) for name, standbys in SETTINGS.items()),
        ]
