"""What the entries of a dossier share: a stream, a source, and values under ``defaults``.

What an entry says itself goes before what its group says, and that before what stands at the top of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from armsledger.domain.events.catalogue import OWN
from armsledger.domain.events.statement import COMMON_FIELDS
from armsledger.exchange.dossiers.lines import Lines, MovedLines, Origin
from armsledger.exchange.dossiers.short_form import STREAM_KEYS

SOURCE: Final = "source"
OF_ONE_ENTRY: Final = frozenset({"same_as", "apart_from"})
DEFAULTS: Final = (*STREAM_KEYS, *(name for name in sorted(COMMON_FIELDS) if name not in OF_ONE_ENTRY))
"""The keys that may stand under ``defaults``: those of any entry, but for what only one entry can say."""
OF_SOURCES_ONLY: Final = frozenset(event.name for event in OWN["source"])
"""Events of sources: an entry of one of them shares the source alone, whose stream it is in."""


class SharedValue(NamedTuple):
    """A value that entries share: where it was written, and the number by which its use is noted."""

    value: Any
    origin: Origin
    number: int


class Shared:
    """What the entries of one part of a dossier share; ``used`` holds the numbers of the values that an entry took."""

    def __init__(self, values: Mapping[str, SharedValue], used: set[int]) -> None:
        self.values = values
        self.used = used

    def within(self, values: Mapping[str, SharedValue]) -> Shared:
        """What the entries of a group share: what it says itself, and the rest of this."""
        names_a_stream = any(name in values for name in STREAM_KEYS)
        outer = {name: value for name, value in self.values.items() if not (names_a_stream and name in STREAM_KEYS)}
        return Shared({**outer, **values}, self.used)

    def add_to(self, fields: dict[str, Any], lines: Lines) -> Lines:
        """Add to an entry in the long form what it does not say itself; returns the lines of all its fields."""
        if not self.values:
            return lines
        moved: dict[str, Origin] = {}
        of_source = fields.get("event") in OF_SOURCES_ONLY or str(fields.get("stream", "")).startswith("source/")
        names_a_stream = any(fields.get(name) is not None for name in STREAM_KEYS)
        for name, shared in self.values.items():
            if (of_source and name != SOURCE) or (name in STREAM_KEYS and names_a_stream):
                continue
            if name not in fields or (name in STREAM_KEYS and fields[name] is None):
                fields[name] = shared.value
                moved[name] = shared.origin
                self.used.add(shared.number)
        return MovedLines(lines, moved) if moved else lines


NOTHING_SHARED: Final = Shared({}, set())
