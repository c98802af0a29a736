"""Recording a dossier: the order in which its entries are taken, and the findings that they cause.

The order of the entries within a dossier does not matter. Sources and openings are taken first, then the rest in the
order of the file; an entry that needs a later one waits until that one is taken. An export that is recorded into an
empty ledger is taken in its own order, with its own times of recording.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.recording.refusals import WAITS, DossierErrors
from armsledger.application.recording.transaction import Recording, Stamp, open_recording
from armsledger.domain.decisions.readings import Reading, amounts_in
from armsledger.domain.entry import Draft, Proposal
from armsledger.domain.errors import IdTaken, Refused, SelfContradiction
from armsledger.domain.findings.finding import Finding
from armsledger.exchange.dossiers.dossier import Dossier
from armsledger.exchange.dossiers.objects import Proposed, Unread
from armsledger.storage.driver_errors import persistently

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.journal import Journal

STREAMS_CHECKED = 1000
PROPOSED_HELD = 10_000
"""Entries, and readings, that a dry run lists."""
READINGS_HELD = 1000
"""Different readings that a report lists."""
REMEDIES_HERE: dict[type[Refused], str] = {
    IdTaken: "leave one of the two out, or give each an id of its own",
    SelfContradiction: "leave one of the two out, or say when the source said otherwise (asserted)",
}
"""What to do about two entries of one dossier that cannot both be taken."""
FIRST = frozenset({("source", "registered"), ("deal", "opened")})
Progress = Callable[[int], None]


Aside = Callable[[Proposed, Sequence[Refused]], None]
"""What is told of each entry that cannot be taken, and of all that is wrong with it."""


class SomeAside(Exception):
    """Entries were told as set aside; what was taken besides is rolled back, to be taken without them."""


class PlacedReading(NamedTuple):
    """A text that was read as another: the address of the entry, the field, and where it was written."""

    entry: str
    field: str
    given: str
    read: str
    place: str


class RecordReport(NamedTuple):
    """How many entries of a dossier were recorded and how many were known, their positions, and their findings.

    ``first`` and ``last`` are positions, 0 if nothing was recorded. ``unchecked`` counts the streams that were not
    searched for findings, because there are too many. ``proposed`` names the entries that a dry run would record, in
    the order of the file, and ``places`` say where each was written. ``organisations`` are the names in what was
    recorded that were taken as those of organisations. ``readings`` tell what was read otherwise than it was written:
    each once, in a dry run of each entry; ``more_readings`` counts those that are too many to be listed. ``notices``
    tell of new streams with a key that is close to another one's. ``erasures_left_out`` counts the persons whom another
    ledger has forgotten, as its export says, and who are not forgotten here for that.
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
    places: tuple[str, ...] = ()
    times_ignored: bool = False
    organisations: tuple[str, ...] = ()
    readings: tuple[PlacedReading, ...] = ()
    more_readings: int = 0
    notices: tuple[str, ...] = ()
    erasures_left_out: int = 0


class Readings:
    """What was read otherwise than it was written."""

    def __init__(self, *, of_each_entry: bool) -> None:
        self.more = 0
        self._of_each_entry = of_each_entry
        self._limit = PROPOSED_HELD if of_each_entry else READINGS_HELD
        self._readings: dict[tuple[str, ...], tuple[int, PlacedReading]] = {}

    def add(self, mark: int, address: str, readings: Iterable[Reading], proposed: Proposed) -> None:
        """Note the readings of one entry."""
        for reading in readings:
            key = (*reading, address) if self._of_each_entry else (reading.given, reading.read)
            if key in self._readings:
                continue
            if len(self._readings) >= self._limit:
                self.more += 1
                continue
            self._readings[key] = mark, PlacedReading(address, *reading, proposed.place_of(reading.field))

    def in_order(self) -> tuple[PlacedReading, ...]:
        """The readings in the order of the file."""
        return tuple(reading for _, reading in sorted(self._readings.values(), key=lambda marked: marked[0]))


