"""Pages that stand alone: their size, as they are and compressed, and the time of the command that writes them."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from armsledger import Ledger
from bench.figure import Figure, Goal, Section

ROOT: Final = Path(__file__).resolve().parent.parent
STORY: Final = (ROOT / "examples" / "seed-article.yaml", ROOT / "examples" / "india-s400.yaml")
ENTRIES, ENTRIES_QUICK = 500, 60
RUNS, RUNS_QUICK = 3, 1
KILOBYTE: Final = 1000
SIZE, COMPRESSED = Goal(300, at_most=True, unit="kB"), Goal(60, at_most=True, unit="kB")
MOST = Goal(2000, at_most=True, unit="kB")
TIME = Goal(1.5, at_most=True, unit="s")
STEPPED: Final = re.compile(r"steps through (\d+) of (\d+) days")
FIRST_DAY: Final = date(2012, 1, 1)
HOLDERS: Final = ("the ministry", "the maker", "the air staff", "people familiar with the talks")
REMARKS = """\
`armsledger page` as a process of its own, from its start to its end; the median of {runs}. The story is India's S-400
of the examples, by {sources} sources. The long deal, whose page is made once, has {entries} entries, each said on a
day of its own, and tells of all that changes: forecasts, payments, batches, tests, positions on sanctions. Where a
page would have more than its steps allow, beliefs thin out to the last of each month or longer, and the page says
so."""


def section(folder: Path, progress: Callable[[str], None], *, quick: bool) -> Section:
    """Measure."""
    entries, runs = (ENTRIES_QUICK, RUNS_QUICK) if quick else (ENTRIES, RUNS)
    with Ledger(story := folder / "story.db") as ledger:
        for path in STORY:
            ledger.record_file(path)
        sources = len(ledger.at().sources())
    with Ledger(long := folder / "long.db") as ledger:
        ledger.record_stream(BytesIO("\n".join(map(json.dumps, long_deal(entries))).encode()), name="long.jsonl")
    progress("pages")
    figures = [
        *_figures("S-400", story, "deal/india-s400", runs, (TIME, SIZE, COMPRESSED)),
        *_figures(f"a deal of {entries} entries", long, "deal/long", 1, (None, MOST, None)),
    ]
    if quick:
        figures = [figure._replace(goal=None) for figure in figures]
    return Section("Pages", figures, REMARKS.format(runs=runs, sources=sources, entries=entries))


def _figures(what: str, ledger: Path, stream: str, runs: int, goals: tuple[Goal | None, ...]) -> list[Figure]:
    """The time, the sizes and the steps of one page."""
    page = ledger.with_suffix(".html")
    seconds = median([_seconds(ledger, stream, page) for _ in range(runs)])
    content = page.read_bytes()
    told = (seconds, len(content) / KILOBYTE, len(gzip.compress(content)) / KILOBYTE)
    names = (f"`page` of {what}: time", "its size", "its size, compressed")
    units = ("s", "kB", "kB")
    figures = [
        Figure(name, f"{amount:,.2f} {unit}" if unit == "s" else f"{amount:,.0f} {unit}", goal=goal, amount=amount)
        for name, amount, unit, goal in zip(names, told, units, goals, strict=True)
    ]
    thinned = STEPPED.search(content.decode())
    steps = f"{thinned[1]} of {thinned[2]}" if thinned else "all"
    return [*figures, Figure("beliefs that it steps through", steps)]


def _seconds(ledger: Path, stream: str, page: Path) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "armsledger", "page", stream, str(page), "--replace", "--ledger", str(ledger)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def long_deal(entries: int) -> Iterator[dict[str, Any]]:
    """The dossier of a deal of so many entries, each said on a day of its own; the same every time."""
    chosen = Random(entries)
    for number in range(20):
        yield {"key": f"wire-{number}", "publisher": f"Wire {number}", "reliability": "BBCD"[number % 4]}
    days = sorted(chosen.sample(range(365 * 12), entries))
    for number, offset in enumerate(days):
        day = FIRST_DAY + timedelta(offset)
        said = {"stream": "deal/long", "source": f"wire-{chosen.randrange(20)}", "asserted": f"{day}"}
        yield {**said, "quote": f"as told on {day:%A}, in words of its own", **_told(number, day, chosen)}


def _told(number: int, day: date, chosen: Random) -> dict[str, Any]:
    if number < 2:
        first = {"event": "opened", "supplier": "RUS", "buyer": "IND", "items": ["S-400"]}
        return {"on": f"{day}", **(first if number == 0 else {"event": "contract-signed", "value": "USD 9bn"})}
    tranche, due = chosen.randrange(1, 12), day + timedelta(chosen.randrange(30, 900))
    return chosen.choice(
        [
            {"event": "expected", "what": f"delivered tranche={tranche}", "due": f"{due:%Y-%m}"},
            {
                "event": "expected",
                "what": f"delivered tranche={tranche}",
                "due": f"../{due}",
                "holder": HOLDERS[tranche % 4],
            },
            {"event": "expected", "what": f"tranche-paid tranche={tranche}", "due": f"{due:%Y}"},
            {"event": "tranche-paid", "on": f"{day:%Y-%m}", "tranche": tranche, "amount": f"USD {300 + tranche}m"},
            {"event": "delivery-begun", "on": f"{day:%Y-%m}", "tranche": tranche},
            {"event": "delivered", "on": f"{day}", "tranche": tranche, "quantity": "2 units"},
            {"event": "tested", "on": f"{day}", "tranche": tranche, "place": f"range {tranche}"},
            {"event": "sanction-position-stated", "on": f"{day}", "by": "USA", "position": "under-review"},
        ]
    )
