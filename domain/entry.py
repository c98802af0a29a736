"""An entry: a statement in its place in the journal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from armsledger.domain.personal import Seals
from armsledger.domain.statement import Statement


class Draft(NamedTuple):
    """A statement that was decided upon and is not yet recorded.

    ``seals`` tell how another ledger keeps the names in it, if it comes from there.
    """

    stream: str
    version: int
    id: str
    event: Statement
    seals: Seals | None = None

    @property
    def address(self) -> str:
        """``deal/india-s400@7``."""
        return f"{self.stream}@{self.version}"


class Entry(NamedTuple):
    """A recorded statement: where it stands, when it was recorded (UTC) and by whom."""

    stream: str
    version: int
    position: int
    id: str
    recorded_at: datetime
    recorded_by: str
    event: Statement

    @property
    def address(self) -> str:
        """``deal/india-s400@7``."""
        return f"{self.stream}@{self.version}"
