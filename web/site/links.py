"""Links from one page of a site to the others: relative, so that the folder can be moved and needs no server."""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.web.links import DownloadFormat
from armsledger.web.site.paths import download_path, listing_path, page_path, stream_path


class Contents(NamedTuple):
    """What a site has pages of: streams, parties, pages and lists by name, and downloads by table and format.

    ``more`` are the lists to which not every page leads, and what they are called.
    """

    streams: frozenset[str]
    parties: frozenset[str]
    pages: frozenset[str]
    downloads: frozenset[tuple[str, str]]
    more: tuple[tuple[str, str], ...] = ()


class FileLinks:
    """The links of a page that is some folders deep in a site."""

    live: Final = False

    def __init__(self, contents: Contents, depth: int) -> None:
        self._contents = contents
        self._up = "../" * depth

    def stream(self, stream: str) -> str | None:
        """The page of a stream; None where the site has none."""
        return self._up + stream_path(stream) if stream in self._contents.streams else None

    def page(self, name: str) -> str | None:
        """A page or the first page of a list; None where the site has none."""
        rest = name.partition("/")[2]
        there = rest in self._contents.parties if rest else name in self._contents.pages
        return self._up + page_path(name) if there else None

    def asset(self, name: str) -> str | None:
        """A style or a script."""
        return f"{self._up}static/{name}"

    @property
    def more(self) -> tuple[tuple[str, str], ...]:
        """The lists beside those to which every page leads."""
        return self._contents.more

    def listing(self, table: str, page: int = 1) -> str:
        """A page of a list."""
        return self._up + listing_path(table, page)

    def download(self, table: str, format: DownloadFormat) -> str | None:
        """The rows of a table as a file; None where the site has none."""
        return self._up + download_path(table, format) if (table, format) in self._contents.downloads else None


def links_for(contents: Contents, path: str) -> FileLinks:
    """The links of the page at a path."""
    return FileLinks(contents, path.count("/"))
