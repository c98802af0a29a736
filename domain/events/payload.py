"""An event as JSON: its fields, and the canonical text of each of them.

The text is made once, when an event is decided on. The id of the entry, the check of its characters and the storage
all use that text.
"""

from __future__ import annotations

import json.encoder
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from armsledger.domain.events.statement import Statement

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_MAKE_ENCODER = getattr(json.encoder, "c_make_encoder", None)
"""What makes Python's compiled encoder; ``encode`` makes one for each value, which takes longer than the value does."""
_WRITE: Callable[[Any, int], Iterable[str]] | None = _MAKE_ENCODER and _MAKE_ENCODER(
    None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", True, False, True
)


def fields_of(event: Statement, names: Collection[str] | None = None) -> dict[str, Any]:
    """The fields that an event gives, in the types of JSON; with ``names``, these of them."""
    wanted = None if names is None else set(names)
    return event.model_dump(mode="json", include=wanted, exclude_none=True, exclude_defaults=True)


def canonical_json(value: Any) -> str:
    """The one JSON text of a value, as RFC 8785 has it for text, integers, lists and ASCII keys."""
    return _ENCODER.encode(value) if _WRITE is None else "".join(_WRITE(value, 0))


class Payload(NamedTuple):
    """The fields that an event gives, in the types of JSON, and the canonical text of each, sorted by name."""

    fields: dict[str, Any]
    texts: dict[str, str]

    @classmethod
    def of(cls, event: Statement) -> Payload:
        """The payload of an event."""
        fields = fields_of(event)
        return cls(fields, {name: canonical_json(fields[name]) for name in sorted(fields)})

    def text(self, left_out: Collection[str] = ()) -> str:
        """The canonical text of the fields, without those that are left out."""
        members = [f'"{name}":{text}' for name, text in self.texts.items() if name not in left_out]
        return f"{{{','.join(members)}}}"
