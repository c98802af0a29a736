"""Sources: what they are, and how far they can be relied on."""

from typing import ClassVar

from pydantic import Field

from armsledger.domain.events.statement import ONCE, Identity, Statement
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.when import When


class Registered(Statement):
    """A source is taken into the ledger."""

    name: ClassVar[str] = "registered"
    identity: ClassVar[Identity] = ONCE
    opens: ClassVar[bool] = True
    place_in_cycle: ClassVar[int] = 0

    publisher: str = Field(description="who published it")
    title: str | None = Field(default=None, description="title")
    url: str | None = Field(default=None, description="address")
    published: When | None = Field(default=None, description="when it was published (EDTF)")
    retrieved: When | None = Field(default=None, description="when it was retrieved (EDTF)")
    reliability: Reliability | None = Field(default=None, description="A (completely reliable) to F (cannot be judged)")
    scope: str | None = Field(
        default=None, description="what part of its subject it holds, if not all: deliveries only, years 1950 to 1989"
    )
    file: str | None = Field(default=None, description="file of the stored text; its SHA-256 is recorded with it")
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$", description="SHA-256 of the stored text")


class Regraded(Statement):
    """The reliability of a source is judged anew."""

    name: ClassVar[str] = "regraded"

    reliability: Reliability = Field(description="A (completely reliable) to F (cannot be judged)")
    reason: str | None = Field(default=None, description="why")


SourceEvent = Registered | Regraded
"""Events of a source."""
