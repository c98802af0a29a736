"""Streams are named by kind and key, or by the key alone; what is not there is answered with what is near."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UnknownStream, UsageError
from tests.application.book import Object, book, entry, opened

ASKED: dict[str, Callable[[Ledger, str], Any]] = {
    "state": lambda ledger, name: ledger.at("2021").state(name).to_dict(),
    "log": lambda ledger, name: ledger.log(name).to_dicts(),
    "replay": lambda ledger, name: ledger.replay(name, "2021").to_dicts(),
    "findings": lambda ledger, name: ledger.check(name).to_dicts(),
    "links": lambda ledger, name: ledger.at("2021").links(name).to_dicts(),
    "compare": lambda ledger, name: ledger.compare(name, known=(1, None)).to_dict(),
    "beside": lambda ledger, name: ledger.at("2021").beside(name, "deal/turkey-s400").to_dicts(),
    "deal": lambda ledger, name: ledger.at("2021").deal(name).to_dict(),
    "precedents": lambda ledger, name: ledger.at("2021").precedents(name).to_dicts(),
}
OF_ANY_KIND = [name for name in ASKED if name not in ("deal", "precedents", "beside")]


def deal(stream: str) -> Object:
    """A deal is taken up."""
    return opened(stream, id=stream)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Two deals with S-400 in their keys, a framework, and a key that a deal and an engagement have."""
    return book(
        deal("deal/india-s400"),
        deal("deal/turkey-s400"),
        entry("framework/india-russia", "signed", on="2018"),
        deal("deal/summit"),
        entry("engagement/summit", "held", on="2019"),
        deal("deal/sipri-10001"),
    )


@pytest.mark.parametrize("question", ASKED)
def test_a_key_that_one_stream_has_names_it(ledger: Ledger, question: str) -> None:
    ask = ASKED[question]
    assert ask(ledger, "india-s400") == ask(ledger, "deal/india-s400")
    assert "india-s400" in str(ask(ledger, "india-s400")) or question in ("findings", "links", "beside", "precedents")


@pytest.mark.parametrize("question", OF_ANY_KIND)
def test_a_key_that_several_streams_have_is_refused_with_all_of_them(ledger: Ledger, question: str) -> None:
    with pytest.raises(UsageError, match="several streams have the key summit") as refusal:
        ASKED[question](ledger, "summit")
    assert refusal.value.remedy == "write deal/summit or engagement/summit"


def test_where_only_a_deal_can_be_meant_its_key_is_enough(ledger: Ledger) -> None:
    assert ledger.at("2021").deal("summit").stream == "deal/summit"
    assert ledger.at("2021").engagement("summit").stream == "engagement/summit"
    with pytest.raises(UsageError, match="engagement/summit is no deal") as refusal:
        ledger.at("2021").deal("engagement/summit")
    assert refusal.value.remedy == "write the key of a deal, or deal/KEY"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("deal/india-s40", "the ledger holds no deal/india-s40; did you mean deal/india-s400?"),
        ("india-s40", "the ledger holds no stream with the key india-s40; did you mean deal/india-s400?"),
        ("framework/india-s400", "the ledger holds no framework/india-s400; did you mean deal/india-s400"),
        ("deal/s400", "the ledger holds no deal/s400; did you mean deal/india-s400 or deal/turkey-s400?"),
    ],
)
@pytest.mark.parametrize("question", OF_ANY_KIND)
def test_what_is_not_there_is_answered_with_what_is_near(
    ledger: Ledger, question: str, name: str, message: str
) -> None:
    with pytest.raises(UnknownStream) as refusal:
        ASKED[question](ledger, name)
    assert refusal.value.message.startswith(message)


@pytest.mark.parametrize("name", ["India-S400", "deal/INDIA-S400", " deal/india-s400 "])
def test_a_key_may_be_written_in_capitals_too(ledger: Ledger, name: str) -> None:
    assert ledger.at().state(name).stream == "deal/india-s400"


@pytest.mark.parametrize("question", OF_ANY_KIND)
def test_a_letter_that_nobody_can_tell_from_another_is_named(ledger: Ledger, question: str) -> None:
    with pytest.raises(UnknownStream) as refusal:
        ASKED[question](ledger, "deal/india-\u0455400")
    assert refusal.value.message == (
        "the ledger holds no deal/india-\u0455400; in it \u0455 is CYRILLIC SMALL LETTER DZE;"
        " did you mean deal/india-s400?"
    )


def test_a_key_may_be_written_in_another_normal_form() -> None:
    with book(deal("deal/caf\u00e9")) as own:
        for name in ("deal/cafe\u0301", "cafe\u0301", "Cafe\u0301", "deal/\uff43af\u00e9"):
            assert own.at().state(name).stream == "deal/caf\u00e9"


@pytest.mark.parametrize("name", ["deal/zzz", "deal/sipri-10002"])
def test_nothing_is_near_to_a_key_like_no_other_or_to_the_number_of_a_register(ledger: Ledger, name: str) -> None:
    with pytest.raises(UnknownStream) as refusal:
        ledger.at().state(name)
    assert refusal.value.message == f"the ledger holds no {name}"
    assert refusal.value.remedy == "'armsledger deals' lists those there are"


def test_a_question_of_an_earlier_belief_may_name_a_stream_that_was_not_known_yet(ledger: Ledger) -> None:
    assert ledger.at("2021", known=1).state("india-s400").certain is None


def test_an_entry_is_named_by_the_key_of_its_stream_too() -> None:
    own = book(deal("deal/india-s400"), deal("deal/summit"), entry("engagement/summit", "held", on="2019"))
    assert own.correct("india-s400@1", set={"supplier": "FRA"}, reason="entry-error").address == "deal/india-s400@2"
    assert own.at("2021").deal("india-s400").certain.supplier == "FRA"  # type: ignore[union-attr]  # it has begun
    assert own.retract("india-s400@2", reason="entry-error").address == "deal/india-s400@3"
    with pytest.raises(UsageError, match="several streams have the key summit"):
        own.retract("summit@1", reason="entry-error")
    with pytest.raises(UnknownStream, match=r"did you mean deal/india-s400\?"):
        own.retract("india-s40@1", reason="entry-error")


def test_exports_of_chosen_deals_take_either_name(ledger: Ledger, tmp_path: Any) -> None:
    view = ledger.at("2021")
    named = view.export_ocds(tmp_path / "one.json", deals=["india-s400"])
    whole = view.export_ocds(tmp_path / "other.json", deals=["deal/india-s400"])
    assert named.counts == whole.counts
    with pytest.raises(UnknownStream, match="did you mean deal/india-s400"):
        view.export_ocds(tmp_path / "third.json", deals=["india-s40"])
