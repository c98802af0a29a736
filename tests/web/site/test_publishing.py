"""Publishing: a ledger as a folder of pages, of which only what has changed is written again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from armsledger import Ledger
from armsledger.application.pictures.overview import Overview
from armsledger.domain.errors import LedgerError
from armsledger.web.site import publishing
from armsledger.web.site.manifest import NAME, NotOurFolder
from armsledger.web.site.paths import stream_path
from armsledger.web.site.publishing import Published, publish
from tests.application.book import (
    SEED,
    STORY,
    Object,
    book,
    delivered,
    entry,
    expected,
    ledger_of_examples,
    opened,
    take,
)

ANN = "Ann Other"
SCRIPT = "<script>alert(1)</script>"


class Anchors(HTMLParser):
    """What a page leads to, and the places in it that others lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of what an element leads to, and what it is called."""
        for name, value in attrs:
            if name in ("href", "src", "action") and value is not None:
                self.leads.append(value)
            elif name == "id" and value is not None:
                self.places.add(value)


def write(ledger: Ledger, folder: Path, at: str = "2026-11-30", **filters: str) -> Published:
    """Publish a ledger at a day, so that no test depends on the day on which it runs."""
    return publish(ledger, folder, Overview(ledger.at(at), filters))


def files(folder: Path) -> dict[str, bytes]:
    """The files of a site but for its manifest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }


def two_deals(*more: Object) -> Ledger:
    """A deal of which a person is quoted, and another one."""
    return book(
        opened("deal/x", id="x"),
        expected("delivered", "2022", "deal/x", attribution={"speaker": ANN}),
        opened("deal/y", id="y", supplier="USA", buyer="POL", source="paper"),
        delivered("1 ship", "deal/y", source="paper"),
        *more,
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ledger, Path]]:
    """The seed article and the longer story, published."""
    folder = tmp_path_factory.mktemp("published") / "site"
    with ledger_of_examples(SEED, STORY) as ledger:
        write(ledger, folder)
        yield ledger, folder


def test_every_link_within_a_site_leads_to_a_file_and_a_place_in_it(story: tuple[Ledger, Path]) -> None:
    _, folder = story
    pages = {path: Anchors(data.decode()) for path, data in files(folder).items() if path.endswith(".html")}
    broken = []
    for path, page in pages.items():
        for address in page.leads:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (folder / path).parent / unquote(parts.path) if parts.path else folder / path
            name = target.resolve().relative_to(folder.resolve()).as_posix()
            if not target.is_file() or (parts.fragment and parts.fragment not in pages[name].places):
                broken.append(f"{path}: {address}")
    assert broken == []
    assert len(pages) > len(list(story[0].streams()))


def test_publishing_again_writes_nothing(story: tuple[Ledger, Path]) -> None:
    ledger, folder = story
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert (again := write(ledger, folder)).written == 0
    assert again.removed == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_an_entry_more_rewrites_what_it_touches(tmp_path: Path) -> None:
    with two_deals() as ledger:
        write(ledger, tmp_path)
        before = files(tmp_path)
        take(ledger, delivered("2 ships", "deal/y", on="2021-08-01", source="paper"))
        write(ledger, tmp_path)
        changed = {path for path, data in files(tmp_path).items() if data != before.get(path)}
    pages = {path for path in changed if path.endswith(".html")}
    # Its deal, the source that it cites, and the lists that count both; not the other deal, nor its parties.
    assert pages >= {
        stream_path("deal/y"),
        stream_path("source/paper"),
        "deals.html",
        "sources.html",
        "country/POL.html",
    }
    assert pages.isdisjoint({stream_path("deal/x"), stream_path("source/wire"), "country/IND.html", "about.html"})
    assert "downloads/deals.csv" in changed
    assert "downloads/expectations.csv" not in changed


def test_filters_choose_and_what_is_no_longer_chosen_goes(tmp_path: Path) -> None:
    with two_deals() as ledger:
        write(ledger, tmp_path)
        assert (tmp_path / stream_path("deal/y")).exists()
        assert write(ledger, tmp_path, buyer="IND").removed > 0
    assert (tmp_path / stream_path("deal/x")).exists()
    told = files(tmp_path)
    assert stream_path("deal/y") not in told
    assert stream_path("source/paper") not in told
    assert not any(b"Poland" in data for data in told.values())


