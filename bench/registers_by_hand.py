"""What a register of SIPRI says, counted by a plain script, beside what the ledger answers: row by row.

``python -m bench.registers_by_hand FILE ...`` counts the rows of each file with the csv module and none of our code,
imports each into a ledger of its own and all into one, and compares `deals`, `deliveries` and `expectations` at the day
of the release. What it found in SIPRI's releases of 2024-03-18 and 2025-03-13 stands in docs/sipri.md.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

WIDTH = 16
LAST_YEAR = "9999"
NOT_ORDERED = re.compile(r"\b(selected|chosen)\b.*\bnot (yet )?(probably )?(ordered|ordred|signed)\b", re.IGNORECASE)
PLAN = re.compile(
    r"(?:deliver(?:y|ies|)|delivey)\s*(?:probably |possibly )?(?:planned|expected)|planned deliver(?:y|ies)",
    re.IGNORECASE,
)
WINDOW = re.compile(r"\s*(by end-|by|from|for|in|after|before)?\s*([0-9].*)", re.IGNORECASE)
OPEN = ("signed", "delivering")
WAITING = ("pending", "overdue", "partially-met")
GONE = ("revised", "withdrawn")
Ask = Callable[[Sequence[str]], str]
"""Runs a command of the ledger and gives what it prints."""
Key = tuple[str, str, str, str]
Answers = dict[str, Counter[tuple[Any, ...]]]


class Plan(NamedTuple):
    """The window of a plan as years (0 and 9999 where it has no end), and whether it is for the whole order."""

    first: int
    last: int
    whole: bool


class Row(NamedTuple):
    """What one row says."""

    key: Key
    ordered: int | None
    delivered: int
    years: tuple[int, ...]
    is_ordered: bool
    plan: Plan | None
    unclear: bool

    @property
    def stage(self) -> str:
        """How far the deal has come: in full, in part, ordered, or only selected."""
        if self.delivered:
            return "delivered" if self.ordered and self.delivered >= self.ordered else "delivering"
        return "signed" if self.is_ordered else "prospective"

    @property
    def planned(self) -> int | None:
        """How many the plan is for, if that is known."""
        return self.ordered if self.plan is not None and self.plan.whole else None

    def outcome(self, released: str) -> str:
        """What has become of the plan by the day of the release."""
        assert self.plan is not None
        if self.delivered >= (self.planned or 1):
            began, ended = max(self.years[0], int(self.key[3])), self.years[-1]
            if self.plan.first and ended < self.plan.first:
                return "met-early"
            if began > self.plan.last:
                return "met-late"
            return "met" if self.plan.first <= began and ended <= self.plan.last else "indeterminate"
        if int(released[:4]) <= self.plan.last:
            return "pending"
        return "partially-met" if self.delivered else "overdue"

    def is_late(self, released: str) -> bool:
        """Whether the window of the plan has passed before the release."""
        return self.plan is not None and int(released[:4]) > self.plan.last


class Register(NamedTuple):
    """A release: its day, and its rows; rows that are the same to the letter are one."""

    released: str
    rows: list[Row]
    repeated: int


def read(path: Path) -> Register:
    """The rows of a file; the parts of a row that is broken by a line break are put together."""
    with path.open(encoding="latin-1", newline="") as file:
        lines = [cells for cells in csv.reader(file, quoting=csv.QUOTE_NONE) if any(cell.strip() for cell in cells)]
    start = next(number for number, cells in enumerate(lines) if cells[0] == "Recipient")
    day = next(cells[0] for cells in lines[:start] if cells[0].startswith("Data generated"))
    released = datetime.strptime(" ".join(day.split()[2:5]), "%d %b %Y").date().isoformat()
    records: list[list[str]] = []
    for cells in lines[start + 1 :]:
        if records and len(records[-1]) < WIDTH:
            records[-1] = [*records[-1][:-1], records[-1][-1] + cells[0], *cells[1:]]
        else:
            records.append(cells)
    assert all(len(record) == WIDTH for record in records)
    distinct = dict.fromkeys(map(tuple, records))
    return Register(released, [_row(cells) for cells in distinct], len(records) - len(distinct))


def _row(cells: Sequence[str]) -> Row:
    recipient, supplier, year, _, ordered, _, designation, _, delivered, _, years, _, comment, *_ = cells
    plan, unclear = plan_in(comment)
    return Row(
        key=(recipient.strip(), supplier.strip(), " ".join(designation.split()).casefold(), year),
        ordered=int(ordered) if ordered.strip("0 ") else None,  # blank, or nothing ordered: the number is not known
        delivered=int(delivered or 0),
        years=tuple(sorted(int(one) for one in years.split(";") if one.strip())),
        is_ordered=not any(NOT_ORDERED.search(clause) for clause in comment.split(";")),
        plan=plan,
        unclear=unclear,
    )


def plan_in(comment: str) -> tuple[Plan | None, bool]:
    """The plan of delivery that a comment states, and whether it states one that cannot be read."""
    comment = re.sub(r" ?\(delayed from [^()]*\)", "", comment)
    found = []
    unclear = False
    for clause in re.split("[;()]", comment):
        words = PLAN.match(clause.strip())
        if words is None:
            continue
        plan = _window(clause.strip()[words.end() :])
        unclear = unclear or plan is None
        found += [plan] if plan else []
    return (found[0], unclear) if len(found) == 1 else (None, unclear or bool(found))


def _window(text: str) -> Plan | None:
    match = WINDOW.fullmatch(text)
    if match is None:
        return None
    how, when = (match[1] or "").lower(), match[2].strip()
    parts = re.split(r"-|/| to | or ", when)
    if not all(re.fullmatch(r"[0-9]{4}|[0-9]{2}", part) for part in parts) or len(parts[0]) == 2:
        return None
    years = [int(part if len(part) == 4 else parts[0][:2] + part) for part in parts]
    first, last = years[0], years[-1]
    if how.startswith("by"):
        return Plan(0, last, True)
    if how == "before":
        return Plan(0, first - 1, True)
    if how == "after":
        return Plan(last + 1, int(LAST_YEAR), False)
    if how == "from" and "-" not in when:
        return Plan(first, int(LAST_YEAR), False)
    return Plan(first, last, True)


def due_of(plan: Plan) -> str:
    """A window as the ledger writes it."""
    first, last = str(plan.first or ".."), ".." if str(plan.last) == LAST_YEAR else str(plan.last)
    return first if first == last else f"{first}/{last}"


def counts(register: Register) -> dict[str, int]:
    """How many rows say what."""
    rows, released = register.rows, register.released
    plans = [row for row in rows if row.plan]
    stages = Counter(row.stage for row in rows)
    return {
        "rows": len(rows) + register.repeated,
        "rows that repeat another to the letter": register.repeated,
        "deals": len(rows),
        "delivered in full": stages["delivered"],
        "open": sum(stages[stage] for stage in OPEN),
        "of these delivered in part, or of an unknown number": stages["delivering"],
        "of these without deliveries": stages["signed"],
        "selected, but not ordered": stages["prospective"],
        "number ordered not known": sum(row.ordered is None for row in rows),
        "planned": len(plans),
        "of these for a known number": sum(row.planned is not None for row in plans),
        "of these outstanding": sum((row.planned or 0) > row.delivered for row in plans),
        "of these late": sum((row.planned or 0) > row.delivered and row.is_late(released) for row in plans),
        **{f"plans {name}": count for name, count in sorted(Counter(row.outcome(released) for row in plans).items())},
        "plans that cannot be read": sum(row.unclear for row in rows),
    }


def by_hand(register: Register) -> Answers:
    """What the rows say, each with its key."""
    deals: Counter[tuple[Any, ...]] = Counter()
    deliveries: Counter[tuple[Any, ...]] = Counter()
    expectations: Counter[tuple[Any, ...]] = Counter()
    for row in register.rows:
        ordered = row.ordered if row.is_ordered else None
        deals[(*row.key, row.stage, ordered, row.delivered)] += 1
        if row.delivered:
            deliveries[(*row.key, "delivered", row.delivered, None, None, False)] += 1
        if row.plan is not None:
            planned, due = row.planned, due_of(row.plan)
            expectations[(*row.key, due, planned, row.outcome(register.released))] += 1
            if planned is not None and planned > row.delivered:
                missing = planned - row.delivered
                is_late = row.is_late(register.released)
                deliveries[(*row.key, "expected", None, missing, due, is_late)] += 1
    opened = Counter({one: number for one, number in deals.items() if one[4] in OPEN})
    return {"deals": deals, "deals --open": opened, "deliveries": deliveries, "expectations": expectations}


def answered(ask: Ask, released: str, names: dict[str, set[str]]) -> Answers:
    """What the ledger answers at the day of a release; ``names`` are those that parties have in registers, by code."""
    deals = _asked(ask, "deals", released)
    keys: dict[str, Key] = {}
    for deal in deals:
        year = re.search(r"-([12][0-9]{3})-", deal["deal"])
        assert year is not None
        parties = (deal["buyer"], deal["supplier"])
        keys[deal["deal"]] = (*parties, " ".join(deal["items"][0].split()).casefold(), year[1])
    told: Answers = {}
    for what, rows in (("deals", deals), ("deals --open", _asked(ask, "deals", released, "--open"))):
        told[what] = Counter(
            (*keys[one["deal"]], one["stage"], _count(one["ordered"]), _count(one["delivered"]) or 0) for one in rows
        )
    told["deliveries"] = Counter(
        (*keys[one["deal"]], one["status"], one["count"], one["outstanding"], one["expected"], one["late"])
        for one in _asked(ask, "deliveries", released)
    )
    told["expectations"] = Counter(
        (*keys[stream], one["due"], _quantity(one["what"]), one["outcome"])
        for one in _asked(ask, "expectations", released)
        if (stream := one["stream"].partition("/")[2]) in keys or one["outcome"] not in GONE
    )
    return {what: _named(rows, names) for what, rows in told.items()}


def _asked(ask: Ask, *words: str) -> list[dict[str, Any]]:
    what, released, *more = words
    return [json.loads(line) for line in ask([what, *more, "--at", released, "--format", "jsonl"]).splitlines()]


def _count(lines: Sequence[dict[str, Any]]) -> int | None:
    assert len(lines) <= 1, "a row counts in one unit"
    return lines[0]["count"] if lines else None


def _quantity(what: str) -> int | None:
    match = re.search(r"\(~?([0-9,]+) ", what)
    return int(match[1].replace(",", "")) if match else None


def _named(rows: Counter[tuple[Any, ...]], names: dict[str, set[str]]) -> Counter[tuple[Any, ...]]:
    """Rows with the names of parties instead of their codes; of several names, the first."""
    named: Counter[tuple[Any, ...]] = Counter()
    for (buyer, supplier, *rest), number in rows.items():
        named[(min(names[buyer]), min(names[supplier]), *rest)] += number
    return named


def names_of_parties(exported: str) -> dict[str, set[str]]:
    """The names that registers have for each party, by code, from an export of the ledger's entries."""
    opened: dict[str, dict[str, Any]] = {}
    names: dict[str, set[str]] = {}
    for line in exported.splitlines():
        entry = json.loads(line)
        stream = entry.get("deal")
        if entry.get("event") == "opened":
            opened[stream] = entry
        said = entry["set"] if entry.get("event") == "corrected" else entry
        if stream in opened:  # a listing, or what a later release says of it, names the parties in its own words
            for code, name in ((opened[stream]["buyer"], "recipient"), (opened[stream]["supplier"], "supplier")):
                if name in said and said is not opened[stream]:
                    names.setdefault(code, set()).add(said[name].strip())
    return names


