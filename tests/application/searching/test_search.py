"""Searching a ledger: what is found at which date and belief date, in which order, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.searching.near import near
from armsledger.application.searching.search import search
from armsledger.domain.errors import UsageError
from tests.application.book import ALL_TOLD, Clock, Object, book, delivered, entry, opened, paid, take
from tests.exchange.sipri.register_text import register, row

pytestmark = pytest.mark.usefixtures("database")

S400: Object = opened(items=[{"designation": "S-400 Triumf", "description": "SAM system"}], title="Regiments for India")


def streams(ledger: Ledger, text: str, *asked: Any, **named: Any) -> list[str]:
    """The streams that are found, in their order; ``asked`` are the date and the belief date."""
    options = {name: named.pop(name) for name in ("kind", "limit") if name in named}
    return [found.stream for found in ledger.at(*asked, **named).search(text, **options)]


def test_finds_titles_designations_descriptions_and_what_is_said_beside_them() -> None:
    with book(S400, paid("USD 1m", quote="an advance for Almaz-Antey", note="seen on the ramp")) as ledger:
        for text in ("regiments", "S-400", "sam system", "Almaz", "ramp", "x", "IND", "India"):
            assert streams(ledger, text) == ["deal/x"], text
        (found,) = ledger.at().search("almaz antey")
        assert (found.entry, found.event, found.field, found.text) == (
            "deal/x@2",
            "tranche-paid",
            "quote",
            "an advance for Almaz-Antey",
        )
        assert (found.title, str(found.on), found.source) == ("Regiments for India", "2019-06-01", "wire")


def test_finds_sources_by_publisher_and_key() -> None:
    with book(S400) as ledger:
        assert streams(ledger, "rumour") == ["source/rumour"]
        assert streams(ledger, "wire", kind="deal") == []


def test_finds_a_stream_by_its_whole_key(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(register(row(), row(designation="Kestrel-5")), encoding="utf-8")
    key = "sipri-ind-rus-2018-kestrel-4"
    with book(S400) as ledger:
        ledger.import_sipri(path)
        ledger.record("deal/india-s400", "opened", on="2018", supplier="RUS", buyer="IND", source="wire")
        for text in (key, f"deal/{key}"):
            assert streams(ledger, text) == [f"deal/{key}"], text
        for text in ("india-s400", "deal/india-s400"):
            assert streams(ledger, text)[0] == "deal/india-s400", text
        assert streams(ledger, "source/sipri-2024-03-18") == ["source/sipri-2024-03-18"]
        assert streams(ledger, "type-90-2m") == []


def test_does_not_find_the_names_of_persons() -> None:
    with book(opened(attribution={"speaker": "Ann Quill", "role": "minister"})) as ledger:
        assert streams(ledger, "Quill") == []
        assert streams(ledger, "minister") == ["deal/x"]


def test_finds_what_is_believed_and_not_what_was_corrected_away() -> None:
    clock = Clock()
    with book(opened(items=["S-300"]), clock=clock) as ledger:
        before = ledger.position()
        clock.pass_time(hours=1)
        ledger.correct("deal/x@1", set={"items": ["S-400"]}, reason="entry-error", source="wire")
        assert streams(ledger, "S-300") == []
        assert streams(ledger, "S-400") == ["deal/x"]
        assert streams(ledger, "S-300", None, before) == ["deal/x"]
        assert streams(ledger, "S-400", None, before) == []


def test_a_repair_of_our_copy_is_found_as_of_when_its_target_was_asserted() -> None:
    with book(opened(items=["S-300"], asserted="2019-01-01")) as ledger:
        ledger.correct("deal/x@1", set={"items": ["S-400"]}, reason="entry-error", source="wire", asserted="2020-01-01")
        assert streams(ledger, "S-400", None, "2019-06-01", known_by="asserted") == ["deal/x"]
        assert streams(ledger, "S-300", None, "2019-06-01", known_by="asserted") == []


def test_news_are_found_once_they_are_asserted_whenever_they_were_recorded() -> None:
    with book(opened(items=["S-300"], asserted="2019-01-01")) as ledger:
        news = {"reason": "new-information", "source": "wire", "asserted": "2020-01-01"}
        ledger.correct("deal/x@1", set={"items": ["S-400"]}, **news)
        assert streams(ledger, "S-300", None, "2019-06-01", known_by="asserted") == ["deal/x"]
        assert streams(ledger, "S-400", None, "2019-06-01", known_by="asserted") == []
        assert streams(ledger, "S-400", None, "2020-06-01", known_by="asserted") == ["deal/x"]


def test_a_party_that_a_correction_names_in_words_is_found_by_its_code() -> None:
    with book(opened()) as ledger:
        ledger.correct("deal/x@1", set={"buyer": "Turkey"}, reason="entry-error", source="wire")
        assert streams(ledger, "TUR") == ["deal/x"]
        assert streams(ledger, "Turkey") == ["deal/x"]
        assert streams(ledger, "India") == []


def test_what_was_retracted_is_not_found_nor_is_what_was_said_about_it() -> None:
    clock = Clock()
    statement = paid("USD 1m", id="payment", note="by barter")
    doubt = entry("deal/x", "disputed", target="payment", reason="no barter, says the bank", on="2021-11-12")
    with book(opened(), statement, doubt, clock=clock) as ledger:
        before = ledger.position()
        assert streams(ledger, "bank") == ["deal/x"]
        clock.pass_time(hours=1)
        ledger.retract("deal/x@2", reason="a bartered rumour", source="wire")
        assert streams(ledger, "barter") == streams(ledger, "bank") == streams(ledger, "rumour", kind="deal") == []
        assert streams(ledger, "barter", None, before) == ["deal/x"]
        clock.pass_time(hours=1)
        ledger.retract("deal/x@4", reason="entry-error", source="wire")
        assert streams(ledger, "barter") == ["deal/x"]


def test_what_has_certainly_not_happened_by_the_date_is_not_found() -> None:
    with book(opened(), delivered("1 unit", on="2021", note="by sea to Mundra")) as ledger:
        assert streams(ledger, "Mundra", "2020-12-31") == []
        assert streams(ledger, "Mundra", "2021-01-01") == ["deal/x"]  # possibly on the first day of the year


def test_a_stream_whose_opening_is_retracted_is_not_found_by_its_key() -> None:
    with book(opened("deal/kestrel")) as ledger:
        assert streams(ledger, "kestrel") == ["deal/kestrel"]
        ledger.retract("deal/kestrel@1", reason="entry-error", source="wire")
        assert streams(ledger, "kestrel") == []


def test_names_come_before_descriptions_and_these_before_remarks() -> None:
    remark = opened("deal/a", id="a", note="for use with the Kestrel")
    description = opened("deal/b", id="b", items=[{"designation": "Buzzard", "description": "Kestrel radar"}])
    name = opened("deal/c", id="c", items=["Kestrel-4"])
    longer = opened("deal/d", id="d", title="Kestrels")
    with book(name, longer, description, remark) as ledger:
        assert streams(ledger, "kestrel") == ["deal/c", "deal/d", "deal/b", "deal/a"]
        assert [found.rank for found in ledger.at().search("kestrel")] == [1, 2, 3, 5]


def test_of_equals_the_one_recorded_last_comes_first() -> None:
    with book(opened("deal/a", id="a", items=["Kestrel"]), opened("deal/b", id="b", items=["Kestrel"])) as ledger:
        assert streams(ledger, "kestrel") == ["deal/b", "deal/a"]
        assert streams(ledger, "kestrel", limit=1) == ["deal/b"]
        assert streams(ledger, "kestrel", limit=None) == ["deal/b", "deal/a"]


def test_all_words_must_be_there_in_one_entry_first_and_then_in_one_stream() -> None:
    apart = opened("deal/a", id="a", items=["Kestrel"])
    with book(
        apart, paid("USD 1m", "deal/a", note="to Tula"), opened("deal/b", id="b", title="Kestrel, Tula")
    ) as ledger:
        take(ledger, opened("deal/c", id="c", title="Kestrel"))
        assert streams(ledger, "kestrel tula") == ["deal/b", "deal/a"]
        assert [found.rank for found in ledger.at().search("kestrel tula")] == [1, 11]
        assert streams(ledger, "kestrel tula minsk") == []


def test_words_that_a_correction_brings_together_are_found_together() -> None:
    with book(opened(items=["Kestrel"])) as ledger:
        ledger.correct("deal/x@1", set={"title": "Osprey"}, reason="entry-error", source="wire")
        assert [found.rank for found in ledger.at().search("osprey kestrel")] == [1]


def test_a_stream_with_many_hits_comes_once_with_their_number() -> None:
    payments = [paid("USD 1m", tranche=number, note="Kestrel") for number in range(1, 6)]
    with book(opened(), *payments) as ledger:
        (found,) = ledger.at().search("kestrel")
        assert (found.stream, found.entry, found.entries) == ("deal/x", "deal/x@2", 5)


def test_a_phrase_must_stand_as_it_is() -> None:
    with book(opened(note="an air-search radar"), opened("deal/y", id="y", note="radar search from the air")) as ledger:
        assert streams(ledger, '"air search radar"') == ["deal/x"]
        assert set(streams(ledger, "air search radar")) == {"deal/x", "deal/y"}


def test_shows_the_words_around_the_place() -> None:
    note = f"{'before ' * 20}the Kestrel {'after ' * 40}".strip()
    with book(opened(note=note)) as ledger:
        (found,) = ledger.at().search("kestrel")
        assert found.text.startswith("…before ")
        assert " the Kestrel after " in found.text
        assert found.text.endswith("after…")
        assert len(found.text) < 130


def test_says_what_is_near_where_nothing_is_found() -> None:
    with book(S400, opened("deal/y", id="y", items=["BrahMos"])) as ledger:
        view = ledger.at()
        assert near(view, search(view, "S-500").query) == ["S-400"]
        assert near(view, search(view, "brahmso").query) == ["BrahMos"]
        assert near(view, search(view, "zebra").query) == []
        assert near(view, search(view, "brahmos sam").query) == []  # both are there, and not in one stream


@pytest.mark.parametrize(
    ("text", "options", "refusal"),
    [
        ("", {}, "there is no text to search for"),
        (" - ;", {}, "holds no letter and no number"),
        ("tank", {"limit": 0}, "a limit of 0"),
        ("tank", {"kind": "person"}, "no streams of the kind 'person'"),
    ],
)
def test_refuses_what_cannot_be_searched_for(text: str, options: Object, refusal: str) -> None:
    with book() as ledger, pytest.raises(UsageError, match=refusal) as raised:
        ledger.at().search(text, **options)
    assert raised.value.remedy


@pytest.mark.parametrize(
    "text", ['"', 'a"b', "x' OR 1", "x* AND y", "NEAR(x)", "x\\", "x:*", "(x", "{x}", "^x", "x\0y"]
)
def test_what_a_database_would_take_for_its_own_signs_is_text(text: str) -> None:
    with book(opened(note="x y a b")) as ledger:
        for found in ledger.at().search(text) if text != '"' else ():
            assert found.stream.startswith(("deal/", "source/"))


def test_a_row_that_vanished_from_a_register_is_not_found_once_that_is_known(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    kept, gone = row(), row(designation="Osprey-9", comment="For Kestrel-4 systems")
    first.write_text(register(kept, gone, *(row(designation=f"Filler-{number}") for number in range(9))))
    second.write_text(
        register(kept, *(row(designation=f"Filler-{number}") for number in range(9)), released="2025-03-13")
    )
    clock = Clock(ALL_TOLD)
    with Ledger.in_memory(recorded_by="tester", clock=clock) as ledger:
        ledger.import_sipri(first)
        before = ledger.position()
        clock.pass_time(days=1)
        ledger.import_sipri(second)
        assert len(streams(ledger, "Osprey")) == 0
        assert len(streams(ledger, "Kestrel-4")) == 1
        assert len(streams(ledger, "Osprey", None, before)) == 1
        assert len(streams(ledger, "Kestrel-4", None, before)) == 2
        assert len(streams(ledger, "Osprey", None, "2024-12-31", known_by="asserted")) == 1
        assert len(streams(ledger, "Osprey", None, "2025-12-31", known_by="asserted")) == 0
