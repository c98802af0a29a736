"""What an entry says, in a line, and as a card: with its source, its grades and its quote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from armsledger.application.saying import saying
from armsledger.domain.events.statement import Statement
from armsledger.projections.spans.trail import data_of

if TYPE_CHECKING:
    from armsledger.domain.decisions.history import History
    from armsledger.domain.entry import Draft, Entry
    from armsledger.domain.values.citation import Grades


def told_in_short(event: Statement, address: Callable[[str], str] = str) -> str:
    """``contract-signed on 2018-10: ~USD 5bn, 5 units``; ``address`` gives the address of the entry of an id."""
    said = saying(data_of(event), address)
    return f"{event.name} on {event.on}{': ' if said else ''}{said}"


def address_in(history: History) -> Callable[[str], str]:
    """What gives the address of an entry of a history by its id."""
    return lambda entry_id: entry.address if (entry := history.entries.get(entry_id)) else entry_id


class Card(NamedTuple):
    """An entry as somebody looks at it who is to decide about it."""

    address: str
    says: str
    source: str
    grade: str
    attribution: str
    asserted: str
    quote: str

    @property
    def cited(self) -> str:
        """On whose word it stands, and how good that is: ``theprint-2021-11-12 (C2), 2021-11-12, narrative``."""
        grade = f" ({self.grade})" if self.grade else ""
        told = (f"{self.source}{grade}", f"asserted {self.asserted}", self.attribution)
        return ", ".join(part for part in told if part)


def card(entry: Entry | Draft, history: History, grades: Grades) -> Card:
    """The card of an entry of a history, with its event as it stands corrected."""
    event = history.current(entry)
    reliability = grades.get(event.source or "", "")
    return Card(
        entry.address,
        told_in_short(event, address_in(history)),
        event.source or "",
        f"{reliability}{event.credibility or ''}",
        "" if event.attribution is None else str(event.attribution),
        str(event.asserted),
        event.quote or "",
    )
