"""Trying again where the connection to the server was lost: what is recorded already is known, so nothing is twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from armsledger.storage.errors import LedgerUnreachable

T = TypeVar("T")
PAUSES_SECONDS = (0.05, 0.2, 0.5, 1.0)
"""Between one try and the next; the last one is repeated."""


def persistently(attempt: Callable[[], T], timeout_seconds: float) -> T:
    """What an attempt gives, made again after the connection was lost until the time is over.

    It takes up where a server was restarted, or where another took its place. An attempt whose commit was under way
    may have been recorded: the next one finds its entries by their ids.
    """
    until = time.monotonic() + timeout_seconds
    tries = 0
    while True:
        try:
            return attempt()
        except LedgerUnreachable:
            pause = PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS) - 1)]
            if time.monotonic() + pause > until:
                raise
        time.sleep(pause)
        tries += 1
