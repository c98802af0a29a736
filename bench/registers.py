"""SIPRI's registers: the first release and the next, beside recording the same entries from a dossier.

Run as a module (``python -m bench.registers import LEDGER FILE``, or ``record``, ``volumes``, ``search``, ``index`` or
``plain`` in its place, ``export LEDGER FILE DAY`` or ``match LEDGER FILE FILE``) it does that in its own process and
prints JSON.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from bench.child import ROOT, measure
from bench.figure import Figure, Goal, Section, absolute, milliseconds, per_second
from bench.recording import MEBIBYTE, peak_bytes
from bench.register_generator import write_registers
from bench.rounds import clocked, ratio, run_rounds, wall_seconds
from bench.startup import compiled

if TYPE_CHECKING:
    from armsledger import Ledger

ROWS, ROWS_QUICK = 30_000, 3_000
OF_A_LEDGER = ("recorded_at", "recorded_by", "id", "stored", "persons")
"""What an export tells beside the entries; without it, it is a dossier like any other."""
FIRST = Goal(0.7)
SECOND = Goal(1.0, at_most=True)
FIRST_AGAINST = Goal(0.85, at_most=True)
SECOND_AGAINST = Goal(0.9, at_most=True)
ROUNDS, ROUNDS_QUICK = 3, 1
"""In which both releases are imported with another checkout, and with this one."""
MEMORY = Goal(400, at_most=True, unit="MiB")
VOLUMES = Goal(500, at_most=True, unit="ms")
FROM_YEAR, TO_YEAR = 2015, 2019
SEARCHED = Goal(50, at_most=True, unit="ms")
SEARCHES = ("S-400", "missile", "tank", "anti-tank missile")
"""A designation that few rows have, and words that thousands have."""
SEARCH_ROUNDS = 9
BUYER = "IND"
OURS = f"`armsledger deals --buyer {BUYER}`, a process: time"
THEIRS = f"`sqlite-utils rows LEDGER deals_now --where \"buyer = '{BUYER}'\"`: time"
READ = Goal(0.8, at_most=True)
ROUNDS = 9
YEARS, VOLUME = 10, 15
"""The columns of a row that hold the years of delivery and the volume."""
REMARKS = """\
{which}. Each step runs in a process of its own, on a ledger with Merkle tree and read models. `record` takes the
entries of the first release from a dossier of JSONL lines; the ratio of the first release is its speed in entries to
that. The ratio of the second release is its time to that of the first. `sqlite-utils insert --csv` puts the rows of the
same file into a table, without a ledger. Written again is the first release from the ledger that holds both, as known
at its date, and compared line by line: {same}. `report volumes --by supplier --from 2015 --to 2019` is asked of the
ledger that holds both, in seconds of the processor's after the ledger is opened; the ratio is to a plain script that
splits the lines of the later file and adds up without bounds. Matching is the least of seven times, with what was
renamed and by keys alone in turns. Searches are asked of the same ledger once it is warm, the median of nine, in time
of the processor. Beside another checkout both releases are imported in turns, into ledgers of their own, and medians of
the time of the processor are given. The index of search is that of the first release, built by itself; its ratio is to
the import of that release, of which it is a part."""


def section(
    folder: Path,
    progress: Callable[[str], None],
    registers: Path | None,
    commands: Path,
    *,
    quick: bool,
    against: Path | None,
) -> Section:
    """Measure, on the registers of a folder (``trade-register-*.csv``) or on generated ones; ``against`` is the folder
    of another checkout, beside which both are imported."""
    files = sorted(registers.glob("trade-register-*.csv"))[:2] if registers is not None else []
    if len(files) == 2:
        which = f"The registers {files[0].name} and {files[1].name}"
    else:
        rows = ROWS_QUICK if quick else ROWS
        files = write_registers(folder, rows)
        which = f"Two generated registers of {rows:,} rows"
    ledger, again = folder / "registers.db", folder / "recorded.db"
    progress("the first release")
    first = measure("bench.registers", "import", ledger, files[0])
    dossier = _dossier(folder, ledger)
    progress("the same entries from a dossier")
    recorded = measure("bench.registers", "record", again, dossier)
    progress("the second release")
    second = measure("bench.registers", "import", ledger, files[1])
    progress("volumes by supplier")
    volumes, plain = (
        measure("bench.registers", "volumes", ledger, files[1]),
        measure("bench.registers", "plain", ledger, files[1]),
    )
    progress("one buyer's deals, as a process")
    read = _read_as_processes(ledger, folder, commands)
    progress("searching")
    searched = measure("bench.registers", "search", ledger, files[1])
    indexed = measure("bench.registers", "index", again, files[0])
    progress("matching")
    matching = measure("bench.registers", "match", ledger, files[0], files[1])
    progress("written again")
    written = measure("bench.registers", "export", ledger, folder / "again.csv", first["released"])
    speed, bulk = (one["entries"] / one["seconds"] for one in (first, recorded))
    figures = [
        Figure("first release", per_second(speed, "entries"), speed / bulk, FIRST),
        Figure("`record` of the same entries", per_second(bulk, "entries")),
        *_plain(files[0], folder, commands, first),
        Figure("first release: time", milliseconds(first["seconds"])),
        Figure(
            f"second release ({second['entries']:,} entries, the first {first['entries']:,}): time",
            milliseconds(second["seconds"]),
            second["seconds"] / first["seconds"],
            SECOND,
        ),
        *(_beside(folder, progress, files, against, ROUNDS_QUICK if quick else ROUNDS) if against else ()),
        absolute("first release: memory", first["peak_bytes"] / MEBIBYTE, MEMORY),
        absolute("second release: memory", second["peak_bytes"] / MEBIBYTE, MEMORY),
        Figure(
            f"matching, {matching['renamed']:,} deals by another name among {matching['rows']:,} rows, beside keys "
            "alone: time of the processor",
            milliseconds(matching["seconds_renames"]),
            matching["seconds_renames"] / matching["seconds_keys"],
        ),
        Figure("first release written again: time", milliseconds(written["seconds"])),
        Figure(
            "volumes by supplier, beside a plain script: time",
            milliseconds(volumes["processor_seconds"]),
            volumes["processor_seconds"] / plain["processor_seconds"],
        ),
        absolute("volumes by supplier: time", volumes["processor_seconds"] * 1000, VOLUMES),
        *read,
        *(
            absolute(f"search {text!r}: time", seconds * 1000, SEARCHED)
            for text, seconds in searched["searches"].items()
        ),
        Figure(
            "index of search: part of the time of the first release",
            milliseconds(indexed["processor_seconds"]),
            indexed["processor_seconds"] / first["processor_seconds"],
        ),
    ]
    same = _compared(files[0], folder / "again.csv")
    return Section("Registers", figures, REMARKS.format(which=which, same=same))


def _beside(
    folder: Path, progress: Callable[[str], None], files: Sequence[Path], against: Path, rounds: int
) -> list[Figure]:
    """Both releases with this checkout and another one, in turns, each in ledgers of its own."""
    seconds: dict[tuple[Path, Path], list[float]] = {}
    for number in range(rounds):
        for checkout in (ROOT, against) if number % 2 == 0 else (against, ROOT):
            ledger = folder / f"{number}-{checkout.name}-{int(checkout == ROOT)}.db"
            for file in files:
                progress(f"round {number + 1} of {rounds}: {file.name}, {checkout}")
                measured = measure("bench.registers", "import", ledger, file, source=checkout / "src")
                seconds.setdefault((checkout, file), []).append(measured["processor_seconds"])
            ledger.unlink()
    return [
        _to_another(f"{which} release", seconds[ROOT, file], seconds[against, file], against, goal)
        for which, file, goal in zip(("first", "second"), files, (FIRST_AGAINST, SECOND_AGAINST), strict=True)
    ] + [
        Figure(
            "second release to the first: time of the processor",
            milliseconds(median(seconds[ROOT, files[1]])),
            median(two / one for one, two in zip(seconds[ROOT, files[0]], seconds[ROOT, files[1]], strict=True)),
            SECOND,
        )
    ]


def _to_another(what: str, own: Sequence[float], theirs: Sequence[float], against: Path, goal: Goal) -> Figure:
    """The time of one release with this checkout, to that with another one."""
    name = f"{what}: time of the processor, to that of {against.name} ({milliseconds(median(theirs))})"
    ratio = median(mine / other for mine, other in zip(own, theirs, strict=True))
    return Figure(name, milliseconds(median(own)), ratio, goal)


def _dossier(folder: Path, ledger: Path) -> Path:
    """The entries of a ledger as lines that `record` takes one by one."""
    from armsledger import Ledger

    exported, dossier = folder / "export.jsonl", folder / "dossier.jsonl"
    with Ledger(ledger) as opened:
        opened.export_jsonl(exported)
    with exported.open(encoding="utf-8") as lines, dossier.open("w", encoding="utf-8") as out:
        for line in lines:
            kept = {name: value for name, value in json.loads(line).items() if name not in OF_A_LEDGER}
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")
    exported.unlink()
    return dossier


def _plain(register: Path, folder: Path, commands: Path, first: dict[str, Any]) -> list[Figure]:
    """The same file in a table of sqlite-utils, if that is there."""
    command = commands / "sqlite-utils"
    if not command.exists():
        return [Figure("`sqlite-utils insert --csv`", "not installed")]
    rows = _rows(register)
    table = folder / "table.csv"
    names = [f"c{number}" for number in range(len(rows[0]))]
    with table.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([names, *rows])
    started = time.perf_counter()
    subprocess.run([command, "insert", folder / "table.db", "rows", table, "--csv"], check=True, capture_output=True)
    seconds = time.perf_counter() - started
    ours = per_second(first["rows"] / first["seconds"], "rows")
    name = f"`sqlite-utils insert --csv`: {per_second(len(rows) / seconds, 'rows')}, the first release {ours}"
    return [Figure(name, milliseconds(seconds))]


def _read_as_processes(ledger: Path, folder: Path, commands: Path) -> list[Figure]:
    """One buyer's deals as a process, beside sqlite-utils that prints the same rows of the same ledger's view."""
    own, peer = commands / "armsledger", commands / "sqlite-utils"
    armsledger = [str(own)] if own.exists() else [sys.executable, "-m", "armsledger"]
    contestants = {OURS: [*armsledger, "--ledger", str(ledger), "deals", "--buyer", BUYER]}
    if peer.exists():
        contestants[THEIRS] = [str(peer), "rows", str(ledger), "deals_now", "--where", f"buyer = '{BUYER}'"]
    run = partial(subprocess.run, env=compiled(folder), capture_output=True, check=True)
    for words in contestants.values():
        run(words)  # compiles the modules, and fills the caches
    times = run_rounds({name: partial(clocked, partial(run, words)) for name, words in contestants.items()}, ROUNDS)
    seconds = {name: wall_seconds(times, name) for name in contestants}
    told = [Figure(name, milliseconds(median(seconds[name]))) for name in contestants if name != OURS]
    if not told:
        return [Figure(OURS, milliseconds(median(seconds[OURS])))]
    return [Figure(OURS, milliseconds(median(seconds[OURS])), ratio(seconds[OURS], seconds[THEIRS]), READ), *told]


def _rows(path: Path) -> list[list[str]]:
    """The rows behind the header, those broken by a line break put together."""
    lines = path.read_bytes().decode("latin-1").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Recipient,"))
    rows: list[list[str]] = []
    for line in lines[start + 1 :]:
        cells = line.split(",")
        if cells[0] or not rows:
            rows.append(cells)
        else:
            rows[-1] += cells[1:]
    return [row for row in rows if any(row)]


def _summed(path: Path) -> dict[str, float]:
    """The volume by supplier of the rows of which all years of delivery lie in the range, by a plain script."""
    sums: dict[str, float] = {}
    for row in _rows(path):
        years = [int(year) for year in row[YEARS].split(";") if year.strip()]
        if years and min(years) >= FROM_YEAR and max(years) <= TO_YEAR:
            sums[row[1]] = sums.get(row[1], 0) + float(row[VOLUME] or 0)
    return sums


def _compared(register: Path, again: Path) -> str:
    one, other = _rows(register), _rows(again)
    if one == other:
        return f"all {len(one):,} rows are the same, in the same order"
    alike = sorted(one) == sorted(other)
    return f"all {len(one):,} rows are the same" if alike else "they DIFFER"


MATCHED_TIMES: Final = 7


def _match(first: str, second: str) -> dict[str, Any]:
    """The least time of the processor for matching two registers by keys alone, and with what was renamed, in turns."""
    from armsledger.application.codes import Codes
    from armsledger.exchange.sipri.matching import HeldRow, match
    from armsledger.exchange.sipri.names import Names
    from armsledger.exchange.sipri.reader import read_releases
    from armsledger.exchange.sipri.renames import join_renames

    before, after = read_releases([first, second], Names(Codes()).party)
    rows = after.distinct_rows()
    held = [HeldRow(f"deal/{row.number}", row.words, row.buyer, row.supplier) for row in before.distinct_rows()]
    keys, renames, renamed = [], [], 0
    for _ in range(MATCHED_TIMES):
        started = time.process_time()
        matches = match(held, rows)
        keys.append(time.process_time() - started)
        started = time.process_time()
        matches = match(held, rows)
        join_renames(matches, held, rows)
        renames.append(time.process_time() - started)
        renamed = len({deal for rename in matches.renames for deal in rename.deals})
    return {"seconds_keys": min(keys), "seconds_renames": min(renames), "renamed": renamed, "rows": len(rows)}


def main(what: str, ledger: str, file: str, *more: str) -> None:
    """Do one step here and print JSON."""
    from armsledger import Ledger

    if what == "match":
        print(json.dumps(_match(file, more[0])))
        return
    started = time.perf_counter()
    told: dict[str, Any] = {}
    with Ledger(ledger, recorded_by="bench") as opened:
        match what:
            case "import":
                (report,) = opened.import_sipri(file).reports
                told = {"entries": report.recorded, "rows": report.rows, "released": report.released.isoformat()}
                told["processor_seconds"] = time.process_time()
            case "record":
                told = {"entries": opened.record_file(file).recorded}
            case "volumes":
                began = time.process_time()
                rows = len(opened.at().volumes("supplier", from_year=FROM_YEAR, to_year=TO_YEAR))
                told = {"rows": rows, "processor_seconds": time.process_time() - began}
            case "search":
                told = {"searches": {text: _searching(opened, text) for text in SEARCHES}}
            case "index":
                began = time.process_time()
                opened.rebuild("search_index")
                told = {"processor_seconds": time.process_time() - began}
            case "plain":
                began = time.process_time()
                told = {"rows": len(_summed(Path(file))), "processor_seconds": time.process_time() - began}
            case _:
                opened.at(known=more[0], known_by="asserted").export_sipri(file, encoding="latin-1")
    seconds = time.perf_counter() - started
    print(json.dumps({**told, "seconds": seconds, "peak_bytes": peak_bytes()}))


def _searching(ledger: Ledger, text: str) -> float:
    """How long the processor works to search for a text, the median, once the ledger is warm."""
    seconds = []
    for _ in range(SEARCH_ROUNDS):
        began = time.process_time()
        ledger.at().search(text)
        seconds.append(time.process_time() - began)
    return median(seconds)


def arguments() -> Sequence[str]:
    """Those of the command line."""
    return sys.argv[1:]


if __name__ == "__main__":
    main(*arguments())
