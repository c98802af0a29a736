"""The pages of a ledger on PostgreSQL, at the primary server and at a standby, which takes no writes at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from armsledger import Ledger
from armsledger.domain.errors import LedgerError
from armsledger.storage.errors import LedgerReadOnly
from armsledger.web.server.app import PAGES
from armsledger.web.server.readers import Readers
from tests.application.book import DEAL, SEED, STORY
from tests.postgres import Server, server
from tests.processes import PATIENCE_SECONDS
from tests.web.server.client import Client, client_of
from tests.web.server.test_pages import address

SAME = (
    "/deals.json?at=2021-11-12",
    "/expectations.json?overdue=yes&at=2022-06-30",
    "/log.json?stream=india-s400&columns=entry,event,on,asserted",
    "/search.json?q=triumf",
    "/sources.csv",
)


@pytest.fixture
def on_server(postgres_address: Callable[[], str]) -> str:
    """The address of a ledger that holds the same as the file of the other tests."""
    place = postgres_address()
    with Ledger.create(place, recorded_by="tester") as ledger:
        ledger.record_file(SEED)
        ledger.record_file(STORY)
    return place


def answers_all(client: Client) -> None:
    for page in PAGES:
        for format in (f".{format}" if format != "html" else "" for format in page.formats):
            answer = client.get(f"{address(f'{page.path}{format}' if page.path != '/' else '/')}&at=2022-06-30")
            assert answer.status_code in (200, 404 if format == ".svg" else 200), answer.text[-1000:]


def test_pages_of_a_server_tell_what_those_of_a_file_do(on_server: str, client: Client) -> None:
    with client_of(on_server) as other:
        answers_all(other)
        for path in SAME:
            assert other.get(path).text == client.get(path).text


def test_no_connection_of_the_pages_can_write(on_server: str) -> None:
    readers = Readers(on_server)
    with pytest.raises(LedgerReadOnly), readers.reading() as ledger:
        ledger.journal().reader.connection.execute("DELETE FROM ledger")
    with pytest.raises(LedgerError, match="opened for reading"), readers.reading() as ledger:
        ledger.record(DEAL, "commitment-reaffirmed", on="2021-11-01", by="IND", source="theprint-2021-11-12")
    readers.close()


def test_a_standby_shows_the_pages_and_what_the_primary_records(postgres: Server, on_server: str) -> None:
    with server(primary=postgres) as standby:
        port = urlsplit(on_server).port
        with client_of(on_server.replace(f":{port}/", f":{standby.port}/")) as client:
            answers_all(client)
            with Ledger(on_server) as ledger:
                ledger.record(DEAL, "commitment-reaffirmed", on="2021-11-01", by="IND", source="theprint-2021-11-12")
                head = ledger.position()
            until = time.monotonic() + PATIENCE_SECONDS
            while client.json("/deal/india-s400.json")["position"] < head:
                assert time.monotonic() < until
                time.sleep(0.05)
