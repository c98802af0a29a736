"""Inputs that are nearly right: valid texts with bytes exchanged, and valid objects with hostile values in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

SAMPLES = Path(__file__).resolve().parents[1] / "domain" / "events" / "samples"

HIDDEN: tuple[str, ...] = ("\0", "\x07", "\x1b[2J", "\x7f", "\x85", "\x9b31m", "\xad", "\u061c", "\u200b", "\u200e")
HIDDEN += ("\u202e", "\u2028", "\u2066", "\ufeff", "\ufff9", "\U000e0041", "\u034f", "\u3164", "\u200d")
"""Characters that are not seen, and some that move the cursor or turn the direction of writing."""
ODD_TEXTS: tuple[str, ...] = ("", " ", "\n", "\r\n", "x" * 5000, "9" * 5000, "null", "true", "NaN", "Infinity")
ODD_TEXTS += (
    "-0",
    "1e999999999",
    "1e-999999999",
    "1E+30",
    "0x10",
    "1_000",
    "10" * 2500,
    "\u0663",
    "\uff11",
    "\ud800",
    "\udcff",
    "a\ud83d",
)
ODD_TEXTS += ("2018-10", "9999-12-31", "0001-01-01", "2018/..", "[..2018]", "1000000000-01-01", "USD 5bn", "~5 units")
ODD_TEXTS += ("IND", "actor:PLO", "deal/x", "deal/x@1", "@1", "@999999999", "source/wire", "delivered tranche=1", "'")
HUGE = (2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**20, 10**400)
"""Integers that some database, format or language cannot hold."""

texts: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(ODD_TEXTS), st.sampled_from(HIDDEN).map(lambda hidden: f"S-4{hidden}00"), st.text(max_size=12)
)
scalars: st.SearchStrategy[Any] = st.one_of(
    texts, st.none(), st.booleans(), st.integers(-5, 3000), st.sampled_from(HUGE), st.just(0.5)
)
values: st.SearchStrategy[Any] = st.one_of(
    scalars,
    scalars,
    st.lists(scalars, max_size=3),
    st.dictionaries(
        st.sampled_from(["amount", "currency", "count", "unit", "event", "tranche", "designation", "speaker", "on"]),
        scalars,
        max_size=3,
    ),
    st.integers(2, 60).map(lambda depth: json.loads("[" * depth + "]" * depth)),
)
"""Values that a field may be given by somebody who does not know the format, or knows it too well."""


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes], pieces: Sequence[bytes], most: int = 5) -> bytes:
    """A valid text of bytes in which some are exchanged, left out, doubled or moved."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, most))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 0, 0, 1, 2, 8, 40]))
        data[at : at + length] = _replacement(draw, data, pieces)
    return bytes(data)


def _replacement(draw: st.DrawFn, data: bytearray, pieces: Sequence[bytes]) -> bytes:
    match draw(st.integers(0, 9)):
        case 0:
            return b""
        case 1:
            return draw(st.binary(min_size=1, max_size=3))
        case 2 | 3:
            start = draw(st.integers(0, len(data)))
            return bytes(data[start : start + draw(st.integers(1, 60))])
        case 4:
            return draw(st.sampled_from(pieces)) * draw(st.sampled_from([2, 40, 400]))
    return draw(st.sampled_from(pieces))


@st.composite
def damaged_text(draw: st.DrawFn, seeds: Sequence[str], pieces: Sequence[str], most: int = 4) -> str:
    """A valid text with some of its characters exchanged, left out or doubled."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, most))):
        at, length = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 1, 2, 5]))
        piece = draw(st.one_of(st.just(""), st.sampled_from(pieces), st.sampled_from(pieces), st.text(max_size=2)))
        text = text[:at] + piece * draw(st.sampled_from([1, 1, 1, 2, 30])) + text[at + length :]
    return text


def sample_entries() -> list[dict[str, Any]]:
    """One valid entry of a dossier for every event of the catalogue."""
    return [_as_written(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(SAMPLES.glob("*.json"))]


def _as_written(stored: dict[str, Any]) -> dict[str, Any]:
    kind, _, event = stored["name"].partition(".")
    return {"stream": f"{kind}/x", "event": event, **stored["payload"]}


@st.composite
def odd_entries(draw: st.DrawFn, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A valid entry with some of its fields exchanged, left out, renamed or nested within each other."""
    entry = dict(draw(st.sampled_from(entries)))
    names = [*entry, "id", "note", "quote", "source", "same_as", "attribution", "recorded_at", "recorded_by", "key"]
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(names))
        match draw(st.integers(0, 9)):
            case 0:
                entry.pop(name, None)
            case 1:
                entry[draw(texts)] = entry.get(name)
            case 2:
                entry[name] = {draw(st.sampled_from(names)): draw(values)}
            case 3:
                entry[name] = [entry.get(name), draw(values)]
            case 4 | 5 | 6:
                entry[name] = f"{entry.get(name) or 'S-4'}{draw(st.sampled_from(HIDDEN))}00"
            case _:
                entry[name] = draw(values)
    return entry
