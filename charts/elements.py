"""Elements of SVG, written as text. What a source wrote can stand in an attribute or a text, and is never markup."""

from __future__ import annotations

import re
from html import escape
from typing import Final, NewType

Svg = NewType("Svg", str)
"""A piece of well-formed SVG. Plain text becomes one by `text_of` alone."""

NOTHING: Final = Svg("")
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, however it is escaped."""


def text_of(text: str) -> Svg:
    """A text as content of an element."""
    return Svg(escape(_NOT_IN_XML.sub("\ufffd", text), quote=False))


def element(name: str, *inside: Svg, **attributes: str | float | None) -> Svg:
    """An element with its attributes, ``_`` in their names for ``-``; an attribute that is None is left out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(inside)
    return Svg(f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>")


def joined(*parts: Svg) -> Svg:
    """Pieces one after the other."""
    return Svg("".join(parts))


def group(*inside: Svg, **attributes: str | float | None) -> Svg:
    """A group; nothing where it is empty."""
    return element("g", *inside, **attributes) if any(inside) else NOTHING


def rect(x: float, y: float, width: float, height: float, **attributes: str | float | None) -> Svg:
    """A rectangle by its upper left corner and its size."""
    return element("rect", x=x, y=y, width=max(width, 0), height=max(height, 0), **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: str | float | None) -> Svg:
    """A straight line from one point to another."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def path(d: str, **attributes: str | float | None) -> Svg:
    """A path."""
    return element("path", d=d, **attributes)


def circle(x: float, y: float, radius: float, **attributes: str | float | None) -> Svg:
    """A circle by its middle."""
    return element("circle", cx=x, cy=y, r=radius, **attributes)


def words(x: float, y: float, *inside: Svg, **attributes: str | float | None) -> Svg:
    """A line of text of which the base line begins (or ends, by ``text_anchor``) at a point."""
    return element("text", *inside, x=x, y=y, **attributes)


def title(text: str) -> Svg:
    """What is told of the element that it stands in, to who points at it or has it read aloud."""
    return element("title", text_of(text)) if text else NOTHING


def number(value: float) -> str:
    """A number of pixels, to a tenth."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _value(value: str | float) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", value)) if isinstance(value, str) else number(value)
