"""Erasures: the ledger's own entries, which tell that it destroyed the key of a person.

Nobody proposes them: `armsledger admin forget` records one for each person, and an export brings those of its ledger
along. The stream of a person is no stream of the catalogue: it has no state, and no question is asked of it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import Field

from armsledger.domain.events.statement import ONCE, Identity, Statement
from armsledger.domain.values.stream import PERSON


class Forgotten(Statement):
    """The name and the key of a person were destroyed; the stream tells whose, by the random id."""

    name: ClassVar[str] = "forgotten"
    identity: ClassVar[Identity] = ONCE
    opens: ClassVar[bool] = True

    by: str = Field(description="who forgot the person, and why")
    at: str | None = Field(default=None, description="the instant, where that was before the entry was recorded")


ERASURE: Final = f"{PERSON}.{Forgotten.name}"
"""The stored name."""
