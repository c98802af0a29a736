"""The power is cut while the ledger is written: what was acknowledged before is there, the rest whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from armsledger import Ledger
from armsledger.projections.schema import SEARCH_INDEX
from tests.application.read_models import tables
from tests.attack.disk import Image, boundaries, cut, photograph
from tests.attack.soundness import assert_sound, complaints_of_sqlite
from tests.attack.statements import Told, dossier, record_dossier, record_single, record_source, take
from tests.soak import tell

LOOKED_AT_CLOSELY = 97
"""Every so manieth disk is looked at with all that is known of sound ledgers, which takes longer."""


class Moment(NamedTuple):
    """A ledger at a moment: its files, and what was acknowledged by then."""

    image: Image
    told: tuple[Told, ...]


class Disk:
    """A ledger that is photographed whenever something was acknowledged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = Ledger(path)
        self.told = tuple(record_source(self.ledger, "source") + record_dossier(self.ledger, "deal/x", "dossier", 5))
        self.ledger.close()
        self.told += tuple(record_single(self.ledger, "deal/x", "first", 0))
        self.moments = [Moment(photograph(path), self.told)]

    def record(self, doing: Callable[[Ledger], list[Told]]) -> None:
        """Record something and look at the files."""
        self.told += tuple(doing(self.ledger))
        self.moments.append(Moment(photograph(self.path), self.told))

    def merge(self) -> None:
        """Have SQLite merge the -wal file into the main one, and look at the files."""
        with closing(sqlite3.connect(self.path)) as other:
            assert other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[0] == 0
            self.moments.append(Moment(photograph(self.path), self.told))


def large(size: int) -> Callable[[Ledger], list[Told]]:
    """Records a large dossier."""
    return lambda ledger: record_dossier(ledger, f"deal/large-{size}", f"large-{size}", size)


def one(number: int) -> Callable[[Ledger], list[Told]]:
    """Records an entry."""
    return lambda ledger: record_single(ledger, "deal/x", f"single-{number}", number)


def disks(before: Moment, after: Moment, random: Random, most: int | None) -> Iterator[tuple[str, Image]]:
    """What may be on the disk if the power was cut between two moments, at so many places (all if None).

    SQLite writes either file at a time: the main one only when the other is safely on the disk.
    """
    old, new = before.image, after.image
    is_merged = old.main != new.main
    assert not is_merged or old.wal == new.wal, "both files were written between two moments"
    was, became = (old.main, new.main) if is_merged else (old.wal, new.wal)
    places = boundaries(was, became)
    for at in places if most is None else sorted(random.sample(places, min(most, len(places)))):
        for kind, content in cut(was, became, at, len(was) if is_merged else 0, random):
            image = Image(content, old.wal) if is_merged else Image(old.main, content)
            yield f"{'main file' if is_merged else '-wal'} cut at byte {at}, then {kind}", image


def kept_up_to(ledger: Ledger) -> set[int]:
    """Up to where the read models take account; the index of search is rebuilt part by part, and may be behind."""
    sql = "SELECT position FROM read_model WHERE name <> ?"
    return {position for (position,) in ledger.journal().reader.query(sql, SEARCH_INDEX)}


def assert_whole_or_nothing(path: Path, before: Moment, after: Moment, what: str) -> None:
    """Whether the ledger at a path is as it was at one of two moments."""
    with Ledger(path) as ledger:
        found = tuple(Told(entry.position, entry.id) for entry in ledger.journal().reader.entries())
        assert found in (before.told, after.told), f"{what}: {len(found)} entries"
        assert kept_up_to(ledger) == {len(found)}, what
    assert complaints_of_sqlite(path) == [], what


def cut_everywhere(moments: list[Moment], folder: Path, most: int | None, seed: int) -> int:
    """Cut the power everywhere between moments that follow each other; how many disks were looked at."""
    random, path, looked_at = Random(seed), folder / "cut.db", 0
    for before, after in pairwise(moments):
        for what, image in disks(before, after, random, most):
            image.put(path)
            assert_whole_or_nothing(path, before, after, what)
            looked_at += 1
            if looked_at % LOOKED_AT_CLOSELY == 0:
                assert_sound(str(path), before.told)
                with Ledger(path) as ledger:
                    record_single(ledger, "deal/x", "afterwards", 0)
                assert_sound(str(path), before.told, unacknowledged=2)
    return looked_at


