"""What every page keeps to: methods, headers, both dates, formats, refusals."""

from __future__ import annotations

import json
import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.web.server.app import PAGES
from tests.application.book import DEAL
from tests.cli.runner import Inside
from tests.web.server.client import Client, client_of

PARTS = {"{key}": "india-s400", "{party}": "India"}
SOURCE, SUMMIT = "theprint-2021-11-12", "india-russia-annual-summit-21"
FRAMEWORK = "india-russia-military-technical-cooperation"
KEYS = {"/engagement": SUMMIT, "/framework": FRAMEWORK, "/source": SOURCE}
NEEDED = {"/precedents": "deal=india-s400", "/search": "q=s400", "/compare": "since=2021-11-12"}
"""Parameters without which some pages have nothing to answer in JSON."""
OF_ALL = [
    f"{page.path}{'' if format == 'html' else f'.{format}'}"
    for page in PAGES
    for format in page.formats
    if page.path != "/" or format == "html"
]


def address(path: str) -> str:
    """An address of a page at a path that has names of parts."""
    key = next((key for kind, key in KEYS.items() if path.startswith(kind)), PARTS["{key}"])
    filled = path.replace("{key}", key).replace("{party}", PARTS["{party}"])
    needed = NEEDED.get(path.partition(".")[0], "")
    return f"{filled}?{needed}"


@pytest.mark.parametrize("path", OF_ALL)
def test_every_page_answers_at_any_day_and_belief(client: Client, path: str) -> None:
    for dates in ("", "&at=2021-11-12&known=@20", "&at=mid-2020&known=2021-11-12&known_by=asserted"):
        answer = client.get(f"{address(path)}{dates}")
        draws_nothing = path.endswith(".svg") and answer.status_code == 404
        assert answer.status_code == (404 if draws_nothing else 200), (dates, answer.text[:2000])
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in answer.headers
        if answer.headers["content-type"].startswith("text/html"):
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", answer.text)


@pytest.mark.parametrize("path", ["/", "/deals", "/deals.json", "/deal/india-s400", "/static/page.css", "/nowhere"])
def test_head_is_get_without_the_content(client: Client, path: str) -> None:
    whole, head = client.ask("GET", path), client.ask("HEAD", path)
    assert (head.status_code, head.headers, head.content) == (whole.status_code, whole.headers, b"")
    assert whole.content


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_what_would_write_is_refused(client: Client, method: str) -> None:
    answer = client.ask(method, "/deals")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8400", 200), ("127.0.0.1", 200), ("[::1]:8400", 200), ("deals.example", 403), ("", 403)],
)
def test_only_known_names_are_answered_for(client: Client, host: str, status: int) -> None:
    assert client.get("/deals", host=host).status_code == status


def test_a_proxy_may_have_the_pages_below_a_path_and_under_a_name(told: Path) -> None:
    with client_of(str(told), names={"deals.example"}, root="/ledger") as client:
        whole = client.get("/ledger/deals", host="deals.example")
        stripped = client.get("/deals", host="deals.example")
        assert whole.text == stripped.text
        leads = re.findall(r'(?:href|src)="(/[^"]*)"', whole.text)
        assert leads
        assert all(lead.startswith("/ledger/") for lead in leads)
        assert client.get(leads[0], host="deals.example").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/deals?at=12/11/2021", 400, "may be"),
        ("/deals?at=soon", 400, "is not a date"),
        ("/deals?known=@x", 400, "is not a date"),
        ("/deals?known=@5&known_by=wish", 400, "nown-by cannot be"),
        ("/deals?colour=red", 400, "no parameter"),
        ("/deals?buyer=Atlantis", 400, "atlantis"),
        ("/deals?stage=sinking", 400, "sinking"),
        ("/deals?open=perhaps", 400, "give yes or no"),
        ("/deals?limit=0", 400, "whole number from 1"),
        ("/deals?limit=99999", 400, "whole number from 1"),
        ("/deals?columns=deal,price", 400, "no column"),
        ("/deals?order_by=price", 400, "no field"),
        ("/deals?item=%00", 400, "not all text"),
        (f"/deals?item={'x' * 401}", 400, "too long"),
        (f"/deals?{'item=x&' * 61}", 400, "too many"),
        (f"/deals?{'x' * 4001}", 414, "longer"),
        ("/deal/india-s40", 404, "deal/india-s400"),
        ("/country/Chad", 404, "o deal has"),
        ("/precedents", 400, "those of a deal"),
        ("/dels", 404, "/deals"),
    ],
)
def test_what_cannot_be_answered_is_said_with_the_remedy(client: Client, path: str, status: int, words: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text[-1500:]
    assert "no-store" in answer.headers.get("cache-control", "no-store")


def test_a_program_is_told_the_error_and_the_remedy_as_json(client: Client) -> None:
    answer = client.get("/deals.json?at=soon")
    assert answer.status_code == 400
    assert answer.json()["error"] == "'soon' is not a date"
    assert "2021-11-12" in answer.json()["remedy"]


# the same answers as commands give


def test_the_state_of_a_deal_is_that_of_show_at_thirty_days_and_beliefs(client: Client, told: Path) -> None:
    chance = random.Random(16)
    show = Inside(told.parent)
    for number in range(30):
        day, known = (date(2018, 1, 1) + timedelta(days=chance.randrange(1500)) for _ in range(2))
        by = chance.choice(["recorded", "asserted"])
        asked = client.json(f"/deal/india-s400.json?at={day}&known={known}&known_by={by}")
        with Ledger(told) as ledger:
            assert asked == json.loads(json.dumps(ledger.at(day, known, by).deal("india-s400").to_dict()))
        if number % 10 == 0:
            said = show(f"--ledger {told} show {DEAL} --at {day} --known {known} --known-by {by} --json")
            assert asked == said.json


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/deals.json?buyer=India&at=2021-11-12", "deals --buyer India --at 2021-11-12"),
        ("/expectations.json?overdue=yes&at=2022-06-30", "expectations --overdue --at 2022-06-30"),
        ("/sources.json?reliability=A&order_by=-cited", "sources --reliability A --order-by=-cited"),
        ("/log.json?stream=india-s400&at=2019&columns=entry,event", "log india-s400 --at 2019 --columns entry,event"),
        ("/volumes.json?by=buyer", "report volumes --by buyer"),
        ("/deal/india-s400/timeline.json", "timeline india-s400"),
        ("/compare.json?since=@20&known=@40", "compare --known @20 --known @40"),
        ("/search.json?q=triumf", "search triumf"),
    ],
)
def test_json_is_that_of_the_command(client: Client, told: Path, path: str, command: str) -> None:
    assert client.json(path) == Inside(told.parent)(f"--ledger {told} {command} --json").json


