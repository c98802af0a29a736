"""What tests that take minutes tell of themselves; ``bench/reliability.py`` makes the table of RELIABILITY.md of it.

Where ``ARMSLEDGER_SOAK_REPORT`` names a file, each line of it is an object of JSON: what a campaign did, or how a test
ended.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

REPORT = "ARMSLEDGER_SOAK_REPORT"


def tell(campaign: str, **counts: float) -> None:
    """Tell what a campaign did, in numbers; those of the same name are summed up."""
    print(f"{campaign}:", ", ".join(f"{count:,} {name}" for name, count in counts.items()))
    _write({"campaign": campaign, "counts": counts, "test": _this_test()})


def tell_end(test: str, outcome: str, seconds: float, *, is_property: bool) -> None:
    """Tell how a test ended, and whether it tries a property out."""
    _write({"test": test, "outcome": outcome, "seconds": round(seconds, 1), "property": is_property})


def _this_test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]


def _write(line: dict[str, Any]) -> None:
    """Write a line as a whole: several processes write to the file."""
    if path := os.environ.get(REPORT):
        file = os.open(Path(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(file, (json.dumps({**line, "at": round(time.time(), 1)}) + "\n").encode())
        finally:
            os.close(file)
