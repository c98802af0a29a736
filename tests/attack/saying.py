"""What workers say: lines, each beginning with its kind; ``told POSITION ID`` for every entry that is recorded."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from tests.attack.statements import Told


def say(kind: str, *words: object) -> None:
    """Say a line, at once and as a whole, so that a process that is killed has said it or not."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, (kind, *words))) + "\n").encode())


def acknowledge(told: Iterable[Told]) -> None:
    """Say what is recorded, all of a transaction at once."""
    os.write(sys.stdout.fileno(), "".join(f"told {one}\n" for one in told).encode())
