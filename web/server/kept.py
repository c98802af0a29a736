"""What is kept of answers, so that what was made once is not made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by what they answer, those that were asked for last; when they weigh too much, the others go.

    Threads may share it. Of several that ask for one value at once, one makes it and the others wait.
    """

    def __init__(self, most: int, weigh: Callable[[T], int]) -> None:
        """``most`` is what all values may weigh together; one that weighs more than a fourth of it is not kept."""
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, which is made if it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, RLock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
                self._keep(key, value)
                return value
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _keep(self, key: Hashable, value: T) -> None:
        weight = self._weigh(value)
        if weight > self._most // 4:
            return
        with self._lock:
            self._values[key] = value
            self._weight += weight
            while self._weight > self._most:
                _, gone = self._values.popitem(last=False)
                self._weight -= self._weigh(gone)
