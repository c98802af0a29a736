"""Whatever a source writes shows as text on every page: no script of it runs, and it leads nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from armsledger import Ledger
from tests.application.book import Object, entry, opened
from tests.browser.chromium import window
from tests.browser.conftest import served
from tests.browser.reading import open_details, texts
from tests.earlier_names import any_names

MARKED = "zqevil"
ATTACKS = (
    f"<script>window.{MARKED}=1</script>",
    f"\"'><img src=x onerror=window.{MARKED}=1>{MARKED}",
    f"</script></td></title><svg onload=window.{MARKED}=1>{MARKED}",
    f"]]>--><iframe srcdoc='<script>parent.{MARKED}=1</script>'></iframe>{MARKED}",
    f"` onfocus=window.{MARKED}=1 autofocus `{MARKED}",
    f"\u202egro.live\u2066{MARKED}\u2069",
)
"""Texts that would run a script, ask for something, or turn a line around."""
ADDRESS = f"javascript:window.{MARKED}=1"
STREAMS = ("deal/x", "engagement/x", "framework/x", "source/evil1")
SERVED = ("/", "/changes", "/findings", "/sources", "/expectations", f"/search?q={MARKED}", "/record?stream=deal/x")


def hostile(attack: str, key: str, value: str) -> list[Object]:
    """Objects of which every text that somebody can choose is an attack."""
    said: dict[str, Any] = {
        "source": key, "quote": attack, "note": attack, "attribution": {"speaker": attack, "role": attack},
    }  # fmt: skip
    sanction = {"by": "USA", "against": "IND", "basis": attack}
    source = {"key": key, "publisher": attack, "title": attack, "url": ADDRESS, "published": "2021-11-12"}
    goods = [{"designation": attack, "description": attack}]
    return [
        {**source, "reliability": "C"},
        opened(title=attack, items=goods, prime=attack, **{**said, "id": f"opening-{key}"}),
        entry("deal/x", "contract-signed", on="2018", reference=attack, value=value, id=f"contract-{key}", **said),
        entry("deal/x", "tranche-paid", on="2019", tranche=attack, amount="USD 1m", **said),
        entry("deal/x", "delivery-begun", on="2019", tranche=attack, **said),
        entry("deal/x", "expected", what="delivered", due="2020", holder=attack, **said),
        entry("deal/x", "sanction-threat-raised", on="2019", over=attack, **sanction, **said),
        entry("deal/x", "sanction-imposed", on="2020", measures=[attack], targets=[attack], **sanction, **said),
        entry(
            "deal/x", "legislative-action", on="2019", by=attack, instrument=attack, stage=attack, binding=False, **said
        ),
        entry("deal/x", "disputed", target=f"contract-{key}", reason=attack, **said),
        entry(
            "engagement/x",
            "held",
            on="2019",
            place=attack,
            series=attack,
            outcomes=[attack],
            participants=["RUS", "IND"],
            **said,
        ),
        entry("framework/x", "signed", on="2019", title=attack, parties=["RUS", "IND"], **said),
    ]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The addresses of the pages of a ledger in which every text is an attack: as files, as a site, and as served."""
    from armsledger.application.pictures.overview import Overview
    from armsledger.web.page import page_file
    from armsledger.web.site.publishing import publish

    folder = tmp_path_factory.mktemp("hostile")
    dossier = folder / "hostile.jsonl"
    objects = [
        told
        for number, attack in enumerate(ATTACKS)
        for told in hostile(attack, f"evil{number}", f"USD {number + 1}bn")
    ]
    dossier.write_text("".join(f"{json.dumps(told)}\n" for told in objects), encoding="utf-8")
    with Ledger(folder / "ledger.db", recorded_by=ATTACKS[0]) as ledger:
        with any_names():
            ledger.record_file(dossier)
        view = ledger.at("2026-11-30", known_by="asserted")
        for stream in STREAMS:
            (folder / f"{stream.replace('/', '-')}.html").write_text(page_file(view, stream), encoding="utf-8")
        publish(ledger, folder / "site", Overview(view, {}))
    files = [*folder.glob("*.html"), *(folder / "site").glob("*.html")]
    with served(folder / "ledger.db") as server:
        yield [
            *(path.as_uri() for path in files),
            *(f"{server}{path}" for path in (*SERVED, *(f"/{s}" for s in STREAMS))),
        ]


def test_no_text_of_a_dossier_is_more_than_text(browser: Browser, pages: list[str]) -> None:
    shown = 0
    with window(browser) as watch:
        for address in pages:
            page = watch.open(address)
            open_details(page)
            assert page.evaluate("() => 'zqevil' in window") is False, address
            assert page.locator("img, iframe, svg[onload], [onfocus], [onerror]").count() == 0, address
            assert page.locator("[href^='javascript:' i], [src^='javascript:' i]").count() == 0, address
            shown += any(ATTACKS[1] in text for text in texts(page))
    assert shown > len(pages) / 2


def test_no_text_of_a_dossier_turns_the_words_around_it(browser: Browser, pages: list[str]) -> None:
    with window(browser) as watch:
        for name in ("deal-x.html", "/deal/x", "site/sources.html"):
            page = watch.open(next(address for address in pages if address.endswith(name)))
            open_details(page)
            said = " ".join(texts(page))
            assert not set("\u202e\u2066\u2069") & set(said)
            assert "\\u202egro.live\\u2066zqevil" in said
