"""Links: where other pages, styles and scripts are, as seen from a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

DownloadFormat = Literal["csv", "json", "parquet"]


class Links(Protocol):
    """The addresses of what a page leads to. None: there is no such page, or the page carries the file itself."""

    def stream(self, stream: str) -> str | None:
        """The page of a stream, such as ``deal/india-s400``."""

    def page(self, name: str) -> str | None:
        """Another page, by its name: ``board``, ``sources``, ``country/IND``."""

    def asset(self, name: str) -> str | None:
        """A style or a script, by the name of its file."""


class LedgerLinks(Links, Protocol):
    """The links of a page of a whole ledger: in a folder of files, or in a server.

    Pages are called ``board``, ``parties``, ``country/RUS``, ``changes``, ``search``, ``about``, or as a table, such as
    ``deals``. What a server answers is of the filters of the page that the links are for.
    """

    @property
    def live(self) -> bool:
        """Whether a server answers: it filters, and sorts lists."""

    @property
    def more(self) -> Sequence[tuple[str, str]]:
        """The names of pages beside those to which every page leads, and what they are called."""

    def listing(self, table: str, page: int = 1) -> str:
        """A page of the rows of a table, the first being 1."""

    def download(self, table: str, format: DownloadFormat) -> str | None:
        """The rows of a table as a file for other programs."""


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
