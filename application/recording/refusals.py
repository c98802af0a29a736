"""The errors of one dossier, all told together: each once, and none that only follows from another.

An entry that is refused is set aside, and the later ones are still looked at. What needs a refused entry is not blamed:
the stream that it would have opened, the source that it would have registered, its own id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from armsledger.domain.entry import Proposal
from armsledger.domain.errors import (
    LedgerError,
    MissingField,
    NotOpened,
    Refused,
    RetractedTarget,
    SelfContradiction,
    UnknownSource,
    UnknownTarget,
    as_one,
)
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.repair import Corrected, Retracted
from armsledger.exchange.dossiers.objects import Unread

LIMIT: Final = 100
"""Errors that are told of one dossier."""
NAMES_HELD: Final = 100_000
"""Ids, and streams, of entries that were set aside; of a longer list the rest may be told though it only follows."""
WAITS: Final = (NotOpened, UnknownSource, UnknownTarget, RetractedTarget, SelfContradiction)
"""Refusals that a later entry may lift: it opens, registers, takes back or corrects something."""
MAKE_ROOM: Final = frozenset({Corrected.name, Retracted.name})
OTHER_STREAMS: Final = ("to", "covers")
"""Fields that name other streams, or deals."""
DERIVED_ID: Final = re.compile(r"[0-9a-f]{28}")
"""An id that the ledger has made of an entry's content."""


class SetAside:
    """What the entries that were refused would have brought."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.streams: set[str] = set()
        self.opened: set[str] = set()
        """Streams that one of them may have opened; of a source, registered."""
        self.repaired: set[str] = set()

    def add(self, proposal: Proposal) -> None:
        """Note an entry."""
        stream = str(proposal.stream)
        self._add(stream, proposal.id)
        event = CATALOGUE.by_kind[proposal.stream.kind].get(proposal.event)
        if stream in self.streams and (event is None or event.opens):
            self.opened.add(stream)
        if stream in self.streams and (event is None or proposal.event in MAKE_ROOM):
            self.repaired.add(stream)

    def add_unread(self, unread: Unread) -> None:
        """Note what could not be read: nobody knows of which event it is."""
        if unread.stream:
            self._add(unread.stream, unread.id)
            self.opened.add(unread.stream)
            self.repaired.add(unread.stream)

    def _add(self, stream: str, entry_id: str | None) -> None:
        if len(self.streams) < NAMES_HELD:
            self.streams.add(stream)
        if entry_id and len(self.ids) < NAMES_HELD:
            self.ids.add(entry_id)

    def explains(self, refusal: Refused, proposal: Proposal) -> bool:
        """Whether an entry is refused only because one of these was."""
        stream = str(proposal.stream)
        match refusal:
            case NotOpened():
                return stream in self.opened
            case UnknownSource():
                return f"source/{proposal.fields.get('source')}" in self.opened
            case UnknownTarget(field="to" | "covers"):
                return any(name in self.opened for name in _streams_in(proposal.fields.get(refusal.field)))
            case UnknownTarget():
                named = _names_in(proposal.fields.get(refusal.field))
                if refusal.field in OTHER_STREAMS:
                    return any(name in self.opened or f"deal/{name}" in self.opened for name in named)
                return any(name in self.ids or (stream in self.streams and _is_made(name)) for name in named)
            case RetractedTarget() | SelfContradiction():
                return stream in self.repaired
        return False


def _names_in(value: Any) -> list[str]:
    parts = value if isinstance(value, list | tuple) else [value]
    return [str(part.get("deal")) if isinstance(part, Mapping) else str(part) for part in parts]


def _streams_in(value: Any) -> list[str]:
    """The streams that a link or a payment for several deals names; a deal may be named by its key."""
    parts = value if isinstance(value, list | tuple) else [value]
    named = [str(part.get("deal") if isinstance(part, Mapping) else part) for part in parts]
    return [name if "/" in name else f"deal/{name}" for name in named]


def _is_made(name: str) -> bool:
    """Whether a name of an entry is one that the ledger gives: an address, or an id made from the content."""
    return "@" in name or DERIVED_ID.fullmatch(name) is not None


class DossierErrors:
    """The errors that were found so far, in the order of the file."""

    def __init__(self) -> None:
        self.set_aside = SetAside()
        self.refused: list[tuple[int, Refused]] = []
        """The marks of the entries that were refused at once, and the first reason of each."""
        self._errors: list[tuple[int, LedgerError]] = []
        self._causes: Counter[tuple[str, ...]] = Counter()
        self._by_cause: dict[tuple[str, ...], LedgerError] = {}

    def __bool__(self) -> bool:
        return bool(self._errors)

    def add_unread(self, mark: int, unread: Unread) -> None:
        """Note an object that cannot be read."""
        self.set_aside.add_unread(unread)
        self._add(mark, unread.error, _cause_of(unread.error, unread.stream))

    def add(self, mark: int, proposal: Proposal, refusals: Iterable[Refused]) -> None:
        """Note what is wrong with one entry; once it is more than can be told, raises it all."""
        for refusal in refusals:
            self._add(mark, refusal, _cause_of(refusal, str(proposal.fields.get("source"))))

    def _add(self, mark: int, error: LedgerError, cause: tuple[str, ...]) -> None:
        self._causes[cause] += 1
        if self._causes[cause] > 1:
            return
        self._by_cause[cause] = error
        self._errors.append((mark, error))
        if len(self._errors) >= LIMIT:
            self._raise(more=True)

    def raise_all(self) -> None:
        """Raise what was found: an error alone as it is, several together."""
        if self._errors:
            self._raise(more=False)

    def _raise(self, *, more: bool) -> None:
        for cause, error in self._by_cause.items():
            repeats = self._causes[cause] - 1
            if repeats:
                error.message += f" (and {repeats:,} more {'entry' if repeats == 1 else 'entries'} like this)"
        self._errors.sort(key=lambda marked: marked[0])
        raise as_one([error for _, error in self._errors], more=more) from None


def _cause_of(error: LedgerError, name: str) -> tuple[str, ...]:
    """What is repaired once for all the entries that have this error: a source, an opening, a shared value."""
    if isinstance(error, UnknownSource):
        return "source", name
    if isinstance(error, MissingField) and error.field == "asserted":
        return "published", name
    if isinstance(error, NotOpened):
        return "stream", error.stream
    return error.place, getattr(error, "field", ""), error.message
