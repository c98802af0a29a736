"""How an entry is stored, in JSON: under ``stored`` beside its fields, where this release would store it otherwise.

``{"format": 1, "payload": TEXT}`` if it is stored as an earlier release has encoded it, with its names in clear, and
``{"in_clear": true}`` if they stand so in the ledger too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from armsledger.domain.entry import Stored
from armsledger.domain.errors import UnreadableValue

STORED: Final = "stored"
LARGEST_FORMAT: Final = 2**31 - 1


def written_stored(stored: Stored, schema_version: int, payload: str) -> dict[str, int | str | bool]:
    """What is otherwise than this release would store it, in this version of its fields and as this payload."""
    told: dict[str, int | str | bool] = {}
    if (stored.format, stored.payload) != (schema_version, payload) and stored.payload is not None:
        told |= {"format": stored.format or schema_version, "payload": stored.payload}
    return told | ({"in_clear": True} if stored.in_clear else {})


def taken_stored(fields: dict[str, Any]) -> Stored | None:
    """How an entry is stored, taken out of its fields; raises UnreadableValue."""
    written = fields.pop(STORED, None)
    if written is None:
        return None
    if not isinstance(written, Mapping) or not written.keys() <= {"format", "payload", "in_clear"}:
        raise _unreadable("stored holds format and payload, or in_clear")
    format_, payload, in_clear = written.get("format"), written.get("payload"), written.get("in_clear", False)
    if ("format" in written) != ("payload" in written) or not isinstance(in_clear, bool):
        raise _unreadable("stored holds format and payload together, and in_clear is true or false")
    if payload is not None and not (isinstance(payload, str) and _is_format(format_)):
        raise _unreadable("the format under stored is a whole number, and the payload a text")
    return Stored(format_, payload, in_clear)


def _is_format(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_FORMAT


def _unreadable(message: str) -> UnreadableValue:
    return UnreadableValue(message, remedy="restore an export as it was written, or leave stored out", field=STORED)
