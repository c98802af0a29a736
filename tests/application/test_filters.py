"""Filters of a view: by names, codes and lists, refused where unknown, and the same from tables and the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger, View
from armsledger.domain.errors import LedgerError, UsageError
from armsledger.domain.values.words import OPEN, Stage
from armsledger.projections.party_index import party_of
from tests.application.book import book, delivered, entry, opened, paid
from tests.application.read_models import asked_days, empty_ledger, folded, moments, record_all, recordings
from tests.application.test_read_models import FEWER, Recorded

FEW = settings(max_examples=max(settings().max_examples // 4, 5))
"""Each example records a whole history."""

# by hand, of the seed article and the longer story


def test_a_state_is_named_by_its_code_or_in_words(story: Ledger) -> None:
    deals = story.at("2021-11-12").deals
    turkey = deals(buyer="TUR")
    assert [row.deal for row in turkey] == ["turkey-s400"]
    assert deals(buyer="Turkey") == deals(buyer="tur") == deals(buyer=["Türkiye"]) == turkey


def test_any_of_several_words_will_do(story: Ledger) -> None:
    deals = story.at("2021-11-12").deals
    assert {row.deal for row in deals(buyer=["IND", "Turkey"])} == {"india-s400", "turkey-s400"}
    assert {row.deal for row in deals(deal=("india-s400", "deal/turkey-s400"))} == {"india-s400", "turkey-s400"}
    assert len(deals(buyer=[])) == 0


def test_whatever_belongs_to_a_deal_is_found_by_its_parties_and_items(story: Ledger) -> None:
    view = story.at("2021-12-31")
    assert {row.deal for row in view.payments(supplier="Russia")} == {"india-s400"}
    assert len(view.payments(buyer="TUR")) == 0
    assert {row.against for row in view.sanctions(buyer="Turkey")} == {"TUR"}
    assert {row.deal for row in view.deliveries(buyer="IND", item="S-400")} == {"india-s400"}
    about_india = view.expectations(buyer="IND")
    assert {row.stream for row in about_india} == {"deal/india-s400"}
    assert about_india == view.expectations(deal="india-s400") == view.expectations(stream="deal/india-s400")
    assert len(view.expectations(supplier="RUS", stream="framework/india-russia-relos")) == 0


def test_a_range_of_days_takes_what_may_be_within_it(seed: Ledger) -> None:
    deals = seed.at("2021-11-12").deals  # india-s400 was signed in October 2018, nobody says on which day
    assert [row.deal for row in deals(signed_from="2018-10-20")] == ["india-s400"]
    assert [row.deal for row in deals(signed_to="2018-10-01")] == ["india-s400"]
    assert len(deals(signed_from="2018-11")) == len(deals(signed_to="2018-09")) == 0


def test_a_range_of_amounts_is_in_one_currency(seed: Ledger) -> None:
    deals = seed.at("2021-11-12").deals  # india-s400 is worth about 5bn dollars
    assert [row.deal for row in deals(value_from="USD 5bn", value_to="USD 5bn")] == ["india-s400"]
    assert len(deals(value_from="USD 5.1bn")) == len(deals(value_from="EUR 1m")) == 0
    assert [row.deal for row in deals(value_from=5_000_000_000, currency="USD")] == ["india-s400"]


def test_what_belongs_to_an_order_is_open_as_long_as_the_order_is() -> None:
    ledger = book(
        opened(on="2018-01-01"),
        entry("deal/x", "contract-signed", on="2018-03-01", quantity="2 units"),
        paid("USD 1m", on="2018-02-01", tranche=1),
        delivered("2 units", on="2020-05-01"),
        entry("deal/x", "completed", on="2020-06-01"),
    )
    days = ("2018-02-01", "2018-03-01", "2020-04-30", "2020-05-01")  # then all of it is delivered
    assert [row.open for day in days for row in ledger.at(day).payments()] == [False, True, True, False]
    for day in days:
        view = ledger.at(day)
        is_open = view.deals()[0].stage in OPEN
        assert len(view.payments(open=True)) == len(view.deals(open=True)) == is_open
        assert len(view.payments(open=False)) == len(view.deals(open=False)) == (not is_open)


def test_every_supplier_of_a_deal_is_found() -> None:
    ledger = book(opened(supplier=["FRA", "DEU"], buyer="IND"), paid("EUR 1m", on="2019"))
    for name in ("France", "Germany", "DEU"):
        assert [row.deal for row in ledger.at("2020").payments(supplier=name)] == ["x"]
        assert [row.deal for row in ledger.at("2020").deals(supplier=name)] == ["x"]


def test_expectations_are_found_by_what_they_are_of(story: Ledger) -> None:
    found = story.at("2021-12-31").expectations(what="tranche-paid")
    assert {row.what.partition(" ")[0] for row in found} == {"tranche-paid"}
    assert any(row.what != "tranche-paid" for row in found)


# refused

REFUSED: Sequence[tuple[str, dict[str, Any], str, str]] = (
    ("deals", {"byer": "IND"}, "deals has no filter 'byer'", "did you mean buyer?"),
    ("rows deals", {"byer": "IND"}, "DealRow has no field 'byer'", "did you mean buyer"),
    ("deals", {"buyer": "Indai"}, "'Indai' is no country", "IND (India)"),
    ("rows deals", {"buyer": "Indai"}, "'Indai' is no country", "IND (India)"),
    ("deals", {"buyer": "XYZ"}, "'XYZ' is no country code", "ISO 3166"),
    ("deals", {"buyer": ["IND", "XYZ"]}, "'XYZ' is no country code", "ISO 3166"),
    ("deals", {"stage": "sined"}, "'sined' is no stage", "did you mean signed?"),
    ("deals", {"deal": "india-s40"}, "india-s40", "did you mean deal/india-s400?"),
    ("expectations", {"stream": "india-s40"}, "india-s40", "did you mean deal/india-s400?"),
    ("deals", {"item": "S-900"}, "no item of deals holds", "S-400 Triumf"),
    ("payments", {"currency": "USX"}, "'USX' is no currency", "USD"),
    ("payments", {"status": "payed"}, "'payed' is no status", "did you mean paid"),
    ("engagements", {"place": "New Deli"}, "no place of engagements is", "New Delhi"),
    ("sanctions", {"basis": "CATSA"}, "no basis of sanctions is", "CAATSA"),
    ("expectations", {"source": "theprint-2021"}, "no source theprint-2021", "theprint-2021-11-12"),
    ("expectations", {"outcome": "over-due"}, "'over-due' is no outcome", "overdue"),
    ("expectations", {"modality": "planed"}, "'planed' is no modality", "planned"),
    ("links", {"relation": "part of it"}, "is no relation", "part-of"),
    ("log", {"event": "tranche-payed"}, "'tranche-payed' is no event", "tranche-paid"),
    ("expectations", {"what": "delivery-complete-d"}, "no what of expectations holds", "delivery-completed"),
    ("sources", {"publisher": "ThePrnt"}, "no publisher of sources is", "ThePrint"),
    ("sources", {"reliability": "G"}, "'G' is no reliability", "A, B, C"),
    ("relations", {"supplier": "Russai"}, "Russai", "RUS (Russia)"),
)


@pytest.mark.parametrize(("asked", "filters", "message", "near"), REFUSED)
def test_what_nobody_has_is_refused_with_what_is_near(
    story: Ledger, asked: str, filters: dict[str, Any], message: str, near: str
) -> None:
    table, *arguments = asked.split()
    with pytest.raises(LedgerError) as refusal:
        getattr(story.at("2021-12-31"), table)(*arguments, **filters)
    assert message in refusal.value.message
    assert near in refusal.value.remedy + refusal.value.message


def test_relations_are_ordered_by_their_sums_in_one_currency() -> None:
    ledger = book(
        opened("deal/x", buyer="IND"),
        opened("deal/y", buyer="VNM", id="other"),
        entry("deal/x", "contract-signed", on="2019", value="USD 2bn"),
        entry("deal/y", "contract-signed", on="2019", value="INR 9bn"),
    )
    relations = ledger.at("2020").relations
    with pytest.raises(UsageError, match="values is in INR, USD"):
        relations().order_by("-values")
    assert [row.buyer for row in relations().order_by("-values", currency="INR")] == ["VNM", "IND"]
    assert [row.buyer for row in relations(currency="USD").order_by("-values")] == ["IND"]


def test_what_is_known_but_not_here_is_an_empty_answer(story: Ledger) -> None:
    view = story.at("2021-12-31")
    assert len(view.deals(buyer="BRA")) == len(view.payments(currency="EUR")) == 0
    assert len(view.deals(item="S-400", buyer="BRA")) == 0
    assert len(story.at("2021-12-31", known=0).deals(item="S-400")) == 0
    assert len(Ledger.in_memory().at().deals(item="S-900")) == 0  # an empty table tells of no words


def test_a_file_has_an_index_of_the_parties_of_deals_before_and_after_a_rebuild() -> None:
    ledger = book(opened())
    asked = f"EXPLAIN QUERY PLAN SELECT stream FROM kept_deals WHERE {party_of('buyer')} IN (?, ?)"
    for _ in range(2):
        ((*_, plan),) = ledger.journal().reader.query(asked, "IND", "*")
        assert "INDEX kept_deals_buyer" in plan
        ledger.rebuild("deals")


# tables and folding

FILTERS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "deals": {"supplier": str, "buyer": str, "stage": str, "open": bool},
    "payments": {"supplier": str, "buyer": str, "status": str, "currency": str, "late": bool, "open": bool},
    "deliveries": {"supplier": str, "buyer": str, "status": str, "unit": str, "late": bool, "open": bool},
    "sanctions": {"supplier": str, "buyer": str, "by": str, "status": str, "open": bool},
    "expectations": {"supplier": str, "buyer": str, "outcome": str, "source": str, "open": bool},
}
ENDS = {"deals": "signed", "payments": "on", "deliveries": "on", "sanctions": "since", "expectations": "due"}


def _filters(data: st.DataObject, view: View, table: str) -> dict[str, Any]:
    """One or two filters: values that rows have, and ends of ranges."""
    rows = list(getattr(view, table)())
    name = data.draw(st.sampled_from(sorted(FILTERS[table])))
    values = [True, False] if FILTERS[table][name] is bool else [getattr(row, name) for row in rows]
    present = sorted({value for value in values if value is not None}, key=str)
    if name == "stage":
        present = list(get_args(Stage))
    filters: dict[str, Any] = {}
    if present:
        filters[name] = data.draw(st.sampled_from(present))
    if not filters or data.draw(st.booleans()):
        filters[f"{ENDS[table]}_{data.draw(st.sampled_from(['from', 'to']))}"] = data.draw(asked_days())
    return filters


def _plainly(row: Any, filters: dict[str, Any]) -> bool:
    """Whether a row fits filters by words, told in another way."""
    for name, value in filters.items():
        if name.endswith(("_from", "_to")):
            continue
        if name == "open" and not hasattr(type(row), "open") and not hasattr(row, "open"):
            fits = (row.stage in OPEN) is value
        elif name in ("supplier", "buyer"):
            fits = value == getattr(row, name) or value in getattr(row, f"{name}s")
        else:
            fits = getattr(row, name) == value
        if not fits:
            return False
    return True


def _same_from_both(ledger: Ledger, data: st.DataObject, views: Sequence[View]) -> None:
    for view in views:
        assert view.question.as_of is not None
        for table in FILTERS:
            filters = _filters(data, view, table)
            kept = list(getattr(view, table)(**filters))
            assert kept == list(getattr(folded(view), table)(**filters)), (table, filters)
            rows = getattr(view, table)()
            assert kept == list(rows.where(**filters))
            if not any(name.endswith(("_from", "_to")) for name in filters):
                assert kept == [row for row in rows if _plainly(row, filters)]


def _check(ledger: Ledger, clock: Any, data: st.DataObject, recorded: Recorded) -> None:
    record_all(ledger, clock, *recorded)
    recorded_by = ledger.at(data.draw(asked_days()), data.draw(moments(ledger, clock)))
    asserted_by = ledger.at(data.draw(asked_days()), data.draw(asked_days()), "asserted")
    _same_from_both(ledger, data, [recorded_by, asserted_by])


@FEW
@given(st.data(), recordings())
def test_tables_and_the_journal_give_the_same_rows(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        _check(ledger, clock, data, recorded)


@pytest.mark.usefixtures("on_server")
@FEWER
@given(st.data(), recordings())
def test_on_a_server_too_tables_and_the_journal_give_the_same_rows(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        _check(ledger, clock, data, recorded)


# editors


def test_an_editor_completes_the_filters(story: Ledger) -> None:
    jedi = pytest.importorskip("jedi")
    names = {"view": story.at()}
    assert [one.name for one in jedi.Interpreter("view.deals(bu", [names]).complete()] == ["buyer="]
    assert [one.name for one in jedi.Interpreter("view.expectations(over", [names]).complete()] == ["overdue="]