def test_a_forgotten_person_is_nowhere(tmp_path: Path) -> None:
    with two_deals() as ledger:
        write(ledger, tmp_path)
        assert any(ANN.encode() in data for data in files(tmp_path).values())
        ledger.forget(ANN)
        write(ledger, tmp_path)
    assert [path for path, data in files(tmp_path).items() if ANN.encode() in data] == []


def test_what_a_source_wrote_is_text(tmp_path: Path) -> None:
    hostile: tuple[Object, ...] = (
        {"key": "evil", "publisher": SCRIPT, "title": SCRIPT, "url": "javascript:alert(1)", "published": "2021-11-12"},
        opened("deal/z", id="z", title=SCRIPT, items=[SCRIPT], source="evil"),
        entry(
            "engagement/z", "held", on="2021", series=SCRIPT, place=SCRIPT, participants=["IND", "RUS"], source="evil"
        ),
    )
    with two_deals(*hostile) as ledger:
        write(ledger, tmp_path)
    for path, data in files(tmp_path).items():
        if path.endswith(".html"):
            assert SCRIPT.encode() not in data, path
            assert not [lead for lead in Anchors(data.decode()).leads if lead.startswith("javascript")], path
    assert b"&lt;script&gt;alert(1)" in (tmp_path / "deals.html").read_bytes()


@pytest.mark.parametrize("interrupted", ["pages", "lists", "downloads"])
def test_a_run_that_was_interrupted_is_made_whole_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted: str
) -> None:
    monkeypatch.setattr(publishing, "SAVED_EVERY_SECONDS", 0)
    whole, broken = tmp_path / "whole", tmp_path / "broken"

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == interrupted and done == 2:
            raise KeyboardInterrupt

    with two_deals() as ledger:
        write(ledger, whole)
        with pytest.raises(KeyboardInterrupt):
            publish(ledger, broken, Overview(ledger.at("2026-11-30")), stages=interrupt)
        write(ledger, broken)
    assert files(broken) == files(whole)


def test_a_page_that_somebody_removed_is_written_again(tmp_path: Path) -> None:
    with two_deals() as ledger:
        write(ledger, tmp_path)
        (tmp_path / "index.html").unlink()
        (tmp_path / stream_path("deal/x")).unlink()
        assert write(ledger, tmp_path).written == 1 + 1


def test_other_files_are_left_alone_and_none_is_overwritten(tmp_path: Path) -> None:
    with two_deals() as ledger:
        folder = tmp_path / "site"
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
        with pytest.raises(NotOurFolder, match=r"notes\.txt"):
            write(ledger, folder)
        (folder / "notes.txt").unlink()
        write(ledger, folder, buyer="POL")
        (folder / "notes.txt").write_text("mine")
        strange = folder / stream_path("deal/x")
        strange.parent.mkdir(parents=True, exist_ok=True)
        strange.write_text("mine")
        with pytest.raises(NotOurFolder, match=r"x\.html"):
            write(ledger, folder)
        strange.unlink()
        write(ledger, folder)
        assert (folder / "notes.txt").read_text() == "mine"


def test_a_folder_within_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with two_deals() as ledger:
        write(ledger, tmp_path / "site")
        country = tmp_path / "site" / "country"
        shutil.rmtree(country)
        country.symlink_to(elsewhere)
        with pytest.raises(NotOurFolder, match="country is a link"):
            write(ledger, tmp_path / "site")
    assert list(elsewhere.iterdir()) == []


def test_the_site_of_another_ledger_and_a_manifest_that_leads_out_are_refused(tmp_path: Path) -> None:
    with two_deals() as ledger, book(opened()) as other:
        write(ledger, tmp_path)
        with pytest.raises(NotOurFolder, match="another ledger"):
            write(other, tmp_path)
        manifest = (tmp_path / NAME).read_text()
        (tmp_path / NAME).write_text(manifest.replace('"index.html"', '"../index.html"'))
        with pytest.raises(LedgerError, match="not in the folder"):
            write(ledger, tmp_path)


def test_other_processes_write_the_same_pages(tmp_path: Path) -> None:
    with Ledger(tmp_path / "arms.db") as ledger:
        ledger.record_file(SEED)
        overview = Overview(ledger.at("2026-11-30"))
        publish(ledger, tmp_path / "alone", overview, workers=0)
        publish(ledger, tmp_path / "two", overview, workers=2)
    assert files(tmp_path / "two") == files(tmp_path / "alone")
