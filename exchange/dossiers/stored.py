"""What an export says beside an entry's fields: how the ledger stores it, so that a restored ledger is the same.

``persons`` holds the seals of names, by the path of each field that names somebody:
``{"attribution.speaker": {"id": ID, "key": KEY}}``, or ``box`` in place of the key where the person was forgotten.

``stored`` is there if this release would store the entry in another way: ``{"format": 1, "payload": TEXT}`` is the text
of an earlier release, with names in clear, and ``{"in_clear": true}`` says that the ledger holds names in clear too.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any, Final

from armsledger.domain.entry import Seal, Seals, Stored
from armsledger.domain.errors import UnreadableValue, quoted

PERSONS: Final = "persons"
STORED: Final = "stored"
KEY_BYTES: Final = 32
LEAST_BOX_BYTES: Final = 16
ID: Final = re.compile(r"[0-9a-f]{32}")
WHEN_AND_BY: Final = ("forgotten_at", "forgotten_by")
LARGEST_FORMAT: Final = 2**31 - 1


def seals_json(seals: Seals) -> dict[str, dict[str, str]]:
    """The seals of an entry in the types of JSON."""
    return {path: _seal_json(seal) for path, seal in seals.items()}


def _seal_json(seal: Seal) -> dict[str, str]:
    if seal.key is not None:
        return {"id": seal.id, "key": b2a_base64(seal.key, newline=False).decode()}
    fields = {"id": seal.id, "box": seal.box, "forgotten_at": seal.forgotten_at, "forgotten_by": seal.forgotten_by}
    return {name: value for name, value in fields.items() if value is not None}


def taken_seals(fields: dict[str, Any]) -> dict[str, Seal]:
    """The seals of an entry, taken out of its fields; raises UnreadableValue."""
    seals = fields.pop(PERSONS, None)
    if seals is None:
        return {}
    if not isinstance(seals, Mapping):
        raise _bad_seal("persons is no mapping of fields to seals")
    return {str(path): _seal(value) for path, value in seals.items()}


def _seal(value: Any) -> Seal:
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for part in value.values()):
        raise _bad_seal(f"{quoted(value)} is no seal of a person")
    if not value.keys() <= {"id", "key", "box", *WHEN_AND_BY} or ("key" in value) == ("box" in value):
        raise _bad_seal("a seal of a person has an id, and a key or a box")
    if ID.fullmatch(value.get("id", "")) is None:
        raise _bad_seal(f"{quoted(value.get('id'))} is no id of a person")
    if "key" in value:
        key = _bytes(value["key"])
        if len(key) != KEY_BYTES:
            raise _bad_seal(f"the key of a person has {KEY_BYTES} bytes, not {len(key)}")
        return Seal(value["id"], key)
    if len(_bytes(value["box"])) < LEAST_BOX_BYTES:
        raise _bad_seal(f"{quoted(value['box'])} is no box of a name")
    return Seal(value["id"], None, value["box"], *(value.get(name) for name in WHEN_AND_BY))


def _bytes(text: str) -> bytes:
    """The bytes of a text in base64, which must be the only way to write them."""
    try:
        data = a2b_base64(text, strict_mode=True)
    except ValueError:
        data = b""
    if not data or b2a_base64(data, newline=False).decode() != text:
        raise _bad_seal(f"{quoted(text)} is not base64")
    return data


def stored_json(stored: Stored, schema_version: int, payload: str) -> dict[str, int | str | bool]:
    """How an entry is stored where this release would store another payload or version, or seal its names."""
    fields: dict[str, int | str | bool] = {}
    if (stored.format, stored.payload) != (schema_version, payload) and stored.payload is not None:
        fields |= {"format": stored.format or schema_version, "payload": stored.payload}
    return fields | ({"in_clear": True} if stored.in_clear else {})


def taken_stored(fields: dict[str, Any]) -> Stored | None:
    """How an entry is stored, taken out of its fields; raises UnreadableValue."""
    stored = fields.pop(STORED, None)
    if stored is None:
        return None
    if not isinstance(stored, Mapping) or not stored.keys() <= {"format", "payload", "in_clear"}:
        raise _bad_stored("stored holds format and payload, or in_clear")
    format_, payload, in_clear = stored.get("format"), stored.get("payload"), stored.get("in_clear", False)
    if ("format" in stored) != ("payload" in stored) or not isinstance(in_clear, bool):
        raise _bad_stored("stored holds format and payload together, and in_clear is true or false")
    if payload is not None and not (isinstance(payload, str) and _is_format(format_)):
        raise _bad_stored("the format under stored is a whole number, and the payload a text")
    return Stored(format_, payload, in_clear)


def _is_format(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_FORMAT


def _bad_seal(message: str) -> UnreadableValue:
    remedy = "restore an export as it was written, or leave persons out everywhere"
    return UnreadableValue(message, remedy=remedy, field=PERSONS)


def _bad_stored(message: str) -> UnreadableValue:
    return UnreadableValue(message, remedy="restore an export as it was written, or leave stored out", field=STORED)
