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

from armsledger.application.recording import Recording, RolledBack, recording
from armsledger.application.register_state import (
    REAPPEARED,
    SOURCE_PREFIX,
    VANISHED,
    Listing,
    TakenRelease,
    is_release,
    known_listings,
    listings,
    taken_releases,
)
from armsledger.application.stages import Stages, silent, stage
from armsledger.domain.belief import Known as Cut
from armsledger.domain.common_events import ExpectationWithdrawn, Retracted
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import LedgerError, WrongTarget
from armsledger.domain.grade import Reliability
from armsledger.domain.history import History
from armsledger.domain.listing import Revision
from armsledger.domain.proposal import Proposal
from armsledger.domain.statement import Role
from armsledger.domain.stream import StreamId
from armsledger.exchange.sipri.columns import REGISTER_HEADER
from armsledger.exchange.sipri.matching import Ambiguity, Known, Matches, match
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.plans import plans_in
from armsledger.exchange.sipri.release import (
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
from armsledger.storage.persistence import persistently

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.storage.journal import Journal

PUBLISHER: Final = "Stockholm International Peace Research Institute (SIPRI)"
URL: Final = "https://www.sipri.org/databases/armstransfers"
CHUNK_DEALS: Final = 2000
NEWS: Final = "new-information"
MANY_VANISHED: Final = 20
MANY_VANISHED_PER_CENT: Final = 20
TOLD_EVERY: Final = 200
SLUG_LENGTH: Final = 60
MOVES: Final = ("due", "modality")
"""Fields of an expectation that a revision moves; what else changes of it is corrected."""
NO_WORD: Final = re.compile(r"[^a-z0-9]+")
AMBIGUOUS_SHOWN: Final = 20


class ReleaseOutOfOrder(LedgerError):
    """Releases are taken in the order of their dates: each is compared with the one before."""


class ScopeDiffers(LedgerError):
    """Two exports that were asked for different things cannot be compared."""


class TooManyVanished(LedgerError):
    """So many rows are gone that the file is more likely a part of the register."""


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
    ledger: Ledger,
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
        _check_day(release, ledger.today)
    problems = [problem for release in releases for problem in release.problems if problem.kind != "noted"]
    if strict and problems:
        raise DamagedRegister(problems)
    if given.resume and not ledger.exists() and not given.dry_run:
        type(ledger).create(ledger.address, recorded_by=ledger.recorded_by).close()
    reports = persistently(lambda: _take_all(ledger, releases, names, given, stages), ledger.timeout_seconds)
    return Import(tuple(reports), tuple(_set_aside(release) for release in releases if release.set_aside))


def _check_day(release: Release, today: date) -> None:
    if release.released > today:
        raise LedgerError(
            f"{release.files[0]} is of {release.released}, which is after today, {today}",
            remedy="check the date of the release (--released) or the clock of this machine",
        )


def _take_all(
    ledger: Ledger, releases: Sequence[Release], names: Names, options: Options, stages: Stages
) -> list[ReleaseReport]:
    with ledger.writing(dry_run=options.dry_run) as journal:
        if options.resume and not options.dry_run:
            return [_Intake(ledger, journal, release, names, options, stages).run() for release in releases]
        reports: list[ReleaseReport] = []
        try:
            with journal.transaction():
                for release in releases:
                    reports.append(_Intake(ledger, journal, release, names, options, stages).run())
                if options.dry_run:
                    raise RolledBack
        except RolledBack:
            pass
        return reports


class _Intake:
    """One release on its way into a ledger."""

    def __init__(
        self, ledger: Ledger, journal: Journal, release: Release, names: Names, options: Options, stages: Stages
    ) -> None:
        self._ledger = ledger
        self._journal = journal
        self._release = release
        self._names = names
        self._options = options
        self._stages = stages
        self._keys: set[str] = set()

    def run(self) -> ReleaseReport:
        """Take it; raises what import_sipri does."""
        reader = self._journal.reader
        taken = taken_releases(reader)
        latest = taken[-1] if taken else None
        rows, duplicates = _distinct(self._release)
        report = _report_of(self._release, rows, duplicates, is_first=latest is None, dry_run=self._options.dry_run)
        before = reader.head()
        if latest is not None and self._release.released < latest.released:
            return self._already_taken(report, rows, latest)
        believed = list(known_listings(self._listings(), self._names.party))
        self._keys = {stream.partition("/")[2] for stream in reader.streams("deal", SOURCE_PREFIX)}
        whole = latest is None or latest.released < self._release.released or self._is_same_file(latest)
        if latest is not None and latest.released < self._release.released:
            self._check_comparable(latest, believed)
        matches = match(believed, rows, lambda known: key_of(known.words, known.buyer, known.supplier))
        if whole:
            self._shield(matches, report)
            self._check_vanished(matches, believed)
        else:
            matches.vanished.clear()
        operations = list(_operations(matches, believed, rows, self._names))
        _count(report, operations, matches)
        self._record(operations, matches)
        report.recorded = reader.head() - before
        report.first, report.last = (before + 1, reader.head()) if report.recorded else (0, 0)
        return report

    def _listings(self, known: Cut | None = None) -> Iterator[Listing]:
        reader = self._journal.reader
        return listings(reader) if known is None else listings(reader, known)

    def _is_same_file(self, latest: TakenRelease) -> bool:
        return self._options.resume or latest.digest == self._release.digest

    def _already_taken(self, report: ReleaseReport, rows: Sequence[Row], latest: TakenRelease) -> ReleaseReport:
        """An earlier release may be given again if the ledger holds it; nothing of it can be new."""
        then = Cut(day=self._release.released.toordinal())
        held = Counter(_whole(listing.words) for listing in self._listings(then) if not listing.gone)
        strange = [row for row in rows if not held[_whole(row.words)]]
        if strange:
            raise ReleaseOutOfOrder(
                f"{self._release.files[0]} is the release of {self._release.released}, and the ledger has taken that "
                f"of {latest.released}; {len(strange):,} of its rows are new to it, such as line {strange[0].line}",
                remedy="import releases in the order of their dates, into a ledger of their own if need be",
            )
        report.unchanged = len(rows)
        return report

    def _check_comparable(self, latest: TakenRelease, believed: Sequence[Known]) -> None:
        live = [known for known in believed if not known.gone]
        by_year = any("deliveries" in known.words for known in live)
        if live and by_year != self._release.by_year:
            raise LayoutDiffers(
                f"{self._release.files[0]} and the release of {latest.released} are in two layouts, "
                "of which one tells deliveries by year and the other comments and numbers ordered",
                remedy="export both in one layout, or import them into ledgers of their own",
            )
        undelivered = any("years" not in known.words and not known.words.get("deliveries") for known in live)
        earlier, later = scope_in(latest.preamble, True if undelivered else None), self._release.scope
        if self._options.force or not _differ(earlier, later):
            return
        raise ScopeDiffers(
            f"{self._release.files[0]} is an export of another scope ({later}) than the release of "
            f"{latest.released} ({earlier}): what it leaves out would be taken for vanished",
            remedy="export the register with the same choices, or compare all the same with --force",
        )

    def _shield(self, matches: Matches, report: ReleaseReport) -> None:
        """What a row that could not be read may be is not taken for vanished, nor what an export left out by choice."""
        aside = [one.raw.casefold() for one in self._release.set_aside]
        scope = self._release.scope
        kept = []
        for known in matches.vanished:
            words = (str(known.words[name]).strip().casefold() for name in ("recipient", "supplier", "designation"))
            if (aside and _may_be_among(list(words), aside)) or _left_out(known, scope):
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

    def _record(self, operations: Sequence[Operation], matches: Matches) -> None:
        report = stage(self._stages, f"release of {self._release.released}")
        size = CHUNK_DEALS if self._options.resume and not self._options.dry_run else max(1, len(operations))
        chunks = [operations[at : at + size] for at in range(0, len(operations), size)] or [[]]
        done = 0
        for chunk in chunks:
            with recording(self._journal, **self._ledger.stamp()) as session:
                self._register(session)
                for operation in chunk:
                    self._apply(session, operation, matches)
                    done += 1
                    if done % TOLD_EVERY == 0:
                        report(done, len(operations))

    def _register(self, session: Recording) -> None:
        """The release as a source, unless it is one already."""
        release = self._release
        stream = StreamId("source", release.key)
        if session.history(str(stream)).version:
            return
        fields = {
            "publisher": PUBLISHER,
            "title": NAME,
            "url": URL,
            "published": release.released.isoformat(),
            "reliability": self._options.reliability,
            "file": ", ".join(Path(name).name for name in release.files),
            "sha256": release.digest,
            "note": release.preamble or None,
        }
        session.take(Proposal(stream, "registered", {name: value for name, value in fields.items() if value}))

    def _apply(self, session: Recording, operation: Operation, matches: Matches) -> None:
        if operation.known is None:
            assert operation.row is not None
            self._add(session, operation, matches.perhaps.get(operation.row.number, ()))
        elif operation.row is None:
            self._take_back(session, operation.known)
        elif operation.classes:
            self._revise(session, operation.known, operation.row, operation.classes)

    def _add(self, session: Recording, operation: Operation, perhaps: tuple[str, ...]) -> None:
        row = operation.row
        assert row is not None
        stream = StreamId("deal", self._free_key(row))
        day = self._release.released.isoformat()
        for slot, fields in statements_of(row.words, row.buyer, row.supplier).items():
            dated = fields if slot == EXPECTED or "on" in fields else {**fields, "on": f"../{day}"}
            self._take(session, stream, event_of(slot), dated)
        about = {"perhaps": list(perhaps), "revisions": operation.classes, "note": _note(row.words)}
        listed = {"listed_in": NAME, "on": day, **row.words, **about}
        self._take(session, stream, LISTED, {name: value for name, value in listed.items() if value})

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

    def _take(self, session: Recording, stream: StreamId, event: str, fields: Mapping[str, Any]) -> None:
        session.take(Proposal(stream, event, {**fields, "source": self._release.key}))

    def _take_back(self, session: Recording, known: Known) -> None:
        """A deal that is no longer listed; what others say of it stands, and so does the opening they build on."""
        stream = StreamId.parse(known.deal)
        history = session.history(known.deal)
        others = any(not is_release(entry.event.source) for entry in history.entries.values())
        for slot, entry in reversed(_standing(history, by_year=self._release.by_year).items()):
            if slot != OPENED or not others:
                self._take(session, stream, "retracted", {"target": entry.id, "reason": VANISHED})

    def _revise(self, session: Recording, known: Known, row: Row, classes: tuple[Revision, ...]) -> None:
        stream = StreamId.parse(known.deal)
        history = session.history(known.deal)
        if known.gone:
            self._bring_back(session, stream, history)
        standing = _standing(history, by_year=self._release.by_year)
        old = statements_of(known.words, known.buyer, known.supplier)
        new = statements_of(row.words, row.buyer, row.supplier)
        for slot, fields in new.items():
            entry = standing.get(slot)
            if slot not in old:
                day = self._release.released.isoformat()
                dated = fields if slot == EXPECTED or "on" in fields else {**fields, "on": f"../{day}"}
                self._take(session, stream, event_of(slot), dated)
            elif entry is not None and fields != old[slot]:
                self._correct(session, stream, entry, slot, old[slot], fields)
        for slot in old:
            if slot not in new and slot in standing:
                self._drop(session, stream, standing[slot], slot, new, row)
        changes = {name: row.words.get(name) for name in changed_columns(known.words, row.words)}
        if LISTED in standing:
            wanted = {**changes, "revisions": list(classes)}
            if _note(known.words) != _note(row.words):
                wanted["note"] = _note(row.words)
            self._try(session, stream, standing[LISTED], wanted)

    def _bring_back(self, session: Recording, stream: StreamId, history: History) -> None:
        retractions = [
            entry
            for entry in history.entries.values()
            if isinstance(entry.event, Retracted)
            and entry.event.reason == VANISHED
            and is_release(entry.event.source)
            and entry.id not in history.repairs.retracted_by
        ]
        for entry in reversed(retractions):
            self._take(session, stream, "retracted", {"target": entry.id, "reason": REAPPEARED})

    def _correct(
        self,
        session: Recording,
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
            self._try(session, stream, entry, rest)
        if moved:
            said = {"target": entry.id, **{name: new[name] for name in MOVES}}
            self._take(session, stream, "expectation-revised", said)

    def _try(self, session: Recording, stream: StreamId, entry: Entry | Draft, changes: Mapping[str, Any]) -> None:
        """A correction, unless somebody has made it already."""
        try:
            said = {"target": entry.id, "set": dict(changes), "reason": NEWS}
            self._take(session, stream, "corrected", said)
        except WrongTarget:
            return

    def _drop(
        self, session: Recording, stream: StreamId, entry: Entry | Draft, slot: Slot, new: Statements, row: Row
    ) -> None:
        """A statement that the row no longer makes. A plan that the comment drops when all is delivered was met."""
        if slot != EXPECTED:
            self._take(session, stream, "retracted", {"target": entry.id, "reason": "no longer stated"})
        elif not _is_complete(row):
            self._take(session, stream, "expectation-withdrawn", {"target": entry.id, "reason": "no longer stated"})


def _standing(history: History, *, by_year: bool) -> dict[Slot, Entry | Draft]:
    """The entries by which the register states what it does, by slot, in the order of recording."""
    withdrawn = {
        entry.event.target for entry in history.entries.values() if isinstance(entry.event, ExpectationWithdrawn)
    }
    found: dict[Slot, Entry | Draft] = {}
    for entry in history.entries.values():
        event = entry.event
        if not is_release(event.source) or event.role is Role.REPAIR or entry.id in history.repairs.retracted_by:
            continue
        if event.name in ("expectation-revised", "expectation-withdrawn") or entry.id in withdrawn:
            continue
        slot = event.name
        if slot == DELIVERED and by_year:
            on = str(history.current(entry).on)
            slot = delivery_slot("" if on.startswith("..") else on, found)
        found[slot] = entry
    return found


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


def _operations(matches: Matches, believed: Sequence[Known], rows: Sequence[Row], names: Names) -> Iterator[Operation]:
    """What is to be done, the rows in the order of the file and then what vanished."""
    before = Vocabulary.of(known.words for known in believed if not known.gone)
    after = Vocabulary.of(row.words for row in rows)
    is_first = not believed
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
    release: Release, rows: Sequence[Row], duplicates: int, *, is_first: bool, dry_run: bool
) -> ReleaseReport:
    repaired = release.count("repaired")
    return ReleaseReport(
        released=release.released,
        source=release.key,
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


def _left_out(known: Known, scope: Scope) -> bool:
    """Whether an export of this scope does not hold the row by choice."""
    if scope.undelivered is False and "years" not in known.words and not known.words.get("deliveries"):
        return True
    asked = ((scope.suppliers, known.words["supplier"]), (scope.recipients, known.words["recipient"]))
    return any(
        words is not None and not words.casefold().startswith("all") and str(name).casefold() not in words.casefold()
        for words, name in asked
    )


def _slug(text: str) -> str:
    plain_text = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower()
    return NO_WORD.sub("-", plain_text).strip("-")[:SLUG_LENGTH].strip("-")


def _set_aside(release: Release) -> SetAsideFile:
    """The rows that were set aside, under a preamble that tells their release."""
    day = release.released
    names = ", ".join(Path(name).name for name in release.files)
    head = f"Rows set aside from {names}. Data generated: {day.isoformat()}"
    lines = [head, release.header or ",".join(REGISTER_HEADER), *(one.raw for one in release.set_aside)]
    return SetAsideFile(day, "\n".join(lines) + "\n", len(release.set_aside))
