"""What each event of the catalogue changes in the state of its stream, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import pytest

from armsledger.domain.events.catalogue import CATALOGUE, COMMON
from armsledger.domain.states.course import STATES
from tests.domain.specification import Case, Said, given, said, told
from tests.domain.words import corrected, delivered, expected, opened, paid, retracted, signed

AT = "2022-12-31"
ON = "2022-06-01"
USA = {"by": "USA", "against": "IND", "basis": "CAATSA"}
LICENCE = {"authority": "BIS", "reference": "D-1"}
SUMMIT: dict[str, Any] = {
    "format": "summit",
    "series": "annual",
    "edition": 21,
    "level": "leaders",
    "place": "New Delhi",
}
WITH = {"participants": ["IND", "RUS"]}
BEGUN = {"began": True}
THREAT = said("sanction-threat-raised", on="2021-01-01", **USA)
IMPOSED = said("sanction-imposed", on="2021-01-01", **USA)
WAIVER = said("waiver-granted", on="2021-02-01", **USA)
GRANTED = said("licence-granted", on="2021-02-01", **LICENCE)
PROGRAMME = said("signed", on="2011-01-01", title="Programme", parties=["RUS", "IND"], until="2020-12-31")
"""It has lapsed by the end of 2020, without an event."""
WITHOUT_TERM = said("signed", on="2011-01-01", title="Programme", parties=["RUS", "IND"])
S400 = {"designation": "S-400", "quantity": "5 units"}
RADARS = {"designation": "91N6", "quantity": "2-4 radars"}
OPTION = {"option": "B", "item": "S-400", "quantity": "5 units", "value": "USD 4bn", "until": "2030"}
AGREED_OPTION = said("option-agreed", on="2020", **OPTION)
FORECAST = expected("delivered", "2023-06", on="2021-11-12")
CONTRACT = (opened(), signed())
CONSENT = {"authority": "RUS", "to": "UKR", "item": "S-400", "quantity": "1 unit"}
OFFSET = {"form": "offset", "share": Decimal(50), "value": "EUR 4bn", "scope": "engines"}
CLAIM = {"by": "IND", "against": "RUS", "forum": "Geneva"}
LINK = [{"to": "deal/india-s300", "relation": "succeeds", "since": ON}]
HELD = said("held", on="2019", **SUMMIT)
REGISTERED = said("registered", publisher="ThePrint", published="2021-11-12", reliability="C")


@dataclass(frozen=True)
class Effect:
    """An event, what came before it, and the fields of the state that it changes: maybe none."""

    kind: str
    statement: Said
    changes: Mapping[str, Any]
    before: tuple[Said, ...]

    @property
    def name(self) -> str:
        """The event's stored name."""
        return f"{self.kind}.{self.statement.event}"


def deal(statement: Said, *before: Said, **changes: Any) -> Effect:
    """What an event changes in a deal that is opened and signed."""
    return Effect("deal", statement, changes, (*CONTRACT, *before))


def new(kind: str, statement: Said, **changes: Any) -> Effect:
    """What an event changes as the first of its stream."""
    return Effect(kind, statement, {"began": True, **changes}, ())


def later(kind: str, statement: Said, *before: Said, **changes: Any) -> Effect:
    """What an event changes after others."""
    return Effect(kind, statement, changes, before)


def happens(event: str, **details: Any) -> Said:
    """Something happens on the first of June 2022."""
    return said(event, **{"on": ON, **details})


def line(status: str | None, since: str, **more: Any) -> list[dict[str, Any]]:
    """The one line of sanctions there is."""
    return [{**USA, "status": status, "since": since, **more}]


def licence(status: str, **more: Any) -> list[dict[str, Any]]:
    """The one licence there is."""
    return [{**LICENCE, "status": status, **more}]


