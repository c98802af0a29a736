"""Clients of a server, several at once, each of which reads pages and pauses between them as somebody does who reads.

``python -m bench.clients`` reads from standard input what to ask, and prints how long the answers took.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, Final

CLIENTS: Final = 8
LONGEST_PAUSE_SECONDS: Final = 0.2
DONE: Final = 200
PATIENCE_SECONDS: Final = 100


def visit(asked: dict[str, Any], number: int) -> list[tuple[str, float, bool, bool]]:
    """What one client saw: the kind of each page, how long it took, and whether it was an error, or stale."""
    random = Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=PATIENCE_SECONDS)
    head = Path(asked["head"]) if asked["head"] else None
    kinds = list(asked["pages"])
    seen = []
    end = time.monotonic() + asked["seconds"]
    while time.monotonic() < end:
        kind = random.choice(kinds)
        path = random.choice(asked["pages"][kind])
        recorded = int(head.read_text() or 0) if head is not None else 0
        started = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - started
        is_stale = path.endswith(".json") and recorded > 0 and json.loads(content)["position"] < recorded
        seen.append((kind, took, answer.status != DONE, is_stale))
        time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
    connection.close()
    return seen


def main() -> None:
    """Ask what standard input says, and print what was seen."""
    asked = json.loads(sys.stdin.read())
    with ThreadPoolExecutor(CLIENTS) as clients:
        seen = [visits for each in clients.map(lambda number: visit(asked, number), range(CLIENTS)) for visits in each]
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
