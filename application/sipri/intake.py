"""Taking releases of SIPRI's register: the first as it is, each later one as a change of belief.

file -> rows -> matched with the listings believed -> operations per deal -> entries, asserted at the release's date

A row that has not changed adds nothing. One that has is a correction of the listing and of those statements that follow
from what changed; one that is gone is a retraction of all of them; one that is back, a retraction of these retractions.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.application.recording.recording import Recording, RolledBack, open_recording
from armsledger.application.session import Stages, silent, stage
from armsledger.application.sipri.state import (
    PUBLISHER,
    REAPPEARED,
    SOURCE_PREFIX,
    UNFINISHED,
    VANISHED,
    Releases,
    TakenRelease,
    known_listing,
    listing_of,
    taken_releases,
)
from armsledger.application.upkeep import transaction_in_step
from armsledger.domain.beliefs.belief import Known as Cut
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import LedgerError, WrongTarget
from armsledger.domain.events.expectation import ExpectationWithdrawn
from armsledger.domain.events.register import Revision
from armsledger.domain.events.repair import Retracted
from armsledger.domain.events.statement import Role
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.sipri.matching import Ambiguity, Known, Matches, match
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.plans import plans_in
from armsledger.exchange.sipri.release import (
    MAY_BE,
    DamagedRegister,
    Problem,
    Release,
    Scope,
    read_releases,
    scope_in,
)
from armsledger.exchange.sipri.revision import Vocabulary, changed_columns, classes_of
from armsledger.exchange.sipri.row import Row, key_of
from armsledger.exchange.sipri.statements import (
    DELIVERED,
    EXPECTED,
    LISTED,
    NAME,
    OPENED,
    Slot,
    Statements,
    delivery_slot,
    event_of,
    plain,
    statements_of,
)
from armsledger.storage.driver_errors import persistently

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.journal import Journal
    from armsledger.storage.reader import JournalReader

URL: Final = "https://www.sipri.org/databases/armstransfers"
CHUNK_DEALS: Final = 2000
NEWS: Final = "new-information"
MANY_VANISHED: Final = 20
MANY_VANISHED_PER_CENT: Final = 20
TOLD_EVERY: Final = 200
SLUG_LENGTH: Final = 60
NO_SLOTS: Final = frozenset({"expectation-revised", "expectation-withdrawn"})
"""Events that tell of another entry's slot."""
MOVES: Final = ("due", "modality")
"""Fields of an expectation that a revision moves; what else changes of it is corrected."""
YEARS_ASKED: Final = re.compile(r"([0-9]{4}) to ([0-9]{4})")
YEAR: Final = re.compile(r"[0-9]{4}")
SEVERAL: Final = re.compile(r",|;|\band\b")
NO_WORD: Final = re.compile(r"[^a-z0-9]+")
AMBIGUOUS_SHOWN: Final = 20


class ReleaseOutOfOrder(LedgerError):
    """Releases are taken in the order of their dates: each is compared with the one before."""


class ScopeDiffers(LedgerError):
    """Two exports that were asked for different things cannot be compared."""


class TooManyVanished(LedgerError):
    """So many rows are gone that the file is more likely a part of the register."""


class ReleaseHalfTaken(LedgerError):
    """A release of which an import by chunks was interrupted is to be finished first."""


class LayoutDiffers(LedgerError):
    """Two releases in two layouts of which neither tells what the other does."""


