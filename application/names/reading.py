"""Reading the name of a party: a state by its code, or an organisation by its name.

What may be a state and is not certainly one is refused with what it may be, and so is a text that holds several.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from armsledger.application.names.aliases import OTHER_CODES, OTHERS, PARTS
from armsledger.application.names.iso import by_alpha_2, country_name, is_code
from armsledger.application.names.letters import check_words, looks_of
from armsledger.application.names.lookup import (
    ACRONYM,
    IN_BRACKETS,
    Found,
    english_names,
    folded,
    states_abroad,
    states_named,
)
from armsledger.domain.errors import InvalidValue
from armsledger.domain.values.party import ORGANISATION_PREFIX, Party

SHORTEST_NAME_TO_MISSPELL = 5
LONG_NAME = 8
BETWEEN_NAMES = re.compile(r"\s*[;/|+]\s*")
"""What stands between names, and in hardly any name: one state is enough for several parties."""
PERHAPS_BETWEEN_NAMES: Final = (
    re.compile(r"\s*(?:[,&]|\band\b|\bund\b|\bet\b|\by\b)\s*(?:and\b)?\s*"),
    re.compile(r"\s*(?:[-\u2013]|\bwith\b)\s*"),
)
"""What stands between names and within names: two parts at least have to be states, or others of whom we know."""


@lru_cache(maxsize=4096)
def read_party(party: Party) -> Party:
    """The party of a name that is not marked; raises InvalidValue."""
    if party.is_unknown or is_code(party):
        return party
    found = states_named(party)
    if not found:
        _refuse_list(party)
        _refuse_part(party)
        _refuse_several(party)
        found = states_abroad(party)
    if len(found) == 1:
        return Party(found[0])
    if found:
        raise InvalidValue(
            f"{str(party)!r} can mean {_listed(found)}", f"write the one that is meant, or {_marked(party)}"
        )
    if party.is_state:
        raise _no_code(party)
    _refuse_addition(party)
    _refuse_near_miss(party)
    _refuse_look_alike(party)
    return party


def _any_states(name: str) -> Found:
    return states_named(name) or states_abroad(name)


def _described(code: str) -> str:
    """``IND (India)``."""
    return f"{code} ({country_name(code)})" if is_code(code) else code


def _listed(codes: Found) -> str:
    return " or ".join(map(_described, codes))


def _marked(party: Party) -> str:
    return f"'{ORGANISATION_PREFIX}{party}' if it is an organisation or non-state actor"


def _did_you_mean(codes: Found, party: Party) -> str:
    return f"did you mean {_listed(codes)}? Write {_marked(party)}"


def _refuse_part(party: Party) -> None:
    whole = {folded(name): code for name, code in PARTS.items()}.get(folded(party))
    if whole is not None:
        raise InvalidValue(f"{str(party)!r} is a part of a state", _did_you_mean((whole,), party))


# several names


def _refuse_list(party: Party) -> None:
    if party.startswith(("[", "{")):
        raise InvalidValue(
            f"{str(party)!r} is a list, not a name",
            "write names one by one, or as a list where the field takes one: in a file [KOR, FRA], "
            f'as JSON ["KOR", "FRA"] on the command line; or {_marked(party)}',
        )


def _refuse_several(party: Party) -> None:
    states = _states_among(party)
    if states:
        raise InvalidValue(
            f"{str(party)!r} names several parties: {', '.join(states)}",
            f"write them one by one, or as a list where the field takes one; or {_marked(party)}",
        )


def _states_among(text: str) -> list[str]:
    """The states of a text that holds several parties; none of a text that may be one name."""
    if IN_BRACKETS.fullmatch(text):
        return []
    for between in (BETWEEN_NAMES, *PERHAPS_BETWEEN_NAMES):
        parts = [part for part in between.split(text) if part]
        if len(parts) > 1:
            found = [_any_states(part) or ((part,) if folded(part) in OTHERS else ()) for part in parts]
            if sum(map(bool, found)) >= (1 if between is BETWEEN_NAMES else 2):
                return [_listed(codes) if codes else part for codes, part in zip(found, parts, strict=True)]
    return _states_side_by_side(text.split())


def _states_side_by_side(words: list[str]) -> list[str]:
    """Two states with a blank between them."""
    for cut in range(1, len(words)):
        one, other = (states_named(" ".join(part)) for part in (words[:cut], words[cut:]))
        if one and other:
            return [_listed(one), _listed(other)]
    return []


# what resembles a state


def _no_code(party: Party) -> InvalidValue:
    meant = OTHER_CODES.get(party)
    return InvalidValue(
        f"{str(party)!r} is no country code",
        f"write ISO 3166 alpha-3 such as IND or SUN, or {_marked(party)}"
        if meant is None
        else _did_you_mean((meant,), party),
    )


def _refuse_addition(party: Party) -> None:
    """Refuse a state's name with something in brackets behind it: ``Sudan (army)``; not ``PRC (Palestine)``."""
    both = IN_BRACKETS.fullmatch(party)
    found = _any_states(both[1]) if both is not None else ()
    is_of_a_state = both is not None and ACRONYM.fullmatch(both[1]) and (_states_among(both[2]) or _any_states(both[2]))
    if found and not is_of_a_state:
        raise InvalidValue(f"{str(party)!r} is more than the name of a state", _did_you_mean(found, party))


def _refuse_look_alike(party: Party) -> None:
    """Refuse a name in letters that nobody can tell from others, and one that looks like the code of a state."""
    check_words(party)
    if not party.isascii() and is_code(looks := looks_of(party)):
        raise InvalidValue(
            f"{str(party)!r} looks like {_listed((looks,))}, and is none of its letters",
            f"write {looks} if that is meant, or {_marked(party)}",
        )


def _refuse_near_miss(party: Party) -> None:
    capitals = party.upper()
    code = capitals if is_code(capitals) else by_alpha_2().get(capitals)
    near = _nearest_countries(folded(party)) if code is None else (code,)
    if near:
        raise InvalidValue(f"{str(party)!r} is no country", _did_you_mean(near, party))


def _nearest_countries(name: str) -> Found:
    """The country whose name differs in one letter, or two if it is long; not in the first: North is not South."""
    if len(name) < SHORTEST_NAME_TO_MISSPELL:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    cutoff = 1 if len(name) < LONG_NAME else 2
    names = [other for other in english_names() if other[0] == name[0]]
    match = process.extractOne(name, names, scorer=OSA.distance, score_cutoff=cutoff)
    return () if match is None else english_names()[match[0]]
