"""New streams of which the key is so close to another one's that it may be misspelt: a notice, never a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from armsledger.domain.values.stream import StreamId

FIRST_LETTERS: Final = 2
"""A slip in the first letters is rare, and by them the index finds the few keys that can be near."""
SHORTEST: Final = 5
LONG: Final = 8
"""Letters from which on two slips are one misspelling."""
MOST_COMPARED: Final = 5000
OF_REGISTERS: Final = "sipri-"
"""Keys of a register's rows, which are numbered."""
WORDS: Final = re.compile(r"[^\W_]+")
DIGIT: Final = re.compile(r"[0-9]")


class Keys(Protocol):
    """What the ledger tells of its streams."""

    def streams(self, kind: str | None = None, prefix: str = "") -> list[str]:
        """Names of streams of a kind whose keys begin so."""
        ...


def near_keys(ledger: Keys, new: Sequence[StreamId]) -> tuple[str, ...]:
    """A notice for each new stream with a key close to another's: ``new deal x; did you mean y?``."""
    notices: list[str] = []
    told: set[tuple[StreamId, str]] = set()
    for stream in new:
        if stream.key.startswith(OF_REGISTERS) or not any(word.isalpha() for word in WORDS.findall(stream.key)):
            continue
        names = ledger.streams(stream.kind, stream.key[:FIRST_LETTERS])
        others = [name.partition("/")[2] for name in names[:MOST_COMPARED]]
        near = nearest(stream.key, (key for key in others if key != stream.key))
        if near is not None and (StreamId(stream.kind, near), stream.key) not in told:
            told.add((stream, near))
            notices.append(f"new {stream.kind} {stream.key}; did you mean {near}?")
    return tuple(notices)


def nearest(key: str, others: Iterable[str]) -> str | None:
    """The key that differs in a letter, or two if it is long, and in no word with a figure."""
    letters, figures = _parts(key)
    most = 1 if len(letters) < LONG else 2
    candidates = {
        other: written
        for other, (written, numbers) in ((other, _parts(other)) for other in others if abs(len(other) - len(key)) <= 2)
        if numbers == figures and written != letters
    }
    if len(letters) < SHORTEST or not candidates:
        return None
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    match = process.extractOne(letters, candidates, scorer=OSA.distance, score_cutoff=most)
    return None if match is None or _are_countries(letters, match[0]) else match[2]


def _parts(key: str) -> tuple[str, list[str]]:
    """The words without figures, as one text, and those with figures: ``s400`` and ``2021`` are never misspelt."""
    words = WORDS.findall(key.casefold())
    return " ".join(word for word in words if not DIGIT.search(word)), [word for word in words if DIGIT.search(word)]


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
