"""On whose word a statement stands, and how good that word is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from armsledger.domain.errors import InvalidValue, quoted
from armsledger.domain.limits import LONGEST_PERSON
from armsledger.domain.values.value import STRIPPED, Value

ERASED: Final = "erased"
"""What the ledger reads in place of the name of somebody who was forgotten."""


class Personal:
    """Marks a field that names a person: ``speaker: Annotated[str | None, Personal()]``.

    The storage seals such a text under a key of the person's own (crypto-shredding, `armsledger.storage.erasure`), so
    that the law can have the name erased without a change to any entry.
    """

    __slots__ = ()


@dataclass(frozen=True)
class Attribution(Value):
    """The speaker whom a source quotes: a name, a role, and whether the source withholds the name."""

    __pydantic_config__ = STRIPPED
    is_told_as_text: ClassVar[bool] = True
    """Rows and answers have it as people read it."""

    speaker: Annotated[str | None, Personal()] = None
    role: str | None = None
    anonymous: bool = False

    @classmethod
    def _read(cls, value: Any) -> Any:
        said = {"speaker": value} if isinstance(value, str) else value
        speaker = said.get("speaker") if isinstance(said, Mapping) else None
        if isinstance(speaker, str) and len(speaker.strip()) > LONGEST_PERSON:
            raise InvalidValue(
                f"{quoted(speaker.strip())} is no name of a speaker: it has more than {LONGEST_PERSON} characters",
                "give the name alone, and what else there is to say as role, quote or note",
            )
        return said

    def __str__(self) -> str:
        named = ", ".join(part for part in (self.speaker, self.role) if part)
        if self.anonymous and "anonym" not in named:
            return f"{named} (anonymous)" if named else "anonymous"
        return named


# The Admiralty code (NATO AJP-2.1): how reliable a source is, and how credible a statement.

Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""A completely reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged."""
CANNOT_BE_JUDGED: Reliability = "F"
CREDIBILITY_CANNOT_BE_JUDGED = 6
"""1 confirmed by other sources, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged."""
Grades = Mapping[str, Reliability]
"""The reliability of each source at a belief date; a source without a grade cannot be judged."""
