"""Which texts of an entry are searched: each text of the catalogue is, or is left out on purpose."""

from __future__ import annotations

from collections.abc import Iterator

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.payload import Payload, fields_of
from armsledger.domain.events.persons import personal_paths
from armsledger.domain.events.statement import parts_of, types_in
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.projections.search.texts import NOT_SEARCHED, SEARCHED, SEARCHED_FIELD, add_words, texts_of
from armsledger.projections.search.words import words_of
from tests.application.book import ALL_TOLD, SEED, STORY, ledger_of_examples

AMOUNTS = (Money, Quantity)
"""They are written in words, and are numbers."""


def text_fields(kind: type) -> Iterator[str]:
    """The names of the fields of a type and of its parts that hold texts."""
    for name, info in parts_of(kind).items():
        for part in types_in(info.annotation):
            if isinstance(part, type) and issubclass(part, str):
                yield name
            elif parts_of(part) and part not in AMOUNTS:
                yield from text_fields(part)


def test_each_text_of_the_catalogue_is_searched_or_left_out_on_purpose() -> None:
    fields = {name for event in CATALOGUE.by_stored_name.values() for name in text_fields(event)}
    left_out = set(NOT_SEARCHED.split())
    assert fields - SEARCHED.keys() - left_out - {"event", "year", "number", "volume"} == set()
    assert SEARCHED.keys() & left_out == set()
    assert left_out <= fields | {"set"}


def test_no_name_of_a_person_is_searched() -> None:
    assert {path[-1] for path in personal_paths()} & SEARCHED.keys() == set()


def test_what_is_indexed_is_what_is_looked_at() -> None:
    with ledger_of_examples(SEED, STORY) as ledger:
        entries = list(ledger.journal().reader.entries())
    assert entries[-1].recorded_at == ALL_TOLD
    for entry in entries:
        fields, words = fields_of(entry.event), set[str]()
        add_words(words, fields)
        looked_at = {f"{text.level}{word}" for text in texts_of(fields) for word in words_of(text.text)}
        assert words == looked_at
        assert SEARCHED_FIELD.search(Payload.of(entry.event).text()) or not words
