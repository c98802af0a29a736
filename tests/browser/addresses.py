"""The addresses of pages, by names that tests give them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.application.book import DEAL, FRAMEWORK, SUMMIT

DAY = "2026-11-30"
"""The day of all pages, after all that the story tells."""
SOURCE = "source/theprint-2021-11-12"
BEFORE = "at=2021-12-31&known=2021-11-23&known_by=asserted"
"""A day and a belief before the end."""
FILES = ("deal.html", "engagement.html", "framework.html", "source.html")
"""Pages that stand alone."""
OF_THE_SITE = (
    "index.html",
    "parties.html",
    "country/IND.html",
    "deals.html",
    "scorecard.html",
    "changes.html",
    "relations.html",
    "findings.html",
    "sources.html",
    "search.html",
    "about.html",
)
SERVED = (
    "/",
    f"/{DEAL}?{BEFORE}",
    f"/{SUMMIT}?{BEFORE}",
    f"/{FRAMEWORK}",
    f"/{SOURCE}",
    "/country/IND",
    "/expectations?known_by=asserted",
    "/changes",
    f"/compare?stream={DEAL}&since=2021-11-23&known_by=asserted",
    "/search?q=S-400",
    "/search?q=no-such-word",
    "/no-such-page",
    "/record",
    f"/record/repair?stream={DEAL}",
)
NAMES = (*FILES, *(f"site/{name}" for name in OF_THE_SITE), *SERVED)
"""All pages: of the site below ``site/``, of the server from ``/`` on."""


class Addresses(NamedTuple):
    """Where pages are: files in a folder, and those of a server."""

    folder: Path
    server: str

    def of(self, name: str) -> str:
        """The address of a page."""
        return f"{self.server}{name}" if name.startswith("/") else (self.folder / name).as_uri()
