"""States by their names, however they are spelled: in English, else in another language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from armsledger.application.names.abbreviations import ABBREVIATIONS
from armsledger.application.names.aliases import ADJECTIVES, ALIASES, AMBIGUOUS, MORE_ALIASES
from armsledger.application.names.iso import by_alpha_2, is_code, states

LANGUAGES: Final = {
    "LATIN": "cs da de es et fi fr ga hr hu id it lt lv ms mt nb nl pl pt ro sk sl sq sr_Latn sv sw tr vi",
    "CYRILLIC": "be bg kk mk ru sr uk",
    "ARABIC": "ar fa ur",
    "CJK": "ja zh zh_Hant",
    "KATAKANA": "ja",
    "HIRAGANA": "ja",
    "HANGUL": "ko",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
}
"""Languages in which sources are written, by their script, as Babel names them."""
DIRECTIONS: Final = {"n": "north", "s": "south", "e": "east", "w": "west"}
FORM = re.compile(
    r"(?:(?:federal |islamic )?republic|kingdom|state|sultanate|principality|commonwealth|union|grand duchy) of "
    r"(?:the )?"
)
"""A form of state, before its name; not those that others than states have, as the Islamic State of Iraq."""
FORM_ENDS: Final = (" of", " of the")
GOVERNMENT = re.compile(
    r"(?:the )?government of (?:the )?(.+)|(?:the )?(.+?)(?:['\u2019]s?)? (?:government|govt\.?)", re.IGNORECASE
)
IN_BRACKETS = re.compile(r"(.+?) ?\((.+)\)")
INITIALS = re.compile(r"(?:[A-Z]\. ?)+[A-Z]?")
ACRONYM = re.compile(r"[A-Z0-9]+")
Found = tuple[str, ...]
"""The codes that a name may mean: none, the one, or several."""


def states_named(name: str) -> Found:
    """The states that a name means in English, in any of its forms; several if it is ambiguous."""
    text = name.strip()
    if INITIALS.fullmatch(text):
        text = text.replace(".", "").replace(" ", "")
    return _by_letters(text) or _by_name(text) or _by_government(text)


def states_abroad(name: str) -> Found:
    """The states that a name means in other languages of its script; the first time takes a quarter of a second."""
    if ACRONYM.fullmatch(name):
        return ()
    script = next((unicodedata.name(letter, "").partition(" ")[0] for letter in name if letter.isalpha()), "")
    return _names_in(script).get(folded(name), ()) if script in LANGUAGES else ()


def folded(name: str) -> str:
    """A name without what does not tell names apart: case, accents, full stops, commas, hyphens, ``the``."""
    text = unicodedata.normalize("NFKD", name.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    for old, new in (("\u2019", "'"), ("&", " and "), (".", ""), (",", " "), ("-", " "), ("\u2013", " ")):
        text = text.replace(old, new)
    words = ["saint" if word == "st" else word for word in text.split()]
    if len(words) > 1:
        words[:1] = [] if words[0] == "the" else [DIRECTIONS.get(words[0], words[0])]
    return " ".join(words)


@lru_cache(maxsize=1)
def english_names() -> dict[str, Found]:
    """By their folded names: the states of ISO 3166, by pycountry and Babel, and our aliases."""
    from babel import Locale

    names: dict[str, Found] = {}
    for code, record in states().items():
        for attribute in ("name", "official_name", "common_name"):
            for name in _both_ways(getattr(record, attribute, "")):
                names[folded(name)] = (code,)
    territories = Locale("en").territories
    for alpha_2, code in by_alpha_2().items():
        if alpha_2 in territories:
            names[folded(territories[alpha_2])] = (code,)
    names |= {folded(name): (code,) for name, code in {**ALIASES, **MORE_ALIASES}.items()}
    return names | {folded(name): codes for name, codes in AMBIGUOUS.items() if not name.isupper()}


def _both_ways(name: str) -> Iterator[str]:
    """``Korea, Republic of`` and ``Republic of Korea``."""
    if name:
        yield name
        yield " ".join(reversed(name.split(", ", 1)))


@lru_cache(maxsize=len(LANGUAGES))
def _names_in(script: str) -> dict[str, Found]:
    from babel import Locale

    names: dict[str, Found] = {}
    for language in LANGUAGES[script].split():
        for alpha_2, name in Locale.parse(language).territories.items():
            code = by_alpha_2().get(alpha_2)
            key = folded(name)
            if code is not None and code not in names.get(key, ()):
                names[key] = (*names.get(key, ()), code)
    return names


def _by_letters(text: str) -> Found:
    """By alpha-3, alpha-2 or another abbreviation, all in capitals."""
    if text in AMBIGUOUS:
        return AMBIGUOUS[text]
    if text in ABBREVIATIONS:
        return (ABBREVIATIONS[text],)
    if len(text) == 3 and is_code(text):
        return (text,)
    code = by_alpha_2().get(text)
    return () if code is None else (code,)


def _by_name(text: str) -> Found:
    names = english_names()
    for spelling in _spellings(text):
        key = folded(spelling)
        if found := names.get(key) or names.get(FORM.sub("", key, count=1) if FORM.match(key) else ""):
            return found
    both = IN_BRACKETS.fullmatch(text)
    if both is None:
        return ()
    outside, inside = (states_named(part) for part in both.groups())
    return outside if outside and outside == inside else ()


def _spellings(text: str) -> Iterator[str]:
    """The name as it is, and turned round: ``Korea, South``, ``Germany (West)``."""
    yield text
    before, comma, after = text.partition(",")
    if comma and after.strip() and "," not in after:
        yield f"{after} {before}"
    both = IN_BRACKETS.fullmatch(text)
    inside = "" if both is None else folded(both[2])
    if both is not None and (inside in DIRECTIONS or inside in DIRECTIONS.values() or inside.endswith(FORM_ENDS)):
        yield f"{both[2]} {both[1]}"


def _by_government(text: str) -> Found:
    """A government is its state: ``Government of India``, ``the Indian government``."""
    match = GOVERNMENT.fullmatch(text)
    if match is None:
        return ()
    name = match[1] or match[2]
    adjective = ADJECTIVES.get(name) if match[2] else None
    return (adjective,) if adjective is not None else states_named(name)
