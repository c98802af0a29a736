"""Organisations: how they are marked, found and listed."""

from __future__ import annotations

from tests.application.book import book, entry, opened, take


def test_a_name_like_no_states_is_listed_until_somebody_says_what_it_is() -> None:
    ledger = book(opened(supplier="NATO", buyer="Hamas", end_user="unknown"))
    (found,) = ledger.check("deal/x")
    assert (found.code, found.severity, found.entries) == ("organisation", "info", ("deal/x@1",))
    assert found.message.startswith("taken as organisations: NATO, Hamas; 'correct' the entry to org:NAME")
    take(ledger, entry("deal/x", "corrected", target="@1", set={"supplier": "org:NATO"}, reason="entry-error"))
    (found,) = ledger.check("deal/x")
    assert found.message.startswith("taken as an organisation: Hamas;")
    take(ledger, entry("deal/x", "corrected", target="@1", set={"buyer": "PSE"}, reason="entry-error"))
    assert not ledger.check("deal/x")


def test_states_without_a_code_and_marked_names_are_not_listed() -> None:
    assert not book(opened(supplier="South Vietnam", buyer="org:PLO", end_user="actor:NATO")).check()


def test_any_stream_lists_its_organisations() -> None:
    summit = entry("engagement/e", "held", on="2021-12-06", participants=["IND", "EU", "org:NATO"])
    (found,) = book(summit).check()
    assert found.message.startswith("taken as an organisation: EU;")


def test_a_mark_makes_no_other_party() -> None:
    ledger = book(opened(supplier="NATO"), opened("deal/y", supplier="org:NATO", id="y"))
    for name in ("NATO", "org:NATO", "actor:NATO"):
        assert [row.deal for row in ledger.at().deals(supplier=name)] == ["x", "y"]
    assert [row.supplier for row in ledger.at().deals()] == ["NATO", "NATO"]
    assert ledger.log("deal/y")[0].data["supplier"] == "org:NATO"


def test_a_name_that_looks_like_a_state_stays_marked() -> None:
    ledger = book(opened(supplier="actor:PLO", buyer="org:Georgia"))
    (row,) = ledger.at().deals()
    assert (row.supplier, row.buyer) == ("org:PLO", "org:Georgia")
    assert ledger.log("deal/x")[0].data["supplier"] == "actor:PLO"
    assert len(ledger.at().deals(supplier="org:PLO")) == len(ledger.at().deals(supplier="actor:PLO")) == 1
    assert not ledger.at().deals(buyer="Georgia")


def test_filters_find_a_state_by_each_of_its_names() -> None:
    ledger = book(opened(supplier="GBR", buyer="PRC"))
    for name in ("GBR", "Great Britain", "U.K.", "gbr"):
        assert len(ledger.at().deals(supplier=name)) == 1, name
    assert len(ledger.at().deals(buyer="PRC")) == len(ledger.at().relations(buyer="China")) == 1


def test_recording_tells_the_names_that_it_took_as_organisations() -> None:
    ledger = book()
    report = take(ledger, opened(supplier="NATO", buyer="India", end_user="org:EU"))
    assert report.organisations == ("NATO",)
    assert take(ledger, opened(supplier="NATO", buyer="India", end_user="org:EU")).organisations == ()


def test_the_same_source_says_nothing_new_by_a_mark() -> None:
    ledger = book(opened(supplier="NATO", id=None))
    report = take(ledger, opened(supplier="org:NATO", id=None))
    assert (report.recorded, report.known) == (0, 1)
