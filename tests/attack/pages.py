"""What stands where in an SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple


class Page(NamedTuple):
    """A page of a file: where it begins, how long it is, and what table or index it belongs to."""

    start: int
    size_bytes: int
    owner: str
    kind: str

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and self.start <= at < self.start + self.size_bytes

    def is_of(self, *tables: str) -> bool:
        """Whether it belongs to one of some tables or their indexes; those of SQLite's own making end in a number."""
        owner = self.owner.removeprefix("sqlite_autoindex_").rstrip("0123456789").rstrip("_")
        return owner in tables


NEAR = 4
"""How many zeros on either side make a byte one of those that hold nothing."""
NOWHERE = Page(0, 0, "a page that is free or lists others", "none")


def pages_of(path: Path) -> list[Page]:
    """All pages that belong to a table or an index."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT pgoffset, pgsize, name, pagetype FROM dbstat ORDER BY pgoffset")
        return [Page(*row) for row in rows]


def page_at(pages: list[Page], at: int) -> Page:
    """The page at a byte."""
    return next((page for page in pages if at in page), NOWHERE)


def used(pages: list[Page], content: bytes, *tables: str) -> list[int]:
    """The bytes of tables and their indexes, but for the room that is left: long runs of zeros."""
    places = (range(page.start, page.start + page.size_bytes) for page in pages if page.is_of(*tables))
    return [at for place in places for at in place if any(content[max(at - NEAR, 0) : at + NEAR])]
