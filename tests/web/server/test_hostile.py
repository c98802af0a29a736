"""What hostile sources and hostile addresses come to: text, and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.domain.values.stream import KINDS
from armsledger.web.server.app import PAGES
from armsledger.web.server.visit import QUESTION, Page
from tests.web.server.client import Client, client_of

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7777*7777}}"
ADDRESS = "javascript:alert(3)"
KEY = "a<b>&'\"c"
HOSTILE: list[tuple[str, str, dict[str, Any]]] = [
    ("source/" + KEY, "registered", {"publisher": ATTACK, "title": ATTACK, "url": ADDRESS, "published": "2021-01-01"}),
    (
        "deal/" + KEY,
        "opened",
        {
            "on": "2020",
            "supplier": "RUS",
            "buyer": "IND",
            "title": ATTACK,
            "items": [{"designation": ATTACK, "description": ATTACK}],
            "quote": ATTACK,
            "note": ATTACK,
            "attribution": {"speaker": ATTACK, "role": ATTACK},
        },
    ),
    ("deal/" + KEY, "expected", {"what": {"event": "delivered"}, "due": "2020-12", "holder": ATTACK, "quote": ATTACK}),
    ("deal/" + KEY, "sanction-threat-raised", {"on": "2020", "by": "USA", "against": "IND", "basis": ATTACK}),
    (
        "engagement/" + KEY,
        "held",
        {"on": "2020", "format": "summit", "participants": ["RUS", "IND"], "series": ATTACK, "place": ATTACK},
    ),
    ("framework/" + KEY, "signed", {"on": "2020", "parties": ["RUS", "IND"], "title": ATTACK}),
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a ledger of which every text is an attack."""
    path: Path = tmp_path_factory.mktemp("hostile") / "ledger.db"
    with Ledger(path, recorded_by=ATTACK) as ledger:
        for stream, event, fields in HOSTILE:
            cited = {} if stream.startswith("source/") else {"source": KEY}
            ledger.record(stream, event, **cited, **fields)
    with client_of(str(path)) as client:
        yield client


class Elements(HTMLParser):
    """The elements of a page that run or load something, and the addresses that it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.leads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        values = dict(attrs)
        self.leads += [str(values[name]) for name in ("href", "src", "action") if name in values]
        if tag in ("img", "iframe", "object", "embed") or (tag == "script" and "src" not in values):
            self.found.append(tag)
        self.found += [name for name in values if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("page", [page for page in PAGES if "html" in page.formats], ids=lambda page: page.path)
def test_what_a_source_wrote_is_text_on_every_page(hostile: Client, page: Page) -> None:
    path = page.path.replace("{key}", quote(KEY)).replace("{party}", "IND")
    asked = {"q": "alert", "deal": KEY, "since": "2020-01-01"}
    needed = {name: value for name, value in asked.items() if name in page.takes and page.path in NEEDING}
    text = hostile.page(f"{path}?{urlencode(needed)}")
    elements = Elements(text)
    assert elements.found == []
    assert not [lead for lead in elements.leads if not lead.startswith(("/", "#", "data:,"))]
    assert "60481729" not in text  # which the braces would come to


NEEDING = ("/search", "/precedents", "/compare")


# addresses

TEXTS = st.one_of(
    st.sampled_from(
        ["", "IND", "india-s400", "2021", "../2021", "@3", "@0", "@99999999999999999", "today", "9999-12-31"]
    ),
    st.sampled_from(["0001-01-01", "-1", "1e9", "USD 5bn", "yes", "-deal", "deal", "asserted", "recorded", "b,a", "%"]),
    st.sampled_from(
        ["2021-11-12T09:30Z", "deal/india-s400", "deal/x", "/", "..", ".", "\x00", "\ud800", "'; DROP", "*"]
    ),
    st.text(max_size=12),
)
ANY_PAGE = st.sampled_from(PAGES)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """An address of a page with parameters of all kinds."""
    page = draw(ANY_PAGE)
    path = re.sub(r"\{\w+\}", lambda _: quote(draw(TEXTS).encode("utf-8", "replace"), safe="") or "x", page.path)
    format = draw(st.sampled_from(["", *(f".{format}" for format in page.formats)]))
    names = st.sampled_from([*QUESTION, *page.takes, "other"])
    pairs = draw(st.lists(st.tuples(names, TEXTS), max_size=4))
    return f"{path}{format}?{urlencode([(name, text.encode('utf-8', 'replace')) for name, text in pairs])}"


@settings(max_examples=150)
@given(address=addresses())
def test_no_address_makes_the_server_fail(client: Client, address: str) -> None:
    assert client.get(address).status_code in (200, 400, 404)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "dates", ["known=@1", "known=1900&known_by=asserted", "at=0001-01-01", "at=9999-12-31&known=@5"]
)
def test_a_stream_has_a_page_before_and_after_all_that_is_told_of_it(client: Client, kind: str, dates: str) -> None:
    (address, *_) = re.findall(rf'href="(/{kind}/[^"?]*)', client.page(f"/{kind}s"))
    assert client.get(f"{address}?{dates}").status_code == 200
    assert client.get(f"{address}.json?{dates}").status_code == 200
