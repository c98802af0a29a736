"""Recording: proposals are decided on one by one within one transaction, and all are taken or none.

Under the writer's lock: read the stream -> decide -> draft -> append in batches. Not more than some histories of
streams are held at a time, so memory does not grow with the length of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.codes import Codes
from armsledger.application.question import ask
from armsledger.application.session import Session
from armsledger.application.upkeep import transaction_in_step
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.decisions.decision import Decision, decide
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import Refused, UnknownSource
from armsledger.domain.findings.checks import findings_of
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.source import fold_source
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.stream import Address
from armsledger.domain.values.when import When
from armsledger.storage.driver_errors import persistently
from armsledger.storage.journal import Journal

BATCH = 1000
HISTORIES_HELD = 512
SOURCES_HELD = 4096


class Stamp(NamedTuple):
    """When and by whom an entry of an export was recorded, to be kept when it is restored."""

    recorded_at: datetime
    recorded_by: str


class Recording:
    """One transaction of recording. Answers what decisions ask of the ledger (``decision.Context``)."""

    def __init__(self, session: Session, journal: Journal) -> None:
        self.today = session.today
        self.codes: CodeLists = Codes()
        self.recorded = 0
        self.known = 0
        self.before = journal.reader.head()
        """The last position before it."""
        self._reader = journal.reader
        self._journal = journal
        self._recorded_by = session.recorded_by
        self._histories: dict[str, History] = {}
        self._published: dict[str, When | None] = {}
        self._pending: dict[str, Draft] = {}
        self._stamps: list[Stamp] = []

    def take(self, proposal: Proposal, stamp: Stamp | None = None) -> Decision:
        """Decide on a proposal and take it; raises Refused and its kinds."""
        stream = str(proposal.stream)
        if not self._histories:  # whoever records one entry needs no more than this
            self._reader.with_sources(stream, proposal.fields.get("source"))
        history = self.history(stream)
        try:
            decision = decide(proposal, history, self)
        except Refused as refusal:
            refusal.stream = refusal.stream or stream
            raise
        if decision.draft is None:
            self.known += 1
            return decision
        history.add(decision.draft)
        self._histories[stream] = history  # again, if it was let go while a source was read
        if proposal.stream.kind == "source":
            self._published.pop(proposal.stream.key, None)
        self._pending[decision.draft.id] = decision.draft
        if stamp is not None:
            self._stamps.append(stamp)
        self.recorded += 1
        if len(self._pending) >= BATCH:
            self.flush()
        return decision

    def flush(self) -> list[Entry]:
        """Append what was taken since the last time."""
        entries: list[Entry] = []
        for by, drafts, times in self._runs():
            entries += self._journal.append(drafts, recorded_by=by, recorded_at=times)
        self._pending.clear()
        self._stamps.clear()
        return entries

    def _runs(self) -> Iterator[tuple[str, list[Draft], list[datetime] | None]]:
        """The pending drafts, in runs of one recorder."""
        if not self._stamps:
            if self._pending:
                yield self._recorded_by, list(self._pending.values()), None
            return
        drafts = list(self._pending.values())
        start = 0
        for end in range(1, len(drafts) + 1):
            by = self._stamps[start].recorded_by
            if end == len(drafts) or self._stamps[end].recorded_by != by:
                yield by, drafts[start:end], [stamp.recorded_at for stamp in self._stamps[start:end]]
                start = end

    def published(self, source: str) -> When | None:
        """When a source was published, None if it does not say; raises UnknownSource."""
        if source in self._published:
            return self._published[source]
        history = self.history(f"source/{source}")
        state = fold_source(believe(history.as_entries(), {}).occurrences)
        if not state.began:
            self._histories.pop(f"source/{source}", None)
            raise UnknownSource(
                f"no source {source!r} is registered",
                remedy="register it first: list it under sources, or "
                f"armsledger source registered {source} --publisher ...",
                field="source",
            )
        if len(self._published) >= SOURCES_HELD:
            self._published.clear()
        self._published[source] = state.published
        return state.published

    def entry_of(self, entry_id: str) -> Entry | Draft | None:
        """The entry of any stream that has this id."""
        return self._pending.get(entry_id) or self._reader.by_id(entry_id)

    def is_new(self, address: str) -> bool:
        """Whether the entry at an address is one that this transaction is to record."""
        entry = Address.parse(address)
        known = self._reader.by_address(entry.stream, entry.version)
        return known is None or known.position > self.before

    def history(self, stream: str) -> History:
        """What a stream holds, with what this transaction has taken."""
        history = self._histories.get(stream)
        if history is None:
            if len(self._histories) >= HISTORIES_HELD:
                self.flush()
                self._histories.clear()
            history = self._histories[stream] = History(stream, self._reader.stream(stream))
        return history

    def new_findings(self, streams: Iterable[str]) -> tuple[Finding, ...]:
        """The findings of streams today that were not there before this transaction."""
        now = Beliefs(lambda: self._reader, ask(self._reader, None, None, "recorded", self.today))
        then = Beliefs(lambda: self._reader, ask(self._reader, None, self.before, "recorded", self.today))
        fresh: list[Finding] = []
        for stream in streams:
            findings = findings_of(now.stream_day(stream))
            known = findings_of(then.stream_day(stream)) if findings else ()
            old = {finding._replace(message="") for finding in known}
            fresh += [finding for finding in findings if finding._replace(message="") not in old]
        return tuple(fresh)


class RolledBack(Exception):
    """Ends a transaction that was only to be tried."""


@contextmanager
def open_recording(session: Session, journal: Journal, *, dry_run: bool = False) -> Iterator[Recording]:
    """A transaction of recording: all that is taken in it is recorded at its end, or nothing is."""
    try:
        with journal.transaction() if dry_run else transaction_in_step(session, journal):
            recording = Recording(session, journal)
            yield recording
            recording.flush()
            if dry_run:
                raise RolledBack
    except RolledBack:
        pass


# What came of recording.


class Recorded(NamedTuple):
    """One entry: its address, the findings it causes, and whether it had been recorded before."""

    address: str
    entry: Entry | Draft
    findings: tuple[Finding, ...] = ()
    known_before: bool = False


class RecordReport(NamedTuple):
    """A dossier: how many entries were recorded and how many were known, where they stand, the findings they cause.

    ``first`` and ``last`` are positions, 0 if nothing was recorded. ``unchecked`` counts the streams
    that were not searched for findings, because there are too many. ``proposed`` names the entries that a
    dry run would have recorded, as far as they are few enough to be read.
    """

    recorded: int
    known: int
    streams: int
    first: int
    last: int
    findings: tuple[Finding, ...]
    unchecked: int = 0
    dry_run: bool = False
    proposed: tuple[str, ...] = ()
    times_ignored: bool = False


def record(session: Session, proposal: Proposal) -> Recorded:
    """Record one entry; again if the connection to the server is lost meanwhile. Raises Refused and its kinds."""
    return persistently(lambda: _record(session, proposal), session.timeout_seconds)


def _record(session: Session, proposal: Proposal) -> Recorded:
    with session.writing() as journal, open_recording(session, journal) as recording:
        draft, known = recording.take(proposal)
        entry = draft or known
        assert entry is not None
        entry = next(iter(recording.flush()), entry)
        findings = recording.new_findings([entry.stream])
    return Recorded(entry.address, entry, findings, known_before=draft is None)
