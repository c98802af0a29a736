"""A deal: its stages, its sums, its licences."""

from __future__ import annotations

import pytest

from tests.domain.specification import Said, given, said
from tests.domain.words import delivered, opened, paid, signed

APPROVED = said("approval-granted", on="2016-12-23", authority="DAC")
AGREED = said("agreement-signed", on="2016-10-15", title="IGA")
PLEDGED = said("pledged", on="2016-12-30", by="RUS", quantity="5 units")
BEGUN = said("delivery-begun", on="2021-11", tranche=1)
SUSPENDED = said("suspended", on="2022-03-01", by="IND")
RESUMED = said("resumed", on="2022-09-01")


@pytest.mark.parametrize(
    ("statements", "stage"),
    [
        ((), "prospective"),
        ((said("notified", on="2017", legislature="Duma"),), "prospective"),
        ((said("offer-issued", on="2017"),), "prospective"),
        ((PLEDGED,), "pledged"),
        ((PLEDGED, APPROVED), "approved"),
        ((APPROVED,), "approved"),
        ((AGREED,), "agreed"),
        ((AGREED, APPROVED), "agreed"),
        ((signed(),), "signed"),
        ((signed(), said("amended", on="2019", value="USD 6bn")), "signed"),
        ((signed(), paid("USD 800m")), "signed"),
        ((signed(), BEGUN), "delivering"),
        ((signed(), delivered("1 unit")), "delivering"),
        ((delivered("1 unit"),), "delivering"),
        ((signed(), delivered("0 units", so_far="yes")), "signed"),
        ((signed(), delivered("1 unit", so_far="yes")), "delivering"),
        ((signed(), delivered(None)), "delivering"),
        ((signed(), said("delivery-completed", on="2022", tranche=1)), "delivering"),
        ((signed(), said("delivery-completed", on="2022")), "delivered"),
        ((signed(), delivered("5 units")), "delivered"),
        ((signed(quantity="4-6 units"), delivered("5 units")), "delivering"),
        ((signed(quantity="4-6 units"), delivered("6 units")), "delivered"),
        ((signed(), delivered("1 unit"), said("completed", on="2022-06")), "completed"),
        ((signed(), said("cancelled", on="2022-06")), "cancelled"),
        ((signed(), said("terminated", on="2022-06")), "terminated"),
    ],
)
def test_a_deal_climbs_from_stage_to_stage(statements: tuple[Said, ...], stage: str) -> None:
    given(opened(on="2015"), *statements).then_both("2022-12-31", stage=stage)


@pytest.mark.parametrize("later", [APPROVED, AGREED, signed()])
def test_a_later_step_on_paper_does_not_take_a_delivering_deal_back(later: Said) -> None:
    late = said(later.event, id=later.id, **{**later.fields, "on": "2022-06-01"})
    given(opened(on="2015"), delivered("1 unit"), late).then_both("2022-12-31", stage="delivering")


def test_a_suspended_deal_resumes_where_it_stood() -> None:
    (
        given(opened(), signed(), delivered("1 unit"))
        .when(SUSPENDED, RESUMED)
        .then(SUSPENDED, RESUMED)
        .then_both("2022-02-28", stage="delivering")
        .then_both("2022-03-01", stage="suspended", suspended=True)
        .then_both("2022-09-01", stage="delivering", suspended=False)
    )


def test_a_deal_suspended_and_resumed_on_one_day_goes_on() -> None:
    given(opened(), said("resumed", on="2022-03-01"), SUSPENDED).then_both("2022-12-31", stage="prospective")


def test_what_is_delivered_ends_a_suspension() -> None:
    case = given(opened(), signed(), SUSPENDED, delivered("1 unit", on="2022-05"))
    case.then_both("2022-04-30", stage="suspended", delivered=[])
    case.then_both("2022-12-31", stage="delivering", delivered=["1 unit"])


