"""Recording one entry."""

from __future__ import annotations

from typing import NamedTuple

from armsledger.application.recording.transaction import open_recording
from armsledger.application.session import Session
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.findings.finding import Finding
from armsledger.storage.driver_errors import persistently


class Recorded(NamedTuple):
    """An entry: its address, the findings that it causes, and whether it had been recorded before."""

    address: str
    entry: Entry | Draft
    findings: tuple[Finding, ...] = ()
    known_before: bool = False


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
