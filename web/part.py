"""Parts of a page: what it shows that depends on the day of the state or on the belief.

A part gives plain data for each of its slots, at each standpoint, and draws them. So one and the same part is drawn
once by the server, and for all days and beliefs in a page that stands alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, ClassVar

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.web.links import ALONE, Links
from armsledger.web.markup import Markup, escape


class Part(ABC):
    """What a page shows, in slots: places in the page whose content depends on the day or the belief.

    A slot is named as its part, or ``part/more``; slots of one part are ordered by their names.
    """

    name: ClassVar[str]
    by_day: ClassVar[bool] = True
    """Whether it depends on the day of the state; else it is asked once a belief."""

    def __init__(self, links: Links = ALONE) -> None:
        """``links`` are the addresses of other pages, as seen from this one."""
        self.links = links

    @abstractmethod
    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """By slot, what it shows: plain frozen values. Equal values give equal HTML, and are drawn once."""

    def lay_out(self, told: Mapping[str, Collection[Any]]) -> None:  # noqa: B027  # most parts need no layout
        """Make a layout from all data of all standpoints, by slot, before anything is drawn."""

    @abstractmethod
    def html(self, slot: str, data: Any) -> Markup:
        """What stands inside a slot's element."""

    @abstractmethod
    def section(self, slots: Slots) -> Markup:
        """The HTML around the slots. Its text holds for every belief; what depends on one is a slot."""


class Slots:
    """The slots of a page as it is first shown, before anybody steps."""

    def __init__(self, fragments: Mapping[str, Markup], names: Collection[str]) -> None:
        """``fragments`` are those of the page's own standpoint; ``names`` are all slots of all standpoints."""
        self._fragments = fragments
        self._names = sorted(names)
        self.drawn: set[str] = set()
        """The slots that the page has an element of."""

    def of(self, part: Part) -> Sequence[str]:
        """The slots of a part at any standpoint, in their order."""
        inner = f"{part.name}/"
        return [name for name in self._names if name == part.name or name.startswith(inner)]

    def element(self, slot: str, tag: str = "div", **attributes: str) -> Markup:
        """The element of a slot with its content, ``<tag data-slot=...>``; ``class_`` is ``class``, ``_`` is ``-``."""
        self.drawn.add(slot)
        given = "".join(
            f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"' for name, value in attributes.items()
        )
        return Markup(f'<{tag} data-slot="{escape(slot)}"{given}>{self.content(slot)}</{tag}>')

    def content(self, slot: str) -> Markup:
        """What stands in a slot at first."""
        return self._fragments.get(slot, Markup())

    def has(self, slot: str) -> bool:
        """Whether a slot has content at some standpoint."""
        return slot in self._names


__all__ = ["Markup", "Part", "Slots", "Standpoint", "escape"]
