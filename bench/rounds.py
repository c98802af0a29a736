"""Rounds: everybody runs in each, one after the other, so that what else the machine does meets all alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple


class Clocked(NamedTuple):
    """How long some work took, in seconds: by the wall's clock, and of the processor's time."""

    wall: float
    processor: float


Times = dict[str, list[Clocked]]
"""Of each contestant, round by round."""


def run_rounds(
    contestants: Mapping[str, Callable[[], Clocked]], rounds: int, progress: Callable[[str], None] = lambda _: None
) -> Times:
    """The times that each contestant says it took. The order turns from round to round."""
    times: Times = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            progress(f"round {number + 1} of {rounds}: {name}")
            times[name].append(contestants[name]())
    return times


def clocked(work: Callable[[], object]) -> Clocked:
    """How long some work takes."""
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Clocked(time.perf_counter() - wall, time.process_time() - processor)


@contextmanager
def set_aside() -> Iterator[None]:
    """What was prepared for a measurement does not burden the garbage collector during it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def wall_seconds(times: Times, name: str) -> list[float]:
    """By the wall's clock, round by round."""
    return [time.wall for time in times[name]]


def processor_seconds(times: Times, name: str) -> list[float]:
    """Of the processor's time, round by round."""
    return [time.processor for time in times[name]]


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Our time to theirs, of each round by itself, and the median of that."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))
