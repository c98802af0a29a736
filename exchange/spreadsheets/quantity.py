"""Quantities of sheets: ``40``, ``~40 tanks``, ``20-24 aircraft``, ``up to 50``, ``24+``, ``2 105mm guns``.

A cell that is not understood to its last sign is refused: what follows a number is a unit only if it can be nothing
else.
"""

from __future__ import annotations

import re

from armsledger.domain.errors import quoted
from armsledger.domain.values.money import MAGNITUDES
from armsledger.exchange.errors import InvalidCell
from armsledger.exchange.spreadsheets.amount import ABOUT, TO, UP_TO, approximate_sign, bounds, refuse_twice, times
from armsledger.exchange.spreadsheets.cell import Cell, as_text
from armsledger.exchange.spreadsheets.number import BLANKS, LONGEST, NUMBER, Scale

FORM = re.compile(
    rf"(?:(?P<upto>{UP_TO})\s+)?(?:(?P<about>{ABOUT})\s*)?(?P<low>{NUMBER})(?:{TO}(?P<high>{NUMBER})|(?P<open>\+))?"
    r"(?:\s+(?P<unit>\S.*))?",
    re.IGNORECASE,
)
"""A blank before the unit: ``10k``, ``1e3`` and ``2nd batch`` are no counts of k, e3 and nd."""
WORD = re.compile(r"[0-9.]*[^\W\d_][\w.'\u2019/&-]*")
"""A word of a unit: it has a letter, and may begin with a calibre (``155mm``)."""
NO_UNIT = frozenset(
    [
        "about",
        "after",
        "and",
        "at",
        "before",
        "by",
        "dozen",
        "dozens",
        "e",
        "each",
        "eg",
        "from",
        "hundred",
        "hundreds",
        "ie",
        "in",
        "k",
        "less",
        "m",
        "mn",
        "mln",
        "bn",
        "b",
        "more",
        "no",
        "not",
        "of",
        "on",
        "or",
        "out",
        "over",
        "per",
        "percent",
        "plus",
        "since",
        "than",
        "thousands",
        "millions",
        "till",
        "times",
        "tn",
        "to",
        "trillion",
        "under",
        "until",
        "with",
        "x",
    ]
)
"""Words that no unit begins with: more follows of which nobody knows what it means."""
WORDS = frozenset({"thousand", "million", "billion", "lakh", "crore"})
MEASURES = frozenset(
    ["mm", "cm", "km", "kg", "g", "lb", "lbs", "t", "kt", "in", "inch", "inches", "ft", "hp", "kw", "mw"]
)
"""What calibres and weights are counted in: ``2 105 mm guns`` may be two guns, or 2,105 of them."""
REMEDY = (
    "write a number and what it counts, such as 5, ~40 tanks or 20-24 aircraft, and the rest in a column of its own"
)


def quantity_text(cell: Cell, unit: str, scale: Scale) -> str:
    """The quantity as dossiers have it, ``~40 tanks``; ``unit`` is for cells that name none.

    Raises InvalidCell for a cell that is not wholly understood.
    """
    text = as_text(cell)
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST and scale.multiply is None:
        return f"{text.lstrip('0') or '0'} {unit}".rstrip()
    match = FORM.fullmatch(text) if len(text) <= LONGEST else None
    if match is None or (match["upto"] and (match["high"] or match["open"])):
        raise _refusal(text)
    counted = match["unit"] or ""
    first, _, rest = counted.partition(" ")
    if first.lower() in WORDS:
        refuse_twice(text, scale)
        scale, counted = times(scale, MAGNITUDES[first.lower()]), rest.strip()
    if counted and not _is_unit(counted, is_spaced=any(blank in match["low"] for blank in BLANKS)):
        raise _refusal(text)
    numbers = bounds(match, scale.mark_of(cell), scale)
    if numbers is None or "." in numbers:
        raise _refusal(text)
    upto = "up to " if match["upto"] else ""
    return f"{upto}{approximate_sign(match)}{numbers} {counted or unit}".rstrip()


def _is_unit(text: str, *, is_spaced: bool) -> bool:
    words = text.split()
    if words[0].lower() in NO_UNIT or (is_spaced and words[0].lower() in MEASURES):
        return False
    return all(WORD.fullmatch(word) for word in words)


def _refusal(text: str) -> InvalidCell:
    return InvalidCell(f"{quoted(text)} is not a quantity that can be read to its end", REMEDY)
