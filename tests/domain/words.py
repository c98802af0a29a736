"""Statements that many specifications begin with."""

from __future__ import annotations

from typing import Any

from tests.domain.specification import Said, said


def opened(**fields: Any) -> Said:
    """Russia would supply India."""
    whole = {"on": "2018-10-05", "supplier": "RUS", "buyer": "IND", "id": "opening"}
    return said("opened", **{**whole, **fields})


def signed(**fields: Any) -> Said:
    """The contract of October 2018."""
    whole = {"on": "2018-10-05", "value": "USD 5bn", "quantity": "5 units", "id": "contract"}
    return said("contract-signed", **{**whole, **fields})


def paid(amount: str | None, on: str = "2019-06-01", **fields: Any) -> Said:
    """A tranche is paid."""
    return said("tranche-paid", **{"amount": amount, "on": on, **fields})


def delivered(quantity: str | None, on: str = "2021-12-21", **fields: Any) -> Said:
    """Goods arrive."""
    return said("delivered", **{"quantity": quantity, "on": on, **fields})


def expected(what: Any, due: str, **fields: Any) -> Said:
    """Somebody expects something, as ThePrint wrote on 12 November 2021."""
    return said("expected", **{"what": what, "due": due, "id": "expectation", **fields})


def corrected(entry: str, /, *, reason: str = "entry-error", id: str | None = None, **changes: Any) -> Said:
    """An entry is repaired by whoever records."""
    return said("corrected", id=id, target=entry, set=changes, reason=reason, source=None)


def retracted(target: str, *, reason: str = "entry-error", **fields: Any) -> Said:
    """An entry is taken back by whoever records."""
    return said("retracted", **{"target": target, "reason": reason, "source": None, **fields})


def resolved(preferred: str, *over: str, **fields: Any) -> Said:
    """Of entries one is preferred by whoever records."""
    return said("resolved", **{"preferred": preferred, "over": list(over), "source": None, **fields})
