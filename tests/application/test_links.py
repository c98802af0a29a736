"""Links of a stream, asked for by its name."""

from __future__ import annotations

from tests.application.book import book, entry, opened

LINKED = book(
    opened("deal/india-s400", id="deal/india-s400"),
    opened("deal/turkey-s400", id="deal/turkey-s400"),
    opened("deal/egypt-s400", id="deal/egypt-s400"),
    entry("deal/turkey-s400", "linked", on="2018", relation="resale-of", to="deal/egypt-s400"),
)


def test_a_stream_to_which_nothing_ever_linked_has_no_links() -> None:
    view = LINKED.at("2021")
    assert list(view.links("india-s400")) == []
    assert list(view.related("india-s400").links) == []


def test_links_are_told_of_both_ends() -> None:
    view = LINKED.at("2021")
    assert view.links("turkey-s400") == view.links("egypt-s400")
    assert [row.to for row in view.links("egypt-s400")] == ["deal/egypt-s400"]
