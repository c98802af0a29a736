"""The command itself: a process on loopback that answers while entries are recorded, and ends cleanly."""

from __future__ import annotations

import json
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

from armsledger import Ledger
from armsledger.web.server import news
from tests.cli.runner import Inside, Process
from tests.processes import PATIENCE_SECONDS

RECORDED = 12


@contextmanager
def served(path: Path, options: str = "") -> Iterator[tuple[Popen[str], httpx.Client]]:
    """The process that serves a ledger at a free port, and a client of it."""
    with Process(path.parent).start(f"--ledger {path} serve --port 0 {options}") as process:
        assert process.stderr
        said = process.stderr.readline()
        address = re.search(r"http://[^ ]*", said)
        assert address, said
        with httpx.Client(base_url=address[0], timeout=PATIENCE_SECONDS) as client:
            yield process, client
        if process.poll() is None:
            process.send_signal(signal.SIGINT)


def test_entries_are_told_as_they_are_recorded_and_every_page_has_them(path: Path) -> None:
    with served(path) as (_, client), client.stream("GET", "/events") as events, Ledger(path) as ledger:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = events.iter_lines()
        assert _next_of(lines)["position"] == ledger.position()
        told = 0
        with ThreadPoolExecutor(8) as clients:
            for number in range(RECORDED):
                if number:
                    ledger.record("source/s", "regraded", reliability="ABCDEF"[number % 6], reason=f"reading {number}")
                else:
                    ledger.record("source/s", "registered", publisher="S", published="2020-01-01", reliability="B")
                head = ledger.position()
                pages = clients.map(client.get, ["/", "/sources", "/sources.json", "/source/s.json"] * 2)
                states = [page.json() for page in pages if "json" in page.headers["content-type"]]
                assert [state["position"] for state in states if isinstance(state, dict)] == [head, head]
                event = _next_of(lines)
                told += event["position"] == head and event["entry"].startswith("source/s@")
        assert told == RECORDED


def _next_of(lines: Iterator[str]) -> Any:
    """What the next event says."""
    return json.loads(next(line for line in lines if line.startswith("data:")).removeprefix("data:"))


def test_it_ends_with_ctrl_c_though_somebody_follows(path: Path) -> None:
    with served(path) as (process, client), client.stream("GET", "/events") as events:
        lines = events.iter_lines()
        assert _next_of(lines)
        process.send_signal(signal.SIGINT)
        assert not any(lines)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr
        assert process.stderr.read() == ""


def test_only_so_many_follow_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "MOST_FOLLOWERS", 0)
    from tests.web.server.client import client_of

    with client_of(str(path)) as client:
        assert client.get("/events").status_code == 503


def test_a_port_that_is_taken_is_refused_with_another_one(told: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = Inside(told.parent)(f"--ledger {told} serve --port {port}")
    assert (answer.status, answer.out) == (1, "")
    assert f"port {port} of 127.0.0.1 is taken" in answer.err
    assert "remedy: choose another one" in answer.err


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ("--ledger nowhere.db serve", 1, "there is no ledger at nowhere.db"),
        ("serve --port 70000", 2, "70000"),
        ("serve --host no.such.host.invalid", 1, "nothing can listen"),
    ],
)
def test_what_cannot_be_served_is_said(told: Path, options: str, status: int, words: str) -> None:
    ledger = "" if "--ledger" in options else f"--ledger {told} "
    answer = Inside(told.parent)(f"{ledger}{options}")
    assert (answer.status, words in answer.err) == (status, True), answer.err


def test_a_missing_package_is_named_with_the_extra(told: Path) -> None:
    without = "import sys; sys.modules['starlette'] = None; from armsledger.cli.main import run; run()"
    answer = Process(told.parent)(f"--ledger {told} serve", program=("-c", without))
    assert answer.status == 2
    assert "pip install 'armsledger[web]'" in answer.err


def test_an_axis_that_is_none_is_refused_before_anything_is_served(told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMSLEDGER_KNOWN_BY", "hearsay")
    answer = Inside(told.parent)(f"--ledger {told} serve --port 0")
    assert (answer.status, "set it to recorded or asserted" in answer.err) == (2, True)
