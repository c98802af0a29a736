"""The catalogue: every event, by the name under which it is stored.

A new event is a class in the module of its part of life, and a member of the union at the end of that module; the
catalogue takes it from there. The stored name is ``KIND.EVENT`` (``deal.contract-signed``) and never changes once it is
released. An event whose fields change gets a higher ``schema_version`` and an upcast from the one before. Nothing that
is stored is ever rewritten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NamedTuple, cast, get_args

from armsledger.domain.events import (
    claim,
    contract,
    delivery,
    engagement,
    erasure,
    expectation,
    framework,
    industry,
    licence,
    link,
    payment,
    register,
    repair,
    sanction,
    source,
)
from armsledger.domain.events.payload import Payload
from armsledger.domain.events.statement import Statement
from armsledger.domain.values.stream import StreamKind

KINDS: tuple[StreamKind, ...] = get_args(StreamKind)
Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Encoded(NamedTuple):
    """An event as it is stored: its name, the version of its fields, and their canonical JSON text."""

    name: str
    schema_version: int
    payload: str


def _events_in(*modules: ModuleType) -> list[type[Statement]]:
    """The events of some modules, in the order of their text; classes without a name are only bases."""
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Statement)
        if value.name and value.__module__ == module.__name__
    ]


COMMON = _events_in(expectation, repair, link)
"""Events that every stream may hold."""
OWN = {
    "deal": _events_in(contract, payment, delivery, industry, licence, claim, sanction, register),
    "engagement": _events_in(engagement),
    "framework": _events_in(framework),
    "source": _events_in(source),
}
OF_THE_LEDGER: dict[str, type[Statement]] = {erasure.ERASURE: erasure.Forgotten}
"""Events that the ledger records itself, by their stored names: they are read, and nobody can propose them."""


class Catalogue:
    """The events by kind of stream and name, and the upcasts of older versions."""

    def __init__(
        self,
        events: Mapping[StreamKind, list[type[Statement]]],
        upcasts: Mapping[tuple[str, int], Upcast] | None = None,
    ) -> None:
        """``upcasts`` maps a stored name and a version to the function that makes the next version of its fields."""
        self.by_kind = {kind: {event.name: event for event in events[kind]} for kind in events}
        self.by_stored_name = {
            f"{kind}.{name}": event for kind, named in self.by_kind.items() for name, event in named.items()
        }
        self.upcasts = dict(upcasts or {})
        self._decoded = self.by_stored_name | OF_THE_LEDGER
        self._current = {name: event.schema_version for name, event in self._decoded.items()}
        self._decoders: dict[str, Callable[[str], Statement]] = {}

    def encode(self, kind: str, event: Statement) -> Encoded:
        """The event as it is stored, without the fields that have no value."""
        return Encoded(f"{kind}.{event.name}", event.schema_version, Payload.of(event).text())

    def decode(self, name: str, schema_version: int, payload: str) -> Statement:
        """The event that is stored; raises KeyError or ValueError for what no release has written."""
        if schema_version != self._current[name]:
            payload = self._upcast(name, schema_version, payload)
        decoder = self._decoders.get(name)
        if decoder is None:
            decoder = self._decoders[name] = self._decoder(self._decoded[name])
        return decoder(payload)

    def format_of(self, name: str) -> int | None:
        """The version in which this release stores an event; None for a stored name that it does not know."""
        return self._current.get(name)

    @staticmethod
    def _decoder(event: type[Statement]) -> Callable[[str], Statement]:
        """The event's own validator, without pydantic's wrapper around it, because every fold passes here."""
        event.model_rebuild()
        return cast("Callable[[str], Statement]", event.__pydantic_validator__.validate_json)

    def _upcast(self, name: str, schema_version: int, payload: str) -> str:
        current = self._current[name]
        if schema_version > current:
            raise ValueError(f"{name} is stored in version {schema_version}; this program knows {current}")
        fields = json.loads(payload)
        for version in range(schema_version, current):
            fields = self.upcasts[name, version](fields)
        return json.dumps(fields)


CATALOGUE = Catalogue({kind: [*OWN[kind], *COMMON] for kind in KINDS})
"""All events of this release."""
