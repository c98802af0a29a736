"""What browsers and proxies may keep: tags, and pages of past beliefs, unless they name a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger import Ledger
from tests.web.server.client import Client, client_of

FOR_EVER = "public, max-age=31536000, immutable"


def record_more(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.record(
            "deal/india-s400", "commitment-reaffirmed", on="2021-11-01", by="IND", source="theprint-2021-11-12"
        )


@pytest.mark.parametrize("address", ["/", "/deals", "/deals.json", "/deal/india-s400", "/deal/india-s400.json"])
def test_an_answer_is_the_same_until_something_is_recorded(own: Client, path: Path, address: str) -> None:
    first = own.get(address)
    again = own.get(address, if_none_match=f'"other", W/{first.headers["etag"]}')
    assert (first.headers["cache-control"], again.status_code, again.content) == ("no-cache", 304, b"")
    record_more(path)
    after = own.get(address, if_none_match=first.headers["etag"])
    assert after.status_code == 200
    assert after.headers["etag"] != first.headers["etag"]


def test_a_new_entry_is_told_at_once(own: Client, path: Path) -> None:
    before = own.json("/log.json?stream=india-s400")
    record_more(path)
    assert len(own.json("/log.json?stream=india-s400")) == len(before) + 1


@pytest.mark.parametrize("address", ["/?", "/deals?", "/deals.json?", "/deal/turkey-s400?", "/sources?"])
def test_a_past_belief_is_kept_for_ever(own: Client, path: Path, address: str) -> None:
    past = f"{address}at=2021-11-12&known=@10"
    first = own.get(past)
    record_more(path)
    after = own.get(past)
    assert first.headers["cache-control"] == FOR_EVER
    assert (after.headers["etag"], after.content) == (first.headers["etag"], first.content)


@pytest.mark.parametrize(
    "address",
    [
        "/deals?known=@10",
        "/deals?at=today&known=@10",
        "/deals?at=2021-11-12&known=@10&signed_to=last year",
        "/deals?at=2021-11-12&known=@100000",
        "/deals?at=2021-11-12&known=2021-11-12&known_by=asserted",
        "/search?q=s400&at=2021-11-12&known=@10",
    ],
)
def test_what_can_be_otherwise_tomorrow_is_asked_for_again(own: Client, address: str) -> None:
    assert own.get(address).headers["cache-control"] == "no-cache"


def test_a_name_that_may_have_to_be_erased_is_kept_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger(path) as ledger:
        ledger.record("source/x", "registered", publisher="X", published="2021-01-01", reliability="B")
        ledger.record(
            "deal/a",
            "opened",
            on="2020",
            supplier="RUS",
            buyer="IND",
            source="x",
            attribution={"speaker": "Ann O'Other"},
        )
        ledger.record("deal/a", "contract-signed", on="2020-05", source="x")
    past = "at=2021-01-01&known=@2"
    with client_of(str(path)) as client:
        named, unnamed = client.get(f"/log?{past}"), client.get(f"/deals?{past}")
        assert "Ann" in named.text
        assert (named.headers["cache-control"], unnamed.headers["cache-control"]) == ("no-cache", FOR_EVER)
        with Ledger(path) as ledger:
            ledger.forget("Ann O'Other")
        after = client.get(f"/log?{past}", if_none_match=named.headers["etag"])
        assert after.status_code == 200
        assert "Ann" not in after.text
        told = client.page("/log")
        assert "forgotten" in told
        assert 'href="/person' not in told


def test_another_file_at_the_place_of_the_ledger_is_read(own: Client, path: Path) -> None:
    assert own.json("/deals.json")
    with Ledger.create(path.with_suffix(".new")):
        pass
    path.with_suffix(".new").rename(path)
    assert own.json("/deals.json") == []


def test_a_style_is_kept_for_ever_under_the_address_that_pages_give(client: Client) -> None:
    page = client.page("/deals")
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert client.get(address).headers["cache-control"] == FOR_EVER
    assert client.get("/static/page.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/..%2Fpage.py").status_code == 404


TABLES = ("/deals.json", "/deliveries.json", "/expectations.json", "/engagements.json", "/findings.json", "/links.json")
MORE = (
    ("deal/a-first-key", "opened", {"on": "2020", "supplier": "FRA", "buyer": "IND"}),
    ("deal/india-s400", "delivered", {"on": "2021-11-10", "quantity": "1 unit"}),
    ("deal/zz", "opened", {"on": "2020", "supplier": "FRA", "buyer": "IND"}),
    ("deal/zz", "expected", {"what": {"event": "delivered"}, "due": "2022", "modality": "expected"}),
    ("engagement/a-call", "held", {"on": "2021-11-01", "format": "call", "participants": ["RUS", "IND"]}),
    ("deal/zz", "linked", {"on": "2020", "to": "deal/india-s400", "relation": "succeeds"}),
    ("source/theprint-2021-11-12", "regraded", {"reliability": "F", "reason": "found out"}),
)


def test_rows_that_are_kept_are_those_that_are_read_anew(own: Client, path: Path) -> None:
    for address in TABLES:
        assert own.json(address) is not None
    for stream, event, fields in MORE:
        with Ledger(path) as ledger:
            cited = {} if stream.startswith("source/") else {"source": "theprint-2021-11-12"}
            ledger.record(stream, event, **cited, **fields)
        with client_of(str(path)) as fresh:
            for address in TABLES:
                assert own.json(address) == fresh.json(address)


def test_a_ledger_that_is_gone_is_no_fault_of_whoever_asks(
    own: Client, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert own.json("/deals.json")
    path.rename(path.with_suffix(".away"))
    answer = own.get("/deals.json")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert str(path) not in answer.text
    assert str(path) in caplog.text
    path.with_suffix(".away").rename(path)
    assert own.json("/deals.json")
