"""Taking releases of SIPRI's register: the first as it is, each later one as a change of belief.

Files are read to rows, the rows matched with those that the ledger holds, and each match is an operation on a deal,
which is recorded as entries. These are asserted on the day of the release.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypedDict

from armsledger.application.codes import Codes
from armsledger.application.recording.look_alikes import taken_key
from armsledger.application.recording.transaction import RolledBack, open_recording
from armsledger.application.session import Session, Stages, silent, stage
from armsledger.application.sipri.days import (
    Addition,
    added_to,
    complete_pairs,
    faces_for,
    with_renames,
    with_whole_rows,
    years_held,
)
from armsledger.application.sipri.entries import ReleaseEntries
from armsledger.application.sipri.proposing import pairs_of
from armsledger.application.sipri.register import (
    SOURCE_PREFIX,
    TakenRelease,
    held_row,
    listing_of,
    review_keys,
    taken_releases,
)
from armsledger.application.sipri.report import Import, ReleaseReport, SetAsideFile
from armsledger.application.sipri.standing import Releases
from armsledger.application.upkeep import transaction_in_step
from armsledger.domain.errors import LedgerError
from armsledger.domain.registers.columns import has_deal_face, has_year_face
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.known import Known
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.sipri.matching import HeldRow, Matches, match
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.operations import Operation, leave_alone, operations_of
from armsledger.exchange.sipri.preamble import Scope
from armsledger.exchange.sipri.reader import read_releases
from armsledger.exchange.sipri.release import DamagedRegister, Release, as_one
from armsledger.exchange.sipri.review import Pair
from armsledger.exchange.sipri.row import RegisterRow
from armsledger.exchange.sipri.years import Years
from armsledger.storage.driver_errors import persistently
from armsledger.storage.journal import Journal

CHUNK_DEALS: Final = 2000
MANY_VANISHED: Final = 20
MANY_VANISHED_PER_CENT: Final = 20
DEALS_AT_ONCE: Final = 100
"""Deals of which the histories are read together."""


class ReleaseOutOfOrder(LedgerError):
    """Releases are taken in the order of their dates: each is compared with the one before."""


class ScopeDiffers(LedgerError):
    """Two exports that were asked for other parties or years cannot be compared."""


class TooManyVanished(LedgerError):
    """So many rows are missing that the file is more likely a part of the register."""


class ReleaseHalfTaken(LedgerError):
    """A release whose import by chunks was interrupted must be finished first."""


class LayoutDiffers(LedgerError):
    """Two releases in different layouts cannot be compared: each says what the other does not."""


class TakingOptions(TypedDict, total=False):
    """How releases of the register are taken.

    ``reliability`` is their grade as sources (B). ``strict`` refuses a file with a row that cannot be read, ``force``
    compares an export that was asked for other parties or years, and ``accept_vanished`` takes a file that lacks more
    than a fifth of the rows known. ``resume`` takes releases by chunks, from where an import was interrupted;
    ``dry_run`` records nothing.
    """

    reliability: Reliability | None
    strict: bool
    force: bool
    accept_vanished: bool
    resume: bool
    dry_run: bool


class Options(NamedTuple):
    """How releases are taken; but for ``review``, these are `TakingOptions`."""

    reliability: Reliability | None = "B"
    strict: bool = False
    force: bool = False
    accept_vanished: bool = False
    dry_run: bool = False
    resume: bool = False
    review: bool = False
    """Whether to answer with the pairs of deals that the releases leave open or have joined."""


def import_sipri(
    session: Session,
    paths: Sequence[str | Path],
    *,
    released: date | None = None,
    options: Options | None = None,
    stages: Stages = silent,
) -> Import:
    """Take the releases that files hold, in order of their dates: all of them or nothing, but for ``resume``.

    Raises UnreadableDossier, NoRegister, DamagedRegister (if ``strict``), ReleaseOutOfOrder, ScopeDiffers,
    LayoutDiffers and TooManyVanished.
    """
    options = options or Options()
    names = Names(Codes())
    releases = read_releases(paths, names.party, released, stage(stages, "reading"))
    for release in releases:
        _check_day(release, session.today)
    problems = [problem for release in releases for problem in release.problems if problem.kind != "noted"]
    if options.strict and problems:
        raise DamagedRegister(problems)
    if options.resume and not session.exists() and not options.dry_run:
        session.create()
    with session.updater.reporting(stage(stages, "read models")):
        taken, pairs = persistently(
            lambda: _take_all(session, releases, names, options, stages), session.timeout_seconds
        )
    set_aside = tuple(
        SetAsideFile(release.released, aside.text, aside.rows)
        for release, report in taken
        for aside in release.set_aside_texts(report.may_be)
    )
    return Import(tuple(report for _, report in taken), set_aside, tuple(pairs))


def _check_day(release: Release, today: date) -> None:
    if release.released > today:
        raise LedgerError(
            f"{release.files[0]} is of {release.released}, which is after today, {today}",
            remedy="check the date of the release (--released) or the clock of this machine",
        )


def _take_all(
    session: Session, releases: Sequence[Release], names: Names, options: Options, stages: Stages
) -> tuple[list[tuple[Release, ReleaseReport]], list[Pair]]:
    """Take all releases in one transaction, or chunk by chunk if the import is to be resumed where it ends."""
    with session.writing(dry_run=options.dry_run) as journal:
        reports: list[tuple[Release, ReleaseReport]] = []
        pairs: list[Pair] = []
        if options.resume and not options.dry_run:
            for release in releases:
                for part in _parts_to_take(journal, release):
                    reports.append((part, _Intake(session, journal, part, names, options, stages).run()))
            return reports, _review(journal, reports, options)
        try:
            with journal.transaction() if options.dry_run else transaction_in_step(session, journal):
                for release in releases:
                    for part in _parts_to_take(journal, release):
                        reports.append((part, _Intake(session, journal, part, names, options, stages).run()))
                pairs = _review(journal, reports, options)
                if options.dry_run:
                    raise RolledBack
        except RolledBack:
            pass
        return reports, pairs


def _review(journal: Journal, reports: Sequence[tuple[Release, ReleaseReport]], options: Options) -> list[Pair]:
    """The pairs that the releases leave open or have joined, if they were asked for."""
    return pairs_of(journal.reader, {report.source for _, report in reports}) if options.review else []


def _parts_to_take(journal: Journal, release: Release) -> list[Release]:
    """The release, or each layout of its own where others of its day have been taken."""
    same = [other.digest for other in taken_releases(journal.reader) if other.released == release.released]
    if not release.has_both_layouts or not same or release.digest in same:
        return [release]
    return [as_one([one for one in release.exports if one.by_year == by_year]) for by_year in (False, True)]


def _asked(scope: Scope) -> str:
    """What an export was asked for, beside orders."""
    return str(scope._replace(undelivered=None, layout=None)) or "all parties and years"


def _new_rows(addition: Addition) -> list[RegisterRow]:
    """The rows that tell anything new."""
    changed = [operation.row for operation in addition.operations if operation.row is not None]
    return [*changed, *addition.matches.new, *(row for _, row in addition.matches.pairs)]


class _Intake:
    """One release on its way into a ledger."""

    def __init__(
        self, session: Session, journal: Journal, release: Release, names: Names, options: Options, stages: Stages
    ) -> None:
        self._session = session
        self._journal = journal
        self._reader = journal.reader
        self._release = release
        self._names = names
        self._options = options
        self._stages = stages
        self._in_chunks = options.resume and not options.dry_run
        self._source = ""
        self._releases: Releases = frozenset()
        self._reviews = review_keys(self._reader)
        self._keys: set[str] = set()
        """The keys of deals that are taken."""
        self._done: set[str] = set()
        """The deals in which an interrupted import has recorded this release."""
        self._remainders: list[HeldRow] = []
        """The deals that are gone, and of which something stands all the same."""

    def run(self) -> ReleaseReport:
        """Take the release; raises what import_sipri does."""
        release, rows = self._release, self._release.distinct_rows()
        taken = taken_releases(self._reader)
        earlier = [other for other in taken if other.released < release.released]
        same = next((other for other in taken if other.released == release.released), None)
        self._source = same.key if same is not None else self._free_source()
        self._releases = frozenset(other.key for other in taken) | {self._source}
        report = ReleaseReport.of(release, self._source, len(rows), is_first=not earlier, dry_run=self._options.dry_run)
        report.duplicates = release.repeated
        if taken and taken[-1].released > release.released:
            self._check_taken(rows, taken[-1], same)
        elif same is None or same.digest != release.digest or not same.is_whole:
            self._take(report, rows, earlier, same)
            return report
        report.unchanged = len(rows)
        return report

    def _take(
        self, report: ReleaseReport, rows: list[RegisterRow], earlier: list[TakenRelease], same: TakenRelease | None
    ) -> None:
        """Compare the release with the rows that the ledger holds, and record what it does."""
        if same is not None and same.digest != self._release.digest and not same.is_whole:
            raise ReleaseHalfTaken(
                f"only a part of the release of {self._release.released} was taken so far, "
                f"and not from {self._release.files[0]}",
                remedy="finish it first: import the file that it was begun with, with --resume",
            )
        before = self._reader.head()
        adds = same is not None and same.is_whole
        is_compared = not adds or self._is_other_layout(same, earlier)
        held = self._held(frozenset(release.key for release in earlier) | ({self._source} if adds else set()))
        if held and not adds:
            self._check_layout(held)
        joining: list[Operation] = []
        if not is_compared:
            assert same is not None
            addition = added_to(same, held, self._release, self._names)
            matches, joining = addition.matches, addition.operations
            report.unchanged = addition.unchanged
            report.count_joined(addition.joined)
        else:
            faces = faces_for(self._release, held)
            matches = match(faces, rows)
            with_whole_rows(matches, held, self._release)
            report.left_out, report.may_be = leave_alone(matches, self._release, self._names)
            with_renames(matches, faces, held, rows, self._release)
            complete_pairs(matches)
            report.scope = str(self._release.scope)
            report.count_joined(self._release.joined)
        operations = [*joining, *operations_of(matches, held, rows, partial(self._was_asked, earlier))]
        report.count(operations, matches)
        if is_compared and (told := self._in_this_layout(earlier)):
            self._check_years(told[-1], held)
            self._check_scope(report, told[-1])
            self._check_vanished(report, sum(not row.gone for row in held))
        if is_compared:
            paired = {old.deal for old, _ in matches.pairs}
            operations += [Operation(old, None, ()) for old in self._remainders if old.deal not in paired]
        self._record(operations, matches)
        if (not adds and (self._in_chunks or same is not None)) or (adds and self._extends(same, before)):
            with open_recording(self._session, self._journal) as recording:
                entries = ReleaseEntries(recording, self._release, self._source, self._releases)
                entries.extend(same) if adds and same is not None else entries.finish()
        report.recorded = self._reader.head() - before
        report.first, report.last = (before + 1, self._reader.head()) if report.recorded else (0, 0)

    def _in_this_layout(self, releases: Sequence[TakenRelease]) -> list[TakenRelease]:
        """Those of some releases that are in a layout of this one."""
        by_year = {export.by_year for export in self._release.files_by_layout}
        return [other for other in releases if any(other.scope.tells(by_year=one) for one in by_year)]

    def _is_other_layout(self, same: TakenRelease | None, earlier: Sequence[TakenRelease]) -> bool:
        """Whether this layout was taken of earlier days, but not yet of this one: then it is compared with those."""
        return same is not None and not self._in_this_layout([same]) and bool(self._in_this_layout(earlier))

    def _extends(self, same: TakenRelease | None, before: int) -> bool:
        """Whether the release has more than the exports of its day that were taken before."""
        if same is None or self._release.scope.years is None:
            return False  # rows that were set aside are of an export that was taken
        joined = same.scope.joined(self._release.scope)._replace(undelivered=same.scope.undelivered)
        return self._reader.head() > before or joined != same.scope

    def _free_source(self) -> str:
        """A key for the release as a source, which is not the key of a source that somebody else registered."""
        base = f"{SOURCE_PREFIX}{self._release.released}"
        key, number = base, 1
        while self._reader.version_of(f"source/{key}"):
            number += 1
            key = f"{base}-register" + (f"-{number - 1}" if number > 2 else "")  # the first needs no number
        return key

    def _held(self, releases: Releases) -> list[HeldRow]:
        """The rows of some releases in their own words. Notes keys that are taken, and what this release has done."""
        held = []
        for stream, entries in self._reader.streams_grouped("deal"):
            listing = listing_of(stream, entries, releases, own=True, reviews=self._reviews)
            if listing is not None:
                held.append(held_row(listing, self._names.known))
                if listing.has_remainder:
                    self._remainders.append(held[-1])
            is_begun = self._source not in releases
            if is_begun and any(entry.event.source == self._source for entry in entries):
                self._done.add(stream)
            if not is_begun or entries[0].event.source != self._source:
                self._keys.add(stream.partition("/")[2])
        return held

    def _check_taken(self, rows: Sequence[RegisterRow], latest: TakenRelease, same: TakenRelease | None) -> None:
        """Refuse an earlier release that has new rows; one that the ledger holds may be imported again."""
        then = Known(day=self._release.released.toordinal())
        grouped = self._reader.streams_grouped("deal")
        listings = (
            listing_of(stream, entries, self._releases, then, own=True, reviews=self._reviews)
            for stream, entries in grouped
        )
        held = [held_row(listing, self._names.known) for listing in listings if listing is not None]
        new = list(rows) if same is None else _new_rows(added_to(same, held, self._release, self._names))
        if new:
            raise ReleaseOutOfOrder(
                f"{self._release.files[0]} is the release of {self._release.released}, and the ledger has taken that "
                f"of {latest.released}; {len(new):,} of its rows are new to it, such as line {new[0].line}",
                remedy="import releases, and rows of theirs that were set aside, before the next one is taken",
            )

    def _check_layout(self, held: Sequence[HeldRow]) -> None:
        """Refuse a release in one layout if the ledger holds the other one only."""
        has_face = has_year_face if self._release.by_year else has_deal_face
        if not self._release.has_both_layouts and not any(has_face(row.words) for row in held if not row.gone):
            raise LayoutDiffers(
                f"{self._release.files[0]} is in another layout than the release that the ledger holds: "
                "one tells deliveries by year, and the other comments and numbers ordered",
                remedy="export both in one layout; or take both layouts of one day, which complete each other",
            )

    def _was_asked(self, earlier: Sequence[TakenRelease], row: RegisterRow) -> bool:
        """Whether one of some earlier releases had a place for a row."""
        return any(not other.scope.leaves_out(row.words, row.buyer, row.supplier, self._names) for other in earlier)

    def _check_years(self, before: TakenRelease, held: Sequence[HeldRow]) -> None:
        """Refuse an export of some years alone, if deals have deliveries in other years as well."""
        asked = self._release.years
        if asked.covers(Years.asked(before.scope.in_layout(by_year=self._release.by_year).years)):
            return
        split = [years for years in years_held(self._release, held) if asked.within(years) not in (frozenset(), years)]
        if split:
            raise ScopeDiffers(
                f"{self._release.files[0]} holds some years only ({_asked(self._release.scope)}), and {len(split):,} "
                "deals have deliveries in these and in others: alone, it would take the others back",
                remedy="import it together with the exports of the other years, of the same day",
            )

    def _check_scope(self, report: ReleaseReport, before: TakenRelease) -> None:
        scope = before.scope.in_layout(by_year=self._release.by_year)
        if self._release.years.covers(Years.asked(scope.years)):
            scope = scope._replace(years=None)  # there is no row that it leaves out for its year
        if self._options.force or not scope.asks_otherwise(self._release.scope):
            return
        raise ScopeDiffers(
            f"{self._release.files[0]} was asked for other parties or years ({_asked(self._release.scope)}) than the "
            f"release of {before.released} ({_asked(before.scope)}); compared all the same, {report.would()}",
            remedy="export the register with the same choices, or import all exports of that day together; "
            "or take it with --force, at first with --dry-run",
        )

    def _check_vanished(self, report: ReleaseReport, live: int) -> None:
        limit = max(MANY_VANISHED, live * MANY_VANISHED_PER_CENT // 100)
        if report.vanished <= limit or self._options.accept_vanished:
            return
        raise TooManyVanished(
            f"{self._release.files[0]} lacks {report.vanished:,} of the {live:,} rows that the ledger holds, as a part "
            f"of the register or a damaged file would; taken as it is, {report.would()}",
            remedy="check that the file is whole; if SIPRI has dropped them, take it with --accept-vanished, "
            "at first with --dry-run",
        )

    def _record(self, operations: Sequence[Operation], matches: Matches) -> None:
        report = stage(self._stages, f"release of {self._release.released}")
        operations = [operation for operation in operations if not operation.changes_nothing]
        size = CHUNK_DEALS if self._in_chunks else max(1, len(operations))
        chunks = [operations[at : at + size] for at in range(0, len(operations), size)] or [[]]
        done = 0
        for chunk in chunks:
            with open_recording(self._session, self._journal) as recording:
                entries = ReleaseEntries(recording, self._release, self._source, self._releases)
                entries.register(self._options.reliability, unfinished=self._in_chunks)
                for start in range(0, len(chunk), DEALS_AT_ONCE):
                    some = [
                        (self._stream_of(operation), operation) for operation in chunk[start : start + DEALS_AT_ONCE]
                    ]
                    recording.fetch([str(stream) for stream, _ in some])
                    for stream, operation in some:
                        self._apply(entries, stream, operation, matches)
                    done += len(some)
                    report(done, len(operations))

    def _stream_of(self, operation: Operation) -> StreamId:
        """The deal of an operation; a new one gets a key that is free."""
        if operation.held is not None:
            return StreamId.parse(operation.held.deal)
        assert operation.row is not None
        return StreamId("deal", self._free_key(operation.row))

    def _apply(self, entries: ReleaseEntries, stream: StreamId, operation: Operation, matches: Matches) -> None:
        held, row = operation.held, operation.row
        if held is None:
            assert row is not None
            if str(stream) not in self._done:
                entries.add(stream, row, operation.classes, matches.perhaps.get(row.number, ()))
        elif held.deal in self._done:
            return
        elif row is None:
            entries.take_back(held)
        else:
            entries.revise(held, row, operation.classes, operation.renamed)

    def _free_key(self, row: RegisterRow) -> str:
        """The key of a new deal, numbered if other deals have the same."""
        base = taken_key(SOURCE_PREFIX + row.deal_key)
        key, number = base, 1
        while key in self._keys:
            number += 1
            key = f"{base}-{number}"
        self._keys.add(key)
        return key
