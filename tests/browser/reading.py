"""What a page in a browser says and does, as a reader has it."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

AXE = Path(sys.prefix, "node_modules", "axe-core", "axe.min.js")
TO_INSTALL = "make with-npm"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

OPEN_ALL = "() => document.querySelectorAll('details').forEach(one => one.open = true)"
OVERFLOW = """() => {
    const root = document.documentElement, width = root.clientWidth;
    if (root.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > width + 1);
    const first = wide.slice(0, 5).map(one => one.outerHTML.slice(0, 120));
    return [`${root.scrollWidth} px in a window of ${width} px`, ...first];
}"""
VIOLATIONS = """async rules => {
    const asked = {runOnly: {type: 'tag', values: rules}, preload: false, resultTypes: ['violations']};
    const found = await axe.run(document, asked);
    return found.violations.flatMap(one => one.nodes.map(
        node => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`));
}"""
TEXTS = """() => {
    const spoken = ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'alt', 'placeholder', 'value'];
    const seen = one => one.checkVisibility();
    const all = [...document.querySelectorAll('*')].filter(seen);
    const said = all.flatMap(one => spoken.map(name => one.getAttribute(name)).filter(Boolean));
    const titles = [...document.querySelectorAll('svg title, svg desc')].filter(one => seen(one.parentNode));
    return [document.title, document.body.innerText, ...titles.map(one => one.textContent), ...said];
}"""
FOCUSED = """() => {
    const one = document.activeElement, stops = window.stops ??= [];
    if (!one || one === document.body || one === stops[0]) return null;
    stops.push(one);
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return {name: one.outerHTML.slice(0, 120), shows: outlined && box.width > 0 && box.height > 0};
}"""


@cache
def _axe() -> str:
    """The program that finds barriers; without it the test is skipped, or fails in continuous integration, unless that
    could not reach the registry that offers it."""
    if AXE.exists():
        return AXE.read_text(encoding="utf-8")
    if os.environ.get("CI") and not os.environ.get("WITHOUT_REGISTRY"):
        pytest.fail(f"axe-core is not installed ({TO_INSTALL}): continuous integration must have it")
    pytest.skip(f"axe-core is not installed ({TO_INSTALL})")


def open_details(page: Page) -> None:
    """Open whatever is folded up."""
    page.evaluate(OPEN_ALL)


def overflow(page: Page) -> list[str]:
    """By what a page is wider than its window, if it is: the sizes, and the first elements that stick out."""
    found: list[str] = page.evaluate(OVERFLOW)
    return found


def violations(page: Page) -> list[str]:
    """What axe-core says against a page as it stands, an element each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(VIOLATIONS, list(RULES))
    return found


def texts(page: Page) -> list[str]:
    """All that a page says: its title, its text as it is seen, and what is read out or shown on hovering."""
    found: list[str] = page.evaluate(TEXTS)
    return found


class Stop(NamedTuple):
    """An element at which the Tab key stops, and whether somebody who sees the page sees it there."""

    name: str
    shows: bool


def tab_stops(page: Page, limit: int = 2000) -> list[Stop]:
    """Where the Tab key stops, from the first element until it leaves the page."""
    stops: list[Stop] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return stops
        stops.append(Stop(**stop))
    raise AssertionError(f"after {limit} stops there are more")
