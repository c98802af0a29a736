"""A private PostgreSQL server for tests: on loopback, as a user without privileges, gone when the tests end.

Its folder, port and processes are its own. Programs are looked for in ``PATH`` and where Debian puts them; where there
are none, tests that need a server are skipped, unless ``CI`` is set: continuous integration skips none.
"""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from signal import SIGSTOP
from uuid import uuid4

import psycopg
import pytest

from tests.processes import PATIENCE_SECONDS

DEBIAN = "/usr/lib/postgresql"
PORTS = (15_000, 30_000)
NOBODY = "postgres"
"""Debian's user for the server, where the tests run as root: PostgreSQL refuses to be run by that."""
QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60", "-c", "shared_buffers=64MB")
"""For tests that lose no power."""
SAFE = ("-c", "max_connections=60")


def program(name: str) -> str | None:
    """Where one of the server's programs is."""
    newest = sorted(Path(DEBIAN).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    return shutil.which(name) or (str(newest[0]) if newest else None)


def why_not() -> str | None:
    """Why there can be no server; None if there can."""
    if program("initdb") is None or program("postgres") is None:
        return "PostgreSQL's server is not installed (Debian's package postgresql)"
    if os.geteuid() == 0 and subprocess.run(["id", NOBODY], capture_output=True, check=False).returncode:
        return f"PostgreSQL does not run as root, and there is no user {NOBODY}"
    return None


def require() -> None:
    """Skip the test if there can be no server; fail it in continuous integration."""
    reason = why_not()
    if reason is not None and os.environ.get("CI"):
        pytest.fail(f"{reason}: continuous integration must have it")
    if reason is not None:
        pytest.skip(reason)


class NotStarted(Exception):
    """The server has ended, or takes no connections."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"the server did not start: {(folder / 'log').read_text()[-2000:]}")


class Server:
    """A server that was started, its database and its processes."""

    def __init__(self, folder: Path, settings: Sequence[str] = QUICK, primary: Server | None = None) -> None:
        """A server with a database of its own, or a standby of another server, which follows that."""
        self.folder = folder
        self.port = next(free_ports())
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        data = str(folder / "data")
        if primary is None:
            _run(["initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])
        else:
            _run(["pg_basebackup", "-D", data, "-d", primary.url, "-R", "--checkpoint=fast", "--no-sync"])

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.address("owner")

    def address(self, user: str, schema: str = "", database: str = "postgres") -> str:
        """The address of a ledger: in a schema, as a user."""
        options = f"?options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{options}"

    def start_first(self) -> None:
        """Start it where it can be: its port may have been taken since it was free."""
        for port in islice(free_ports(), 20):
            self.port = port
            with suppress(NotStarted):
                return self.start()
        raise NotStarted(self.folder)

    def start(self) -> None:
        """Start it, and wait until it takes connections; raises NotStarted."""
        command = [*as_nobody(), str(program("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port)]
        own = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}"]
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen([*command, *own, *self.settings], stdout=log, stderr=log)
        self.wait()

    def wait(self) -> None:
        """Wait until it takes connections; raises NotStarted."""
        assert self.process is not None
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2) as connection:
                if connection.execute("SHOW data_directory").fetchone() == (str(self.folder / "data"),):
                    return  # it is this server, and none that came first to the port
            time.sleep(0.05)
        self.stop("KILL")
        raise NotStarted(self.folder)

    def stop(self, signal: str = "INT") -> None:
        """End it: INT at once and cleanly, KILL as a crash would, for its children too."""
        if self.process is None:
            return
        children: list[int] = []
        if signal == "KILL":
            self.process.send_signal(SIGSTOP)  # it starts no more children while they are counted
            children = _children(self.process.pid)
            self.process.kill()
            for child in children:
                _kill(child)
        else:
            self.process.send_signal(2)
        try:
            self.process.wait(PATIENCE_SECONDS)
        finally:
            self.process.kill()
        _wait_until_gone(children)  # a new server refuses the memory that they still hold
        self.process = None

    def schema(self) -> str:
        """The name of a new schema, in which a ledger may be made."""
        name = f"s{uuid4().hex[:16]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return name

    def drop(self, schema: str) -> None:
        """Take a schema away, with all that is in it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '10s'")  # whoever is left in a transaction is told, not waited for
            connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@contextmanager
def server(settings: Sequence[str] = QUICK, primary: Server | None = None) -> Iterator[Server]:
    """A server in a folder of its own; with ``primary``, a standby of that."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        started = Server(folder, settings, primary)
        started.start_first()
        try:
            yield started
        finally:
            started.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str]) -> None:
    name, *arguments = command
    command = [*as_nobody(), str(program(name)), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE_SECONDS)


def as_nobody() -> list[str]:
    """What makes a command run without privileges; it ends with the tests, however they end."""
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig=INT"]


def free_ports() -> Iterator[int]:
    """Ports that are free, in any order, and that the system gives to nobody who asks for just any."""
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe:
            is_taken = probe.connect_ex(("127.0.0.1", port)) == 0
        if not is_taken:
            yield port


def _children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for text in lists for child in text.read_text().split()]


def _wait_until_gone(pids: Sequence[int]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(_lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)


def _lives(pid: int) -> bool:
    """Whether a process still holds what it held: one that only waits to be reaped does not (Linux)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)
