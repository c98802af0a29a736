"""What was drawn, read by somebody else's parser: elements with their attributes, and the boxes of their texts."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from armsledger.charts.boxes import Box
from armsledger.charts.elements import Svg
from armsledger.charts.text_width import width_of

Element = ElementTree.Element
TEXT = 12.5


def parsed(svg: Svg | str) -> Element:
    """A fragment, or a whole drawing; a parser refuses what is not well-formed."""
    text = svg if svg.startswith("<?xml") else f"<svg>{svg}</svg>"
    root = ElementTree.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def of_class(svg: Svg | str, name: str) -> list[Element]:
    """The elements of a class, in their order."""
    return [element for element in parsed(svg).iter() if name in element.get("class", "").split()]


def numbers(element: Element, *names: str) -> tuple[float, ...]:
    """Attributes that are numbers."""
    return tuple(float(element.get(name, "nan")) for name in names)


def texts(svg: Svg | str) -> list[str]:
    """What is written, in its order."""
    return ["".join(element.itertext()) for element in parsed(svg).iter("text")]


def text_boxes(svg: Svg | str) -> Iterator[Box]:
    """The room that each text takes at most."""
    for element in parsed(svg).iter("text"):
        plain = element.text or ""
        signs = "".join(part.text or "" for part in element.iter("tspan"))
        is_bold = "b7" in element.get("class", "")
        width = width_of(plain, TEXT, bold=is_bold) + width_of(signs, TEXT, bold=True)
        x, y = numbers(element, "x", "y")
        left = {"start": x, "middle": x - width / 2, "end": x - width}[element.get("text-anchor", "start")]
        yield Box(left, y - 11, left + width, y + 3)


def mark_boxes(svg: Svg | str) -> Iterator[Box]:
    """The room of each rectangle."""
    for element in parsed(svg).iter("rect"):
        x, y, width, height = numbers(element, "x", "y", "width", "height")
        yield Box(x, y, x + width, y + height)