def test_a_total_told_while_a_deal_is_suspended_is_no_delivery_of_that_day() -> None:
    given(opened(), signed(), SUSPENDED, delivered("1 unit", on="2022-05", so_far="yes")).then_both(
        "2022-12-31", stage="suspended", delivered=["1 unit"]
    )


def test_a_suspension_ends_by_itself_on_the_day_after_its_term() -> None:
    suspended = said("suspended", on="2022-03-01", until="2022-06")
    given(opened(), signed(), suspended).then_both("2022-06-30", stage="suspended").then_both(
        "2022-07-01", stage="signed"
    )


def test_an_ended_deal_stays_ended_whatever_is_suspended_or_resumed() -> None:
    given(opened(), said("terminated", on="2020"), SUSPENDED, RESUMED).then_both(
        "2022-12-31", stage="terminated", ended_on="2020"
    )


def test_a_deal_has_not_begun_before_it_is_opened() -> None:
    given(opened(on="2018-10-05"), said("notified", on="2017", legislature="Duma")).then_not_begun("2018-10-04")


@pytest.mark.parametrize(
    "first",
    [
        *(APPROVED, AGREED, signed(), SUSPENDED, BEGUN, delivered("1 unit")),
        *(said(end, on="2016") for end in ("completed", "cancelled", "terminated")),
    ],
)
def test_a_step_of_its_life_begins_a_deal_of_which_the_opening_is_dated_later(first: Said) -> None:
    given(opened(on="2023"), first).then_both("2022-12-31", began=True, supplier=None)


def test_what_happens_around_a_deal_does_not_begin_it() -> None:
    around = [paid("USD 800m"), said("legislative-action", on="2019", by="House", binding="true")]
    given(opened(on="2023"), *around).then_not_begun("2022-12-31")


def test_payments_are_summed_by_currency() -> None:
    given(
        opened(),
        paid("USD 800m", tranche=1),
        paid("INR 60bn", tranche=2),
        paid("~USD 200m", tranche=3),
    ).then_both("2019-12-31", paid=["~USD 1bn", "INR 60bn"], paid_undisclosed=0)


def test_a_payment_whose_amount_nobody_gives_is_counted_and_is_not_zero() -> None:
    given(opened(), paid("USD 800m", tranche=1), paid(None, tranche=2)).then_both(
        "2019-12-31", paid=["USD 800m"], paid_undisclosed=1
    )


def test_payments_without_a_tranche_are_payments_of_their_own() -> None:
    given(opened(), paid("USD 1m"), paid("USD 2m")).then_both("2019-12-31", paid=["USD 3m"])


def test_a_refund_is_summed_beside_the_payments() -> None:
    refund = said("payment-refunded", on="2020", tranche=1, amount="USD 100m")
    secret = said("payment-refunded", on="2020", tranche=2)
    given(opened(), paid("USD 800m", tranche=1), refund, secret).then_both(
        "2020-12-31", paid=["USD 800m"], refunded=["USD 100m"]
    )


def test_deliveries_are_summed_by_unit_and_never_converted() -> None:
    given(
        opened(),
        signed(quantity="5 units"),
        delivered("1 regiment", on="2021-12-20", tranche=1, part="yes"),
        delivered("2 SAM systems", on="2021-12-21", tranche=1, part="yes"),
        delivered("~2 regiments", on="2021-12-22", tranche=2),
    ).then_both("2021-12-31", delivered=["~3 regiments", "2 SAM systems"], ordered=["5 units"])


def test_delivery_begins_on_the_day_of_the_first_sign_of_it() -> None:
    given(opened(), delivered("1 unit", on="2021-12-21"), BEGUN).then_both("2021-12-31", delivery_begun="2021-11")
    given(opened(), delivered("1 unit", on="2021-10-21"), BEGUN).then_both("2021-12-31", delivery_begun="2021-10-21")


