"""An entry: a statement in its place in the journal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from armsledger.domain.events.statement import Statement
from armsledger.domain.values.personal import Seals


class Stored(NamedTuple):
    """How another ledger stores an entry, so that a copy of it can store it to the letter as it is there.

    The payload is that of an earlier release, with its names in clear; None if it is what this release makes of the
    event. ``in_clear`` says that names stand in it as they are, as before there were seals.
    """

    format: int | None = None
    payload: str | None = None
    in_clear: bool = False


class Draft(NamedTuple):
    """A statement that was decided upon and is not yet recorded.

    If it comes from another ledger, ``seals`` tell how that keeps the names in it, and ``stored`` how it stores it.
    """

    stream: str
    version: int
    id: str
    event: Statement
    seals: Seals | None = None
    stored: Stored | None = None

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
