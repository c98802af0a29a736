"""Three servers under Patroni, of which the one that takes writes fails again and again while clients record.

``ARMSLEDGER_FAILOVERS`` says how many rounds; each of the ways in which it fails comes in turn. ``TTL``, ``LOOP_WAIT``
and ``RETRY_TIMEOUT`` say how soon Patroni gives it up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

import pytest

from armsledger import Ledger
from armsledger.storage.proofs.keys import new_key
from tests.attack.cluster import NODES, POSTGRES, TIMES, Cluster, cluster, require
from tests.attack.soundness import assert_sound
from tests.attack.statements import Mark, Told, record_source, source, take
from tests.fork_server import ForkServer, Worker
from tests.soak import tell

ROUNDS = int(os.environ.get("ARMSLEDGER_FAILOVERS", "10"))
WRITERS = 4
WRITERS_TIMEOUT_SECONDS = 8.0
LAST = str(Mark("the-end", 1, 1))


def kill(three: Cluster, node: str) -> None:
    """The node loses its power, and has it again."""
    three.do("kill", node)


def stop(three: Cluster, node: str) -> None:
    """The node is stopped in good order."""
    three.do("stop", node)


def cut_off(three: Cluster, node: str) -> None:
    """The node cannot reach the others, but clients reach it."""
    three.cut_off(node)


def switch(three: Cluster, node: str) -> None:
    """Somebody has the synchronous standby take over."""
    three.do("switch")


def kill_patroni(three: Cluster, node: str) -> None:
    """Nobody watches the server any more, which goes on taking writes beside the one that takes over."""
    three.kill_patroni(node)


LONELY: Final = "without its Patroni"
FAILURES: Final[Mapping[str, Callable[[Cluster, str], None]]] = {
    "killed": kill,
    "stopped": stop,
    "cut off": cut_off,
    "switched over": switch,
    LONELY: kill_patroni,
}


class Round(NamedTuple):
    """How long after a failure another server took over, and the first entry was acknowledged by it (seconds)."""

    failure: str
    took_over: float
    first: float


class Campaign:
    """Writers and a follower on a ledger that fails over."""

    def __init__(self, three: Cluster, fork_server: ForkServer, folder: Path) -> None:
        self.three = three
        self.folder = folder
        hosts = ",".join(f"127.0.0.1:{three.port(node, POSTGRES)}" for node in NODES)
        self.address = (
            f"postgresql://owner@{hosts}/arms?target_session_attrs=read-write&passfile={quote(three.passfile, safe='')}"
        )
        self.key = folder / "desk.key"
        new_key(self.key, "desk")
        with Ledger.create(self.address, timeout_seconds=60) as ledger:
            self.known = record_source(ledger, "source")
        self.sign()
        self.follower = fork_server.start("follow_through_failovers", self.address, last=LAST)
        self.writers = [
            fork_server.start(
                "record_through_failovers", self.address, name=f"w{n}", timeout_seconds=WRITERS_TIMEOUT_SECONDS
            )
            for n in range(WRITERS)
        ]

    def sign(self) -> None:
        """Sign for the ledger as it is now: it must continue what was signed for before."""
        with Ledger(self.address, timeout_seconds=60) as ledger:
            ledger.checkpoint(self.folder / "checkpoint", self.key, replace=True)

    def told(self) -> list[Told]:
        """What the writers were told to be recorded."""
        return [Told.parse(line) for writer in self.writers for line in writer.words("told")]

    def acknowledged_after(self, moment: float) -> list[float]:
        """When entries were acknowledged after a moment."""
        return [at for writer in self.writers for at in map(float, writer.words("at")) if at > moment]

    def round(self, failure: str) -> Round:
        """Have the server that takes writes fail while all record, and come back."""
        three = self.three
        three.wait(three.is_whole)
        for writer in self.writers:
            writer.wait_until_it_says("at", len(writer.words("at")) + 2)
        node, began = three.primary(), time.time()
        FAILURES[failure](three, node)
        failed = time.time() if failure == "killed" else began
        took_over = three.wait(lambda: three.promoted_after(began)) - (failed - began)
        if failure == LONELY:  # clients find the old server first until it is stopped
            three.do("start", node)
        first = min(three.wait(lambda: self.acknowledged_after(failed + took_over))) - failed
        three.connect_again(node)
        three.do("start", node)
        three.wait(three.is_whole)
        for writer in self.writers:  # all of them go on
            writer.wait_until_it_says("at", len(writer.words("at")) + 1)
        self.assert_nothing_lost()
        self.sign()
        return Round(failure, took_over, first)

    def assert_nothing_lost(self) -> None:
        """Whether all that was acknowledged so far stands where it was said to stand."""
        told = set(self.told())
        with Ledger(self.address, timeout_seconds=60) as ledger:
            rows = ledger.journal().reader.query("SELECT position, entry_id FROM journal")
        lost = told - {Told(*row) for row in rows}
        assert not lost, f"acknowledged and lost: {sorted(lost)[:5]}"

    def end(self) -> list[Told]:
        """End it, and see what is there."""
        for writer in self.writers:
            writer.kill()
        with Ledger(self.address, timeout_seconds=60) as ledger:
            self.known += take(ledger, [source("the-end", "last")])
        found = assert_sound(self.address, self.known + self.told(), unacknowledged=WRITERS)
        assert self.follower.wait() == 0, self.follower.lines()[-3:]
        assert followed(self.follower) == found
        return found


def followed(follower: Worker) -> list[Told]:
    """What a follower told, without what it took back."""
    rows: list[Told] = []
    for line in follower.lines():
        kind, _, rest = line.partition(" ")
        if kind == "followed":
            rows.append(Told.parse(rest))
        elif kind == "took-back":
            assert rows.pop().position == int(rest)
    return rows


@pytest.fixture(scope="module")
def three() -> Iterator[Cluster]:
    """Three nodes."""
    require()
    with cluster() as started:
        yield started


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_however_the_server_fails(
    three: Cluster, fork_server: ForkServer, tmp_path: Path
) -> None:
    campaign = Campaign(three, fork_server, tmp_path)
    rounds = []
    for number in range(ROUNDS):
        rounds.append(campaign.round(list(FAILURES)[number % len(FAILURES)]))
        print(f"{number + 1}: {rounds[-1]}, {len(campaign.told()):,} acknowledged", flush=True)
    found = campaign.end()
    for failure in FAILURES:
        its = [round_ for round_ in rounds if round_.failure == failure]
        if its:
            tell(
                f"the server that takes writes is {failure}, of three under Patroni with ttl {TIMES['TTL']} s",
                rounds=len(its),
                seconds_to_take_over_longest=round(max(one.took_over for one in its), 1),
                seconds_to_the_first_append_longest=round(max(one.first for one in its), 1),
            )
    tell("failovers of three servers under Patroni", rounds=ROUNDS, acknowledged=len(campaign.told()), lost=0)
    assert len(found) > ROUNDS * WRITERS
