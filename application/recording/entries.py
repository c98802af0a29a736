"""Recording one entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from armsledger.application.recording.transaction import Recording, open_recording
from armsledger.application.session import Session
from armsledger.domain.decisions.decision import Decision
from armsledger.domain.decisions.readings import Reading
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import Refused, as_one
from armsledger.domain.findings.finding import Finding
from armsledger.storage.driver_errors import persistently


class Recorded(NamedTuple):
    """An entry: its address, the findings that it causes, and whether it had been recorded before.

    ``readings`` tell which of its values were read otherwise than they were written, ``notices`` that the key of a new
    stream is close to another one's.
    """

    address: str
    entry: Entry | Draft
    findings: tuple[Finding, ...] = ()
    known_before: bool = False
    readings: tuple[Reading, ...] = ()
    notices: tuple[str, ...] = ()


def record(
    session: Session, proposal: Proposal, *, sources: Sequence[Proposal] = (), dry_run: bool = False
) -> Recorded:
    """Record one entry, after the ``sources`` that are registered with it; a dry run only says what would be recorded.

    It begins again if the connection to the server is lost meanwhile. Raises Refused and its kinds.
    """
    return persistently(lambda: _record(session, proposal, sources, dry_run), session.timeout_seconds)


def _record(session: Session, proposal: Proposal, sources: Sequence[Proposal], dry_run: bool) -> Recorded:
    with (
        session.writing(dry_run=dry_run) as journal,
        open_recording(session, journal, dry_run=dry_run) as recording,
    ):
        for source in sources:
            _decided(recording, source)
        decision = _decided(recording, proposal)
        draft = decision.draft
        entry = draft or decision.known
        assert entry is not None
        appended = {new.address: new for new in recording.flush()}
        entry = appended.get(entry.address, entry)
        findings = recording.new_findings([entry.stream])
        notices = recording.notices()
        return Recorded(
            entry.address, entry, findings, known_before=draft is None, readings=decision.readings, notices=notices
        )


def _decided(recording: Recording, proposal: Proposal) -> Decision:
    """What is decided; raises all that is wrong with the proposal."""
    try:
        return recording.take(proposal)
    except Refused as refusal:
        raise as_one(recording.reasons(proposal, refusal)) from refusal.__cause__
