"""The page on high availability, followed to the letter."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pages import environment
from tests.attack.cluster import SCRIPT, require
from tests.postgres import NOBODY, as_nobody, free_ports
from tests.processes import ROOT

PAGE = ROOT / "docs" / "high-availability.md"
LONGEST_SECONDS = 600


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the example stands, as whoever runs the tests may run it."""
    require()
    folder = Path(tempfile.mkdtemp(prefix="ha", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY)
    script = tmp_path / "cluster"
    first_port = next(free_ports())
    script.write_text(
        f"#!/bin/sh\ncd {folder}\nexec {shlex.join(as_nobody())} env HOME={folder} CLUSTER={folder / 'cluster-data'}"
        f' FIRST_PORT={first_port} {SCRIPT} "$@"\n'
    )
    script.chmod(0o755)
    (tmp_path / "cluster-data").symlink_to(folder / "cluster-data")
    yield tmp_path
    for node in ("node1", "node2", "node3"):
        subprocess.run([script, "kill", node], check=False, capture_output=True)
    shutil.rmtree(folder)


@pytest.mark.soak
def test_a_newcomer_brings_three_servers_up_kills_the_primary_and_records_on(folder: Path) -> None:
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    commands = [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    session = "".join(f"echo {shlex.quote(f'$ {command}')}\n{command}\n" for command in commands)
    done = subprocess.run(
        ["bash", "-eu", "-c", session],
        cwd=folder,
        env=environment(folder),
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "everything fits" in done.stdout
    assert done.stdout.count("takes writes") >= 2
