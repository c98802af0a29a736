"""Seals: what an entry stores in place of a person's name, so that it can be erased by crypto-shredding.

``"speaker":"Ann"`` is stored as ``"speaker":{"sealed":"ID.BOX"}``: the id of the person, which is random, and a box:
the name encrypted under the person's key (AES-SIV, RFC 5297) and bound to the entry by its id. Once the key is
destroyed, nobody can open the box, and the entry is still the entry that was hashed.

A payload is canonical JSON. What people write stands within quotes there, and their own quotes after a backslash, so a
key followed by a colon and an object is never somebody's text.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

ATTRIBUTED: Final = '"attribution":{"'
"""A payload without this names nobody. (It is longer than need be: the longer the text, the quicker the search.)"""
SPEAKER: Final = '"speaker":'
SEAL: Final = '"speaker":{"sealed":"'
"""A payload without this has no seal."""
END: Final = '"}'
TEXT: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
"""A text of JSON."""
SEALED: Final = re.compile(r'"speaker":\{"sealed":"([^"\\]*)"\}')
PARTS: Final = re.compile(r"(?P<id>[0-9a-f]{32})\.(?P<box>[A-Za-z0-9+/]+={0,2})")

ID_DIGITS: Final = 32
KEY_BYTES: Final = 32
PADDED_BYTES: Final = 32
"""Names are filled up to a multiple of this, so that the length of a box tells little of the name."""


class Unsealable(ValueError):
    """A payload that no release has written: it holds a seal before it is sealed, or one that cannot be read."""


class SealText(NamedTuple):
    """The parts of a seal: the person's id, and the box."""

    id: str
    box: str

    @classmethod
    def parse(cls, text: str) -> SealText:
        """Read a seal; raises Unsealable."""
        parts = PARTS.fullmatch(text)
        if parts is None:
            raise Unsealable(f"{text[:80]!r} is no seal")
        return cls(parts["id"], parts["box"])

    def __str__(self) -> str:
        return f"{self.id}.{self.box}"


def new_id() -> str:
    """A random id for a person."""
    import secrets  # who reads makes no keys

    return secrets.token_hex(ID_DIGITS // 2)


def new_key() -> bytes:
    """A random key for a person."""
    import secrets

    return secrets.token_bytes(KEY_BYTES)


def cipher_of(key: bytes) -> AESSIV:
    """The cipher under a key; raises ValueError for a key of another length."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return AESSIV(key)


def boxed(cipher: AESSIV, name: str, entry_id: str) -> str:
    """A name in a box that belongs to one entry; the same name in the same entry gives the same box."""
    text = name.encode()
    if b"\0" in text:
        raise Unsealable("a name holds NUL")
    padded = text.ljust(-(-len(text) // PADDED_BYTES) * PADDED_BYTES or PADDED_BYTES, b"\0")
    return b2a_base64(cipher.encrypt(padded, [entry_id.encode()]), newline=False).decode()


def unboxed(cipher: AESSIV, box: str, entry_id: str) -> str | None:
    """The name in a box; None if it was not put there under this key and for this entry."""
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(a2b_base64(box, strict_mode=True), [entry_id.encode()]).rstrip(b"\0").decode()
    except (InvalidTag, ValueError):
        return None


def sealed(payload: str, seal: Callable[[int, str], SealText]) -> str:
    """A payload with a seal in place of each name; raises Unsealable.

    ``seal`` makes the seal from the number of the place, from 0, and the name.
    """
    if SEAL in payload:
        raise Unsealable("it holds a seal already")
    first, *rest = payload.split(SPEAKER)
    return first + "".join([_with_seal(part, partial(seal, place)) for place, part in enumerate(rest)])


def _with_seal(part: str, seal: Callable[[str], SealText]) -> str:
    """A part of a payload that begins with a name, with a seal in the name's place."""
    name = TEXT.match(part)
    if name is None:
        raise Unsealable("a name in it is no text")
    return f'{SPEAKER}{{"sealed":"{seal(_text(name[0]))}"}}{part[name.end() :]}'


def _text(written: str) -> str:
    """The text that a string of JSON spells."""
    return str(json.loads(written)) if "\\" in written else written[1:-1]


def unsealed(payload: str, names: Mapping[str, str]) -> str:
    """A payload as it was before it was sealed; ``names`` are the JSON texts of names, by the ids of the persons.

    Raises KeyError for a person who is not among them, and ValueError for a seal that is cut off. Every entry with a
    seal that is read goes through here, so it searches for no more than it must.
    """
    first, *rest = payload.split(SEAL)
    return first + "".join([SPEAKER + names[part[:ID_DIGITS]] + part[part.index(END) + len(END) :] for part in rest])


def seals_in(payload: str) -> list[SealText]:
    """The seals in a payload, in the order of the places; raises Unsealable for one that cannot be read."""
    return [SealText.parse(text) for text in SEALED.findall(payload)]


def ids_in(payloads: Sequence[str]) -> set[str]:
    """The ids of all persons whom some payloads name."""
    return {part[:ID_DIGITS] for payload in payloads if SEAL in payload for part in payload.split(SEAL)[1:]}


def names_in_clear(payload: str) -> bool:
    """Whether a payload names persons in clear, as payloads did before there were seals."""
    return ATTRIBUTED in payload and SEAL not in payload and any(True for _ in paths_in(payload))


def name_text(name: str) -> str:
    """A name as it stands in a payload, which is canonical JSON."""
    return encode_basestring(name)


def paths_in(payload: str) -> Iterator[str]:
    """The paths of the fields that name a person, in the order of the places."""
    from armsledger.domain.events.persons import places

    return (place.path for place in places(json.loads(payload)))
