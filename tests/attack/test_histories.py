"""Copies of one ledger, which somebody records into and somebody else rewrites, in an order that chance makes: a key
never signs for two histories."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Final

import pytest

from armsledger import Ledger
from armsledger.storage.integrity.checkpoints import stored_record
from armsledger.storage.proofs.errors import NothingSigned
from armsledger.storage.proofs.keys import new_key
from armsledger.storage.proofs.merkle import Frontier, leaf_hash
from armsledger.storage.proofs.note import Checkpoint, SignedNote
from tests.storage.forger import forge, rehash

MOST_COPIES: Final = 3
DEEDS: Final = ("record", "record", "sign", "sign", "sign", "copy", "edit", "cut off", "forget notes", "date back")
"""What is done in a step; by the first ones, more often."""


class Copies:
    """Copies of a ledger, and a key that signs for each of them."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder = folder
        self.random = random
        self.key = folder / "desk.key"
        new_key(self.key)
        self.origin = ""
        self.leaves: tuple[bytes, ...] = ()
        """What the entries said that were signed for last."""
        self.counts: Counter[str] = Counter()
        self.record(folder / "copy-0.db")

    def step(self) -> None:
        """Do something to one of the copies."""
        copy = self.random.choice(sorted(self.folder.glob("copy-*.db")))
        deed = self.random.choice(DEEDS)
        self.counts[deed] += 1
        {
            "record": self.record,
            "sign": self.sign,
            "copy": self.copy,
            "edit": self.edit,
            "cut off": self.cut_off,
            "forget notes": self.forget_notes,
            "date back": self.date_back,
        }[deed](copy)

    def record(self, copy: Path) -> None:
        with Ledger(copy) as ledger:
            name = f"s{self.random.randrange(10**9)}"
            ledger.record(f"source/{name}", "registered", publisher=name, published="2021", reliability="C")

    def copy(self, copy: Path) -> None:
        shutil.copy(copy, self.folder / f"copy-{self.random.randrange(MOST_COPIES)}.part")
        for made in self.folder.glob("*.part"):
            made.replace(made.with_suffix(".db"))

    def edit(self, copy: Path) -> None:
        with Ledger(copy) as ledger:
            position = self.random.randint(1, ledger.position() or 1)
        forge(copy, f"UPDATE journal SET recorded_by = 'x{self.random.random()}' WHERE position = {position}")
        if self.random.random() < 0.8:
            rehash(copy)

    def cut_off(self, copy: Path) -> None:
        forge(copy, "DELETE FROM journal WHERE position > 1 AND position = (SELECT max(position) FROM journal)")

    def forget_notes(self, copy: Path) -> None:
        forge(copy, "DELETE FROM checkpoint")

    def date_back(self, copy: Path) -> None:
        year = self.random.choice((2001, 2002))
        forge(copy, f"UPDATE ledger SET value = '{year}-01-01T00:00:00.000000Z' WHERE key = 'created_at'")

    def sign(self, copy: Path) -> None:
        """Sign, for a checkpoint or for a proof; what is signed for is read from the entries, not from the hashes."""
        with Ledger(copy) as ledger:
            reader = ledger.journal().reader
            records = [stored_record(reader, position) or b"" for position in range(1, reader.head() + 1)]
            try:
                note = SignedNote.parse(ledger.checkpoint(self.folder / "note", self.key, replace=True).note)
            except NothingSigned:
                self.counts["refused"] += 1
                return
        self.counts["signed"] += 1
        self.judge(Checkpoint.parse(note.text), tuple(map(leaf_hash, records)))

    def judge(self, signed: Checkpoint, leaves: tuple[bytes, ...]) -> None:
        """See that the history is the one that was signed before, with what the entries say that came after it."""
        before = len(self.leaves)
        assert before <= signed.size == len(leaves), "an older history was signed"
        assert self.origin in ("", signed.origin), "another ledger was signed"
        frontier = Frontier()
        frontier.extend((*self.leaves, *leaves[before:]))
        assert frontier.root() == signed.root, "another history was signed"
        self.origin, self.leaves = signed.origin, (*self.leaves, *leaves[before:])


def steps(folder: Path, seed: int, number: int) -> Copies:
    """Some steps that the seed makes."""
    copies = Copies(folder, Random(seed))
    for _ in range(number):
        copies.step()
    return copies


@pytest.mark.parametrize(
    ("seeds", "number"), [(range(5, 6), 14), pytest.param(range(200), 40, marks=pytest.mark.soak, id="many")]
)
def test_no_key_signs_for_two_histories(tmp_path: Path, seeds: range, number: int) -> None:
    counts: Counter[str] = Counter()
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        print(f"seed {seed}")
        counts += steps(folder, seed, number).counts
        rmtree(folder)
    print(f"{len(seeds)} seeds: {dict(counts)}")
    assert counts["signed"]
    assert counts["refused"]


def test_the_judge_finds_two_histories_once_the_key_forgets(tmp_path: Path) -> None:
    """The planted fault: what is kept beside the key goes away."""
    copies = Copies(tmp_path, Random(0))
    copies.sign(tmp_path / "copy-0.db")
    copies.edit(tmp_path / "copy-0.db")
    rehash(tmp_path / "copy-0.db")
    copies.forget_notes(tmp_path / "copy-0.db")
    copies.sign(tmp_path / "copy-0.db")
    assert copies.counts["refused"] == 1
    rmtree(tmp_path / "desk.key.signed")
    with pytest.raises(AssertionError, match="another history was signed"):
        copies.sign(tmp_path / "copy-0.db")
