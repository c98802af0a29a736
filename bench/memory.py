"""Memory: the most that the process of each command ever holds, in a ledger on a PostgreSQL server.

What walks through the journal must not grow with it; what answers with rows holds these, and may grow with their bytes.

Run as a module (``python -m bench.memory FILE COMMAND...``) it runs a command and writes to a file what that took.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from armsledger import Ledger
from bench.big_ledger import fill
from bench.child import ChildFailed, environment, last_line
from bench.figure import Figure, Goal, Section
from bench.rebuild import Watch
from bench.recording import MEBIBYTE
from tests.postgres import Server, server, why_not

DEALS, DEALS_QUICK = 8_000, 400
"""Of about ten entries each: with fewer than 30,000, one process does what several do with more."""
FEWER = 2
FLAT = Goal(1.25, at_most=True)
WALKS = (
    "export jsonl {folder}/{deals}.jsonl",
    "import jsonl {folder}/{deals}.jsonl --ledger {folder}/imported-{deals}.db",
    "export csv - --of deals",
    "export parquet {folder}/{deals}.parquet --of deals",
    "export sqlite {folder}/tables-{deals}.db",
    "export xlsx {folder}/{deals}.xlsx",
    "export ocds -",
    "export ftm -",
    "verify",
    "rebuild",
    "search tank",
    "proof checkpoint {folder}/{deals}.checkpoint --key {folder}/{deals}.key",
    "admin backup {folder}/backup-{deals}.db",
    "admin copy {ledger} {folder}/copy-{deals}.db",
    "lake sync {folder}/{deals}.lake",
)
"""Commands that go through all entries, or all rows, and keep none of them."""
ANSWERS = ("deals", "deals --format jsonl", "log", "log --format jsonl", "check")
"""Commands that hold the rows with which they answer."""
REMARKS = """\
Ledgers of {more:,} and {fewer:,} entries on a server (`bench/generator.py`). Memory is the most that a command and its
processes ever held together; `info` holds {least:,.0f} MiB. The ratio is that of the larger ledger to
the smaller one, which has half of its entries. Of the commands that answer with rows, the size of the larger answer
stands beside."""


class Ran(NamedTuple):
    """What a command took: the most memory, and the bytes that it wrote."""

    peak_bytes: int
    written: int


def section(folder: Path, progress: Callable[[str], None], *, quick: bool) -> Section:
    """Measure."""
    if reason := why_not():
        return Section("Memory", [], reason)
    deals = DEALS_QUICK if quick else DEALS
    with server() as started:
        entries, addresses = dict[int, int](), dict[int, str]()
        for count in (deals // FEWER, deals):
            progress(f"recording {count:,} deals")
            entries[count], addresses[count] = _ledger(started, folder / f"{count}.db", count)
            _run(f"proof keys new {folder}/{count}.key", addresses[count], folder, count)
        least = _run("info", addresses[deals], folder, deals)
        figures = []
        for command in (*WALKS, *ANSWERS):
            progress(command)
            less, more = (_run(command, address, folder, count) for count, address in addresses.items())
            figures.append(_figure(command, less, more))
    if quick:
        figures = [figure._replace(goal=None) for figure in figures]
    fewer, more_entries = entries.values()
    told = REMARKS.format(more=more_entries, fewer=fewer, least=least.peak_bytes / MEBIBYTE)
    return Section("Memory", figures, told)


def _figure(command: str, less: Ran, more: Ran) -> Figure:
    words = (
        " ".join(word for word in command.split() if "{" not in word).removesuffix(" --key").removesuffix(" --ledger")
    )
    measured, ratio = f"{more.peak_bytes / MEBIBYTE:,.0f} MiB", more.peak_bytes / less.peak_bytes
    if command in ANSWERS:
        return Figure(f"`{words}`", f"{measured} for {more.written / MEBIBYTE:,.1f} MiB", ratio)
    return Figure(f"`{words}`", measured, ratio, FLAT)


def _ledger(started: Server, path: Path, deals: int) -> tuple[int, str]:
    """A ledger on the server, made in a file first; how many entries it has, and its address."""
    entries, address = fill(path, deals), started.address("owner", started.schema())
    with Ledger(path) as ledger:
        ledger.copy_to(address)
    return entries, address


def _run(command: str, address: str, folder: Path, deals: int) -> Ran:
    """Run a command to its end; raises ChildFailed."""
    words = command.format(folder=folder, deals=deals, ledger=address).split()
    answer, told = folder / "answer", folder / "told"
    run = [sys.executable, "-m", "bench.memory", str(told), *words]
    surroundings = {**environment(), "ARMSLEDGER_LEDGER": address}
    with answer.open("wb") as out:
        done = subprocess.run(run, stdout=out, stderr=subprocess.PIPE, text=True, env=surroundings, check=False)
    if done.returncode not in (0, 1 if command == "check" else 0):
        raise ChildFailed(command, last_line(done.stderr) or f"exit status {done.returncode}")
    return Ran(int(told.read_text()), answer.stat().st_size)


def main(told: str, *words: str) -> int:
    """Run a command here, and write the most memory that it and its processes took to a file."""
    from armsledger.cli.main import answer

    sys.argv = ["armsledger", *words]
    watch = Watch()
    with watch.watching():
        status = answer()
    Path(told).write_text(str(watch.peak_bytes))
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
