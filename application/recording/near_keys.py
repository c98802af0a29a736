"""New streams of which the key is so close to another one's that it may be misspelt: a notice, never a refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

from armsledger.domain.values.stream import StreamId

FIRST_LETTERS: Final = 3
"""A slip in the first letters is rare, and by them the index finds the few keys that can be near."""
SHORTEST: Final = 5
LONG: Final = 8
"""Letters from which on a key may have several slips."""
SLIPS: Final = 2
"""Letters left out, put in or changed in one misspelling of a long key."""
MOST_LOOKED_AT: Final = 8
OF_REGISTERS: Final = "sipri-"
"""Keys of a register's rows, which are numbered."""
ALIKE: Final = str.maketrans("0I1|", "Olll")
WORDS: Final = re.compile(r"[^\W_]+")
DIGIT: Final = re.compile(r"[0-9]")


class Keys(Protocol):
    """What the ledger tells of its streams."""

    def streams_of_length(self, kind: str, prefix: str, shortest: int, longest: int) -> list[str]:
        """Names of streams of a kind whose keys begin with a prefix and have so many characters."""
        ...


def nearest(key: str, keys: Sequence[str]) -> str | None:
    """The key that looks the same, or differs in a letter, or two if it is long, and in no word with a figure.

    ``s400`` and ``2021`` are never misspelt, though ``s4OO`` may be, and neither is the name of one state for another.
    """
    looks = _looks(key)
    if (same := next((other for other in keys if other != key and _looks(other) == looks), None)) is not None:
        return same
    letters, figures = _parts(key)
    if len(letters) < SHORTEST:
        return None
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(letters) < LONG else SLIPS
    for other, _, _ in process.extract(key, keys, scorer=OSA.distance, score_cutoff=most, limit=MOST_LOOKED_AT):
        written, numbers = _parts(other)
        if numbers == figures and written != letters and not _are_countries(letters, written):
            return str(other)
    return None


def near_keys(ledger: Keys, new: Sequence[StreamId]) -> tuple[str, ...]:
    """A notice for each new stream with a key close to another's: ``new deal x; did you mean y?``."""
    notices: list[str] = []
    told: set[tuple[str, str, str]] = set()
    for kind, key in new:
        if key.startswith(OF_REGISTERS):
            continue
        names = ledger.streams_of_length(kind, key[:FIRST_LETTERS], len(key) - SLIPS, len(key) + SLIPS)
        others = [name[len(kind) + 1 :] for name in names if name != f"{kind}/{key}"]
        near = nearest(key, others) if others else None
        if near is not None and (kind, near, key) not in told:
            told.add((kind, key, near))
            notices.append(f"new {kind} {key}; did you mean {near}?")
    return tuple(notices)


def _looks(key: str) -> str:
    """The key with one letter for those in ASCII that look alike: O and 0; l, I and 1; m and rn."""
    return key.translate(ALIKE).replace("rn", "m").casefold()


def _parts(key: str) -> tuple[str, str]:
    """The words without figures, and those with figures."""
    words = WORDS.findall(key.casefold())
    figures = " ".join(word for word in words if DIGIT.search(word))
    return " ".join(word for word in words if not DIGIT.search(word)), figures


def _are_countries(one: str, other: str) -> bool:
    """Whether the words in which two keys differ are the names of two states: Iran is not a misspelt Iraq."""
    from armsledger.application.codes import Codes
    from armsledger.domain.errors import InvalidValue
    from armsledger.domain.values.party import Party

    pairs = [pair for pair in zip(one.split(), other.split(), strict=False) if pair[0] != pair[1]]
    try:
        return all(Codes().party(Party(word)).is_state for pair in pairs for word in pair)
    except InvalidValue:
        return False
