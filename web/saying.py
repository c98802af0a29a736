"""What an entry says, in the words of a page: the event, its fields, and the entries of which it speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from armsledger.application.saying import in_words, saying
from armsledger.domain.entry import Entry
from armsledger.domain.events.expectation import What
from armsledger.domain.events.repair import Corrected
from armsledger.domain.values.item import Item
from armsledger.domain.values.party import Party
from armsledger.domain.values.when import When
from armsledger.projections.codec import to_json
from armsledger.projections.spans.trail import given_fields
from armsledger.web.markup import Markup, escape
from armsledger.web.words import party_words, when_words

Reference = Callable[[str], Markup]
"""What gives the reference to the entry that has an id."""
TARGETS: Final = {
    "corrected": "repairs",
    "retracted": "takes back",
    "disputed": "disputes",
    "expectation-revised": "revises",
    "expectation-withdrawn": "gives up",
}
"""What an entry does to the one that it names as its target."""
TOLD_APART: Final = frozenset({"target", "preferred", "over", "set", "tranche", "binding"})
"""Fields that are told apart."""
PAYMENTS: Final = ("payment", "tranche")
"""Begin the names of events of which a tranche is one of money; of others it is a batch."""


def event_words(name: str) -> str:
    """The name of an event in words: ``contract signed``."""
    return name.replace("-", " ")


def tranche_words(event: str, tranche: int | str) -> str:
    """``batch 1``, ``tranche 1``; a label speaks for itself."""
    if isinstance(tranche, str):
        return tranche
    return f"{'tranche' if event.startswith(PAYMENTS) else 'batch'} {tranche}"


def what_words(what: What) -> str:
    """What is expected: ``delivered, batch 1``."""
    parts = [event_words(what.event)]
    for name, value in what.selectors.items():
        if name == "tranche" and isinstance(value, int | str):
            parts.append(tranche_words(what.event, value))
        else:
            parts.append(f"{name.replace('_', ' ')} {in_words(value)}")
    return ", ".join(parts)


def says(entry: Entry, reference: Reference) -> Markup:
    """What an entry says beside the name of its event: ``~USD 5bn, 5 units``."""
    fields = given_fields(entry.event)
    told = {name: _worded(value) for name, value in fields.items() if name not in TOLD_APART}
    parts = [
        _spoken_of(entry.event.name, fields, reference),
        escape(_changes(entry.event.set) if isinstance(entry.event, Corrected) else ""),
        escape(", ".join(text for text in (*_first(entry.event.name, fields), saying(told)) if text)),
    ]
    return Markup("; ").join(part for part in parts if part)


def _first(event: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """What a reader asks first: of which batch it speaks, and whether an act binds anybody."""
    if "tranche" in fields:
        yield tranche_words(event, fields["tranche"])
    if "binding" in fields:
        yield "binding" if fields["binding"] else "not binding"


def _spoken_of(event: str, fields: Mapping[str, Any], reference: Reference) -> Markup:
    """The entries of which an entry speaks, and what it does to them."""
    if "preferred" in fields:
        others = Markup("").join(map(reference, fields["over"]))
        return Markup("prefers {} to {}").format(reference(fields["preferred"]), others)
    if "target" not in fields:
        return Markup()
    return Markup("{} {}").format(TARGETS.get(event, "of"), reference(fields["target"]))


def _changes(changes: Mapping[str, Any]) -> str:
    """The fields to which a correction gives other values, and these."""
    told = (f"{name.replace('_', ' ')} {_new_value(value)}" for name, value in changes.items())
    return ", ".join(told)


def _new_value(value: Any) -> str:
    return "left out" if value is None else in_words(value)


def _worded(value: Any) -> Any:
    """A value for `saying`: what has words of a page as text, all else in the types of JSON."""
    match value:
        case When():
            return when_words(value)
        case Party():
            return party_words(value)
        case What():
            return what_words(value)
        case Item():
            return value.in_full
        case tuple():
            return [_worded(part) for part in value]
    return to_json(value)
