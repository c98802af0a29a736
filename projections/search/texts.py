"""The texts of an entry that search looks through, and how much each one counts.

The name of a person is not among them: whoever is forgotten must not live on in an index. It is the only text that the
ledger seals, and so the index is made from what is stored, where that name cannot be read anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from armsledger.domain.values.stream import KINDS
from armsledger.projections.search.words import words_of

NAME: Final = 1
"""The level of what names a thing: title, designation, key, publisher."""
DESCRIPTION: Final = 2
"""The level of what describes it: description, category, parties."""
REMARK: Final = 3
"""The level of what is said beside it: comment, quote, note, reason."""
LEVELS: Final = (NAME, DESCRIPTION, REMARK)
SHORT_TEXT: Final = 48
"""Shorter texts come again and again, such as designations: their words are remembered."""

KEY_FIELD: Final = "key"
"""What the key of a stream is called among the fields."""
PARTIES: Final = "against buyer by end_user lender participants parties partner payee payer supplier"
"""Fields that hold parties, which a correction may name in words that are stored as a code."""
NAMES: Final = "designation designation_by_year item items publisher series title"
DESCRIPTIONS: Final = (
    "authority basis category description forum instrument legislature place prime recipient reference to unit_name"
)
REMARKS: Final = (
    "agenda comment conditions criteria holder measures note option outcomes over quote reason role route scope targets"
    " terms tranche url"
)
SEARCHED: Final[Mapping[str, int]] = {
    **dict.fromkeys(NAMES.split(), NAME),
    **dict.fromkeys(f"{DESCRIPTIONS} {PARTIES}".split(), DESCRIPTION),
    **dict.fromkeys(REMARKS.split(), REMARK),
}
"""The fields that are searched, wherever they stand in an entry, and their levels."""
NOT_SEARCHED: Final = (
    "apart_from condition currency deal delivered estimate file level listed_in local_production order_year ordered"
    " perhaps preferred renamed same_as set sha256 source speaker stage target volume_delivered volume_ordered"
    " volume_per_unit years"
)
"""The other texts of the catalogue: addresses of entries, codes, numbers, words of a list, and names of persons."""
NAMING: Final = frozenset({"agenda", "outcomes", "to"})
"""Fields that may name streams."""
STREAMS: Final = tuple(f"{kind}/" for kind in KINDS)


class Text(NamedTuple):
    """A text of an entry: the field that it is in (``items.designation``), its level, and itself."""

    field: str
    level: int
    text: str


def key_text(stream: str) -> Text:
    """The key of a stream; small letters before a number are those of a designation there, as in ``india-s-400``."""
    return Text(KEY_FIELD, NAME, stream.partition("/")[2])


def texts_of(fields: Mapping[str, Any], path: str = "") -> Iterator[Text]:
    """The texts of an entry's fields in the types of JSON, and those of the parts of its fields."""
    for name, value in fields.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, str):
            if (level := SEARCHED.get(name)) is not None and not _is_stream(name, value):
                yield Text(here, level, value)
        elif isinstance(value, Mapping):
            yield from texts_of(value, here)
        elif isinstance(value, list | tuple):
            yield from _texts_of_list(name, value, here)


def _texts_of_list(name: str, values: list[Any] | tuple[Any, ...], path: str) -> Iterator[Text]:
    level = SEARCHED.get(name)
    for value in values:
        if isinstance(value, Mapping):
            yield from texts_of(value, path)
        elif level is not None and isinstance(value, str) and not _is_stream(name, value):
            yield Text(path, level, value)


def _is_stream(name: str, value: str) -> bool:
    """Whether a text names another stream, of which it would be found as well."""
    return name in NAMING and value.startswith(STREAMS)


def words_of_key(key: str, prefix: str = "") -> set[str]:
    """The words of a stream's key, each with a prefix."""
    return words_of(key.upper().replace("-", " "), prefix)


# words with their levels

SEARCHED_FIELD: Final = re.compile(f'"(?:{"|".join(sorted(SEARCHED))})":')
"""A payload without this has no text that is searched."""


def add_words(words: set[str], fields: Mapping[str, Any]) -> None:
    """Add the words of `texts_of`, each with its level before it. On the hot path of every import."""
    for name, value in fields.items():
        kind = type(value)
        if kind is str:
            level = SEARCHED.get(name)
            if level is not None and not (name in NAMING and _is_stream(name, value)):
                short = len(value) <= SHORT_TEXT
                words.update(_remembered(value, level) if short else words_of(value, str(level)))
        elif kind is dict:
            add_words(words, value)
        elif kind is list:
            _add_list(words, name, value)


def _add_list(words: set[str], name: str, values: list[Any]) -> None:
    for value in values:
        if type(value) is dict:
            add_words(words, value)
        elif type(value) is str:
            add_words(words, {name: value})


@lru_cache(maxsize=32_768)
def _remembered(text: str, level: int) -> tuple[str, ...]:
    """The words of a text, each with its level before it."""
    return tuple(words_of(text, str(level)))
