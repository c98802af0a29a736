"""Questions: the state of all deals, and of one, at a date as known at a date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, NamedTuple

from armsledger import Ledger
from armsledger.projections.read_models.deals import DealRow
from armsledger.projections.rows import Rows
from bench.big_ledger import BigLedgers
from bench.figure import Figure, Goal, Section, absolute, milliseconds
from bench.rounds import Clocked, Times, clocked, ratio, run_rounds, set_aside, wall_seconds

ROUNDS, ROUNDS_QUICK = 7, 5
ONE_DEAL_ASKED, ONE_DEAL_ASKED_QUICK = 300, 100
MID_DAY = date(2008, 1, 1)
"""About half of the deals have begun by then, and half of those are under way."""

ALL = Goal(1.5, at_most=True)
ONE = Goal(2.0, at_most=True, unit="ms")
REMARKS = """\
{told}
Read models are kept of it. All deals are `ledger.at(D, known=K).deals()`, every row fetched; the ratio is that
of its time to that of a plain `SELECT *` with `fetchall` from an ordinary table of `sqlite3` that holds as many rows
of the same {columns} fields, a column for each, for this one question. Here D is today or {day} and K is everything
recorded or the middle of it, the end of a sitting. `one field of each row` also reads `row.stage` of all rows,
which are decoded when they are first looked into. One deal is the median of {asked} deals, asked one after the other
with a view made for each."""


class Question(NamedTuple):
    """A question as it is named in the table, and as it is put."""

    name: str
    at: date | None
    known: int | None


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    told = ledgers.big(progress)
    rounds, asked = (ROUNDS_QUICK, ONE_DEAL_ASKED_QUICK) if quick else (ROUNDS, ONE_DEAL_ASKED)
    with Ledger(told.path) as ledger, sqlite3.connect(folder / "plain.db") as plain:
        questions = _questions(ledger)
        for question in questions:
            progress(f"writing a plain table: {question.name}")
            _write_plainly(plain, question, _deals(ledger, question))
        progress("asking of all deals")
        figures = [
            figure for question in questions for figure in _all_figures(ledger, plain, question, rounds, progress)
        ]
        progress("asking of one deal")
        keys = Random(1).sample([stream.partition("/")[2] for stream in ledger.streams("deal")], asked)
        figures += [figure for question in questions for figure in _one_figures(ledger, question, keys)]
    columns = len(Rows(DealRow, ()).columns)
    return Section("State of all deals", figures, REMARKS.format(told=told, columns=columns, day=MID_DAY, asked=asked))


def _questions(ledger: Ledger) -> list[Question]:
    """The middle of what was recorded is the end of a sitting: what was known amid one instant, no table can tell."""
    reader = ledger.journal().reader
    instant = reader.recorded_at(reader.head() // 2)
    assert instant is not None
    middle = reader.head_at(instant)
    return [
        Question("today, as known now", None, None),
        Question(f"{MID_DAY}, as known now", MID_DAY, None),
        Question(f"{MID_DAY}, as known midway", MID_DAY, middle),
    ]


def _deals(ledger: Ledger, question: Question, **filters: Any) -> Rows[DealRow]:
    return ledger.at(question.at, known=question.known).deals(**filters)


def _stages(ledger: Ledger, question: Question) -> list[str | None]:
    return [row.stage for row in _deals(ledger, question)]


def _write_plainly(plain: sqlite3.Connection, question: Question, rows: Rows[DealRow]) -> None:
    """Make a table of a question's rows, with a column for each field."""
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    plain.execute(f'CREATE TABLE "{question.name}" ({columns})')
    values = [tuple(row.to_words().values()) for row in rows]
    places = ", ".join("?" * len(rows.columns))
    plain.executemany(f'INSERT INTO "{question.name}" VALUES ({places})', values)
    plain.commit()


def _read_plainly(plain: sqlite3.Connection, question: Question) -> list[Any]:
    return plain.execute(f'SELECT * FROM "{question.name}"').fetchall()


OURS, FIELD, PLAIN = "all deals", "one field of each row", "plain SELECT *"


def _all_figures(
    ledger: Ledger, plain: sqlite3.Connection, question: Question, rounds: int, progress: Callable[[str], None]
) -> list[Figure]:
    work: dict[str, Callable[[], Sequence[Any]]] = {
        OURS: partial(_deals, ledger, question),
        FIELD: partial(_stages, ledger, question),
        PLAIN: partial(_read_plainly, plain, question),
    }
    counts = {name: len(run()) for name, run in work.items()}  # also warms up
    assert len(set(counts.values())) == 1, f"unlike numbers of rows: {counts}"
    with set_aside():
        times = run_rounds({name: partial(clocked, run) for name, run in work.items()}, rounds, progress)
    what = f"{question.name}: {{}}, {counts[OURS]:,} rows"
    return [_figure(what.format(name), name, times) for name in work]


def _figure(what: str, name: str, times: Times) -> Figure:
    seconds = wall_seconds(times, name)
    if name == PLAIN:
        return Figure(what, milliseconds(median(seconds)))
    goal = ALL if name == OURS else None
    return Figure(what, milliseconds(median(seconds)), ratio(seconds, wall_seconds(times, PLAIN)), goal)


def _one_figures(ledger: Ledger, question: Question, keys: Sequence[str]) -> list[Figure]:
    """What is asked of one deal must be told of a deal that was known then."""
    known = [key for key in keys if _deals(ledger, question, deal=key)]
    asking: dict[str, Callable[[str], object]] = {
        ".deals(deal=...)": lambda key: _deals(ledger, question, deal=key),
        ".deal(...)": lambda key: ledger.at(question.at, known=question.known).deal(key),
    }
    times: dict[str, list[Clocked]] = {name: [] for name in asking}
    with set_aside():
        for key in known:
            for name, ask in asking.items():
                times[name].append(clocked(partial(ask, key)))
    return [
        absolute(f"{question.name}: one deal, {name}", median(wall_seconds(times, name)) * 1000, ONE) for name in asking
    ]
