"""What workers do, each in a process of its own; and, run as a program, the nursery that forks them off.

A worker says lines, each beginning with its kind: ``told POSITION ID`` for every entry that is recorded.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from armsledger import Ledger, LedgerError
from tests.attack.statements import Told, record_dossier, record_single, record_source

DOSSIER_ENTRIES = 20


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


TASKS: dict[str, Callable[..., None]] = {task.__name__: task for task in (record_until_killed,)}


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