def test_the_board_and_a_country_are_there_for_programs(client: Client) -> None:
    board = client.json("/board.json?at=2021-11-12&buyer=IND")
    assert (board["at"], board["figures"]["deals"], board["figures"]["in_force"]) == ("2021-11-12", 1, 1)
    assert client.json("/parties.json?at=2021-11-12") == [
        {"party": "IND", "supplies": 0, "buys": 1},
        {"party": "RUS", "supplies": 2, "buys": 0},
        {"party": "TUR", "supplies": 0, "buys": 1},
    ]
    assert client.json("/country/India.json?at=2021-11-12") == client.json("/deals.json?at=2021-11-12&buyer=IND")
    assert {change["deal"] for change in client.json("/changes.json")} == {"india-s400"}


def test_csv_is_that_of_the_command(client: Client, told: Path) -> None:
    said = Inside(told.parent)(f"--ledger {told} deliveries --format csv --at 2022-12-31")
    assert client.page("/deliveries.csv?at=2022-12-31") == said.out


# lists


def test_a_list_is_paged_and_keeps_what_was_asked(client: Client) -> None:
    first = client.page("/expectations?limit=5&at=2022-06-30&order_by=due")
    later = re.search(r'href="([^"]*)" rel="next"', first)
    assert later
    second = client.page(later[1].replace("&amp;", "&"))
    rows = [re.findall(r"<tr><td.*</tr>", page) for page in (first, second)]
    assert [len(some) for some in rows] == [5, 5]
    assert not set(rows[0]) & set(rows[1])
    asked = client.json("/expectations.json?limit=5&page=2&at=2022-06-30&order_by=due")
    assert len(asked) == 5


def test_a_facet_leads_to_its_rows_and_back(client: Client) -> None:
    page = client.page("/deals?at=2021-11-12")
    leads = dict(re.findall(r'<li><a href="([^"]*)">([^<]*)</a>', page))
    address = next(
        where for where, words in leads.items() if words == "T\N{LATIN SMALL LETTER U WITH DIAERESIS}rkiye"
    ).replace("&amp;", "&")
    chosen = client.page(address)
    assert "1 row;" in chosen
    back = re.search(r'<li><a href="([^"]*)" aria-current="true">T', chosen)
    assert back
    assert client.page(back[1].replace("&amp;", "&")) == client.page("/deals?at=2021-11-12")


def test_an_empty_field_of_a_form_is_no_filter(client: Client) -> None:
    assert client.json("/deals.json?buyer=&supplier=Russia&open=") == client.json("/deals.json?supplier=RUS")


def test_a_key_that_ends_like_a_format_has_a_page(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger(path) as ledger:
        ledger.record("source/x", "registered", publisher="X", published="2020-01-01", reliability="B")
        ledger.record("deal/a&b#c.json", "opened", on="2020", supplier="RUS", buyer="IND", source="x")
    with client_of(str(path)) as client:
        leads = re.findall(r'href="(/deal/[^"]*)"', client.page("/deals"))
        assert client.get(leads[0]).headers["content-type"].startswith("text/html")
        assert "a&amp;b#c.json" in client.page(leads[0])


def test_the_log_begins_with_what_was_recorded_last(client: Client, told: Path) -> None:
    with Ledger(told) as ledger:
        entries = [row.entry for row in ledger.log()][::-1]
    pages = [
        client.page(f"/log?limit=40&columns=entry&page={number}") for number in range(1, 1 + -(-len(entries) // 40))
    ]
    shown = [label for page in pages for label in re.findall(r"\[([^]]*@\d+)\]", page)]
    assert shown == [entry.partition("/")[2] for entry in entries]
    known = client.page("/log?known=@30&columns=entry&limit=5")
    assert re.findall(r"\[([^]]*@\d+)\]", known) == [entry.partition("/")[2] for entry in entries[-30:-25]]


def test_a_deal_leads_to_the_beliefs_beside_its_own(client: Client) -> None:
    page = client.page("/deal/india-s400?at=2021-12-31&known=2021-11-23&known_by=asserted")
    leads = [
        lead.replace("&amp;", "&") for lead in re.findall(r'href="(/deal/[^"]*known=[-\d]+[^"]*)">[^<]*belief', page)
    ]
    known = [re.search(r"known=([-\d]+)", lead) for lead in leads]
    earlier, later = [date.fromisoformat(match[1]) for match in known if match]
    assert earlier < date(2021, 11, 23) < later
    assert all(client.get(lead).status_code == 200 for lead in leads)
    assert "at=2021-12-31" in leads[0]
