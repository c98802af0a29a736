"""Each page, in both widths and both schemes, without scripts, and on paper: read by everybody, asking for nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.addresses import FILES, NAMES, Addresses
from tests.browser.chromium import NARROW, WIDE, Scheme, window
from tests.browser.reading import open_details, overflow, texts, violations

STEPPED = "#at=2021-12-31&known=2021-11-23"
WINDOWS = [
    pytest.param(WIDE, "light", "", id="wide and light"),
    pytest.param(NARROW, "dark", STEPPED, id="narrow, dark and stepped back"),
    pytest.param(WIDE, "dark", STEPPED, id="wide and dark", marks=pytest.mark.soak),
    pytest.param(NARROW, "light", "", id="narrow and light", marks=pytest.mark.soak),
]


@pytest.mark.parametrize(("width", "scheme", "fragment"), WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_its_window_and_has_no_barriers(
    browser: Browser, addresses: Addresses, name: str, width: int, scheme: Scheme, fragment: str
) -> None:
    with window(browser, width, scheme) as watch:
        page = watch.open(addresses.of(name), fragment if name in FILES else "")
        assert overflow(page) == []
        open_details(page)
        assert overflow(page) == []
        assert violations(page) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_read_without_scripts(browser: Browser, addresses: Addresses, name: str) -> None:
    with window(browser, NARROW, java_script_enabled=False) as watch:
        page = watch.open(addresses.of(name))
        assert page.locator("h1").inner_text()
        assert page.locator(".js:visible").count() == 0, "what only a script moves is not shown"
        open_details(page)
        assert overflow(page) == []
        assert len(page.locator("main").inner_text()) > 20


@pytest.mark.parametrize("name", FILES)
def test_on_paper_nothing_is_folded_up(browser: Browser, addresses: Addresses, name: str) -> None:
    with window(browser, WIDE) as watch:
        page = watch.open(addresses.of(name))
        folded = page.locator("details").evaluate_all("all => all.map(one => one.lastElementChild.textContent.trim())")
        page.emulate_media(media="print")
        printed = without_blanks(" ".join(texts(page)))
        assert page.pdf().startswith(b"%PDF")
        assert page.locator(".noprint:visible").count() == 0
        assert overflow(page) == []
        assert folded
        assert [
            text for text in map(without_blanks, folded) if text[:40] not in printed or text[-40:] not in printed
        ] == []


def without_blanks(text: str) -> str:
    """A text without its blanks: between the cells of a table they are not what they are in HTML."""
    return "".join(text.split())
