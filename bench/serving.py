"""Pages served while entries are recorded; beside datasette, which serves the same rows as tables of a database."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, NamedTuple

from armsledger import Ledger
from bench.child import ChildFailed, environment, last_line, measure
from bench.clients import CLIENTS, LONGEST_PAUSE_SECONDS
from bench.figure import Figure, Goal, Section, absolute, milliseconds
from bench.register_generator import write_registers

ROWS, ROWS_QUICK = 30_000, 3_000
SECONDS, SECONDS_QUICK = 30, 6
RECORDED_EVERY_SECONDS: Final = 3.0
DEALS_READ: Final = 100
LAST: Final = 1_500
"""The number of the entry that is recorded when the clients are done; there are fewer before it."""
PATIENCE_SECONDS: Final = 120.0
SECONDS_TO_END: Final = 10.0
DEAL = Goal(15, at_most=True, unit="ms")
BOARD = Goal(50, at_most=True, unit="ms")
FIRST_BYTE = Goal(1_500, at_most=True, unit="ms")
NONE = Goal(0, at_most=True, unit="answers")
REMARKS = """\
{which}, of {deals:,} deals. {clients} clients read for {seconds} s, each with pauses of up to {pause:g} s between its
pages: a deal of {read}, its state as JSON, the board, and pages of the list of deals. Meanwhile an entry is recorded
every {every:g} s, after which no page is answered from what was kept before: `cold` is the first answer of a process,
and what a page takes after an entry; `p50` and `p95` are over all answers. An answer is stale if its position is lower
than one that had been recorded before it was asked for. datasette serves the same deals, exported with all their
fields into a table, while nothing is written: the table with facets of supplier, buyer and stage
in place of the board, and the row in place of the deal's page. Server, clients and recorder share the processors."""


class Served(NamedTuple):
    """What to start and to ask: a program, its port, and the paths of its pages by their kinds."""

    command: Sequence[str]
    port: int
    pages: Mapping[str, Sequence[str]]


def section(
    folder: Path, progress: Callable[[str], None], registers: Path | None, commands: Path, *, quick: bool
) -> Section:
    """Measure on the registers of a folder (``trade-register-*.csv``) or on generated ones."""
    files = sorted(registers.glob("trade-register-*.csv"))[:2] if registers is not None else []
    which = f"The registers {files[0].name} and {files[1].name}" if len(files) == 2 else "Two generated registers"
    if len(files) < 2:
        files = write_registers(folder, ROWS_QUICK if quick else ROWS)
    ledger = folder / "served.db"
    for file in files:
        progress(f"taking {file.name}")
        measure("bench.registers", "import", ledger, file)
    return measured(ledger, folder, progress, commands, which, SECONDS_QUICK if quick else SECONDS)


