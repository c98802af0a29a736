"""Sanctions over a deal: a line for each authority, party and legal basis."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.states.sanction import Sanction
from tests.domain.specification import Said, given, said
from tests.domain.words import opened

AT = "2025-12-31"


def step(event: str, on: str, *, basis: str | None = "CAATSA", against: str = "TUR", **fields: Any) -> Said:
    """A step of the sanctions of the United States."""
    return said(event, on=on, by="USA", against=against, basis=basis, **fields)


def threat(on: str = "2018", **fields: Any) -> Said:
    """A threat."""
    return step("sanction-threat-raised", on, **fields)


def waiver(event: str = "waiver-granted", on: str = "2021", **fields: Any) -> Said:
    """A step of a waiver."""
    return step(event, on, **fields)


IMPOSED = step("sanction-imposed", "2020-12-14", measures=["export licences"])
IN_EFFECT = step("sanction-took-effect", "2021-04-07")


def lines(*statements: Said) -> tuple[Sanction, ...]:
    """The sanctions after some steps."""
    case = given(opened(), *statements)
    assert case.certain(AT) == case.possible(AT)
    return tuple(case.certain(AT).sanctions)


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([threat()], "threatened"),
        ([threat(), step("sanction-threat-withdrawn", "2019")], "withdrawn"),
        ([threat(), step("sanction-threat-withdrawn", "2019"), threat("2020")], "threatened"),
        ([threat(), IMPOSED], "imposed"),
        ([IMPOSED], "imposed"),
        ([IMPOSED, IN_EFFECT], "in-effect"),
        ([IMPOSED, IN_EFFECT, step("sanction-lifted", "2025")], "lifted"),
        ([IMPOSED, step("sanction-lifted", "2023"), threat("2024")], "threatened"),
        ([threat(), waiver()], "waived"),
        ([IMPOSED, IN_EFFECT, waiver(on="2022"), step("sanction-lifted", "2025")], "lifted"),
        ([threat(), waiver(), step("sanction-threat-withdrawn", "2022")], "withdrawn"),
    ],
)
def test_sanctions_go_from_a_threat_to_their_end(steps: list[Said], status: str) -> None:
    (sanction,) = lines(*steps)
    assert sanction.status == status
    assert (sanction.by, sanction.against, sanction.basis) == ("USA", "TUR", "CAATSA")


@pytest.mark.parametrize("standing", [[IMPOSED], [IMPOSED, IN_EFFECT], [IMPOSED, waiver()]])
@pytest.mark.parametrize("word", [threat("2023"), step("sanction-threat-withdrawn", "2023")])
def test_neither_a_threat_nor_its_withdrawal_undoes_sanctions_that_stand(standing: list[Said], word: Said) -> None:
    assert [line.status for line in lines(*standing, word)] == [line.status for line in lines(*standing)]


@pytest.mark.parametrize(
    ("before", "status"), [([threat()], "threatened"), ([IMPOSED], "imposed"), ([IMPOSED, IN_EFFECT], "in-effect")]
)
def test_what_a_waiver_set_aside_stands_again_when_it_expires(before: list[Said], status: str) -> None:
    (sanction,) = lines(*before, waiver(on="2022"), waiver("waiver-expired", "2023"))
    assert (sanction.status, sanction.waiver, sanction.waived_from) == (status, "expired", None)
    assert str(sanction.since) == "2023"


def test_a_waiver_that_was_renewed_and_expires_lets_the_sanctions_stand_again() -> None:
    (sanction,) = lines(IMPOSED, waiver(on="2021"), waiver(on="2022"), waiver("waiver-expired", "2023"))
    assert sanction.status == "imposed"


def test_a_waiver_before_any_word_of_sanctions_leaves_a_threat_when_it_expires() -> None:
    (sanction,) = lines(waiver(), waiver("waiver-expired", "2023"))
    assert sanction.status == "threatened"


def test_the_end_of_a_waiver_that_never_held_changes_nothing_else() -> None:
    (sanction,) = lines(IMPOSED, waiver("waiver-expired", "2023"))
    assert (sanction.status, sanction.waiver, str(sanction.since)) == ("imposed", "expired", "2020-12-14")


def test_a_waiver_denied_leaves_the_threat_where_it_was() -> None:
    (sanction,) = lines(threat(), waiver("waiver-denied"))
    assert (sanction.status, sanction.waiver, str(sanction.since)) == ("threatened", "denied", "2018")


def test_a_position_changes_no_status() -> None:
    (sanction,) = lines(threat(), said("sanction-position-stated", on="2022", by="USA", position="will-not"))
    assert (sanction.status, sanction.position) == ("threatened", "will-not")


def test_a_position_alone_is_a_line_without_a_status_until_a_step_follows() -> None:
    position = said("sanction-position-stated", on="2017", by="USA", position="no-determination")
    assert lines(position)[0].status is None
    (sanction,) = lines(position, threat())
    assert (sanction.against, sanction.basis, sanction.status) == ("TUR", "CAATSA", "threatened")


def test_each_party_and_each_legal_basis_has_a_line_of_its_own() -> None:
    other = threat("2019", against="IND")
    airspace = threat("2019", basis="ITAR")
    assert [(line.against, line.basis) for line in lines(threat(), other, airspace)] == [
        ("TUR", "CAATSA"),
        ("IND", "CAATSA"),
        ("TUR", "ITAR"),
    ]


def test_a_step_that_names_no_basis_belongs_to_the_line_there_is() -> None:
    (sanction,) = lines(threat(), step("sanction-imposed", "2020", basis=None))
    assert (sanction.basis, sanction.status) == ("CAATSA", "imposed")


def test_a_basis_named_later_completes_the_line() -> None:
    (sanction,) = lines(threat(basis=None), IMPOSED)
    assert (sanction.basis, sanction.status) == ("CAATSA", "imposed")


def test_another_authority_has_its_own_line() -> None:
    europe = said("sanction-threat-raised", on="2019", by="European Union", against="TUR", basis="CAATSA")
    assert [line.by for line in lines(threat(), europe)] == ["USA", "European Union"]


def test_a_step_without_details_keeps_those_of_the_steps_before() -> None:
    detailed = threat(strength="ultimatum", over="the S-400")
    (sanction,) = lines(detailed, threat("2019"), IMPOSED, step("sanction-imposed", "2021"))
    assert (sanction.strength, sanction.over) == ("ultimatum", "the S-400")
    assert sanction.measures == ("export licences",)


def test_a_threat_that_may_not_have_been_raised_yet_is_possible_only() -> None:
    case = given(opened(), threat("2018-10/2020"))
    case.then_certain("2019-12-31", sanctions=[])
    assert [line.status for line in case.possible("2019-12-31").sanctions] == ["threatened"]
