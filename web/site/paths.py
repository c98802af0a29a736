"""Where the pages of a site are in its folder.

A folder holds at most some hundreds of files: the pages of streams are in sub-folders by two letters that a checksum
of their names gives. Names that file systems would take for others, or not at all, get a checksum of their own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final
from zlib import crc32

SAFE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
"""Names that every file system keeps apart, and that need no escapes in an address."""
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for devices."""
UNSAFE: Final = re.compile(r"[^a-z0-9]+")
LETTERS: Final = 0xFF
INDEX: Final = "index.html"


@lru_cache(maxsize=65_536)
def stream_path(stream: str) -> str:
    """The page of a stream: ``deal/3f/india-s400.html``."""
    kind, _, key = stream.partition("/")
    return f"{kind}/{crc32(stream.encode()) & LETTERS:02x}/{file_name(key)}.html"


@lru_cache(maxsize=4096)
def page_path(name: str) -> str:
    """A page by its name: ``board`` is the folder's index, ``country/RUS`` the page of a party."""
    if name == "board":
        return INDEX
    folder, _, rest = name.partition("/")
    return f"{folder}/{party_file(rest)}.html" if rest else f"{name}.html"


def listing_path(table: str, page: int) -> str:
    """A page of a list: ``deals.html``, then ``deals/2.html``."""
    return f"{table}.html" if page == 1 else f"{table}/{page}.html"


def download_path(table: str, format: str) -> str:
    """The rows of a table as a file for other programs."""
    return f"downloads/{table}.{'jsonl' if format == 'json' else format}"


def file_name(text: str) -> str:
    """A name for a file: the text itself where it is safe, else what is safe of it and a checksum."""
    if SAFE.fullmatch(text) and not text.endswith(".") and not RESERVED.fullmatch(text):
        return text
    plain = UNSAFE.sub("-", text.lower()).strip("-")[:60]
    return f"{plain}-{sha256(text.encode()).hexdigest()[:10]}".lstrip("-")


def party_file(party: str) -> str:
    """The name of a party's page: a state's code as it is."""
    return party if len(party) == 3 and party.isascii() and party.isalpha() and party.isupper() else file_name(party)
