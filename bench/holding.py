"""How long others who write must wait: the writer's lock while a source is graded anew that very many deals cite.

Run as a module (``python -m bench.holding DEALS FOLDER``) it does that in its own process and prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from bench.child import measure
from bench.figure import Figure, Goal, Section, absolute

if TYPE_CHECKING:
    from armsledger.storage.transaction import Transaction

DEALS, DEALS_QUICK = 10_000, 500
LONGEST = Goal(1.0, at_most=True, unit="s")
REMARKS = """\
A ledger of {deals:,} deals of which two sources contest the value. One of the sources is graded anew, so that another
value is preferred in every deal. A hold is from when a transaction begins, without waiting, until it has committed, by
the clock. The rows of the deals are brought up to date by the same call in short transactions; beside it stands what
one transaction would take for all of them."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool) -> Section:
    """Measure it on SQLite."""
    deals = DEALS_QUICK if quick else DEALS
    progress(f"grading anew a source that {deals:,} deals cite")
    told = measure("bench.holding", deals, folder)
    slices, whole = told["slices"], told["whole"]
    figures = [
        absolute(f"longest hold of the lock, a source cited by {deals:,} deals graded anew", max(slices), LONGEST),
        Figure("the same, all rows in one transaction", f"{max(whole):.2f} s", max(slices) / max(whole)),
        Figure(
            "until all rows are up to date, in short transactions beside one",
            f"{sum(slices):.1f} s in {len(slices)} to {sum(whole):.1f} s",
            sum(slices) / sum(whole),
        ),
    ]
    return Section("How long the writer's lock is held", figures, REMARKS.format(deals=deals))


def _dossier(deals: int) -> Iterator[dict[str, Any]]:
    """Deals of which an agency and the press tell another value."""
    for key, grade in (("agency", "A"), ("press", "C")):
        yield {"key": key, "publisher": key, "published": "2018-11-01", "reliability": grade}
    said = {"on": "2018-10", "asserted": "2018-11-01"}
    for number in range(deals):
        deal = {"stream": f"deal/x-{number:06}", **said}
        yield {**deal, "event": "opened", "supplier": "RUS", "buyer": "IND", "source": "agency"}
        for source, value in (("agency", "USD 5bn"), ("press", "USD 6bn")):
            yield {**deal, "event": "contract-signed", "value": value, "source": source}


def _holds(folder: Path, deals: int) -> dict[str, list[float]]:
    from armsledger import Ledger
    from armsledger.storage.database import Database

    dossier, holds = folder / "deals.jsonl", list[float]()
    dossier.write_text("".join(f"{json.dumps(one)}\n" for one in _dossier(deals)), encoding="utf-8")
    whole = Database._whole

    def timed(database: Database, *, durable: bool) -> Iterator[Transaction]:
        start = time.perf_counter()  # nobody else has the lock
        yield from whole(database, durable=durable)
        holds.append(time.perf_counter() - start)

    found = {}
    with Ledger(folder / "holding.db", recorded_by="bench") as ledger:
        ledger.record_file(dossier)
        for how, grade in (("slices", "E"), ("whole", "A")):
            with ExitStack() as stack:
                stack.enter_context(mock.patch.object(Database, "_whole", timed))
                if how == "whole":
                    stack.enter_context(mock.patch("armsledger.projections.updater._are_too_many", return_value=False))
                ledger.record("source/agency", "regraded", reliability=grade, asserted="2019-06-01")
            found[how] = [*holds]
            holds.clear()
    return found


if __name__ == "__main__":
    print(json.dumps(_holds(Path(sys.argv[2]), int(sys.argv[1]))))
