"""A server that dies, and its standby that takes over: nothing that was acknowledged is lost, and no history forks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from armsledger import Ledger
from armsledger.storage.errors import CommitUnconfirmed, LedgerBusy
from armsledger.storage.proofs.errors import NothingSigned
from armsledger.storage.proofs.keys import new_key
from tests.attack.soundness import assert_sound
from tests.attack.statements import Mark, Told, record_dossier, record_source, source, take
from tests.fork_server import ForkServer, Worker
from tests.postgres import QUICK, Server, require, server
from tests.soak import tell

WRITERS = 3
LAST = str(Mark("the-end", 1, 1))


class Pair(NamedTuple):
    """A server and its synchronous standby."""

    primary: Server
    standby: Server

    def address(self, schema: str) -> str:
        """The address of a ledger on whichever of them takes writes."""
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in self)
        return f"postgresql://owner@{hosts}/postgres?target_session_attrs=read-write&options=-csearch_path%3D{schema}"


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A server that acknowledges nothing before its standby has it."""
    require()
    with server() as primary, server(QUICK, primary) as standby:
        configure(primary, "SET synchronous_standby_names = '*'")
        yield Pair(primary, standby)


def configure(server: Server, what: str) -> None:
    """Change a setting of a server."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM {what}".encode())
        connection.execute("SELECT pg_reload_conf()")


def promote(standby: Server) -> None:
    """Have a standby take writes."""
    with psycopg.connect(standby.url, autocommit=True) as connection:
        assert connection.execute("SELECT pg_promote()").fetchone() == (True,)


def told(workers: list[Worker]) -> list[Told]:
    """What workers were told to be recorded."""
    return [Told.parse(line) for worker in workers for line in worker.words("told")]


def test_what_was_acknowledged_is_on_the_standby_that_takes_over_and_the_old_server_cannot_fork_the_ledger(
    fork_server: ForkServer, pair: Pair, tmp_path: Path
) -> None:
    schema = pair.primary.schema()
    address = pair.address(schema)
    key, colleague = tmp_path / "desk.key", tmp_path / "colleague.key"
    new_key(key, "desk")
    new_key(colleague, "colleague")
    with Ledger.create(address) as ledger:
        known = record_source(ledger, "source")
        ledger.checkpoint(tmp_path / "before", key)
        ledger.cosign(tmp_path / "before", colleague)

    follower = fork_server.start("follow_through_failovers", address, last=LAST)
    writers = [fork_server.start("record_through_failovers", address, name=f"w{n}") for n in range(WRITERS)]
    for writer in writers:
        writer.wait_until_it_says("at", 3)
    pair.primary.stop("KILL")
    killed = time.time()
    before = len(told(writers))
    promote(pair.standby)
    for writer in writers:
        writer.wait_until_it_says("at", len(writer.words("at")) + 3)
        writer.kill()
    first = min(at for writer in writers for at in map(float, writer.words("at")) if at > killed)

    with Ledger(address) as ledger:
        known += take(ledger, [source("the-end", "last")])
        assert ledger.checkpoint(tmp_path / "after", key).size == ledger.position()
        ledger.cosign(tmp_path / "after", colleague)
    found = assert_sound(address, known + told(writers), unacknowledged=WRITERS)
    assert follower.wait() == 0, follower.lines()[-3:]
    assert [Told.parse(line) for line in follower.words("followed")] == found
    tell(
        "kill -9 of a server that a standby follows, which takes over (PostgreSQL)",
        servers=1,
        acknowledged=len(known) + len(told(writers)),
        before_it=before,
        lost=0,
        seconds_to_the_first_longest=round(first - killed, 1),
    )

    pair.primary.start()
    assert_no_fork(pair, schema, len(found), tmp_path)


def assert_no_fork(pair: Pair, schema: str, size: int, folder: Path) -> None:
    """Whether the server that was killed, and is back, acknowledges nothing; and if it is made to, is signed for by
    nobody who signed for the other."""
    for address in (pair.address(schema), pair.primary.address("owner", schema)):  # the first of several is the old one
        with Ledger(address, timeout_seconds=0.3) as ledger, pytest.raises((CommitUnconfirmed, LedgerBusy)):
            record_source(ledger, "forked", "forked")
    configure(pair.primary, "RESET synchronous_standby_names")
    with Ledger(pair.primary.address("owner", schema)) as ledger:
        record_dossier(ledger, "deal/fork", "fork", size)
        assert ledger.position() > size
        with pytest.raises(NothingSigned, match="others than those that were signed for"):
            ledger.checkpoint(folder / "forked", folder / "desk.key")
        with pytest.raises(NothingSigned, match="others than those that were signed for"):
            ledger.cosign(folder / "after", folder / "colleague.key")
