"""Letters that look alike, in scripts that are mixed, and characters that nobody sees (Unicode's standard UTS 39).

What looks like what is the library's list, which is loaded for the first text beyond ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from armsledger.domain.errors import InvalidValue
from armsledger.domain.printable import BLANK_LETTERS, HIDDEN, JOINERS

UNSEEN: Final = HIDDEN | {"Co"}
"""Unicode's categories of what nobody sees, or nobody knows."""
WORD: Final = re.compile(r"[^\W_]+")
LATIN: Final = "LATIN"
EVERYBODYS: Final = frozenset({"COMMON", "INHERITED"})
"""What is of no script: digits, hyphens, accents."""
WRITTEN_TOGETHER: Final = frozenset({"HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
"""The scripts of Japanese, Chinese and Korean, which are written together."""
MOST_TOLD: Final = 3


def unseen(text: str) -> list[str]:
    """The characters of a text that nobody sees."""
    return [one for one in text if unicodedata.category(one) in UNSEEN or one in BLANK_LETTERS]


def looks_of(text: str) -> str:
    """What a text looks like: two that look alike have the same (the skeleton of UTS 39)."""
    return unicodedata.normalize("NFD", "".join(map(_looks, unicodedata.normalize("NFD", text))))


def doubles(text: str) -> Iterator[tuple[str, str]]:
    """The letters that can be taken for one of another script of the text, each with that.

    Those of the script that it has most of are right, of Latin if there are as many.
    """
    scripts = Counter(script for one in text if (script := _script(one)) not in EVERYBODYS)
    ranks = {one: rank for rank, one in enumerate(sorted(scripts, key=lambda one: (-scripts[one], one != LATIN)))}
    for letter in dict.fromkeys(text if len(ranks) > 1 else ""):
        rank = ranks.get(_script(letter), 0)
        like = [one for one in _same_looks(letter) if ranks.get(_script(one), rank) < rank]
        if like:
            yield letter, min(like, key=lambda one: _distance(letter, one))


def _distance(letter: str, like: str) -> tuple[bool, bool]:
    """How far one is from being the letter that is meant: a plain one, in the same case."""
    return not like.isascii(), letter.isupper() != like.isupper()


def doubles_told(pairs: dict[str, str]) -> str:
    """The letters that can be taken for others, each with its name and that of the other."""
    return _few([f"{letter} is {_name(letter)}, which looks like {_name(like)}" for letter, like in pairs.items()])


def check_words(text: str) -> None:
    """Raise InvalidValue for a name in which nobody sees a character, or can tell which letters a word is made of.

    A name may be in several scripts, a word of it may not where their letters look alike: ``Su-30`` is no ``Su-30`` if
    its S is Cyrillic.
    """
    if text.isascii():
        return
    if hidden := [one for one in unseen(text) if one not in JOINERS]:
        left = "".join(one for one in text if one not in hidden)
        raise InvalidValue(f"{text!a} holds what nobody sees: {told(hidden)}", f"leave it out: {left}")
    for word in WORD.findall(text):
        if mixed := dict(doubles(word)):
            meant = "".join(mixed.get(one, one) for one in word)
            raise InvalidValue(
                f"{word!r} mixes scripts in which letters look alike: {doubles_told(mixed)}",
                "write all of the word in one script" + (f": {meant}" if meant.isascii() else ""),
            )


def told(characters: Iterable[str]) -> str:
    """Characters by their names, for those that nobody sees as well."""
    return _few([f"{ascii(one)[1:-1]} is {_name(one)}" for one in dict.fromkeys(characters)])


def _few(told: list[str]) -> str:
    return ", ".join(told[:MOST_TOLD]) + (", ..." if len(told) > MOST_TOLD else "")


def _name(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}")


# What the library knows


@cache
def _looks(character: str) -> str:
    """The character, or the characters, that stand for all that look like one."""
    alike = _alike(character)
    if len(alike) != 1:  # it stands for the others, or looks like nothing else
        return character
    (other,) = alike
    if len(_alike(other)) > 1:
        return other
    return max(character, other, key=lambda one: (len(one), one))


def _same_looks(character: str) -> list[str]:
    """The single characters that look like one."""
    stands = _looks(character)
    return [one for one in (stands, *_alike(stands)) if len(one) == 1 and one != character]


@cache
def _alike(text: str) -> tuple[str, ...]:
    """What the library lists beside a character: the one that stands for all, or if it is that, all."""
    from confusable_homoglyphs.confusables import confusables_data

    return tuple(one["c"].replace("\u200e", "") for one in confusables_data.get(text, ()))


@cache
def _script(character: str) -> str:
    from confusable_homoglyphs.categories import alias

    script = str(alias(character)).upper()
    return "HAN" if script in WRITTEN_TOGETHER else script
