"""A drawing that stands alone: with its style, a heading, a legend, and lines that say of which day it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from armsledger.charts.elements import Svg, element, group, joined, text_of, title, words
from armsledger.charts.style import FONTS, hatch, inline_style, sample
from armsledger.charts.text_width import in_lines, width_of

MARGIN: Final = 20.0
HEADING: Final = 22.0
TEXT: Final = 12.5
LINE: Final = 18.0
SAMPLE: Final = 34.0
BIG: Final = f".h1{{font-size:{HEADING:g}px;font-weight:700}}.h3{{font-size:15px;font-weight:700}}"


class Drawing(NamedTuple):
    """A chart without anything around it. ``legend`` are its samples and what each means."""

    width: float
    height: float
    body: Svg
    legend: Sequence[tuple[str, str]] = ()


class Frame(NamedTuple):
    """What is written around a drawing: its heading, and lines that say of which day and belief it is."""

    heading: str
    caption: Sequence[str]


def standing_alone(drawing: Drawing, frame: Frame) -> str:
    """The whole file."""
    heading = in_lines(frame.heading, drawing.width, HEADING, bold=True)
    captions = [line for text in frame.caption for line in in_lines(text, drawing.width, TEXT, most=6)]
    top = MARGIN + 28 * len(heading) + LINE * len(captions) + 6
    head = [words(0, 22 + 28 * place, text_of(line), class_="h1") for place, line in enumerate(heading)]
    head += [
        words(0, 28 * len(heading) + 12 + LINE * place, text_of(line), class_="m")
        for place, line in enumerate(captions)
    ]
    legend = list(_legend(drawing))
    below = max((y for _, _, y, _ in legend), default=0.0) + LINE + 6 if legend else 0.0
    height = top + drawing.height + below + MARGIN
    width = drawing.width + 2 * MARGIN
    body = joined(
        title(". ".join((frame.heading, *frame.caption))),
        inline_style(BIG),
        element("defs", hatch()),
        element("rect", width="100%", height="100%", fill="var(--bg)"),
        group(*head, transform=f"translate({MARGIN:g} {MARGIN:g})"),
        group(drawing.body, transform=f"translate({MARGIN:g} {top:.1f})"),
        group(
            *(part for entry in legend for part in _entry(*entry)),
            transform=f"translate({MARGIN:g} {top + drawing.height + 12:.1f})",
        ),
    )
    whole = element(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {width:.1f} {height:.1f}",
        role="img",
        font_family=FONTS,
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'


def _legend(drawing: Drawing) -> Iterator[tuple[str, float, float, str]]:
    """The samples of the legend with their places, in lines that fit."""
    x = y = 0.0
    for shape, meaning in drawing.legend:
        width = SAMPLE + 8 + width_of(meaning, TEXT)
        if x and x + width > drawing.width:
            x, y = 0.0, y + LINE + 6
        yield shape, x, y, meaning
        x += width + 22


def _entry(shape: str, x: float, y: float, meaning: str) -> Iterator[Svg]:
    yield group(sample(shape), transform=f"translate({x:.1f} {y:.1f})")
    yield words(x + SAMPLE + 8, y + 12, text_of(meaning))