class Intake:
    """The passes over one dossier."""

    def __init__(
        self,
        dossier: Dossier,
        recording: Recording,
        *,
        restoring: bool,
        progress: Progress | None,
        dry_run: bool = False,
        aside: Aside | None = None,
    ) -> None:
        self.streams: set[str] = set()
        self.more_streams = False
        self.proposed: list[tuple[int, str, str]] = []
        self.erasures_left_out = 0
        self.readings = Readings(of_each_entry=dry_run)
        self._dossier = dossier
        self._recording = recording
        self._restoring = restoring
        self._progress = progress
        self._dry_run = dry_run
        self._aside = aside
        self._unread = False
        self._errors = DossierErrors()
        self._marks = array("q")
        """The mark of each entry that was taken, in the order of their positions."""

    def run(self) -> None:
        """Take all entries; raises what is wrong with those that no entry of the dossier can help."""
        if self._restoring:
            for mark, proposed in self._dossier.proposals():
                self._take(mark, proposed)
            return
        told = self._errors.add_unread if self._aside is None else self._note_unread
        waiting = self._pass(item for item in self._dossier.proposals(told) if _comes_first(item[1]))
        waiting += self._pass(item for item in self._dossier.proposals(_told_before) if not _comes_first(item[1]))
        while waiting:
            left = self._pass(self._dossier.again(waiting))
            if len(left) == len(waiting):
                break
            waiting = left
        if self._aside is None:
            self._refuse(waiting)
        else:
            self._set_aside(self._aside, waiting)

    def _set_aside(self, aside: Aside, waiting: array[int]) -> None:
        """Tell the entries that were refused at once, or if there are none, those that waited in vain."""
        firsts = dict(self._errors.refused)
        in_vain = [] if firsts or self._unread else waiting
        for mark, proposed in self._dossier.again(sorted(firsts) or in_vain):
            refusal = firsts.get(mark) or self._refusal_of(mark, proposed)
            if refusal is not None:
                aside(proposed, self._reasons(proposed, refusal))
        if firsts or waiting or self._unread:
            raise SomeAside

    def _note_unread(self, mark: int, unread: Unread) -> None:
        """Note that something cannot be read, which the dossier tells of itself."""
        self._unread = True

    def _pass(self, proposals: Iterable[tuple[int, Proposed]]) -> array[int]:
        """Take what can be taken; returns the marks of the entries that have to wait."""
        waiting = array("q")
        for mark, proposed in proposals:
            if proposed.erasure is not None:  # whoever wrote the file has no say in whom this ledger forgets
                self.erasures_left_out += 1
                continue
            try:
                self._take(mark, proposed)
            except WAITS:
                waiting.append(mark)
            except Refused as refusal:
                self._errors.set_aside.add(proposed.proposal)
                self._errors.refused.append((mark, refusal))
                if self._aside is not None:
                    continue
                reasons = self._reasons(proposed, refusal)
                at_once = [reason for reason in reasons if not isinstance(reason, WAITS)]
                self._errors.add(mark, proposed.proposal, at_once)
        return waiting

    def _refuse(self, waiting: array[int]) -> None:
        """Tell what is wrong with the entries that waited in vain, and what else with those that were refused."""
        for _, proposed in self._dossier.again(waiting):
            self._errors.set_aside.add(proposed.proposal)
        firsts = dict(self._errors.refused)
        marks = sorted([*waiting, *firsts])
        self._tell(marks, firsts, in_full=False)
        if waiting and not self._errors:  # they wait for one another
            self._tell(marks, firsts, in_full=True)
        self._errors.raise_all()

    def _tell(self, marks: list[int], firsts: Mapping[int, Refused], *, in_full: bool) -> None:
        explains = self._errors.set_aside.explains
        for mark, proposed in self._dossier.again(marks):
            refusal = firsts.get(mark) or self._refusal_of(mark, proposed)
            if refusal is None:
                continue
            reasons = self._reasons(proposed, refusal)
            if mark in firsts:
                reasons = [reason for reason in reasons if isinstance(reason, WAITS)]
            told = [reason for reason in reasons if in_full or not explains(reason, proposed.proposal)]
            self._errors.add(mark, proposed.proposal, told)

    def _refusal_of(self, mark: int, proposed: Proposed) -> Refused | None:
        try:
            self._take(mark, proposed)
        except Refused as refusal:
            return refusal
        return None

    def _reasons(self, proposed: Proposed, refusal: Refused) -> list[Refused]:
        """All that is wrong with an entry, each with its place."""
        reasons = self._recording.reasons(on_its_own(proposed.proposal), refusal)
        for reason in reasons:
            reason.at(proposed.place_of(reason.field))
        return list(reasons)

    def _take(self, mark: int, proposed: Proposed) -> None:
        stamp = self._stamp(proposed)
        if proposed.erasure is not None and stamp is not None:
            self._recording.take_erasure(proposed.erasure, stamp)
            return
        proposal = proposed.proposal if self._restoring else on_its_own(proposed.proposal)
        try:
            decision = self._recording.take(proposal, stamp)
        except Refused as refusal:
            self._point_at_the_dossier(refusal)
            raise refusal.at(proposed.place_of(refusal.field)) from None
        if decision.draft is not None:
            self._note(mark, proposed, decision.draft, decision.readings)
        if self._progress is not None:
            self._progress(self._recording.recorded + self._recording.known)

    def _note(self, mark: int, proposed: Proposed, draft: Draft, readings: tuple[Reading, ...]) -> None:
        """Note what is told of an entry that was taken."""
        self._marks.append(mark)
        if not self.more_streams:
            self.streams.add(draft.stream)
            self.more_streams = len(self.streams) > STREAMS_CHECKED
        if readings:
            self.readings.add(mark, draft.address, readings, proposed)
        if self._dry_run and len(self.proposed) < PROPOSED_HELD:
            self.proposed.append((mark, _described(draft), proposed.place_of("")))

    def _point_at_the_dossier(self, refusal: Refused) -> None:
        """An entry that this dossier brings is not corrected by another entry, but in the dossier."""
        remedy = REMEDIES_HERE.get(type(refusal))
        if remedy is not None and self._recording.is_new(refusal.entry):
            refusal.message = refusal.message.replace(refusal.entry, self._place_of(refusal.entry))
            refusal.remedy = remedy

    def _place_of(self, address: str) -> str:
        """Where an entry of this dossier was written."""
        index = self._recording.position_of(address) - self._recording.before - 1
        for _, proposed in self._dossier.again(self._marks[index : index + 1]):
            return proposed.place_of("")
        return f"{address} of the same dossier"

    def _stamp(self, proposed: Proposed) -> Stamp | None:
        if not self._restoring or proposed.recorded_at is None:
            return None
        return Stamp(proposed.recorded_by or "unknown", datetime.fromisoformat(proposed.recorded_at), proposed.login)


