"""The parties that an event names."""

from __future__ import annotations

from functools import cache, lru_cache

from armsledger.domain.events.statement import Statement, types_in
from armsledger.domain.values.party import Party


@cache
def party_fields(event: type[Statement]) -> tuple[str, ...]:
    """The fields that hold a party or several."""
    return tuple(name for name, info in event.model_fields.items() if Party in types_in(info.annotation))


def organisations_in(event: Statement) -> list[Party]:
    """The parties that are taken as organisations or non-state actors by their names alone."""
    fields, found = event.__dict__, []
    for name in party_fields(type(event)):
        value = fields.get(name)
        if value is not None:
            parties = value if type(value) is tuple else (value,)
            found += [party for party in parties if _is_taken_as_organisation(party)]
    return found


@lru_cache(maxsize=4096, typed=True)
def _is_taken_as_organisation(party: Party) -> bool:
    """The same as its property; few parties are named again and again."""
    return party.is_taken_as_organisation
