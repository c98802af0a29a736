"""The drawing of bars and cells.

Solid is certain, hatched is possible, blank is no statement and never zero. What has up to forty units has a cell for
each; what has more is a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final

from armsledger.web.markup import Markup

MOST_CELLS: Final = 40
MOST_LINES: Final = 6
"""So many lines of an order are drawn; of the others there is the text."""
ENDLESS: Final = 1.25
"""Of a whole without end, a fifth of the bar stands for what nobody knows."""
BOX: Final = Markup('<rect class="box" width="100%" height="26"/>')
UNKNOWN: Final = Markup('<svg class="bx un" height="26" aria-hidden="true">{}</svg>').format(BOX)
"""What stands for a total that nobody gives."""


def amount(certain: float, possible: float, total: tuple[float, float], label: str) -> Markup:
    """So much is certain, so much possible, of a total with its lower and its upper end."""
    whole = max(total[1], possible, certain)
    if whole == inf:
        return bar(certain, possible, ENDLESS * max(certain, total[0], possible if possible < inf else 0, 1), label)
    if whole > MOST_CELLS:
        return bar(certain, possible, whole, label)
    counts = {"sol": int(certain), "pos": int(max(possible - certain, 0))}
    counts["non"] = int(whole) - sum(counts.values())
    cells = "".join(f'<i class="{kind}"></i>' * count for kind, count in counts.items())
    return Markup('<div class="cells" role="img" aria-label="{}">{}</div>').format(label, Markup(cells))


def bar(certain: float, possible: float, whole: float, label: str, rivals: Sequence[float] = ()) -> Markup:
    """A bar of which a part is solid and a part hatched; rival amounts are lines across it."""
    least, most = (100 * min(part, whole) / whole for part in (certain, possible))
    parts = [BOX]
    if most > least:
        parts.append(_rect("pos", least, most))
    if least:
        parts.append(_rect("sol", 0, least))
    for rival in rivals:
        if rival <= whole:
            place = _percent(100 * rival / whole)
            parts.append(Markup('<line class="riv" x1="{0}%" x2="{0}%" y1="-6" y2="32"/>').format(place))
    inner = Markup("").join(parts)
    return Markup('<svg class="bx" height="26" role="img" aria-label="{}">{}</svg>').format(label, inner)


def _rect(kind: str, start: float, end: float) -> Markup:
    place, width = _percent(start), _percent(end - start)
    return Markup('<rect class="{}" x="{}%" width="{}%" height="26"/>').format(kind, place, width)


def _percent(share: float) -> str:
    return f"{share:.1f}".removesuffix(".0")


def labelled(label: str, drawing: Markup) -> Markup:
    """A drawing with its label before it."""
    drawn = Markup('<div class="dr">{}</div>').format(drawing) if drawing else Markup("")
    return Markup("<b>{}</b>").format(label) + drawn


def row(label: str, drawing: Markup, text: Markup) -> Markup:
    """A drawing with its label before it and its text below."""
    return labelled(label, drawing) + Markup('<div class="tx">{}</div>').format(text)
