"""The end of a term: what a licence, waiver, suspension or framework comes to when its ``until`` is over."""

from __future__ import annotations

from typing import Any, ClassVar

from armsledger.domain.events.statement import Statement


class Lapsed(Statement):
    """A term has run out. Nobody records it: it follows from the ``until`` of the event that began the term."""

    place_in_cycle: ClassVar[int] = 99

    term: Any = None

    @classmethod
    def of(cls, term: Statement) -> Lapsed:
        """The end of the term that an event began."""
        return cls.model_construct(on=term.on, asserted=term.asserted, source=term.source, term=term)
