"""Streams by the names that people give them: ``deal/india-s400``, or the key alone where only one stream has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from unicodedata import normalize

from armsledger.domain.errors import UnknownStream, UsageError, quoted
from armsledger.domain.near import letters_beyond_ascii, near
from armsledger.domain.values.stream import EXAMPLE, KEY, KINDS, Address, StreamId
from armsledger.storage.reader import JournalReader

OF_REGISTERS: Final = "sipri-"
"""Keys of a register's rows, which are numbered: none of them is a misspelt other one."""
MOST_NEAR: Final = 3


def stream_named(reader: JournalReader, text: str, kind: str | None = None) -> str:
    """The stream that a text names; of a ``kind``, where only that can be meant.

    Raises UnknownStream, which says what is near, and UsageError for a key that several streams have.
    """
    name = text.strip()
    if "/" in name:
        stream = StreamId.parse(name)
        if kind not in (None, stream.kind):
            raise UsageError(f"{stream} is no {kind}", remedy=f"write the key of a {kind}, or {kind}/KEY")
        having = _spelled(reader, [str(stream)])
    elif KEY.fullmatch(name) is None:
        raise UsageError(f"{quoted(name)} is not a stream", remedy=f"{EXAMPLE}, or the key alone")
    else:
        having = _spelled(reader, [f"{one}/{name}" for one in ((kind,) if kind else KINDS)])
    if not having:
        raise unknown_stream(reader, name if kind is None or "/" in name else f"{kind}/{name}")
    if len(having) > 1:
        raise UsageError(f"several streams have the key {name}", remedy=f"write {' or '.join(having)}")
    return having[0]


def entry_named(reader: JournalReader, text: str) -> Address:
    """The address of an entry, the stream of which is named in either way; raises what `stream_named` does."""
    stream, at, version = text.strip().rpartition("@")
    if not at or not stream:
        return Address.parse(text)
    return Address.parse(f"{stream_named(reader, stream)}@{version}")


def _spelled(reader: JournalReader, names: Sequence[str]) -> list[str]:
    """Those of some names that streams have, else those that they have in the form of new keys or in small letters."""
    plain = [normalize("NFKC", name) for name in names]
    return streams_having(reader, names) or streams_having(reader, [*plain, *(name.casefold() for name in plain)])


def streams_having(reader: JournalReader, names: Sequence[str]) -> list[str]:
    """Those of some names that streams have."""
    rows = reader.query(
        f"SELECT stream FROM journal WHERE version = 1 AND stream IN ({', '.join('?' * len(names))}) ORDER BY stream",
        *names,
    )
    return [str(stream) for (stream,) in rows]


def unknown_stream(reader: JournalReader, name: str) -> UnknownStream:
    """The error for a stream, or a key, that the ledger does not hold: what may be meant, and where to look."""
    kind, slash, key = name.rpartition("/")
    near = near_streams(reader, key, kind or None)
    what = name if slash else f"stream with the key {name}"
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    strange = f"; in it {told}" if (told := letters_beyond_ascii(key)) else ""
    lists = f"'armsledger {kind}s' lists" if slash else "'armsledger deals', engagements, frameworks and sources list"
    return UnknownStream(f"the ledger holds no {what}{strange}{meant}", remedy=f"{lists} those there are")


def near_streams(reader: JournalReader, key: str, kind: str | None = None) -> list[str]:
    """The streams with keys that look like one, the nearest first; the same key in another kind comes before them."""
    if key.startswith(OF_REGISTERS):
        return []
    same = streams_having(reader, [f"{one}/{key}" for one in KINDS if one != kind])
    names = {name: name.partition("/")[2] for name in reader.streams(kind)}
    close = near(key, [other for other in names.values() if not other.startswith(OF_REGISTERS)], MOST_NEAR)
    found = [name for one in close for name, other in names.items() if other == one]
    return list(dict.fromkeys([*same, *found]))[:MOST_NEAR]
