"""Entries that this release cannot read: what others recorded past the catalogue, or a later release did.

On a server, whoever may record can record by SQL, too, and a later release knows more events. Such an entry is a part
of the journal as all others are, but it tells this release nothing: no state counts it, and a finding says so. Nobody
proposes one; an export brings those of its ledger along.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import Role, Statement

UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What the catalogue raises for a payload that no release has written."""


class Unreadable(Statement):
    """What such an entry has in the journal; ``on`` and ``asserted`` are the day on which it was recorded."""

    name: ClassVar[str] = "unreadable"
    role: ClassVar[Role] = Role.UNREADABLE

    stored_name: str = Field(description="the name under which it is stored")
    format: int = Field(description="the version of its fields")
    payload: str = Field(description="its text, as it is stored")
    days: tuple[str | None, str | None, str | None, str | None] = Field(
        description="the first and the last day on which it happened, and was asserted, as the journal has them"
    )
    cites: str | None = Field(default=None, description="the source that the journal has beside it")

    def problem(self, kind: str) -> str:
        """Why it cannot be read in a stream of a kind."""
        known = CATALOGUE.format_of(self.stored_name)
        if known is None or not self.stored_name.startswith(f"{kind}."):
            return f"a stream of {kind} has no event {self.stored_name!r:.80}"
        if self.format > known:
            return f"it is in format {self.format} of {self.stored_name}, and this release knows {known}"
        return f"its text is none of {self.stored_name}"
