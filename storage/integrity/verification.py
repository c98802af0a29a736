"""Verifying the journal: everything that can be computed is computed anew and compared with what is stored.

The entries are gone through in their order, in pages, within one snapshot, up to the first that does not fit: what
stands after it cannot be judged by what stands before.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.unreadable import Unreadable
from armsledger.storage.connection import SQLITE
from armsledger.storage.erasure.persons import Person, all_persons, check_persons
from armsledger.storage.erasure.seals import ids_in
from armsledger.storage.errors import LedgerDamaged, LedgerOutdated
from armsledger.storage.proofs.errors import UnreadableRecord
from armsledger.storage.proofs.merkle import HASH_BYTES, Frontier, hashes_at, leaf_hash
from armsledger.storage.proofs.record import Record, record_bytes, record_columns
from armsledger.storage.reader import LAST_POSITION, JournalReader
from armsledger.storage.schema import DAWN, FIRST_WITH_TREE, SCHEMA_VERSION, Report, day_bounds, is_instant

Row = tuple[Any, ...]
Misfit = tuple[int, str]
"""Which row of a page does not fit, and what is wrong with it."""

GO_BACK: Final = (
    "do not write to it; go back to a backup that verifies, made by `armsledger admin backup`, and compare the two"
)
"""What to do about whatever happened to entries: nothing here can tell what they said before."""

RETRACT: Final = "retract it; what cannot be read no state counts. Where a later release has recorded it, use that"
"""What to do about an entry that no release of ours has written."""
MOST_STRANGE: Final = 100
"""So many of them are told."""
PAGE_ROWS: Final = 1000
LOWEST: Final = -(2**63)
"""No file can hold a position below it, so none is passed over."""
POSITION, STREAM, VERSION, NAME = 0, 1, 2, 3
FIRST_VERSIONS: Final = (1, 0)
"""What a stream may begin with: ours with 1, those of the eventsourcing library with 0."""
ENTRY_ID: Final = Record._fields.index("entry_id")
DERIVED: Final = slice(Record._fields.index("on_earliest"), Record._fields.index("source") + 1)
RECORDED_AT: Final = Record._fields.index("recorded_at")
PAYLOAD: Final = Record._fields.index("payload")
PAGE: Final = "SELECT %s, hashes FROM journal WHERE position >= ? ORDER BY position LIMIT ?"
REPEATED: Final = "SELECT count(*) FROM (SELECT 1 FROM journal GROUP BY entry_id HAVING count(*) > 1 LIMIT 1) AS ids"
"""Whether an id is there twice. The index over the ids has them in order, so that memory stays flat."""
VERSION_BEFORE: Final = "SELECT version FROM journal WHERE stream = ? AND position <= ? ORDER BY version DESC LIMIT 1"
NAMING: Final = "SELECT position, entry_id, payload FROM journal WHERE payload LIKE ?"
FIRST_REPEATED: Final = """
SELECT min(position) FROM (
    SELECT position, row_number() OVER (PARTITION BY entry_id ORDER BY position) AS place FROM journal
) AS placed WHERE place > 1"""


class Violation(NamedTuple):
    """One thing that does not fit in a ledger: what, where, and what to do about it."""

    what: str
    where: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  remedy: {self.remedy}"


class Walk(NamedTuple):
    """What going through the journal came to.

    ``head`` is the last position that there is, ``sound`` how many entries, from the first on, fit, and ``root`` that
    of the tree over those.
    """

    head: int
    sound: int
    root: bytes
    violation: Violation | None
    strange: tuple[Violation, ...] = ()
    """The first entries that no release of ours has written, though they are what was hashed when they were recorded:
    others recorded them past the catalogue, or a later release did."""


def verify_journal(reader: JournalReader, report: Report = lambda *_: None, *, contents: bool = False) -> Walk:
    """Go through the journal; to be called within `JournalReader.snapshot`.

    Checks positions, versions, ids, times, and all hashes of the Merkle tree. With ``contents`` each payload is decoded
    too and compared with what stands beside it, which takes five times as long in all: what does not fit there fits
    the tree, and so is strange, and no violation. Raises LedgerOutdated for a
    ledger that has no tree yet.
    """
    version = int(reader.meta().get("schema_version", SCHEMA_VERSION))
    if version < FIRST_WITH_TREE:
        raise LedgerOutdated("the ledger", version, SCHEMA_VERSION)
    return _Verifier(reader, report, contents=contents).run()


def verify_after(reader: JournalReader, frontier: Frontier, report: Report = lambda *_: None) -> Walk:
    """Go through the entries after those of a tree that is known to be right, such as one that was signed for.

    Checks what `verify_journal` checks without ``contents``, but for ids that stand twice. The time it takes goes by
    how many entries there are after the tree.
    """
    return _Verifier(reader, report, contents=False, frontier=frontier).run()


class _Verifier:
    """Goes through the journal, and remembers of each entry what the next one must follow."""

    def __init__(
        self, reader: JournalReader, report: Report, *, contents: bool, frontier: Frontier | None = None
    ) -> None:
        self._reader = reader
        self._pages = PAGE % record_columns(int(reader.meta().get("schema_version", SCHEMA_VERSION)))
        self._report = report
        self._contents = contents
        self._frontier = frontier or Frontier()
        self._before = self._frontier.size
        self._versions: dict[str, int] = {}
        self._recorded_at = DAWN
        self._repeated: int | None = None
        self._persons: dict[str, Person] = {}
        self._right: dict[str, bool] = {}
        self._strange: list[Violation] = []

    def run(self) -> Walk:
        """From the first entry to the last, or to the first that does not fit."""
        head = 0
        try:
            head = self._reader.head()
            if self._before:
                self._recorded_at = self._reader.recorded_at(self._before) or DAWN
            elif self._reader.query(REPEATED)[0][0]:
                self._repeated = self._reader.query(FIRST_REPEATED)[0][0]
            if self._contents:
                self._persons = all_persons(self._reader.query)
            violation = self._walk(head)
        except LedgerDamaged as damage:
            violation = self._unreadable(damage)
        return Walk(head, self._frontier.size, self._frontier.root(), violation, tuple(self._strange))

    def _walk(self, head: int) -> Violation | None:
        start = self._before + 1 if self._before else LOWEST
        while True:
            rows, damage = self._page(start)
            violation = self._first_violation(rows)
            if violation is None and damage is not None:
                violation = self._unreadable(damage)
            if violation is not None or not rows:
                return violation
            start = rows[-1][POSITION] + 1
            self._report(start - 1, head)

    def _unreadable(self, damage: LedgerDamaged) -> Violation:
        return Violation(damage.message, f"after position {self._frontier.size}", GO_BACK)

    def _page(self, start: int) -> tuple[list[Row], LedgerDamaged | None]:
        """The next rows, and why no more of them can be read."""
        try:
            return self._reader.query(self._pages, start, PAGE_ROWS), None
        except LedgerDamaged as damage:
            if self._reader.dialect is not SQLITE:  # with an error the snapshot has ended
                raise
            return self._readable(start), damage

    def _readable(self, start: int) -> list[Row]:
        """The rows of a page one by one, up to the first that cannot be read."""
        rows: list[Row] = []
        try:
            while len(rows) < PAGE_ROWS and start <= LAST_POSITION:
                if not (row := self._reader.query(self._pages, start, 1)):
                    break
                rows += row
                start = row[0][POSITION] + 1
        except LedgerDamaged:
            pass
        return rows

    def _first_violation(self, rows: Sequence[Row]) -> Violation | None:
        """What does not fit first in a page, if anything; the rows before it are taken into the tree."""
        before = self._frontier.copy()
        self._learn_versions(rows)
        misfits = [misfit for misfit in (self._out_of_order(rows), self._unhashed(rows)) if misfit is not None]
        place, what = min(misfits, key=itemgetter(0), default=(len(rows), ""))
        if self._contents and (misfit := self._unfaithful(rows[:place])):
            place, what = misfit
        if place == len(rows):
            return None
        before.extend(_leaf(row) for row in rows[:place])
        self._frontier = before
        return Violation(what, _where(rows[place]), GO_BACK)

    def _learn_versions(self, rows: Sequence[Row]) -> None:
        """Which versions come before those of a page, in streams that began before the first entry that is checked."""
        if self._before:
            for stream in {row[STREAM] for row in rows} - self._versions.keys():
                rows_before = self._reader.query(VERSION_BEFORE, stream, self._before)
                if rows_before and isinstance(rows_before[0][0], int):
                    self._versions[stream] = rows_before[0][0]

    def _out_of_order(self, rows: Sequence[Row]) -> Misfit | None:
        """The first row that does not follow those before it."""
        versions, size = self._versions, self._frontier.size
        version_of, recorded_at, repeated = versions.get, self._recorded_at, self._repeated
        for place, row in enumerate(rows):
            position, stream, version, at = row[POSITION], row[STREAM], row[VERSION], row[RECORDED_AT]
            if position != size + place + 1:
                return place, _misplaced(position, size + place + 1)
            last = version_of(stream, version - 1 if version in FIRST_VERSIONS else 0)
            if version != last + 1:
                return place, f"its version is {version}, and {last + 1} comes next in its stream"
            versions[stream] = version
            if at != recorded_at:
                if untimely := _untimely(at, recorded_at):
                    return place, untimely
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
            unreadable = _without_record(rows)
            leaves += [_leaf(row) for row in rows[: unreadable[0]]]
        stored = [row[-1] for row in rows[: len(leaves)]]
        expected = self._frontier.extend(leaves)
        if expected == stored:
            return unreadable
        place = next(place for place, hashes in enumerate(expected) if hashes != stored[place])
        return place, _wrong_hashes(stored[place], leaves[place], rows[place][POSITION])

    def _unfaithful(self, rows: Sequence[Row]) -> Misfit | None:
        """The first row that is another one by its position, or does not fit the persons whom it names."""
        misfit, strange = unfaithful(self._reader, rows)
        before = rows if misfit is None else rows[: misfit[0]]
        sealed = ((row[POSITION], row[ENTRY_ID], row[PAYLOAD]) for row in before)
        for position, wrong in check_persons(sealed, self._persons):
            place = position - rows[0][POSITION]
            if not self._are_right(rows[place][PAYLOAD]):
                misfit = place, wrong
                break
            strange.append((place, wrong))
        room = MOST_STRANGE - len(self._strange)
        self._strange += [Violation(what, _where(rows[place]), RETRACT) for place, what in strange[:room]]
        return misfit

    def _are_right(self, payload: str) -> bool:
        """Whether all persons whom an entry names are as they were sealed elsewhere: then its own seal was none."""
        return all(self._is_right(person) for person in ids_in([payload]))

    def _is_right(self, person: str) -> bool:
        if person not in self._right:
            naming = self._reader.query(NAMING, f'%"sealed":"{person}.%') if person in self._persons else []
            self._right[person] = any(not list(check_persons([row], self._persons)) for row in naming)
        return self._right[person]


def unfaithful(reader: JournalReader, rows: Sequence[Row]) -> tuple[Misfit | None, list[Misfit]]:
    """The first of some consecutive rows that is another one, or damaged, where it is looked for by its position; and
    all before it whose payload cannot be read or does not fit the columns beside it."""
    strange: list[Misfit] = []
    if not rows:
        return None, strange
    try:
        entries = list(reader.entries(after=rows[0][POSITION] - 1, upto=rows[-1][POSITION]))
    except LedgerDamaged:
        return _undecodable(reader, rows), strange
    for place, row in enumerate(rows):
        if place == len(entries) or row[POSITION] != entries[place].position:
            return (place, "it is another one, or none, when it is looked for by its position"), strange
        if wrong := _wrong_column(row, entries[place]):
            strange.append((place, wrong))
    return (None if len(entries) == len(rows) else (len(rows) - 1, "there are several at its position")), strange


def _undecodable(reader: JournalReader, rows: Sequence[Row]) -> Misfit | None:
    for place, row in enumerate(rows):
        try:
            reader.by_position(row[POSITION])
        except LedgerDamaged as damage:
            return place, damage.message
    return None


def _wrong_column(row: Row, entry: Entry) -> str:
    """Which column is not the one that follows from the payload; nothing if all are."""
    event = entry.event
    if isinstance(event, Unreadable):
        return f"it cannot be read: {event.problem(entry.stream.partition('/')[0])}"
    name = f"{entry.stream.partition('/')[0]}.{event.name}"
    if row[NAME] != name:
        return f"its name is {row[NAME]}, and its payload is one of {name}"
    derived = (*day_bounds(event.on), *day_bounds(event.asserted), event.source)
    if row[DERIVED] == derived:
        return ""
    columns = zip(Record._fields[DERIVED], row[DERIVED], derived, strict=True)
    column, stored, right = next(column for column in columns if column[1] != column[2])
    return f"its {column} is {stored!r}, and its payload says {right!r}"


def _where(row: Row) -> str:
    return f"{row[STREAM]}@{row[VERSION]} (position {row[POSITION]})"


def _leaf(row: Row) -> bytes:
    return leaf_hash(record_bytes(row[:-1]))


def _without_record(rows: Sequence[Row]) -> Misfit:
    """The first row that cannot be the record of an entry."""
    for place, row in enumerate(rows):
        try:
            record_bytes(row[:-1])
        except UnreadableRecord as error:
            return place, error.message
    raise AssertionError("one of these rows has no record")


def _wrong_hashes(stored: object, leaf: bytes, position: object) -> str:
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


def _untimely(recorded_at: Any, before: str) -> str:
    """Why a time of recording cannot stand after another one; nothing if it can."""
    if not is_instant(recorded_at):
        return f"its time of recording, {recorded_at!r:.60}, cannot be read"
    if recorded_at < before:
        return f"it was recorded at {recorded_at}, before the entry that it follows ({before})"
    return ""
