"""The ledger: everything a user does, as methods."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from getpass import getuser
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypedDict

from armsledger.application.question import KnownBy, ask
from armsledger.application.stages import Stages, silent
from armsledger.application.view import View
from armsledger.domain.errors import UsageError
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.stream import Address, StreamId
from armsledger.projections.read_models.findings import FindingRow
from armsledger.projections.read_models.trail import LogRow
from armsledger.projections.rows import Rows
from armsledger.storage.address import Server
from armsledger.storage.errors import LedgerMissing
from armsledger.storage.journal import Journal, JournalInfo

if TYPE_CHECKING:
    from sqlalchemy import Select

    from armsledger.application.comparison import Comparison
    from armsledger.application.exporting.tables import Exported
    from armsledger.application.maintenance.checkpointing import Proved, Signed
    from armsledger.application.maintenance.diagnosis import Sign
    from armsledger.application.maintenance.forgetting import Forgotten, PersonRow
    from armsledger.application.maintenance.moving import Moved
    from armsledger.application.maintenance.verifying import Verification
    from armsledger.application.recording.importing import Imported
    from armsledger.application.recording.recording import Recorded, RecordReport
    from armsledger.application.recording.spreadsheets import SheetImport
    from armsledger.application.replay import Replay
    from armsledger.application.sipri.intake import Import
    from armsledger.application.sipri.revisions import RevisionRow
    from armsledger.application.upkeep import ReadModelState
    from armsledger.domain.finding import Finding
    from armsledger.domain.proposal import Proposal
    from armsledger.domain.values.grade import Reliability
    from armsledger.projections.projection import Projection
    from armsledger.projections.rebuild import Progress
    from armsledger.storage.copying.migrations import Migrated
    from armsledger.storage.postgres.roles import Roles
    from armsledger.storage.proofs.tree import TreeHead
    from armsledger.storage.reader import JournalReader
    from armsledger.storage.transaction import Transaction

Clock = Callable[[], datetime]
Notice = Callable[[str], None]
DEFAULT_ADDRESS = "armsledger.db"
ADDRESS_VARIABLE = "ARMSLEDGER_LEDGER"
RECORDER_VARIABLE = "ARMSLEDGER_RECORDED_BY"
TIMEOUT_VARIABLE = "ARMSLEDGER_TIMEOUT_SECONDS"
DEFAULT_TIMEOUT_SECONDS = 10.0
MOST_SECONDS = 86_400.0


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def tell(notice: str) -> None:
    """Write a notice to the log."""
    logging.getLogger("armsledger").warning(notice)


def default_address() -> str:
    """``ARMSLEDGER_LEDGER``, else ``armsledger.db`` in the current folder."""
    return os.environ.get(ADDRESS_VARIABLE) or DEFAULT_ADDRESS


def default_recorder() -> str:
    """``ARMSLEDGER_RECORDED_BY``, else the name of the user."""
    try:
        return os.environ.get(RECORDER_VARIABLE) or getuser()
    except (KeyError, OSError):
        return "unknown"


def checked_recorder(name: str) -> str:
    """The name that entries are recorded under; raises UsageError for one that no database stores."""
    if "\0" in name or not name.isprintable():
        raise UsageError(
            f"{name!a:.200} cannot be the name that entries are recorded under: it is not all plain text",
            remedy=f"set {RECORDER_VARIABLE} to a name in letters",
        )
    return name


def default_timeout_seconds() -> float:
    """``ARMSLEDGER_TIMEOUT_SECONDS``, else 10: how long to wait for another writer. Raises UsageError."""
    text = os.environ.get(TIMEOUT_VARIABLE)
    if not text:
        return DEFAULT_TIMEOUT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MOST_SECONDS:
        raise UsageError(
            f"{TIMEOUT_VARIABLE} is {text!r}, which is no number of seconds",
            remedy="set it to a number such as 0.5 or 60, or unset it",
        )
    return seconds


def _two_beliefs(known: Any) -> tuple[Any, Any]:
    """Both belief dates of a comparison; raises UsageError."""
    try:
        earlier, later = known
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"a comparison takes two belief dates, not {known!r}",
            remedy="write known=('2021-11-12', '2021-12-31'); None stands for everything recorded",
        ) from error
    return earlier, later


class RecordingOptions(TypedDict):
    """What is the same for all entries of one recording."""

    recorded_by: str
    today: date
    codes: CodeLists


class Ledger:
    """A ledger of arms deals, at a path or database URL.

    Reading needs a ledger that exists; recording into a missing file makes it. ``recorded_by`` is the
    name that entries are recorded under; ``timeout_seconds`` is how long to wait for another writer
    (default: ``ARMSLEDGER_TIMEOUT_SECONDS``, else 10). ``projections`` are the read models that are kept
    with every append (default: the built-in ones and those of installed packages); ``notice`` is told what
    takes time unasked, such as a read model that has to be built anew (default: the log ``armsledger``).
    Errors are kinds of ``LedgerError``; ``Refused`` and its kinds mean that an entry was not taken, and then
    nothing was stored.
    """

    def __init__(
        self,
        address: str | Path | None = None,
        *,
        recorded_by: str | None = None,
        clock: Clock = utc_now,
        timeout_seconds: float | None = None,
        projections: Iterable[Projection] | None = None,
        notice: Notice = tell,
    ) -> None:
        self.address = str(address) if address is not None else default_address()
        self.recorded_by = checked_recorder(recorded_by or default_recorder())
        self._clock = clock
        self.timeout_seconds = default_timeout_seconds() if timeout_seconds is None else timeout_seconds
        self._projections = None if projections is None else tuple(projections)
        self._registered: list[Projection] = []
        self._notice = notice
        self._journal: Journal | None = None
        self._opening = RLock()
        self._is_gone = False

    @classmethod
    def in_memory(cls, *, recorded_by: str | None = None, clock: Clock = utc_now, **options: Any) -> Self:
        """An empty ledger that is gone when it is closed, for trials."""
        ledger = cls(":memory:", recorded_by=recorded_by, clock=clock, **options)
        ledger._journal = Journal.in_memory(clock=clock, keep=ledger._keep)
        return ledger

    @classmethod
    def create(cls, address: str | Path | None = None, **options: Any) -> Self:
        """Make an empty ledger; raises LedgerExists if there is one."""
        ledger = cls(address, **options)
        ledger._journal = Journal.create(
            ledger.address, clock=ledger._clock, timeout_seconds=ledger.timeout_seconds, keep=ledger._keep
        )
        if isinstance(ledger._journal.place, Server):  # whoever records there may have no right to make tables
            ledger.rebuild()
        return ledger

    def grant_roles(self, prefix: str = "armsledger") -> Roles:
        """Make the roles PREFIX_owner, PREFIX_writer and PREFIX_reader of a ledger on PostgreSQL, each with its rights.

        The writer can add entries and not change them. To be repeated when read models of one's own were added.
        Raises UsageError for a ledger in a file.
        """
        from armsledger.application.maintenance.roles import grant

        return grant(self, prefix)

    def close(self) -> None:
        """Close the files; the object and its views open them again when they are next used."""
        with self._opening:
            if self._journal is not None:
                self._journal.close()
                self._is_gone = self._journal.place is None
                self._journal = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({self.address!r})"

    # Recording

    def record(self, stream: str, event: str, *, id: str | None = None, **fields: Any) -> Recorded:
        """Append one event: ``ledger.record("deal/x", "tranche-paid", on="2019", amount="USD 8m", source="s")``.

        Fields are those of the event in the catalogue, as text or values. Raises Refused and its kinds.
        """
        from armsledger.domain.proposal import Proposal
        from armsledger.storage.persistence import persistently

        proposal = Proposal(StreamId.parse(stream), event, fields, id)
        return persistently(lambda: self._record(proposal), self.timeout_seconds)

    def _record(self, proposal: Proposal) -> Recorded:
        """One try at it."""
        from armsledger.application.recording.recording import Recorded, recording

        with self.writing() as journal, recording(journal, **self.stamp()) as session:
            before = journal.reader.head()
            draft, known = session.take(proposal)
            entry = draft or known
            assert entry is not None
            entry = next(iter(session.flush()), entry)
            findings = self.news(journal.reader, before, [entry.stream])
        return Recorded(entry.address, entry, findings, known_before=draft is None)

    def correct(self, entry: str, *, set: Mapping[str, Any], reason: str, **fields: Any) -> Recorded:
        """Give fields of an entry (``deal/x@7``) other values; what was written stays in the trail."""
        stream = Address.parse(entry).stream
        return self.record(stream, "corrected", target=entry, set=dict(set), reason=reason, **fields)

    def retract(self, entry: str, *, reason: str, **fields: Any) -> Recorded:
        """Take an entry (``deal/x@7``) back; it stays in the trail and counts no longer."""
        stream = Address.parse(entry).stream
        return self.record(stream, "retracted", target=entry, reason=reason, **fields)

    def forget(self, person: str, *, reason: str | None = None) -> Forgotten:
        """Make the name of somebody whom entries quote unreadable, for ever: its key is destroyed, no entry changes.

        ``person`` is the name to the letter, or the person's id (`persons`). Raises UnknownPerson.
        docs/erasure.md says what this reaches and what it cannot.
        """
        from armsledger.application.maintenance.forgetting import forget

        return forget(self, person, reason)

    def persons(self) -> Rows[PersonRow]:
        """Everybody whom entries quote, with the number of entries; who was forgotten has no name any more."""
        from armsledger.application.maintenance.forgetting import person_rows

        return person_rows(self.journal().reader)

    def record_file(
        self, path: str | Path, *, dry_run: bool = False, progress: Callable[[int], None] | None = None
    ) -> RecordReport:
        """Record a dossier (YAML or JSONL), whole or not at all; recording it again adds nothing.

        ``progress`` is called with the number of entries decided upon so far.
        """
        from armsledger.application.recording.dossiers import record_dossier
        from armsledger.exchange.dossiers.dossier import open_dossier

        with open_dossier(Path(path)) as dossier:
            return record_dossier(self, dossier, dry_run=dry_run, progress=progress)

    def record_stream(self, stream: BinaryIO, *, name: str = "standard input", dry_run: bool = False) -> RecordReport:
        """Record a dossier from an open binary file."""
        from armsledger.application.recording.dossiers import record_dossier
        from armsledger.exchange.dossiers.dossier import open_dossier

        with open_dossier(None, stdin=stream, name=name) as dossier:
            return record_dossier(self, dossier, dry_run=dry_run)

    def import_sipri(
        self,
        *files: str | Path,
        released: date | None = None,
        reliability: Reliability | None = "B",
        strict: bool = False,
        force: bool = False,
        resume: bool = False,
        dry_run: bool = False,
        stages: Stages = silent,
    ) -> Import:
        """Take releases of SIPRI's register of arms transfers, each later one as a change of belief.

        ``released`` is the day of the release where a file does not say, ``reliability`` the grade of each release as a
        source. All is taken or nothing; with ``resume``, by chunks, going on where an import was interrupted. What
        cannot be read is set aside in the answer, or refused if ``strict``; ``force`` compares exports of other scope.
        Raises UnreadableDossier, NoRegister, DamagedRegister, ReleaseOutOfOrder, ScopeDiffers, LayoutDiffers and
        TooManyVanished.
        """
        from armsledger.application.sipri.intake import Options, import_sipri

        options = Options(reliability, force, dry_run, resume)
        return import_sipri(self, files, released=released, strict=strict, options=options, stages=stages)

    def import_csv(
        self,
        path: str | Path,
        *,
        mapping: str | Path | Mapping[str, Any],
        sheets: Iterable[str] = (),
        dry_run: bool = False,
        rows: int = 5,
        stages: Stages = silent,
    ) -> SheetImport:
        """Take a CSV file or a workbook (.xlsx) whole, or not at all; taking it again adds nothing.

        ``mapping`` says what the rows tell: a file, or its content as plain values (docs/spreadsheets.md). ``sheets``
        are read in place of those it names. A dry run answers with the first ``rows`` as entries. Raises
        UnreadableDossier, UsageError, and Refused and its kinds.
        """
        from armsledger.application.recording.spreadsheets import import_spreadsheet

        return import_spreadsheet(self, Path(path), mapping, sheets=sheets, dry_run=dry_run, rows=rows, stages=stages)

    # Reading

    def at(
        self,
        at: str | date | None = None,
        known: str | date | int | None = None,
        known_by: KnownBy | str = "recorded",
    ) -> View:
        """The ledger at a date (default today), as known at a belief date (default: everything recorded).

        ``known`` is a date (the whole day counts), a UTC time, or a position (``"@123"`` or 123);
        ``known_by="asserted"`` goes by when the sources spoke. Raises UsageError.
        """
        return View(self._reader, ask(self._reader(), at, known, known_by, self.today), self.projection, self)

    def log(
        self,
        stream: str | None = None,
        *,
        at: str | date | None = None,
        known: str | date | int | None = None,
        known_by: str = "recorded",
        **filters: Any,
    ) -> Rows[LogRow]:
        """The audit trail in order of recording, of one stream or all; with ``at``, of what had begun by then."""
        return self.at(at, known, known_by).log(stream, begun=at is not None, **filters)

    def check(
        self,
        stream: str | None = None,
        *,
        at: str | date | None = None,
        known: str | date | int | None = None,
        known_by: str = "recorded",
    ) -> Rows[FindingRow]:
        """What does not fit in the histories, in one stream or all."""
        return self.at(at, known, known_by).findings(stream)

    def replay(
        self,
        stream: str,
        to: str | date | None = None,
        *,
        known: str | date | int | None = None,
        known_by: str = "recorded",
    ) -> Replay:
        """The history of a stream up to a date, entry by entry, with the state after each."""
        from armsledger.application.replay import replay

        return replay(self.at(to, known, known_by), stream)

    def compare(
        self,
        stream: str | None = None,
        *,
        known: tuple[str | date | int | None, str | date | int | None],
        known_by: str = "recorded",
        at: str | date | None = None,
        releases: bool = True,
    ) -> Comparison:
        """What changed in the belief about a date between two belief dates, and which entries changed it.

        Without ``releases``, deals are left out of which only a register's releases say something else: ``revisions``
        tells those.
        """
        from armsledger.application.comparison import compare

        earlier, later = _two_beliefs(known)
        return compare(self.at(at, earlier, known_by), self.at(at, later, known_by), stream, releases=releases)

    def revisions(
        self,
        *,
        known: tuple[str | date | int | None, str | date | int | None],
        known_by: str = "asserted",
        **filters: Any,
    ) -> Rows[RevisionRow]:
        """The deals of which the row in SIPRI's register changed between two belief dates, and how."""
        from armsledger.application.sipri.revisions import RevisionRow, revision_rows

        earlier, later = _two_beliefs(known)
        rows = revision_rows(self.at(None, earlier, known_by), self.at(None, later, known_by))
        return Rows(RevisionRow, rows).where(**filters)

    def export(
        self,
        path: str | Path,
        *,
        at: str | date | None = None,
        known: str | date | int | None = None,
        known_by: str = "recorded",
        **asked: Any,
    ) -> Exported:
        """Write rows at a date and a belief to a file for other programs; what may be asked stands at `View.export`.

        With ``at``, the log holds what had begun by then. Whole ledgers, to be recorded elsewhere: `export_jsonl`.
        """
        return self.at(at, known, known_by).export(path, begun=at is not None, **asked)

    def export_jsonl(self, path: str | Path, *, replace: bool = False) -> int:
        """Write all entries as JSONL, which can be recorded into an empty ledger; returns how many.

        Never over the ledger itself, whatever ``replace`` says.
        """
        from armsledger.exchange.atomic import writing
        from armsledger.exchange.dossiers.jsonl_export import export_as_stored
        from armsledger.exchange.errors import NotWritable

        if self.stands_at(path):
            raise NotWritable(str(path), "the ledger itself is there")
        entries = self.journal().reader.entries_as_stored()
        with writing(path, replace=replace) as out:
            return export_as_stored(entries, out)

    def info(self) -> JournalInfo:
        """What the ledger is and holds."""
        return self.journal().info()

    def streams(self, kind: str | None = None) -> list[str]:
        """The names of all streams, or those of one kind."""
        return self.journal().reader.streams(kind)

    # Trust

    def read_models(self) -> list[ReadModelState]:
        """How the read models stand: ``name``, ``position``, and whether answers come from it: ``current``."""
        from armsledger.application.upkeep import read_model_states

        return read_model_states(self.journal(), self.projections())

    def root(self) -> TreeHead:
        """How many entries there are, and the root of the Merkle tree over them: ``size``, ``root``, ``hex``."""
        from armsledger.application.maintenance.checkpointing import root_of

        return root_of(self)

    def verify(
        self,
        *,
        checkpoints: Iterable[str | Path] = (),
        keys: Iterable[str | Path] = (),
        journal_only: bool = False,
        stages: Stages = silent,
        workers: int | None = None,
    ) -> Verification:
        """Compute everything anew that can be, and tell what does not fit what is stored and what was signed.

        ``checkpoints`` are files that `checkpoint` wrote, ``keys`` verifier keys, as text or file. ``journal_only``
        leaves payloads and read models out, which is much faster. ``stages`` is told how far it has come.
        """
        from armsledger.application.maintenance.verifying import verify

        return verify(self, checkpoints, keys, journal_only=journal_only, stages=stages, workers=workers)

    def examine(self, *, quick: bool = False, stages: Stages = silent) -> list[Sign]:
        """Look the ledger over without changing anything: what is wrong, and what to do about it.

        With ``quick``, entries and read models are not computed anew.
        """
        from armsledger.application.maintenance.doctor import examine

        return examine(
            self.address,
            self.projections(),
            self.now,
            quick=quick,
            stages=stages,
            timeout_seconds=self.timeout_seconds,
        )

    def checkpoint(self, file: str | Path, key: str | Path, *, replace: bool = False) -> Signed:
        """Sign for all that is recorded, with the signer key in a file, and write the note to ``file``.

        Nothing is verified. Raises FileExists unless ``replace``, and an error for an empty ledger.
        """
        from armsledger.application.maintenance.checkpointing import checkpoint

        return checkpoint(self, file, key, replace=replace)

    def prove(
        self,
        entry: str | int,
        file: str | Path,
        *,
        key: str | Path | None = None,
        checkpoint: str | Path | None = None,
        replace: bool = False,
    ) -> Proved:
        """Write a proof that an entry (``deal/x@7``, or a position) is in the ledger, for others to check without it.

        It is proved against a checkpoint that ``key`` signs for it now, or the one in the file ``checkpoint``, or the
        last that the ledger keeps.
        """
        from armsledger.application.maintenance.checkpointing import prove

        return prove(self, entry, file, key=key, signed=checkpoint, replace=replace)

    # Moving

    def copy_to(self, address: str | Path, *, stages: Stages = silent) -> Moved:
        """Copy the ledger to another path or database URL, where none is yet, and prove the copy equal to it.

        Log, Merkle tree, states and read models are compared before the copy is seen. ``stages`` is told how far it
        has come. Raises LedgerExists, LedgerDamaged for an entry that does not fit the tree, and CopyDiffers.
        """
        from armsledger.application.maintenance.moving import copy

        return copy(self, address, stages)

    def backup(self, path: str | Path, *, replace: bool = False, stages: Stages = silent) -> Moved:
        """Copy the ledger into a file, as of one commit, while others write to it; the copy is checked.

        Never over a file that is there, unless told to ``replace`` it, and never over the ledger itself.
        """
        from armsledger.application.maintenance.moving import back_up

        return back_up(self, path, replace=replace, stages=stages)

    @classmethod
    def restore(
        cls, backup: str | Path, address: str | Path | None = None, *, stages: Stages = silent, **options: Any
    ) -> Self:
        """Make a ledger of a backup, which is verified first, where none is yet; raises LedgerExists."""
        from armsledger.application.maintenance.moving import restore

        ledger = cls(address, **options)
        restore(ledger, backup, stages)
        return ledger

    def migrate(
        self, *, backup: str | Path | None = None, without_backup: bool = False, stages: Stages = silent
    ) -> Migrated | None:
        """Bring a ledger that an earlier release made up to date, after a backup; None if it is so already.

        The backup goes to ``NAME.schema1.db`` beside it if none is named.
        """
        from armsledger.application.maintenance.migrating import migrate

        return migrate(self, backup, without_backup=without_backup, stages=stages)

    def import_jsonl(self, path: str | Path, *, root: str | None = None, stages: Stages = silent) -> Imported:
        """Take an export into this ledger, which is missing or empty: the same log, times and root of the tree.

        Raises WrongRoot, and then nothing is recorded, if ``root`` (in hexadecimal figures) is not what comes of it.
        """
        from armsledger.application.recording.importing import import_jsonl

        return import_jsonl(self, path, root, stages)

    # Read models

    def register(self, projection: Projection) -> None:
        """Keep a projection of one's own from now on; its table is built before the next write, or by `rebuild`.

        Raises UsageError if another one has its name.
        """
        if any(known.name == projection.name and known != projection for known in self.projections()):
            raise UsageError(
                f"there is a projection {projection.name!r} already", remedy="give yours a name of its own"
            )
        if projection not in self.projections():
            self._registered.append(projection)

    def projections(self) -> tuple[Projection, ...]:
        """The projections of which read models are kept. Raises UsageError if two have one name."""
        if self._projections is None:
            from armsledger.projections.read_models.builtin import BUILT_IN, installed

            self._projections = (*BUILT_IN, *installed())
        found = (*self._projections, *self._registered)
        if len({projection.name for projection in found}) < len(found):
            raise UsageError("two projections have the same name", remedy="give each a name of its own")
        return found

    def projection(self, name: str) -> Projection:
        """The projection of a name; raises UsageError."""
        found = next((projection for projection in self.projections() if projection.name == name), None)
        if found is None:
            names = ", ".join(projection.name for projection in self.projections())
            raise UsageError(
                f"there is no projection {name!r}",
                remedy=f"there are {names}; relations, scorecard, precedents and log have commands of their own",
            )
        return found

    def rebuild(
        self, *names: str, report: Callable[[Progress], None] = lambda _: None, workers: int | None = None
    ) -> None:
        """Build read models anew (default: all), beside those that are read until then.

        A rebuild that was interrupted goes on from where it came. ``report`` is told how far it has come.
        ``workers`` is how many processes work out the rows of a ledger in a file (default: one for each core if
        the ledger is large); with 0 it is done in this one.
        Raises UsageError for an unknown name and ProjectionFailed.
        """
        from armsledger.projections.rebuild import rebuild

        wanted = [self.projection(name) for name in names] or list(self.projections())
        rebuild(self.journal(), wanted, report, workers=workers)

    def execute(self, statement: Select[Any]) -> list[Any]:
        """The rows of a SQLAlchemy SELECT over tables of views; it cannot write.

        Raises UsageError for one that cannot be answered.
        """
        from armsledger.application.sql import execute

        return execute(self.journal(), statement)

    def follow(self, after: int | None = None, *, timeout_seconds: float | None = None) -> Iterator[LogRow]:
        """Entries as they are recorded, by any process, none missed and none twice.

        Those above the position ``after`` come first (default: those yet to come). It ends when nothing has come for
        ``timeout_seconds``; without that, never.
        """
        from armsledger.application.following import follow

        return follow(self._reader, self.journal().reader.head() if after is None else after, timeout_seconds)

    # Within

    def _keep(self, transaction: Transaction, reader: JournalReader) -> None:
        """Keep the read models in step; called by the journal before it commits what was appended."""
        from armsledger.projections.updater import Updater

        Updater(self.projections(), self.give_notice)(transaction, reader)

    def give_notice(self, notice: str) -> None:
        """Give a notice; whoever takes it cannot hinder what is being recorded."""
        try:
            self._notice(notice)
        except Exception:
            tell(notice)

    @property
    def now(self) -> datetime:
        """The time by the clock."""
        return self._clock()

    @property
    def today(self) -> date:
        """The day of the clock, in UTC."""
        return self._clock().astimezone(UTC).date()

    def stamp(self) -> RecordingOptions:
        """What is the same for all entries of one recording."""
        from armsledger.application.codes import Codes

        return {"recorded_by": self.recorded_by, "today": self.today, "codes": Codes()}

    def news(self, reader: JournalReader, before: int, streams: Iterable[str]) -> tuple[Finding, ...]:
        """The findings of streams that were not there at an earlier position."""
        now = View(lambda: reader, ask(reader, None, None, "recorded", self.today))
        then = View(lambda: reader, ask(reader, None, before, "recorded", self.today))
        found: list[Finding] = []
        for stream in streams:
            findings = now.state(stream).findings
            known = then.state(stream).findings if findings else ()
            old = {finding._replace(message="") for finding in known}
            found += [finding for finding in findings if finding._replace(message="") not in old]
        return tuple(found)

    @contextmanager
    def writing(self, *, dry_run: bool = False) -> Iterator[Journal]:
        """The journal, open for writing.

        A ledger that does not exist yet is made beside its place and moved there when all has been
        recorded, so that a refusal leaves nothing behind.
        """
        if self.exists():
            journal = self.journal()
            if not dry_run:
                from armsledger.application.upkeep import mend

                mend(journal, self.projections(), self.give_notice)
            yield journal
        else:
            with self._newborn(keep=not dry_run) as journal:
                yield journal

    @contextmanager
    def _newborn(self, *, keep: bool) -> Iterator[Journal]:
        from armsledger.storage.address import parse_address
        from armsledger.storage.creation import newborn

        path = parse_address(self.address)
        if not isinstance(path, Path):
            raise LedgerMissing(self.address if path is None else str(path))
        clock = self._clock
        with (
            newborn(path, clock(), keep=keep) as draft,
            Journal.open(draft, write=True, clock=clock, keep=self._keep) as journal,
        ):
            yield journal

    def journal(self) -> Journal:
        """The open journal. It connects for writing only when something is first recorded."""
        with self._opening:
            if self._is_gone:
                raise UsageError(
                    "this ledger was in memory, and is gone since it was closed",
                    remedy="make another by Ledger.in_memory(), or keep one in a file: Ledger('armsledger.db')",
                )
            if self._journal is None:
                self._journal = Journal.open(
                    self.address,
                    write=True,
                    clock=self._clock,
                    timeout_seconds=self.timeout_seconds,
                    keep=self._keep,
                )
            return self._journal

    def _reader(self) -> JournalReader:
        return self.journal().reader

    def stands_at(self, path: str | Path) -> bool:
        """Whether a path is that of the ledger, or of a file that SQLite keeps beside it."""
        ledger = self.journal().path
        own = () if ledger is None else (ledger, Path(f"{ledger}-wal"), Path(f"{ledger}-shm"))
        return Path(path).exists() and any(file.exists() and file.samefile(path) for file in own)

    def exists(self) -> bool:
        """Whether there is a ledger to open; raises the storage's errors if it is something else."""
        try:
            self.journal()
        except LedgerMissing:
            return False
        return True

    def position(self) -> int:
        """The last position; 0 for an empty or missing ledger."""
        return self.journal().reader.head() if self.exists() else 0
