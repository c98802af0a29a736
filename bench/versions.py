"""As-of questions against SQLAlchemy-Continuum, which keeps a version of a row for every transaction.

Run as a module (``python -m bench.versions LEDGER FOLDER ROUNDS ASKED``) it measures in its own process and prints
JSON: to make classes versioned changes SQLAlchemy for all of a process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Column, Engine, Text, create_engine, func, insert, select, text
from sqlalchemy.orm import Session, configure_mappers, declarative_base

from armsledger import Ledger
from armsledger.projections.read_models.deals import DEALS, DealRow
from armsledger.projections.rows import Rows, kept_row
from armsledger.projections.schema import EVER_AFTER, EVER_BEFORE, KEPT
from bench.big_ledger import BigLedgers
from bench.child import measure
from bench.figure import Figure, Goal, Section, milliseconds
from bench.questions import MID_DAY
from bench.rounds import clocked, ratio, run_rounds, set_aside, wall_seconds

DEALS_TOLD, DEALS_TOLD_QUICK = 10_000, 1_000
ROUNDS, ROUNDS_QUICK = 7, 5
ASKED, ASKED_QUICK = 300, 100
HEADING = "As-of questions, against SQLAlchemy-Continuum"
PEER = "sqlalchemy_continuum"
FASTER = Goal(1.0, at_most=True)
NEW, CHANGED, GONE = 0, 1, 2
"""Continuum's types of operations."""

OURS, THEIRS, TUPLES = "armsledger", "Continuum, objects", "Continuum's table, as tuples"
BELIEVED = f"""
SELECT stream, valid_from, valid_to, "row" FROM {KEPT}deals WHERE believed = 1 ORDER BY stream, valid_from"""
REMARKS = """\
{told}
Continuum holds the same deals: a versioned class with a column for each field of a deal's row, the validity
strategy, its own tables and indexes, and {versions:,} versions, one for each state that a deal has on some day as known
now. They are inserted all at once, as its sessions would write them one by one, in a transaction for each day, dated
that day. So both are asked the same, for all deals and for one on {day}, and give as many; Continuum knows one
time only, armsledger answers as known at any position too. Its transaction of that day is looked up, then its versions
(`transaction_id <= T`, `end_transaction_id` greater or none, not deleted), as objects in a new session; the same from
its table as bare tuples is shown beside it. One deal is the median of {asked}."""


def section(folder: Path, progress: Callable[[str], None], ledgers: BigLedgers, *, quick: bool) -> Section:
    """Measure."""
    if find_spec(PEER) is None:
        return Section(HEADING, [Figure("SQLAlchemy-Continuum", "skipped: not installed")], "")
    told = ledgers.of(DEALS_TOLD_QUICK if quick else DEALS_TOLD, progress)
    rounds, asked = (ROUNDS_QUICK, ASKED_QUICK) if quick else (ROUNDS, ASKED)
    progress("writing versions and asking for them")
    result = measure("bench.versions", told.path, folder, rounds, asked)
    figures = [_figure(what, name, seconds) for what, seconds in result["seconds"].items() for name in seconds]
    remarks = REMARKS.format(told=told, versions=result["versions"], day=MID_DAY, asked=asked)
    return Section(HEADING, figures, remarks)


def _figure(what: str, name: str, seconds: dict[str, list[float]]) -> Figure:
    measured = milliseconds(median(seconds[name]))
    if name == OURS:
        return Figure(f"{what}: {name}", measured)
    goal = FASTER if name == THEIRS else None
    return Figure(f"{what}: {OURS}, to {name}", measured, ratio(seconds[OURS], seconds[name]), goal)


