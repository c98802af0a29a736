"""How earlier releases stored a name. What they made of it is in ledgers, so these rules never change."""

from __future__ import annotations

from functools import lru_cache

from armsledger.application.names.aliases import ALIASES
from armsledger.application.names.iso import by_alpha_2, is_code, states
from armsledger.domain.values.party import ACTOR_PREFIX, Party


def earlier_party(text: str) -> Party:
    """The party of a name as earlier releases stored it; the text itself where they refused it."""
    party = Party(" ".join(text.split()))
    if party.is_unknown or party.startswith(ACTOR_PREFIX) or is_code(party):
        return party
    return Party(_names().get(_folded(party), party))


def _folded(name: str) -> str:
    words = name.casefold().replace("\u2019", "'").replace("&", "and").split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for code, record in states().items():
        for attribute in ("name", "official_name", "common_name"):
            if name := getattr(record, attribute, None):
                names[_folded(name)] = code
                names[_folded(" ".join(reversed(name.split(", ", 1))))] = code
    territories = Locale("en").territories
    for alpha_2, code in by_alpha_2().items():
        if alpha_2 in territories:
            names[_folded(territories[alpha_2])] = code
    return names | {_folded(name): code for name, code in ALIASES.items()}
