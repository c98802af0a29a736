"""What is asked of volumes: by which fields, of which years, and of whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, get_args

from armsledger.application.names.filters import CODE_LENGTH, party_filter
from armsledger.domain.errors import InvalidValue, UsageError, quoted
from armsledger.domain.values.party import UNKNOWN

VolumeField = Literal["supplier", "buyer", "category", "year"]
"""What volumes are summed up by."""
FIELDS: Final = get_args(VolumeField)
CATEGORY: Final = "category"
FIRST_YEAR, LAST_YEAR = 1000, 9999
Words = str | Sequence[str] | None
"""The words of a filter: one, or several of which any will do."""


class VolumeQuestion(NamedTuple):
    """The fields to sum up by, the first and the last year (inclusive; None for no end), and the words of filters.

    ``words`` are the words that a filter looks for, by its field, letters of either case alike.
    """

    by: tuple[str, ...]
    first: int | None
    last: int | None
    words: Mapping[str, frozenset[str]]

    @property
    def names(self) -> dict[str, list[str]]:
        """The words that are no codes, categories or marks of registers: only the ledger tells which there are."""
        parties = {name: words for name, words in self.words.items() if name != CATEGORY}
        return {name: sorted(filter(_is_name, words)) for name, words in parties.items()}


def ask(
    by: str | Sequence[str], from_year: int | None, to_year: int | None, words: Mapping[str, Words]
) -> VolumeQuestion:
    """Read what is asked; raises UsageError."""
    for name, year in (("from", from_year), ("to", to_year)):
        if year is not None and (type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR):
            raise UsageError(f"{name} {quoted(year)} is no year", remedy="write a year of four digits, such as 1950")
    if from_year is not None and to_year is not None and from_year > to_year:
        raise UsageError(
            f"from {from_year} to {to_year} there is no year",
            remedy=f"name the earlier year first: from {to_year} to {from_year}",
        )
    looked_for = {name: _words(name, given) for name, given in words.items() if given}
    return VolumeQuestion(_fields(by), from_year, to_year, looked_for)


def _is_name(word: str) -> bool:
    return len(word) != CODE_LENGTH and word != UNKNOWN.casefold()


def _fields(by: str | Sequence[str]) -> tuple[str, ...]:
    """The fields to sum up by, in their order; raises UsageError."""
    names = [part.strip() for text in ([by] if isinstance(by, str) else by) for part in text.split(",") if part.strip()]
    for name in names:
        if name not in FIELDS:
            raise UsageError(f"volumes cannot be by {quoted(name)}", remedy=f"write some of {','.join(FIELDS)}")
        if names.count(name) > 1:
            raise UsageError(f"volumes are by {name} twice", remedy="name each field once")
    return tuple(names)


def _words(name: str, given: str | Sequence[str]) -> frozenset[str]:
    """What a filter looks for; raises UsageError."""
    words = [given] if isinstance(given, str) else given
    return frozenset((word if name == CATEGORY else _party(word)).strip().casefold() for word in words)


def _party(text: str) -> str:
    """A party by its code or by any of its names, those of the register too; raises UsageError."""
    if len(text) == CODE_LENGTH and text.isupper():
        return party_filter(text)
    from armsledger.application.codes import Codes
    from armsledger.exchange.sipri.names import party_of

    try:
        return str(party_of(text, Codes()))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error
