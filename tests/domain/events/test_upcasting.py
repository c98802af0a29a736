"""An event whose fields change: older stored versions are read by an upcast, and never rewritten."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from pydantic import Field

from armsledger.domain.events.catalogue import CATALOGUE, Catalogue, Encoded
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.money import Money


class Insured(Statement):
    """A delivery is insured; the third release of an event that the ledger does not have."""

    name: ClassVar[str] = "insured"
    schema_version: ClassVar[int] = 3

    insurer: str
    sum_insured: Money | None = Field(default=None)


def named_insurer(fields: dict[str, Any]) -> dict[str, Any]:
    """Version 1 called the insurer ``company``."""
    return {**{name: value for name, value in fields.items() if name != "company"}, "insurer": fields["company"]}


def sum_with_currency(fields: dict[str, Any]) -> dict[str, Any]:
    """Version 2 had a bare number of dollars."""
    if "dollars" not in fields:
        return fields
    kept = {name: value for name, value in fields.items() if name != "dollars"}
    return {**kept, "sum_insured": {"amount": str(fields["dollars"]), "currency": "USD"}}


INSURANCE = Catalogue(
    {"deal": [Insured]},
    {("deal.insured", 1): named_insurer, ("deal.insured", 2): sum_with_currency},
)
VERSION_1 = Encoded(
    "deal.insured",
    1,
    '{"asserted":"2021-11-12","company":"Lloyd\'s","dollars":5000000,"on":"2021-11","source":"hindu"}',
)
VERSION_2 = Encoded("deal.insured", 2, '{"asserted":"2021-11-12","insurer":"Lloyd\'s","on":"2021-11"}')


def test_an_event_stored_in_an_older_version_is_read_in_the_present_one() -> None:
    event = INSURANCE.decode(*VERSION_1)
    assert isinstance(event, Insured)
    assert (event.insurer, str(event.sum_insured), str(event.on)) == ("Lloyd's", "USD 5m", "2021-11")


def test_each_version_is_lifted_from_where_it_stands() -> None:
    event = INSURANCE.decode(*VERSION_2)
    assert isinstance(event, Insured)
    assert (event.insurer, event.sum_insured) == ("Lloyd's", None)


def test_what_is_stored_is_not_rewritten() -> None:
    stored = VERSION_1.payload
    INSURANCE.decode(*VERSION_1)
    assert VERSION_1.payload is stored
    assert set(json.loads(stored)) == {"asserted", "company", "dollars", "on", "source"}


def test_what_is_written_now_has_the_present_version() -> None:
    name, version, payload = INSURANCE.encode("deal", INSURANCE.decode(*VERSION_1))
    assert (name, version) == ("deal.insured", 3)
    assert INSURANCE.decode(name, version, payload) == INSURANCE.decode(*VERSION_1)


def test_a_version_newer_than_the_program_is_refused() -> None:
    with pytest.raises(ValueError, match=r"deal\.insured is stored in version 4; this program knows 3"):
        INSURANCE.decode("deal.insured", 4, "{}")


def test_a_version_without_an_upcast_is_no_release() -> None:
    with pytest.raises(KeyError):
        Catalogue({"deal": [Insured]}).decode(*VERSION_1)


def test_every_event_of_this_release_has_an_upcast_from_each_version_before() -> None:
    for name, event in CATALOGUE.by_stored_name.items():
        assert all((name, version) in CATALOGUE.upcasts for version in range(1, event.schema_version))
