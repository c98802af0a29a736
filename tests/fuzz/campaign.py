"""Fuzzing: how a reader of outside bytes is tried out, and how to add one.

Whoever writes a file, a command line or a receipt that we read may be careless, unlucky or hostile. So every
reader has a module here, ``test_NAME.py``, which holds:

1. a strategy of inputs: valid ones of the reader's own form, damaged (``mutation.py``). Random bytes alone get no
   further than the first check of a reader;
2. a check of one input, a function that reads it and returns, or fails. It lets `outcome` call the reader, so that
   only a ``LedgerError`` with a message and a remedy is a refusal; whatever else is raised is a defect. What
   was read is looked at too: written out and read again, it must be the same;
3. two tests: one calls `try_out` (a hundred inputs, part of ``make test``), the other is marked ``soak`` and
   calls `campaign`, which goes on for ten minutes (``ARMSLEDGER_FUZZ_SECONDS``) and prints how many inputs it
   took. Both give each input two seconds of the processor's time, and a campaign may take 300 MB more
   memory at its end than at its beginning;
4. for each defect ever found, a test of its own beside the reader's other tests, with the input that showed it.

A reader of another format (a checkpoint, a proof) is added in the same way: a module with its own seeds, whose
check also damages what a valid input proves and asserts that it is then refused.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError
from tests.soak import tell

SECONDS_AN_INPUT = 10.0
"""Of the processor's time, so that a busy machine refuses nothing."""
MEMORY_MB = 300
HELD_MB = 0.04
"""Of each input, which hypothesis itself holds: it was measured with nothing but its own objects growing."""
LONGEST_MESSAGE = 5000
"""A message may quote what it refuses, but not all of it."""
SMALL = 100
ROUND = 2000
TEN_MINUTES = 600.0

Input = TypeVar("Input")
Result = TypeVar("Result")


class TookTooLong(BaseException):
    """The time of an input is over. No Exception, so that no reader takes it for an error of its own."""


@contextmanager
def watchdog(seconds: float = SECONDS_AN_INPUT) -> Iterator[None]:
    """Fail what takes longer than this many seconds of the processor's time."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except TookTooLong:
        raise AssertionError(f"the input took longer than {seconds:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def outcome(read: Callable[[], Result]) -> Result | LedgerError:
    """What the reader made of its input: a result, or a refusal that says what is wrong and what to do."""
    refusal: LedgerError
    try:
        return read()
    except LedgerError as error:
        refusal = error
    assert refusal.message
    assert refusal.remedy
    assert len(str(refusal)) < LONGEST_MESSAGE
    return refusal


def try_out(inputs: st.SearchStrategy[Input], check: Callable[[Input], Any], count: int = SMALL) -> None:
    """Check some inputs, within the time that each may take."""
    _run(inputs, check, settings(max_examples=count, phases=(Phase.generate, Phase.shrink)))


def campaign(
    inputs: st.SearchStrategy[Input],
    check: Callable[[Input], Any],
    seconds_an_input: float = SECONDS_AN_INPUT,
    memory_mb: float = MEMORY_MB,
) -> None:
    """Check inputs for ten minutes, and tell how many there were."""
    name = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("::")[2].partition(" ")[0]
    name = name.removeprefix("test_").removesuffix("_for_ten_minutes").replace("_", " ")
    seconds = float(os.environ.get("ARMSLEDGER_FUZZ_SECONDS", TEN_MINUTES))
    start, before, done = time.monotonic(), peak_mb(), 0

    def counted(given: Input) -> None:
        nonlocal done
        if time.monotonic() - start < seconds:  # what is left of a round goes by
            done += 1
            check(given)

    rounds = 0
    thorough = settings(max_examples=ROUND, phases=(Phase.generate, Phase.shrink), database=None)
    while time.monotonic() - start < seconds:
        rounds += 1
        _run(inputs, counted, thorough, first=rounds, seconds_an_input=seconds_an_input)
    grown = peak_mb() - before
    tell(f"fuzzed: {name}", inputs=done, seconds=round(time.monotonic() - start), megabytes_more=round(grown))
    assert grown <= memory_mb + HELD_MB * done


def _run(
    inputs: st.SearchStrategy[Input],
    check: Callable[[Input], Any],
    how: settings,
    first: int | None = None,
    seconds_an_input: float = SECONDS_AN_INPUT,
) -> None:
    """One run of hypothesis; ``first`` is the seed of its dice."""

    @settings(how, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs)
    def run(given: Input) -> None:
        with watchdog(seconds_an_input):
            check(given)

    (run if first is None else seed(first)(run))()


def peak_mb() -> float:
    """The most memory that this process has held at a time."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
