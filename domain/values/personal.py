"""What names a person: the fields whose text can be made unreadable later, by law, without touching an entry.

The storage keeps such a text sealed under a key of the person's own (`armsledger.storage.erasure.sealing`). Once the
key is destroyed the text is gone, wherever the entry is; what is read in its place is one word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

ERASED: Final = "erased"
"""What is read in place of the name of somebody who was forgotten."""


class Personal:
    """Marks a field that names a person: ``speaker: Annotated[str | None, Personal()]``."""

    __slots__ = ()


class Seal(NamedTuple):
    """How another ledger keeps a name, so that a copy of it can keep it the same way.

    Of a person who was forgotten there is no key any more; the box is then what was stored.
    """

    id: str
    key: bytes | None = None
    box: str | None = None
    forgotten_at: str | None = None
    forgotten_by: str | None = None


Seals = Mapping[str, Seal]
"""The seals of one entry, by the paths of its fields: ``attribution.speaker``."""
