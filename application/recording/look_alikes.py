"""Keys that look alike: the key of a new stream must not be taken for another one's (Unicode's standard UTS 39).

It is in the form NFKC, so that two spellings of a letter are one; it holds nothing that nobody sees; it does not mix
scripts whose letters look alike; and no other key of its kind has its looks. Streams that are there stay as they are.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from armsledger.domain.errors import LookAlike

if TYPE_CHECKING:
    from armsledger.domain.values.stream import StreamId
    from armsledger.storage.reader import JournalReader

BEYOND_ASCII: Final = "\x80"
ABOVE_ALL: Final = "\U0010ffff"
STREAMS: Final = "SELECT stream FROM journal WHERE stream >= ? AND stream < ? AND version = 1"
UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's categories of what nobody sees, or nobody knows: controls, formats, characters that are none."""
BLANK_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters of other categories that nobody sees."""
EVERYBODYS: Final = frozenset({"COMMON", "INHERITED"})
"""What is of no script: digits, hyphens, accents."""
WRITTEN_TOGETHER: Final = frozenset({"HAN", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"})
"""The scripts of Japanese, Chinese and Korean, which are written together."""
MOST_TOLD: Final = 3


class LookAlikes:
    """The keys of a ledger by their looks, within one transaction."""

    def __init__(self, reader: JournalReader) -> None:
        self._reader = reader
        self._new: dict[str, list[str]] = {}
        self._looks: dict[tuple[str, bool], dict[str, str]] = {}

    def check(self, stream: StreamId) -> None:
        """Raise LookAlike for the key of a new stream that could be taken for another one."""
        kind, key = stream
        if not key.isascii():
            _check_letters(kind, key)
        other = self._other_with_looks_of(kind, key)
        if other is not None:
            raise LookAlike(
                f"the key {key!r} looks like that of {kind}/{other}, and is another: {_differing(key, other)}",
                remedy=f"write {kind}/{other} if that is meant, or give this {kind} a key that nobody takes for it",
            )
        self._new.setdefault(kind, []).append(key)
        for (of, _), looks in self._looks.items():
            if of == kind and looks:
                looks.setdefault(looks_of(key), key)

    def _other_with_looks_of(self, kind: str, key: str) -> str | None:
        """The other key that looks like one. One in ASCII is compared with those that begin beyond it: there are few,
        and those that look like it are all of one other script."""
        whole = not key.isascii()
        looks = self._looks.get((kind, whole))
        if looks is None:
            looks = self._looks[kind, whole] = self._looks_of_all(kind, "" if whole else BEYOND_ASCII)
        other = looks.get(looks_of(key)) if looks else None
        return None if other == key else other

    def _looks_of_all(self, kind: str, start: str) -> dict[str, str]:
        rows = self._reader.query(STREAMS, f"{kind}/{start}", f"{kind}/{ABOVE_ALL}")
        new = (key for key in self._new.get(kind, ()) if key >= start)
        return {looks_of(key): key for key in (*(str(name)[len(kind) + 1 :] for (name,) in rows), *new)}


def looks_of(key: str) -> str:
    """What a text looks like: two that look alike have the same (the skeleton of UTS 39)."""
    return unicodedata.normalize("NFD", "".join(map(_looks, unicodedata.normalize("NFD", key))))


def _check_letters(kind: str, key: str) -> None:
    """Raise LookAlike for characters that do not belong in a key."""
    unseen = [one for one in key if unicodedata.category(one) in UNSEEN or one in BLANK_LETTERS]
    if unseen:
        left = "".join(one for one in key if one not in unseen)
        raise LookAlike(
            f"the key {key!a} holds what nobody sees: {_told(unseen)}",
            remedy=f"leave it out: {kind}/{left}" if left else "write a name",
        )
    plain = unicodedata.normalize("NFKC", key)
    if plain != key:
        raise LookAlike(
            f"the key {key!a} is spelt otherwise than keys are (in Unicode's form NFKC): {_told(_not_in(key, plain))}",
            remedy=f"write {kind}/{plain}, which is {plain!a}",
        )
    if doubles := dict(_doubles(key)):
        pairs = [f"{letter} is {_name(letter)}, which looks like {_name(like)}" for letter, like in doubles.items()]
        meant = "".join(doubles.get(one, one) for one in key)
        raise LookAlike(
            f"the key {key!r} mixes scripts in which letters look alike: {_few(pairs)}",
            remedy="write all of it in one script" + (f": {kind}/{meant}" if meant.isascii() else ""),
        )


def _doubles(key: str) -> Iterator[tuple[str, str]]:
    """The letters that can be taken for one of another script of the key, each with that; those of the script that it
    has most of are right."""
    scripts = Counter(script for one in key if (script := _script(one)) not in EVERYBODYS)
    ranks = {script: rank for rank, (script, _) in enumerate(scripts.most_common())}
    for letter in dict.fromkeys(key if len(ranks) > 1 else ""):
        rank = ranks.get(_script(letter), 0)
        like = [one for one in _same_looks(letter) if ranks.get(_script(one), rank) < rank]
        if like:
            yield letter, min(like, key=lambda one: (ranks[_script(one)], not one.isascii()))


def _not_in(key: str, plain: str) -> Iterable[str]:
    """The characters that the plain form spells otherwise."""
    return [one for one in dict.fromkeys(key) if one not in plain]


def _differing(key: str, other: str) -> str:
    """The letters beyond ASCII in which two keys differ, by their names."""
    strange, plain = (other, key) if key.isascii() else (key, other)
    return _told(one for one in strange if one not in plain)


def _told(characters: Iterable[str]) -> str:
    """Characters by their names, for those that nobody sees as well."""
    return _few([f"{ascii(one)[1:-1]} is {_name(one)}" for one in dict.fromkeys(characters)])


def _few(told: list[str]) -> str:
    return ", ".join(told[:MOST_TOLD]) + (", ..." if len(told) > MOST_TOLD else "")


def _name(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}")


# What the library knows. It is loaded for the first key beyond ASCII.


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
