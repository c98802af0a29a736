"""Whatever the bytes, readers read them or refuse them: atheris looks for bytes of which something else comes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.campaign import TEN_MINUTES
from tests.processes import ROOT

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this Python or machine"),
]
READERS = ("yaml", "jsonl", "dates", "amounts", "workbooks")
SECONDS_TO_FIND = 120.0
"""For a planted fault: each is found in less than ten."""


def tried(name: str, seconds: float, folder: Path, *more: str) -> tuple[int, str]:
    """Inputs are tried on a reader in a process of its own: its exit status, and what it said."""
    program = str(ROOT / "tests" / "fuzz" / "readers.py")
    done = subprocess.run(
        [sys.executable, program, name, str(int(seconds)), str(folder), *more],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", READERS)
def test_a_planted_fault_is_found(name: str, tmp_path: Path) -> None:
    status, said = tried(name, SECONDS_TO_FIND, tmp_path, "planted")
    assert status != 0
    assert "Planted" in said
    assert list(tmp_path.glob("crash-*"))  # the input, which replays


@pytest.mark.parametrize("name", READERS)
def test_bytes_are_read_or_refused_for_ten_minutes(name: str, tmp_path: Path) -> None:
    seconds = float(os.environ.get("ARMSLEDGER_FUZZ_SECONDS", TEN_MINUTES))
    status, said = tried(name, seconds, tmp_path)
    count = re.search(r"Done ([0-9]+) runs", said)
    found = [path.read_bytes()[:300] for path in tmp_path.iterdir() if path.is_file()]
    assert status == 0, (found, said[-3000:])
    assert count is not None
    print(f"{name}: {int(count[1]):,} inputs in {seconds:.0f} s")
