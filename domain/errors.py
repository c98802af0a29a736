"""What can go wrong, as one tree.

LedgerError
├── Refused                  an entry that is not taken; nothing was stored
│   ├── UnknownEvent         the catalogue has no such event
│   ├── UnknownField         the event has no such field
│   ├── MissingField         a required field is not there
│   ├── UnreadableValue      a field whose text cannot be read (dates, money, choices)
│   ├── UnknownCode          a country or currency nobody knows
│   ├── FutureDate           a fact dated after today
│   ├── NotOpened            the stream does not exist, and this event cannot open it
│   ├── UnknownSource        a citation of a source the ledger does not hold
│   ├── UnknownTarget        a reference to an entry that does not exist
│   ├── RetractedTarget      a reference to an entry that is retracted already
│   ├── WrongTarget          a reference to an entry of a kind that does not fit
│   ├── SelfContradiction    one source, one day, two accounts of one occurrence
│   └── IdTaken              the same entry id with other content
├── UnreadableDossier        a file that is not YAML or JSONL, or not of the dossier's shape
├── UsageError               a question that cannot be asked (a date or stream that cannot be read)
├── UnknownStream            a question about a stream that the ledger does not hold
└── the storage's errors     see ``armsledger.storage.errors``
"""

from __future__ import annotations

from reprlib import Repr
from typing import Any, Self

LONGEST_QUOTE = 80
ELLIPSIS = "..."


class LedgerError(Exception):
    """Base of all errors; ``remedy`` tells what to do about it, ``place`` where it arose (file and line)."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = ""

    def at(self, place: str) -> Self:
        """The same error, with the place (``file.yaml:12``) where it arose; the innermost place wins."""
        self.place = self.place or place
        return self

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text}\n  remedy: {self.remedy}" if self.remedy else text


class UnreadableDossier(LedgerError):
    """A file that cannot be read as a dossier."""


class UsageError(LedgerError):
    """A question that cannot be asked as it stands."""


class UnknownStream(LedgerError):
    """A question about a stream that the ledger does not hold."""


class Refused(LedgerError):
    """An entry is not taken; nothing was stored.

    ``stream``, ``entry`` and ``field`` name what is wrong as far as they are known.
    """

    def __init__(self, message: str, *, remedy: str = "", stream: str = "", entry: str = "", field: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.stream = stream
        self.entry = entry
        self.field = field

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.place, self.stream, self.field) if part)
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n  remedy: {self.remedy}" if self.remedy else text


class UnknownEvent(Refused):
    """The catalogue has no such event."""


class UnknownField(Refused):
    """The event has no such field."""


class MissingField(Refused):
    """A required field is not there."""


class UnreadableValue(Refused):
    """A field's text cannot be read."""


class UnknownCode(Refused):
    """A country or currency nobody knows."""


class FutureDate(Refused):
    """A fact dated after today; what is yet to come is an expectation."""


class NotOpened(Refused):
    """The stream does not exist, and this event cannot open it."""


class UnknownSource(Refused):
    """A citation of a source the ledger does not hold."""


class UnknownTarget(Refused):
    """A reference to an entry that does not exist."""


class RetractedTarget(Refused):
    """A reference to an entry that is retracted already."""


class WrongTarget(Refused):
    """A reference to an entry of a kind that does not fit."""


class SelfContradiction(Refused):
    """One source gives two accounts of one occurrence on the same day."""


class IdTaken(Refused):
    """The same entry id with other content."""


def quoted(value: Any, longest: int = LONGEST_QUOTE) -> str:
    """The value as Python writes it, cut to a length; never fails."""
    if isinstance(value, str):
        return repr(shortened(value, longest))
    try:
        text = _SHORT.repr(value)
    except ValueError:  # an integer of more figures than Python converts
        return f"a value of type {type(value).__name__} with thousands of figures"
    return shortened(text, longest)


def shortened(text: str, longest: int = LONGEST_QUOTE) -> str:
    """The beginning of a text, with an ellipsis if there is more."""
    return text if len(text) <= longest else f"{text[: longest - len(ELLIPSIS)]}{ELLIPSIS}"


def _short() -> Repr:
    """Looks at a few parts of each list and mapping, and not below the fourth level."""
    short = Repr()
    short.maxlevel = 4
    short.maxlist = short.maxtuple = short.maxdict = short.maxset = short.maxfrozenset = 8
    short.maxstring = short.maxlong = short.maxother = LONGEST_QUOTE
    return short


_SHORT = _short()
