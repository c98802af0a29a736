"""How wide a text is at most, so that labels find their places before any font is known.

The widths are those of DejaVu Sans and Verdana, the widest of the usual fonts without serifs. A text in another font
takes less room than is kept for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from unicodedata import combining, normalize

_BY_WIDTH: Final = {
    0.28: "ijl",
    0.3: "IJ",
    0.32: " ,.\u2018\u2019·",
    0.34: "/:;\\|",
    0.36: "'f",
    0.37: "-",
    0.4: "()[]t",
    0.41: "!",
    0.42: "r",
    0.5: '"*_`\u2013',
    0.53: "sz“”",
    0.54: "?",
    0.56: "Lc",
    0.6: "Fkvxy",
    0.62: "PTYaeo",
    0.64: "$0123456789ESbdghnpqu{}€£",
    0.7: "ABCKRVXZ",
    0.79: "&DGHNOQU",
    0.84: "#+<=>^~w≠→±\u00d7",
    0.87: "M",
    1.0: "%@Wm—…",
}
_WIDTHS: Final = {character: width for width, characters in _BY_WIDTH.items() for character in characters}
_OTHER: Final = 1.2
"""What a character of another script takes at most."""
_BOLD: Final = 1.27
"""So much wider is at most a character in bold type."""
ELLIPSIS: Final = "…"
_NO_END: Final = re.compile(r"(?:[ ,;:\u2013(]+(?:a|an|and|at|by|for|from|in|of|on|or|the|to|with))*[ ,;:\u2013(]*$")
"""With what a shortened text does not end."""
SHORTEST: Final = 6
"""A text of fewer characters before the ellipsis says nothing."""


@lru_cache(maxsize=16_384)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The most that a text takes in a size (both in pixels)."""
    ems = sum(_WIDTHS.get(one, _OTHER) for one in normalize("NFD", text) if not combining(one))
    return ems * size * (_BOLD if bold else 1)


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text as far as it has room, cut between words where that leaves enough; empty if there is room for too
    little."""
    if width_of(text, size, bold=bold) <= room:
        return text
    kept = _fitting(text, room, size, bold=bold)
    cut = text[:kept]
    between = cut.rfind(" ")
    if text[kept : kept + 1] != " " and between >= max(SHORTEST, kept // 2):
        cut = cut[:between]
    cut = _NO_END.sub("", cut)
    return cut + ELLIPSIS if len(cut) >= SHORTEST else ""


def _fitting(text: str, room: float, size: float, *, bold: bool) -> int:
    """How many characters of a text have room beside the ellipsis. No width is asked of a long text: it would be asked
    again for each character that is cut."""
    left = room - width_of(ELLIPSIS, size, bold=bold)
    for kept, character in enumerate(text[:-1]):
        left -= width_of(character, size, bold=bold)
        if left < 0:
            return kept
    return len(text) - 1


def in_lines(text: str, room: float, size: float, *, bold: bool = False, most: int = 2) -> list[str]:
    """The text in so many lines at most, broken between words; the last one is shortened."""
    lines: list[str] = []
    for line in _broken(text.split(), room, size, bold=bold):
        if len(lines) == most:
            lines[-1] = shortened(f"{lines[-1]} {line}", room, size, bold=bold) or lines[-1]
            break
        lines.append(line)
    return [shortened(line, room, size, bold=bold) or line[:1] for line in lines]


def _broken(words: list[str], room: float, size: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size, bold=bold) > room:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
