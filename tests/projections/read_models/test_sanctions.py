"""The table of sanctions: where each authority stands towards each party."""

from __future__ import annotations

from typing import Any

import pytest

from tests.application.book import Object, book, entry, opened


def step(event: str, on: str, **fields: Any) -> Object:
    """A step of the United States against India under CAATSA."""
    return entry("deal/x", event, on=on, **{"by": "USA", "against": "IND", "basis": "CAATSA", **fields})


def position(on: str, **fields: Any) -> Object:
    """The United States say where they stand."""
    return entry("deal/x", "sanction-position-stated", on=on, **{"by": "USA", "basis": "CAATSA", **fields})


def test_a_threat_is_a_line() -> None:
    (row,) = book(opened(), step("sanction-threat-raised", "2018-10", strength="warn")).at().sanctions()
    assert (row.deal, row.supplier, row.buyer) == ("x", "RUS", "IND")
    assert (row.by, row.against, row.basis) == ("USA", "IND", "CAATSA")
    assert (row.status, row.possible_status, str(row.since), row.strength) == ("threatened",) * 2 + ("2018-10", "warn")
    assert (row.position, row.waiver, row.measures, row.entries) == (None, None, (), ("deal/x@2",))


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (("sanction-threat-raised",), "threatened"),
        (("sanction-threat-raised", "sanction-threat-withdrawn"), "withdrawn"),
        (("sanction-threat-raised", "sanction-imposed"), "imposed"),
        (("sanction-imposed", "sanction-took-effect"), "in-effect"),
        (("sanction-imposed", "sanction-lifted"), "lifted"),
        (("sanction-threat-raised", "waiver-granted"), "waived"),
        (("sanction-imposed", "waiver-granted", "waiver-expired"), "imposed"),
        (("sanction-threat-raised", "waiver-denied"), "threatened"),
        (("sanction-imposed", "sanction-threat-raised"), "imposed"),
    ],
)
def test_each_step_changes_the_standing_of_its_line(steps: tuple[str, ...], status: str) -> None:
    (row,) = book(opened(), *(step(name, f"201{n}") for n, name in enumerate(steps))).at().sanctions()
    assert (row.status, row.possible_status) == (status, status)
    assert row.entries == tuple(f"deal/x@{n}" for n in range(2, 2 + len(steps)))


def test_a_step_within_an_uncertain_time_is_only_possible() -> None:
    ledger = book(
        opened(), step("sanction-threat-raised", "2018-10-01"), step("sanction-imposed", "2019", measures=["ban"])
    )
    (row,) = ledger.at("2019-06-30").sanctions()
    assert (row.status, row.possible_status, str(row.since), row.measures) == (
        "threatened",
        "imposed",
        "2018-10-01",
        (),
    )
    (row,) = ledger.at("2019-12-31").sanctions()
    assert (row.status, row.possible_status, str(row.since), row.measures) == ("imposed", "imposed", "2019", ("ban",))
    (row,) = book(opened(), step("sanction-threat-raised", "2018-10")).at("2018-10-15").sanctions()
    assert (row.status, row.possible_status) == (None, "threatened")


def test_a_stated_position_alone_is_a_line_without_a_standing() -> None:
    ledger = book(opened(), position("2021-11-23", position="no-determination"))
    (row,) = ledger.at().sanctions()
    assert (row.status, row.possible_status, row.position, row.against) == (None, None, "no-determination", None)
    assert len(ledger.at("2021-11-22").sanctions()) == 0


def test_a_position_belongs_to_the_line_of_its_authority() -> None:
    (row,) = (
        book(opened(), step("sanction-threat-raised", "2018"), position("2021", position="under-review"))
        .at()
        .sanctions()
    )
    assert (row.status, row.position, row.entries) == ("threatened", "under-review", ("deal/x@2", "deal/x@3"))


def test_each_authority_party_and_basis_has_a_line_of_its_own() -> None:
    ledger = book(
        opened(),
        step("sanction-threat-raised", "2017"),
        step("sanction-imposed", "2018", against="RUS"),
        step("sanction-imposed", "2019", basis="AECA"),
        step("sanction-threat-raised", "2020", by="DEU", basis=None),
    )
    rows = ledger.at().sanctions()
    assert [(row.by, row.against, row.basis, row.status, row.entries) for row in rows] == [
        ("USA", "IND", "CAATSA", "threatened", ("deal/x@2",)),
        ("USA", "RUS", "CAATSA", "imposed", ("deal/x@3",)),
        ("USA", "IND", "AECA", "imposed", ("deal/x@4",)),
        ("DEU", "IND", None, "threatened", ("deal/x@5",)),
    ]
    assert [row.basis for row in ledger.at().sanctions(by="USA", against="IND")] == ["CAATSA", "AECA"]


def test_an_act_that_does_not_bind_is_no_sanction() -> None:
    act = entry("deal/x", "legislative-action", on="2022-07-14", by="US House", instrument="amendment", binding=False)
    assert len(book(opened(), act).at().sanctions()) == 0


def test_a_false_report_that_was_retracted_leaves_no_trace() -> None:
    ledger = book(opened(), step("sanction-threat-raised", "2018"), step("waiver-granted", "2020"))
    before = ledger.position()
    ledger.retract("deal/x@3", reason="no waiver was ever granted")
    assert [row.status for row in ledger.at(known=before).sanctions()] == ["waived"]
    assert [row.status for row in ledger.at().sanctions()] == ["threatened"]
