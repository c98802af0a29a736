"""What a stream has to do with others, by belief; sums of its parts, and a register's row beside it."""

from __future__ import annotations

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.parts.links import StreamLinks
from tests.application.book import Clock, Object, book, entry, opened, take
from tests.web.parts.shown import text_of

ROW = "deal/sipri-x"


def linked(stream: str, to: str, relation: str, **fields: str) -> Object:
    return entry(stream, "linked", **{"to": to, "relation": relation, "on": "2020-01-01", **fields})


def signed(stream: str, value: str, quantity: str, **fields: str) -> Object:
    return entry(stream, "contract-signed", **{"on": "2018-10-05", "value": value, "quantity": quantity, **fields})


def links(ledger: Ledger, stream: str, known: str | None = None) -> dict[str, str]:
    return text_of(StreamLinks, ledger, stream, "2022-06-01", known=known)


def test_a_link_reads_from_either_end_with_its_own_date_and_entry() -> None:
    ledger = book(opened(), opened("deal/y", id="y"), linked("deal/y", "deal/x", "resale-of"))
    assert "Resale of deal/x 1 Jan 2020 2" in links(ledger, "deal/y")["links/table"]
    assert "Resold as deal/y 1 Jan 2020 deal/y@2" in links(ledger, "deal/x")["links/table"]


def test_a_link_that_another_stream_makes_later_is_not_known_before() -> None:
    later = linked("deal/y", "deal/x", "caused-by", source="paper", asserted="2021-11-20")
    ledger = book(opened(), opened("deal/y", id="y"), later)
    assert links(ledger, "deal/x", "2021-11-12") == {}
    assert "Caused deal/y" in links(ledger, "deal/x")["links/table"]


def test_parts_come_to_sums() -> None:
    parts = (signed("deal/a", "USD 3bn", "3 tanks"), signed("deal/b", "USD 2bn", "2 tanks"))
    whole = [linked(stream, "deal/x", "part-of") for stream in ("deal/a", "deal/b")]
    ledger = book(opened(), opened("deal/a", id="a"), opened("deal/b", id="b"), *parts, *whole)
    assert links(ledger, "deal/x")["links/parts"] == "What its 2 parts come to Value USD 5bn Ordered 5 tanks"
    assert "links/parts" not in links(ledger, "deal/a")


def test_a_register_s_row_stands_beside_the_deal_field_by_field() -> None:
    ledger = book(
        opened(),
        signed("deal/x", "USD 5bn", "5 tanks"),
        opened(ROW, id="row", source="paper"),
        signed(ROW, "USD 5bn", "10 tanks", source="paper"),
        linked("deal/x", ROW, "listed-as"),
    )
    for stream in ("deal/x", ROW):  # the same from either page
        told = links(ledger, stream)["links/row/00"]
        assert told.startswith("The row of the register beside it deal/x and deal/sipri-x , field by field")
        assert "Buyer India India both can be right" in told
        assert "Ordered 5 tanks 10 tanks ≠ differ" in told
        assert "Value USD 5bn USD 5bn both can be right" in told


def test_by_recording_a_link_is_known_when_it_was_recorded() -> None:
    clock = Clock()
    ledger = book(opened(), opened("deal/y", id="y"), clock=clock)
    clock.pass_time(days=1)
    take(ledger, linked("deal/y", "deal/x", "succeeds"))
    now = text_of(StreamLinks, ledger, "deal/x", "2022-06-01", known_by="recorded")
    assert "Succeeded by deal/y" in now["links/table"]
    assert text_of(StreamLinks, ledger, "deal/x", "2022-06-01", known="@6", known_by="recorded") == {}


def test_a_stream_without_links_says_nothing() -> None:
    assert links(book(opened()), "deal/x") == {}


class Site:
    """Links to the pages of a site."""

    def stream(self, stream: str) -> str | None:
        return f"../{stream}.html"

    def page(self, name: str) -> str | None:
        return f"../{name}.html"

    def asset(self, name: str) -> str | None:
        return name


def test_on_a_site_other_streams_and_their_entries_are_led_to() -> None:
    ledger = book(opened(), opened("deal/y", id="y"), linked("deal/y", "deal/x", "resale-of"))
    part = StreamLinks(Site())
    data = part.data(Pictures(ledger.at("2022-06-01")).standpoint("deal/x"))
    html = part.html("links/table", data["links/table"])
    assert 'href="../deal/y.html"' in html
    assert 'href="../deal/y.html#e2"' in html
