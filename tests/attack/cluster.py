"""Three servers with Patroni and etcd, as the example starts them, and proxies by which one is cut off from others."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from tests.attack.proxy import Proxy, proxies
from tests.postgres import NOBODY, as_nobody, free_ports
from tests.processes import ROOT

T = TypeVar("T")

SCRIPT = ROOT / "examples" / "high-availability" / "cluster"
NODES = ("node1", "node2", "node3")
TIMES = {
    name: os.environ.get(name, quick) for name, quick in {"TTL": "5", "LOOP_WAIT": "1", "RETRY_TIMEOUT": "2"}.items()
}
"""How fast a primary is given up (seconds); the environment may say other times."""
PATIENCE_SECONDS = 180.0
PROMOTED = re.compile(r"^(\S+ \S+) INFO: promoted self to leader by acquiring session lock", re.MULTILINE)
POSTGRES, REST, ETCD = 0, 10, 20
"""What the example adds to the ports of a node."""


def require() -> None:
    """Skip the test if the programs are missing; Debian's packages are ``patroni`` and ``etcd-server``."""
    missing = [program for program in ("patroni", "patronictl", "etcd", "curl") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)}: not installed")


class Cluster:
    """The three nodes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.first_port = next(free_ports())
        self.settings = {**TIMES, "CLUSTER": str(folder), "FIRST_PORT": str(self.first_port), "HOME": str(folder)}
        self.between: dict[str, list[Proxy]] = {}
        """The proxies of each node: before its server and its Patroni, and between that and etcd."""

    def do(self, *words: str) -> str:
        """What the example's script says to a command."""
        command = [*as_nobody(), "env", *(f"{name}={value}" for name, value in self.settings.items())]
        done = subprocess.run(
            [*command, str(SCRIPT), *words], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
        return done.stdout.strip()

    def port(self, node: str, more: int) -> int:
        """A port of a node."""
        return self.first_port + NODES.index(node) + 1 + more

    def put_between(self, node: str, three: list[Proxy]) -> None:
        """Have a node be seen, and see etcd, by proxies."""
        self.between[node] = three
        file = self.folder / node / "patroni.yml"
        server, rest, etcd = (proxy.port for proxy in three)
        text = file.read_text()
        for more, seen in ((POSTGRES, server), (REST, rest)):
            text = text.replace(
                f" connect_address: 127.0.0.1:{self.port(node, more)}", f" connect_address: 127.0.0.1:{seen}"
            )
        text = re.sub(r"hosts: 127\S+", f"hosts: 127.0.0.1:{etcd}\n  use_proxies: true", text)
        file.write_text(text)

    def cut_off(self, node: str) -> None:
        """Cut a node off from etcd and from the other nodes, not from its clients."""
        for proxy in self.between[node]:
            proxy.stop()

    def connect_again(self, node: str) -> None:
        """Undo that."""
        for proxy in self.between[node]:
            proxy.go_on()

    def kill_patroni(self, node: str) -> None:
        """Kill a node's Patroni and leave its server alone."""
        file = self.folder / node / "patroni.pid"
        os.kill(int(file.read_text()), signal.SIGKILL)
        file.unlink()

    def primary(self, *, but: str = "") -> str:
        """The node whose server takes writes, and that is not a certain one; waits for it."""
        return self.wait(lambda: next((node for node in NODES if node != but and self.takes_writes(node)), ""))

    def takes_writes(self, node: str) -> bool:
        """Whether a node's server takes writes."""
        return self.ask(node, "SELECT NOT pg_is_in_recovery()") is True

    def is_whole(self) -> bool:
        """Whether one server takes writes, and both others follow it, one of them as its synchronous standby."""
        primaries = [node for node in NODES if self.takes_writes(node)]
        states = "SELECT array_agg(sync_state ORDER BY sync_state) FROM pg_stat_replication WHERE state = 'streaming'"
        return len(primaries) == 1 and self.ask(primaries[0], states) == ["async", "sync"]

    def ask(self, node: str, sql: str) -> object:
        """What a node's server answers; None if it does not."""
        address = f"postgresql://postgres@127.0.0.1:{self.port(node, POSTGRES)}/postgres"
        with suppress(psycopg.Error), psycopg.connect(address, connect_timeout=2, passfile=self.passfile) as connection:
            row = connection.execute(sql.encode()).fetchone()
            return row and row[0]
        return None

    @property
    def passfile(self) -> str:
        """The file of the passwords."""
        return str(self.folder / "pgpass")

    def wait(self, state: Callable[[], T]) -> T:
        """Wait until something is so."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not (found := state()):
            assert time.monotonic() < until, self.do("status")
            time.sleep(0.1)
        return found

    def promoted_after(self, since: float) -> float:
        """How many seconds after a time a node took over, by what its Patroni says; 0 if none did yet."""
        times = [
            datetime.strptime(found, "%Y-%m-%d %H:%M:%S,%f").astimezone().timestamp()
            for node in NODES
            for found in PROMOTED.findall((self.folder / node / "patroni.log").read_text())
        ]
        return min((at for at in times if at > since), default=since) - since


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Three nodes that run, in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="ha", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        three = Cluster(folder / "nodes")
        three.do("prepare")
        before = [three.port(node, more) for node in NODES for more in (POSTGRES, REST, ETCD)]
        with proxies(before) as between:
            for number, node in enumerate(NODES):
                three.put_between(node, between[3 * number : 3 * number + 3])
            try:
                three.do("start")
                yield three
            finally:
                for node in NODES:
                    three.connect_again(node)
                    three.do("kill", node)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
