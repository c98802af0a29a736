"""All errors of a dossier are told in one run, each once, and none that only follows from another."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import LedgerError, NotOpened, Refusals, UnknownField, UnknownSource, each_of
from tests.application.book import (
    SOURCES,
    Object,
    book,
    delivered,
    entry,
    expected,
    jsonl,
    opened,
    paid,
    take,
)

pytestmark = pytest.mark.usefixtures("database")


def errors_of(*objects: Object, dry_run: bool = False) -> list[tuple[str, str, str]]:
    """The place, field and message of each error of a dossier; nothing of it is recorded."""
    ledger = book()
    before = ledger.position()
    with pytest.raises(LedgerError) as caught:
        take(ledger, *objects, dry_run=dry_run)
    assert ledger.position() == before
    errors = each_of(caught.value)
    assert all(error.remedy for error in errors)
    return [(error.place, getattr(error, "field", ""), error.message) for error in errors]


def yaml_errors(text: str) -> list[tuple[str, str]]:
    """The place and message of each error of a dossier in YAML."""
    with pytest.raises(LedgerError) as caught:
        book().record_stream(BytesIO(text.encode()), name="d.yaml")
    return [(error.place, error.message) for error in each_of(caught.value)]


@pytest.mark.parametrize("dry_run", [False, True])
def test_all_errors_are_told_in_the_order_of_the_file(dry_run: bool) -> None:
    assert errors_of(
        opened(buyer="Indai"),
        {"deal": "x", "event": "tranche-paid", "on": "soon", "amount": "lots", "bank": "SBI", "source": "wire"},
        opened("deal/y", id="y"),
        expected("delivered", "2022", "deal/y", modality="sure", quantity="many"),
        delivered("1 unit", "deal/y", part="perhaps"),
        dry_run=dry_run,
    ) == [
        ("dossier.jsonl:1", "buyer", "'Indai' is no country"),
        ("dossier.jsonl:2", "on", "cannot read 'soon' as a date: it means another day whenever it is read"),
        ("dossier.jsonl:2", "amount", "'lots' is not an amount of money"),
        ("dossier.jsonl:2", "bank", "tranche-paid has no field 'bank'"),
        ("dossier.jsonl:4", "modality", "'sure' is no modality"),
        ("dossier.jsonl:4", "quantity", "'many' is not a quantity: it gives no number"),
        ("dossier.jsonl:5", "part", "'perhaps' is neither yes nor no"),
    ]


def test_one_error_is_raised_as_it_is_and_several_are_refusals() -> None:
    with pytest.raises(UnknownField) as one:
        take(book(opened()), paid("USD 1m", bank="SBI"))
    assert one.value.place == "dossier.jsonl:1"
    with pytest.raises(Refusals) as several:
        take(book(opened()), paid("USD 1m", bank="SBI"), paid("USD 1m", bank="SBI"))
    assert [type(error) for error in several.value.errors] == [UnknownField, UnknownField]
    assert str(several.value).endswith("2 errors; nothing was recorded")


FOLLOWS: dict[str, tuple[Object, ...]] = {
    "a stream that a refused entry opens": (opened(buyer="Indai"), paid("USD 1m"), delivered("1 unit")),
    "a stream that a misspelt event opens": ({**opened(), "event": "opend"}, paid("USD 1m"), delivered("1 unit")),
    "a source that is refused": ({"key": "s", "publisher": "S", "published": "soon"}, opened(source="s")),
    "a source without a publisher": ({"key": "s"}, opened(source="s"), paid("USD 1m", source="s")),
    "an entry of a refused id": (opened(), paid("much", id="p"), entry("deal/x", "disputed", target="p")),
    "an entry about one about a refused one": (
        opened(),
        expected("deliverd", "2022", id="hope"),
        entry("deal/x", "expectation-revised", id="later", target="hope", due="2023"),
        entry("deal/x", "expectation-withdrawn", target="later"),
    ),
    "an address behind a refused entry": (opened(), paid("much"), entry("deal/x", "disputed", target="@2")),
    "what a refused retraction would make room for": (
        opened(),
        paid("USD 1m", tranche=1, id="p"),
        entry("deal/x", "retracted", target="p", reason="wrong", credibility=9),
        paid("USD 2m", tranche=1, id="q"),
    ),
    "a link to a stream that a refused entry opens": (
        opened(),
        opened("deal/y", buyer="Indai", id="other"),
        entry("deal/x", "linked", on="2019-01-01", to="deal/y", relation="part-of"),
    ),
    "a payment for a deal that a refused entry opens": (
        opened(),
        opened("deal/y", buyer="Indai", id="other"),
        paid("USD 1m", covers=[{"deal": "y", "amount": "USD 1m"}]),
    ),
    "an entry that names no event": ({**opened(), "event": None}, paid("USD 1m")),
}


@pytest.mark.parametrize("name", list(FOLLOWS))
def test_what_only_follows_from_another_error_is_not_told(name: str) -> None:
    assert len(errors_of(*FOLLOWS[name])) == 1


def test_what_would_be_wrong_all_the_same_is_told_beside_it() -> None:
    assert errors_of(opened(source="nobdy"), paid("much", source="nobody"), paid("USD 1m", "deal/y")) == [
        ("dossier.jsonl:1", "source", "no source 'nobdy' is registered"),
        ("dossier.jsonl:2", "source", "no source 'nobody' is registered"),
        ("dossier.jsonl:2", "amount", "'much' is not an amount of money"),
        ("dossier.jsonl:3", "", "nothing opened this stream, and tranche-paid cannot"),
    ]


def test_a_cause_that_many_entries_share_is_told_once() -> None:
    assert errors_of(opened(), *(paid(f"USD {n}m", source="nobody") for n in range(1, 5))) == [
        ("dossier.jsonl:2", "source", "no source 'nobody' is registered (and 3 more entries like this)")
    ]
    assert errors_of(paid("USD 1m"), delivered("1 unit")) == [
        ("dossier.jsonl:1", "", "nothing opened this stream, and tranche-paid cannot (and 1 more entry like this)")
    ]


def test_entries_that_wait_for_one_another_are_told() -> None:
    circle = [
        entry("deal/x", "disputed", id="a", target="b"),
        entry("deal/x", "disputed", id="b", target="a"),
    ]
    assert [place for place, _, _ in errors_of(opened(), *circle)] == ["dossier.jsonl:2", "dossier.jsonl:3"]


def test_lines_that_cannot_be_read_do_not_hide_those_behind_them() -> None:
    data = jsonl([*SOURCES, opened()]) + b"{oops\n[1]\n" + jsonl([paid("much")])
    with pytest.raises(Refusals) as caught:
        Ledger.in_memory().record_stream(BytesIO(data), name="d.jsonl")
    assert [error.place for error in caught.value.errors] == ["d.jsonl:6", "d.jsonl:7", "d.jsonl:8"]


def test_a_hundred_errors_are_told_and_no_more() -> None:
    with pytest.raises(Refusals) as caught:
        take(book(opened()), *(paid("much") for _ in range(300)))
    assert len(caught.value.errors) == 100
    assert caught.value.more
    assert str(caught.value).endswith("the first 100 errors; nothing was recorded")


def test_an_error_in_what_is_shared_names_the_line_where_it_is_shared() -> None:
    assert yaml_errors(
        "deal: x y\nsource: wire\ndefaults: {status: rumour}\n"
        "entries:\n  - opened: {on: 2018, supplier: RUS, buyer: IND}\n"
        "  - {deal: z, tranche-paid: {on: 2019, amount: USD 1m}}\n  - completed: {on: 2020}\n"
    ) == [
        ("d.yaml:1", "'x y' is not a stream's key (and 1 more entry like this)"),
        ("d.yaml:6", "nothing opened this stream, and tranche-paid cannot"),
        ("d.yaml:3", "'rumour' is no status"),
    ]


def test_two_entries_of_a_dossier_that_contradict_each_other_name_both_lines() -> None:
    [(place, field, message)] = errors_of(
        opened(), paid("USD 1m", tranche=1, id="a"), delivered("1 unit"), paid("USD 2m", tranche=1, id="b")
    )
    assert (place, field) == ("dossier.jsonl:4", "amount")
    assert message == "source 'wire' says amount USD 2m here and USD 1m in dossier.jsonl:2 (both asserted 2021-11-12)"


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"on": "2019", "amount": "much", "bank": "SBI", "source": "wire"}, ["UnreadableValue", "UnknownField"]),
        ({"amount": "USD 1m", "source": "nobody"}, ["MissingField", "UnknownSource"]),
        ({"onn": "2019", "amount": "much", "source": "wire"}, ["UnknownField", "UnreadableValue"]),
    ],
)
def test_a_single_entry_is_refused_for_all_that_is_wrong_with_it(fields: dict[str, Any], kinds: list[str]) -> None:
    with pytest.raises(Refusals) as caught:
        book(opened()).record("deal/x", "tranche-paid", **fields)
    assert sorted(type(error).__name__ for error in caught.value.errors) == sorted(kinds)


def test_a_correction_is_refused_for_all_that_is_wrong_with_it() -> None:
    ledger = book(opened(), paid("USD 1m", id="p"))
    with pytest.raises(Refusals) as caught:
        ledger.correct("deal/x@2", set={"amount": "much", "on": "soon", "bank": "SBI"}, reason="whim")
    assert sorted(getattr(error, "field", "") for error in caught.value.errors) == ["amount", "bank", "on", "reason"]


def test_whoever_catches_a_kind_of_refusal_still_catches_it() -> None:
    with pytest.raises(NotOpened):
        take(book(), paid("USD 1m"))
    with pytest.raises(UnknownSource):
        take(book(), opened(source="nobody"))
