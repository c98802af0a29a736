"""Verifying the journal: everything that can be computed is computed anew and compared with what is stored.

The entries are gone through in their order, in pages, within one snapshot, up to the first that does not fit: what
stands after it cannot be judged by what stands before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from armsledger.storage.connection import SQLITE
from armsledger.storage.erasure.persons import Person, all_persons, check_persons
from armsledger.storage.errors import LedgerDamaged, LedgerOutdated
from armsledger.storage.format import SCHEMA_VERSION
from armsledger.storage.instant import DAWN, from_text, to_text
from armsledger.storage.proofs.canonical import Record, record_bytes
from armsledger.storage.proofs.contents import unfaithful
from armsledger.storage.proofs.integrity_errors import UnreadableRecord
from armsledger.storage.proofs.merkle import HASH_BYTES, Frontier, hashes_at, leaf_hash
from armsledger.storage.reader import LAST_POSITION, JournalReader

# What does not fit in a ledger, as verification finds it.

GO_BACK: Final = (
    "do not write to it; go back to a backup that verifies, made by `armsledger backup`, and compare the two"
)
"""What to do about whatever happened to entries: nothing here can tell what they said before."""


class Flaw(NamedTuple):
    """One thing that does not fit: what, where, and what to do about it."""

    what: str
    where: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  remedy: {self.remedy}"


Report = Callable[[int, int], None]
"""Told how many entries are done, and how many there are."""
Row = tuple[Any, ...]
Misfit = tuple[int, str]
"""Which row of a page does not fit, and what does not."""

PAGE_ROWS: Final = 1000
LOWEST: Final = -(2**63)
"""No file can hold a position below it, so none is passed over."""
COLUMNS: Final = f"{', '.join(Record._fields)}, hashes"
POSITION, STREAM, VERSION = 0, 1, 2
FIRST_VERSIONS: Final = (1, 0)
"""What a stream may begin with: ours with 1, those of the eventsourcing library with 0."""
ENTRY_ID: Final = Record._fields.index("entry_id")
RECORDED_AT: Final = Record._fields.index("recorded_at")
PAYLOAD: Final = Record._fields.index("payload")
PAGE: Final = f"SELECT {COLUMNS} FROM journal WHERE position >= ? ORDER BY position LIMIT ?"
REPEATED: Final = "SELECT count(*) FROM (SELECT 1 FROM journal GROUP BY entry_id HAVING count(*) > 1 LIMIT 1) AS ids"
"""Whether an id is there twice. The index over the ids has them in order, so that memory stays flat."""
FIRST_REPEATED: Final = """
SELECT min(position) FROM (
    SELECT position, row_number() OVER (PARTITION BY entry_id ORDER BY position) AS place FROM journal
) AS placed WHERE place > 1"""


class Walk(NamedTuple):
    """What going through the journal came to.

    ``head`` is the last position that there is, ``sound`` how many entries, from the first on, fit, and ``root`` that
    of the tree over those.
    """

    head: int
    sound: int
    root: bytes
    flaw: Flaw | None


def verify_journal(reader: JournalReader, report: Report = lambda *_: None, *, contents: bool = False) -> Walk:
    """Go through the journal; to be called within `JournalReader.snapshot`.

    Checks positions, versions, ids, times, and all hashes of the Merkle tree. With ``contents`` each payload is decoded
    too and compared with what stands beside it, which takes five times as long in all. Raises LedgerOutdated for a
    ledger that has no tree yet.
    """
    found = int(reader.meta().get("schema_version", SCHEMA_VERSION))
    if found < SCHEMA_VERSION:
        raise LedgerOutdated("the ledger", found, SCHEMA_VERSION)
    return _Verifier(reader, report, contents=contents).run()


class _Verifier:
    """Goes through the journal, and knows of what it has seen what the next entry must follow."""

    def __init__(self, reader: JournalReader, report: Report, *, contents: bool) -> None:
        self._reader = reader
        self._report = report
        self._contents = contents
        self._frontier = Frontier()
        self._versions: dict[str, int] = {}
        self._recorded_at = DAWN
        self._repeated: int | None = None
        self._persons: dict[str, Person] = {}

    def run(self) -> Walk:
        """From the first entry to the last, or to the first that does not fit."""
        head = 0
        try:
            head = self._reader.head()
            if self._reader.query(REPEATED)[0][0]:
                self._repeated = self._reader.query(FIRST_REPEATED)[0][0]
            if self._contents:
                self._persons = all_persons(self._reader.query)
            flaw = self._walk(head)
        except LedgerDamaged as damage:
            flaw = Flaw(damage.message, f"after position {self._frontier.size}", GO_BACK)
        return Walk(head, self._frontier.size, self._frontier.root(), flaw)

    def _walk(self, head: int) -> Flaw | None:
        start = LOWEST
        while True:
            rows, damage = self._page(start)
            flaw = self._first_flaw(rows)
            if flaw is None and damage is not None:
                flaw = Flaw(damage.message, f"after position {self._frontier.size}", GO_BACK)
            if flaw is not None or not rows:
                return flaw
            start = rows[-1][POSITION] + 1
            self._report(start - 1, head)

    def _page(self, start: int) -> tuple[list[Row], LedgerDamaged | None]:
        """The next rows, and why there are no more of them that can be read."""
        try:
            return self._reader.query(PAGE, start, PAGE_ROWS), None
        except LedgerDamaged as damage:
            if self._reader.dialect is not SQLITE:  # with an error the snapshot has ended
                raise
            return self._readable(start), damage

    def _readable(self, start: int) -> list[Row]:
        """The rows of a page one by one, up to the first that cannot be read."""
        rows: list[Row] = []
        try:
            while len(rows) < PAGE_ROWS and start <= LAST_POSITION and (found := self._reader.query(PAGE, start, 1)):
                rows += found
                start = found[0][POSITION] + 1
        except LedgerDamaged:
            pass
        return rows

    def _first_flaw(self, rows: Sequence[Row]) -> Flaw | None:
        """What does not fit first in a page, if anything does not; what comes before it is taken into the tree."""
        before = self._frontier.copy()
        misfits = [one for one in (self._unfollowing(rows), self._unhashed(rows)) if one is not None]
        place, what = min(misfits, key=itemgetter(0), default=(len(rows), ""))
        if self._contents and (misfit := self._unfaithful(rows[:place])):
            place, what = misfit
        if place == len(rows):
            return None
        before.extend(_leaf(row) for row in rows[:place])
        self._frontier = before
        return Flaw(what, _where(rows[place]), GO_BACK)

    def _unfollowing(self, rows: Sequence[Row]) -> Misfit | None:
        """The first row that does not follow those before it."""
        versions, size = self._versions, self._frontier.size
        version_of, recorded_at, repeated = versions.get, self._recorded_at, self._repeated
        for place, row in enumerate(rows):
            position, stream, version, at = row[POSITION], row[STREAM], row[VERSION], row[RECORDED_AT]
            if position != size + place + 1:
                return place, _misplaced(position, size + place + 1)
            known = version_of(stream, version - 1 if version in FIRST_VERSIONS else 0)
            if version != known + 1:
                return place, f"its version is {version}, and {known + 1} comes next in its stream"
            versions[stream] = version
            if at != recorded_at:
                if told := _untimely(at, recorded_at):
                    return place, told
                recorded_at = at
            if position == repeated:
                return place, "its id is that of an earlier entry"
        self._recorded_at = recorded_at
        return None

    def _unhashed(self, rows: Sequence[Row]) -> Misfit | None:
        """The first row whose stored hashes are not those that follow from it and the rows before it."""
        leaves: list[bytes] = []
        unreadable = None
        try:
            leaves += [_leaf(row) for row in rows]
        except UnreadableRecord:
            unreadable = _unreadable(rows)
            leaves += [_leaf(row) for row in rows[: unreadable[0]]]
        stored = [row[-1] for row in rows[: len(leaves)]]
        expected = self._frontier.extend(leaves)
        if expected == stored:
            return unreadable
        place = next(place for place, hashes in enumerate(expected) if hashes != stored[place])
        return place, _tree_misfit(stored[place], leaves[place], rows[place][POSITION])

    def _unfaithful(self, rows: Sequence[Row]) -> Misfit | None:
        """The first row whose payload cannot be read, does not fit what is beside it, or names somebody it did not."""
        misfit = unfaithful(self._reader, rows)
        before = rows if misfit is None else rows[: misfit[0]]
        seals = check_persons(((row[POSITION], row[ENTRY_ID], row[PAYLOAD]) for row in before), self._persons)
        wrong = next(seals, None)
        return misfit if wrong is None else (wrong[0] - rows[0][POSITION], wrong[1])


def _leaf(row: Row) -> bytes:
    return leaf_hash(record_bytes(row[:-1]))


def _unreadable(rows: Sequence[Row]) -> Misfit:
    """The first row that cannot be the record of an entry."""
    for place, row in enumerate(rows):
        try:
            record_bytes(row[:-1])
        except UnreadableRecord as error:
            return place, error.message
    raise AssertionError("one of these rows has no record")


def _tree_misfit(stored: object, leaf: bytes, position: object) -> str:
    """Why the hashes beside an entry are not those that they should be."""
    if not isinstance(stored, bytes) or not isinstance(position, int):
        return "the hashes beside it are no bytes"
    if stored[:HASH_BYTES] != leaf:
        return "what it says is not what was hashed when it was recorded: it, or the hash beside it, was changed"
    if len(stored) != HASH_BYTES * hashes_at(position):
        return f"the hashes beside it are {len(stored)} bytes, not {HASH_BYTES * hashes_at(position)}"
    return "the hashes beside it do not follow from the entries before it"


def _misplaced(position: object, expected: int) -> str:
    if isinstance(position, int) and position > expected:
        return f"position {expected} is missing: entries were taken out before this one"
    return f"its position is {position}, and {expected} comes next"


def _untimely(recorded_at: Any, before: str) -> str | None:
    """Why a time of recording cannot stand after another one; None if it can."""
    try:
        is_readable = to_text(from_text(recorded_at)) == recorded_at
    except (TypeError, ValueError):
        is_readable = False
    if not is_readable:
        return f"its time of recording, {recorded_at!r:.60}, cannot be read"
    if recorded_at < before:
        return f"it was recorded at {recorded_at}, before the entry that it follows ({before})"
    return None


def _where(row: Row) -> str:
    return f"{row[STREAM]}@{row[VERSION]} (position {row[POSITION]})"
