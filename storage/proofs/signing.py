"""Signing with Ed25519, and the texts of the keys (C2SP signed-note, signature type 1).

A signer key is secret and makes signatures; a verifier key is public and checks them. Both have a name, which tells
people whose key it is, and an id of four bytes, by which the key to a signature is found and which proves nothing.

    armsledger+3f2a9c41+AW4kv...              the verifier key: name, id, base64(type || public key)
    PRIVATE+KEY+armsledger+3f2a9c41+AQxz...   the signer key: name, id, base64(type || seed)
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Final

from armsledger.storage.proofs.errors import UnreadableKey

ED25519: Final = b"\x01"
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
LARGEST_KEY_BYTES: Final = 10_000
PRIVATE: Final = "PRIVATE+KEY+"
NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f+\ud800-\udfff]")


@dataclass(frozen=True)
class Verifier:
    """Checks signatures by the public key of the `Signer` of the same name."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _check(self.name, self.public_key)

    @classmethod
    def parse(cls, text: str | bytes) -> Verifier:
        """Read what `str` writes; raises UnreadableKey."""
        key_text = _text(text)
        if key_text.startswith(PRIVATE):
            raise UnreadableKey(
                "this is a signer key, which is secret; a verifier key is wanted",
                remedy="give the verifier key, which stands in the file that ends in .pub, and nobody the signer key",
            )
        name, key_id, key = _parts(key_text)
        verifier = cls(name, key)
        if verifier.key_id.hex() != key_id:
            raise UnreadableKey("the id in it is not that of the key: some of it was changed or is missing")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """Four bytes of a hash over name, type and key, by which the key to a signature is found."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_ID_BYTES]

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this is a signature of the message by this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{to_base64(ED25519 + self.public_key)}"


@dataclass(frozen=True)
class Signer:
    """Makes signatures; its seed is secret, and only `text` shows it."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check(self.name, self.seed)

    @classmethod
    def parse(cls, text: str | bytes) -> Signer:
        """Read what `text` writes; raises UnreadableKey."""
        key_text = _text(text)
        if not key_text.startswith(PRIVATE):
            raise UnreadableKey(
                "this is not a signer key",
                remedy="name the file that `armsledger proof keys new` wrote, not the .pub beside it",
            )
        name, key_id, seed = _parts(key_text.removeprefix(PRIVATE))
        signer = cls(name, seed)
        if signer.verifier.key_id.hex() != key_id:
            raise UnreadableKey("the id in it is not that of the key: some of it was changed or is missing")
        return signer

    @classmethod
    def new(cls, name: str) -> Signer:
        """A new random key."""
        import secrets

        return cls(name, secrets.token_bytes(KEY_BYTES))

    @cached_property
    def verifier(self) -> Verifier:
        """The public key, by which others check what this key signs."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        public_key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public_key.public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature of a message: 64 bytes, always the same for the same message."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def text(self) -> str:
        """The secret, for the key file only."""
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{to_base64(ED25519 + self.seed)}"


def _check(name: str, key: bytes) -> None:
    if not is_key_name(name):
        raise UnreadableKey(
            f"{name[:40]!r} cannot be the name of a key",
            remedy="choose a name without blanks and without +, such as armsledger or example.org/desk",
        )
    if len(key) != KEY_BYTES:
        raise UnreadableKey(f"the key in it is {len(key)} bytes long, not {KEY_BYTES}")


def _text(data: str | bytes) -> str:
    """The text without the blanks around it, such as the line break at the end of a file."""
    try:
        return text_of(data, LARGEST_KEY_BYTES).strip(" \t\r\n")
    except ValueError as error:
        raise UnreadableKey(str(error)) from None


def _parts(text: str) -> tuple[str, str, bytes]:
    """Name, id in hexadecimal digits, and key; the base64 may have plus signs of its own."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        key = from_base64(encoded)
    except ValueError:
        key = b""
    if not key:
        raise UnreadableKey("it is not a name, an id and a key in base64, with + between them")
    if key[:1] != ED25519:
        raise UnreadableKey("it is not an Ed25519 key, and no other is known")
    return name, key_id, key[1:]


def is_key_name(name: str) -> bool:
    """Whether a key may have a name: not empty, no blank of any kind, no plus sign, and fit for UTF-8."""
    return NOT_IN_NAMES.search(name) is None and bool(name) and not any(map(str.isspace, name))


# Reading texts that others may have tampered with. What is signed or hashed has one spelling only, or a text could be
# changed without anybody noticing. Each function raises ValueError with what is wrong.


def text_of(data: str | bytes, largest_bytes: int) -> str:
    """The text that some bytes are, in UTF-8 and not longer than the limit."""
    if len(data) > largest_bytes:
        raise ValueError(f"it is longer than {largest_bytes} bytes")
    try:
        encoded = data.encode() if isinstance(data, str) else data
        text = encoded.decode()
    except UnicodeError:
        raise ValueError("it is not UTF-8") from None
    if len(encoded) > largest_bytes:
        raise ValueError(f"it is longer than {largest_bytes} bytes")
    return text


def to_base64(data: bytes) -> str:
    """Base64 in the standard alphabet, with padding (RFC 4648, section 4)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of which `to_base64` makes exactly this text."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not base64") from None
    if to_base64(data) != text:
        raise ValueError(f"{text[:40]!r} is not canonical base64")
    return data