class Continuum(NamedTuple):
    """A database of versions."""

    engine: Engine
    version: Any
    transaction: Any

    @classmethod
    def make(cls, path: Path) -> Continuum:
        """An empty one."""
        continuum = import_module(PEER)
        continuum.make_versioned(user_cls=None, options={"strategy": "validity"})
        base = declarative_base()
        columns = {_column(name): Column(Text, primary_key=name == "deal") for name in Rows(DealRow, ()).columns}
        deal = type("Deal", (base,), {"__tablename__": "deal", "__versioned__": {}, **columns})
        configure_mappers()
        engine = create_engine(f"sqlite:///{path}")
        base.metadata.create_all(engine)
        version, transaction = continuum.version_class(deal), continuum.transaction_class(deal)
        return cls(engine, version, transaction)

    def fill(self, turns: Sequence[Turn]) -> int:
        """Write what becomes of deals, in the order of days, as its sessions do; returns the number of versions.

        A transaction for each day; a version ends with the transaction in which the next one of its deal begins.
        """
        days = {day: number for number, day in enumerate(dict.fromkeys(turn.day for turn in turns), 1)}
        last: dict[str, dict[str, Any]] = {}
        versions = []
        for day, deal, cells in turns:
            before = last.get(deal)
            kind = GONE if cells is None else CHANGED if before and before["operation_type"] != GONE else NEW
            version = dict(cells or before or {}) | {"transaction_id": days[day], "operation_type": kind}
            last[deal] = version | {"end_transaction_id": None}
            if before is not None:
                before["end_transaction_id"] = days[day]
            versions.append(last[deal])
        dated = [{"id": number, "issued_at": midnight(day)} for day, number in days.items()]
        with self.engine.begin() as connection:
            connection.execute(insert(self.transaction.__table__), dated)
            connection.execute(insert(self.version.__table__), versions)
            connection.execute(text("ANALYZE"))
        return len(versions)

    def at(self, session: Session, day: date) -> Any:
        """The condition that picks the versions of a day."""
        transaction, version = self.transaction, self.version
        dated = select(func.max(transaction.id)).where(transaction.issued_at <= datetime.combine(day, time.min))
        last = session.scalar(dated)
        ends = version.end_transaction_id
        return (version.transaction_id <= last) & ((ends > last) | ends.is_(None)) & (version.operation_type != GONE)

    def deals(self, day: date) -> list[Any]:
        """The versions of all deals on a day, as objects."""
        with Session(self.engine) as session:
            return list(session.scalars(select(self.version).where(self.at(session, day))))

    def tuples(self, day: date) -> list[Any]:
        """The same as tuples."""
        with Session(self.engine) as session:
            return list(session.execute(select(*self.version.__table__.columns).where(self.at(session, day))))

    def one(self, day: date, key: str) -> list[Any]:
        """The version of one deal on a day."""
        with Session(self.engine) as session:
            return list(session.scalars(select(self.version).where(self.version.deal == key, self.at(session, day))))

    def one_tuple(self, day: date, key: str) -> list[Any]:
        """The same as a tuple."""
        with Session(self.engine) as session:
            condition = (self.version.deal == key) & self.at(session, day)
            return list(session.execute(select(*self.version.__table__.columns).where(condition)))


class Turn(NamedTuple):
    """What a deal looks like from a day on; None when it is gone."""

    day: str
    deal: str
    cells: dict[str, Any] | None


def midnight(day: str) -> datetime:
    """The beginning of a day."""
    return datetime.combine(date.fromisoformat(day), time.min)


def _column(field: str) -> str:
    """The name of a field's column; Continuum takes none of the name of a method of its collections."""
    return "designations" if field == "items" else field


def turns_of(ledger: Ledger) -> list[Turn]:
    """What is believed now of all deals, in the order of days."""
    turns: list[Turn] = []
    found = ledger.journal().reader.query(BELIEVED)
    for stream, spans in groupby(found, key=lambda span: span[0]):
        key, end = stream.partition("/")[2], ""
        for _, start, stop, row_text in spans:
            if end not in ("", start):
                turns.append(Turn(end, key, None))
            row = kept_row(DealRow, DEALS.name, row_text)
            first = date.min.isoformat() if start == EVER_BEFORE else start
            turns.append(Turn(first, key, {_column(name): text or None for name, text in row.to_words().items()}))
            end = stop
        if end != EVER_AFTER:
            turns.append(Turn(end, key, None))
    return sorted(turns, key=lambda turn: turn.day)


def main(path: str, folder: str, rounds: str, asked: str) -> None:
    """Measure here and print JSON."""
    with Ledger(path) as ledger:
        assert DEALS in ledger.projections()
        continuum = Continuum.make(Path(folder) / "versions.db")
        versions = continuum.fill(turns_of(ledger))
        seconds = {
            "all deals": _seconds(
                {
                    OURS: lambda: ledger.at(MID_DAY).deals(),
                    THEIRS: lambda: continuum.deals(MID_DAY),
                    TUPLES: lambda: continuum.tuples(MID_DAY),
                },
                int(rounds),
            )
        }
        keys = Random(1).sample([row.deal for row in ledger.at(MID_DAY).deals()], int(asked))
        one: dict[str, Callable[[str], Any]] = {
            OURS: lambda key: ledger.at(MID_DAY).deals(deal=key),
            THEIRS: lambda key: continuum.one(MID_DAY, key),
            TUPLES: lambda key: continuum.one_tuple(MID_DAY, key),
        }
        found = [_seconds({name: partial(ask, key) for name, ask in one.items()}, 1) for key in keys]
        seconds["one deal"] = {name: [time for times in found for time in times[name]] for name in one}
    print(json.dumps({"versions": versions, "seconds": seconds}))


def _seconds(work: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    counts = {name: len(run()) for name, run in work.items()}  # also warms up
    assert len(set(counts.values())) == 1, f"unlike numbers of rows: {counts}"
    with set_aside():
        times = run_rounds({name: partial(clocked, run) for name, run in work.items()}, rounds)
    return {name: wall_seconds(times, name) for name in work}


if __name__ == "__main__":
    main(*sys.argv[1:])
