"""Pages by the keyboard alone, and by their addresses."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.addresses import FILES, Addresses
from tests.browser.chromium import window
from tests.browser.reading import tab_stops

REACHED = "button:not([disabled]), input, select, summary, textarea, a[href]"


@pytest.mark.parametrize("name", [*FILES, "site/index.html", "/record"])
def test_every_control_is_reached_and_seen_where_one_is(browser: Browser, addresses: Addresses, name: str) -> None:
    with window(browser) as watch:
        page = watch.open(addresses.of(name))
        stops = tab_stops(page)
        assert [stop.name for stop in stops if not stop.shows] == []
        controls = page.locator(REACHED).evaluate_all(
            "all => all.filter(one => one.checkVisibility() && one.tabIndex >= 0 && one.type !== 'hidden').length"
        )
        assert len(stops) >= controls > 0
