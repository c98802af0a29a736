"""Keys of streams made from names."""

from __future__ import annotations

import re
import unicodedata

HYPHENS = re.compile(r"-+")
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
