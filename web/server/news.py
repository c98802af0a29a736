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
from armsledger.domain.printable import printable

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
        self._is_watching = False
        self._ends = Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def follow(self) -> Follower:
        """Begin to follow; raises TooManyFollowers. To be called by the thread of the event loop."""
        if len(self._followers) >= MOST_FOLLOWERS or self._ends.is_set():
            raise TooManyFollowers
        follower = Follower()
        self._loop = asyncio.get_running_loop()
        with self._lock:
            self._followers.add(follower)
        return follower

    async def told(self, follower: Follower, position: int) -> AsyncIterator[bytes]:
        """What a follower is sent, to the end: the last position when they had begun to follow, and each new entry."""
        try:
            self._watch_from(position)
            yield f"retry: 2000\n\n{_event('position', position, {})}".encode()
            while True:
                try:
                    row = await asyncio.wait_for(follower.waiting.get(), QUIET_SECONDS)
                except TimeoutError:
                    yield b": nothing new\n\n"
                    continue
                if row is None:
                    return
                yield _event("entry", row.position, {"entry": row.entry, "event": row.event}).encode()
        finally:
            self.leave(follower)

    def leave(self, follower: Follower) -> None:
        """Follow no longer."""
        with self._lock:
            self._followers.discard(follower)

    def close(self) -> None:
        """Tell all followers that it ends."""
        self._ends.set()
        self._tell(None)

    def _watch_from(self, position: int) -> None:
        """Follow the ledger from a position on, unless that goes on already."""
        with self._lock:
            if not self._is_watching:
                self._is_watching = True
                Thread(target=self._watch, args=(position,), name="news", daemon=True).start()

    def _watch(self, after: int) -> None:
        """Follow the ledger until nobody follows here any more."""
        with Ledger(self._address, read_only=True, notice=lambda _: None) as ledger:
            while self._goes_on():
                try:
                    for row in ledger.follow(after, timeout_seconds=PATIENCE_SECONDS):
                        after = row.position
                        self._tell(row)
                        if self._ends.is_set():
                            break
                except LedgerError as error:  # the server may be back soon
                    log.warning("%s", printable(str(error)))
                    ledger.close()
                    self._ends.wait(AGAIN_SECONDS)

    def _goes_on(self) -> bool:
        with self._lock:
            self._is_watching = bool(self._followers) and not self._ends.is_set()
            return self._is_watching

    def _tell(self, row: LogRow | None) -> None:
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        for follower in tuple(self._followers):
            loop.call_soon_threadsafe(follower.tell, row)


def _event(name: str, position: int, more: dict[str, str]) -> str:
    return f"id: {position}\nevent: {name}\ndata: {json.dumps({'position': position, **more})}\n\n"
