"""Where an event names persons: in the fields of the catalogue that are marked ``Personal``."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple
from unicodedata import is_normalized, normalize

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import parts_of, types_in
from armsledger.domain.values.citation import ERASED, Personal

Path = tuple[str, ...]


class Place(NamedTuple):
    """A field that names a person: its path (``set.attribution.speaker``), the object that holds it, its name there."""

    path: str
    within: dict[str, Any]
    name: str

    @property
    def text(self) -> Any:
        """The value of the field: a text, if the fields are those of an event."""
        return self.within[self.name]


@cache
def personal_paths() -> tuple[Path, ...]:
    """The paths of all fields of the catalogue that name a person."""
    events = CATALOGUE.by_stored_name.values()
    return tuple(dict.fromkeys(path for event in events for path in _marked_paths(event)))


def _marked_paths(kind: Any) -> Iterator[Path]:
    """The paths of a type's fields that name a person, and of the fields of its parts."""
    for name, info in parts_of(kind).items():
        if any(isinstance(mark, Personal) for mark in info.metadata):
            yield (name,)
        for part in types_in(info.annotation):
            yield from ((name, *path) for path in _marked_paths(part))


def places(fields: dict[str, Any], before: str = "") -> Iterator[Place]:
    """Where an event's fields, in the types of JSON, name a person, in the order of their canonical text.

    What a correction sets are fields of an event as well.
    """
    for *outer, name in personal_paths():
        within: Any = fields
        for step in outer:
            within = within.get(step) if isinstance(within, dict) else None
        if isinstance(within, dict) and within.get(name) is not None:
            yield Place(".".join([*filter(None, [before]), *outer, name]), within, name)
    changed = fields.get("set")
    if isinstance(changed, dict):
        yield from places(changed, f"{before}.set" if before else "set")


def with_composed_names(fields: dict[str, Any]) -> dict[str, Any]:
    """An event's fields with each person's name in one normal form (NFC); the same object if all names are in it."""
    if all(not isinstance(place.text, str) or is_normalized("NFC", place.text) for place in places(fields)):
        return fields
    composed = deepcopy(fields)
    for place in places(composed):
        place.within[place.name] = normalize("NFC", place.text)
    return composed


def erased_alike(said: dict[str, Any], stated: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of two events, with a name erased in both where it is erased in one of them.

    Nobody can tell any more which name it was, so the two are the same if all the rest is. Names that are in clear are
    compared in one normal form: what was recorded before names were composed is the same.
    """
    said, stated = with_composed_names(said), with_composed_names(stated)
    theirs = {place.path: place.text for place in places(stated)}
    paths = {p.path for p in places(said) if p.path in theirs and ERASED in (p.text, theirs[p.path])}
    if paths:
        said, stated = deepcopy((said, stated))
        for place in (*places(said), *places(stated)):
            if place.path in paths:
                place.within[place.name] = ERASED
    return said, stated
