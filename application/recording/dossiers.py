"""Recording a dossier: the order in which its entries are taken, and the findings that they cause.

The order of the entries within a dossier does not matter. Sources and openings are taken first, then the rest in the
order of the file; an entry that needs a later one waits until that one is taken. An export that is recorded into an
empty ledger is taken in its own order, with its own times of recording.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.recording.transaction import Recording, Stamp, open_recording
from armsledger.domain.entry import Proposal
from armsledger.domain.errors import (
    IdTaken,
    NotOpened,
    Refused,
    RetractedTarget,
    SelfContradiction,
    UnknownSource,
    UnknownTarget,
)
from armsledger.domain.findings.finding import Finding
from armsledger.exchange.dossiers.dossier import Dossier
from armsledger.exchange.dossiers.objects import Proposed
from armsledger.storage.driver_errors import persistently

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.journal import Journal

STREAMS_CHECKED = 1000
PROPOSED_SHOWN = 200
WAITS = (NotOpened, UnknownSource, UnknownTarget, RetractedTarget, SelfContradiction)
"""Refusals that a later entry may lift: it opens, registers, takes back or corrects something."""
REMEDIES_HERE: dict[type[Refused], str] = {
    IdTaken: "leave one of the two out, or give each an id of its own",
    SelfContradiction: "leave one of the two out, or say when the source said otherwise (asserted)",
}
"""What to do about two entries of one dossier that cannot both be taken."""
FIRST = frozenset({("source", "registered"), ("deal", "opened")})
Progress = Callable[[int], None]


class RecordReport(NamedTuple):
    """How many entries of a dossier were recorded and how many were known, their positions, and their findings.

    ``first`` and ``last`` are positions, 0 if nothing was recorded. ``unchecked`` counts the streams that were not
    searched for findings, because there are too many. ``proposed`` names the first entries that a dry run would record.
    ``organisations`` are the names in what was recorded that were taken as those of organisations.
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
    organisations: tuple[str, ...] = ()


class Intake:
    """The passes over one dossier."""

    def __init__(self, dossier: Dossier, recording: Recording, *, restoring: bool, progress: Progress | None) -> None:
        self.streams: set[str] = set()
        self.more_streams = False
        self.proposed: list[str] = []
        self._dossier = dossier
        self._recording = recording
        self._restoring = restoring
        self._progress = progress

    def run(self) -> None:
        """Take all entries; raises the first refusal that no entry of the dossier lifts."""
        if self._restoring:
            for _, proposed in self._dossier.proposals():
                self._take(proposed)
            return
        waiting = self._pass(item for item in self._dossier.proposals() if _comes_first(item[1]))
        waiting += self._pass(item for item in self._dossier.proposals() if not _comes_first(item[1]))
        while waiting:
            left = self._pass(self._dossier.again(waiting))
            if len(left) == len(waiting):
                self._refuse(left)
            waiting = left

    def _pass(self, proposals: Iterable[tuple[int, Proposed]]) -> array[int]:
        """Take what can be taken; returns the marks of the entries that have to wait."""
        waiting = array("q")
        for mark, proposed in proposals:
            try:
                self._take(proposed)
            except WAITS:
                waiting.append(mark)
        return waiting

    def _refuse(self, marks: array[int]) -> None:
        for _, proposed in self._dossier.again(marks[:1]):
            self._take(proposed)

    def _take(self, proposed: Proposed) -> None:
        proposal = proposed.proposal if self._restoring else on_its_own(proposed.proposal)
        try:
            decision = self._recording.take(proposal, self._stamp(proposed))
        except Refused as refusal:
            self._point_at_the_dossier(refusal)
            raise refusal.at(proposed.place_of(refusal.field)) from None
        if decision.draft is not None and not self.more_streams:
            self.streams.add(decision.draft.stream)
            self.more_streams = len(self.streams) > STREAMS_CHECKED
        if decision.draft is not None and len(self.proposed) < PROPOSED_SHOWN:
            self.proposed.append(f"{decision.draft.address} {decision.draft.event.name} on {decision.draft.event.on}")
        if self._progress is not None:
            self._progress(self._recording.recorded + self._recording.known)

    def _point_at_the_dossier(self, refusal: Refused) -> None:
        """An entry that this dossier brings is not corrected by another entry, but in the dossier."""
        remedy = REMEDIES_HERE.get(type(refusal))
        if remedy is not None and self._recording.is_new(refusal.entry):
            refusal.message = refusal.message.replace(refusal.entry, f"{refusal.entry} of the same dossier")
            refusal.remedy = remedy

    def _stamp(self, proposed: Proposed) -> Stamp | None:
        if not self._restoring or proposed.recorded_at is None:
            return None
        return Stamp(proposed.recorded_by or "unknown", datetime.fromisoformat(proposed.recorded_at))


def on_its_own(proposal: Proposal) -> Proposal:
    """A proposal without the keys and the stored form of another ledger, which only a whole restored ledger has.

    A person who was forgotten, there or here, stays forgotten.
    """
    if not proposal.seals and proposal.stored is None:
        return proposal
    seals = {path: seal._replace(key=None) for path, seal in proposal.seals.items()}
    return replace(proposal, seals=seals, stored=None)


def _comes_first(proposed: Proposed) -> bool:
    return (proposed.proposal.stream.kind, proposed.proposal.event) in FIRST


def record_dossier(
    session: Session, dossier: Dossier, *, dry_run: bool = False, progress: Progress | None = None
) -> RecordReport:
    """Record a dossier whole, or not at all; again if the connection to the server is lost meanwhile."""
    return persistently(lambda: _record(session, dossier, dry_run, progress), session.timeout_seconds)


def _record(session: Session, dossier: Dossier, dry_run: bool, progress: Progress | None) -> RecordReport:
    with session.writing(dry_run=dry_run) as journal:
        return take_dossier(session, journal, dossier, dry_run=dry_run, progress=progress)


def take_dossier(
    session: Session, journal: Journal, dossier: Dossier, *, dry_run: bool = False, progress: Progress | None = None
) -> RecordReport:
    """Record a dossier into an open journal, in one transaction or in a part of the one that is under way."""
    with open_recording(session, journal, dry_run=dry_run) as recording:
        before = recording.before
        restoring = dossier.is_restore and before == 0
        intake = Intake(dossier, recording, restoring=restoring, progress=progress)
        intake.run()
        recording.flush()
        checked = () if intake.more_streams else sorted(intake.streams)
        streams = journal.reader.count_streams(after=before)
        return RecordReport(
            recorded=recording.recorded,
            known=recording.known,
            streams=streams,
            first=before + 1 if recording.recorded else 0,
            last=before + recording.recorded if recording.recorded else 0,
            findings=recording.new_findings(checked),
            unchecked=streams if intake.more_streams else 0,
            dry_run=dry_run,
            proposed=tuple(intake.proposed) if dry_run else (),
            times_ignored=dossier.is_restore and not restoring,
            organisations=tuple(sorted(recording.organisations)),
        )
