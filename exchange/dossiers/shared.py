"""What the entries of a dossier share: a stream, a source, and values under ``defaults``.

What an entry says itself goes before what its group says, and that before what stands at the top of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        names_a_stream = any(fields.get(name) is not None for name in STREAM_KEYS)
        for name, shared in self._for(fields, names_a_stream=names_a_stream):
            if name not in fields or (name in STREAM_KEYS and fields[name] is None):
                fields[name] = shared.value
                moved[name] = shared.origin
                self.used.add(shared.number)
        return MovedLines(lines, moved) if moved else lines

    def _for(self, fields: Mapping[str, Any], *, names_a_stream: bool) -> Iterator[tuple[str, SharedValue]]:
        """What an entry can share: that of a source its source and the stream of one, any other all but a stream
        where it names its own."""
        is_of_source = self._is_of_source(fields, names_a_stream=names_a_stream)
        for name, shared in self.values.items():
            is_stream = name in STREAM_KEYS
            if is_stream and (names_a_stream or (is_of_source and not _names_source(shared.value))):
                continue
            if is_stream or name == SOURCE or not is_of_source:
                yield name, shared

    def _is_of_source(self, fields: Mapping[str, Any], *, names_a_stream: bool) -> bool:
        if fields.get("event") in OF_SOURCES_ONLY or names_a_stream:
            return fields.get("event") in OF_SOURCES_ONLY or _names_source(fields.get("stream"))
        return "stream" in self.values and _names_source(self.values["stream"].value)


def _names_source(stream: Any) -> bool:
    return isinstance(stream, str) and stream.startswith("source/")


NOTHING_SHARED: Final = Shared({}, set())
