"""Deals at a date as CSV by Python's own sqlite3 and csv: ``python -m bench.selecting LEDGER FILE DAY``.

It imports nothing of ours, so that a process of it starts as quickly as one can that has only Python.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

SELECT = """
    SELECT deal, title, supplier, buyer, items, stage, possible_stage, value, ordered, paid, possible_paid,
        paid_undisclosed, delivered, possible_delivered, signed_on, delivery_begun, sanctions
    FROM deals WHERE believed = 1 AND valid_from <= '{day}' AND valid_to > '{day}' ORDER BY stream, slot"""


def statement(day: str) -> str:
    """The statement for the deals of a day, as believed now, in one line."""
    return " ".join(SELECT.format(day=day).split())


def main(ledger: str, file: str, day: str) -> None:
    """Select, write, and print JSON."""
    started = time.perf_counter(), time.process_time()
    with closing(sqlite3.connect(ledger)) as opened, Path(file).open("w", encoding="utf-8", newline="") as out:
        found = opened.execute(statement(day))
        writer = csv.writer(out)
        writer.writerow([column[0] for column in found.description])
        writer.writerows(found)
    wall, processor = time.perf_counter() - started[0], time.process_time() - started[1]
    print(json.dumps({"seconds": wall, "processor_seconds": processor}))


if __name__ == "__main__":
    main(*sys.argv[1:])
