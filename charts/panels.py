"""Several panels on one drawing, side by side, each with its heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from armsledger.charts.alone import Drawing
from armsledger.charts.elements import Svg, group, joined, text_of, words
from armsledger.charts.text_width import in_lines

ABREAST: Final = 3
GAP: Final = 28.0
TITLE: Final = 15.0
TEXT: Final = 12.5
LINE: Final = 17.0
MOST_LINES: Final = 3


class Panel(NamedTuple):
    """A chart with its heading, and a line about it."""

    title: str
    note: str
    body: Svg


def side_by_side(
    panels: Sequence[Panel], width: float, height: float, legend: Sequence[tuple[str, str]] = ()
) -> Drawing:
    """The panels, all of one size, in rows of three."""
    head = 22 + LINE * max(len(_note(panel, width)) for panel in panels) + 4
    drawn = []
    for place, panel in enumerate(panels):
        row, column = divmod(place, ABREAST)
        x, y = column * (width + GAP), row * (head + height + GAP)
        texts = [words(0, 16, text_of(_title(panel, width)), class_="h3")]
        texts += [
            words(0, 16 + LINE * (line + 1), text_of(text), class_="m") for line, text in enumerate(_note(panel, width))
        ]
        body = group(panel.body, transform=f"translate(0 {head:.1f})")
        drawn.append(group(*texts, body, transform=f"translate({x:.1f} {y:.1f})"))
    abreast = min(len(panels), ABREAST)
    rows = -(-len(panels) // ABREAST)
    return Drawing(
        abreast * width + (abreast - 1) * GAP,
        rows * (head + height) + (rows - 1) * GAP,
        joined(*drawn),
        legend,
    )


def _title(panel: Panel, width: float) -> str:
    return "".join(in_lines(panel.title, width, TITLE, bold=True, most=1))


def _note(panel: Panel, width: float) -> list[str]:
    return in_lines(panel.note, width, TEXT, most=MOST_LINES) if panel.note else []
