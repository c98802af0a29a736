"""Deals in the Open Contracting Data Standard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.application.codes import Codes
from armsledger.application.names.iso import alpha_2_of, country_name
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.states.source import Source
from armsledger.domain.values.citation import Grades
from armsledger.domain.values.known import Known
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import Facts, References, facts_of
from armsledger.exchange.standards.losses import Loss, Losses
from armsledger.exchange.standards.ocds_body import body_of
from armsledger.exchange.standards.ocds_losses import MEANINGS, losses_of
from armsledger.exchange.standards.ocds_release import BodyChange, compiled_release, releases_of
from armsledger.exchange.standards.ocds_terms import CURRENCIES_LACKING, EXTENSION
from armsledger.exchange.standards.ocds_values import day_text, due_text, value_of
from tests.domain.histories import Story, days, stories, wild_histories
from tests.domain.specification import Case, Said, said
from tests.domain.words import corrected, opened, retracted
from tests.exchange.standards.readers import deal, faults, merged, schema, settled
from tests.exchange.standards.wide import WIDE

SOURCES = {
    "tass": Source(
        True, "TASS", "Contract signed", "https://tass.example/1", When.parse("2018-10-05"), reliability="B"
    ),
    "theprint": Source(True, "ThePrint", None, "no address", When.parse("2021-11")),
}
REFERENCES = References(country_name, alpha_2_of, SOURCES)
OCID = "unregistered-x"


def facts(case: Case, at: str = "2026-01-01") -> Facts:
    return facts_of("deal/x", case.belief(), date.fromisoformat(at))


def body(*statements: Said, at: str = "2026-01-01") -> dict[str, Any]:
    told = body_of(facts(deal(*statements), at), REFERENCES)
    assert told is not None
    return told


def history(entries: Sequence[Entry], grades: Grades, at: date) -> tuple[list[BodyChange], list[dict[str, Any]]]:
    """A moment for each entry of a deal, and the releases that come of them."""
    beliefs = [believe(entries, grades, Known(position=entry.position)) for entry in entries]
    moments = [
        BodyChange(
            f"2026-01-01T00:00:{number:02}Z", entry.position, body_of(facts_of("deal/x", belief, at), REFERENCES)
        )
        for number, (entry, belief) in enumerate(zip(entries, beliefs, strict=True))
    ]
    return moments, list(releases_of(OCID, moments))


SIGNED = said("contract-signed", on="2018-10-05", value="~USD 5.43bn", quantity="5 units", reference="S-400/18")


def test_a_contract_is_an_award_and_a_contract_with_what_was_ordered() -> None:
    told = body(opened(), SIGNED)
    (award,), (contract,) = told["awards"], told["contracts"]
    assert (award["id"], contract["awardID"], award["suppliers"]) == (
        "x-award",
        "x-award",
        [{"id": "RUS", "name": "Russia"}],
    )
    assert contract["value"] == {"amount": 5430000000, "currency": "USD"}
    assert (contract["status"], contract["dateSigned"]) == ("active", "2018-10-05T00:00:00Z")
    assert contract[EXTENSION] == {"approximate": True, "reference": "S-400/18"}
    assert told["buyer"] == {"id": "IND", "name": "India"}


def test_a_deal_without_a_contract_is_in_planning() -> None:
    told = body(opened(), said("approval-granted", on="2016-12", authority="DAC"))
    assert "contracts" not in told
    (milestone,) = told["planning"]["milestones"]
    assert (milestone["type"], milestone["description"], milestone["status"]) == ("approval", "authority DAC", "met")
    assert "dateMet" not in milestone
    assert milestone[EXTENSION]["on"] == {"edtf": "2016-12", "earliest": "2016-12-01", "latest": "2016-12-31"}


def test_payments_are_transactions_and_refunds_negative_ones() -> None:
    told = body(
        opened(),
        said("tranche-paid", on="2019", tranche=1, amount="USD 800m", payer="IND"),
        said("payment-refunded", on="2020-02-01", amount="USD 10m"),
    )
    paid, refunded = told["contracts"][0]["implementation"]["transactions"]
    assert paid["value"] == {"amount": 800000000, "currency": "USD"}
    assert "date" not in paid
    assert "payee" not in paid, "nobody said who was paid"
    assert (refunded["value"]["amount"], refunded["date"]) == (-10000000, "2020-02-01T00:00:00Z")


def test_what_is_only_possible_is_not_told() -> None:
    told = body(opened(), said("tranche-paid", on="2019", amount="USD 800m"), at="2019-06-30")
    assert "contracts" not in told


def test_what_only_a_claim_says_of_a_payment_is_not_told() -> None:
    told = body(
        opened(),
        said("tranche-paid", on="2019-06-01", tranche=1, payer="IND"),
        said("tranche-paid", on="2019-06-01", tranche=1, amount="USD 800m", source="hindu", status="claim"),
    )
    (transaction,) = told["contracts"][0]["implementation"]["transactions"]
    assert "value" not in transaction
    assert transaction["payer"] == {"id": "IND", "name": "India"}


def test_a_total_is_a_milestone_and_no_transaction_as_those_are_added_up() -> None:
    told = body(
        opened(),
        said("tranche-paid", on="2019-06-01", amount="USD 800m"),
        said("tranche-paid", on="2020-06-01", amount="USD 2bn", so_far=True),
        said("delivered", on="2020-06-01", quantity="0 units", so_far=True),
        said("delivered", on="2021-06-01", quantity="2 units", so_far=True),
    )["contracts"][0]["implementation"]
    assert [one["value"]["amount"] for one in told["transactions"]] == [800000000]
    paid, delivered = told["milestones"]
    assert (paid["title"], paid["status"], paid["description"]) == (
        "tranche paid so far",
        "met",
        "amount USD 2bn; so far yes",
    )
    assert (delivered["title"], delivered["description"]) == ("delivered so far", "quantity 2 units; so far yes")
    assert "dateMet" not in delivered, "it is the day of the count"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({}, "met"),
        ({"part": True}, "partiallyMet"),
        ({"so_far": True}, "partiallyMet"),
        ({"so_far": True, "quantity": "0 units"}, "scheduled"),
    ],
)
def test_a_batch_that_is_scheduled_is_met_by_all_of_it(words: dict[str, Any], status: str) -> None:
    told = body(
        opened(),
        said("delivery-scheduled", on="2019", tranche=1, window="2020-06-01"),
        said("delivered", **{"on": "2020-05-01", "tranche": 1, "quantity": "1 unit", **words}),
    )
    assert told["contracts"][0]["implementation"]["milestones"][0]["status"] == status


@pytest.mark.parametrize(("at", "outcome"), [("2020-06-30", "pending"), ("2021-01-31", "kept")])
def test_what_is_ruled_out_is_no_milestone(at: str, outcome: str) -> None:
    ruled_out = said("expected", what="delivered", due="2020", modality="ruled-out", on="2020-01-01")
    told = body(opened(), SIGNED, ruled_out, at=at)
    assert "implementation" not in told["contracts"][0]
    lost = list(losses_of(facts(deal(opened(), SIGNED, ruled_out), at), REFERENCES))
    assert [loss.value for loss in lost if loss.kind == "expectation"] == [f"2020, {outcome}"]
    assert [loss.field for loss in lost if loss.kind == "event"] == ["expected"]


def test_of_a_range_the_lower_end_is_told_if_there_is_one() -> None:
    told = body(opened(), said("contract-signed", on="2018", value="EUR 6.5bn-7bn", quantity="20-24 aircraft"))
    (contract,) = told["contracts"]
    assert contract["value"] == {"amount": 6500000000, "currency": "EUR"}
    assert contract[EXTENSION]["amount"] == "EUR 6.5bn-7bn"
    told = body(opened(), said("contract-signed", on="2018", value="up to USD 3bn"))
    (contract,) = told["contracts"]
    assert "value" not in contract, "nobody says that it is nothing"
    assert contract[EXTENSION]["amount"] == "up to USD 3bn"


def test_the_lines_of_an_order_are_counted_with_their_items() -> None:
    lines = [{"designation": "K2", "quantity": "180 units"}, {"designation": "K9", "quantity": "212 units"}]
    told = body(
        opened(items=["K2", "K9"]),
        said("contract-signed", on="2018", items=lines),
        said("option-agreed", on="2018", option="more", item="Chunmoo", quantity="18 units"),
        said("option-exercised", on="2019", option="more"),
    )
    listed = told["contracts"][0]["items"]
    assert [(one["id"], one["quantity"]) for one in listed] == [("1", 180), ("2", 212), ("ordered-unit-Chunmoo", 18)]


def test_sums_in_doubt_are_told_as_losses() -> None:
    case = deal(
        opened(),
        said("tranche-paid", id="one", on="2019-06-01", amount="USD 800m", source="tass"),
        said("tranche-paid", id="two", on="2019-06-20", amount="USD 800m", source="hindu"),
    )
    lost = [loss for loss in losses_of(facts(case), REFERENCES) if loss.kind == "doubtful-sum"]
    assert [(loss.entry, loss.value) for loss in lost] == [("deal/x@2", "perhaps-the-same: deal/x@3")]


def test_expectations_are_milestones_with_a_due_date_where_there_is_a_last_day() -> None:
    told = body(
        opened(),
        SIGNED,
        said("expected", what="delivered tranche=1", due="../2021-12-15", quantity="2 units", on="2021-11-12"),
        said("expected", what="delivered tranche=2", due="../2022-12-15~", on="2021-11-12"),
        at="2021-11-30",
    )
    first, second = told["contracts"][0]["implementation"]["milestones"]
    assert (first["status"], first["dueDate"]) == ("scheduled", "2021-12-15T00:00:00Z")
    assert first["title"] == "delivered tranche=1 (2 units)"
    assert "dueDate" not in second
    assert second[EXTENSION]["due"]["edtf"] == "../2022-12-15~"


def test_a_threat_is_no_milestone_of_a_contract() -> None:
    threat = said("expected", what="sanction-imposed", due="2021-11-12/..", modality="threatened", on="2021-11-12")
    case = deal(opened(), SIGNED, threat)
    told = body(opened(), SIGNED, threat)
    assert "implementation" not in told["contracts"][0]
    lost = [loss for loss in losses_of(facts(case), REFERENCES) if loss.kind in ("event", "expectation")]
    assert [(loss.kind, loss.entry) for loss in lost] == [("expectation", "deal/x@3"), ("event", "deal/x@3")]


@pytest.mark.parametrize(
    ("edtf", "day", "due"),
    [
        ("2021-12-15", "2021-12-15T00:00:00Z", "2021-12-15T00:00:00Z"),
        ("2021-12-15~", None, None),
        ("2021-12", None, None),
        ("2021-12-08/2021-12-14", None, "2021-12-14T00:00:00Z"),
        ("../2021-12-14", None, "2021-12-14T00:00:00Z"),
        ("2021-12-14/..", None, None),
        ("2021-10/2021-12", None, None),
        ("[2021-12-01..2021-12-14]", None, None),
    ],
)
def test_no_day_is_made_up(edtf: str, day: str | None, due: str | None) -> None:
    assert (day_text(When.parse(edtf)), due_text(When.parse(edtf))) == (day, due)


def test_amounts_that_are_no_doubles_are_kept_as_text() -> None:
    told = body(opened(), said("contract-signed", on="2018", value="USD 12345678901234567.89"))
    assert told["contracts"][0][EXTENSION]["amount"] == "USD 12345678901234567.89"
    assert value_of(Money.parse("USD 0.5")) == {"amount": 0.5, "currency": "USD"}


def test_the_currencies_that_the_standard_lacks_are_known() -> None:
    from babel.core import get_global

    listed = schema("release")["definitions"]["Value"]["properties"]["currency"]["enum"]
    assert frozenset(get_global("all_currencies")) - set(listed) == CURRENCIES_LACKING
    assert value_of(Money.parse("YUR 5m")) is None


def test_a_retracted_payment_is_withdrawn_and_a_merge_holds_no_more_of_it() -> None:
    case = deal(
        opened(),
        SIGNED,
        said("tranche-paid", id="first", on="2019-09-01", tranche=1, amount="USD 800m", payer="IND"),
        said("retracted", target="first", reason="it was another deal"),
    )
    moments, releases = history(case.entries, {}, date(2026, 1, 1))
    assert [release["tag"] for release in releases] == [
        ["planning"],
        ["award", "contract"],
        ["planningUpdate", "implementation"] if releases[2]["tag"][0] == "planningUpdate" else ["implementation"],
        ["planningUpdate", "implementationUpdate"]
        if releases[3]["tag"][0] == "planningUpdate"
        else ["implementationUpdate"],
    ]
    (gone,) = releases[3]["contracts"][0]["implementation"]["transactions"]
    assert gone["value"] == {"amount": None, "currency": None}
    assert gone[EXTENSION]["withdrawn"] is True
    assert [faults(release) for release in releases] == [[]] * 4
    compiled = merged(releases)
    assert settled(compiled) == settled(compiled_release(OCID, releases[-1]["date"], moments[-1].body or {}))
    (left,) = compiled["contracts"][0]["implementation"]["transactions"]
    assert (left["id"], left[EXTENSION]["withdrawn"]) == (gone["id"], True)
    assert "amount" not in left.get("value", {})


def test_a_termination_and_an_amendment_are_tagged() -> None:
    case = deal(
        opened(),
        SIGNED,
        said("amended", on="2019-03-01", value="USD 6bn", reason="more missiles"),
        said("terminated", on="2020-03-01", by="IND"),
    )
    _, releases = history(case.entries, {}, date(2026, 1, 1))
    assert {"contractAmendment", "contractUpdate"} <= set(releases[2]["tag"])
    assert "contractTermination" in releases[3]["tag"]
    assert releases[3]["contracts"][0]["status"] == "terminated"
    assert releases[2]["contracts"][0]["amendments"][0]["rationale"] == "more missiles"


def test_the_losses_are_counted_with_their_entries() -> None:
    case = deal(
        opened(),
        SIGNED,
        said("tranche-paid", on="2019", tranche=1, amount="~USD 800m", credibility=2, quote="800 million"),
        said("tranche-paid", on="2021", tranche=1, amount="USD 850m", source="hindu"),
        said("sanction-threat-raised", on="2018-09-21", by="USA", against="IND", status="claim"),
    )
    losses = Losses()
    losses.take(losses_of(facts(case), REFERENCES))
    report = {one["kind"]: one for one in losses.report(MEANINGS)}
    assert report["contested"]["count"] == 2
    assert {example["field"] for example in report["contested"]["examples"]} == {"on", "amount"}
    assert report["claim"]["examples"] == [
        {"entry": case.entries[4].address, "field": "sanction-threat-raised", "value": "claim"}
    ]
    assert report["possible"]["count"] == 1
    assert report["approximate"]["examples"][0]["value"] == "~USD 5.43bn"
    assert {"belief", "grade", "remark", "agreeing-statement", "uncertain-date"} <= report.keys()
    assert [one["count"] for one in losses.report(MEANINGS)] == sorted(losses.counts.values(), reverse=True)


def test_a_repair_is_told_with_the_entry_that_it_speaks_of() -> None:
    case = deal(opened(), corrected("opening", on="2018-10-04"), retracted("opening"))
    repairs = [loss for loss in losses_of(facts(case), REFERENCES) if loss.field == "target"]
    assert [(loss.kind, loss.value) for loss in repairs] == [("correction", "deal/x@1"), ("retraction", "deal/x@1")]


@settings(max_examples=20)
@given(stories(), days)
def test_every_history_gives_valid_releases_that_merge_to_what_is_believed(story: Story, day: date) -> None:
    moments, releases = history(story.entries, story.case.grades, day)
    assert [fault for release in releases for fault in faults(release)] == []
    for number, release in enumerate(releases, 1):
        position = int(release["id"].rpartition("-")[2])
        (told,) = [moment.body or {} for moment in moments if moment.position == position]
        compiled = compiled_release(OCID, release["date"], told)
        assert settled(merged(releases[:number])) == settled(compiled)
        assert faults(compiled) == []


@settings(max_examples=30)
@given(st.permutations(WIDE[1:]), st.lists(st.integers(1, 10), max_size=4), days)
def test_the_wider_catalogue_gives_valid_releases_that_merge(
    order: list[Said], taken_back: list[int], day: date
) -> None:
    retractions = [
        said("retracted", target=f"e{number}", reason="another deal") for number in dict.fromkeys(taken_back)
    ]
    told = [Said(one.event, one.fields, f"e{number}") for number, one in enumerate([WIDE[0], *order])]
    case = deal(*told, *retractions)
    moments, releases = history(case.entries, {}, day)
    assert [fault for release in releases for fault in faults(release)] == []
    for number, release in enumerate(releases, 1):
        position = int(release["id"].rpartition("-")[2])
        (believed,) = [moment.body or {} for moment in moments if moment.position == position]
        assert settled(merged(releases[:number])) == settled(compiled_release(OCID, release["date"], believed))
    held = facts_of("deal/x", case.belief(), day)
    assert {loss.kind for loss in losses_of(held, REFERENCES)} <= MEANINGS.keys()


@settings(max_examples=30)
@given(wild_histories(), st.sampled_from([date(2019, 6, 1), date(2026, 1, 1)]))
def test_nothing_breaks_on_wild_histories_and_each_loss_has_a_meaning(wild: tuple[str, list[Entry]], day: date) -> None:
    kind, entries = wild
    told = facts_of(f"{kind}/wild", believe(entries, {}), day)
    losses = Losses()
    losses.take(losses_of(told, REFERENCES))
    assert {one["kind"] for one in losses.report(MEANINGS)} == set(losses.counts)
    told_body = body_of(told, REFERENCES)
    if told_body is not None:
        assert faults(compiled_release(OCID, "2026-01-01T00:00:00Z", told_body)) == []


def test_parties_are_named_as_people_know_them() -> None:
    assert Codes().party(Party.parse("Soviet Union")) == "SUN"
    told = body(said("opened", on="1980", supplier="SUN", buyer="IND", prime="Sukhoi", end_user="unknown"))
    assert [(one["id"], one["roles"]) for one in told["parties"]] == [
        ("IND", ["buyer"]),
        ("SUN", ["supplier"]),
        ("Sukhoi", ["primeContractor"]),
    ]


def lost(*statements: Said) -> list[Loss]:
    return list(losses_of(facts(deal(*statements)), REFERENCES))


def test_all_suppliers_and_buyers_are_told_and_the_first_buyer_leads() -> None:
    several = said("opened", on="2014", supplier=["FRA", "ITA"], buyer=["NLD", "BEL"])
    told = body(several, SIGNED)
    assert [one["id"] for one in told["awards"][0]["suppliers"]] == ["FRA", "ITA"]
    assert told["buyer"] == {"id": "NLD", "name": "Netherlands"}
    assert [(one["id"], one["roles"]) for one in told["parties"]] == [
        ("NLD", ["buyer"]),
        ("BEL", ["buyer"]),
        ("FRA", ["supplier"]),
        ("ITA", ["supplier"]),
    ]
    assert ("several-parties", "deal/x", "buyer", "NLD, BEL") in lost(several, SIGNED)


def linked(relation: str, to: str, **fields: Any) -> Said:
    return said("linked", **{"on": "2019-02-01", "relation": relation, "to": to, **fields})


def test_a_link_to_a_deal_is_a_related_process_with_a_code_of_the_standard_where_it_has_one() -> None:
    links = [
        linked("part-of", "deal/india-s300"),
        linked("succeeds", "deal/sipri-4711", on="2019-03-01"),
        linked("in-exchange-for", "deal/india-s300", on="2019-04-01", reason="Leopards"),
        linked("part-of", "framework/india-russia", on="2019-05-01"),
    ]
    told = body_of(facts(deal(opened(), *links)), REFERENCES, "ocds-a1b2c3")
    assert told is not None
    assert [(one["identifier"], one["relationship"], one["scheme"]) for one in told["relatedProcesses"]] == [
        ("ocds-a1b2c3-india-s300", ["framework"], "ocid"),
        ("ocds-a1b2c3-sipri-4711", ["prior"], "ocid"),
        ("ocds-a1b2c3-india-s300", ["x_inExchangeFor"], "ocid"),
    ]
    assert told["relatedProcesses"][2][EXTENSION]["reason"] == "Leopards"
    assert [loss[1:] for loss in lost(opened(), *links) if loss[0] == "link"] == [
        ("deal/x@4", "in-exchange-for", "to deal/india-s300; reason Leopards"),
        ("deal/x@5", "part-of", "to framework/india-russia"),
    ]


def test_a_link_that_two_sources_tell_is_one_related_process_also_after_it_was_made_again() -> None:
    to = "deal/india-s300"
    ended = [
        linked("part-of", to, id="first"),
        said("unlinked", on="2020", to=to, relation="part-of", id="end"),
    ]
    again = [
        linked("part-of", to, on="2021-03-01", id="again"),
        linked("part-of", to, on="2021-03", id="by tass", source="tass"),
    ]
    (process,) = body(opened(), *ended, *again)["relatedProcesses"]
    assert process[EXTENSION]["on"]["edtf"] == "2021-03-01"
    told = {(loss.kind, loss.entry, loss.field) for loss in lost(opened(), *ended, *again) if loss.kind != "belief"}
    assert {("link", "deal/x@2", "linked"), ("link", "deal/x@3", "unlinked")} <= told
    assert ("agreeing-statement", "deal/x@5", "linked") in told


def test_a_link_that_ended_is_withdrawn() -> None:
    end = said("unlinked", on="2020-02-01", relation="succeeds", to="deal/sipri-4711", source="tass")
    case = deal(opened(), SIGNED, linked("succeeds", "deal/sipri-4711"), end)
    moments, releases = history(case.entries, {}, date(2026, 1, 1))
    assert [faults(release) for release in releases] == [[]] * 4
    assert "relatedProcesses" not in (moments[-1].body or {})
    (gone,) = releases[3]["relatedProcesses"]
    assert (gone["identifier"], gone[EXTENSION]["withdrawn"]) == (None, True)
    told = [
        loss[1:3] for loss in lost(opened(), SIGNED, linked("succeeds", "deal/sipri-4711"), end) if loss[0] == "link"
    ]
    assert told == [("deal/x@3", "linked"), ("deal/x@4", "unlinked")]


def test_equivalents_of_a_value_stand_in_the_extension() -> None:
    signed = said("contract-signed", on="2018-10-05", value=["RUB 320bn", "~USD 5.43bn"])
    (contract,) = body(opened(), signed)["contracts"]
    assert contract["value"] == {"amount": 320000000000, "currency": "RUB"}
    assert contract[EXTENSION] == {"equivalents": ["~USD 5.43bn"]}
    told = lost(opened(), signed)
    assert ("equivalent", "deal/x@2", "value", "~USD 5.43bn") in told
    assert ("approximate", "deal/x@2", "value", "~USD 5.43bn") in told


def test_a_payment_for_several_deals_is_one_transaction_of_the_deal_that_records_it() -> None:
    paid = said(
        "tranche-paid",
        on="2022-08-26",
        amount="USD 9m",
        covers=[{"deal": "india-s300", "amount": "USD 4m"}, "sipri-4711"],
    )
    (transaction,) = body(opened(), paid)["contracts"][0]["implementation"]["transactions"]
    assert transaction["value"] == {"amount": 9000000, "currency": "USD"}
    assert transaction[EXTENSION]["covers"] == ["india-s300 (USD 4m)", "sipri-4711"]
    shared = ("shared-payment", "deal/x@2", "covers", "india-s300 (USD 4m), sipri-4711")
    assert shared in lost(opened(), paid)


def test_a_denial_is_a_milestone_that_was_not_met_and_a_pledge_taken_back_one_of_its_own() -> None:
    told = body(
        opened(),
        said(
            "pledged", on="2023-01-05", by=["DEU", "NLD"], items=[{"designation": "Leopard 1", "quantity": "100 tanks"}]
        ),
        said("approval-denied", on="2023-06-28", authority="Federal Council", reason="neutrality"),
        said("pledge-withdrawn", on="2023-09-01", by="DEU", quantity="40 tanks"),
    )
    pledge, denial, back = told["planning"]["milestones"]
    assert (pledge["status"], pledge["description"]) == ("met", "by DEU, NLD; items 100 tanks of Leopard 1")
    assert (denial["type"], denial["status"]) == ("approval", "notMet")
    assert "dateMet" not in denial
    assert denial[EXTENSION]["on"]["edtf"] == "2023-06-28"
    assert denial["description"] == "authority Federal Council; reason neutrality"
    assert (back["title"], back["dateMet"]) == ("pledge withdrawn", "2023-09-01T00:00:00Z")


def test_a_step_of_production_is_a_milestone_by_its_own_name() -> None:
    told = body(opened(), SIGNED, said("milestone-reached", on="2020-10-15", milestone="launched", item="Sevastopol"))
    (milestone,) = told["contracts"][0]["implementation"]["milestones"]
    assert (milestone["title"], milestone["type"], milestone["status"]) == ("launched", "delivery", "met")
    assert milestone["dateMet"] == "2020-10-15T00:00:00Z"


@pytest.mark.parametrize(
    ("event", "fields", "kind"),
    [
        ("option-agreed", {"quantity": "12 aircraft"}, "option"),
        ("option-lapsed", {}, "option"),
        ("onward-transfer-requested", {"authority": "Swiss government"}, "onward-transfer"),
        ("onward-transfer-refused", {"authority": "Swiss government"}, "onward-transfer"),
        ("transferred-onward", {"to": "UKR", "quantity": "14 tanks", "so_far": True}, "onward-transfer"),
        ("industrial-arrangement-agreed", {"form": "offset", "share": "50"}, "industrial-arrangement"),
        (
            "industrial-arrangement-discharged",
            {"form": "offset", "value": "EUR 2bn", "so_far": True},
            "industrial-arrangement",
        ),
        ("claim-filed", {"forum": "ICC", "amount": "USD 4bn"}, "court-claim"),
        ("claim-withdrawn", {"forum": "ICC"}, "court-claim"),
        ("lost", {"quantity": "2 units", "so_far": True}, "event"),
    ],
)
def test_what_the_standard_has_no_place_for_is_a_loss_of_its_kind(
    event: str, fields: dict[str, Any], kind: str
) -> None:
    statement = said(event, on="2020-05-01", **fields)
    assert (kind, "deal/x@3", event) in [loss[:3] for loss in lost(opened(), SIGNED, statement)]
    assert body(opened(), SIGNED, statement)["contracts"] == body(opened(), SIGNED)["contracts"]


def test_the_term_of_a_contract_is_its_period() -> None:
    lease = said("contract-signed", on="2012-04-04", mode="lease", effective="2012-05-01", until="2022", place="Moscow")
    (contract,) = body(opened(on="2010"), lease)["contracts"]
    assert contract["period"] == {"startDate": "2012-05-01T00:00:00Z"}
    assert contract[EXTENSION]["place"] == "Moscow"
    assert contract[EXTENSION]["until"] == {"edtf": "2022", "earliest": "2022-01-01", "latest": "2022-12-31"}
    details = [loss[2:] for loss in lost(opened(on="2010"), lease) if loss[0] == "detail"]
    assert details == [("on", "2010"), ("mode", "lease"), ("place", "Moscow")]


def test_the_ending_is_told_with_who_ended_it_and_why() -> None:
    ended = said("terminated", on="2015-08-05", by=["FRA", "RUS"], reason="sanctions")
    told = body(opened(), SIGNED, said("completed", on="2016-01-01"), ended)[EXTENSION]
    assert (told["stage"], told["ended_by"], told["ended_reason"]) == ("terminated", ["FRA", "RUS"], "sanctions")
    assert told["ended"]["edtf"] == "2015-08-05"
    assert ("event", "deal/x@3", "completed", None) in lost(opened(), SIGNED, said("completed", on="2016-01-01"), ended)


def test_an_address_that_programs_cannot_open_stands_beside_the_document() -> None:
    (document,) = body(opened(source="theprint"))["planning"]["documents"]
    assert "url" not in document
    assert document[EXTENSION]["url"] == "no address"
    assert ("source-detail", "source/theprint", "url", "no address") in lost(opened(source="theprint"))


def test_an_item_has_a_class_in_every_register_that_classes_it() -> None:
    item = {"designation": "K2", "category": "Armoured vehicles", "unroca": "I", "value": "USD 3bn"}
    (told,) = body(opened(items=[item]), SIGNED)["contracts"][0]["items"]
    assert told["classification"] == {"scheme": "x_UNROCA", "id": "I"}
    assert told["additionalClassifications"] == [{"scheme": "x_SIPRI", "id": "Armoured vehicles"}]
    assert told[EXTENSION] == {"value": "USD 3bn"}