@dataclass
class ReleaseReport:
    """What came of one release. ``revisions`` and ``columns`` count changed rows by class and by column."""

    released: date
    source: str
    files: tuple[str, ...]
    encodings: tuple[str, ...]
    rows: int
    taken: int
    repaired: int
    set_aside: int
    duplicates: int
    problems: tuple[Problem, ...] = ()
    recorded: int = 0
    first: int = 0
    last: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    vanished: int = 0
    reappeared: int = 0
    shielded: int = 0
    may_be: list[str] = field(default_factory=list)
    likely: int = 0
    revisions: Counter[Revision] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    ambiguous: tuple[Ambiguity, ...] = ()
    is_first: bool = False
    dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The report in the types of JSON."""
        return {
            "released": self.released.isoformat(),
            "source": self.source,
            "files": list(self.files),
            "encodings": list(self.encodings),
            "is_first": self.is_first,
            "rows": {
                "read": self.rows,
                "taken": self.taken,
                "repaired": self.repaired,
                "set_aside": self.set_aside,
                "duplicates": self.duplicates,
            },
            "deals": {
                "new": self.new,
                "changed": self.changed,
                "unchanged": self.unchanged,
                "vanished": self.vanished,
                "reappeared": self.reappeared,
                "left_alone": self.shielded,
            },
            "revisions": dict(self.revisions),
            "columns": dict(self.columns),
            "ambiguous": [
                {"lines": [row.line for row in one.rows], "deals": list(one.deals)} for one in self.ambiguous
            ],
            "perhaps_renamed": self.likely,
            "recorded": self.recorded,
            "positions": [self.first, self.last] if self.recorded else None,
            "dry_run": self.dry_run,
            "problems": [problem._asdict() for problem in self.problems],
        }


class SetAsideFile(NamedTuple):
    """A file of rows that could not be taken, to be corrected and imported again."""

    release: date
    text: str
    rows: int


class Import(NamedTuple):
    """What came of an import: a report for each release, and the rows that were set aside."""

    reports: tuple[ReleaseReport, ...]
    set_aside: tuple[SetAsideFile, ...]


class Options(NamedTuple):
    """How releases are to be taken."""

    reliability: Reliability | None = "B"
    force: bool = False
    dry_run: bool = False
    resume: bool = False


class Operation(NamedTuple):
    """What a release does to one deal: a row without a deal is new, a deal without a row has vanished."""

    known: Known | None
    row: Row | None
    classes: tuple[Revision, ...]


def import_sipri(
    session: Session,
    paths: Sequence[str | Path],
    *,
    released: date | None = None,
    strict: bool = False,
    options: Options | None = None,
    stages: Stages = silent,
) -> Import:
    """Take the releases that files hold, in order of their dates: all of them or nothing, but for ``resume``.

    Raises UnreadableDossier, NoRegister, DamagedRegister (if ``strict``), ReleaseOutOfOrder, ScopeDiffers,
    LayoutDiffers and TooManyVanished.
    """
    from armsledger.application.codes import Codes

    given = options or Options()
    names = Names(Codes())
    releases = read_releases(paths, names.party, released, stage(stages, "reading"))
    for release in releases:
        _check_day(release, session.today)
    problems = [problem for release in releases for problem in release.problems if problem.kind != "noted"]
    if strict and problems:
        raise DamagedRegister(problems)
    if given.resume and not session.exists() and not given.dry_run:
        session.create()
    reports = persistently(lambda: _take_all(session, releases, names, given, stages), session.timeout_seconds)
    pairs = zip(releases, reports, strict=True)
    return Import(tuple(reports), tuple(_set_aside(release, one) for release, one in pairs if release.set_aside))


def _check_day(release: Release, today: date) -> None:
    if release.released > today:
        raise LedgerError(
            f"{release.files[0]} is of {release.released}, which is after today, {today}",
            remedy="check the date of the release (--released) or the clock of this machine",
        )


def _take_all(
    session: Session, releases: Sequence[Release], names: Names, options: Options, stages: Stages
) -> list[ReleaseReport]:
    with session.writing(dry_run=options.dry_run) as journal:
        if options.resume and not options.dry_run:
            return [_Intake(session, journal, release, names, options, stages).run() for release in releases]
        reports: list[ReleaseReport] = []
        try:
            with journal.transaction() if options.dry_run else transaction_in_step(session, journal):
                for release in releases:
                    reports.append(_Intake(session, journal, release, names, options, stages).run())
                if options.dry_run:
                    raise RolledBack
        except RolledBack:
            pass
        return reports


class _Intake:
    """One release on its way into a ledger."""

    def __init__(
        self, session: Session, journal: Journal, release: Release, names: Names, options: Options, stages: Stages
    ) -> None:
        self._session = session
        self._journal = journal
        self._release = release
        self._names = names
        self._options = options
        self._stages = stages
        self._keys: set[str] = set()
        self._done: set[str] = set()
        self._key = ""
        self._releases: Releases = frozenset()

    def run(self) -> ReleaseReport:
        """Take it; raises what import_sipri does."""
        reader, release = self._journal.reader, self._release
        rows, duplicates = _distinct(release)
        taken = taken_releases(reader)
        earlier = [one for one in taken if one.released < release.released]
        same = next((one for one in taken if one.released == release.released), None)
        self._key = same.key if same is not None else self._free_source(reader)
        self._releases = frozenset(one.key for one in taken) | {self._key}
        report = _report_of(release, self._key, rows, duplicates, is_first=not earlier, dry_run=self._options.dry_run)
        if taken and taken[-1].released > release.released:
            return self._already_taken(report, rows, taken[-1])
        if same is not None and same.digest == release.digest and same.is_whole:
            report.unchanged = len(rows)
            return report
        if same is not None and same.digest != release.digest and not same.is_whole:
            raise ReleaseHalfTaken(
                f"only a part of the release of {release.released} was taken so far, and not from {release.files[0]}",
                remedy="finish it first: import the file that it was begun with, with --resume",
            )
        before = reader.head()
        adds = same is not None and same.is_whole
        believed = self._believed(reader, frozenset(one.key for one in earlier) | ({self._key} if adds else set()))
        if believed:
            self._check_layout(believed)
        if adds:
            matches, report.unchanged = self._match_more(believed, rows)
        else:
            if earlier:
                self._check_scope(earlier[-1], believed)
            matches = match(believed, rows, lambda known: key_of(known.words, known.buyer, known.supplier))
            self._shield(matches, report)
            self._check_vanished(matches, believed)
        operations = list(_operations(matches, believed, rows, is_first=not earlier and not adds))
        _count(report, operations, matches)
        in_chunks = self._options.resume and not self._options.dry_run
        self._record(operations, matches, in_chunks=in_chunks)
        if not adds and (in_chunks or same is not None):
            self._finish()
        report.recorded = reader.head() - before
        report.first, report.last = (before + 1, reader.head()) if report.recorded else (0, 0)
        return report

    def _free_source(self, reader: JournalReader) -> str:
        """A key for the release as a source, beside those that people have given to sources of their own."""
        base = f"{SOURCE_PREFIX}{self._release.released}"
        key, number = base, 1
        while reader.version_of(f"source/{key}"):
            number += 1
            key = f"{base}-register" + (f"-{number - 1}" if number > 2 else "")  # the first needs no number
        return key

    def _believed(self, reader: JournalReader, releases: Releases) -> list[Known]:
        """The listings of some releases in their own words. What this one has done already is noted."""
        believed = []
        for stream, entries in reader.streams_grouped("deal"):
            listing = listing_of(stream, entries, releases, own=True)
            if listing is not None:
                believed.append(known_listing(listing, self._names.known))
            if entries[0].event.source == self._key and self._key not in releases:
                self._done.add(stream)
            else:
                self._keys.add(stream.partition("/")[2])
                if self._key not in releases and any(entry.event.source == self._key for entry in entries):
                    self._done.add(stream)
        return believed

    def _match_more(self, believed: Sequence[Known], rows: Sequence[Row]) -> tuple[Matches, int]:
        """Rows that come after their release was taken: such as were set aside. How many the ledger holds already.

        They are those of deals that the file names, or of their own id, or else new; nothing vanishes for them.
        """
        held = {_whole(known.words) for known in believed if not known.gone}
        more = [row for row in rows if _whole(row.words) not in held]
        ids = {known.words["reference"]: known for known in believed if "reference" in known.words}
        for row in more:
            known = ids.get(row.words.get("reference"))
            if known is not None and not known.gone:
                row.words["deliveries"] = _united(known.words.get("deliveries", ()), row.words["deliveries"])
        wanted = {row.words["reference"] for row in more if "reference" in row.words}
        named = [
            known
            for known in believed
            if known.gone or known.deal in self._release.may_be or known.words.get("reference") in wanted
        ]
        matches = match(named, more, lambda known: key_of(known.words, known.buyer, known.supplier))
        matches.vanished.clear()
        return matches, len(rows) - len(more)

    def _already_taken(self, report: ReleaseReport, rows: Sequence[Row], latest: TakenRelease) -> ReleaseReport:
        """An earlier release may be given again if the ledger holds it; nothing of it can be new."""
        then = Cut(day=self._release.released.toordinal())
        grouped = self._journal.reader.streams_grouped("deal")
        found = (listing_of(stream, entries, self._releases, then, own=True) for stream, entries in grouped)
        held = {_whole(listing.words) for listing in found if listing is not None and not listing.gone}
        strange = [row for row in rows if _whole(row.words) not in held]
        if strange:
            raise ReleaseOutOfOrder(
                f"{self._release.files[0]} is the release of {self._release.released}, and the ledger has taken that "
                f"of {latest.released}; {len(strange):,} of its rows are new to it, such as line {strange[0].line}",
                remedy="import releases, and rows of theirs that were set aside, before the next one is taken",
            )
        report.unchanged = len(rows)
        return report

    def _check_layout(self, believed: Sequence[Known]) -> None:
        by_year = any("deliveries" in known.words for known in believed if not known.gone)
        if by_year != self._release.by_year:
            raise LayoutDiffers(
                f"{self._release.files[0]} is in another layout than the release that the ledger holds: "
                "one tells deliveries by year, and the other comments and numbers ordered",
                remedy="export both in one layout, or import them into ledgers of their own",
            )

    def _check_scope(self, before: TakenRelease, believed: Sequence[Known]) -> None:
        live = (known.words for known in believed if not known.gone)
        undelivered = any("years" not in words and not words.get("deliveries") for words in live)
        earlier, later = scope_in(before.preamble, True if undelivered else None), self._release.scope
        if self._options.force or not _differ(earlier, later):
            return
        raise ScopeDiffers(
            f"{self._release.files[0]} is an export of another scope ({later}) than the release of "
            f"{before.released} ({earlier}): what it leaves out would be taken for vanished",
            remedy="export the register with the same choices, or compare all the same with --force",
        )

    def _shield(self, matches: Matches, report: ReleaseReport) -> None:
        """What a row that could not be read may be is not taken for vanished, nor what an export left out by choice."""
        aside = [one.raw.casefold() for one in self._release.set_aside]
        scope = self._release.scope
        kept = []
        for known in matches.vanished:
            words = (str(known.words[name]).strip().casefold() for name in ("recipient", "supplier", "designation"))
            if aside and _may_be_among(list(words), aside):
                report.may_be.append(known.deal)
                report.shielded += 1
            elif _left_out(known, scope, self._names) or not self._release.rows:
                report.shielded += 1
            else:
                kept.append(known)
        matches.vanished[:] = kept

    def _check_vanished(self, matches: Matches, believed: Sequence[Known]) -> None:
        live = sum(not known.gone for known in believed)
        limit = max(MANY_VANISHED, live * MANY_VANISHED_PER_CENT // 100)
        if len(matches.vanished) > limit and not self._options.force:
            raise TooManyVanished(
                f"{self._release.files[0]} lacks {len(matches.vanished):,} of the {live:,} rows that the ledger holds, "
                "as a part of the register or a damaged file would",
                remedy="check that the file is whole; if SIPRI has dropped them, --force records that they vanished",
            )

    def _record(self, operations: Sequence[Operation], matches: Matches, *, in_chunks: bool) -> None:
        report = stage(self._stages, f"release of {self._release.released}")
        size = CHUNK_DEALS if in_chunks else max(1, len(operations))
        chunks = [operations[at : at + size] for at in range(0, len(operations), size)] or [[]]
        done = 0
        for chunk in chunks:
            with open_recording(self._session, self._journal) as recording:
                self._register(recording, unfinished=in_chunks)
                for operation in chunk:
                    self._apply(recording, operation, matches)
                    done += 1
                    if done % TOLD_EVERY == 0:
                        report(done, len(operations))

    def _finish(self) -> None:
        """Say that all of the release was taken."""
        with open_recording(self._session, self._journal) as recording:
            said = {"target": "@1", "set": {"file": self._file()}, "reason": "entry-error"}
            recording.take(Proposal(StreamId("source", self._key), "corrected", said))

    def _file(self) -> str:
        return ", ".join(Path(name).name for name in self._release.files)

    def _register(self, recording: Recording, *, unfinished: bool) -> None:
        """The release as a source, unless it is one already."""
        release = self._release
        stream = StreamId("source", self._key)
        if recording.history(str(stream)).version:
            return
        fields = {
            "publisher": PUBLISHER,
            "title": NAME,
            "url": URL,
            "published": release.released.isoformat(),
            "reliability": self._options.reliability,
            "file": self._file() + (UNFINISHED if unfinished else ""),
            "sha256": release.digest,
            "note": release.preamble or None,
        }
        recording.take(Proposal(stream, "registered", {name: value for name, value in fields.items() if value}))

    def _apply(self, recording: Recording, operation: Operation, matches: Matches) -> None:
        if operation.known is not None and operation.known.deal in self._done:
            return
        if operation.known is None:
            assert operation.row is not None
            self._add(recording, operation, matches.perhaps.get(operation.row.number, ()))
        elif operation.row is None:
            self._take_back(recording, operation.known)
        elif operation.classes:
            self._revise(recording, operation.known, operation.row, operation.classes)

    def _add(self, recording: Recording, operation: Operation, perhaps: tuple[str, ...]) -> None:
        row = operation.row
        assert row is not None
        stream = StreamId("deal", self._free_key(row))
        if str(stream) in self._done:
            return
        day = self._release.released.isoformat()
        for slot, fields in statements_of(row.words, row.buyer, row.supplier).items():
            dated = fields if slot == EXPECTED or "on" in fields else {**fields, "on": f"../{day}"}
            self._take(recording, stream, event_of(slot), dated)
        about = {"perhaps": list(perhaps), "revisions": operation.classes, "note": _note(row.words)}
        listed = {"listed_in": NAME, "on": day, **row.words, **about}
        self._take(recording, stream, LISTED, {name: value for name, value in listed.items() if value})

    def _free_key(self, row: Row) -> str:
        """A key that tells buyer, supplier, year and designation; numbered where several deals share them."""
        year = str(row.words.get("order_year", "")).rstrip("?")
        parts = (row.buyer, row.supplier, year, row.words["designation"])
        base = SOURCE_PREFIX + "-".join(slug for slug in map(_slug, parts) if slug)
        key, number = base, 1
        while key in self._keys:
            number += 1
            key = f"{base}-{number}"
        self._keys.add(key)
        return key

    def _take(self, recording: Recording, stream: StreamId, event: str, fields: Mapping[str, Any]) -> None:
        recording.take(Proposal(stream, event, {**fields, "source": self._key}))

    def _take_back(self, recording: Recording, known: Known) -> None:
        """A deal that is no longer listed; what others say of it stands, and so does the opening they build on."""
        stream = StreamId.parse(known.deal)
        history = recording.history(known.deal)
        others = any(entry.event.source not in self._releases for entry in history.entries.values())
        for slot, entry in reversed(self._standing(history).items()):
            if slot != OPENED or not others:
                self._take(recording, stream, "retracted", {"target": entry.id, "reason": VANISHED})

    def _revise(self, recording: Recording, known: Known, row: Row, classes: tuple[Revision, ...]) -> None:
        stream = StreamId.parse(known.deal)
        history = recording.history(known.deal)
        if known.gone:
            self._bring_back(recording, stream, history)
        standing = self._standing(history)
        old = statements_of(known.words, known.buyer, known.supplier)
        new = statements_of(row.words, row.buyer, row.supplier)
        for slot, fields in new.items():
            entry = standing.get(slot)
            if slot not in old or (entry is None and fields != old[slot]):
                day = self._release.released.isoformat()
                dated = fields if slot == EXPECTED or "on" in fields else {**fields, "on": f"../{day}"}
                self._take(recording, stream, event_of(slot), dated)
            elif entry is not None and fields != old[slot]:
                self._correct(recording, stream, entry, slot, old[slot], fields)
        for slot in old:
            if slot not in new and slot in standing:
                self._drop(recording, stream, standing[slot], slot, new, row)
        changes = {name: row.words.get(name) for name in changed_columns(known.words, row.words)}
        if LISTED in standing:
            wanted = {**changes, "revisions": list(classes)}
            if _note(known.words) != _note(row.words):
                wanted["note"] = _note(row.words)
            self._try(recording, stream, standing[LISTED], wanted)

    def _standing(self, history: History) -> dict[Slot, Entry | Draft]:
        """The entries by which the register states what it does, by slot, in the order of recording."""
        entries = history.entries.values()
        withdrawn = {entry.event.target for entry in entries if isinstance(entry.event, ExpectationWithdrawn)}
        found: dict[Slot, Entry | Draft] = {}
        for entry in entries:
            event = entry.event
            if event.source not in self._releases or event.role is Role.REPAIR or entry.id in withdrawn:
                continue
            if event.name in NO_SLOTS or entry.id in history.repairs.retracted_by:
                continue
            slot = event.name
            if slot == DELIVERED and self._release.by_year:
                on = str(history.current(entry).on)
                slot = delivery_slot("" if on.startswith("..") else on)
            found[slot] = entry
        return found

    def _bring_back(self, recording: Recording, stream: StreamId, history: History) -> None:
        retractions = [
            entry
            for entry in history.entries.values()
            if isinstance(entry.event, Retracted)
            and entry.event.reason == VANISHED
            and entry.event.source in self._releases
            and entry.id not in history.repairs.retracted_by
        ]
        for entry in reversed(retractions):
            self._take(recording, stream, "retracted", {"target": entry.id, "reason": REAPPEARED})

    def _correct(
        self,
        recording: Recording,
        stream: StreamId,
        entry: Entry | Draft,
        slot: Slot,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
    ) -> None:
        """A statement that says something else now; an expectation of which the window moved is revised."""
        changes = {name: new.get(name) for name in (*old, *(name for name in new if name not in old))}
        changes = {name: value for name, value in changes.items() if old.get(name) != value}
        if "on" in changes and changes["on"] is None:
            changes["on"] = f"../{self._release.released.isoformat()}"
        moved = slot == EXPECTED and not changes.keys().isdisjoint(MOVES)
        rest = {name: value for name, value in changes.items() if slot != EXPECTED or name not in MOVES}
        if rest:
            self._try(recording, stream, entry, rest)
        if moved:
            said = {"target": entry.id, **{name: new[name] for name in MOVES}}
            self._take(recording, stream, "expectation-revised", said)

    def _try(self, recording: Recording, stream: StreamId, entry: Entry | Draft, changes: Mapping[str, Any]) -> None:
        """A correction, unless somebody has made it already."""
        try:
            said = {"target": entry.id, "set": dict(changes), "reason": NEWS}
            self._take(recording, stream, "corrected", said)
        except WrongTarget:
            return

    def _drop(
        self, recording: Recording, stream: StreamId, entry: Entry | Draft, slot: Slot, new: Statements, row: Row
    ) -> None:
        """A statement that the row no longer makes. A plan that the comment drops when all is delivered was met."""
        if slot != EXPECTED:
            self._take(recording, stream, "retracted", {"target": entry.id, "reason": "no longer stated"})
        elif not _is_complete(row):
            self._take(recording, stream, "expectation-withdrawn", {"target": entry.id, "reason": "no longer stated"})


def _united(known: Sequence[Any], more: Sequence[Any]) -> list[Any]:
    """The deliveries by year of two files, those of the second in place of the first's of the same year."""
    years = {str(one["year"]).rstrip("?") for one in more}
    kept = [one for one in known if str(one["year"]).rstrip("?") not in years]
    return sorted([*kept, *more], key=lambda one: str(one["year"]))


