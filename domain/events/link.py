"""Links between streams: a contract within a programme, a resale, a register's row beside the deal that it lists."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from armsledger.domain.errors import InvalidValue, UsageError
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.value import ReadInPython
from armsledger.domain.values.words import Relation


def _read_stream(value: Any) -> Any:
    """The name of a stream, ``deal/poland-k9``."""
    if not isinstance(value, str):
        return value
    try:
        return str(StreamId.parse(value))
    except UsageError as error:
        raise InvalidValue(error.message, error.remedy) from error


StreamName = Annotated[str, ReadInPython(_read_stream)]
"""The name of a stream as people write it: its kind and its key."""


class LinkStatement(Statement):
    """What is said of a link; a link is known by the stream that it leads to and by the relation."""

    to: StreamName = Field(description="the other stream, such as deal/poland-k9")
    relation: Relation = Field(description="what this stream is to the other one")
    reason: str | None = Field(default=None, description="why")


class Linked(LinkStatement):
    """The stream is related to another one."""

    name: ClassVar[str] = "linked"
    place_in_cycle: ClassVar[int] = 97


class Unlinked(LinkStatement):
    """The stream is no longer related to another one."""

    name: ClassVar[str] = "unlinked"
    place_in_cycle: ClassVar[int] = 98


LinkEvent = Linked | Unlinked
"""Events of links."""
