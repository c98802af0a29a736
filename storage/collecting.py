"""How often Python looks for circles of references while much is read and made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

OBJECTS_BETWEEN: Final = 50_000
"""How many more objects there are before it looks again. Entries and rows hold no circles; with Python's own number of
700, an import spends an eighth of its time on looking through all that it holds."""

_lock = Lock()
_users: list[tuple[int, int, int]] = []
"""One for each thread that collects seldom: how often Python looked before the first one began."""


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Within it, Python looks for circles of references seldom; once the last thread has left it, as before."""
    with _lock:
        before = _users[0] if _users else gc.get_threshold()
        _users.append(before)
        gc.set_threshold(max(OBJECTS_BETWEEN, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        with _lock:
            _users.pop()
            if not _users:
                gc.set_threshold(*before)
