"""A server that is killed while clients record: what was acknowledged is there when it is back, and nothing in part."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest

from armsledger import Ledger
from tests.attack.soundness import assert_sound
from tests.attack.statements import Told, record_source
from tests.fork_server import ForkServer, Worker
from tests.postgres import SAFE, Server, require, server
from tests.soak import tell

CLIENTS = 3
CYCLES_A_LEDGER = 25
LONGEST_LIFE_SECONDS = 0.5


class Campaign(NamedTuple):
    """What came of killing a server again and again."""

    server_kills: int
    client_kills: int
    acknowledged: int
    unacknowledged: int
    losses: int
    seconds: float


@pytest.fixture(scope="module")
def fragile() -> Iterator[Server]:
    """A server that nobody else uses, and that waits for the disk as one in earnest does."""
    require()
    with server(SAFE) as started:
        yield started


def kill_server(server: Server, clients: list[Worker], random: Random) -> None:
    """Kill the server while all record, and start it again; all find it and go on."""
    for client in clients:
        client.wait_until_it_says("told")
    time.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
    server.stop("KILL")
    before = [len(client.words("told")) for client in clients]
    server.start()
    for client, told in zip(clients, before, strict=True):
        client.wait_until_it_says("told", told + 1)


def cycle(fork_server: ForkServer, server: Server, address: str, name: str, random: Random) -> tuple[list[Told], int]:
    """Kill the server, then the clients at some moment; what they were told, and how often they lost the server."""
    clients = [fork_server.start("record_through_losses", address, name=f"{name}-{n}") for n in range(CLIENTS)]
    try:
        kill_server(server, clients, random)
        time.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
    finally:
        ended = [client.kill() for client in clients]
    assert ended == [-signal.SIGKILL] * CLIENTS, [client.lines()[-3:] for client in clients]
    told = [Told.parse(line) for client in clients for line in client.words("told")]
    return told, sum(len(client.words("lost")) for client in clients)


def campaign(fork_server: ForkServer, server: Server, cycles: int, seed: int) -> Campaign:
    """So many cycles, each followed by a look at the ledger, on a new ledger now and then."""
    random, started = Random(seed), time.monotonic()
    acknowledged = unacknowledged = losses = 0
    known: list[Told] = []
    address = ""
    for number in range(cycles):
        if number % CYCLES_A_LEDGER == 0:
            address = server.address("owner", server.schema())
            with Ledger(address) as ledger:
                known = record_source(ledger, "source")
            acknowledged += len(known)
        told, lost = cycle(fork_server, server, address, f"c{number}", random)
        found = assert_sound(address, known + told, unacknowledged=2 * CLIENTS)
        acknowledged += len(told)
        unacknowledged += len(found) - len(known) - len(told)
        losses += lost
        known = found
    return Campaign(cycles, cycles * CLIENTS, acknowledged, unacknowledged, losses, time.monotonic() - started)


@pytest.mark.parametrize("cycles", [2, pytest.param(30, marks=pytest.mark.soak)])
def test_what_was_acknowledged_survives_the_death_of_the_server(
    fork_server: ForkServer, fragile: Server, cycles: int
) -> None:
    came_of_it = campaign(fork_server, fragile, cycles, seed=cycles)
    tell(
        "kill -9 of the server and its children, and of clients (PostgreSQL)",
        servers=came_of_it.server_kills,
        clients=came_of_it.client_kills,
        acknowledged=came_of_it.acknowledged,
        unacknowledged=came_of_it.unacknowledged,
        losses_told=came_of_it.losses,
    )
    assert came_of_it.acknowledged > 10 * cycles
