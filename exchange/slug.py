"""Keys of streams made from names."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from armsledger.domain.limits import LONGEST_KEY

HYPHENS = re.compile(r"-+")
HASH_DIGITS = 10
ACCENT = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")
"""Accents on Latin letters; marks of other scripts are letters of their own."""


def slug(text: str) -> str:
    """``S-400 Triumf`` as ``s-400-triumf``; letters of any script stay, accents on Latin letters do not.

    Keys that ledgers hold must stay the same, so no library makes them: python-slugify either turns all letters into
    ASCII, by which a Cyrillic and a Latin name would share a key, or keeps the accent of ``Alizé``.
    """
    plain = ACCENT.sub("", unicodedata.normalize("NFKD", text))
    lower = unicodedata.normalize("NFKC", plain).lower()
    kept = (sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in lower)
    return HYPHENS.sub("-", "".join(kept)).strip("-")


def short_key(key: str, longest: int = LONGEST_KEY) -> str:
    """A key as it is, or if it is too long cut at a word, with a hash of the whole key behind it."""
    if len(key) <= longest:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:HASH_DIGITS]
    room = longest - HASH_DIGITS - 1
    cut = key[: room + 1].rpartition("-")[0] or key[:room]
    return f"{cut.strip('-')}-{digest}"
