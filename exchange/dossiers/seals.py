"""Seals of names in JSON: under ``persons`` beside an entry's fields, by the path of each field that names somebody.

``{"attribution.speaker": {"id": ID, "key": KEY}}``, or with ``box`` in place of the key where the person was forgotten.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any, Final

from armsledger.domain.errors import UnreadableValue
from armsledger.domain.values.personal import Seal, Seals
from armsledger.domain.values.quoted import quoted

PERSONS: Final = "persons"
KEY_BYTES: Final = 32
LEAST_BOX_BYTES: Final = 16
ID: Final = re.compile(r"[0-9a-f]{32}")
WHEN_AND_BY: Final = ("forgotten_at", "forgotten_by")
AS_WRITTEN: Final = "restore an export as it was written, or leave persons out everywhere"


def written_seals(seals: Seals) -> dict[str, dict[str, str]]:
    """The seals of an entry as they are exported."""
    return {path: _written(seal) for path, seal in seals.items()}


def _written(seal: Seal) -> dict[str, str]:
    if seal.key is not None:
        return {"id": seal.id, "key": b2a_base64(seal.key, newline=False).decode()}
    given = {"id": seal.id, "box": seal.box, "forgotten_at": seal.forgotten_at, "forgotten_by": seal.forgotten_by}
    return {name: value for name, value in given.items() if value is not None}


def taken_seals(fields: dict[str, Any]) -> dict[str, Seal]:
    """The seals of an entry, taken out of its fields; raises UnreadableValue."""
    written = fields.pop(PERSONS, None)
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        raise _unreadable("persons is no mapping of fields to seals")
    return {str(path): _read(seal) for path, seal in written.items()}


def _read(written: Any) -> Seal:
    if not isinstance(written, Mapping) or not all(isinstance(value, str) for value in written.values()):
        raise _unreadable(f"{quoted(written)} is no seal of a person")
    known = {"id", "key", "box", *WHEN_AND_BY}
    if not written.keys() <= known or ("key" in written) == ("box" in written):
        raise _unreadable("a seal of a person has an id, and a key or a box")
    if ID.fullmatch(written.get("id", "")) is None:
        raise _unreadable(f"{quoted(written.get('id'))} is no id of a person")
    if "key" in written:
        key = _bytes(written["key"])
        if len(key) != KEY_BYTES:
            raise _unreadable(f"the key of a person has {KEY_BYTES} bytes, not {len(key)}")
        return Seal(written["id"], key)
    if len(_bytes(written["box"])) < LEAST_BOX_BYTES:
        raise _unreadable(f"{quoted(written['box'])} is no box of a name")
    return Seal(written["id"], None, written["box"], *(written.get(name) for name in WHEN_AND_BY))


def _bytes(text: str) -> bytes:
    """The bytes of which this is the one text in base64."""
    try:
        data = a2b_base64(text, strict_mode=True)
    except ValueError:
        data = b""
    if not data or b2a_base64(data, newline=False).decode() != text:
        raise _unreadable(f"{quoted(text)} is not base64")
    return data


def _unreadable(message: str) -> UnreadableValue:
    return UnreadableValue(message, remedy=AS_WRITTEN, field=PERSONS)
