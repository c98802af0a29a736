"""A pooler before a server of the tests: PgBouncer on loopback, as a user without privileges, gone after the tests.

It has few sessions of the server, so that clients share them, and takes no parameters that it does not know.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import psycopg
import pytest

from tests.postgres import NOBODY, Server, as_nobody, free_ports
from tests.processes import PATIENCE_SECONDS

Mode = Literal["session", "transaction"]
SESSIONS = 2
"""Of the server, for each user and database."""
CLIENTS_OF_SESSIONS = 40
"""In session mode a client keeps its session: so many can be connected at once."""


class Pooler:
    """A pooler that was started."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.port = port

    def address(self, user: str = "owner", schema: str = "") -> str:
        """The address of a ledger of the server, by way of the pooler."""
        address = self.server.address(user, schema)
        return address.replace(f":{self.server.port}/", f":{self.port}/")


@contextmanager
def pooler(server: Server, mode: Mode, *, users: Sequence[str] = ("owner",), ignored: str = "") -> Iterator[Pooler]:
    """A pooler before a server; ``ignored`` are the parameters that it drops where a client sends them."""
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    if not Path(program).exists():
        if os.environ.get("CI"):
            pytest.fail("PgBouncer is not installed: continuous integration must have it")
        pytest.skip("PgBouncer is not installed (Debian's package pgbouncer)")
    folder = Path(tempfile.mkdtemp(prefix="pool", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    try:
        port = next(free_ports())
        (folder / "users").write_text("".join(f'"{user}" ""\n' for user in users))
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(port),
            "unix_socket_dir": "",
            "auth_type": "trust",
            "auth_file": str(folder / "users"),
            "pool_mode": mode,
            "default_pool_size": str(SESSIONS if mode == "transaction" else CLIENTS_OF_SESSIONS),
            "query_wait_timeout": str(PATIENCE_SECONDS),
            **({"ignore_startup_parameters": ignored} if ignored else {}),
        }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        databases = f"[databases]\n* = host=127.0.0.1 port={server.port}\n"
        (folder / "settings.ini").write_text("\n".join([databases, "[pgbouncer]", *lines, ""]))
        if os.geteuid() == 0:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, NOBODY)
        with (folder / "log").open("wb") as log:
            command = [*as_nobody(), program, str(folder / "settings.ini")]
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            started = Pooler(server, port)
            _wait(started, process, folder)
            yield started
        finally:
            process.kill()
            process.wait(PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(started: Pooler, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(psycopg.OperationalError), psycopg.connect(started.address(), connect_timeout=2):
            return
        time.sleep(0.05)
    raise AssertionError(f"the pooler did not start: {(folder / 'log').read_text()[-2000:]}")
