"""F"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from armsledger.domain.beliefs.belief import Belief
from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.states.deal import Deal

Severity = Literal["error", "warning", "info"]


class Finding(NamedTuple):
    """Something that does not fit: what, how grave, in which entries; for a contested field also the deciding rule."""

    code: str
    severity: Severity
    stream: str
    message: str
    entries: tuple[str, ...]
    field: str | None = None
    rule: str | None = None


class Evidence(NamedTuple):
    """What a check looks at: one stream's belief, what is certain and possible by a day, and the deal in both."""

    stream: str
    belief: Belief
    certain: Sequence[Occurrence]
    possible: Sequence[Occurrence]
    deal: Deal | None
    upper: Deal | None

    def of(self, *kinds: type) -> list[Occurrence]:
        """The certain occurrences of some kinds."""
        return [occurrence for occurrence in self.certain if isinstance(occurrence.event, kinds)]


Check = Callable[[Evidence], Iterable[Finding]]


def addresses(occurrences: Iterable[Occurrence]) -> tuple[str, ...]:
    """The addresses of the preferred statements."""
    return tuple(occurrence.entry.address for occurrence in occurrences)
