"""The index for search: whatever the size of a site, a word leads to the pages that hold it."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any

from armsledger.application.pictures.overview import Overview
from armsledger.web.site.search_index import index_files, part_of, words_of
from tests.application.book import book, entry, opened


def test_words_have_no_accents_and_no_capitals() -> None:
    assert words_of("Türkiye's S-400 Triumf", None) == {"turkiye", "s", "400", "triumf"}
    assert words_of("the row of Ми-24") == {"row", "ми", "24"}
    assert [part_of(word) for word in ("triumf", "s", "ми")] == ["tr", "s", "u43c"]


def test_a_word_leads_to_the_pages_that_hold_it() -> None:
    with book(
        opened("deal/x", id="x", items=["S-400 Triumf"]),
        opened("deal/y", id="y", items=["Pantsir"], buyer="TUR"),
        entry("engagement/visit", "held", on="2021", place="Ankara", participants=["RUS", "TUR"]),
    ) as ledger:
        files = dict(index_files(Overview(ledger.at("2021-11-30"))))
    (pages,) = [_value(text) for path, text in files.items() if path.startswith("search/pages")]

    def found(word: str) -> list[str]:
        steps = _value(files[f"search/words-{part_of(word)}.js"])[word]
        return [pages[number][1] for number in accumulate(steps)]

    assert found("triumf") == ["S-400 Triumf"]
    assert found("turkiye") == ["Türkiye", "Pantsir", "visit"]
    assert found("ankara") == ["visit"]
    assert found("wire") == ["wire"]


def test_a_page_is_found_by_what_its_entries_say_and_not_by_the_names_of_persons() -> None:
    speaker = {"speaker": "Anna Petrova"}
    with book(
        opened(items=["S-400 Triumf"]),
        entry("deal/x", "tranche-paid", on="2021", tranche=1, quote="an advance payment", attribution=speaker),
        entry("deal/x", "waiver-granted", on="2021", by="USA", against="IND", note="a single claim", id="waiver"),
        entry("deal/x", "retracted", target="waiver", reason="mistaken"),
        opened("deal/sipri-1", id="row", note="licensed"),
    ) as ledger:
        overview = Overview(ledger.at("2021-11-30"))
        assert {"deal/x", "deal/sipri-1"} <= overview.streams
        text = "".join(text for path, text in index_files(overview) if path.startswith("search/words"))
    for word in ("waiver", "advance", "payment", "claim", "mistaken"):
        assert f'"{word}":' in text
    for word in ("anna", "petrova", "licensed"):
        assert word not in text


def _value(text: str) -> Any:
    """What a script of the index sets."""
    return json.loads(text.partition("]=")[2].rstrip().removesuffix(";"))