def _note(words: Mapping[str, Any]) -> str | None:
    """What a comment says about plans that could not be understood."""
    return "; ".join(f"not understood: {clause}" for clause in plans_in(words.get("comment")).unclear) or None


def _is_complete(row: Row) -> bool:
    ordered, delivered = (str(row.words.get(name, "")).rstrip("?") for name in ("ordered", "delivered"))
    return bool(ordered and delivered) and int(delivered) >= int(ordered)


def _distinct(release: Release) -> tuple[list[Row], int]:
    """The rows without exact repetitions, of which the first tells where they stand; how many repeat another."""
    first: dict[Any, Row] = {}
    places: dict[Any, list[int]] = {}
    for row in release.rows:
        said = _whole(row.words)
        first.setdefault(said, row)
        places.setdefault(said, []).append(row.number)
    for said, numbers in places.items():
        if len(numbers) > 1:
            first[said].words["rows"] = numbers
    return list(first.values()), len(release.rows) - len(first)


def _whole(words: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in plain(words).items()))


def _operations(
    matches: Matches, believed: Sequence[Known], rows: Sequence[Row], *, is_first: bool
) -> Iterator[Operation]:
    """What is to be done, the rows in the order of the file and then what vanished."""
    before = Vocabulary.of(known.words for known in believed if not known.gone)
    after = Vocabulary.of(row.words for row in rows)
    done: list[tuple[int, Operation]] = []
    for known, row in matches.pairs:
        same = {"recipient": known.buyer == row.buyer, "supplier": known.supplier == row.supplier}
        classes = classes_of(known.words, row.words, before, after, same)
        done.append((row.number, Operation(known, row, ("reappeared", *classes) if known.gone else classes)))
    done += [(row.number, Operation(None, row, () if is_first else ("new",))) for row in matches.new]
    done.sort(key=lambda one: one[0])
    yield from (operation for _, operation in done)
    yield from (Operation(known, None, ("vanished",)) for known in matches.vanished)


