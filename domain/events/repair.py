"""Repairs: entries that correct, retract, dispute or resolve other entries."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, JsonValue, WrapValidator

from armsledger.domain.events.statement import Role, Statement

CorrectionReason = Literal["entry-error", "source-error", "new-information", "translation"]
OUR_COPY = frozenset({"entry-error", "translation"})
"""Reasons that repair our own copy: they hold from the day on which the target was asserted."""


def _as_given(value: Any, check: Callable[[Any], Any]) -> Any:
    """The value as it is given, once it is known to be JSON: the check itself strips blanks."""
    check(value)
    return value


Changes = Annotated[dict[str, JsonValue], WrapValidator(_as_given)]
"""New values as they are given: the type of each field reads it, and blanks may count."""


class Corrected(Statement):
    """An entry is repaired; what was written stays in the trail."""

    name: ClassVar[str] = "corrected"
    role: ClassVar[Role] = Role.REPAIR

    target: str = Field(description="entry to correct")
    set: Changes = Field(min_length=1, description="fields and their new values; null clears a field")
    reason: CorrectionReason = Field(description="why")


class Retracted(Statement):
    """An entry is taken back; a retraction can itself be retracted."""

    name: ClassVar[str] = "retracted"
    role: ClassVar[Role] = Role.REPAIR

    target: str = Field(description="entry to take back")
    reason: str = Field(min_length=1, description="why; entry-error and translation repair our own copy")


class Disputed(Statement):
    """Somebody disputes an entry; it stands, and is shown as disputed."""

    name: ClassVar[str] = "disputed"
    role: ClassVar[Role] = Role.REPAIR

    target: str = Field(description="entry that is disputed")
    reason: str | None = Field(default=None, description="why")


class Resolved(Statement):
    """One entry is preferred to others that disagree with it."""

    name: ClassVar[str] = "resolved"
    role: ClassVar[Role] = Role.REPAIR

    preferred: str = Field(description="entry to prefer")
    over: tuple[str, ...] = Field(min_length=1, description="entries it is preferred to")
    reason: str | None = Field(default=None, description="why")
