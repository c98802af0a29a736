"""What becomes of the rows that an export lacks: by its rows, by its words, and by what a user asks for."""

from __future__ import annotations

import re

import pytest

from armsledger import Ledger
from armsledger.application.sipri.intake import ScopeDiffers, TooManyVanished
from armsledger.application.sipri.report import ReleaseReport
from tests.application.sipri.test_registers import a_ledger, exported, take
from tests.exchange.sipri.register_text import register, row

FIRST, SECOND, THIRD = "2024-03-18", "2025-03-13", "2026-03-10"
BOTH, DELIVERIES, ORDERS = "deliveries or orders", "deliveries", "orders"


def delivered(number: int, **changes: str) -> str:
    """A deal of which some was delivered."""
    return row(designation=f"D-{number}", **changes)


def ordered(number: int, **changes: str) -> str:
    """An order without deliveries."""
    return row(designation=f"O-{number}", **{"delivered": "0", "delivered_flag": "", "years": "", **changes})


SOLD = [delivered(number) for number in range(60)]
OPEN = [ordered(number) for number in range(30)]
WHOLE = [*SOLD, *OPEN]


def after_all(*rows: str, which: str = BOTH, years: str = "", released: str = SECOND, **options: bool) -> ReleaseReport:
    """What a release comes to after one of all deals."""
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE))
        return take(ledger, asked(register(*rows, released=released, which=which), years), **options)


def asked(text: str, years: str) -> str:
    """The register with a range of years in its preamble."""
    return text.replace("'Not specified' to 'Not specified'", years) if years else text


def test_a_row_that_an_export_of_all_deals_lacks_has_vanished() -> None:
    report = after_all(*SOLD[1:], *OPEN[2:])
    assert (report.vanished, report.vanished_orders, report.left_out, report.unchanged) == (3, 2, 0, 87)


@pytest.mark.parametrize("which", [BOTH, DELIVERIES])
def test_an_export_without_a_single_order_is_one_of_deliveries_whatever_it_says(which: str) -> None:
    report = after_all(*SOLD[1:], which=which)
    assert (report.vanished, report.vanished_orders, report.left_out) == (1, 0, 30)


@pytest.mark.parametrize("which", [BOTH, DELIVERIES])
def test_an_export_with_orders_is_one_of_all_deals_whatever_it_says(which: str) -> None:
    report = after_all(*SOLD, *OPEN[:20], which=which)
    assert (report.vanished, report.vanished_orders, report.left_out) == (10, 10, 0)


def test_an_export_of_one_supplier_with_few_orders_is_one_of_all_its_deals() -> None:
    with a_ledger() as ledger:
        french = [delivered(100, supplier="France"), *(ordered(number, supplier="France") for number in (101, 102))]
        take(ledger, register(*WHOLE, *french))
        of_france = register(*french[:2], released=SECOND).replace("from All countries", "from France")
        report = take(ledger, of_france, force=True)
    assert (report.scope, report.unchanged) == ("orders and deliveries, from France to All countries", 2)
    assert (report.vanished, report.vanished_orders, report.left_out) == (1, 1, 90)


def test_an_order_that_was_delivered_meanwhile_is_the_same_deal_in_an_export_of_deliveries() -> None:
    report = after_all(*SOLD, ordered(0, delivered="10", years="2024"), which=DELIVERIES)
    assert (report.changed, report.new, report.vanished, report.left_out) == (1, 0, 0, 29)


@pytest.mark.parametrize(
    "years",
    ["1950 to 2024", "'1950' to '2024'", "1950 to 2025", "'1950' to 'Not specified'", "'Not specified' to '2024'"],
)
def test_the_years_from_1950_to_now_are_all_there_are(years: str) -> None:
    report = after_all(*WHOLE[1:], years=years)
    assert (report.vanished, report.left_out) == (1, 0)


