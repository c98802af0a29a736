"""Links: where other pages, styles and scripts are, as seen from a page."""

from __future__ import annotations

from typing import Protocol


class Links(Protocol):
    """The addresses of what a page leads to. None: there is no such page, or the page carries the file itself."""

    def stream(self, stream: str) -> str | None:
        """The page of a stream, such as ``deal/india-s400``."""

    def page(self, name: str) -> str | None:
        """Another page, by its name: ``board``, ``sources``, ``country/IND``."""

    def asset(self, name: str) -> str | None:
        """A style or a script, by the name of its file."""


class Alone:
    """The links of a page that stands alone: it leads nowhere, and carries its style and its script."""

    def stream(self, stream: str) -> str | None:
        """None: there is no other page."""
        return None

    def page(self, name: str) -> str | None:
        """None: there is no other page."""
        return None

    def asset(self, name: str) -> str | None:
        """None: the page carries it."""
        return None


ALONE = Alone()
