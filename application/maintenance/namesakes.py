"""Which names are the same and which are near, and whether a text holds a name, however each is written.

The law wants a name gone in all its spellings. Two names are the same if they differ in nothing but compatible letters,
case, blanks and characters that nobody sees (Unicode's NFKC_Casefold). They are near if somebody may have meant the
same person: then a reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final, NamedTuple, Protocol, TypeVar
from unicodedata import category, combining, normalize

from armsledger.application.names.letters import looks_of

NEAR: Final = 0.8
"""How much of two names is equal, from 0 to 1, if one may be the other misspelt."""
NOT_SEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that Unicode calls ignorable besides those of its category Cf."""
NO_WORD: Final = re.compile(r"[\W_]+")
EVERY_LETTER: Final = re.compile(r"[^\W_]")


class Named(Protocol):
    """A person whom entries name."""

    @property
    def id(self) -> str:
        """Stays when the person is forgotten."""

    @property
    def name(self) -> str | None:
        """None once the person is forgotten."""


P = TypeVar("P", bound=Named)


class Namesake(NamedTuple):
    """A person whose name is near another."""

    id: str
    name: str


def alike(text: str) -> str:
    """The text without what does not tell names apart."""
    folded = normalize("NFKC", normalize("NFKC", text).casefold())
    if not folded.isascii():
        folded = "".join(letter for letter in NOT_SEEN.sub("", folded) if category(letter) != "Cf")
    return " ".join(folded.split())


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same."""
    return alike(one) == alike(other)


def has_several_words(name: str) -> bool:
    """Whether a name is more than one word; a single word can be one of any sentence."""
    return " " in alike(name)


def words(text: str) -> str:
    """The words of a text, as `alike` has them, with a blank in place of all that stands between them.

    ``ann-other`` in a key, ``Ann_Other`` and ``Ann «Other»`` have the same words.
    """
    return NO_WORD.sub(" ", alike(text)).strip()


def holds(text: str, name: str) -> bool:
    """Whether a name is a part of a text, however its letters, blanks, capitals and hyphens are written."""
    wanted = words(name)
    return wanted in words(text) if wanted else alike(name) in alike(text)


def meant_by(text: str, persons: Iterable[P]) -> list[P]:
    """All persons of a name, or of the name of the person of an id.

    A name that was recorded in several spellings is that of several persons. One who was forgotten has no name.
    """
    everybody = list(persons)
    by_id = next((person for person in everybody if person.id == text), None)
    if by_id is not None and by_id.name is None:
        return [by_id]
    name = text if by_id is None or by_id.name is None else by_id.name
    return [person for person in everybody if person.name is not None and is_same_name(person.name, name)]


def near_to(names: Iterable[str], persons: Iterable[Named]) -> list[Namesake]:
    """The persons whose name is near one of some names, without those who have one of these."""
    own = {alike(name): _Spelling(name) for name in names}
    others = (Namesake(person.id, person.name) for person in persons if person.name is not None)
    return [
        other
        for other in others
        if alike(other.name) not in own and any(name.is_near(_Spelling(other.name)) for name in own.values())
    ]


class _Spelling:
    """A name as it is compared with others: its words without accents, and their initials."""

    def __init__(self, name: str) -> None:
        self.folded = alike(name)
        self.words = tuple(words(_bare(name)).split())
        self.ordered = tuple(sorted(self.words))

    def is_near(self, other: _Spelling) -> bool:
        """Whether one may be the other: with other accents, in another order, abbreviated, longer, or misspelt.

        It may also be spelt in letters of another script that look alike.
        """
        if not self.words or not other.words:
            return False
        if not (self.folded.isascii() and other.folded.isascii()) and looks_of(self.folded) == looks_of(other.folded):
            return True
        return self.ordered == other.ordered or _is_shortened(self.words, other.words) or _is_misspelt(self, other)


def _bare(name: str) -> str:
    """A name with the letter itself in place of a letter with an accent."""
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter))


def _is_shortened(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether each word of the shorter name is a word of the longer one or its initial, in the same order or after it.

    ``A. Other``, ``Other, A.`` and ``Other`` may all be Ann Other. At least one word must be there in full.
    """
    shorter, longer = sorted((one, other), key=len)
    left = list(longer)
    full = 0
    for word in sorted(shorter, key=len, reverse=True):
        found = next((candidate for candidate in left if candidate == word), None)
        full += found is not None and len(word) > 1
        found = found or next((candidate for candidate in left if _is_initial(word, candidate)), None)
        if found is None:
            return False
        left.remove(found)
    return full > 0


def _is_initial(word: str, other: str) -> bool:
    return word[0] == other[0] and 1 in (len(word), len(other))


def _is_misspelt(one: _Spelling, other: _Spelling) -> bool:
    matcher = SequenceMatcher(None, " ".join(one.ordered), " ".join(other.ordered), autojunk=False)
    return matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR


def texts_in(value: object) -> Iterator[str]:
    """The texts in a value of JSON, without names that are sealed and without the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, dict) and value.keys() != {"sealed"}:
        for part in value.values():
            yield from texts_in(part)
