"""Entities of FollowTheMoney."""

from __future__ import annotations

from datetime import date

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.application.names.iso import alpha_2_of, country_name
from armsledger.domain.beliefs.belief import believe
from armsledger.domain.entry import Entry
from armsledger.domain.states.source import Source
from armsledger.domain.values.when import When
from armsledger.exchange.standards.facts import References, facts_of
from armsledger.exchange.standards.ftm_entities import FORMER_STATES, entities_of
from armsledger.exchange.standards.ftm_entity import Entity, entity_id, ftm_date
from armsledger.exchange.standards.ftm_links import edges_of
from armsledger.exchange.standards.ftm_losses import MEANINGS, losses_of
from armsledger.exchange.standards.losses import Losses
from tests.domain.histories import Story, days, stories, wild_histories
from tests.domain.specification import Said, said
from tests.domain.words import opened
from tests.exchange.standards.readers import deal, ftm_faults, model
from tests.exchange.standards.wide import WIDE

PUBLISHED, RETRIEVED = When.parse("2021-11-12"), When.parse("2021-11")
ADDRESS = "https://theprint.example/1"
SOURCES = {
    "theprint": Source(
        True, "ThePrint", "Putin likely to visit", ADDRESS, PUBLISHED, RETRIEVED, sha256="0" * 64, reliability="C"
    ),
}
REFERENCES = References(country_name, alpha_2_of, SOURCES)
THREAT = {"by": "USA", "against": "IND", "basis": "CAATSA"}


def entities(*statements: Said, at: str = "2026-01-01") -> list[Entity]:
    belief = deal(*statements).belief()
    return once(list(entities_of(facts_of("deal/x", belief, date.fromisoformat(at)), REFERENCES)))


def once(told: list[Entity]) -> list[Entity]:
    return list({entity["id"]: entity for entity in told}.values())


def of(told: list[Entity], schema: str) -> list[dict[str, list[str]]]:
    return [entity["properties"] for entity in told if entity["schema"] == schema]


def test_a_deal_is_a_contract_with_an_award() -> None:
    told = entities(
        opened(), said("contract-signed", on="2018-10", value="USD 5bn", quantity="5 units", reference="S/18")
    )
    assert ftm_faults(told) == []
    (contract,), (award,) = of(told, "Contract"), of(told, "ContractAward")
    assert (contract["amount"], contract["currency"], contract["contractDate"]) == (
        ["5000000000"],
        ["USD"],
        ["2018-10"],
    )
    assert contract["procedureNumber"] == ["S/18"]
    assert award["date"] == ["2018-10"]
    assert {one["name"][0]: one["country"] for one in of(told, "PublicBody")} == {"India": ["in"], "Russia": ["ru"]}


def test_a_prospective_deal_awards_nothing() -> None:
    told = entities(opened(), said("expected", what="contract-signed", due="2030"))
    assert ftm_faults(told) == []
    assert of(told, "ContractAward") == []
    (link,) = of(told, "UnknownLink")
    assert link["role"] == ["prospective supplier"]


def test_a_payment_runs_from_buyer_to_supplier_unless_a_source_says_otherwise() -> None:
    told = entities(opened(), said("tranche-paid", on="2019~", tranche=1, amount="~USD 800m", payee="Almaz-Antey"))
    assert ftm_faults(told) == []
    (payment,) = of(told, "Payment")
    names = {entity["id"]: entity["properties"].get("name") for entity in told}
    assert (names[payment["payer"][0]], names[payment["beneficiary"][0]]) == (["India"], ["Almaz-Antey"])
    assert (payment["date"], payment["purpose"]) == (["2019"], ["tranche 1"])


def test_a_total_is_no_payment_of_its_own() -> None:
    told = entities(
        opened(),
        said("tranche-paid", on="2019", amount="USD 800m"),
        said("tranche-paid", on="2020-06-01", amount="up to USD 2bn", so_far=True),
    )
    assert ftm_faults(told) == []
    assert [payment["amount"] for payment in of(told, "Payment")] == [["800000000"]]
    events = {event["name"][0]: event["summary"] for event in of(told, "Event")}
    assert events == {"x: tranche paid so far": ["amount up to USD 2bn; so far yes"]}


