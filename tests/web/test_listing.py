"""Lists: pages of rows, whose cells lead to streams and parties."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from armsledger.application.pictures.overview import Overview
from armsledger.web import listing as listings
from armsledger.web.links import DownloadFormat
from armsledger.web.listing import listing
from tests.application.book import book, opened

KEYS = ("a", "b", "c", "d", "e")


class Everywhere:
    """Links to whatever is asked for."""

    live = False
    more = (("payments", "Payments"),)

    def stream(self, stream: str) -> str | None:
        """A page of every stream."""
        return f"/{stream}"

    def page(self, name: str) -> str | None:
        """Every page."""
        return f"/{name}"

    def asset(self, name: str) -> str | None:
        """Every file."""
        return f"/static/{name}"

    def listing(self, table: str, page: int = 1) -> str:
        """Every list."""
        return f"/{table}?page={page}"

    def download(self, table: str, format: DownloadFormat) -> str | None:
        """Every table as CSV."""
        return f"/{table}.csv" if format == "csv" else None


@pytest.fixture(scope="module")
def overview() -> Iterator[Overview]:
    """Five deals."""
    deals = [opened(f"deal/{key}", id=key, on="2010", items=[f"Ship {key}"]) for key in KEYS]
    with book(*deals) as ledger:
        yield Overview(ledger.at("2021-11-30"))


def ships(page: str) -> list[str]:
    """The deals of a list in their order."""
    return re.findall(r"<b>Ship (\w)</b>", page)


def test_a_list_goes_on_from_page_to_page(overview: Overview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "ROWS_A_PAGE", 2)
    links = Everywhere()
    assert [ships(listing(overview, "deals", links, page)) for page in (1, 2, 3)] == [["a", "b"], ["c", "d"], ["e"]]
    last = listing(overview, "deals", links, 99)
    assert "Deals, page 3 of 3" in last
    assert 'aria-current="page">3</a>' in last


def test_cells_lead_to_streams_and_parties_and_the_whole_to_a_file(overview: Overview) -> None:
    page = listing(overview, "deals", Everywhere())
    assert '<a href="/deal/a"><b>Ship a</b></a>' in page
    assert '<a href="/country/RUS">Russia</a>' in page
    assert '5 rows, all of them as <a href="/deals.csv">CSV</a>.' in page
