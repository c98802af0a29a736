"""The browser of the machine, and pages in it that tell of every fault: Chromium, driven by Playwright.

It is looked for where ``CHROMIUM`` says, and in ``PATH``. Where there is none the tests that need it are skipped,
unless ``CI`` is set: continuous integration skips none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

PROGRAM = "chromium"
SWITCHES = (
    "--headless",
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WIDE, NARROW = 1280, 390
"""The widths of a laptop's window and of a telephone, in pixels."""
OF_THIS_MACHINE = ("127.0.0.1", "localhost")

Scheme = Literal["light", "dark"]


def require() -> str:
    """The path of the browser; skips the test where there is none, and fails it in continuous integration."""
    program = shutil.which(os.environ.get("CHROMIUM", PROGRAM))
    if program is None:
        missing = f"{PROGRAM} is not installed, and CHROMIUM names no other"
        if os.environ.get("CI"):
            pytest.fail(f"{missing}: continuous integration must have it")
        pytest.skip(missing)
    return program


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; it ends with the block, and so does the loop in which Playwright waits for it."""
    program = require()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES, headless=True)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """A page in a window of its own, and what went wrong on it so far."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"raised {error}"))
        self.page.on("dialog", self._close)
        self.page.on("popup", lambda page: self.faults.append(f"opened {page.url}"))
        self.page.on("request", self._see)
        self.page.on("requestfailed", self._miss)

    def open(self, address: str | Path, fragment: str = "") -> Page:
        """Load a file or an address, and wait until nothing more is to be loaded."""
        url = address.resolve().as_uri() if isinstance(address, Path) else address
        self.page.goto(url + fragment, wait_until="load")
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        is_of_the_page = "status of 404" in message.text and message.location["url"] == self.page.url
        if message.type in ("error", "warning", "assert") and not is_of_the_page:
            self.faults.append(f"{message.type} on the console: {message.text}")

    def _miss(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left
            self.faults.append(f"did not get {request.url[:200]}: {request.failure}")

    def _close(self, dialog: Dialog) -> None:
        self.faults.append(f"asked by a dialog: {dialog.message}")
        dialog.dismiss()

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("file", "data", "blob", "about") and address.hostname not in OF_THIS_MACHINE:
            self.faults.append(f"asked for {request.url}")


@contextmanager
def window(browser: Browser, width: int = WIDE, scheme: Scheme = "light", **options: Any) -> Iterator[Watch]:
    """A window that knows nothing of the others; what went wrong in it fails the test in the end."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
    try:
        watch = Watch(context.new_page())
        yield watch
        if watch.faults:
            raise AssertionError(f"{watch.page.url}: {'; '.join(watch.faults)}")
    finally:
        context.close()
