"""What workers do, each in a process of its own; and, run as a program, the nursery that forks them off.

A worker says lines, each beginning with its kind: ``told POSITION ID`` for every entry that is recorded.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from armsledger import Ledger, LedgerError, View
from armsledger.domain.entry import Draft, Entry
from armsledger.storage.errors import Conflict, LedgerBusy, LedgerExists, LedgerFull
from tests.attack.statements import (
    SOURCE,
    Mark,
    Told,
    first_dossier,
    record_dossier,
    record_single,
    record_source,
    source,
    take,
)
from tests.storage.drafts import signed

DOSSIER_ENTRIES = 20
DEAL_APPENDS = 10
"""How many entries each of several writers appends to one deal."""
SINGLES = (0, 1, 2)
"""Kinds of single entries that many may record in one deal."""
READ_BACK_ENTRIES = 200
LATER = "2022-12-31"
"""A day after all deliveries."""


def say(kind: str, *words: object) -> None:
    """Say a line, at once and as a whole, so that a process that is killed has said it or not."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, (kind, *words))) + "\n").encode())


def acknowledge(told: Iterable[Told]) -> None:
    """Say what is recorded, all of a transaction at once."""
    os.write(sys.stdout.fileno(), "".join(f"told {one}\n" for one in told).encode())


def record_until_killed(address: str, name: str) -> None:
    """Record a dossier of twenty entries, then single entries, and so on until killed."""
    with Ledger(address, recorded_by=name) as ledger:
        if not ledger.position():
            acknowledge(record_source(ledger, f"{name}-source"))
        for round_ in count():
            deal = f"deal/{name}-{round_}"
            acknowledge(record_dossier(ledger, deal, deal, DOSSIER_ENTRIES))
            for number in range(8):
                acknowledge(record_single(ledger, deal, f"{deal}-{number}", number))


def record_with_others(address: str, name: str, appends: int) -> None:
    """Append to deals that others append to as well; every tenth time with a version that is taken already."""
    longest = 0.0
    with Ledger(address, recorded_by=name) as ledger:
        for number in range(appends):
            started = time.monotonic()
            record_one_of_many(ledger, f"deal/shared-{number // DEAL_APPENDS}", f"{name}-{number}", number)
            longest = max(longest, time.monotonic() - started)
    say("longest", f"{longest:.3f}")


def record_one_of_many(ledger: Ledger, deal: str, transaction: str, number: int) -> None:
    """Record in a shared deal, which is opened first, or a dossier of one's own."""
    if number % DEAL_APPENDS == 0:
        patiently(lambda: record_dossier(ledger, deal, f"opening-{deal}", 1))
    if number % 10 == 9:
        append_after_a_conflict(ledger, deal, transaction)
    elif number % 50 == 10:
        patiently(lambda: record_dossier(ledger, f"deal/{transaction}", transaction, DOSSIER_ENTRIES))
    else:
        patiently(lambda: record_single(ledger, deal, transaction, SINGLES[number % len(SINGLES)]))


def patiently(doing: Callable[[], list[Told]]) -> None:
    """Record something and acknowledge it, however often others come first."""
    while True:
        try:
            return acknowledge(doing())
        except LedgerBusy:
            say("busy")


def append_after_a_conflict(ledger: Ledger, deal: str, transaction: str) -> None:
    """Append with the version of an entry that is there, then with the one that comes next until nobody is before."""
    version = ledger.journal().reader.version_of(deal)
    while True:
        draft = Draft(deal, version, str(Mark(transaction, 1, 1)), signed(source=SOURCE))
        try:
            [entry] = ledger.journal().append([draft], recorded_by=transaction)
            return acknowledge([Told(entry.position, entry.id)])
        except Conflict:
            say("conflict", version)
            version = ledger.journal().reader.version_of(deal) + 1
        except LedgerBusy:
            say("busy")


def follow(address: str, last: str) -> None:
    """Say every entry as it comes, up to one with an id."""
    with Ledger(address) as ledger:
        for row in ledger.follow(0):
            say("followed", row.position, row.id)
            if row.id == last:
                return


def read_meanwhile(address: str, last: str) -> None:
    """Look again and again at the latest transactions and at what the read models tell of them, up to one entry."""
    with Ledger(address) as ledger:
        while True:
            view = ledger.at(LATER)
            position = view.question.position
            entries = list(ledger.journal().reader.entries(after=position - READ_BACK_ENTRIES, upto=position))
            for complaint in complaints_of_a_reader(view, entries):
                say("torn", position, complaint)
            say("read", position)
            if entries and entries[-1].id == last:
                return