def test_an_export_of_other_years_is_refused_and_says_what_force_would_do() -> None:
    old = [row(designation=f"P-{number}", year="1975", years="1976") for number in range(5)]
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE, *old))
        part = asked(register(*WHOLE[1:], released=SECOND), "2000 to 2024")
        with pytest.raises(ScopeDiffers) as refusal:
            take(ledger, part)
        assert "2000" in str(refusal.value)
        assert_says(refusal.value, {"1 row": 1, "5": 5})
        report = take(ledger, part, force=True)
        assert (report.vanished, report.left_out, report.unchanged) == (1, 5, 89)


def assert_says(refusal: Exception, numbers: dict[str, int]) -> None:
    """The refusal tells these numbers, and offers to try first."""
    text = str(refusal) + str(getattr(refusal, "remedy", ""))
    told = {int(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*", text)}
    assert set(numbers.values()) <= told, text
    assert "--dry-run" in text


def test_an_export_of_one_supplier_leaves_the_others_alone_if_forced() -> None:
    french = [delivered(number, supplier="France") for number in range(7)]
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE, *french))
        part = register(*WHOLE[2:], released=SECOND).replace("from All countries", "from Russia")
        with pytest.raises(ScopeDiffers) as refusal:
            take(ledger, part)
        assert_says(refusal.value, {"vanish": 2, "stay": 7})
        report = take(ledger, part, force=True)
        assert (report.vanished, report.left_out, report.unchanged) == (2, 7, 88)


@pytest.mark.parametrize("force", [False, True])
def test_a_file_that_lacks_a_fifth_is_refused_with_or_without_force(force: bool) -> None:
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE))
        before = ledger.position()
        part = register(*SOLD[30:], *OPEN[:29], released=SECOND)
        with pytest.raises(TooManyVanished) as refusal:
            take(ledger, part, force=force)
        assert_says(refusal.value, {"vanish": 31, "orders": 1})
        assert "--force" not in str(refusal.value)
        assert ledger.position() == before
        assert take(ledger, part, accept_vanished=True, dry_run=True).vanished == 31
        assert ledger.position() == before
        assert take(ledger, part, accept_vanished=True).vanished == 31
        assert sorted(exported(ledger)) == sorted([*SOLD[30:], *OPEN[:29]])


def test_the_switch_for_vanished_rows_takes_no_export_of_other_years() -> None:
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE))
        with pytest.raises(ScopeDiffers):
            take(ledger, asked(register(*WHOLE, released=SECOND), "2000 to 2010"), accept_vanished=True)


def test_an_export_of_orders_alone_takes_no_delivered_deal_back_unasked() -> None:
    with pytest.raises(TooManyVanished):
        after_all(*OPEN, which=ORDERS)


def test_all_orders_are_there_after_an_export_of_deliveries_and_one_of_all_deals() -> None:
    later = [*SOLD[:-1], *OPEN[1:], ordered(99)]
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE))
        take(ledger, register(*SOLD, released=SECOND))
        assert orders_in(ledger) == 30
        report = take(ledger, register(*later, released=THIRD))
        assert (report.new, report.vanished, report.vanished_orders, report.unchanged) == (1, 2, 1, 88)
        assert orders_in(ledger) == 30
        assert sorted(exported(ledger)) == sorted(later)
        assert sorted(exported(ledger, SECOND)) == sorted(SOLD), "a release of deliveries has its own rows only"
        assert sorted(exported(ledger, FIRST)) == sorted(WHOLE)


def test_a_wider_file_of_one_day_says_what_became_of_the_orders_that_the_first_left_out() -> None:
    moved = ordered(1, comment="delivery planned 2027")
    wider = [*SOLD, moved, *OPEN[2:]]
    with a_ledger() as ledger:
        take(ledger, register(*WHOLE))
        take(ledger, register(*SOLD, released=SECOND, which=DELIVERIES))
        take(ledger, register(*wider, released=SECOND))
        assert sorted(exported(ledger)) == sorted(wider)
        assert orders_in(ledger) == 29
        assert len(list(ledger.at().deals())) == 89, "no order stands twice"


def orders_in(ledger: Ledger) -> int:
    """How many deals are signed, without deliveries."""
    return sum(one.stage == "signed" for one in ledger.at().deals())