def test_an_amendment_changes_what_it_names_from_its_day_on() -> None:
    (
        given(opened(), signed(), said("amended", on="2020", value="USD 6bn"))
        .when(said("amended", on="2021", quantity="7 units"))
        .then_both("2019-12-31", value="USD 5bn", ordered=["5 units"])
        .then_both("2020-12-31", value="USD 6bn", ordered=["5 units"])
        .then_both("2021-12-31", value="USD 6bn", ordered=["7 units"])
    )


LINES = [{"designation": "S-400", "quantity": "5 units"}, {"designation": "48N6", "quantity": "40 missiles"}]


def test_an_amendment_of_another_unit_replaces_an_order_that_has_no_lines() -> None:
    given(opened(), signed(), said("amended", on="2020", quantity="120 missiles")).then_both(
        "2020-12-31", ordered=["120 missiles"]
    )


def test_an_amendment_replaces_the_line_of_its_unit_and_keeps_its_item() -> None:
    case = given(opened(), signed(items=LINES)).then_both(
        "2019-12-31", ordered=["5 units of S-400", "40 missiles of 48N6"]
    )
    case.when(said("amended", on="2020", quantity="120 missiles")).then_both(
        "2020-12-31", ordered=["5 units of S-400", "120 missiles of 48N6"]
    )


def test_the_lines_of_an_amendment_replace_those_of_their_items() -> None:
    amended = said("amended", on="2020", items=[{"designation": "48n6", "quantity": "120 missiles"}])
    given(opened(), signed(items=LINES), amended).then_both(
        "2020-12-31", ordered=["5 units of S-400", "120 missiles of 48n6"]
    )


OPTION = said("option-agreed", on="2019", option="B", quantity="3 units", value="USD 2bn", until="2021-06")


def test_an_option_is_ordered_when_it_is_exercised() -> None:
    case = given(opened(), signed(), OPTION, said("option-exercised", on="2021-01-01"))
    case.then_both("2020-12-31", ordered=["5 units"], value="USD 5bn")
    case.then_both("2021-01-01", ordered=["8 units"], value="USD 7bn")


def test_an_option_lapses_by_itself_on_the_day_after_its_term() -> None:
    option = {"option": "B", "quantity": "3 units", "value": "USD 2bn", "until": "2021-06"}
    case = given(opened(), signed(), OPTION).then_both("2021-06-30", options=[{**option, "status": "agreed"}])
    case.then_both("2021-07-01", options=[{**option, "status": "lapsed"}], ordered=["5 units"])
    case.when(said("option-exercised", on="2021", option="B")).then_both(
        "2021-12-31", options=[{**option, "status": "exercised"}], ordered=["8 units"], value="USD 7bn"
    )


def test_an_option_up_to_a_number_widens_the_order() -> None:
    option = said("option-agreed", on="2019", quantity="up to 3 units", value="USD 2bn+")
    case = given(opened(), signed(), option, said("option-exercised", on="2021"))
    case.then_certain("2021-12-31", ordered=["5 units"], lines=["5-8 units"], value="USD 7bn+")
    case.then_possible("2021-12-31", ordered=["8 units"])


def test_what_is_returned_or_lost_is_no_longer_in_service_and_stays_delivered() -> None:
    case = given(opened(), signed(), delivered("4 units"))
    case.when(said("returned", on="2022-02", quantity="1 unit"), said("lost", on="2022-05", quantity="1-2 units"))
    case.then_both("2021-12-31", delivered=["4 units"], in_service=["4 units"])
    case.then_certain("2022-12-31", delivered=["4 units"], in_service=["1 unit"])
    case.then_possible("2022-12-31", delivered=["4 units"], in_service=["2 units"])


def test_a_value_that_an_amendment_settles_is_no_longer_contested() -> None:
    (
        given(opened(), signed(), signed(id="other", value="USD 5.4bn", source="hindu"))
        .then_both("2019-12-31", value_contested=True)
        .when(said("amended", on="2020", value="USD 6bn"))
        .then_both("2020-12-31", value="USD 6bn", value_contested=False)
    )


