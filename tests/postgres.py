"""A private PostgreSQL server for tests: on loopback, as a user without privileges, gone when the tests end.

Its folder, port and processes are its own. Programs are looked for in ``PATH`` and where Debian puts them; where there
are none, tests that need a server are skipped, unless ``CI`` is set: continuous integration skips none.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

DEBIAN = "/usr/lib/postgresql"
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


class Server:
    """A server that was started, its database and its processes."""

    def __init__(self, folder: Path, settings: Sequence[str] = QUICK) -> None:
        self.folder = folder
        self.port = _free_port()
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None
        _run(["initdb", "-D", str(folder / "data"), "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.address("owner")

    def address(self, user: str, schema: str = "", database: str = "postgres") -> str:
        """The address of a ledger: in a schema, as a user."""
        options = f"?options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{options}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        command = [*_as_nobody(), str(program("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port)]
        own = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}"]
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen([*command, *own, *self.settings], stdout=log, stderr=log)
        self.wait()

    def wait(self, seconds: float = 30) -> None:
        """Wait until it takes connections."""
        for _ in range(int(seconds * 20)):
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self.process is not None
                try:
                    self.process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
                break
        raise RuntimeError(f"the server did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, signal: str = "INT") -> None:
        """End it: INT at once and cleanly, KILL as a crash would, for its children too."""
        if self.process is None:
            return
        if signal == "KILL":
            for child in _children(self.process.pid):
                _kill(child)
            self.process.kill()
        else:
            self.process.send_signal(2)
        self.process.wait(timeout=60)
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
def server(settings: Sequence[str] = QUICK) -> Iterator[Server]:
    """A server in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        started = Server(folder, settings)
        started.start()
        try:
            yield started
        finally:
            started.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str]) -> None:
    name, *arguments = command
    done = subprocess.run([*_as_nobody(), str(program(name)), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stdout}{done.stderr}")


def _as_nobody() -> list[str]:
    """What makes a command run without privileges."""
    if os.geteuid():
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    """The processes that a process has started (Linux)."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for text in lists for child in text.read_text().split()]


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)
