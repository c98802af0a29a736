"""The tables of deals, payments and deliveries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.projections.read_models.deals import DealRow
from tests.application.book import book, delivered, entry, expected, opened, paid

SIGNED = entry("deal/x", "contract-signed", on="2018-10", value="~USD 5bn", quantity="5 units", id="contract")


def deal(ledger: Ledger, at: str | None = None) -> DealRow:
    """The one deal of a ledger."""
    (row,) = ledger.at(at).deals()
    return row


def texts(values: Any) -> list[str]:
    """Amounts and quantities as people write them."""
    return [str(value) for value in values]


# deals


def test_a_deal_tells_who_supplies_what_to_whom_and_where_it_stands() -> None:
    items = ["S-400 Triumf", {"designation": "48N6", "description": "SAM"}]
    row = deal(book(opened(title="Triumf for India", items=items), SIGNED))
    assert (row.deal, row.title, row.supplier, row.buyer) == ("x", "Triumf for India", "RUS", "IND")
    assert (row.items, row.stage, str(row.signed_on)) == (("S-400 Triumf", "48N6"), "signed", "2018-10")
    assert (str(row.value), texts(row.ordered)) == ("~USD 5bn", ["5 units"])


def test_a_deal_that_has_not_even_possibly_begun_has_no_row() -> None:
    ledger = book(opened(on="2018"))
    assert len(ledger.at("2017-12-31").deals()) == 0
    assert (deal(ledger, "2018-01-01").stage, deal(ledger, "2018-01-01").possible_stage) == (None, "prospective")
    assert (deal(ledger, "2018-12-31").stage, deal(ledger, "2018-12-31").possible_stage) == ("prospective",) * 2


def test_the_two_bounds_stand_side_by_side() -> None:
    ledger = book(opened(), SIGNED, paid("USD 1m", on="2019"), delivered("1 unit", on="2019"))
    row = deal(ledger, "2019-06-30")
    assert (row.stage, row.possible_stage) == ("signed", "delivering")
    assert (texts(row.paid), texts(row.possible_paid)) == ([], ["USD 1m"])
    assert (texts(row.delivered), texts(row.possible_delivered)) == ([], ["1 unit"])
    assert row.delivery_begun is None
    row = deal(ledger, "2019-12-31")
    assert (row.stage, texts(row.paid), texts(row.delivered)) == ("delivering", ["USD 1m"], ["1 unit"])


def test_there_is_one_sum_for_each_currency_and_unit() -> None:
    payments = [
        paid("USD 1m", tranche=1),
        paid("INR 2m", tranche=2, on="2019-06-02"),
        paid("USD 3m", tranche=3),
        paid(None, tranche=4),
    ]
    row = deal(book(opened(), *payments, delivered("1 unit"), delivered("2 regiments"), delivered("1 unit", on="2022")))
    assert (texts(row.paid), row.paid_undisclosed) == (["USD 4m", "INR 2m"], 1)
    assert texts(row.delivered) == ["2 units", "2 regiments"]


def test_a_deal_tells_the_standing_of_each_line_of_sanctions() -> None:
    by_usa = {"by": "USA", "basis": "CAATSA"}
    row = deal(
        book(
            opened(),
            entry("deal/x", "sanction-threat-raised", on="2018", against="IND", **by_usa),
            entry("deal/x", "sanction-position-stated", on="2020", by="DEU", position="will-not"),
        )
    )
    assert row.sanctions == ("USA: threatened", "DEU: will-not")


def test_deals_stand_in_the_order_of_their_keys() -> None:
    ledger = book(opened("deal/b", id="b"), opened("deal/a", id="a"), opened("deal/a-2", id="a2"))
    assert [row.deal for row in ledger.at().deals()] == ["a", "a-2", "b"]


def test_open_deals_are_signed_or_delivering_and_not_delivered_in_full() -> None:
    steps = [
        SIGNED,
        delivered("2 units", on="2020-01-01"),
        entry("deal/x", "suspended", on="2020-06-01", until="2020-12-31"),
        delivered("3 units", on="2021-06-01"),
        entry("deal/x", "completed", on="2021-09-01"),
    ]
    ledger = book(opened(), *steps)
    found = {
        day: (deal(ledger, day).stage, len(ledger.at(day).deals(open=True)))
        for day in ("2018-10-30", "2018-10-31", "2020-01-01", "2020-06-01", "2021-01-01", "2021-06-01", "2021-09-01")
    }
    assert list(found.values()) == [
        ("prospective", 0),
        ("signed", 1),
        ("delivering", 1),
        ("suspended", 0),
        ("delivering", 1),
        ("delivered", 0),
        ("completed", 0),
    ]


# payments


def test_a_payment_tells_its_amount_and_when() -> None:
    fields: dict[str, Any] = {"on": "2019-06", "tranche": 1, "share": "12.5", "payer": "IND", "payee": "RUS"}
    (row,) = book(opened(), paid("~USD 800m", **fields)).at().payments()
    assert (row.deal, row.tranche, row.status, row.certain, str(row.on)) == ("x", 1, "paid", True, "2019-06")
    assert (row.amount, row.currency, row.approximate) == (Decimal(800_000_000), "USD", True)
    assert (row.share, row.payer, row.payee, row.due) == (Decimal("12.5"), "IND", "RUS", None)
    assert (row.contested, row.entries, row.sources) == ((), ("deal/x@2",), ("wire",))


def test_an_amount_that_nobody_gives_is_unknown_not_nothing() -> None:
    (row,) = book(opened(), paid(None)).at().payments()
    assert (row.amount, row.currency, row.approximate, row.share) == (None, None, False, None)


SCHEDULED = entry("deal/x", "payment-scheduled", on="2018-01-01", tranche=1, due="2019-05", amount="USD 3m")


def test_a_tranche_is_one_row_from_its_schedule_to_its_refund() -> None:
    steps = [
        SCHEDULED,
        entry("deal/x", "payment-delayed", on="2019-06-01", tranche=1, reason="no bank"),
        paid("USD 1m", tranche=1, on="2019-07-01"),
        entry("deal/x", "payment-refunded", on="2020-01-01", tranche=1, amount="USD 1m"),
    ]
    ledger = book(opened(), *steps)
    days = ("2018-06-01", "2019-06-01", "2019-07-01", "2020-01-01")
    rows = [row for day in days for row in ledger.at(day).payments()]
    assert [row.status for row in rows] == ["scheduled", "delayed", "paid", "refunded"]
    assert [row.late for row in rows] == [False, True, True, True]  # two of three millions have not come
    assert [row.amount for row in rows] == [None, None, Decimal(1_000_000), Decimal(1_000_000)]
    assert [row.outstanding for row in rows] == [*[Decimal(3_000_000)] * 2, *[Decimal(2_000_000)] * 2]
    assert {(str(row.due), row.scheduled) for row in rows} == {("2019-05", Decimal(3_000_000))}
    assert [row.slip_least_days for row in rows] == [None, None, 31, 31]
    assert rows[-1].refunded == Decimal(1_000_000)
    assert rows[-1].entries == tuple(f"deal/x@{version}" for version in (2, 3, 4, 5))


def test_each_currency_of_a_tranche_has_a_row_of_its_own() -> None:
    rows = book(opened(), SCHEDULED, paid("RUB 80m", tranche=1)).at().payments()
    assert [(row.currency, row.status, row.amount, row.outstanding) for row in rows] == [
        ("RUB", "paid", Decimal(80_000_000), None),
        ("USD", "scheduled", None, Decimal(3_000_000)),
    ]


def test_how_late_a_payment_came_is_as_uncertain_as_its_date() -> None:
    ledger = book(opened(), SCHEDULED, paid(None, tranche=1, on="2019-06"))
    (row,) = ledger.at().payments()
    assert (row.slip_least_days, row.slip_most_days, row.outstanding) == (1, 30, None)  # nobody says how much was paid
    assert [row.late for row in ledger.at("2019-06-15").payments()] == [True]  # it has not certainly been paid
    assert [row.late for row in ledger.at("2019-05-31").payments()] == [False]
    assert [row.deal for row in ledger.at("2019-06-15").payments(late=True)] == ["x"]


def test_four_statements_about_one_tranche_are_one_payment() -> None:
    statements = [
        paid("USD 1m", tranche="advance", on="2019-01"),
        paid("USD 2m", tranche="advance", on="2019-03", source="paper", payer="IND"),
        paid(None, tranche="advance", on="2019", source="rumour"),
        paid("USD 9m", tranche="advance", on="2019-01", source="archive", asserted="2021", status="denial"),
    ]
    (row,) = book(opened(), *statements).at().payments()
    assert (row.amount, str(row.on), row.payer) == (Decimal(1_000_000), "2019-01", "IND")
    assert row.contested == ("on", "amount")
    assert row.entries == ("deal/x@2", "deal/x@3", "deal/x@4", "deal/x@5")  # the one that denies it is the last
    assert row.sources == ("wire", "paper", "rumour")


@pytest.mark.parametrize(
    ("status", "certain"), [("fact", True), ("reported", True), ("claim", False), ("inference", False)]
)
def test_a_claim_is_possible_however_long_ago(status: str, certain: bool) -> None:
    (row,) = book(opened(), paid("USD 1m", status=status)).at().payments()
    assert row.certain is certain


def test_a_payment_is_possible_within_its_year_and_certain_after_it() -> None:
    ledger = book(opened(), paid("USD 1m", on="2019"))
    found = {
        day: [row.certain for row in ledger.at(day).payments()] for day in ("2018-12-31", "2019-01-01", "2019-12-31")
    }
    assert found == {"2018-12-31": [], "2019-01-01": [False], "2019-12-31": [True]}


# deliveries


def test_a_batch_is_one_row_from_its_schedule_to_its_service() -> None:
    steps = [
        entry("deal/x", "delivery-scheduled", on="2019-01-01", tranche=1, quantity="3 units", window="2021-05"),
        entry("deal/x", "delivery-begun", on="2021-01-01", tranche=1),
        delivered("2 units", tranche=1, item="S-400"),
        entry("deal/x", "delivery-completed", on="2021-07-01", tranche=1),
        entry("deal/x", "tested", on="2021-09-01", tranche=1, place="Adampur"),
        entry("deal/x", "accepted", on="2021-08-01", tranche=1),
        entry("deal/x", "inducted", on="2021-10-01", tranche=1),
    ]
    ledger = book(opened(), *steps)
    days = ("2019", "2021-01-01", "2021-06-01", "2021-07-01", "2021-08-01", "2021-09-01", "2021-10-01")
    rows = [row for day in days for row in ledger.at(day).deliveries() if row.unit == "unit"]
    statuses = ["scheduled", "begun", "delivered", "completed", "accepted", "tested", "inducted"]
    assert [row.status for row in rows] == statuses
    assert [row.outstanding for row in rows] == [3, 3, 1, 1, 1, 1, 1]
    assert [row.count for row in rows] == [None, None, 2, 2, 2, 2, 2]
    assert [row.late for row in rows] == [False, False, True, False, False, False, False]  # until it is complete
    assert [row.slip_least_days for row in rows] == [None, None, 1, 31, 31, 31, 31]
    last = rows[-1]
    assert (last.scheduled, str(last.window), last.item, last.place) == (3, "2021-05", "S-400", "Adampur")
    assert (str(last.begun), str(last.completed), len(last.entries)) == ("2021-01-01", "2021-07-01", 7)


def test_a_batch_that_is_only_expected_has_a_row_with_its_first_forecast() -> None:
    forecasts = [
        expected("delivered tranche=1", "2021-03", asserted="2019-01-01", id="first"),
        entry("deal/x", "expectation-revised", target="first", due="2021-09", asserted="2021-04-01"),
    ]
    ledger = book(opened(), *forecasts, delivered("1 unit", tranche=1, on="2021-12-10"))
    rows = {day: ledger.at(day).deliveries()[0] for day in ("2020-01-01", "2021-04-01", "2021-12-31")}
    assert [(row.status, str(row.expected), row.late) for row in rows.values()] == [
        ("expected", "2021-03", False),
        ("expected", "2021-03", True),
        ("delivered", "2021-03", False),
    ]
    assert (rows["2021-12-31"].slip_least_days, rows["2021-12-31"].slip_most_days) == (254, 254)
    assert (rows["2020-01-01"].on, rows["2020-01-01"].entries) == (None, ("deal/x@2",))
    assert len(ledger.at("2018-12-31").deliveries()) == 0


def test_a_forecast_of_the_beginning_is_compared_with_the_beginning() -> None:
    forecast = expected("delivery-begun tranche=2", "../2021-12-15", asserted="2019-01-01")
    begun = entry("deal/x", "delivery-begun", tranche=2, on="2021-12-20/2022-01-10")
    (row,) = book(opened(), forecast, begun).at("2022-02-01").deliveries()
    assert (row.status, row.late, row.slip_least_days, row.slip_most_days) == ("begun", False, 5, 26)


def test_units_are_not_converted() -> None:
    scheduled = entry("deal/x", "delivery-scheduled", on="2019", tranche=1, quantity="1 regiment")
    rows = book(opened(), scheduled, delivered("8 launchers", tranche=1)).at().deliveries()
    assert [(row.unit, row.scheduled, row.count, row.outstanding) for row in rows] == [
        ("launcher", None, 8, None),
        ("regiment", 1, None, 1),
    ]


def test_a_delivery_told_twice_is_one_delivery() -> None:
    batch = delivered("2 units", id="batch", on="2021-06")
    again = delivered("~3 units", same_as="batch", on="2021-06-15", source="paper", tranche=1)
    (row,) = book(opened(), batch, again).at().deliveries()
    assert (row.count, row.tranche, str(row.on)) == (2, 1, "2021-06")
    assert (row.contested, row.entries) == (("quantity",), ("deal/x@2", "deal/x@3"))


def test_deliveries_without_a_link_are_two() -> None:
    rows = book(opened(), delivered("2 units"), delivered("2 units", source="paper")).at().deliveries()
    assert [row.sources for row in rows] == [("wire",), ("paper",)]


def test_what_is_no_payment_or_delivery_stands_in_neither_table() -> None:
    others = (SIGNED, entry("deal/x", "approval-granted", on="2018", authority="CCS"), expected("delivered", "2030"))
    view = book(opened(), *others, entry("engagement/e", "held", on="2020")).at()
    assert (len(view.payments()), len(view.deliveries()), len(view.deals())) == (0, 0, 1)


def test_corrections_and_retractions_are_applied_as_far_as_they_are_known() -> None:
    ledger = book(opened(), paid("USD 1m", tranche=1, id="a"), delivered("1 unit", id="b"))
    ledger.correct("deal/x@2", set={"amount": "USD 2m", "on": "2020"}, reason="entry-error")
    ledger.retract("deal/x@3", reason="wrong")
    before, now = ledger.at(known=7), ledger.at()
    assert [(row.amount, str(row.on)) for row in before.payments()] == [(Decimal(1_000_000), "2019-06-01")]
    assert [(row.amount, str(row.on)) for row in now.payments()] == [(Decimal(2_000_000), "2020")]
    assert (len(before.deliveries()), len(now.deliveries())) == (1, 0)
