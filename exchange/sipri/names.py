"""Parties by the names that SIPRI gives them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from armsledger.domain.events.register import STAR
from armsledger.domain.values.party import ACTOR_PREFIX, UNKNOWN, CodeLists, Party

UNKNOWN_PARTIES: Final = frozenset({"unknown recipient(s)", "unknown supplier(s)", "unknown country"})
"""A rebel group without a name is not among them: it is a known kind of party."""
OWN_NAMES: Final = {
    "saint vincent": "VCT",
    "micronesia": "FSM",
    "congo": "COG",
    "yemen arab republic (north yemen)": "North Yemen",
    "north yemen": "North Yemen",
    "south yemen": "YMD",
    "south vietnam": "South Vietnam",
    "germany (frg)": "DEU",
    "germany (gdr)": "DDR",
    "macedonia (fyrom)": "MKD",
    "taiwan (roc)": "TWN",
    "northern cyprus": "Northern Cyprus",
    "katanga": "Katanga",
    "biafra": "Biafra",
    "libya gnc": "Libya GNC",
}
HISTORIC: Final = frozenset({"BUR", "BYS", "CSK", "DDR", "SCG", "SUN", "TMP", "VDR", "YMD", "YUG", "ZAR"})
"""Codes of states of the past, which another state may be by another name."""


def party_of(name: str, codes: CodeLists) -> str:
    """The party of a name: a state by its code, another actor by its name without SIPRI's stars.

    SIPRI marks non-state actors by one star and international organisations by two. Raises ValueError for what is
    nearly the name of a country.
    """
    words = " ".join(name.split())
    bare = words.rstrip(STAR).rstrip()
    if bare.casefold() in UNKNOWN_PARTIES:
        return UNKNOWN
    own = OWN_NAMES.get(bare.casefold())
    if own is not None:
        return own
    if words != bare:
        return Party.parse(f"{ACTOR_PREFIX}{bare}") if _looks_like_a_code(bare) else _actor(bare, codes)
    return codes.party(Party.parse(bare))


def is_starred(name: str) -> bool:
    """Whether SIPRI marks a name as that of a non-state actor or an international organisation."""
    return name.rstrip().endswith(STAR)


def _looks_like_a_code(name: str) -> bool:
    return Party(name).is_state


def _actor(name: str, codes: CodeLists) -> str:
    """A party that is no state, whatever its name resembles."""
    try:
        party = codes.party(Party.parse(name))
    except ValueError:
        return Party.parse(f"{ACTOR_PREFIX}{name}")
    return Party.parse(f"{ACTOR_PREFIX}{name}") if party.is_state else party


class Names:
    """Parties by the names in a register; each name is looked up once."""

    def __init__(self, codes: CodeLists) -> None:
        self.party = lru_cache(maxsize=None)(lambda name: party_of(name, codes))

    def known(self, name: str) -> str:
        """The party of a name in a ledger, which somebody may have corrected to any text."""
        try:
            return self.party(name)
        except ValueError:
            return name
