"""The fork server as a program: it forks workers off as standard input asks.

A worker does one of the tasks in a process of its own, and says what it does in a file. Modules that are named on the
command line have more tasks than those that all tests use.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

from armsledger import Ledger, LedgerError
from tests.attack import erasing, failing_over, in_trouble, together, trapped
from tests.attack.statements import record_dossier, record_single, record_source
from tests.processes import say
from tests.storage import workers
from tests.storage.copying import migrating

MODULES = (erasing, failing_over, in_trouble, together, trapped, workers, migrating, *map(import_module, sys.argv[1:]))
TASKS: dict[str, Callable[..., None]] = {task.__name__: task for module in MODULES for task in module.TASKS}


def warm_up() -> None:
    """Import and try what all workers use, so that they need not."""
    import_module("armsledger.storage.postgres.database")
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
            answer = wait(request["wait"], request["seconds"])
        elif (answer := os.fork()) == 0:
            work(request)
        print(request["number"], answer, flush=True)
    os.killpg(0, signal.SIGKILL)  # the tests have ended, so that nobody waits for those who are left


def wait(pid: int, seconds: float) -> int:
    """Wait for a worker, and kill it after so long; the status with which it ended."""
    deadline = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)


if __name__ == "__main__":
    serve()
