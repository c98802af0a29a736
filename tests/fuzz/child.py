"""A reader of a dossier in a process of its own, whose memory is bounded and measured.

``python tests/fuzz/child.py PATH`` (``-`` is standard input) prints one JSON object: the refusal, the most memory that
was taken beyond what the libraries take, and the seconds.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from armsledger.domain.errors import LedgerError
from armsledger.exchange.dossiers.dossier import open_dossier
from armsledger.exchange.dossiers.yaml import read_yaml

LIMIT_BYTES = 2 * 1024**3
"""Of address space; libraries take a part of it, so what is measured decides, and this only protects the machine."""


def read(name: str) -> dict[str, object]:
    """Read all entries of a dossier, and tell what came of it."""
    read_yaml("entries: []", "warm")
    before, started = _peak_mb(), time.monotonic()
    refusal = ""
    try:
        with open_dossier(None if name == "-" else Path(name)) as dossier:
            for _ in dossier.proposals():
                pass
    except LedgerError as error:
        refusal = str(error)
    return {"refusal": refusal, "grown_mb": _peak_mb() - before, "seconds": time.monotonic() - started}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    print(json.dumps(read(sys.argv[1])))