def test_a_threat_makes_nobody_sanctioned() -> None:
    threatened = entities(opened(), said("sanction-threat-raised", on="2018-09-21", **THREAT))
    assert of(threatened, "Sanction") == []
    waived = entities(
        opened(),
        said("sanction-threat-raised", on="2018-09-21", **THREAT),
        said("waiver-granted", on="2019-09-21", **THREAT),
    )
    assert of(waived, "Sanction") == []
    (event,) = of(threatened, "Event")
    assert event["name"] == ["x: sanction threat raised"]
    (sanction,) = of(
        entities(opened(), said("sanction-imposed", on="2020-12-14", measures=["denial"], **THREAT)), "Sanction"
    )
    assert (sanction["program"], sanction["startDate"], sanction["provisions"]) == (
        ["CAATSA"],
        ["2020-12-14"],
        ["denial"],
    )
    assert (sanction["authority"], sanction["country"]) == (["United States"], ["us"])


def test_several_suppliers_have_an_award_each_and_nobody_says_which_part_of_the_value_is_whose() -> None:
    told = entities(
        said("opened", on="2014", supplier=["FRA", "ITA"], buyer=["NLD", "BEL"]),
        said("contract-signed", on="2015", value=["EUR 5bn", "~USD 6bn"]),
    )
    assert ftm_faults(told) == []
    names = {entity["id"]: entity["properties"].get("name", [""])[0] for entity in told}
    awards, (contract,) = of(told, "ContractAward"), of(told, "Contract")
    assert [names[award["supplier"][0]] for award in awards] == ["France", "Italy"]
    assert not any("amount" in award for award in awards)
    assert [names[party] for party in contract["authority"]] == ["Netherlands", "Belgium"]
    assert (contract["amount"], contract["currency"]) == (["5000000000"], ["EUR"])
    assert "equivalent: ~USD 6bn" in contract["description"]


CLAIM = {"by": "IRN", "against": "Rosoboronexport", "forum": "Court of Conciliation and Arbitration"}


def test_a_claim_before_a_court_is_a_case_with_its_parties() -> None:
    told = entities(
        opened(),
        said("claim-filed", on="2011-04-13", amount="USD 900m", **CLAIM),
        said("claim-withdrawn", on="2015-11-10", **CLAIM),
    )
    assert ftm_faults(told) == []
    (case,) = of(told, "CourtCase")
    assert (case["court"], case["status"]) == (["Court of Conciliation and Arbitration"], ["withdrawn"])
    assert (case["fileDate"], case["closeDate"]) == (["2011-04-13"], ["2015-11-10"])
    assert case["summary"] == ["claimed USD 900m"]
    names = {entity["id"]: entity["properties"].get("name", [""])[0] for entity in told}
    parties = {names[one["party"][0]]: one["role"] for one in of(told, "CourtCaseParty")}
    assert parties == {"Iran": ["claimant"], "Rosoboronexport": ["respondent"]}
    (link,) = [link for link in of(told, "UnknownLink") if link["role"] == ["claim over the deal"]]
    assert (names[link["subject"][0]], names[link["object"][0]]) == (case["name"][0], "x")
    assert [event["name"] for event in of(told, "Event")] == [["x: claim filed"], ["x: claim withdrawn"]]


def test_a_case_keeps_its_identifier_when_more_is_known_of_it() -> None:
    filed = said("claim-filed", on="2011-04-13", forum="ICC", by="IRN")
    before = entities(opened(), filed)
    after = entities(opened(), filed, said("claim-settled", on="2016", forum="ICC", against="RUS", amount="USD 1m"))
    assert {entity["id"] for entity in before} < {entity["id"] for entity in after}


