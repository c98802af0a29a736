"""The words of a text, as search compares them: without case, accents and hyphens, in Latin letters.

A text is cut at blanks, hyphens and other signs, and between letters and digits. The parts are its *atoms*: `Su-30MKI`
has `su`, `30` and `mki`. Atoms that stand together, with at most a hyphen between them, are words joined as well:
`su30`, `30mki`, `su30mki`. So `S-400`, `S400` and `S 400` have the word `s400` in common, and none of them has `s40`.
Cyrillic letters are transliterated: `S-400` as Russians write it has the word `s400`, too.

All of it is pure; it knows neither the ledger nor a database, so that every database finds the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 64
"""Of a longer word the beginning counts."""
JOINED_AT_MOST: Final = 4
"""So many atoms are joined to one word."""
CHAIN_AT_MOST: Final = 12
"""A designation that goes on over several blanks has at most so many characters before the last one."""

BLANK, HYPHEN, BREAK = " ", "-", "|"
"""What stands for blanks, for signs within words (`-`, `/`, `.`), and for those between them (`,`, `;`, brackets)."""
HYPHENS: Final = frozenset("-/.\\_+&·‐‑‒–−'’ʼ")
CYRILLIC: Final = """
а=a б=b в=v г=g ґ=g д=d е=e з=z и=i і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh
ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya ж=zh є=ye ѕ=dz ј=j љ=lj њ=nj ћ=c ђ=d џ=dz ў=u қ=q ң=n
ө=o ү=u ұ=u һ=h ғ=g ә=a ѣ=e ѵ=i
"""
"""The letters of languages written in Cyrillic, as names of weapons are transliterated in English."""
LATIN: Final = "ø=o ł=l đ=d ð=d ħ=h ı=i ß=ss æ=ae œ=oe þ=th ŋ=ng"
"""Latin letters that are no other letter with an accent."""
LETTERS: Final = dict(pair.split("=") for pair in f"{CYRILLIC} {LATIN}".split())
IDEOGRAPHS: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that write no blanks: each of their letters is an atom."""
ATOM: Final = re.compile(rf"[0-9]+|[{IDEOGRAPHS}]|[^0-9{IDEOGRAPHS} |-]+")
FIGURE: Final = re.compile(r"[0-9]")
CHAIN: Final = re.compile(r"[^ |]+")

ENDS_SHORT: Final = re.compile(r"(?:^|[0-9-])([A-Z][A-Za-z]{0,2}|[b-hj-z])$")
"""Ends as the letters of a designation do: the `MiG` of `MiG 29`."""
ENDS_IN_NUMBER: Final = re.compile(r"[A-Za-z]-?[0-9]{1,4}$")
BEGINS_WITH_NUMBER: Final = re.compile(r"[0-9]{1,3}(?![0-9])")
VERSION: Final = re.compile(r"[A-Z]{1,4}(?:-?[0-9]{1,2})?$")
"""A version as it is written after a number: the `PMU-1` of `S-300 PMU-1`."""
POSSESSIVE: Final = re.compile(r"(?<=\w)['\u2019]s\b")


class Atom(NamedTuple):
    """A part of a text, and from where to where it stands there."""

    text: str
    start: int
    end: int


class Word(NamedTuple):
    """A word, joined or not, and from where to where it stands in the text."""

    text: str
    start: int
    end: int


