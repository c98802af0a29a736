"""Both axes of belief time: questions by asserting beside the same by recording, and what the second axis costs.

Run as a module (``python -m bench.axes ask LEDGER``, or ``build LEDGER``) it does that in its own process and prints
JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from bench.child import measure
from bench.figure import Figure, Goal, Section, milliseconds
from bench.register_generator import write_registers

if TYPE_CHECKING:
    from armsledger import Ledger

ROWS, ROWS_QUICK = 30_000, 3_000
ROUNDS: Final = 9
BUILDS: Final = 3
ASKED = Goal(1.3, at_most=True)
BUILT = Goal(1.2, at_most=True)
BYTES = Goal(1.15, at_most=True)
REMARKS = """\
{which}, both in one ledger. Each question is asked of a ledger that is open, as known at the first release: by the
position of its last entry, and by its day; the median of {rounds} times of the processor, in turns. Built is every
read model in one process; with one axis, what sources asserted by a day is left out, and so are the two columns when
bytes are counted (the texts of the rows, without the index of the table)."""


def section(folder: Path, progress: Callable[[str], None], registers: Path | None, *, quick: bool) -> Section:
    """Measure, on the registers of a folder (``trade-register-*.csv``) or on generated ones."""
    files = sorted(registers.glob("trade-register-*.csv"))[:2] if registers is not None else []
    if len(files) == 2:
        which = f"The registers {files[0].name} and {files[1].name}"
    else:
        rows = ROWS_QUICK if quick else ROWS
        files = write_registers(folder, rows)
        which = f"Two generated registers of {rows:,} rows"
    ledger = folder / "axes.db"
    for file in files:
        progress(f"taking {file.name}")
        measure("bench.registers", "import", ledger, file)
    progress("asking by both axes")
    asked = measure("bench.axes", "ask", ledger)
    progress("building both axes")
    built = measure("bench.axes", "build", ledger)
    figures = [
        Figure(
            f"{what}, by asserting beside by recording",
            f"{milliseconds(spoken)} to {milliseconds(recorded)}",
            spoken / recorded,
            ASKED,
        )
        for what, (recorded, spoken) in asked["questions"].items()
    ]
    both, one = built["seconds_both"], built["seconds_one"]
    figures += [
        Figure("all read models built, both axes beside one", f"{both:.1f} s to {one:.1f} s", both / one, BUILT),
        Figure(
            "bytes of all rows, both axes beside one",
            f"{built['bytes_both']:,} to {built['bytes_one']:,}",
            built["bytes_both"] / built["bytes_one"],
            BYTES,
        ),
    ]
    return Section("Both axes of belief time", figures, REMARKS.format(which=which, rounds=ROUNDS))


def _ask(ledger: Ledger) -> dict[str, Any]:
    reader = ledger.journal().reader
    ((day,), *_) = reader.query("SELECT DISTINCT asserted_from FROM deals WHERE asserted_from > '0' ORDER BY 1")
    ((position,),) = reader.query("SELECT max(known_from) - 1 FROM deals WHERE known_from > 0")
    ((deal,), *_) = reader.query("SELECT deal FROM deals WHERE believed = 0 AND known_from > 0")
    questions: dict[str, Callable[[Any], Any]] = {
        "all deals": lambda view: view.deals(),
        "deals of one buyer": lambda view: view.deals(buyer="IND"),
        "one deal": lambda view: view.deals(deal=deal),
    }
    views = (ledger.at(known=int(position)), ledger.at(known=day, known_by="asserted"))
    found = {}
    for what, ask in questions.items():
        seconds: tuple[list[float], list[float]] = ([], [])
        assert len(ask(views[0])) == len(ask(views[1])) > 0, what
        for _ in range(ROUNDS):
            for view, times in zip(views, seconds, strict=True):
                began = time.process_time()
                ask(view)
                times.append(time.process_time() - began)
        found[what] = [median(times) for times in seconds]
    return {"questions": found}


def _build(ledger: Ledger) -> dict[str, Any]:
    from armsledger.projections.moments import StreamBeliefs

    seconds: dict[str, list[float]] = {"one": [], "both": []}
    sizes: dict[str, int] = {}
    names = [projection.name for projection in ledger.projections()]
    for _ in range(BUILDS):
        for how, times in seconds.items():
            began = time.process_time()
            if how == "one":
                with mock.patch.object(StreamBeliefs, "by_asserting", return_value=[]):
                    ledger.rebuild(*names, workers=0)
            else:
                ledger.rebuild(*names, workers=0)
            times.append(time.process_time() - began)
            sizes[how] = sum(_bytes(ledger, name, how == "both") for name in names)
    return {
        **{f"seconds_{how}": min(times) for how, times in seconds.items()},
        **{f"bytes_{how}": size for how, size in sizes.items()},
    }


def _bytes(ledger: Ledger, name: str, with_days: bool) -> int:
    """The texts of a read model's rows, and eight bytes for each number."""
    days = " + length(asserted_from) + length(asserted_to)" if with_days else ""
    texts = f'length(stream) + length(valid_from) + length(valid_to) + length(slot) + length("row"){days}'
    sql = f"SELECT coalesce(sum({texts} + 24), 0) FROM kept_{name}"
    return int(ledger.journal().reader.query(sql)[0][0])


def main(what: str, address: str) -> None:
    """Do one step here and print JSON."""
    from armsledger import Ledger

    with Ledger(address, recorded_by="bench") as ledger:
        print(json.dumps(_ask(ledger) if what == "ask" else _build(ledger)))


def arguments() -> Sequence[str]:
    """Those of the command line."""
    return sys.argv[1:]


if __name__ == "__main__":
    main(*arguments())