def _report_of(
    release: Release, key: str, rows: Sequence[Row], duplicates: int, *, is_first: bool, dry_run: bool
) -> ReleaseReport:
    repaired = release.count("repaired")
    return ReleaseReport(
        released=release.released,
        source=key,
        files=tuple(release.files),
        encodings=tuple(dict.fromkeys(release.encodings)),
        rows=release.records,
        taken=release.records - repaired - release.count("set aside"),
        repaired=repaired,
        set_aside=release.count("set aside"),
        duplicates=duplicates,
        problems=tuple(release.problems),
        is_first=is_first,
        dry_run=dry_run,
    )


def _count(report: ReleaseReport, operations: Iterable[Operation], matches: Matches) -> None:
    for operation in operations:
        report.revisions.update(operation.classes)
        if operation.known is None:
            report.new += 1
        elif operation.row is None:
            report.vanished += 1
        elif operation.known.gone:
            report.reappeared += 1
        elif operation.classes:
            report.changed += 1
            report.columns.update(changed_columns(operation.known.words, operation.row.words))
        else:
            report.unchanged += 1
    report.ambiguous = tuple(matches.ambiguous)
    unsure = {row.number for one in matches.ambiguous for row in one.rows}
    report.likely = len(matches.perhaps.keys() - unsure)


