"""Processes that are killed while they record: what was acknowledged is there, and nothing is there in part."""

from __future__ import annotations

import signal
import time
from random import Random
from typing import NamedTuple

import pytest

from armsledger import Ledger
from tests.attack.in_trouble import DOSSIER_ENTRIES
from tests.attack.soundness import Addresses, assert_sound, database_of
from tests.attack.statements import Told
from tests.fork_server import ForkServer
from tests.soak import tell

CYCLES_A_LEDGER = 25
LONGEST_LIFE_SECONDS = 0.2


class Campaign(NamedTuple):
    """What came of killing again and again."""

    kills: int
    acknowledged: int
    unacknowledged: int
    seconds: float


def kill_one(fork_server: ForkServer, address: str, name: str, random: Random) -> list[Told]:
    """Kill a recorder some time after it began, or after it first recorded a dossier; what it had acknowledged."""
    worker = fork_server.start("record_until_killed", address, name=name)
    if random.random() < 0.7:
        worker.wait_until_it_says("told", DOSSIER_ENTRIES)
    time.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
    assert worker.kill() == -signal.SIGKILL, worker.lines()[-3:]
    return [Told.parse(line) for line in worker.words("told")]


def kill_cycles(fork_server: ForkServer, address: str, cycles: int, random: Random) -> tuple[int, list[Told], int]:
    """Kill recorders of one ledger, now and then several in a row, and look at the ledger after each cycle."""
    known: list[Told] = []
    kills = unacknowledged = 0
    for cycle in range(cycles):
        in_a_row = random.choice((1, 1, 2))
        for kill in range(in_a_row):
            known += kill_one(fork_server, address, f"{cycle}-{kill}", random)
        kills += in_a_row
        with Ledger(address) as ledger:
            if not ledger.exists():
                assert not known
                continue
        found = assert_sound(address, known, unacknowledged=in_a_row)
        unacknowledged += len(found) - len(known)
        known = found
    return kills, known, unacknowledged


def campaign(fork_server: ForkServer, addresses: Addresses, cycles: int, seed: int) -> Campaign:
    """So many cycles, on a new ledger now and then."""
    random, started = Random(seed), time.monotonic()
    kills = acknowledged = unacknowledged = 0
    for first in range(0, cycles, CYCLES_A_LEDGER):
        some = kill_cycles(fork_server, addresses(f"ledger-{first}"), min(CYCLES_A_LEDGER, cycles - first), random)
        kills += some[0]
        acknowledged += len(some[1]) - some[2]
        unacknowledged += some[2]
    return Campaign(kills, acknowledged, unacknowledged, time.monotonic() - started)


def test_what_was_acknowledged_survives_a_few_kills(fork_server: ForkServer, addresses: Addresses) -> None:
    assert campaign(fork_server, addresses, 5, seed=5).acknowledged > DOSSIER_ENTRIES


@pytest.mark.soak
@pytest.mark.parametrize(("addresses", "cycles"), [("sqlite", 500), ("postgresql", 100)], indirect=["addresses"])
def test_what_was_acknowledged_survives_many_kills(fork_server: ForkServer, addresses: Addresses, cycles: int) -> None:
    came_of_it = campaign(fork_server, addresses, cycles, seed=1000)
    tell(
        f"kill -9 of recorders ({database_of(addresses('any'))})",
        cycles=cycles,
        kills=came_of_it.kills,
        acknowledged=came_of_it.acknowledged,
        unacknowledged=came_of_it.unacknowledged,
    )
    assert came_of_it.kills >= cycles
    assert came_of_it.acknowledged > 10 * cycles


def making_seconds(fork_server: ForkServer, address: str) -> float:
    """How long it takes to make a ledger with a first entry."""
    started = time.monotonic()
    worker = fork_server.start("record_until_killed", address, name="w")
    worker.wait_until_it_says("told")
    worker.kill()
    return time.monotonic() - started


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.soak)])
def test_a_ledger_whose_making_was_cut_off_is_whole_or_not_there(
    fork_server: ForkServer, addresses: Addresses, times: int
) -> None:
    random, made = Random(6), 0
    longest_seconds = 1.5 * making_seconds(fork_server, addresses("first"))
    for number in range(times):
        address = addresses(f"ledger-{number}")
        worker = fork_server.start("record_until_killed", address, name="w")
        time.sleep(random.uniform(0, longest_seconds))
        assert worker.kill() == -signal.SIGKILL, worker.lines()[-3:]
        known = [Told.parse(line) for line in worker.words("told")]
        with Ledger(address) as ledger:
            is_made = ledger.exists()
        assert is_made or not known
        if is_made:
            assert_sound(address, known)
            made += 1
    tell("kill -9 of who makes a ledger", kills=times, made=made)
