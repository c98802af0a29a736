"""Taking a review in which somebody has marked which deals of the register are one: whole, or not at all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final, NamedTuple

from armsledger.application.codes import Codes
from armsledger.application.recording.transaction import Recording, open_recording
from armsledger.application.session import Session
from armsledger.application.sipri.decided import Outcome
from armsledger.application.sipri.joining import Review
from armsledger.application.sipri.register import REVIEW, REVIEW_PREFIX
from armsledger.application.sipri.row_states import Register, survey
from armsledger.domain.entry import Proposal
from armsledger.domain.errors import LedgerError
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.review import BadMarks, Mark, MarkedReview, read_review, release_meant
from armsledger.storage.driver_errors import persistently
from armsledger.storage.journal import Journal

COUNTED: Final = ("joined", "apart", "undone", "known", "undecided", "recorded")


class ReviewReport(NamedTuple):
    """What a review came to: how many pairs it joined, kept apart or parted again, were so already, and are open."""

    file: str
    source: str
    joined: int = 0
    apart: int = 0
    undone: int = 0
    known: int = 0
    undecided: int = 0
    recorded: int = 0
    first: int = 0
    last: int = 0
    dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The report in the types of JSON."""
        counts = {name: getattr(self, name) for name in COUNTED}
        positions = [self.first, self.last] if self.recorded else None
        return {"file": self.file, "source": self.source, **counts, "positions": positions, "dry_run": self.dry_run}


def import_review(session: Session, path: str | Path, *, dry_run: bool = False) -> ReviewReport:
    """Join the deals of pairs that are accepted, and keep those apart that are rejected.

    All of the review is taken or nothing; taking it again adds nothing. Raises UnreadableDossier and BadMarks.
    """
    review = read_review(path)
    return persistently(lambda: _take(session, review, dry_run=dry_run), session.timeout_seconds)


def _take(session: Session, review: MarkedReview, *, dry_run: bool) -> ReviewReport:
    report = ReviewReport(review.file, "", dry_run=dry_run)
    with session.writing(dry_run=dry_run) as journal, open_recording(session, journal, dry_run=dry_run) as recording:
        before = journal.reader.head()
        report = _decide(recording, journal, review, session.recorded_by)._replace(dry_run=dry_run)
        recording.flush()
        recorded = journal.reader.head() - before
        if recorded:
            report = report._replace(recorded=recorded, first=before + 1, last=before + recorded)
    return report


def _decide(recording: Recording, journal: Journal, review: MarkedReview, recorded_by: str) -> ReviewReport:
    looked = survey(journal.reader, Register.of(journal.reader, Names(Codes())))
    registration = _registration(recording, review, recorded_by)
    decisions = Review(recording, looked, registration)
    days = [release.released.isoformat() for release in looked.register.releases]
    dated = [mark._replace(release=release_meant(mark.release, days)) for mark in review.marks]
    rejected = [mark for mark in dated if mark.decision == "reject"]
    accepted = [mark for mark in dated if mark.decision == "accept"]
    for marks in (rejected, accepted):
        marks.sort(key=lambda mark: _reversed(mark.release))  # later deals join first
    outcomes: dict[int, Outcome] = {}
    problems: dict[int, str] = {}
    for mark in (*rejected, *rejected, *accepted):  # what one undoes, another may speak of
        if mark.row in problems or outcomes.get(mark.row, "known") != "known":
            continue
        try:
            outcomes[mark.row] = _apply(decisions, mark)
        except LedgerError as error:
            problems[mark.row] = f"{review.file}:{mark.row}: {error.message}; {error.remedy}"
    if problems:
        raise BadMarks([problems[row] for row in sorted(problems)])
    counts = Counter(outcomes.values())
    undecided = sum(mark.decision == "" for mark in review.marks)
    source = registration.stream.key if counts.total() > counts["known"] else ""
    done = counts["joined"], counts["apart"], counts["undone"], counts["known"]
    return ReviewReport(review.file, source, *done, undecided)


def _apply(decisions: Review, mark: Mark) -> Outcome:
    decide = decisions.join if mark.decision == "accept" else decisions.part
    return decide(mark.old, mark.new, mark.release, mark.why)


def _reversed(day: str) -> tuple[int, ...]:
    """Sorts days in the reverse of their order."""
    return tuple(-ord(character) for character in day)


def _registration(recording: Recording, review: MarkedReview, recorded_by: str) -> Proposal:
    """What registers the review as a source: who decided, when, and by which file."""
    base = f"{REVIEW_PREFIX}{recording.today.isoformat()}"
    key, number = base, 1
    while recording.has_stream(f"source/{key}"):
        number += 1
        key = f"{base}-{number}"
    fields = {
        "publisher": recorded_by,
        "title": REVIEW,
        "published": recording.today.isoformat(),
        "file": review.file,
        "sha256": review.digest,
    }
    return Proposal(StreamId("source", key), "registered", fields)
