"""Big ledgers with all read models, made once in a run for all that ask them."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from armsledger import Ledger
from armsledger.storage.journal import Journal
from bench.generator import drafts
from bench.sittings import FIRST_SITTING, generate_sittings

FULL, QUICK = 100_000, 2_000
TOLD = """\
{events:,} events of {deals:,} deals, told by `bench/generator.py` from a fixed seed and recorded as
`bench/sittings.py` has it: a hundred deals at an instant, and of one deal in five the last one to three entries at a
later one, among them corrections, retractions, and payments and deliveries that come after what happened later."""


class Told(NamedTuple):
    """A ledger, and how much it tells."""

    path: Path
    deals: int
    events: int

    def __str__(self) -> str:
        return TOLD.format(events=self.events, deals=self.deals)


class BigLedgers:
    """Ledgers in a folder, one for each number of deals. What writes to one takes a copy."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self._folder = folder
        self._made: dict[int, Told] = {}
        self._journal: Told | None = None
        self._deals = QUICK if quick else FULL

    def big(self, progress: Callable[[str], None]) -> Told:
        """The biggest."""
        return self.of(self._deals, progress)

    def journal(self, progress: Callable[[str], None]) -> Told:
        """The biggest one's journal, without read models."""
        told = self._journal
        if told is None:
            progress(f"recording {self._deals:,} deals")
            path = self._folder / "journal.db"
            told = self._journal = Told(path, self._deals, fill(path, self._deals))
        return told

    def of(self, deals: int, progress: Callable[[str], None]) -> Told:
        """The one of so many deals."""
        told = self._made.get(deals)
        if told is None:
            progress(f"recording {deals:,} deals")
            path = self._folder / f"{deals}.db"
            events = fill(path, deals)
            progress(f"building the read models of {deals:,} deals")
            with Ledger(path) as ledger:
                ledger.rebuild()
            told = self._made[deals] = Told(path, deals, events)
        return told


def fill(path: Path, deals: int) -> int:
    """Make a ledger without read models that holds so many deals and their sources; returns the number of entries."""
    now = FIRST_SITTING
    versions: Counter[str] = Counter()
    with Journal.create(path, clock=lambda: now) as journal:
        for instant, proposals in generate_sittings(deals):
            now = instant
            journal.append(list(drafts(proposals, versions)), recorded_by="bench")
        return journal.reader.head()


def copy_of(path: Path, name: Path) -> Path:
    """A copy of a ledger that nobody has open."""
    shutil.copyfile(path, name)
    return name
