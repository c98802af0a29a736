"""Readers: ledgers that only read. Each is used by one thread at a time, and sees one commit for as long as that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Final

from armsledger.application.ledger import Ledger
from armsledger.storage.address import parse_address
from armsledger.web.server.answer import STATUSES

MOST_READERS: Final = 8


class Readers:
    """The ledgers that answer at one address; to make one takes longer than most answers."""

    def __init__(self, address: str, most: int = MOST_READERS) -> None:
        self.address = address
        self.most = most
        self._free = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[Ledger] = []
        self._file = self._identity()
        self._is_closed = False

    @contextmanager
    def reading(self) -> Iterator[Ledger]:
        """A ledger of which all that is asked is answered as of one commit: the last one, as it begins."""
        with self._free:
            ledger = self._take()
            try:
                with ledger.journal().reader.snapshot():
                    yield ledger
            except tuple(STATUSES):  # the question is wrong, not the ledger
                self._give_back(ledger)
                raise
            except BaseException:
                ledger.close()
                raise
            self._give_back(ledger)

    def _take(self) -> Ledger:
        with self._lock:
            identity = self._identity()
            if identity != self._file:  # another file is there now, such as a backup that was restored
                self._close_idle()
                self._file = identity
            if self._idle:
                return self._idle.pop()
        return Ledger(self.address, read_only=True, notice=lambda _: None)

    def _give_back(self, ledger: Ledger) -> None:
        with self._lock:
            if self._is_closed or self._file != self._identity():
                ledger.close()
            else:
                self._idle.append(ledger)

    def _identity(self) -> tuple[int, int] | None:
        """Which file the ledger is in; None if it is in none."""
        place = parse_address(self.address)
        if not isinstance(place, os.PathLike):
            return None
        try:
            status = os.stat(place)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def position(self) -> int:
        """The last position."""
        with self.reading() as ledger:
            return ledger.position()

    def close(self) -> None:
        """Close those that are idle; the others are closed when they are given back."""
        with self._lock:
            self._is_closed = True
            self._close_idle()
