"""Every field of every event is told by an export, or counted as a loss."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final, get_args

import pytest

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import Expected
from armsledger.domain.events.payment import Covered
from armsledger.domain.events.register import Listed
from armsledger.domain.events.repair import Resolved
from armsledger.domain.events.statement import Role, Statement, own_fields, types_in
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.stream import StreamKind
from armsledger.domain.values.when import When
from armsledger.exchange.standards import ftm_losses, ocds_losses
from armsledger.exchange.standards.facts import Facts, facts_of
from armsledger.exchange.standards.ftm_entities import entities_of
from armsledger.exchange.standards.ftm_entity import entity_id
from armsledger.exchange.standards.ftm_links import edges_of
from armsledger.exchange.standards.losses import KINDS, Loss
from armsledger.exchange.standards.ocds_body import body_of
from armsledger.exchange.standards.ocds_release import compiled_release
from tests.domain.specification import Said, said
from tests.exchange.standards.readers import faults, ftm_faults, stream
from tests.exchange.standards.test_ftm import REFERENCES, once

Losing = Callable[[Facts], Iterator[Loss]]
ALL_SAID_OF_AN_ITEM: Final = {
    "designation": "ZX-77",
    "description": "flying boat",
    "category": "Aircraft",
    "unroca": "IV",
    "condition": "second hand",
    "quantity": "4321 widgets",
    "value": "USD 7654321",
}
SAMPLES: Final[Sequence[tuple[type, Any, Sequence[str]]]] = (
    (Covered, {"deal": "india-s300", "amount": "USD 7654321"}, ("india-s300", "7,654,321")),
    (Item, ALL_SAID_OF_AN_ITEM, ("ZX-77", "flying boat", "Aircraft", "IV", "second hand", "4,321", "7,654,321")),
    (Party, "TUR", ("TUR",)),
    (Money, "USD 7654321", ("7,654,321",)),
    (Quantity, "4321 widgets", ("4,321",)),
    (When, "2019-03-07", ("2019-03-07",)),
)
"""A value of each type, and what stands in the words of whoever tells it whole."""
OF_FIELDS: Final[dict[str, Any]] = {
    "to": "deal/india-s300",
    "currency": "EUR",
    "so_far": True,
    "part": True,
    "share": "37.5",
    "tranche": "lot Q",
    "binding": True,
    "edition": 21,
    "target": "expectation",
    "preferred": "link",
    "set": {"holder": "word of set"},
    "asserted": "2019-06-01",
}
"""Values of fields that hold text or a number of one form only."""
WHOLE_ENTRIES: Final = frozenset({"expectation", "correction", "retraction", "dispute", "resolution", "listing"})
"""Losses of an entry with all its fields."""
EVENTS: Final = frozenset({"event", "link", *KINDS.values()})
"""Losses of events with their words; a loss of another kind leaves nothing out."""
SIGNED: Final = said("contract-signed", on="2019-01-02", quantity="5 units")
ENOUGH: Final[dict[str, list[list[Said]]]] = {"deal": [[], [SIGNED]], "engagement": [[]], "framework": [[]]}
"""What stands beside an event: nothing, and a contract."""
OPENINGS: Final = {
    "deal": said("opened", id="opening", on="2018-01-02", supplier="RUS", buyer="IND"),
    "engagement": said("scheduled", id="opening", on="2018-01-02", format="summit", planned="2019-06"),
    "framework": said("signed", id="opening", on="2018-01-02", parties=["RUS", "IND"]),
}


AWAITED: Final = {"deal": "delivered", "engagement": "held", "framework": "renewed"}


def value_of(event: type[Statement], name: str) -> tuple[Any, Sequence[str]]:
    """A value for a field, and the words by which it is known."""
    annotation = event.model_fields[name].annotation
    types = list(types_in(annotation))
    if "relation" in own_fields(event) and name == "to":
        return OF_FIELDS[name], ("india-s300",)
    for kind, value, marks in SAMPLES:
        if kind in types:
            is_list = any(part is Ellipsis for part in types) and kind in (Item, Covered)
            is_list = is_list or event.model_fields[name].annotation in (tuple[Party, ...],)
            return ([value] if is_list else value), marks
    if name in OF_FIELDS and name != "to":
        value = OF_FIELDS[name]
        return value, (name.replace("_", " ") if value is True else str(value),)
    words = [word for part in types for word in (get_args(part) or (part,)) if isinstance(word, str)]
    if words:
        return words[0], (words[0],)
    text = f"word of {name}"
    return ([text] if Ellipsis in types else text), (text,)


def targets(kind: StreamKind) -> list[Said]:
    """What entries about entries speak of: an expectation, and two sources that tell one link."""
    link = {"on": "2019-01-01", "to": "deal/india-s300", "relation": "part-of"}
    return [
        said("expected", id="expectation", what=AWAITED[kind], due="2030", on="2019-01-01"),
        said("linked", id="link", **link),
        said("linked", id="other link", source="tass", same_as="link", **link),
    ]


def statement(kind: StreamKind, event: type[Statement], name: str | None) -> Said:
    """An event with the fields that it requires, and one more."""
    needed = [field for field in own_fields(event) if event.model_fields[field].is_required() or field == name]
    fields = {field: value_of(event, field)[0] for field in needed}
    fields |= {"what": {"event": AWAITED[kind]}} if event is Expected else {}
    fields |= {"over": ["other link"]} if event is Resolved else {}
    source = None if event.role is Role.REPAIR else "theprint"
    return said(event.name, id="tested", on="2019-05-05", source=source, **fields)


def told_by_ocds(facts: Facts) -> str:
    told = body_of(facts, REFERENCES)
    assert told is not None
    assert faults(compiled_release("unregistered-x", "2026-01-01T00:00:00Z", told)) == []
    return json.dumps(told, ensure_ascii=False)


def told_by_ftm(facts: Facts) -> str:
    told = once(list(entities_of(facts, REFERENCES)))
    assert ftm_faults(told) == []
    text = json.dumps([*told, *(edge.entity for edge in edges_of(facts))], ensure_ascii=False)
    return text.replace(entity_id("contract", "deal/india-s300"), "india-s300")


def is_told(text: str, mark: str) -> bool:
    """Whether a text holds a mark, in one of the forms in which exports write it."""
    forms = {mark, mark.replace(",", ""), mark.replace("-", " "), "Türkiye" if mark == "TUR" else mark}
    return any(form in text for form in forms)


def is_counted(losses: Sequence[Loss], marks: Sequence[str]) -> bool:
    """Whether the report says that a field is left out: with its entry, or among the words of its event."""
    told = [f"{loss.field} {loss.value}" for loss in losses if loss.kind in EVENTS]
    is_whole = any(loss.kind in WHOLE_ENTRIES for loss in losses)
    return is_whole or any(all(is_told(text, mark) for mark in marks) for text in told)


def dropped(kind: StreamKind, event: type[Statement], told: Callable[[Facts], str], losing: Losing) -> Iterator[str]:
    """The fields that an export neither tells nor counts, in any of the contexts."""
    for beside in ENOUGH[kind]:
        for name in own_fields(event):
            opening = [] if event.name == OPENINGS[kind].event else [OPENINGS[kind]]
            around = [one for one in beside if one.event != event.name]
            about = [] if event.role is Role.OCCURRENCE else targets(kind)
            case = stream(f"{kind}/x", *opening, *about, statement(kind, event, name), *around)
            facts = facts_of(f"{kind}/x", case.belief(), date(2026, 1, 1))
            entry = next(entry for entry in case.entries if entry.id == "tested")
            losses = [loss for loss in losing(facts) if loss.entry == entry.address]
            text, marks = told(facts), value_of(event, name)[1]
            if not all(is_told(text, mark) for mark in marks) and not is_counted(losses, marks):
                yield f"{event.name}.{name}"


OF_A_DEAL: Final = [event for event in CATALOGUE.by_kind["deal"].values() if event is not Listed]
"""A register's row is one loss, whatever its fields."""


@pytest.mark.parametrize("event", OF_A_DEAL, ids=lambda event: event.name)
def test_no_field_of_a_deal_is_dropped_by_ocds(event: type[Statement]) -> None:
    assert list(dropped("deal", event, told_by_ocds, lambda facts: ocds_losses.losses_of(facts, REFERENCES))) == []


@pytest.mark.parametrize("kind", ["deal", "engagement", "framework"])
def test_no_field_is_dropped_by_ftm(kind: StreamKind) -> None:
    for event in OF_A_DEAL if kind == "deal" else CATALOGUE.by_kind[kind].values():
        assert list(dropped(kind, event, told_by_ftm, lambda facts: ftm_losses.losses_of(facts, REFERENCES))) == []