def test_a_claim_that_no_court_hears_is_no_case() -> None:
    told = entities(opened(), said("claim-filed", on="2014-12", by="RUS", against="FRA", amount="EUR 1.2bn"))
    assert of(told, "CourtCase") == []
    assert [event["summary"] for event in of(told, "Event")] == [["by RUS; against FRA; amount EUR 1.2bn"]]


def test_who_has_a_part_in_a_deal_is_linked_to_its_contract() -> None:
    told = entities(
        opened(end_user="VNM"),
        said("delivered", on="2023-02-24", quantity="4 tanks", to="UKR"),
        said("transferred-onward", on="2023-03", quantity="2 tanks", to="POL"),
        said("industrial-arrangement-agreed", on="2019", form="workshare", partner="HAL"),
    )
    assert ftm_faults(told) == []
    names = {entity["id"]: entity["properties"].get("name", [""])[0] for entity in told}
    assert [(names[link["subject"][0]], link["role"]) for link in of(told, "UnknownLink")] == [
        ("Vietnam", ["end user"]),
        ("Ukraine", ["recipient"]),
        ("Poland", ["onward recipient"]),
        ("HAL", ["industrial partner"]),
    ]


def test_links_between_deals_and_shared_payments_are_edges() -> None:
    covers = [{"deal": "sipri-4711", "amount": "USD 4m"}]
    belief = deal(
        opened(),
        said("linked", on="2015-09", to="deal/india-s300", relation="resale-of", reason="the same two ships"),
        said("tranche-paid", on="2022-08-26", amount="USD 9m", covers=covers),
        said("linked", on="2015-09", to="framework/india-russia", relation="part-of"),
    ).belief()
    told = facts_of("deal/x", belief, date(2026, 1, 1))
    resale, shared = edges_of(told)
    assert resale.other == entity_id("contract", "deal/india-s300")
    properties = resale.entity["properties"]
    assert (properties["role"], properties["startDate"]) == (["resale-of"], ["2015-09"])
    assert properties["description"] == ["the same two ships"]
    assert shared.entity["properties"]["description"] == ["a payment is for sipri-4711 (USD 4m) as well"]
    lost = [loss[1:] for loss in losses_of(told, REFERENCES) if loss.kind in ("link", "shared-payment")]
    assert lost == [
        ("deal/x@3", "covers", "sipri-4711 (USD 4m)"),
        ("deal/x@4", "part-of", "to framework/india-russia"),
    ]


def test_sources_are_articles_and_the_proof() -> None:
    told = entities(said("opened", on="2015", supplier="RUS", buyer="IND", source="theprint"))
    (article,) = of(told, "Article")
    assert article["title"] == ["Putin likely to visit"]
    assert article["notes"] == ["reliability C", f"SHA-256 {'0' * 64}"]
    (contract,) = of(told, "Contract")
    assert [entity["id"] for entity in told if entity["schema"] == "Article"] == contract["proof"]


@pytest.mark.parametrize(
    ("edtf", "text"),
    [
        ("2018", "2018"),
        ("2018-10?", "2018-10"),
        ("2018-10-05", "2018-10-05"),
        ("2021-11-08/2021-11-12", "2021-11"),
        ("2021-11/2021-12", "2021"),
        ("2021-12-30/2022-01-02", None),
        ("201X", None),
        ("../2021-12-15", None),
        ("2018-XX-05", "2018"),
    ],
)
def test_a_date_is_the_longest_that_holds_all_its_days(edtf: str, text: str | None) -> None:
    assert ftm_date(When.parse(edtf)) == text


def test_identifiers_stay_the_same_when_a_better_source_comes_in() -> None:
    paid = said("tranche-paid", on="2019", tranche=1, amount="USD 800m", source="theprint")
    better = said("tranche-paid", on="2019-09", tranche=1, amount="USD 850m", source="hindu", credibility=1)
    before, after = entities(opened(), paid), entities(opened(), paid, better)
    assert {entity["id"] for entity in before} < {entity["id"] for entity in after}