DEALS = (
    new(
        "deal",
        happens(
            "opened",
            supplier="RUS",
            buyer="IND",
            prime="Almaz-Antey",
            title="S-400",
            items=["S-400 Triumf"],
            end_user="IND",
        ),
        supplier="RUS",
        buyer="IND",
        prime="Almaz-Antey",
        title="S-400",
        items=["S-400 Triumf"],
        end_user="IND",
        stages=["prospective"],
    ),
    new(
        "deal",
        happens("opened", supplier=["RUS", "Ukraine"], buyer=["IND", "TUR"], channel="government-to-government"),
        channel="government-to-government",
        supplier="RUS",
        suppliers=["RUS", "UKR"],
        buyer="IND",
        buyers=["IND", "TUR"],
        stages=["prospective"],
    ),
    Effect(
        "deal",
        happens(
            "pledged",
            by="RUS",
            quantity="1 unit",
            items=["S-400"],
            value="USD 1bn",
            conditions="once crews are trained",
        ),
        {"rung": 1, "stages": ["pledged"]}
        | {
            "pledges": [
                {"by": ["RUS"], "lines": ["1 unit of S-400"], "items": ["S-400"], "value": ["USD 1bn"]}
                | {"conditions": "once crews are trained"}
            ]
        },
        (opened(),),
    ),
    Effect(
        "deal",
        happens("pledged", by="RUS", items=[S400, RADARS], value=["USD 1bn", "INR 80bn"]),
        {"rung": 1, "stages": ["pledged"]}
        | {
            "pledges": [
                {"by": ["RUS"], "lines": ["5 units of S-400", "2-4 radars of 91N6"], "items": ["S-400", "91N6"]}
                | {"value": ["USD 1bn", "INR 80bn"]}
            ]
        },
        (opened(),),
    ),
    Effect(
        "deal",
        happens("pledge-withdrawn", by="RUS", quantity="2 units", reason="none left"),
        {"pledges": [{"by": ["RUS"], "lines": ["3 units of S-400"], "items": ["S-400"]}]},
        (opened(), said("pledged", on="2020", by="RUS", items=[S400])),
    ),
    Effect(
        "deal",
        happens("pledge-withdrawn", by="RUS"),
        {"pledges": [{"by": ["TUR"], "lines": ["5 units of S-400"], "items": ["S-400"]}]},
        (
            opened(),
            said("pledged", on="2020", by="RUS", items=[S400, RADARS]),
            said("pledged", on="2020", by="TUR", items=[S400]),
        ),
    ),
    Effect(
        "deal",
        happens("approval-denied", authority="CCS", stage="final", ceiling="INR 400bn", reason="cost"),
        {"approvals_denied": ["CCS"]},
        (opened(),),
    ),
    Effect(
        "deal",
        happens("approval-denied", authority="CCS"),
        {"approvals": [], "approvals_denied": ["CCS"]},
        (opened(), said("approval-granted", on="2020", authority="CCS")),
    ),
    Effect(
        "deal",
        happens("approval-granted", authority="CCS"),
        {"approvals": ["CCS"], "approvals_denied": [], "rung": 2, "stages": ["approved"]},
        (opened(), said("approval-denied", on="2020", authority="CCS")),
    ),
    Effect(
        "deal",
        happens("approval-granted", authority="CCS", stage="final", ceiling="INR 400bn"),
        {"approvals": ["CCS"], "rung": 2, "stages": ["approved"]},
        (opened(),),
    ),
    deal(
        happens("notified", legislature="US Congress", reference="18-01", ceiling="USD 6bn", items=[S400]),
        notifications=[
            {"reference": "18-01", "lines": ["5 units of S-400"], "items": ["S-400"], "amounts": ["USD 6bn"]}
            | {"legislature": "US Congress"}
        ],
    ),
    deal(
        happens("offer-issued", reference="LOA-1", value="USD 6bn", quantity="5 units"),
        offers=[{"reference": "LOA-1", "lines": ["5 units"], "amounts": ["USD 6bn"]}],
    ),
    Effect(
        "deal",
        happens("agreement-signed", title="IGA", place="Goa"),
        {"rung": 3, "stages": ["agreed"], "agreement": f"IGA, Goa, on {ON}"},
        (opened(),),
    ),
    Effect(
        "deal",
        happens("contract-signed", reference="P-1", value="USD 5bn", quantity="5 units", mode="sale"),
        {"rung": 4, "stages": ["signed"], "reference": "P-1", "value": "USD 5bn", "mode": "sale"}
        | {"lines": ["5 units"], "ordered": ["5 units"], "signed_on": ON},
        (opened(),),
    ),
    Effect(
        "deal",
        happens("contract-signed", quantity="12 vehicles", items=[S400, RADARS], mode="lease", until="2030"),
        {"rung": 4, "stages": ["signed"], "mode": "lease", "until": "2030", "signed_on": ON}
        | {"lines": ["5 units of S-400", "2-4 radars of 91N6"], "ordered": ["5 units of S-400", "2 radars of 91N6"]}
        | {"items": ["S-400", "91N6"]},
        (opened(),),
    ),
    Effect(
        "deal",
        happens("contract-signed", value=["USD 5bn", "INR 400bn"], effective="2022-09"),
        {"rung": 4, "stages": ["signed"], "signed_on": ON, "effective": "2022-09"}
        | {"value": "USD 5bn", "equivalents": ["INR 400bn"]},
        (opened(),),
    ),
    Effect(
        "deal",
        happens("contract-signed", items=[S400 | {"value": "USD 4bn"}, RADARS | {"value": "USD 1bn"}]),
        {"rung": 4, "stages": ["signed"], "signed_on": ON, "value": "USD 5bn"}
        | {"lines": ["5 units of S-400", "2-4 radars of 91N6"], "ordered": ["5 units of S-400", "2 radars of 91N6"]}
        | {"items": ["S-400", "91N6"]},
        (opened(),),
    ),
    Effect(
        "deal",
        happens("contract-signed", items=[S400 | {"value": "USD 4bn"}, RADARS]),
        {"rung": 4, "stages": ["signed"], "signed_on": ON}
        | {"lines": ["5 units of S-400", "2-4 radars of 91N6"], "ordered": ["5 units of S-400", "2 radars of 91N6"]}
        | {"items": ["S-400", "91N6"]},
        (opened(),),
    ),
    deal(
        happens("amended", value="USD 6bn", quantity="6 units", until="2030", reason="option"),
        value="USD 6bn",
        until="2030",
        lines=["6 units"],
        ordered=["6 units"],
    ),
    deal(
        happens("amended", items=[S400]),
        items=["S-400"],
        lines=["5 units of S-400"],
        ordered=["5 units of S-400"],
    ),
    deal(
        happens("option-agreed", option="B", quantity="5 units", item="S-400", value="USD 4bn", until="2030"),
        options=[OPTION | {"status": "agreed"}],
    ),
    deal(
        happens("option-exercised", option="B", quantity="3 units", value="USD 3bn"),
        AGREED_OPTION,
        options=[OPTION | {"status": "exercised"}],
        value="USD 8bn",
        lines=["5 units", "3 units of S-400"],
        ordered=["5 units", "3 units of S-400"],
    ),
    deal(
        happens("option-lapsed", option="B", quantity="5 units", value="USD 4bn"),
        AGREED_OPTION,
        options=[OPTION | {"status": "lapsed"}],
    ),
    deal(
        happens("suspended", by="IND", reason="review", until="2023"),
        suspended=True,
        suspended_until="2023",
        stages=["suspended"],
    ),
    deal(happens("cancelled", by="IND", reason="cost"), ended="cancelled", ended_on=ON, stages=["cancelled"]),
    deal(happens("terminated", by="IND", reason="delay"), ended="terminated", ended_on=ON, stages=["terminated"]),
    deal(happens("resumed", reason="done"), said("suspended", on="2020"), suspended=False, stages=["signed"]),
    deal(happens("completed", reason="all delivered"), ended="completed", ended_on=ON, stages=["completed"]),
    deal(happens("commitment-reaffirmed", by=["IND", "RUS"]), reaffirmed_by=["IND", "RUS"]),
    deal(
        happens("payment-mechanism-agreed", currency="RUB", route="VTB"),
        payment_mechanism="RUB by VTB",
    ),
    deal(
        happens("financing-agreed", lender="RUS", amount="USD 4bn", share="80", terms="10 years"),
        financing=["RUS, USD 4bn, 80 per cent"],
    ),
    deal(happens("payment-scheduled", tranche=2, due="2023", amount="USD 1bn", share="20")),
    deal(happens("tranche-paid", tranche=1, amount="USD 800m", share="15"), paid=["USD 800m"]),
    deal(
        happens("tranche-paid", amount="USD 800m", covers=[{"deal": "india-s300", "amount": "USD 300m"}]),
        paid=["USD 800m"],
        covers=["india-s300 (USD 300m)"],
    ),
    deal(happens("payment-delayed", tranche=2, amount="USD 1bn", reason="sanctions")),
    deal(
        happens("payment-refunded", tranche=1, amount="USD 100m", reason="penalty"),
        paid("USD 800m", tranche=1),
        refunded=["USD 100m"],
    ),
    deal(happens("delivery-scheduled", tranche=1, quantity="1 unit", window="2023")),
    deal(happens("delivery-begun", tranche=1), rung=5, stages=["delivering"], delivery_begun=ON),
    deal(
        happens("delivered", tranche=1, quantity="1 unit", item="S-400"),
        rung=5,
        stages=["delivering"],
        delivery_begun=ON,
        counted_from=ON,
        surely_counted_from=ON,
        delivered=["1 unit of S-400"],
        in_service=["1 unit of S-400"],
    ),
    deal(
        happens("delivered", tranche=1, quantity="5 units", so_far="yes"),
        rung=5,
        is_in_full=True,
        stages=["delivered"],
        delivery_begun=ON,
        counted_from=ON,
        surely_counted_from=ON,
        delivered=["5 units"],
        in_service=["5 units"],
    ),
    deal(happens("delivered", quantity="0 units", so_far="yes")),
    deal(happens("delivery-completed", tranche=1), delivered("1 unit")),
    deal(happens("delivery-completed"), delivered("1 unit"), rung=6, stages=["delivered"]),
    deal(
        happens("returned", quantity="1 unit", to="RUS", reason="rejected"),
        delivered("3 units"),
        returned=["1 unit"],
        in_service=["2 units"],
    ),
    deal(
        happens("lost", quantity="1 unit", reason="combat"),
        delivered("3 units"),
        lost=["1 unit"],
        in_service=["2 units"],
    ),
    deal(
        happens("transferred-onward", to="Ukraine", quantity="1 unit", mode="aid"),
        delivered("3 units"),
        transferred_onward=["1 unit"],
        in_service=["2 units"],
    ),
    deal(
        happens("onward-transfer-consented", authority="RUS", to="Ukraine", quantity="1 unit", item="S-400"),
        onward_consents=[CONSENT | {"status": "consented", "since": ON}],
    ),
    deal(
        happens("onward-transfer-refused", authority="RUS", to="Ukraine", quantity="1 unit", reason="war"),
        said("onward-transfer-consented", on="2020", authority="RUS", to="UKR", item="S-400"),
        onward_consents=[CONSENT | {"status": "refused", "since": ON}],
    ),
    deal(
        happens("delivered", to="Ukraine"),
        recipients=["UKR"],
        rung=5,
        stages=["delivering"],
        delivery_begun=ON,
    ),
    deal(
        happens("industrial-arrangement-agreed", form="offset", share="50", value="EUR 4bn", scope="engines"),
        industry=[OFFSET],
    ),
    deal(
        happens("industrial-arrangement-discharged", form="offset", value="EUR 1bn"),
        said("industrial-arrangement-agreed", on="2020", form="offset", share="50", value="EUR 4bn", scope="engines"),
        said("industrial-arrangement-discharged", on="2021", form="offset", value="EUR 0.5bn"),
        industry=[OFFSET | {"discharged": ["EUR 1.5bn"]}],
    ),
    deal(
        happens("industrial-arrangement-discharged", form="offset", value="EUR 1bn", so_far="yes"),
        industry=[{"form": "offset", "discharged": ["EUR 1bn"]}],
    ),
    deal(
        happens("claim-filed", amount="USD 4bn", reason="not fulfilled", **CLAIM),
        claims=[CLAIM | {"status": "filed", "amount": "USD 4bn", "since": ON}],
    ),
    deal(
        happens("claim-settled", by="IND", amount="USD 1bn"),
        said("claim-filed", on="2020", amount="USD 4bn", **CLAIM),
        claims=[CLAIM | {"status": "settled", "amount": "USD 4bn", "settled": "USD 1bn", "since": ON}],
    ),
    deal(
        happens("claim-withdrawn", **CLAIM),
        said("claim-filed", on="2020", amount="USD 4bn", **CLAIM),
        claims=[CLAIM | {"status": "withdrawn", "amount": "USD 4bn", "since": ON}],
    ),
    deal(happens("delivery-suspended", reason="war"), deliveries_suspended=True),
    deal(
        happens("delivery-resumed", reason="peace"),
        said("delivery-suspended", on="2020"),
        deliveries_suspended=False,
    ),
    deal(happens("accepted", tranche=1, place="Punjab", unit_name="1st squadron")),
    deal(happens("inducted", tranche=1, place="Punjab", unit_name="1st squadron")),
    deal(happens("tested", tranche=1, place="Punjab", unit_name="1st squadron")),
    deal(
        happens("tested", tranche=1, place="Punjab", result="passed"),
        milestones=[f"tested 1: passed, Punjab, on {ON}"],
    ),
    deal(
        happens("milestone-reached", milestone="rolled-out", item="S-400", place="Moscow"),
        milestones=[f"rolled out S-400 on {ON}"],
    ),
    deal(
        happens("onward-transfer-requested", authority="RUS", by="IND", to="Ukraine", quantity="1 unit", item="S-400"),
        onward_consents=[CONSENT | {"status": "requested", "since": ON}],
    ),
    deal(happens("licence-applied", **LICENCE), licences=licence("applied")),
    deal(happens("licence-granted", until="2025", **LICENCE), licences=licence("granted", until="2025")),
    deal(happens("licence-denied", reason="criterion 2", **LICENCE), licences=licence("denied")),
    deal(happens("licence-suspended", **LICENCE), GRANTED, licences=licence("suspended")),
    deal(happens("licence-revoked", **LICENCE), GRANTED, licences=licence("revoked")),
    deal(happens("licence-expired", **LICENCE), GRANTED, licences=licence("expired")),
    deal(
        happens("sanction-threat-raised", strength="warn", over="the S-400", **USA),
        sanctions=line("threatened", ON, strength="warn", over="the S-400"),
    ),
    deal(
        happens("sanction-position-stated", by="USA", position="under-review", basis="CAATSA"),
        sanctions=[{"by": "USA", "basis": "CAATSA", "position": "under-review"}],
    ),
    deal(
        happens("sanction-imposed", measures=["visa ban"], targets=["DRDO"], **USA),
        sanctions=line("imposed", ON, measures=["visa ban"]),
    ),
    deal(happens("sanction-took-effect", **USA), IMPOSED, sanctions=line("in-effect", ON)),
    deal(happens("sanction-lifted", reason="accord", **USA), IMPOSED, sanctions=line("lifted", ON)),
    deal(happens("sanction-threat-withdrawn", **USA), THREAT, sanctions=line("withdrawn", ON)),
    deal(
        happens("waiver-granted", scope="S-400", until="2030", **USA),
        THREAT,
        sanctions=line("waived", ON, waiver="granted", waived_from="threatened", waived_until="2030"),
    ),
    deal(
        happens("waiver-denied", **USA),
        THREAT,
        sanctions=line("threatened", "2021-01-01", waiver="denied"),
    ),
    deal(
        happens("waiver-expired", **USA),
        THREAT,
        WAIVER,
        sanctions=line("threatened", ON, waiver="expired"),
    ),
    deal(happens("legislative-action", by="House", instrument="NDAA", stage="passed", binding="false")),
    deal(
        happens("legislative-action", by="House", instrument="NDAA", stage="enacted", binding="true"),
        legislation=["House: NDAA"],
    ),
    deal(
        happens(
            "listed",
            listed_in="SIPRI Arms Transfers Database",
            recipient="India",
            supplier="Russia",
            designation="S-400 Triumf",
            comment="delivery planned 2021-2024",
            volume_per_unit="65",
            volume_ordered="650",
        ),
        listings=[
            {
                "listed_in": "SIPRI Arms Transfers Database",
                "comment": "delivery planned 2021-2024",
                "volume_per_unit": "65",
                "volume_ordered": "650",
            }
        ],
    ),
)
ENGAGEMENTS = (
    new(
        "engagement",
        happens("scheduled", planned="2022-12", **SUMMIT, **WITH),
        status="scheduled",
        planned="2022-12",
        **SUMMIT,
        **WITH,
    ),
    later(
        "engagement",
        happens("rescheduled", planned="2023-01", place="Moscow"),
        said("scheduled", on="2022", planned="2022-12", **SUMMIT),
        planned="2023-01",
        place="Moscow",
    ),
    later(
        "engagement",
        happens("postponed", reason="Covid", to="2023"),
        said("scheduled", on="2022", planned="2022-12", **SUMMIT),
        status="postponed",
        reason="Covid",
        planned="2023",
    ),
    new("engagement", happens("cancelled", reason="war"), status="cancelled", reason="war"),
    new(
        "engagement",
        happens("held", agenda=["deal/india-s400"], outcomes=["28 agreements"], **SUMMIT, **WITH),
        status="held",
        held_on=ON,
        agenda=["deal/india-s400"],
        outcomes=["28 agreements"],
        **SUMMIT,
        **WITH,
    ),
)
FRAMEWORKS = (
    new(
        "framework",
        happens("signed", parties=["RUS", "IND"], title="Programme", until="2031"),
        status="signed",
        parties=["RUS", "IND"],
        title="Programme",
        until="2031",
        signed_on=ON,
    ),
    later("framework", happens("in-force"), PROGRAMME, status="in-force", in_force_since=ON),
    later(
        "framework",
        happens("renewed", until="2031"),
        PROGRAMME,
        status="in-force",
        renewed_on=ON,
        until="2031",
        ended_on=None,
    ),
    later("framework", happens("expired"), WITHOUT_TERM, status="expired", ended_on=ON),
    later("framework", happens("terminated", by="IND", reason="war"), PROGRAMME, status="terminated", ended_on=ON),
)
SOURCES = (
    new(
        "source",
        said(
            "registered",
            publisher="ThePrint",
            title="Putin likely to visit",
            url="https://theprint.in",
            published="2021-11-12",
            retrieved="2022-01-02",
            reliability="C",
            scope="deliveries only, years 1950 to 1989",
            file="theprint.txt",
            sha256="0" * 64,
        ),
        publisher="ThePrint",
        title="Putin likely to visit",
        url="https://theprint.in",
        published="2021-11-12",
        retrieved="2022-01-02",
        reliability="C",
        scope="deliveries only, years 1950 to 1989",
        sha256="0" * 64,
    ),
    later(
        "source",
        happens("regraded", reliability="B", reason="confirmed"),
        said("registered", publisher="ThePrint", published="2021-11-12", reliability="C"),
        reliability="B",
        regraded=1,
    ),
)
ABOUT_STATEMENTS = (
    deal(expected("delivered", "2023-06"), expectations=["pending"]),
    deal(
        said("expectation-revised", target="expectation", due="2024"),
        FORECAST,
        expectations=["revised", "pending"],
    ),
    deal(said("expectation-withdrawn", target="expectation"), FORECAST, expectations=["withdrawn"]),
    deal(corrected("contract", value="USD 5.4bn"), value="USD 5.4bn"),
    deal(retracted("contract"), rung=0, stages=["prospective"], value=None, lines=[], ordered=[], signed_on=None),
    deal(said("disputed", target="contract", reason="no such contract")),
    deal(
        said("resolved", preferred="contract-too", over=["contract"]),
        signed(id="contract-too", source="hindu", credibility=6, on="2018-10-06", value="USD 5.4bn"),
        value="USD 5.4bn",
        value_contested=False,
        signed_on="2018-10-06",
    ),
)
LINKS = (
    deal(happens("linked", to="deal/india-s300", relation="succeeds", reason="as the contract says"), links=LINK),
    deal(
        happens("unlinked", to="deal/india-s300", relation="succeeds"),
        said("linked", on="2020", to="deal/india-s300", relation="succeeds"),
        links=[],
    ),
    later("engagement", happens("linked", to="deal/india-s300", relation="succeeds"), HELD, links=LINK),
    later(
        "engagement",
        happens("unlinked", to="deal/india-s300", relation="succeeds"),
        HELD,
        said("linked", on="2020", to="deal/india-s300", relation="succeeds"),
        links=[],
    ),
    later("framework", happens("linked", to="deal/india-s300", relation="succeeds"), PROGRAMME, links=LINK),
    later(
        "framework",
        happens("unlinked", to="deal/india-s300", relation="succeeds"),
        PROGRAMME,
        said("linked", on="2020", to="deal/india-s300", relation="succeeds"),
        links=[],
    ),
    later("source", happens("linked", to="deal/india-s300", relation="succeeds"), REGISTERED, links=LINK),
    later(
        "source",
        happens("unlinked", to="deal/india-s300", relation="succeeds"),
        REGISTERED,
        said("linked", on="2020", to="deal/india-s300", relation="succeeds"),
        links=[],
    ),
)
EFFECTS = (*LINKS, *DEALS, *ENGAGEMENTS, *FRAMEWORKS, *SOURCES, *ABOUT_STATEMENTS)


def told_state(case: Case) -> dict[str, Any]:
    """All fields of the certain state, or those of a stream that has not begun."""
    state = case.state(AT).certain or STATES[case.stream.kind][0]
    return {field.name: told(getattr(state, field.name)) for field in fields(state)}


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_an_event_changes_this_of_the_state_and_nothing_else(effect: Effect) -> None:
    case = given(*effect.before, kind=effect.kind, grades={"theprint": "B"})
    before = told_state(case)
    after = told_state(case.when(effect.statement).then_taken())
    assert {name: value for name, value in after.items() if value != before[name]} == effect.changes


def test_no_event_of_the_catalogue_is_left_without_a_word_on_its_effect() -> None:
    tested = {effect.name for effect in EFFECTS}
    common = {f"{kind}.{event.name}" for kind in CATALOGUE.by_kind for event in COMMON}
    assert tested | common == set(CATALOGUE.by_stored_name)
    assert {f"deal.{event.name}" for event in COMMON} <= tested


@pytest.mark.parametrize("name", [event.name for event in COMMON])
def test_events_about_statements_are_the_same_ones_in_every_kind_of_stream(name: str) -> None:
    assert len({events[name] for events in CATALOGUE.by_kind.values()}) == 1
