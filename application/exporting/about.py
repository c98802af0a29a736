"""What an export says about itself: the ledger, and the question that it answers."""

from __future__ import annotations

from typing import NamedTuple

from armsledger.application.maintenance.checkpoints import root_of
from armsledger.application.question import Question
from armsledger.application.session import Session
from armsledger.storage.errors import LedgerOutdated
from armsledger.version import VERSION


class About(NamedTuple):
    """A ledger's id, and a question to it; ``root`` is blank if the ledger has no tree of entries yet."""

    ledger: str
    position: int
    root: str
    at: str
    known: str
    known_by: str
    made_by: str = f"armsledger {VERSION}"

    @classmethod
    def of(cls, session: Session, question: Question) -> About:
        """What an answer to a question says about itself."""
        try:
            root = root_of(session, question.position).hex
        except LedgerOutdated:
            root = ""
        return cls(
            session.reader().meta().get("ledger_id", ""),
            question.position,
            root,
            question.day.isoformat(),
            question.known or "everything recorded",
            question.known_by,
        )