def recorded(path: Path, *doings: Callable[[Ledger], list[Told]] | None) -> list[Moment]:
    """The moments of some recordings; None stands for merging what was recorded into the main file."""
    disk = Disk(path)
    with disk.ledger:
        for doing in doings:
            if doing is None:
                disk.merge()
            else:
                disk.record(doing)
    return disk.moments


SHORT = (one(1), large(40), None, one(2), large(20))


def test_a_power_cut_leaves_the_last_transaction_whole_or_nothing_of_it(tmp_path: Path) -> None:
    moments = recorded(tmp_path / "ledger.db", *SHORT)
    assert cut_everywhere(moments, tmp_path, most=3, seed=3) >= 50


@pytest.mark.soak
def test_a_power_cut_at_every_sector(tmp_path: Path) -> None:
    doings = (*map(one, range(1, 5)), large(120), None, one(5), large(40), None, None, *map(one, range(6, 9)))
    moments = recorded(tmp_path / "ledger.db", *doings)
    looked_at = cut_everywhere(moments, tmp_path, most=None, seed=300)
    tell("power cut at every sector (SQLite)", disks=looked_at)
    assert looked_at > 2000


# in the midst of a transaction


def half_recorded(path: Path) -> tuple[Moment, Image, int]:
    """A moment, and the files in the midst of a large dossier after it, with how much of that was written."""
    disk = Disk(path)
    with disk.ledger as ledger, ledger.journal().transaction() as transaction:
        transaction.connection.execute("PRAGMA cache_size = 10")  # so that changes are written before the commit
        take(ledger, dossier("half", "deal/half", 400))
        image = photograph(path)
    return disk.moments[0], image, len(image.wal) - len(disk.moments[0].image.wal)


@pytest.mark.parametrize("most", [5, pytest.param(None, marks=pytest.mark.soak)])
def test_a_power_cut_in_the_midst_of_a_transaction_leaves_nothing_of_it(tmp_path: Path, most: int | None) -> None:
    before, image, written = half_recorded(tmp_path / "ledger.db")
    assert written > 50_000
    looked_at = 0
    for what, found in disks(before, Moment(image, before.told), Random(5), most):
        found.put(tmp_path / "cut.db")
        assert_whole_or_nothing(tmp_path / "cut.db", before, before, what)
        looked_at += 1
    tell("power cut in the midst of a large transaction (SQLite)", disks=looked_at)
    assert looked_at >= 20


# during a rebuild, whose pages wait for no disk


def rebuilt(path: Path) -> tuple[list[Moment], dict[str, list[tuple[Any, ...]]]]:
    """The moments of a rebuild and of what is recorded after it, and the read models from before it."""
    disk = Disk(path)
    with disk.ledger as ledger, pytest.MonkeyPatch.context() as patch:
        disk.record(large(30))
        for number in range(4):
            disk.record(lambda ledger, name=f"deal/{number}": record_dossier(ledger, name, name, 10))  # type: ignore[misc]
        disk.moments.clear()
        before = tables(ledger)
        patch.setattr("armsledger.projections.rebuild.STREAMS_A_PAGE", 2)
        ledger.rebuild(report=lambda _: disk.moments.append(Moment(photograph(path), disk.told)), workers=0)
        disk.moments.append(Moment(photograph(path), disk.told))
    return disk.moments, before


@pytest.mark.parametrize("most", [2, pytest.param(25, marks=pytest.mark.soak)])
def test_a_power_cut_during_a_rebuild_loses_no_entry_and_no_answer(tmp_path: Path, most: int | None) -> None:
    moments, before = rebuilt(tmp_path / "ledger.db")
    looked_at = 0
    for earlier in moments[:-1]:  # nothing of a rebuild is certain to be on the disk before the next entry is
        for what, image in disks(earlier, moments[-1], Random(7), most):
            image.put(tmp_path / "cut.db")
            assert_whole_or_nothing(tmp_path / "cut.db", earlier, earlier, what)
            with Ledger(tmp_path / "cut.db") as ledger:
                assert tables(ledger) == before, what
            looked_at += 1
    tell("power cut in the midst of a rebuild (SQLite)", disks=looked_at)
    assert looked_at >= 10
