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


def _value(text: str) -> Any:
    """What a script of the index sets."""
    return json.loads(text.partition("]=")[2].rstrip().removesuffix(";"))
