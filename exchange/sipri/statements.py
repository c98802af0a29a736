"""What a row of a register states, as events of a deal. Nothing is invented: what is blank stays unknown.

A number delivered over several years is one statement over their interval, as nobody knows how it was split, unless the
layout by year tells of each. A mark of
uncertain data becomes the qualifier of a date, or makes a quantity approximate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from armsledger.domain.values.quantity import Quantity
from armsledger.exchange.sipri.layouts import is_told_by_year
from armsledger.exchange.sipri.plans import plans_in
from armsledger.exchange.sipri.row import FLAG, Words, years_of

NAME: Final = "SIPRI Arms Transfers Database"
"""What a listing calls the register."""
CONDITIONS: Final = frozenset({"new", "second hand", "second hand but modernized"})
NOT_ORDERED: Final = re.compile(
    r"(?:^|;)\s*(?:(?:possibly|probably)\s+)?(?:selected|chosen)\b[^;]*\bnot\s+(?:yet\s+)?(?:ord(?:e|er|r)ed|signed)\b",
    re.IGNORECASE,
)
LATEST: Final = 9999
LISTED: Final = "listed"
OPENED: Final = "opened"
SIGNED: Final = "contract-signed"
DELIVERED: Final = "delivered"
EXPECTED: Final = "expected"
Slot = str
"""What identifies a statement among those of one row: its event, and the year of a delivery where each has its own."""
Statements = dict[Slot, dict[str, Any]]


def event_of_slot(slot: Slot) -> str:
    """The event of a slot."""
    return slot.partition(" ")[0]


def statements_of(words: Words, buyer: str, supplier: str) -> Statements:
    """The statements of a row, except the listing itself, by their slots, with fields in the types of JSON.

    Where the year of order is blank, they have no ``on``: the deal is from some time before the release.
    """
    stated: Statements = {}
    ordered_in = {"on": words["order_year"]} if words.get("order_year", FLAG) != FLAG else {}
    stated[OPENED] = {"supplier": supplier, "buyer": buyer, "items": [_item(words)], **ordered_in}
    unit = _unit(words)
    ordered = _quantity(words.get("ordered"), unit)
    if ordered is not None and not ordered["count"]:
        ordered = None  # nobody orders nothing: of such rows the number is not known
    if NOT_ORDERED.search(words.get("comment", "")) is None:
        stated[SIGNED] = {**ordered_in, **({} if ordered is None else {"quantity": ordered})}
    _add_deliveries(stated, words, unit)
    plan = plans_in(words.get("comment")).plan
    if plan is not None:
        whole = {"quantity": ordered} if plan.whole and ordered is not None else {}
        stated[EXPECTED] = {"what": {"event": DELIVERED}, "due": plan.due, "modality": plan.modality, **whole}
    return stated


def _item(words: Words) -> dict[str, Any]:
    condition = words.get("condition", "").strip().casefold()
    item = {
        "designation": words["designation"].strip(),
        "description": words.get("description", "").strip(),
        "category": words.get("category", "").strip(),
        "condition": condition if condition in CONDITIONS else "",
    }
    return {name: value for name, value in item.items() if value}


def _add_deliveries(stated: Statements, words: Words, unit: str) -> None:
    if words.get("deliveries") and is_told_by_year(words):
        _add_years(stated, words, unit)
    elif "years" in words:
        quantity = _quantity(words.get("delivered"), unit)
        if quantity is not None and quantity["count"]:
            first, last = years_of(words["years"], LATEST)
            stated[DELIVERED] = {"on": str(first) if first == last else f"{first}/{last}", "quantity": quantity}
    elif "deliveries" not in words:
        quantity = _quantity(words.get("delivered"), unit)
        if quantity is not None and quantity["count"]:
            stated[DELIVERED] = {"quantity": quantity}


def _add_years(stated: Statements, words: Words, unit: str) -> None:
    """State the deliveries year by year."""
    for instalment in words["deliveries"]:
        quantity = _quantity(instalment.get("number"), unit)
        if quantity is not None and quantity["count"]:
            slot = delivery_slot(instalment["year"])
            known = stated.get(slot)
            dated = {} if instalment["year"] == FLAG else {"on": instalment["year"]}
            stated[slot] = {**dated, "quantity": quantity} if known is None else _added(known, quantity, dated)


def delivery_slot(year: str) -> Slot:
    """The slot of the deliveries of one year."""
    return f"{DELIVERED} {year.rstrip(FLAG)}".rstrip()


def _added(known: Mapping[str, Any], quantity: Mapping[str, Any], dated: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of two deliveries of one year."""
    before = known["quantity"]
    approximate = {"approximate": True} if "approximate" in {**before, **quantity} else {}
    both = {"count": before["count"] + quantity["count"], "unit": quantity["unit"], **approximate}
    return {**dated, **known, "quantity": both}


def _quantity(text: str | None, unit: str) -> dict[str, Any] | None:
    """A number with its mark as a quantity; None if there is no number."""
    digits = (text or "").rstrip(FLAG)
    if not digits:
        return None
    approximate = {"approximate": True} if str(text).endswith(FLAG) else {}
    return {"count": int(digits), "unit": unit, **approximate}


def _unit(words: Words) -> str:
    return _unit_of(words.get("description", "").strip())


@lru_cache(maxsize=4096)
def _unit_of(description: str) -> str:
    """The register counts what it describes: India's five regiments are ten of its SAM systems."""
    try:
        return Quantity.parse(f"1 {description}").unit
    except ValueError:
        return "unit"


def note_of(words: Words) -> str | None:
    """The clauses of a comment about plans that could not be understood."""
    return "; ".join(f"not understood: {clause}" for clause in plans_in(words.get("comment")).unclear) or None


def is_complete(words: Words) -> bool:
    """Whether as many are delivered as were ordered."""
    ordered, delivered = (str(words.get(name, "")).rstrip(FLAG) for name in ("ordered", "delivered"))
    return bool(ordered and delivered) and int(delivered) >= int(ordered) > 0
