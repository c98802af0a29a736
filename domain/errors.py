"""What can go wrong, as one tree. Every error has a message and a remedy; errors of files have a place as well.

LedgerError
├── Refused                  an entry is not taken; nothing was stored
│   ├── UnknownEvent         the catalogue has no such event
│   ├── UnknownField         the event has no such field
│   ├── MissingField         a required field is missing
│   ├── UnreadableValue      nobody can read a field's text (dates, money, choices)
│   ├── UnknownCode          no country or currency has this code
│   ├── FutureDate           a fact is dated after today
│   ├── NotOpened            the stream does not exist, and this event cannot open it
│   ├── LookAlike            the key of a new stream could be taken for another one's
│   ├── UnknownSource        an entry cites a source that the ledger does not hold
│   ├── UnknownTarget        an entry refers to one that does not exist
│   ├── RetractedTarget      an entry refers to one that is retracted
│   ├── WrongTarget          an entry refers to one of a kind that does not fit
│   ├── SelfContradiction    one source gives two accounts of one occurrence on one day
│   ├── IdTaken              another entry has this id, with other content
│   └── Refusals             several of these at once, in one entry or one file
├── UnreadableDossier        a file is not YAML or JSONL, or does not have the shape of a dossier
├── UsageError               a question makes no sense as it stands (its date or stream cannot be read)
├── UnknownStream            a question is about a stream that the ledger does not hold
└── the storage's errors     see ``armsledger.storage.errors``

InvalidValue                 a value type cannot read a text; a field that holds it makes an UnreadableValue of this
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import Repr
from typing import Any, Self

LONGEST_QUOTE = 80
ELLIPSIS = "..."


class LedgerError(Exception):
    """Base of all errors: ``remedy`` says what to do about it, ``place`` where it arose (file and line)."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = ""

    def at(self, place: str) -> Self:
        """The same error with the place (``file.yaml:12``) where it arose; the innermost place wins."""
        self.place = self.place or place
        return self

    @property
    def where(self) -> str:
        """All that is known of where it arose; empty where nothing is."""
        return self.place

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  remedy: {self.remedy}" if self.remedy else text


class UnreadableDossier(LedgerError):
    """A file is not YAML or JSONL, or does not have the shape of a dossier."""


class UsageError(LedgerError):
    """A question makes no sense as it stands."""


class UnknownStream(LedgerError):
    """A question is about a stream that the ledger does not hold."""


class Refused(LedgerError):
    """An entry is not taken; nothing was stored.

    ``stream``, ``entry`` (an address) and ``field`` name what is wrong, as far as they are known.
    """

    def __init__(self, message: str, *, remedy: str = "", stream: str = "", entry: str = "", field: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.stream = stream
        self.entry = entry
        self.field = field

    @property
    def where(self) -> str:
        """The place, the stream and the field, as far as they are known."""
        return ": ".join(part for part in (self.place, self.stream, self.field) if part)


class UnknownEvent(Refused):
    """The catalogue has no such event."""


class UnknownField(Refused):
    """The event has no such field."""


class MissingField(Refused):
    """A required field is missing."""


class UnreadableValue(Refused):
    """Nobody can read a field's text."""


class UnknownCode(Refused):
    """No country or currency has this code."""


class FutureDate(Refused):
    """A fact is dated after today; what is yet to come is an expectation."""


class NotOpened(Refused):
    """The stream does not exist, and this event cannot open it."""


class LookAlike(Refused):
    """The key of a new stream could be taken for another one's."""


class UnknownSource(Refused):
    """An entry cites a source that the ledger does not hold."""


class UnknownTarget(Refused):
    """An entry refers to one that does not exist."""


class RetractedTarget(Refused):
    """An entry refers to one that is retracted."""


class WrongTarget(Refused):
    """An entry refers to one of a kind that does not fit."""


class SelfContradiction(Refused):
    """One source gives two accounts of one occurrence on the same day."""


class IdTaken(Refused):
    """Another entry has this id, with other content."""


class Refusals(Refused):
    """Several things are wrong with an entry or a file; nothing was stored.

    ``errors`` holds each of them with its place and remedy, up to a limit; ``more`` says that there may be others, and
    ``consequence`` what became of the rest.
    """

    def __init__(
        self, errors: Sequence[LedgerError], *, more: bool = False, consequence: str = "nothing was recorded"
    ) -> None:
        first = errors[0]
        super().__init__(first.message, remedy=first.remedy)
        self.errors = tuple(errors)
        self.more = more
        self.consequence = consequence
        self.place = first.place
        if isinstance(first, Refused):
            self.stream, self.entry, self.field = first.stream, first.entry, first.field

    @property
    def count_in_words(self) -> str:
        """``3 errors``; ``the first 100 errors`` where there may be more."""
        return f"{'the first ' if self.more else ''}{len(self.errors)} errors"

    def __str__(self) -> str:
        return "\n".join([*map(str, self.errors), f"{self.count_in_words}; {self.consequence}"])


def each_of(error: LedgerError) -> tuple[LedgerError, ...]:
    """The single errors of which an error consists: itself, but for `Refusals`."""
    return error.errors if isinstance(error, Refusals) else (error,)


def as_one(errors: Sequence[LedgerError], *, more: bool = False) -> LedgerError:
    """The error to be raised: the only one as it is, or all of them together."""
    singles = [single for error in errors for single in each_of(error)]
    return singles[0] if len(singles) == 1 and not more else Refusals(singles, more=more)


class InvalidValue(ValueError):
    """A text or another value is none of the type asked for; pydantic passes this error on as it is."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}; {self.remedy}" if self.remedy else self.message


# How messages quote values: enough to recognise one by, however long, deep or large it is.


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
    """What looks at a few parts of each list and mapping, and not below the fourth level."""
    short = Repr()
    short.maxlevel = 4
    short.maxlist = short.maxtuple = short.maxdict = short.maxset = short.maxfrozenset = 8
    short.maxstring = short.maxlong = short.maxother = LONGEST_QUOTE
    return short


_SHORT = _short()