def _differ(earlier: Scope, later: Scope) -> bool:
    pairs = zip(earlier, later, strict=True)
    return any(one is not None and other is not None and one != other for one, other in pairs)


def _may_be_among(words: Sequence[str], aside: Iterable[str]) -> bool:
    """Whether lines that could not be read may be the row of these words: recipient or supplier, and designation."""
    recipient, supplier, designation = words
    return any((recipient in line or supplier in line) and designation in line for line in aside)


def _left_out(known: Known, scope: Scope, names: Names) -> bool:
    """Whether an export of this scope does not hold the row by choice."""
    words = known.words
    if scope.undelivered is False and "years" not in words and not words.get("deliveries"):
        return True
    if not _is_asked_for(scope.suppliers, known.supplier, names):
        return True
    if not _is_asked_for(scope.recipients, known.buyer, names):
        return True
    span = YEARS_ASKED.search(scope.years or "")
    if span is None:
        return False
    texts = [words.get("order_year", ""), words.get("years", ""), *(one["year"] for one in words.get("deliveries", ()))]
    years = [int(year) for text in texts for year in YEAR.findall(str(text))]
    return bool(years) and not any(int(span[1]) <= year <= int(span[2]) for year in range(min(years), max(years) + 1))


def _is_asked_for(asked: str | None, party: str, names: Names) -> bool:
    """Whether a party is among those that an export was asked for: all, or some by their names."""
    if asked is None or asked.casefold().startswith("all"):
        return True
    parts = [asked, *SEVERAL.split(asked)]
    return party in {names.known(part.strip()) for part in parts if part.strip()}


def _slug(text: str) -> str:
    plain_text = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower()
    return NO_WORD.sub("-", plain_text).strip("-")[:SLUG_LENGTH].strip("-")


def _set_aside(release: Release, report: ReleaseReport) -> SetAsideFile:
    """The rows that were set aside, under a preamble that tells their release and what deals they may be."""
    day = release.released
    names = ", ".join(Path(name).name for name in release.files)
    head = f"Rows set aside from {names}. Data generated: {day.isoformat()}"
    may_be = [MAY_BE + ", ".join(report.may_be)] if report.may_be else []
    lines = [head, *may_be, release.header, *(one.raw for one in release.set_aside)]
    return SetAsideFile(day, "\n".join(lines) + "\n", len(release.set_aside))
