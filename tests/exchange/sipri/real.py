"""SIPRI's own files, which are its to give away: tests that need one skip where it is not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tests.processes import ROOT

SETTING: Final = "SIPRI_REGISTERS"
"""Names the folder of SIPRI's files in the environment."""
FOLDER: Final = Path(os.environ.get(SETTING) or ROOT.parent / "shared" / "data" / "sipri")


def real(name: str) -> Path:
    """A file of SIPRI's; skips the test where it is not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} of SIPRI's is not there; {SETTING} names the folder that has it")
    return path
