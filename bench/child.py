"""A measurement in a process of its own, where nothing that was measured before is left over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class ChildFailed(Exception):
    """A process ended with an error."""

    def __init__(self, command: str, message: str) -> None:
        super().__init__(f"{command}: {message}")


def environment(source: Path | None = None) -> dict[str, str]:
    """This process's own, with the measurements to be found by import, and armsledger in ``source`` first."""
    folders = (source, ROOT, os.environ.get("PYTHONPATH"))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(folder) for folder in folders if folder)}


def measure(module: str, *arguments: str | Path | int, source: Path | None = None) -> dict[str, Any]:
    """What ``python -m module arguments`` prints: one JSON object. Raises ChildFailed."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, env=environment(source), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ChildFailed(module, last_line(done.stderr) or f"exit status {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
