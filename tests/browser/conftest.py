"""A browser for the tests of each file, and the pages of the longest story: as files, as a site, and as served."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from armsledger import Ledger
from tests.application.book import DEAL, FRAMEWORK, SEED, STORY, SUMMIT
from tests.browser.addresses import DAY, SOURCE, Addresses
from tests.browser.chromium import chromium, require
from tests.cli.runner import Process


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running browser. It ends with the file: while it runs no test of the same process can run a loop of its own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that holds the seed article and then the longer story; nobody writes in it."""
    require()  # where there is no browser, nothing is made for it
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    with Ledger(path, recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        ledger.record_file(STORY)
    return path


@pytest.fixture(scope="session")
def addresses(ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    """Where all pages are."""
    from armsledger.application.pictures.overview import Overview
    from armsledger.web.page import page_file
    from armsledger.web.site.publishing import publish

    folder = tmp_path_factory.mktemp("pages")
    with Ledger(ledger) as opened:
        view = opened.at(DAY, known_by="asserted")
        for stream in (DEAL, SUMMIT, FRAMEWORK, SOURCE):
            page = folder / f"{stream.partition('/')[0]}.html"
            page.write_text(page_file(view, stream), encoding="utf-8")
        publish(opened, folder / "site", Overview(opened.at(DAY), {}))
    with served(Path(shutil.copy(ledger, folder / "ledger.db"))) as server:
        yield Addresses(folder, server)


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The address at which a ledger is served, to be written too."""
    with Process(path.parent).start(f"--ledger {path} serve --port 0 --write --recorded-by tester") as process:
        assert process.stderr
        said = process.stderr.readline()
        address = re.search(r"http://[^ ]*", said)
        assert address, said
        yield address[0].rstrip("/")
        process.send_signal(signal.SIGINT)
