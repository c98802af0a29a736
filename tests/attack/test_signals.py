"""A recorder that gets a signal in the midst of it: what it was about to record is there whole or not at all."""

from __future__ import annotations

import signal
import time
from random import Random

import pytest

from armsledger import Ledger
from tests.attack.soundness import Addresses, assert_sound
from tests.attack.statements import Told, record_source
from tests.fork_server import ForkServer, Worker
from tests.soak import tell

LONGEST_PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 5


def interrupt(worker: Worker, random: Random) -> bool:
    """Send Ctrl-C at some moment; whether the worker heard of it in time."""
    before = len(worker.words("interrupted"))
    time.sleep(random.uniform(0.001, LONGEST_PAUSE_SECONDS))
    worker.send(signal.SIGINT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if len(worker.words("interrupted")) > before:
            return True
        time.sleep(0.002)
    return False


@pytest.mark.parametrize(("ledgers", "times"), [(1, 8), pytest.param(5, 150, marks=pytest.mark.soak)])
def test_a_recorder_goes_on_after_each_interruption(
    fork_server: ForkServer, addresses: Addresses, ledgers: int, times: int
) -> None:
    random, recorded = Random(2), 0
    for number in range(ledgers):
        address = addresses(f"ledger-{number}")
        with Ledger(address) as ledger:
            known = record_source(ledger, "source")
        worker = fork_server.start("record_through_signals", address, name="w")
        worker.wait_until_it_says("told")
        heard = sum(interrupt(worker, random) for _ in range(times))
        worker.wait_until_it_says("told", len(worker.words("told")) + 1)
        assert worker.kill() == -signal.SIGKILL
        assert worker.words("refused") == []
        known += [Told.parse(line) for line in worker.words("told")]
        assert heard > times / 2  # Python passes over some, as when one comes while it ends an object
        assert_sound(address, known, unacknowledged=times + 1)
        recorded += len(known)
    tell("Ctrl-C in the midst of recording", signals=ledgers * times, acknowledged=recorded)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("times", [1, pytest.param(25, marks=pytest.mark.soak)])
def test_a_recorder_that_a_signal_ends_leaves_whole_transactions(
    fork_server: ForkServer, address: str, sign: signal.Signals, times: int
) -> None:
    random, known = Random(3), list[Told]()
    for number in range(times):
        worker = fork_server.start("record_until_killed", address, name=str(number))
        worker.wait_until_it_says("told")
        time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
        worker.send(sign)
        assert worker.wait() == -sign
        known += [Told.parse(line) for line in worker.words("told")]
        known = assert_sound(address, known, unacknowledged=1)
