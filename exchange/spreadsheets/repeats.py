"""Rows that repeat another row of the same sheet, and so are recorded once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import NamedTuple

from armsledger.domain.decisions.entry_id import NOT_IN_THE_ID
from armsledger.domain.entry import Proposal
from armsledger.domain.events.payload import canonical_json
from armsledger.domain.events.statement import Statement

ROWS_REMEMBERED = 65_536
"""Rows that a later one is compared with; the ledger itself takes no entry twice, however far apart its rows are."""
LISTED = 20
"""Rows that are listed; further ones are counted."""


class Repeat(NamedTuple):
    """A row that states the same as an earlier one, of something that can happen again."""

    place: str
    earlier: str
    event: str


class Repeats:
    """The rows of one pass. ``rows`` lists repetitions of what can happen again, ``more`` counts further ones."""

    def __init__(self) -> None:
        self.rows: list[Repeat] = []
        self.more = 0
        self._places: OrderedDict[bytes, str] = OrderedDict()

    def clear(self) -> None:
        """Begin a new pass."""
        self.rows.clear()
        self.more = 0
        self._places.clear()

    def has(self, proposal: Proposal, event: type[Statement], *, is_constant: bool) -> bool:
        """Whether an earlier row has made the same entry; if not, the row is remembered."""
        fields = {name: value for name, value in proposal.fields.items() if name not in NOT_IN_THE_ID}
        text = canonical_json([str(proposal.stream), proposal.event, proposal.id, fields])
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        earlier = self._places.get(digest)
        if earlier is None:
            self._places[digest] = proposal.place
            if len(self._places) > ROWS_REMEMBERED:
                self._places.popitem(last=False)
            return False
        if not is_constant and _can_happen_again(proposal, event):
            if len(self.rows) < LISTED:
                self.rows.append(Repeat(proposal.place, earlier, proposal.event))
            else:
                self.more += 1
        return True


def _can_happen_again(proposal: Proposal, event: type[Statement]) -> bool:
    """Whether the same words may be about two occurrences, of which the second would be lost."""
    if proposal.id is not None:
        return False
    return event.identity is None or any(proposal.fields.get(name) is None for name in event.identity)
