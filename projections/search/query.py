"""What somebody searches for: words that must all be there, and phrases in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.stream import KINDS
from armsledger.projections.search.words import (
    ATOM,
    BREAK,
    FOLDED,
    HYPHEN,
    JOINED_AT_MOST,
    LONGEST,
    POSSESSIVE,
    atoms_of,
)

MOST_WORDS: Final = 20
SHORTEST_BEGINNING: Final = 3
"""A shorter word is not taken for the beginning of a longer one."""
SHORTEST_PLURAL: Final = 5
PHRASE: Final = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')
SHORT_LETTERS: Final = re.compile(r"[a-z]{1,3}")
NUMBER_FIRST: Final = re.compile(r"[0-9]{1,3}(?![0-9])")
LITTLE_WORDS: Final = "a all and as at by ex for i in new of off on or out per the to up via was"
"""They stand before a number without being a part of a designation."""

KIND: Final = re.compile(rf"\b(?:{'|'.join(KINDS)})/(?=\w)")
KEY_HYPHENS: Final = 3
"""So many hyphens stand in the key of a register's deal, and in no designation."""
MIXED: Final = re.compile(r"[a-z][0-9]|[0-9][a-z]")
EXACT, BEGINNING = 0, 1
LEVEL_STEP: Final = 2
NOWHERE: Final = 99


class Needle(NamedTuple):
    """A word that a text must have; with ``begins``, it may also have a longer one that begins so."""

    word: str
    begins: bool = False


class Way(NamedTuple):
    """One way to find what was written: all needles must be there. It is ``loose`` if something else may be meant."""

    needles: tuple[Needle, ...]
    loose: bool = False


class Term(NamedTuple):
    """A word or a phrase that was written: ``ways`` to find it, any of which will do.

    Of a phrase, ``phrase`` are the atoms that must follow one another.
    """

    text: str
    ways: tuple[Way, ...]
    phrase: tuple[str, ...] = ()


class Query(NamedTuple):
    """What is searched for: all terms must be there."""

    text: str
    terms: tuple[Term, ...]

    @property
    def needles(self) -> tuple[Needle, ...]:
        """All needles, each once."""
        return tuple(dict.fromkeys(n for term in self.terms for way in term.ways for n in way.needles))


def no_code(_: str) -> str | None:
    """Knows no state."""
    return None


def read_query(text: str, code_of: Callable[[str], str | None] = no_code) -> Query:
    """Read what is searched for; ``code_of`` gives the code of a state by its name. Raises UsageError."""
    terms: list[Term] = []
    rest, asked = 0, text
    text = KIND.sub("", text)
    for found in PHRASE.finditer(text):
        terms += _words(text[rest : found.start()], code_of)
        if atoms := atoms_of(found[1]):
            terms.append(_phrase(found[1].strip(), atoms))
        rest = found.end()
    terms += _words(text[rest:], code_of)
    terms = list(dict.fromkeys(terms))
    if not terms:
        raise UsageError(
            f"{quoted(text)} holds no letter and no number to search for"
            if text.strip()
            else "there is no text to search for",
            remedy="write words or a designation, such as: armsledger search S-400",
        )
    if len(terms) > MOST_WORDS:
        raise UsageError(
            f"{len(terms)} words are too many to search for", remedy=f"name at most {MOST_WORDS} that matter most"
        )
    return Query(asked.strip(), tuple(terms))


def _phrase(text: str, atoms: list[str]) -> Term:
    needles = tuple(dict.fromkeys(Needle(atom[:LONGEST]) for atom in atoms))
    return Term(text, (Way(needles),), tuple(atoms))


def _words(text: str, code_of: Callable[[str], str | None]) -> Iterator[Term]:
    for part in _folded(text).split(BREAK):
        yield from _words_of_part([chain for chain in part.split() if ATOM.search(chain)], code_of)


