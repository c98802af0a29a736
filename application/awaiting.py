"""Waiting for an entry that was recorded elsewhere, so that whoever recorded it reads it on a standby too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Final

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.stream import Address
from armsledger.storage.errors import LedgerBehind
from armsledger.storage.reader import LONGEST_VERSION, JournalReader

Awaited = str | int | None
"""A position (``"@123"`` or 123), or an entry by its address (``deal/x@7``); None is nothing."""
POSITION: Final = re.compile(r"@?(?P<position>[0-9]{1,15})")
PAUSES_SECONDS: Final = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Between one look and the next; the last one is repeated."""


def wait_for(awaited: str | int, reader: JournalReader, ledger: str, timeout_seconds: float) -> None:
    """Wait until a position or an entry is in the journal that is read.

    Raises UsageError for what is neither, and LedgerBehind when the time is over.
    """
    is_there, what = _looked_for(str(awaited), reader)
    for _ in looks(timeout_seconds):
        if is_there():
            return
    raise LedgerBehind(ledger, what, reader.head(), timeout_seconds)


def _looked_for(awaited: str, reader: JournalReader) -> tuple[Callable[[], bool], str]:
    """What tells whether a position or an entry is there, and how messages call it; raises UsageError."""
    if match := POSITION.fullmatch(awaited):
        position = int(match["position"])
        return lambda: reader.head() >= position, f"@{position}"
    try:
        entry = Address.parse(awaited)
    except UsageError:
        entry = None
    if entry is None or entry.version > LONGEST_VERSION:
        raise UsageError(
            f"nobody can wait for {quoted(awaited)}",
            remedy="write a position (@123) or an entry (deal/india-s400@7), as they are printed when one records",
        )
    return lambda: reader.version_of(entry.stream) >= entry.version, awaited


def looks(timeout_seconds: float) -> Iterator[None]:
    """Each time to look: at once, and after each pause, until the time is over."""
    until = time.monotonic() + timeout_seconds
    for pause in chain(PAUSES_SECONDS, repeat(PAUSES_SECONDS[-1])):
        yield
        if time.monotonic() + pause > until:
            return
        time.sleep(pause)
