"""An example for every event command, made from example values of its fields."""

from __future__ import annotations

import shlex

from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Corrected, Disputed, Resolved, Retracted
from armsledger.domain.events.statement import Role, Statement, own_fields

KEYS = {
    "deal": "india-s400",
    "engagement": "india-russia-summit-21",
    "framework": "india-russia-military-technical",
    "source": "theprint-2021-11-12",
}
VALUES = {
    "against": "IND",
    "amount": "~USD 800m",
    "authority": "Cabinet Committee on Security",
    "basis": "CAATSA",
    "binding": "false",
    "buyer": "IND",
    "by": "USA",
    "due": "../2021-12-15~",
    "format": "summit",
    "holder": "people familiar",
    "items": "S-400 Triumf",
    "legislature": "Parliament of India",
    "lender": "RUS",
    "modality": "expected",
    "parties": "IND",
    "place": "New Delhi",
    "planned": "2021-12-06",
    "position": "no-determination",
    "published": "2021-11-12",
    "publisher": "ThePrint",
    "quantity": "5 units",
    "reason": "talks go on",
    "reliability": "C",
    "strength": "warn",
    "supplier": "RUS",
    "title": "S-400 for India",
    "tranche": "1",
    "until": "2031",
    "value": "~USD 5bn",
    "what": "delivered tranche=1",
}
SPECIAL: dict[type[Statement], dict[str, str]] = {
    Corrected: {"target": "@3", "set": "on=2019-09", "reason": "source-error"},
    Retracted: {"target": "@3", "reason": "source-error"},
    Disputed: {"target": "@3", "reason": "officials differ"},
    Resolved: {"preferred": "@3", "over": "@4", "reason": "the better source"},
    Listed: {
        "listed_in": "SIPRI Arms Transfers Database",
        "recipient": "India",
        "supplier": "Russia",
        "designation": "S-400 Triumf",
        "ordered": "10",
        "deliveries": "2021 2? 130",
    },
}
WHAT = {
    "engagement": "held place=Moscow",
    "framework": "renewed",
    "source": "regraded",
}


def example_of(kind: str, event: type[Statement]) -> str:
    """``armsledger deal contract-signed india-s400 --on 2018-10 --value '~USD 5bn' ...``."""
    words = ["armsledger", kind, event.name, KEYS[kind]]
    if event.role is Role.OCCURRENCE and kind != "source":
        words += ["--on", "2018-10"]
    for name, value in _fields(kind, event).items():
        words += [f"--{name.replace('_', '-')}", value]
    if kind != "source" and event.role is not Role.REPAIR:
        words += ["--source", KEYS["source"]]
    return shlex.join(words)


def _fields(kind: str, event: type[Statement]) -> dict[str, str]:
    if event in SPECIAL:
        return SPECIAL[event]
    if event.role is Role.EXPECTATION:
        target = {"target": "@3"} if "target" in event.model_fields else {"what": WHAT.get(kind, VALUES["what"])}
        optional = {name: VALUES[name] for name in ("due", "modality") if name in event.model_fields}
        return target | optional
    return {name: VALUES[name] for name in own_fields(event) if name in VALUES}
