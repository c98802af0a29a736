"""An entry, from its proposal through the draft that was decided on to the record in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from armsledger.domain.values.stream import StreamId

if TYPE_CHECKING:
    from armsledger.domain.events.statement import Statement


class Seal(NamedTuple):
    """How another ledger keeps a person's name, so that a copy of it can keep the name the same way.

    There is no key any more for a person who was forgotten; the box is then what was stored.
    """

    id: str
    key: bytes | None = None
    box: str | None = None
    forgotten_at: str | None = None
    forgotten_by: str | None = None


def named_with_login(recorded_by: str, login: str | None) -> str:
    """Who recorded an entry, as people read it: ``ann``, or ``ann (login ann_ro)`` if a server knows them as that."""
    return recorded_by if login is None else f"{recorded_by} (login {login})"


Seals = Mapping[str, Seal]
"""The seals of one entry, by the paths of its fields: ``attribution.speaker``."""


class Stored(NamedTuple):
    """How an entry is stored: the version of its fields, and their canonical text with all names in clear.

    ``in_clear`` says that names stand in the ledger as they are, as they did before names were sealed. Another ledger
    need not tell the version and the text: None is what this release makes of the event.
    """

    format: int | None = None
    payload: str | None = None
    in_clear: bool = False


@dataclass(frozen=True)
class Proposal:
    """An entry that somebody wants to record: fields as text or JSON values, and where these were written.

    ``seals`` and ``stored`` come with an entry of another ledger. ``is_restored`` says that it was recorded before, so
    that refusals which came later do not concern it.
    """

    stream: StreamId
    event: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    place: str = ""
    seals: Seals = field(default_factory=dict)
    stored: Stored | None = None
    is_restored: bool = False


class Draft(NamedTuple):
    """A statement that was decided on and is not yet recorded.

    ``stored`` is how to store it, as the decision has made it; the storage encodes the event where it is None.
    ``seals`` tell how another ledger keeps the names in it.
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
    """A recorded statement: where it stands, when it was recorded (UTC) and by whom.

    ``recorded_by`` is the name that the recorder gave, ``login`` whom the server knew them as; None in a file.
    """

    stream: str
    version: int
    position: int
    id: str
    recorded_at: datetime
    recorded_by: str
    event: Statement
    login: str | None = None

    @property
    def address(self) -> str:
        """``deal/india-s400@7``."""
        return f"{self.stream}@{self.version}"
