"""News: entries as they are recorded, told to everybody who follows (Server-Sent Events)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from armsledger.application.ledger import Ledger
from armsledger.domain.errors import LedgerError

if TYPE_CHECKING:
    from armsledger.projections.read_models.trail import LogRow

MOST_FOLLOWERS: Final = 100
MOST_WAITING: Final = 100
"""Entries that wait for one follower; one that is slower than that is told of the last ones alone."""
QUIET_SECONDS: Final = 15.0
"""After so long without news a comment is sent, which finds out whether anybody is there."""
PATIENCE_SECONDS: Final = 1.0
"""How often the thread looks whether it is to end."""
AGAIN_SECONDS: Final = 2.0
log = logging.getLogger("armsledger.web")


class TooManyFollowers(Exception):
    """No more can follow at once."""


class Follower:
    """Somebody who follows: what they have not been told yet."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[LogRow | None] = asyncio.Queue(MOST_WAITING)

    def tell(self, row: LogRow | None) -> None:
        """Have a row told, or the end (None); the oldest that waits gives way."""
        if self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(row)


class News:
    """Follows the ledger in a thread of its own while anybody follows it here."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._followers: set[Follower] = set()
        self._lock = Lock()
        self._ends = Event()
        self._thread: Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def follow(self) -> Follower:
        """Begin to follow; raises TooManyFollowers. To be called, as all of this, by the event loop's thread."""
        if len(self._followers) >= MOST_FOLLOWERS or self._ends.is_set():
            raise TooManyFollowers
        follower = Follower()
        self._loop = asyncio.get_running_loop()
        self._followers.add(follower)
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._watch, name="news", daemon=True)
            self._thread.start()
        return follower

    async def told(self, follower: Follower) -> AsyncIterator[bytes]:
        """What a follower is sent, to the end."""
        try:
            yield b"retry: 2000\n\n"
            while True:
                try:
                    row = await asyncio.wait_for(follower.waiting.get(), QUIET_SECONDS)
                except TimeoutError:
                    yield b": nothing new\n\n"
                    continue
                if row is None:
                    return
                yield _event(row)
        finally:
            self._followers.discard(follower)

    def close(self) -> None:
        """Tell all followers that it ends."""
        self._ends.set()
        self._tell(None)

    def _watch(self) -> None:
        """Follow the ledger until nobody follows here any more."""
        after: int | None = None
        with Ledger(self._address, read_only=True, notice=lambda _: None) as ledger:
            while self._followers and not self._ends.is_set():
                try:
                    after = ledger.position() if after is None else after
                    for row in ledger.follow(after, timeout_seconds=PATIENCE_SECONDS):
                        after = row.position
                        self._tell(row)
                        if self._ends.is_set():
                            break
                except LedgerError as error:  # the server may be back soon
                    log.warning("%s", error)
                    ledger.close()
                    self._ends.wait(AGAIN_SECONDS)

    def _tell(self, row: LogRow | None) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        for follower in tuple(self._followers):
            loop.call_soon_threadsafe(follower.tell, row)


def _event(row: LogRow) -> bytes:
    told = {"position": row.position, "entry": row.entry, "event": row.event}
    return f"id: {row.position}\nevent: entry\ndata: {json.dumps(told)}\n\n".encode()
