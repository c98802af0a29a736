"""The names of streams and entries."""

from __future__ import annotations

from typing import Literal, NamedTuple, cast, get_args

from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.pattern import Pattern

StreamKind = Literal["deal", "engagement", "framework", "source"]
KINDS = get_args(StreamKind)
PERSON = "person"
"""The kind of the streams that hold the ledger's own entries about persons; nobody may name one."""
OF_PERSONS = f"{PERSON}/"
"""How their names begin."""
KEY = Pattern(r"[^\s/@\x00-\x1f\x7f\ud800-\udfff]{1,200}")
"""Halves of surrogate pairs stand for bytes of a command line that are no text."""
EXAMPLE = "write KIND/KEY, such as deal/india-s400"


class StreamId(NamedTuple):
    """A stream's kind and key; written ``deal/india-s400``."""

    kind: StreamKind
    key: str

    @classmethod
    def parse(cls, text: str) -> StreamId:
        """Read ``deal/india-s400``; raises UsageError."""
        kind, slash, key = text.strip().partition("/")
        if not slash or kind not in KINDS:
            raise UsageError(f"{quoted(text)} is not a stream", remedy=f"{EXAMPLE}; kinds are {', '.join(KINDS)}")
        if KEY.fullmatch(key) is None:
            raise UsageError(
                f"{quoted(key)} is not a stream's key", remedy="a key has up to 200 characters, no blanks, slashes or @"
            )
        return cls(cast("StreamKind", kind), key)

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


class Address(NamedTuple):
    """A stream and the version of one of its entries; written ``deal/india-s400@7``."""

    stream: str
    version: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``deal/india-s400@7``; raises UsageError."""
        stream, at, version = text.strip().rpartition("@")
        if not at or not (version.isascii() and version.isdecimal()) or len(version) > 9:
            raise UsageError(
                f"{quoted(text)} is not an entry", remedy="write STREAM@VERSION, such as deal/india-s400@7"
            )
        return cls(str(StreamId.parse(stream)), int(version))

    def __str__(self) -> str:
        return f"{self.stream}@{self.version}"
