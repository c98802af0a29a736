"""Whatever a source or a recorder writes shows as text, in every part of a page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.page import parts_of
from armsledger.web.steps import one_standpoint
from tests.application.book import Object, book, entry, opened

SCRIPT = "<script>alert(1)</script>"
ESCAPING = "\"'><img src=x onerror=alert(1)>"
ATTACKS = (SCRIPT, ESCAPING, "</td></tr></table><svg onload=alert(1)>", "{{ 7*7 }}{% raw %}", "&lt;b&gt;", "<!--")


class Seen(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update((name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile(attack: str) -> Ledger:
    """A ledger in which every text that somebody can choose is an attack."""
    source: Object = {
        "key": "evil",
        "publisher": attack,
        "title": attack,
        "url": f"https://example.org/{attack}",
        "published": "2021-11-12",
        "reliability": "C",
    }
    common: dict[str, Any] = {
        "source": "evil",
        "quote": attack,
        "note": attack,
        "attribution": {"speaker": attack, "role": attack},
    }
    sanction = {"by": "USA", "against": "IND", "basis": attack}
    return book(
        source,
        opened(title=attack, items=[{"designation": attack, "description": attack}], prime=attack, **common),
        entry("deal/x", "contract-signed", on="2018", reference=attack, value="USD 5bn", **common),
        entry("deal/x", "contract-signed", on="2019", value="USD 4bn", id="rival"),
        entry("deal/x", "tranche-paid", on="2019", tranche=attack, amount="USD 1m", **common),
        entry("deal/x", "delivery-begun", on="2019", tranche=attack, **common),
        entry("deal/x", "expected", what="delivered", due="2020", holder=attack, **common),
        entry("deal/x", "sanction-threat-raised", on="2019", over=attack, **sanction, **common),
        entry("deal/x", "sanction-imposed", on="2020", measures=[attack], targets=[attack], **sanction, **common),
        entry("deal/x", "legislative-action", on="2019", by=attack, instrument=attack, stage=attack, binding=False),
        entry("deal/x", "disputed", target="rival", reason=attack, **common),
        entry("deal/x", "retracted", target="rival", reason=attack, asserted="2022-01-01", **common),
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_text_shows_as_text(attack: str) -> None:
    parts = parts_of("deal/x")
    slots = one_standpoint(parts, Pictures(hostile(attack).at("2022-06-01", known_by="asserted")).standpoint("deal/x"))
    seen = Seen()
    for part in parts:
        seen.feed(str(part.section(slots)))
    seen.close()
    assert not seen.tags & {"script", "img", "iframe", "object", "style", "link", "base"}
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("style", "srcdoc")]
    assert all(value.startswith(("#", "https://example.org/")) for name, value in seen.attributes if name == "href")
    assert seen.text.count(attack) > 20