def test_sources_can_disagree_on_the_value_of_an_amendment() -> None:
    told = said("amended", id="amendment", on="2020", value="USD 6bn")
    other = said("amended", on="2020", value="USD 7bn", source="tass", same_as="amendment")
    given(opened(), signed(), told, other).then_both("2020-12-31", value="USD 6bn", value_contested=True)


def test_parties_that_reaffirm_twice_are_named_once() -> None:
    given(
        opened(),
        said("commitment-reaffirmed", on="2019", by=["IND"]),
        said("commitment-reaffirmed", on="2020", by=["RUS", "IND"]),
    ).then_both("2020-12-31", reaffirmed_by=["IND", "RUS"])


@pytest.mark.parametrize(
    ("fields", "mechanism"),
    [
        ({"currency": "RUB", "route": "VTB"}, "RUB by VTB"),
        ({"currency": "RUB"}, "RUB"),
        ({"route": "VTB"}, "VTB"),
        ({}, "agreed"),
    ],
)
def test_a_payment_mechanism_is_told_as_far_as_it_is_known(fields: dict[str, str], mechanism: str) -> None:
    given(opened(), said("payment-mechanism-agreed", on="2019", **fields)).then_both(
        "2019-12-31", payment_mechanism=mechanism
    )


def test_lenders_are_told_with_as_much_as_is_known_of_the_loan() -> None:
    given(
        opened(),
        said("financing-agreed", on="2019", lender="Russia"),
        said("financing-agreed", on="2020", lender="Eximbank", share="85"),
    ).then_both("2020-12-31", financing=["RUS", "Eximbank, 85 per cent"])


def test_approvals_are_kept_in_the_order_in_which_they_were_granted() -> None:
    given(opened(on="2015"), said("approval-granted", on="2018-09", authority="CCS"), APPROVED).then_both(
        "2018-12-31", approvals=["DAC", "CCS"]
    )


def licence(event: str, on: str, reference: str | None = "D-1") -> Said:
    """A step of a licence."""
    return said(event, on=on, authority="BIS", reference=reference, until="2030")


def test_each_licence_has_the_status_of_its_last_step() -> None:
    case = given(
        opened(),
        licence("licence-applied", "2018-11"),
        licence("licence-granted", "2019-01"),
        licence("licence-applied", "2019-02", reference="D-2"),
        licence("licence-denied", "2019-03", reference="D-2"),
    )
    first = {"authority": "BIS", "reference": "D-1", "until": "2030"}
    second = {"authority": "BIS", "reference": "D-2", "until": "2030"}
    case.then_both("2018-12-31", licences=[{**first, "status": "applied"}])
    case.then_both("2019-12-31", licences=[{**first, "status": "granted"}, {**second, "status": "denied"}])


def test_deliveries_can_be_suspended_without_the_deal() -> None:
    (
        given(opened(), signed(), said("delivery-suspended", on="2022-03-01"))
        .when(said("delivery-resumed", on="2022-05-01"))
        .then_both("2022-03-01", stage="signed", deliveries_suspended=True)
        .then_both("2022-05-01", stage="signed", deliveries_suspended=False)
    )


def test_binding_acts_are_told_by_chamber_and_instrument_as_far_as_it_is_known() -> None:
    given(
        opened(),
        said("legislative-action", on="2020", by="House", binding="true"),
        said("legislative-action", on="2021", by="Senate", binding="true", stage="passed"),
        said("legislative-action", on="2022", by="Senate", binding="true", stage="passed", instrument="NDAA"),
    ).then_both("2022-12-31", legislation=["House", "Senate: passed", "Senate: NDAA"])


def test_an_act_of_a_chamber_that_does_not_bind_changes_no_state() -> None:
    case = given(opened(), signed())
    before = case.state("2022-12-31")
    act = said("legislative-action", on="2022-07-14", by="House", instrument="NDAA", binding="false")
    assert case.when(act).then_taken().state("2022-12-31") == before
