"""Quantities that earlier releases read otherwise: an old dossier that is recorded again adds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.decisions.earlier import QUANTITY, earlier_quantities
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import Expected, What
from armsledger.domain.events.statement import parts_of, types_in
from armsledger.domain.values.item import Item
from armsledger.domain.values.quantity import Quantity
from tests.domain.specification import Said, given, said
from tests.domain.words import corrected, delivered, expected, opened, signed

TO_6 = {"count": 5, "unit": "to 6 tank"}
"""What earlier releases made of "5 to 6 tanks"."""


def recorded_by_an_earlier_release(*statements: Said) -> Any:
    return given(opened(id=None), signed(id=None), *statements)


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        (said("delivered", quantity=TO_6, on="2021-12-21"), delivered("5 to 6 tanks", id=None)),
        (
            said("delivered", quantity={"count": 10, "unit": "tanks and 5 gun"}, on="2021-12-21"),
            delivered("10 tanks and 5 guns", id=None),  # which is refused today
        ),
        (
            said("delivered", quantity={"count": 4, "unit": "batteries of 6 launcher"}, on="2021-12-21", id="d-1"),
            delivered("4 batteries of 6 launchers", id="d-1"),
        ),
        (
            said("amended", on="2019", items=[{"designation": "T-90", "quantity": TO_6}]),
            said("amended", on="2019", items=[{"designation": "T-90", "quantity": "5 to 6 tanks"}]),
        ),
        (
            expected({"event": "delivered", "quantity": TO_6}, "2022", id=None),
            expected("delivered quantity='5 to 6 tanks'", "2022", id=None),
        ),
        (
            expected({"event": "delivered", "quantity": TO_6}, "2022", id=None),
            expected({"event": "delivered", "quantity": "5 to 6 tanks"}, "2022", id=None),
        ),
        (
            corrected("@2", quantity=TO_6),
            corrected("@2", quantity="5 to 6 tanks"),
        ),
    ],
)
def test_a_quantity_that_an_earlier_release_read_otherwise_adds_nothing(stored: Said, written: Said) -> None:
    case = recorded_by_an_earlier_release(stored)
    case.when(written, are_new=True).then_known_already()
    assert case.history.version == 3


def test_the_same_text_in_a_ledger_that_does_not_hold_it_yet_is_read_as_it_is_meant() -> None:
    case = recorded_by_an_earlier_release().when(delivered("5 to 6 tanks", "2021-10"), are_new=True)
    case.then_taken()
    case.then_certain("2021-12-31", delivered=["5 tanks"]).then_possible("2021-12-31", delivered=["6 tanks"])


def test_an_export_is_taken_as_it_was_recorded() -> None:
    case = recorded_by_an_earlier_release(expected({"event": "delivered", "quantity": "5 to 6s"}, "2022", id=None))
    event = case.entries[2].event
    assert isinstance(event, Expected)
    assert event.what == What.model_validate({"event": "delivered", "quantity": "5 to 6s"})


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": "5 tanks"},
        {"quantity": "10 command and control systems"},
        {"quantity": "five tanks"},
        {"quantity": 5},
        {"quantity": {"count": 5, "unit": "to 6"}},
        {"quantity": "much"},
        {"items": ["5 to 6"], "what": "delivered tranche=1", "set": {"note": "5 to 6"}},
        {"what": "delivered quantity='"},
        {"what": 5, "items": [None, {"quantity": None}]},
    ],
)
def test_what_both_read_alike_is_left_as_it_is(fields: dict[str, Any]) -> None:
    assert earlier_quantities(fields) == {}


def test_every_quantity_of_the_catalogue_has_this_name() -> None:
    events = [*(event for kind in CATALOGUE.by_kind.values() for event in kind.values()), Item]
    named = {name for one in events for name, info in parts_of(one).items() if Quantity in types_in(info.annotation)}
    assert named == {QUANTITY}