class _Folded(dict[int, str]):
    """By a character, what stands for it; filled as characters are met, as `str.translate` does it."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if character in HYPHENS:
        return HYPHEN
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    lower = plain.casefold()
    letters = "".join(_letter(c) for c in lower)
    return letters.upper() if character.isupper() and letters.isascii() else letters


def _letter(character: str) -> str:
    known = LETTERS.get(character)
    if known is not None:
        return known
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] in "LM" or category in ("No", "Nl"):
        return character
    if character.isspace() or category in ("Cf", "Cc"):
        return "" if category == "Cf" else BLANK
    return HYPHEN if category == "Pd" and character != "—" else BREAK


FOLDED: Final = _Folded()


def words_of(text: str, prefix: str = "") -> set[str]:
    """All words of a text, each with a prefix. Whole chains of atoms are remembered: an import passes here."""
    if "'s" in text or "\u2019s" in text:
        text = POSSESSIVE.sub(" ", text)
    words: set[str] = set()
    for part in text.translate(FOLDED).split(BREAK):
        chains = part.split()
        if len(chains) > 1 and FIGURE.search(part):
            chains = list(_gone_on(chains))
        words.update(*[_joined(chain, prefix) for chain in chains])
    return words


def _gone_on(chains: list[str]) -> Iterator[str]:
    """The chains of a part of a text; one that goes on over a blank with what it goes on with."""
    before = ""
    for chain in chains:
        if before and (chain[0].isdigit() or before[-1].isdigit()) and goes_on(before, chain):
            whole = f"{before}-{chain}"
            before = whole if len(whole) <= CHAIN_AT_MOST else chain
        else:
            before = whole = chain
        yield whole


@lru_cache(maxsize=65_536)
def goes_on(before: str, chain: str) -> bool:
    """Whether a designation goes on over a blank: `Su 30`, `S-300 PMU`."""
    if chain[0].isdigit():
        ending = ENDS_SHORT.search(before)
        return ending is not None and (len(ending[1]) == 1 or BEGINS_WITH_NUMBER.match(chain) is not None)
    return before[-1].isdigit() and bool(VERSION.match(chain)) and bool(ENDS_IN_NUMBER.search(before))


@lru_cache(maxsize=65_536)
def _joined(chain: str, prefix: str) -> tuple[str, ...]:
    return tuple({f"{prefix}{word}" for word in joined(ATOM.findall(chain.lower()))})


def joined(atoms: list[str]) -> Iterator[str]:
    """The atoms, and those that follow each other joined."""
    for start in range(len(atoms)):
        for end in range(start + 1, min(start + JOINED_AT_MOST, len(atoms)) + 1):
            yield "".join(atoms[start:end])[:LONGEST]


# where words stand, for what is shown


def atoms_of(text: str) -> list[str]:
    """The atoms of a text, one after the other."""
    return [atom.text for chain in _chains(text) for atom in chain]


def words_in(text: str) -> Iterator[Word]:
    """The words of a text with their places."""
    for atoms in _chains(text, over_blanks=True):
        for start in range(len(atoms)):
            for end in range(start + 1, min(start + JOINED_AT_MOST, len(atoms)) + 1):
                part = atoms[start:end]
                yield Word("".join(atom.text for atom in part)[:LONGEST], part[0].start, part[-1].end)


def _chains(text: str, *, over_blanks: bool = False) -> Iterator[list[Atom]]:
    """The atoms by chains; with ``over_blanks``, a chain that goes on over a blank is told again with what follows."""
    text = POSSESSIVE.sub(lambda found: " " * len(found[0]), text)
    places = [place for place, character in enumerate(text) for _ in FOLDED[ord(character)]]
    folded = text.translate(FOLDED)
    before, written, ended = list[Atom](), "", 0
    for chain in CHAIN.finditer(folded):
        atoms = [
            Atom(atom[0].lower(), places[chain.start() + atom.start()], places[chain.start() + atom.end() - 1] + 1)
            for atom in ATOM.finditer(chain[0])
        ]
        is_same_part = BREAK not in folded[ended : chain.start()]
        if over_blanks and written and is_same_part and goes_on(written, chain[0]):
            own, atoms, written = atoms, [*before, *atoms], f"{written}-{chain[0]}"
        else:
            own, written = atoms, chain[0]
        yield atoms
        before, written = (atoms, written) if len(written) <= CHAIN_AT_MOST else (own, chain[0])
        ended = chain.end()
