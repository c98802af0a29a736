"""The fields of an event as whoever records is asked for them: what each means, an example, and its choices.

All of it is made from the catalogue. The command line, the guided entry and the forms of the browser take it from here.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable
from typing import Any, get_args

from armsledger.domain.decisions.fields import required_fields, several_fields
from armsledger.domain.events.link import StreamName
from armsledger.domain.events.statement import Role, Statement, own_fields, types_in
from armsledger.domain.values.citation import Attribution
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When

CITATION = ("source", "asserted", "attribution", "credibility", "status", "quote", "note", "same_as", "apart_from")
VALUES = {
    "against": "IND",
    "amount": "~USD 800m",
    "authority": "Cabinet Committee on Security",
    "basis": "CAATSA",
    "binding": "false",
    "buyer": "IND",
    "by": "USA",
    "due": "../2021-12-15~",
    "form": "offset",
    "format": "summit",
    "holder": "people familiar",
    "items": "S-400 Triumf",
    "legislature": "Parliament of India",
    "lender": "RUS",
    "milestone": "launched",
    "modality": "expected",
    "parties": "IND",
    "place": "New Delhi",
    "planned": "2021-12-06",
    "position": "no-determination",
    "published": "2021-11-12",
    "publisher": "ThePrint",
    "quantity": "5 units",
    "relation": "caused-by",
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
"""Example values of fields."""
EXAMPLES: dict[Any, str] = {
    Attribution: "Sergei Lavrov",
    Item: "S-400 Triumf",
    Money: "~USD 800m",
    Party: "IND",
    Quantity: "5 units",
    When: "2021-12-06",
}
"""Examples of types, for fields that have none of their own."""
SETTINGS = "set"
"""The field of a correction that sets others."""


def summary_of(event: type[Statement]) -> str:
    """What an event is, for its help."""
    return inspect.cleandoc(event.__doc__ or "").replace("``", "'")


def fields_to_give(kind: str, event: type[Statement]) -> tuple[str, ...]:
    """The fields that somebody may give; what tells of a source cites none."""
    if kind == "source" and event.role is Role.OCCURRENCE:
        return (*own_fields(event), "on", "asserted", "note")
    return ("on", *own_fields(event), *CITATION)


def is_needed(kind: str, event: type[Statement], name: str) -> bool:
    """Whether an entry cannot do without a field: what the event needs, the source, and when it happened."""
    if name == "source":
        return kind != "source" and event.role is not Role.REPAIR
    if name == "on":
        return kind != "source" and event.role is Role.OCCURRENCE
    return name in required_fields(event)


def takes_several(event: type[Statement], name: str) -> bool:
    """Whether a field is asked for again until nothing more is answered."""
    return name == SETTINGS or name in several_fields(event)


def types_of(event: type[Statement], name: str) -> tuple[Any, ...]:
    """The types that a field may have."""
    return tuple(types_in(event.model_fields[name].annotation))


def names_a_stream(event: type[Statement], name: str) -> bool:
    """Whether a field holds the name of a stream."""
    return any(mark in get_args(StreamName) for mark in event.model_fields[name].metadata)


def may_be_several(event: type[Statement], name: str) -> bool:
    """Whether a field takes one value or a list of them; it is asked for once."""
    types = types_of(event, name)
    return ... in types and not takes_several(event, name)


def choices_of(event: type[Statement], name: str) -> tuple[str, ...]:
    """The texts of a field that takes no others."""
    return choices_in(types_of(event, name))


def choices_in(types: Collection[Any]) -> tuple[str, ...]:
    """The texts of a value that takes no others, by the types that it may have."""
    if bool in types:
        return ("yes", "no")
    return tuple(part for part in types if isinstance(part, str))


def hint_of(event: type[Statement], name: str) -> str:
    """What a field is, with its choices or an example."""
    description = event.model_fields[name].description or name
    choices = choices_of(event, name)
    if choices:
        return f"{description}: {', '.join(choices)}"
    example = example_of(event, name)
    return f"{description}; such as {example}" if example and example not in description else description


def example_of(event: type[Statement], name: str) -> str:
    """An example of a field; empty where there is none."""
    if name == SETTINGS:
        return "amount=USD 850m"
    by_type = next((EXAMPLES[part] for part in types_of(event, name) if part in (Attribution, Item)), "")
    return (
        by_type or VALUES.get(name) or next((EXAMPLES[part] for part in types_of(event, name) if part in EXAMPLES), "")
    )


def help_of(event: type[Statement], name: str) -> Iterable[str]:
    """What may be written in a field."""
    yield hint_of(event, name)
    types = types_of(event, name)
    if When in types:
        yield "a date as the source gives it: 2018, 2018-10, 2018-10-05; 2018-10~ (about), ../2018-10 (by then)"
        yield "2018-10/2019-03 (within these), today, yesterday"
    if Money in types:
        yield "an amount with its currency: USD 5bn, ~EUR 800m (about), EUR 6.5bn-7bn, up to USD 3bn, USD 2bn+"
    if Quantity in types:
        yield "a number and its unit: 5 units, ~20 aircraft (about), 20-24 aircraft, up to 50 missiles"
    if Party in types:
        yield "a state by its name or its code of three letters; for others a name of theirs; or unknown"
    if may_be_several(event, name):
        yield "several of them as a list in brackets, the leading one first"
    if Item in types:
        yield "its designation, or {designation: S-400 Triumf, description: SAM system}"
    if Attribution in types:
        yield "the name of the speaker, or {speaker: Sergei Lavrov, role: foreign minister}"