def _told_before(mark: int, unread: Unread) -> None:
    """Do nothing: the first pass has told what cannot be read."""


def _described(draft: Draft) -> str:
    """``deal/x@2 contract-signed on 2018-10: value ~USD 5bn, quantity 5 units``."""
    told = ", ".join(f"{name} {value}" for name, value in amounts_in(draft.event))
    return f"{draft.address} {draft.event.name} on {draft.event.on}{': ' if told else ''}{told}"


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
        report = take_dossier(session, journal, dossier, dry_run=dry_run, progress=progress)
        if dossier.is_restore and report.recorded and not dry_run:
            journal.purge()  # an export may forget whom it has named before
    return report


def take_dossier(
    session: Session,
    journal: Journal,
    dossier: Dossier,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    aside: Aside | None = None,
    enters_erasures: bool = True,
) -> RecordReport:
    """Record a dossier into an open journal, in one transaction or in a part of the one that is under way.

    With ``aside``, entries that cannot be taken are told to it. SomeAside is raised if there are any, or if some cannot
    be read, and nothing is recorded. It appends an entry for each person whom it names as forgotten in another ledger,
    and of whom no entry tells that, unless ``enters_erasures`` is False: then the caller does.
    """
    with open_recording(session, journal, dry_run=dry_run) as recording:
        before = recording.before
        restoring = dossier.is_restore and before == 0
        intake = Intake(dossier, recording, restoring=restoring, progress=progress, dry_run=dry_run, aside=aside)
        intake.run()
        recording.flush()
        checked = () if intake.more_streams else sorted(intake.streams)
        streams = journal.reader.count_streams(after=before)
        if recording.names_forgotten and enters_erasures:
            journal.enter_erasures(session.recorded_by)
        return RecordReport(
            recorded=recording.recorded,
            known=recording.known,
            streams=streams,
            first=before + 1 if recording.recorded else 0,
            last=before + recording.recorded if recording.recorded else 0,
            findings=recording.new_findings(checked),
            unchecked=streams if intake.more_streams else 0,
            dry_run=dry_run,
            proposed=tuple(text for _, text, _ in sorted(intake.proposed)),
            places=tuple(place for _, _, place in sorted(intake.proposed)),
            times_ignored=dossier.is_restore and not restoring,
            organisations=tuple(sorted(recording.organisations)),
            readings=intake.readings.in_order(),
            more_readings=intake.readings.more,
            notices=recording.notices() if not restoring else (),
            erasures_left_out=intake.erasures_left_out,
        )