def measured(
    ledger: Path, folder: Path, progress: Callable[[str], None], commands: Path, which: str, seconds: int
) -> Section:
    """Measure on a ledger, which is written."""
    with Ledger(ledger) as opened:
        deals = [row.deal for row in opened.at().deals()]
    read = deals[:: max(1, len(deals) // DEALS_READ)][:DEALS_READ]
    ours, head = _ours(ledger, read), folder / "head"
    progress("serving pages")
    with started(ours) as first_byte:
        cold = {kind: took(ours.port, paths[-1]) for kind, paths in ours.pages.items()}
        told = seen(ours, seconds, ledger, head)
        with Ledger(ledger) as opened:
            _record(opened, LAST)
        again = {kind: took(ours.port, paths[-1]) for kind, paths in ours.pages.items()}
    theirs = _theirs(ledger, folder, read, commands)
    progress("serving tables by datasette")
    with started(theirs) as their_first_byte:
        others = seen(theirs, seconds)
    figures = [
        absolute("first byte after start", first_byte * 1000, FIRST_BYTE),
        Figure("first byte of datasette after start", milliseconds(their_first_byte), first_byte / their_first_byte),
        *_figures(told, others, cold, again),
        absolute("errors", sum(error for _, _, error, _ in told), NONE),
        absolute("stale answers", sum(stale for _, _, _, stale in told), NONE),
    ]
    remarks = REMARKS.format(
        which=which,
        deals=len(deals),
        clients=CLIENTS,
        seconds=seconds,
        pause=LONGEST_PAUSE_SECONDS,
        read=DEALS_READ,
        every=RECORDED_EVERY_SECONDS,
    )
    return Section("Serving", figures, remarks)


def _figures(
    told: Sequence[Any], others: Sequence[Any], cold: Mapping[str, float], again: Mapping[str, float]
) -> Iterator[Figure]:
    """The times of each kind of page, and of datasette's nearest to it."""
    for kind, first in cold.items():
        times = [took for seen_kind, took, *_ in told if seen_kind == kind]
        theirs = [took for seen_kind, took, *_ in others if seen_kind == kind]
        p50, p95 = median(times), quantiles(times, n=20)[-1]
        goal = {"deal": DEAL, "board": BOARD}.get(kind)
        words = f"{kind}: p50 of {len(times)}"
        yield Figure(words, milliseconds(p50)) if goal is None else absolute(words, p50 * 1000, goal)
        yield Figure(f"{kind}: p95", milliseconds(p95))
        yield Figure(
            f"{kind}: cold, at first and after an entry", f"{milliseconds(first)}, {milliseconds(again[kind])}"
        )
        if theirs:
            yield Figure(f"{kind}: p50 of datasette's", milliseconds(median(theirs)), p50 / median(theirs))
            yield Figure(f"{kind}: p95 of datasette's", milliseconds(quantiles(theirs, n=20)[-1]))


def _ours(ledger: Path, deals: Sequence[str]) -> Served:
    port = free_port()
    command = [sys.executable, "-m", "armsledger", "--ledger", str(ledger), "serve", "--port", str(port)]
    pages = {
        "deal": [f"/deal/{key}" for key in deals],
        "state": [f"/deal/{key}.json" for key in deals],
        "board": ["/"],
        "table": [f"/deals?page={number}" for number in range(1, 11)],
    }
    return Served(command, port, pages)


def _theirs(ledger: Path, folder: Path, deals: Sequence[str], commands: Path) -> Served:
    """The same deals as a table of a database, for datasette."""
    file, port = folder / "tables.db", free_port()
    with Ledger(ledger) as opened:
        opened.at().export(file, of="deals", format="sqlite", replace=True)
    with closing(sqlite3.connect(file)) as database:
        rows = [database.execute("SELECT rowid FROM deals WHERE deal = ?", (key,)).fetchone()[0] for key in deals]
    facets = "&".join(f"_facet={name}" for name in ("supplier", "buyer", "stage"))
    pages = {
        "deal": [f"/tables/deals/{row}" for row in rows],
        "board": [f"/tables/deals?_size=100&{facets}"],
        "table": [f"/tables/deals?_size=100&_next={100 * number}" for number in range(10)],
    }
    command = [str(commands / "datasette"), "serve", str(file), "--port", str(port)]
    return Served(command, port, pages)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def started(served: Served) -> Iterator[float]:
    """A server that runs; gives how long it took until the first byte of its first page came."""
    begun = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(served.command, env=environment(), stdout=quiet, stderr=quiet) as process:
        try:
            while True:
                try:
                    took(served.port, served.pages["deal"][0])
                    break
                except ConnectionError:
                    if process.poll() is not None or time.perf_counter() - begun > PATIENCE_SECONDS:
                        raise ChildFailed(" ".join(served.command), "it does not answer") from None
                    time.sleep(0.01)
            yield time.perf_counter() - begun
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_TO_END)
            process.kill()


def took(port: int, path: str) -> float:
    """How long a page takes."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        begun = time.perf_counter()
        connection.request("GET", path)
        connection.getresponse().read()
        return time.perf_counter() - begun


def seen(served: Served, seconds: int, ledger: Path | None = None, head: Path | None = None) -> Sequence[Any]:
    """What clients saw; meanwhile entries are recorded, if there is a ledger."""
    asked = {"port": served.port, "pages": served.pages, "seconds": seconds, "head": str(head) if head else ""}
    if head is not None:
        head.write_text("0")
    command = [sys.executable, "-m", "bench.clients"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(), text=True, **pipes) as clients:
        assert clients.stdin
        clients.stdin.write(json.dumps(asked))
        clients.stdin.close()
        clients.stdin = None
        if ledger is not None and head is not None:
            _record_meanwhile(clients, ledger, head)
        out, err = clients.communicate(timeout=seconds + PATIENCE_SECONDS)
    if clients.returncode:
        raise ChildFailed("bench.clients", last_line(err))
    found: Sequence[Any] = json.loads(out)
    return found


def _record_meanwhile(clients: subprocess.Popen[str], ledger: Path, head: Path) -> None:
    """Record an entry now and then until the clients have ended; the file ``head`` says how far that is."""
    number = 0
    with Ledger(ledger) as opened:
        while clients.poll() is None:
            _record(opened, number)
            head.write_text(str(opened.position()))
            number += 1
            time.sleep(RECORDED_EVERY_SECONDS)


def _record(ledger: Ledger, number: int) -> None:
    if number == 0:
        ledger.record("source/bench", "registered", publisher="bench", published="2025-01-01", reliability="B")
        ledger.record("deal/bench", "opened", on="2019", supplier="RUS", buyer="IND", source="bench")
    day = date(2019, 1, 1) + timedelta(days=number)
    ledger.record("deal/bench", "commitment-reaffirmed", on=day.isoformat(), by="IND", source="bench")
