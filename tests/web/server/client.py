"""A client that asks the application itself, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from armsledger.web.server.app import Site

HOST = "http://localhost"


class Client:
    """Asks a site, and tells what its pages answer."""

    def __init__(self, site: Site, runner: asyncio.Runner) -> None:
        self.site = site
        self._runner = runner
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(site.app, raise_app_exceptions=False))

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """The answer to a request."""
        return self._runner.run(self._client.request(method, f"{HOST}{path}", headers=dict(headers or {})))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to GET; of headers, ``_`` is ``-``."""
        return self.ask("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})

    def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def json(self, path: str) -> Any:
        """The content of an answer in JSON that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def client_of(address: str, **options: Any) -> Iterator[Client]:
    """A client of the pages of a ledger."""
    site = Site(address, **options)
    with asyncio.Runner() as runner:
        try:
            yield Client(site, runner)
        finally:
            site.close()