def complaints_of_a_reader(view: View, entries: Sequence[Entry]) -> Iterator[str]:
    """Transactions of which a reader sees a part only, among entries or in the read models."""
    numbers: dict[str, list[int]] = {}
    sizes: dict[str, int] = {}
    for mark in [Mark.parse(entry.id) for entry in entries]:
        numbers.setdefault(mark.transaction, []).append(mark.number)
        sizes[mark.transaction] = mark.size
    for transaction in list(numbers)[1:]:  # of the first one, the beginning may be too far back
        if numbers[transaction] != list(range(1, sizes[transaction] + 1)):
            yield f"entries of {transaction}: {numbers[transaction]}"
    large = [transaction for transaction in list(numbers)[1:] if sizes[transaction] == DOSSIER_ENTRIES]
    for transaction in large[-1:]:
        delivered = [quantity.count for row in view.deals(deal=transaction) for quantity in row.delivered]
        if delivered != [DOSSIER_ENTRIES - 1]:
            yield f"deliveries of {transaction}: {delivered}"


def create_at(address: str, moment: float) -> None:
    """Make the ledger at a moment, and say whether it was this process that made it."""
    wait_for(moment)
    with Ledger.create(address):
        say("made")


def record_first_at(address: str, moment: float, name: str) -> None:
    """Record a source at a moment into a ledger that is not there yet, and again if somebody else made it."""
    wait_for(moment)
    with Ledger(address, recorded_by=name) as ledger:
        while True:
            try:
                return acknowledge(take(ledger, [source(name, name)]))
            except LedgerExists:
                say("exists")


def record_until_refused(address: str, name: str, size: int, in_the_way: Sequence[str], times: int) -> None:
    """Record dossiers of a size until the disk is full, so many times, then once more without what is in the way."""
    with Ledger(address, recorded_by=name) as ledger:
        refused = 0
        for number in count():
            try:
                acknowledge(record_dossier(ledger, f"deal/{name}-{number}", f"{name}-{number}", size))
            except LedgerFull as refusal:
                say("full", str(refusal).replace("\n", " "))
                refused += 1
            if refused == times:
                break
        for path in in_the_way:
            Path(path).unlink()
        acknowledge(record_dossier(ledger, f"deal/{name}-afterwards", f"{name}-afterwards", size))
        say("afterwards")


def under_a_limit(address: str, limit_bytes: int, doing: str) -> None:
    """Do something while files may not grow beyond a limit."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    try:
        with Ledger(address) as ledger:
            told = LIMITED[doing](ledger)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    acknowledge(told)


def record_large(ledger: Ledger) -> list[Told]:
    """Record a dossier that needs some room."""
    return record_dossier(ledger, "deal/large", "large", 40)


def record_first(ledger: Ledger) -> list[Told]:
    """Record a ledger's first dossier."""
    return take(ledger, first_dossier("first", "deal/first", 40))


def rebuild_all(ledger: Ledger) -> list[Told]:
    """Build the read models anew."""
    ledger.rebuild(workers=0)
    return []


LIMITED = {task.__name__: task for task in (record_large, record_first, rebuild_all)}


def hold(address: str) -> None:
    """Hold the writer's lock until killed."""
    with Ledger(address) as ledger, ledger.journal().transaction():
        say("holds")
        signal.pause()


def wait_for(moment: float) -> None:
    """Wait for a moment of the clock, awake, so as not to be late."""
    while time.time() < moment:
        pass


TASKS: dict[str, Callable[..., None]] = {
    task.__name__: task
    for task in (
        record_until_killed,
        record_with_others,
        follow,
        read_meanwhile,
        create_at,
        record_first_at,
        record_until_refused,
        under_a_limit,
        hold,
    )
}


def warm_up() -> None:
    """Import and try what all workers use, so that they need not."""
    with Ledger.in_memory() as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 2)
        for number in range(4):
            record_single(ledger, "deal/x", str(number), number)


def work(request: dict[str, Any]) -> None:
    """Be a worker, to the end of the process."""
    status = 1
    try:
        told = os.open(request["told"], os.O_WRONLY | os.O_APPEND)
        os.dup2(told, 1)
        os.dup2(told, 2)
        TASKS[request["task"]](request["address"], **request["arguments"])
        status = 0
    except LedgerError as refusal:
        say("refused", type(refusal).__name__, str(refusal).replace("\n", " "))
    except BaseException:
        say("failed", traceback.format_exc().replace("\n", " | "))
    finally:
        os._exit(status)


def serve() -> None:
    """Start workers and wait for them, as standard input asks, until that is closed."""
    warm_up()
    print("ready", flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            _, status = os.waitpid(request["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            work(request)
        print(pid, flush=True)


if __name__ == "__main__":
    serve()