def compare(files: Sequence[Path], ask: Ask, exported: str) -> list[str]:
    """How the answers of a ledger that holds these releases differ from the last one; none if they agree to the row."""
    names = names_of_parties(exported)
    register = read(files[-1])
    first = {name: min(own) for own in names.values() for name in own}
    own = {
        what: Counter({(first[one[0]], first[one[1]], *one[2:]): number for one, number in rows.items()})
        for what, rows in by_hand(register).items()
    }
    told = answered(ask, register.released, names)
    if len(files) > 1:  # what was planned before is there too: what still waits is what the last release plans
        for answers in (own, told):
            answers["expectations"] = _only(answers["expectations"], WAITING)
    return [
        f"{what}: {sign} {' | '.join(map(str, row))}"
        for what in own
        for sign, rows in (("by hand only", own[what] - told[what]), ("ledger only", told[what] - own[what]))
        for row in sorted(rows.elements(), key=str)
    ]


def _only(rows: Counter[tuple[Any, ...]], outcomes: Iterable[str]) -> Counter[tuple[Any, ...]]:
    return Counter({row: number for row, number in rows.items() if row[-1] in outcomes})


def command_line(ledger: Path) -> Ask:
    """Asks a ledger with the command of this very interpreter."""

    def ask(words: Sequence[str]) -> str:
        command = [sys.executable, "-m", "armsledger", *words, "--ledger", str(ledger)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout

    return ask


def main() -> int:
    """Count and compare the files that are named."""
    files = [Path(name) for name in sys.argv[1:]]
    for file in files:
        print(f"{file.name}:")
        for what, number in counts(read(file)).items():
            print(f"  {number:>7,}  {what}")
    differing = 0
    together = [files] if len(files) > 1 else []
    for taken in [*([file] for file in files), *together]:
        with TemporaryDirectory() as folder:
            ask, export = command_line(Path(folder) / "ledger.db"), Path(folder) / "all.jsonl"
            ask(["import", "sipri", *map(str, taken)])
            ask(["export", "jsonl", str(export)])
            found = compare(taken, ask, export.read_text(encoding="utf-8"))
        differing += len(found)
        print(f"{', '.join(file.name for file in taken)}: {len(found)} differences", *found[:200], sep="\n  ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
