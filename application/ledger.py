"""The ledger: everything a user does, as methods that delegate to the use cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self, Unpack, overload

from armsledger.application.ledger_view import LedgerView
from armsledger.application.question import BeliefDate, Day, KnownBy, ask, belief_dates
from armsledger.application.session import Notice, Session, Stages, silent, tell
from armsledger.application.stream_names import entry_named, stream_named
from armsledger.domain.values.stream import StreamId
from armsledger.projections.rows import Rows
from armsledger.storage.address import shown_address
from armsledger.storage.clock import Clock

if TYPE_CHECKING:
    from sqlalchemy import Select

    from armsledger.application.awaiting import Awaited
    from armsledger.application.comparison import Comparison
    from armsledger.application.exporting.tables import Exported
    from armsledger.application.maintenance.checkpoints import Signed
    from armsledger.application.maintenance.copies import LedgerCopy
    from armsledger.application.maintenance.doctor.diagnosis import Sign
    from armsledger.application.maintenance.forgetting import Forgotten
    from armsledger.application.maintenance.persons import PersonRow
    from armsledger.application.maintenance.proofs import Proved
    from armsledger.application.maintenance.verification import Verification
    from armsledger.application.recording.dossiers import RecordReport
    from armsledger.application.recording.entries import Recorded
    from armsledger.application.recording.imports import Imported
    from armsledger.application.recording.spreadsheets import SheetImport, SheetOptions
    from armsledger.application.replay import Replay
    from armsledger.application.sipri.intake import TakingOptions
    from armsledger.application.sipri.report import Import
    from armsledger.application.sipri.reviewing import ReviewReport
    from armsledger.application.sipri.revisions import RevisionRow
    from armsledger.application.upkeep import ReadModelState
    from armsledger.domain.entry import Proposal
    from armsledger.lake.sync import Synced
    from armsledger.projections.projection import Projection
    from armsledger.projections.read_models.findings import FindingRow
    from armsledger.projections.read_models.revisions import RevisedCell
    from armsledger.projections.read_models.trail import LogRow
    from armsledger.projections.rebuild import Progress
    from armsledger.storage.copying.migrations import Migrated
    from armsledger.storage.integrity.checkpoints import TreeHead
    from armsledger.storage.journal import Journal, JournalInfo
    from armsledger.storage.postgres.roles import Roles


class Ledger:
    """A ledger of arms deals, at a path or database URL.

    Reading needs a ledger that exists; recording into a missing file makes it. ``recorded_by`` is the name that
    entries are recorded under; ``timeout_seconds`` is how long to wait for another writer (default:
    ``ARMSLEDGER_TIMEOUT_SECONDS``, else 10). ``projections`` are those of which every append keeps read models
    (default: the built-in ones and those of installed packages). ``notice`` is called with a text before work that
    takes long and that nobody asked for, such as building a read model anew, and while times are held back by an
    entry whose time is yet to come (default: it goes to the log ``armsledger``). ``clock`` is for tests: it tells
    the time in place of the machine's clock, and of a server's if you own the ledger there. With ``read_only`` it
    has no connection that could write. ``wait_for`` is a position (``"@123"``) or an entry (``"deal/x@7"``) for
    which to wait, as long as the timeout says, before anything is read: on a standby, what was just recorded comes
    a little later. Errors are kinds of ``LedgerError``; ``Refused`` and its kinds mean that an entry was not taken,
    and that nothing was stored.
    """

    def __init__(
        self,
        address: str | Path | None = None,
        *,
        recorded_by: str | None = None,
        clock: Clock | None = None,
        timeout_seconds: float | None = None,
        projections: Iterable[Projection] | None = None,
        notice: Notice = tell,
        read_only: bool = False,
        wait_for: Awaited = None,
    ) -> None:
        self.session = Session(
            address,
            recorded_by,
            clock,
            timeout_seconds,
            projections,
            notice,
            write=not read_only,
            wait_for=wait_for,
        )

    @property
    def address(self) -> str:
        """The path or database URL."""
        return self.session.address

    @property
    def recorded_by(self) -> str:
        """The name that entries are recorded under."""
        return self.session.recorded_by

    @property
    def timeout_seconds(self) -> float:
        """How long to wait for another writer."""
        return self.session.timeout_seconds

    @classmethod
    def in_memory(cls, *, recorded_by: str | None = None, clock: Clock | None = None, **options: Any) -> Self:
        """An empty ledger for trials; closing it deletes it."""
        return cls.create(":memory:", recorded_by=recorded_by, clock=clock, **options)

    @classmethod
    def create(cls, address: str | Path | None = None, **options: Any) -> Self:
        """Make an empty ledger; raises LedgerExists if there is one."""
        ledger = cls(address, **options)
        ledger.session.create()
        return ledger

    @staticmethod
    def roles_called(prefix: str) -> Roles:
        """The names that `grant_roles` takes; raises UsageError for a prefix that PostgreSQL would cut."""
        from armsledger.storage.postgres.roles import Roles

        return Roles.called(prefix)

    def grant_roles(self, prefix: str = "armsledger") -> Roles:
        """Make the roles PREFIX_owner, PREFIX_writer and PREFIX_reader of a ledger on PostgreSQL, each with its rights.

        The writer can add entries and cannot change them. Call it again after you add read models of your own. Raises
        UsageError for a ledger in a file.
        """
        from armsledger.storage.postgres.roles import grant_roles_at

        return grant_roles_at(self.journal().place, prefix, self.timeout_seconds)

    def close(self) -> None:
        """Close the files. The ledger and its views open them again when they are next used."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({shown_address(self.address)!r})"

    # Recording

    def record(self, stream: str, event: str, *, id: str | None = None, **fields: Any) -> Recorded:
        """Append one event: ``ledger.record("deal/x", "tranche-paid", on="2019", amount="USD 8m", source="s")``.

        Fields are those of the event in the catalogue, as text or values. Raises Refused and its kinds.
        """
        from armsledger.application.recording.entries import record
        from armsledger.domain.entry import Proposal

        return record(self.session, Proposal(StreamId.parse(stream), event, fields, id))

    def record_proposal(
        self, proposal: Proposal, *, sources: Sequence[Proposal] = (), dry_run: bool = False
    ) -> Recorded:
        """Append one event and before it the ``sources`` that are registered with it, all or nothing.

        With ``dry_run``, nothing is recorded: the answer says what would be. Raises Refused and its kinds.
        """
        from armsledger.application.recording.entries import record

        return record(self.session, proposal, sources=sources, dry_run=dry_run)

    def correct(self, entry: str, *, set: Mapping[str, Any], reason: str, **fields: Any) -> Recorded:
        """Give fields of an entry (``deal/x@7``) other values. The entry stays in the audit trail as it was written."""
        target = entry_named(self.session.reader(), entry)
        return self.record(target.stream, "corrected", target=str(target), set=dict(set), reason=reason, **fields)

    def retract(self, entry: str, *, reason: str, **fields: Any) -> Recorded:
        """Take an entry (``deal/x@7``) back. It stays in the audit trail, and counts no longer."""
        target = entry_named(self.session.reader(), entry)
        return self.record(target.stream, "retracted", target=str(target), reason=reason, **fields)

    def forget(self, person: str, *, reason: str | None = None) -> Forgotten:
        """Make the name of a person whom entries quote unreadable for ever: its key is destroyed, no entry changes.

        ``person`` is the name, in any spelling, or the id of a person (`persons`). Everybody of that name is forgotten,
        however its letters, capitals and blanks were written. docs/erasure.md says what this reaches and what it cannot
        reach. Raises UnknownPerson.
        """
        from armsledger.application.maintenance.forgetting import forget

        return forget(self.session, person, reason)

    def persons(self) -> Rows[PersonRow]:
        """Everybody whom entries quote, with the number of entries. Those who were forgotten have no name any more."""
        from armsledger.application.maintenance.persons import person_rows

        return person_rows(self.journal().reader)

    def record_file(
        self, path: str | Path, *, dry_run: bool = False, progress: Callable[[int], None] | None = None
    ) -> RecordReport:
        """Record a dossier (YAML or JSONL), whole or not at all; recording it again adds nothing.

        ``progress`` is called with the number of entries decided on so far.
        """
        from armsledger.application.recording.dossiers import record_dossier
        from armsledger.exchange.dossiers.dossier import open_dossier

        self.session.reads(path)
        with open_dossier(Path(path)) as dossier:
            return record_dossier(self.session, dossier, dry_run=dry_run, progress=progress)

    def record_stream(self, stream: BinaryIO, *, name: str = "standard input", dry_run: bool = False) -> RecordReport:
        """Record a dossier from an open binary file."""
        from armsledger.application.recording.dossiers import record_dossier
        from armsledger.exchange.dossiers.dossier import open_dossier

        with open_dossier(None, stdin=stream, name=name) as dossier:
            return record_dossier(self.session, dossier, dry_run=dry_run)

    def import_sipri(
        self,
        *files: str | Path,
        released: date | None = None,
        review: str | Path | None = None,
        stages: Stages = silent,
        **options: Unpack[TakingOptions],
    ) -> Import:
        """Take releases of SIPRI's register of arms transfers, each later one as a change of belief.

        ``released`` is the day of a release if its file does not say it. ``review`` names a file for what the releases
        may have renamed, to be marked and taken by `import_review`. The releases are taken all or not at all, unless
        the options say ``resume``; rows that cannot be read are set aside in the answer.
        Raises UnreadableDossier, NoRegister, DamagedRegister, ReleaseOutOfOrder, ScopeDiffers, LayoutDiffers,
        TooManyVanished and FileExists.
        """
        from armsledger.application.sipri.intake import Options, import_sipri
        from armsledger.application.sipri.proposing import check_free, write_pairs

        check_free(review)
        self.session.reads(*files)
        taking = Options(**options, review=review is not None)
        imported = import_sipri(self.session, files, released=released, options=taking, stages=stages)
        write_pairs(imported.review, review, self.session)
        return imported

    def import_review(self, path: str | Path, *, dry_run: bool = False) -> ReviewReport:
        """Take a review of what SIPRI renamed: join the deals of accepted pairs, and keep those of rejected ones apart.

        The review is taken whole or not at all; taking it again adds nothing. Raises UnreadableDossier and its kind
        BadMarks.
        """
        from armsledger.application.sipri.reviewing import import_review

        return import_review(self.session, path, dry_run=dry_run)

    def import_csv(
        self,
        path: str | Path,
        *,
        mapping: str | Path | Mapping[str, Any],
        sheets: Iterable[str] = (),
        dry_run: bool = False,
        rows: int = 5,
        stages: Stages = silent,
        **options: Unpack[SheetOptions],
    ) -> SheetImport:
        """Take a CSV file or a workbook (.xlsx) whole, or not at all; taking it again adds nothing.

        ``mapping`` says what the rows mean: a file, or its content as plain values (docs/spreadsheets.md). ``sheets``
        are read instead of those that the mapping names. A dry run answers with the first ``rows`` as entries.
        ``set_aside`` names a file for rows that cannot be taken; the others are recorded then. ``vanished`` says what
        becomes of rows that are gone from a sheet with a key: ``retract`` or ``keep``. Raises UnreadableDossier,
        UsageError, ManyVanished, and Refused and its kinds.
        """
        from armsledger.application.recording.spreadsheets import import_spreadsheet

        return import_spreadsheet(
            self.session, Path(path), mapping, sheets=sheets, dry_run=dry_run, rows=rows, stages=stages, **options
        )

    # Reading

    def at(
        self,
        at: Day = None,
        known: BeliefDate = None,
        known_by: KnownBy | str = "recorded",
        as_recorded: BeliefDate = None,
        *,
        wait_for: Awaited = None,
    ) -> LedgerView:
        """The ledger as of two times: a date, in valid time (default: today), and a belief date (default: now).

        ``known`` is a date (the whole day counts), a UTC time, or a position (``"@123"`` or 123). Belief time goes by
        when entries were recorded, or with ``known_by="asserted"`` by when the sources spoke, as recorded now. That
        can change when something is recorded about an earlier day; ``as_recorded`` (a date, time or position) asks what
        had been recorded by then, which never changes, and is folded from the journal. ``wait_for`` is as for `Ledger`.
        Raises UsageError and LedgerBehind.
        """
        session = self.session
        if wait_for is not None:
            session.wait_for(wait_for)
        question = ask(session.reader(), at, known, known_by, session.today, as_recorded)
        if question.folded:
            session.give_notice(
                f"what was asserted by {question.known} is folded as recorded at @{question.position}:"
                " tables have it as recorded now"
            )
        return LedgerView(session, question)

    def log(
        self,
        stream: str | None = None,
        *,
        at: Day = None,
        known: BeliefDate = None,
        known_by: str = "recorded",
        as_recorded: BeliefDate = None,
        **filters: Any,
    ) -> Rows[LogRow]:
        """The audit trail of one stream or all, in order of recording; with ``at``, only what had begun by then."""
        return self.at(at, known, known_by, as_recorded).log(stream, begun=at is not None, **filters)

    def check(
        self,
        stream: str | None = None,
        *,
        at: Day = None,
        known: BeliefDate = None,
        known_by: str = "recorded",
        as_recorded: BeliefDate = None,
    ) -> Rows[FindingRow]:
        """What does not fit in the histories, in one stream or all."""
        return self.at(at, known, known_by, as_recorded).findings(stream)

    def replay(
        self,
        stream: str,
        to: Day = None,
        *,
        known: BeliefDate = None,
        known_by: str = "recorded",
        as_recorded: BeliefDate = None,
    ) -> Replay:
        """The history of a stream up to a date, entry by entry, with the state after each."""
        from armsledger.application.replay import replay

        view = self.at(to, known, known_by, as_recorded)
        return replay(view, view.named(stream))

    def compare(
        self,
        stream: str | None = None,
        *,
        known: tuple[BeliefDate, BeliefDate],
        known_by: str = "recorded",
        at: Day = None,
        releases: bool = True,
    ) -> Comparison:
        """What changed in the belief about a date between two belief dates, and which entries changed it.

        Without ``releases``, it leaves out the deals that only a release of a register changed: see `revisions`.
        """
        from armsledger.application.comparison import compare

        earlier, later = (self.at(at, belief, known_by) for belief in belief_dates(known))
        name = None if stream is None else later.named(stream)
        return compare(earlier, later, name, releases=releases)

    @overload
    def revisions(
        self,
        *,
        known: tuple[BeliefDate, BeliefDate],
        known_by: str = "asserted",
        by: Literal["deal"] = "deal",
        without: Collection[str] | str = (),
        without_flags_of: Collection[str] | str = (),
        **filters: Any,
    ) -> Rows[RevisionRow]: ...
    @overload
    def revisions(
        self,
        *,
        known: tuple[BeliefDate, BeliefDate],
        known_by: str = "asserted",
        by: Literal["column"],
        without: Collection[str] | str = (),
        without_flags_of: Collection[str] | str = (),
        **filters: Any,
    ) -> Rows[RevisedCell]: ...
    def revisions(
        self,
        *,
        known: tuple[BeliefDate, BeliefDate],
        known_by: str = "asserted",
        by: Literal["deal", "column"] = "deal",
        without: Collection[str] | str = (),
        without_flags_of: Collection[str] | str = (),
        **filters: Any,
    ) -> Rows[RevisionRow] | Rows[RevisedCell]:
        """The deals whose row in SIPRI's register changed between two belief dates, and how; or ``by="column"``.

        ``without`` leaves out columns, and ``without_flags_of`` the marks of uncertain data in some: where a file lacks
        them, that is no revision. What each release changed is told by `LedgerView.revisions`. Raises UsageError.
        """
        from armsledger.application.filtering import wanted
        from armsledger.application.sipri.revisions import LeftOut, RevisionRow, column_rows, revision_rows
        from armsledger.projections.read_models.revisions import RevisedCell

        earlier, later = (self.at(None, belief, known_by) for belief in belief_dates(known))
        left_out = LeftOut.of(without, without_flags_of)
        if by == "column":
            return wanted(later.reader, Rows(RevisedCell, column_rows(earlier, later, left_out)), filters)
        return wanted(later.reader, Rows(RevisionRow, revision_rows(earlier, later, left_out)), filters)

    def export(
        self, path: str | Path, *, at: Day = None, known: BeliefDate = None, known_by: str = "recorded", **asked: Any
    ) -> Exported:
        """Write rows at a date and a belief date to a file for other programs; ``asked`` is as for `LedgerView.export`.

        With ``at``, the log holds only what had begun by then. `export_jsonl` writes a whole ledger.
        """
        return self.at(at, known, known_by).export(path, begun=at is not None, **asked)

    def export_jsonl(self, path: str | Path, *, replace: bool = False) -> int:
        """Write all entries as JSONL, which can be recorded into an empty ledger; returns how many.

        It never overwrites the ledger itself, whatever ``replace`` says.
        """
        from armsledger.application.exporting.entries import export_entries

        return export_entries(self.session, path, replace=replace)

    def info(self) -> JournalInfo:
        """What the ledger is and holds. While times of recording are held back, a notice says so."""
        info = self.journal().info()
        if info.held_back:
            self.session.give_notice(info.held_back)
        return info

    def stream_named(self, name: str, kind: str | None = None) -> str:
        """The stream that a name means: ``deal/india-s400``, or its key alone. Raises UnknownStream and UsageError.

        Wherever a question takes a stream, it takes either name.
        """
        return stream_named(self.session.reader(), name, kind)

    def streams(self, kind: str | None = None) -> list[str]:
        """The names of all streams, or those of one kind."""
        return self.journal().reader.streams(kind)

    # Trust

    def read_models(self) -> list[ReadModelState]:
        """The read models: their ``name``, their ``position``, and whether answers come from them (``current``)."""
        from armsledger.application.upkeep import read_model_states

        return read_model_states(self.session)

    def root(self) -> TreeHead:
        """How many entries there are, and the root of the Merkle tree over them: ``size``, ``root``, ``hex``."""
        from armsledger.application.maintenance.checkpoints import root_of

        return root_of(self.session)

    def verify(
        self,
        *,
        checkpoints: Iterable[str | Path] = (),
        keys: Iterable[str | Path] = (),
        signers: int = 1,
        journal_only: bool = False,
        stages: Stages = silent,
        workers: int | None = None,
    ) -> Verification:
        """Compute anew what can be computed; say what does not fit what is stored and what was signed.

        ``checkpoints`` are files that `checkpoint` wrote, ``keys`` are verifier keys, as text or file, and ``signers``
        is how many of them must have signed each. ``journal_only`` leaves out payloads and read models, which is much
        faster. ``stages`` is called as the work proceeds.
        """
        from armsledger.application.maintenance.verification import verify

        return verify(
            self.session,
            checkpoints,
            keys,
            signers=signers,
            journal_only=journal_only,
            stages=stages,
            workers=workers,
        )

    def examine(self, *, quick: bool = False, stages: Stages = silent) -> list[Sign]:
        """Examine the ledger without changing anything: what is wrong, and what to do about it.

        With ``quick``, entries and read models are not computed anew.
        """
        from armsledger.application.maintenance.doctor.examination import examine

        return examine(self.session, quick=quick, stages=stages)

    def checkpoint(
        self,
        file: str | Path,
        key: str | Path,
        *,
        after: Iterable[str | Path] = (),
        signed_by: Iterable[str | Path] = (),
        first: bool = False,
        replace: bool = False,
        stages: Stages = silent,
    ) -> Signed:
        """Sign for everything recorded, with the signer key in a file, and write the signed note to ``file``.

        Raises NothingSigned for a ledger that does not continue what the key signed last (``KEY.signed`` says), a
        checkpoint that it keeps, or one of the files ``after``, which the key or a verifier key of ``signed_by``
        signed; where entries since then do not fit; and, without ``first``, for a ledger that is new to a key that
        signed for others. Raises FileExists unless ``replace``.
        """
        from armsledger.application.maintenance.checkpoints import checkpoint

        return checkpoint(
            self.session, file, key, after=after, signed_by=signed_by, first=first, replace=replace, stages=stages
        )

    def cosign(
        self,
        file: str | Path,
        key: str | Path,
        *,
        after: Iterable[str | Path] = (),
        signed_by: Iterable[str | Path] = (),
        first: bool = False,
        stages: Stages = silent,
    ) -> Signed:
        """Sign the checkpoint in a file with another key too, after the same checks as `checkpoint` makes.

        With ``signed_by``, one of these verifier keys must have signed it. The ledger need not be written.
        """
        from armsledger.application.maintenance.checkpoints import cosign

        return cosign(self.session, file, key, after=after, signed_by=signed_by, first=first, stages=stages)

    def prove(
        self,
        entry: str | int,
        file: str | Path,
        *,
        key: str | Path | None = None,
        checkpoint: str | Path | None = None,
        replace: bool = False,
    ) -> Proved:
        """Write a proof that an entry (``deal/x@7``, or a position) is in the ledger; others check it without that.

        The proof leads to a checkpoint: one that ``key`` signs now, else the one in the file ``checkpoint``, else the
        last that the ledger keeps.
        """
        from armsledger.application.maintenance.proofs import prove

        return prove(self.session, entry, file, key=key, signed=checkpoint, replace=replace)

    # Copies

    def copy_to(
        self, address: str | Path, *, signers: Iterable[str | Path] = (), stages: Stages = silent
    ) -> LedgerCopy:
        """Copy the ledger to another path or database URL, where none is yet, and prove the copy equal to it.

        Log, Merkle tree, states and read models are compared before anybody can see the copy. If ``signers`` are given,
        verifier keys, it takes along only the kept checkpoints that they signed. ``stages`` is called as the work
        proceeds. Raises LedgerExists, LedgerDamaged for an entry that does not fit the tree, and CopyDiffers.
        """
        from armsledger.application.maintenance.copies import copy

        return copy(self.session, address, signers, stages)

    def backup(self, path: str | Path, *, replace: bool = False, stages: Stages = silent) -> LedgerCopy:
        """Copy the ledger into a file, as of one commit, while others write to it; the copy is checked.

        It overwrites another file only with ``replace``, and never the ledger itself.
        """
        from armsledger.application.maintenance.copies import back_up

        return back_up(self.session, path, replace=replace, stages=stages)

    @classmethod
    def restore(
        cls, backup: str | Path, address: str | Path | None = None, *, stages: Stages = silent, **options: Any
    ) -> Self:
        """Verify a backup and make a ledger of it, where none is yet; raises LedgerExists."""
        from armsledger.application.maintenance.copies import restore

        ledger = cls(address, **options)
        restore(ledger.session, backup, stages)
        return ledger

    def migrate(
        self, *, backup: str | Path | None = None, without_backup: bool = False, stages: Stages = silent
    ) -> Migrated | None:
        """Bring a ledger of an earlier release up to date, after a backup; None if it is up to date.

        The backup goes to ``NAME.schema1.db`` beside it if none is named.
        """
        from armsledger.application.maintenance.copies import migrate

        return migrate(self.session, backup, without_backup=without_backup, stages=stages)

    def sync_lake(self, folder: str | Path, *, buckets: int | None = None, stages: Stages = silent) -> Synced:
        """Write what was recorded since the last time into a lake: Parquet files in a folder, here or on any storage
        that fsspec knows. `armsledger.lake` verifies and folds it without the ledger.

        A new lake is divided into so many ``buckets`` (default: 64). Raises OtherLedger, and NotContinued if the ledger
        does not begin with what the lake holds.
        """
        from armsledger.application.lakes import sync_lake

        return sync_lake(self.session, folder, buckets=buckets, stages=stages)

    def import_jsonl(self, path: str | Path, *, root: str | None = None, stages: Stages = silent) -> Imported:
        """Take an export into this ledger, which is missing or empty: the same log, times and root of the tree.

        If the root of the tree is not ``root`` (in hexadecimal digits), it raises WrongRoot and records nothing.
        """
        from armsledger.application.recording.imports import import_jsonl

        return import_jsonl(self.session, path, root, stages)

    # Read models

    def register(self, projection: Projection) -> None:
        """Keep a projection of your own from now on. Its table is built before the next write, or by `rebuild`.

        Raises UsageError if another one has its name.
        """
        self.session.register(projection)

    def projections(self) -> tuple[Projection, ...]:
        """The projections of which read models are kept. Raises UsageError if two have one name."""
        return self.session.projections()

    def rebuild(
        self, *names: str, report: Callable[[Progress], None] = lambda _: None, workers: int | None = None
    ) -> None:
        """Build read models anew (default: all); until they are ready, answers come from the old ones.

        A rebuild that was interrupted goes on where it stopped. ``report`` is called as the work proceeds. ``workers``
        is how many processes compute the rows of a ledger in a file (default: one for each core if the ledger is
        large); with 0, this process does. Raises UsageError for an unknown name, and ProjectionFailed.
        """
        from armsledger.application.upkeep import finish_pending
        from armsledger.projections.rebuild import Progress, rebuild
        from armsledger.projections.schema import SEARCH_INDEX
        from armsledger.projections.search.upkeep import rebuild_index

        projections = [self.session.projection(name) for name in names if name != SEARCH_INDEX]
        if projections or not names:
            rebuild(self.journal(), projections or self.projections(), report, workers=workers)
            finish_pending(self.session, self.journal())
        if SEARCH_INDEX in names or not names:
            rebuild_index(self.journal(), lambda done, total: report(Progress(done, total)))

    def execute(self, statement: Select[Any]) -> list[Any]:
        """The rows of a SQLAlchemy SELECT over tables of views (`LedgerView.table`); it cannot write.

        Raises UsageError for a statement that cannot be answered.
        """
        from armsledger.application.sql import execute

        return execute(self.journal(), statement)

    def follow(self, after: int | None = None, *, timeout_seconds: float | None = None) -> Iterator[LogRow]:
        """Entries as any process records them, none missed and none twice.

        It begins with those above the position ``after`` (default: the next one to be recorded). It ends when nothing
        was recorded for ``timeout_seconds``; by default it never ends. It goes on where another server takes over;
        raises LedgerFailed if that does not hold what was told last.
        """
        from armsledger.application.log import follow

        first = self.journal().reader.head() if after is None else after
        return follow(self.session.reader, first, timeout_seconds, self.session.timeout_seconds)

    # The journal

    def journal(self) -> Journal:
        """The open journal. It connects for writing when something is first recorded."""
        return self.session.journal()

    def exists(self) -> bool:
        """Whether there is a ledger to open; raises the storage's errors if it is something else."""
        return self.session.exists()

    def position(self) -> int:
        """The last position; 0 for an empty or missing ledger."""
        return self.journal().reader.head() if self.exists() else 0
