"""Reading texts that others may have tampered with: one spelling only of everything, and a limit to the length.

What is signed or hashed must not have two spellings, or a text could be changed without anybody noticing. What reads
raises ValueError with what is wrong.
"""

from __future__ import annotations

import binascii
import re

NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
CONTROL = re.compile(r"[\x00-\x1f]")
NOT_IN_NAMES = re.compile(r"[\x00-\x1f+\ud800-\udfff]")
LARGEST_NUMBER = 2**63 - 1


def text_of(data: str | bytes, largest_bytes: int) -> str:
    """The text, which is UTF-8 and not longer than the limit."""
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


def number_of(text: str) -> int:
    """A whole number in decimal digits, without sign or leading zeros, of at most 63 bits."""
    if NUMBER.fullmatch(text) is None or int(text) > LARGEST_NUMBER:
        raise ValueError(f"{text[:40]!r} is not a whole number")
    return int(text)


def to_base64(data: bytes) -> str:
    """The standard alphabet with padding (RFC 4648, section 4)."""
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


def has_control(text: str) -> bool:
    """Whether there is a control character of ASCII in it, a line break included."""
    return CONTROL.search(text) is not None


def is_key_name(name: str) -> bool:
    """Whether keys may be called so: not empty, no blank of any kind, no plus sign, and fit for UTF-8."""
    return NOT_IN_NAMES.search(name) is None and bool(name) and not any(map(str.isspace, name))
