"""What was recorded, as a page that can be loaded again without recording anything."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.web.recording.answer import Answer
from armsledger.web.recording.entry_words import told_in_short
from armsledger.web.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from armsledger.storage.reader import JournalReader
    from armsledger.web.recording.desk import Desk

MOST_SHOWN: Final = 100


class Row(NamedTuple):
    """An entry that was recorded."""

    entry: str
    stream: str
    says: str


def done_page(desk: Desk, asked: Mapping[str, str]) -> Answer:
    """The entries between two positions, and how many had been recorded before."""
    first, last, known = (_number(asked.get(name, "")) for name in ("first", "last", "known"))
    count = max(0, last - first + 1) if first else 0
    rows: list[Row] = []
    if count:
        with desk.ledger() as ledger:
            reader = ledger.journal().reader
            entries = reader.entries(after=first - 1, upto=min(last, first - 1 + MOST_SHOWN))
            rows = [
                Row(one.address, one.stream, told_in_short(one.event, partial(_address, reader))) for one in entries
            ]
    return Answer(
        desk.page(
            "done.html",
            "",
            headline=f"Recorded {counted(count, 'entry', 'entries')}" if rows else "Nothing was added",
            rows=rows,
            more=max(0, count - MOST_SHOWN) if rows else 0,
            known=known,
            source=asked.get("source", "")[:200],
        )
    )


def _address(reader: JournalReader, entry_id: str) -> str:
    entry = reader.by_id(entry_id)
    return entry_id if entry is None else entry.address


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
