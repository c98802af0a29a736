"""Erasures: the ledger's own entries, which tell that it destroyed the key of a person.

Nobody proposes them: `armsledger admin forget` records one for each person, and an export brings those of its ledger
along. The stream of a person is no stream of the catalogue: it has no state, and no question is asked of it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import Field

from armsledger.domain.entry import Draft
from armsledger.domain.events.statement import ONCE, Identity, Statement
from armsledger.domain.values.stream import PERSON
from armsledger.domain.values.when import When

DAY: Final = slice(10)
"""The day of an instant in ISO's form."""


class Forgotten(Statement):
    """The name and the key of a person were destroyed; the stream tells whose, by the random id."""

    name: ClassVar[str] = "forgotten"
    identity: ClassVar[Identity] = ONCE
    opens: ClassVar[bool] = True

    by: str = Field(description="who forgot the person, and why")
    at: str | None = Field(default=None, description="the instant, where that was before the entry was recorded")


def erasure(person_id: str, entry_id: str, by: str, instant: str, *, is_earlier: bool = False) -> Draft:
    """The entry of an erasure at an instant; ``is_earlier`` says that it was recorded later, or elsewhere."""
    day = When.parse(instant[DAY])
    event = Forgotten(on=day, asserted=day, by=by, at=instant if is_earlier else None)
    return Draft(f"{PERSON}/{person_id}", 1, entry_id, event)