def _words_of_part(chains: list[str], code_of: Callable[[str], str | None]) -> Iterator[Term]:
    place = 0
    while place < len(chains):
        chain = chains[place]
        following = chains[place + 1] if place + 1 < len(chains) else ""
        if _is_one_designation(chain, following):
            yield _designation(chain, following)
            place += 2
        else:
            yield _word(chain, code_of)
            place += 1


def _folded(text: str) -> str:
    return POSSESSIVE.sub(" ", text).translate(FOLDED).lower()


def _is_one_designation(chain: str, following: str) -> bool:
    """Whether `S 400` was written, or `su 30mki`: a few letters, and then a number."""
    if not following[:1].isdigit() or not SHORT_LETTERS.fullmatch(chain) or chain in LITTLE_WORDS.split():
        return False
    return len(chain) == 1 or NUMBER_FIRST.match(following) is not None


def _designation(chain: str, following: str) -> Term:
    """Letters and a number with a blank between them; of two or three letters, they may also stand apart."""
    together = Way(_needles(ATOM.findall(f"{chain}-{following}")))
    apart = Way((*_needles([chain]), *_needles(ATOM.findall(following))), loose=True)
    return Term(f"{chain} {following}", (together,) if len(chain) == 1 else (together, apart))


def _word(chain: str, code_of: Callable[[str], str | None]) -> Term:
    atoms = ATOM.findall(chain)
    whole = _needles(atoms)
    ways = [Way(whole)]
    if len(atoms) > 1 and HYPHEN in chain and all(len(atom) > 1 and atom.isalpha() for atom in atoms):
        ways.append(Way(tuple(needle for atom in atoms for needle in _needles([atom])), loose=True))
    elif _is_like_a_key(chain):
        needles = (needle for part in _parts(chain) for needle in _needles(ATOM.findall(part)))
        ways.append(Way(tuple(dict.fromkeys(needles)), loose=True))
    word = atoms[0]
    if len(atoms) == 1 and word.isalpha():
        if len(word) >= SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss"):
            ways.append(Way((Needle(word[:-1][:LONGEST]),), loose=True))
        if code := code_of(word):
            ways.append(Way((Needle(code.lower()),)))
    return Term(chain, tuple(ways))


def _is_like_a_key(chain: str) -> bool:
    """Whether a chain may be a stream's key, of which the parts are words of their own: `india-s400`, `iran-1-x`."""
    first, *others = _parts(chain)
    if len(others) >= KEY_HYPHENS:
        return True
    return len(first) >= SHORTEST_BEGINNING and first.isalpha() and (len(others) > 1 or any(map(MIXED.search, others)))


def _parts(chain: str) -> list[str]:
    return [part for part in chain.split(HYPHEN) if part]


def _needles(atoms: list[str]) -> tuple[Needle, ...]:
    """The atoms joined to one word, or to several that overlap if there are many."""
    last = max(1, len(atoms) - JOINED_AT_MOST + 1)
    words = ["".join(atoms[start : start + JOINED_AT_MOST])[:LONGEST] for start in range(last)]
    *inner, end = words
    begins = len(end) >= SHORTEST_BEGINNING and not end[-1].isdigit()
    return tuple(dict.fromkeys([*map(Needle, inner), Needle(end, begins)]))


# what a text comes to


Ranks = Mapping[str, int]
"""The words of some texts, and the least level at which each stands."""


def rank_of(needle: Needle, words: Ranks) -> int:
    """How well a word is found: its level, and a word itself before one that only begins so."""
    best = words.get(needle.word, NOWHERE) * LEVEL_STEP + EXACT
    if needle.begins and best > LEVEL_STEP:
        beginning = needle.word
        levels = [level for word, level in words.items() if word.startswith(beginning)]
        if levels:
            best = min(best, min(levels) * LEVEL_STEP + BEGINNING)
    return min(best, NOWHERE)


def rank_of_way(way: Way, ranks: Iterable[int]) -> int:
    """How well all needles of a way are found: as well as the worst; what is loose counts as a beginning."""
    worst = max(ranks)
    return worst | BEGINNING if way.loose and worst < NOWHERE else worst
