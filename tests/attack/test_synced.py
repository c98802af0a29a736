"""What is acknowledged is on the disk: no write of it waits to be synchronised when the recorder is told."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

CALLS = "write,pwrite64,writev,pwritev,ftruncate,fsync,fdatasync,link,linkat,rename,renameat,renameat2"
PROGRAM = """
import sys
from armsledger import Ledger
from tests.attack.statements import acknowledge
from tests.attack.statements import record_dossier, record_single, record_source
with Ledger(sys.argv[1]) as ledger:
    acknowledge(record_source(ledger, "source"))
    acknowledge(record_dossier(ledger, "deal/x", "large", 100))
    ledger.rebuild(workers=0)
    for number in range(3):
        acknowledge(record_single(ledger, "deal/x", f"single-{number}", number))
"""
CALL = re.compile(r"^\d+ +(\w+)\((?:AT_FDCWD[^,]*, )?(?:\d+<([^>]*)>|\"([^\"]*)\")(.*)$")


@cache
def can_trace() -> bool:
    """Whether the calls of a process can be looked at."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0


def calls(path: Path, folder: Path) -> Iterator[tuple[str, str, str]]:
    """The calls of a recorder that write and synchronise: which, of which file, and what more is said of it."""
    trace = folder / "trace"
    command = ["strace", "-f", "-y", "-s", "64", "-o", str(trace), "-e", f"trace={CALLS}"]
    subprocess.run([*command, sys.executable, "-c", PROGRAM, str(path)], check=True, stdout=subprocess.DEVNULL)
    for line in trace.read_text().splitlines():
        if found := CALL.match(line):
            call, opened, named, rest = found.groups()
            yield call, opened or named, rest


@pytest.mark.skipif(not can_trace(), reason="strace is not there, or may not look at processes")
def test_nothing_that_is_acknowledged_waits_to_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", ":".join(filter(None, sys.path)))
    folder = tmp_path / "folder"
    folder.mkdir()
    waiting: set[str] = set()
    acknowledged = syncs = 0
    for call, file, rest in calls(folder / "armsledger.db", tmp_path):
        if call == "write" and '"told ' in rest:
            assert {name for name in waiting if not name.endswith("-shm")} == set()
            acknowledged += 1
        elif not file.startswith(str(folder)):
            continue
        elif call in ("fsync", "fdatasync"):
            waiting.discard(file)
            syncs += 1
        else:
            waiting.add(str(folder) if call.startswith(("link", "rename")) else file)
    assert acknowledged == 5
    assert syncs >= 5
