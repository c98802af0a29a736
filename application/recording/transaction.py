"""A transaction of recording: proposals are decided on one by one, and all of them are recorded or none.

Under the writer's lock: read the stream -> decide -> draft -> append in batches. It holds the histories of some streams
only, so memory does not grow with the length of a dossier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from armsledger.application.beliefs import Beliefs
from armsledger.application.codes import Codes
from armsledger.application.question import ask
from armsledger.application.recording.look_alikes import LookAlikes
from armsledger.application.recording.near_keys import near_keys
from armsledger.application.session import Session
from armsledger.application.today import latest_day_of
from armsledger.application.upkeep import transaction_in_step
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.decisions.decision import Decision, decide
from armsledger.domain.decisions.diagnosis import all_refusals
from armsledger.domain.decisions.history import History, history_of
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import Refused, UnknownSource
from armsledger.domain.events.parties import organisations_in
from armsledger.domain.findings.checks import findings_of
from armsledger.domain.findings.finding import Finding
from armsledger.domain.near import letters_beyond_ascii
from armsledger.domain.states.source import fold_source
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.stream import Address, StreamId
from armsledger.domain.values.when import When
from armsledger.storage.journal import Journal

BATCH = 1000
HISTORIES_HELD = 512
SOURCES_HELD = 4096
NEW_STREAMS_COMPARED = 50
"""New streams of one transaction whose keys are compared with those there are."""


class Stamp(NamedTuple):
    """Who records an entry, and when: by the clock, or when an entry of an export was recorded before.

    The login of an entry of an export is that by which a server knew its recorder.
    """

    recorded_by: str
    recorded_at: datetime | None = None
    login: str | None = None


def _recorder(taken: tuple[Draft, Stamp]) -> tuple[str, str | None]:
    return taken[1].recorded_by, taken[1].login


class Recording:
    """What one transaction takes. It answers what decisions ask of the ledger (`decisions.history.Context`)."""

    def __init__(self, session: Session, journal: Journal) -> None:
        self.today = self._own_today = session.today
        """The day after which nothing can have happened yet: where the user is; of an export's entry, where it was
        recorded."""
        self.codes: CodeLists = Codes()
        self.before = journal.reader.head()
        """The last position before this transaction."""
        self.recorded = 0
        self.known = 0
        """How many proposals had been recorded before."""
        self.names_forgotten = False
        """Whether what was taken names persons who were forgotten in another ledger."""
        self.organisations: dict[str, None] = {}
        """The names in what was recorded that were taken as those of organisations."""
        self._journal = journal
        self._reader = journal.reader
        self._courses = session.updater.courses
        self._own_stamp = Stamp(session.recorded_by)
        self._histories: dict[str, History] = {}
        self._published: dict[str, When | None] = {}
        self._new_streams: list[StreamId] = []
        self._look_alikes = LookAlikes(journal.reader)
        self._pending: dict[str, tuple[Draft, Stamp]] = {}

    def take(self, proposal: Proposal, stamp: Stamp | None = None) -> Decision:
        """Decide on a proposal and take it; raises Refused and its kinds."""
        stream = str(proposal.stream)
        self.today = self._own_today
        if stamp is not None and stamp.recorded_at is not None:
            self.today = max(self.today, latest_day_of(stamp.recorded_at))
        if not self._histories:  # one statement then reads all that recording a single entry needs
            self._reader.with_sources(stream, proposal.fields.get("source"))
        history = self.history(stream)
        decision = decide(proposal, history, self)
        if decision.draft is None:
            self.known += 1
            return decision
        if decision.draft.version == 1 and (stamp is None or stamp.recorded_at is None):
            self._look_alikes.check(proposal.stream)
        history.add(decision.draft)
        self._histories[stream] = history  # which the sources may have pushed out
        if proposal.stream.kind == "source":
            self._published.pop(proposal.stream.key, None)
        self._pending[decision.draft.id] = decision.draft, stamp or self._own_stamp
        if decision.draft.seals and any(seal.box is not None for seal in decision.draft.seals.values()):
            self.names_forgotten = True
        self.recorded += 1
        if organisations := organisations_in(decision.draft.event):
            self.organisations |= dict.fromkeys(map(str, organisations))
        if decision.draft.version == 1 and len(self._new_streams) < NEW_STREAMS_COMPARED:
            self._new_streams.append(proposal.stream)
        if len(self._pending) >= BATCH:
            self.flush()
        return decision

    def take_erasure(self, draft: Draft, stamp: Stamp) -> None:
        """Take the entry of an erasure from an export that is restored."""
        self.flush()
        if self._reader.version_of(draft.stream):
            self.known += 1
            return
        self._pending[draft.id] = draft, stamp
        self.recorded += 1

    def flush(self) -> list[Entry]:
        """Append what was taken since the last time, in runs that one recorder has recorded."""
        entries: list[Entry] = []
        for (by, login), run in groupby(self._pending.values(), key=_recorder):
            drafts, stamps = zip(*run, strict=True)
            times = [stamp.recorded_at for stamp in stamps if stamp.recorded_at is not None]
            entries += self._journal.append(drafts, recorded_by=by, recorded_at=times or None, login=login)
        self._pending.clear()
        return entries

    def fetch(self, streams: Sequence[str]) -> None:
        """Read the histories of some streams, fewer than are held, together: one question for each costs more."""
        unknown = [stream for stream in streams if stream not in self._histories]
        if len(self._histories) + len(unknown) > HISTORIES_HELD:
            self.flush()
            self._histories.clear()
            unknown = list(streams)
        for stream, entries in self._reader.several(unknown).items():
            self._histories[stream] = History(stream, entries)

    def history(self, stream: str) -> History:
        """What a stream holds, with what this transaction has taken."""
        history = self._histories.get(stream)
        if history is None:
            if len(self._histories) >= HISTORIES_HELD:
                self.flush()
                self._histories.clear()
            entries = self._reader.stream(stream)
            course = self._courses.find(stream, entries)
            history = self._histories[stream] = History(stream, entries) if course is None else history_of(course)
        return history

    def published(self, source: str) -> When | None:
        """When a source was published, None if it does not say; raises UnknownSource."""
        if source in self._published:
            return self._published[source]
        history = self.history(f"source/{source}")
        state = fold_source(believe(history.as_entries(), {}).occurrences)
        if not state.began:
            self._histories.pop(f"source/{source}", None)
            strange = letters_beyond_ascii(source)
            raise UnknownSource(
                f"no source {source!r} is registered{f'; in it {strange}' if strange else ''}",
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
        draft, _ = self._pending.get(entry_id, (None, None))
        return draft or self._reader.by_id(entry_id)

    def has_stream(self, stream: str) -> bool:
        """Whether the ledger holds a stream."""
        return self.history(stream).version > 0

    def reasons(self, proposal: Proposal, refusal: Refused) -> tuple[Refused, ...]:
        """All that is wrong with a proposal that is refused: this, and what else does not depend on it."""
        return all_refusals(proposal, self.history(str(proposal.stream)), self, refusal)

    def notices(self) -> tuple[str, ...]:
        """What is to be said of the new streams: that the key of one is close to another's."""
        return near_keys(self._reader, self._new_streams)

    def position_of(self, address: str) -> int:
        """The position of an entry; 0 where there is none."""
        self.flush()
        place = Address.parse(address)
        entry = self._reader.by_address(place.stream, place.version)
        return 0 if entry is None else entry.position

    def streams_of_ids(self, prefix: str) -> list[str]:
        """The streams that hold entries whose ids begin so."""
        return self._reader.streams_of_ids(prefix)

    def is_new(self, address: str) -> bool:
        """Whether this transaction, and no earlier one, records the entry at an address."""
        place = Address.parse(address)
        entry = self._reader.by_address(place.stream, place.version)
        return entry is None or entry.position > self.before

    def new_findings(self, streams: Iterable[str]) -> tuple[Finding, ...]:
        """The findings of streams today that were not there before this transaction."""
        now = Beliefs(lambda: self._reader, ask(self._reader, None, None, "recorded", self.today))
        then = Beliefs(lambda: self._reader, ask(self._reader, None, self.before, "recorded", self.today))
        fresh: list[Finding] = []
        for stream in streams:
            findings = self._findings(stream, now)
            earlier = self._findings(stream, then) if findings else ()
            old = {finding._replace(message="") for finding in earlier}
            fresh += [finding for finding in findings if finding._replace(message="") not in old]
        return tuple(fresh)

    def _findings(self, stream: str, beliefs: Beliefs) -> tuple[Finding, ...]:
        """What is found in a stream by what is believed; once for one belief and day."""
        course = self._courses.of(stream, *beliefs.side(stream))
        made_by = findings_of, beliefs.at
        if made_by not in course.made:
            course.made[made_by] = findings_of(StreamDay(course, beliefs.at))
        findings: tuple[Finding, ...] = course.made[made_by]
        return findings


class RolledBack(Exception):
    """Ends a transaction that only tries."""


@contextmanager
def open_recording(session: Session, journal: Journal, *, dry_run: bool = False) -> Iterator[Recording]:
    """A transaction of recording, or a part of the one that is under way; a dry run records nothing."""
    try:
        with journal.transaction() if dry_run else transaction_in_step(session, journal):
            recording = Recording(session, journal)
            yield recording
            recording.flush()
            if dry_run:
                raise RolledBack
    except RolledBack:
        pass