def test_every_code_of_a_state_is_known_or_told_as_a_loss() -> None:
    known = set(model()["countries"])
    assert {country.alpha_2.lower() for country in pycountry.countries} <= known
    assert set(FORMER_STATES.values()) <= known
    belief = deal(said("opened", on="1980", supplier="DHY", buyer="IND")).belief()
    losses = Losses()
    losses.take(losses_of(facts_of("deal/x", belief, date(2026, 1, 1)), REFERENCES))
    assert losses.report(MEANINGS)[-1]["kind"] in losses.counts
    assert losses.counts["country"] == 1


@settings(max_examples=20)
@given(stories(), days)
def test_every_history_gives_valid_entities(story: Story, day: date) -> None:
    told = facts_of("deal/x", story.case.belief(), day)
    assert ftm_faults(once(list(entities_of(told, REFERENCES)))) == []


@settings(max_examples=30)
@given(st.permutations(WIDE[1:]), days)
def test_the_wider_catalogue_gives_valid_entities_that_are_the_same_in_any_order(order: list[Said], day: date) -> None:
    told = facts_of("deal/x", deal(WIDE[0], *order).belief(), day)
    entities = once(list(entities_of(told, REFERENCES)))
    assert ftm_faults(entities) == []
    assert {loss.kind for loss in losses_of(told, REFERENCES)} <= MEANINGS.keys()
    in_order = facts_of("deal/x", deal(*WIDE).belief(), day)
    schemata = sorted(entity["schema"] for entity in entities)
    assert schemata == sorted(entity["schema"] for entity in once(list(entities_of(in_order, REFERENCES))))


@settings(max_examples=30)
@given(wild_histories(), st.sampled_from([date(2019, 6, 1), date(2026, 1, 1)]))
def test_nothing_breaks_on_wild_histories_and_each_loss_has_a_meaning(wild: tuple[str, list[Entry]], day: date) -> None:
    kind, entries = wild
    told = facts_of(f"{kind}/wild", believe(entries, {}), day)
    losses = Losses()
    losses.take(losses_of(told, REFERENCES))
    assert {one["kind"] for one in losses.report(MEANINGS)} == set(losses.counts)
    assert ftm_faults(once(list(entities_of(told, REFERENCES)))) == []


@settings(max_examples=20)
@given(stories(), days)
def test_followthemoney_itself_takes_every_value(story: Story, day: date) -> None:
    """Where the package is installed, which needs a library of the system (ICU)."""
    assert_taken(once(list(entities_of(facts_of("deal/x", story.case.belief(), day), REFERENCES))))


def test_followthemoney_itself_takes_courts_links_and_several_parties() -> None:
    belief = deal(
        said("opened", on="2014", supplier=["FRA", "ITA"], buyer=["NLD", "BEL"], channel="government-to-government"),
        said("contract-signed", on="2015", value=["EUR 5bn", "~USD 6bn"], place="Paris", items=["NH90"]),
        said("delivered", on="2016", quantity="4 aircraft", to="UKR"),
        said("transferred-onward", on="2017", to="POL", quantity="1 aircraft"),
        said("claim-filed", on="2020-06", amount="EUR 100m", by="NLD", against="FRA", forum="ICC"),
        said("claim-settled", on="2021", amount="EUR 50m", by="NLD", against="FRA", forum="ICC"),
        said("linked", on="2015-09", to="deal/india-s300", relation="resale-of", reason="the same aircraft"),
    ).belief()
    told = facts_of("deal/x", belief, date(2026, 1, 1))
    entities = [*entities_of(told, REFERENCES), *(edge.entity for edge in edges_of(told))]
    assert {"CourtCase", "CourtCaseParty", "UnknownLink", "ContractAward"} <= {one["schema"] for one in entities}
    assert_taken(once(entities))


def assert_taken(entities: list[Entity]) -> None:
    """The package keeps each entity as it stands."""
    ftm = pytest.importorskip("followthemoney")
    for told in entities:
        proxy = ftm.model.get_proxy(told, cleaned=False)
        assert proxy.id == told["id"]
        kept = {name: sorted(values) for name, values in proxy.to_dict()["properties"].items()}
        assert kept == {name: sorted(values) for name, values in told["properties"].items()}
