"""The latest rows of tables: once more is recorded, only the rows of the streams that it touches are read again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Sequence
from threading import Lock
from typing import Any, Final, NamedTuple

from armsledger.projections.rows import Rows

MOST_TOUCHED: Final = 500
"""Where more streams are touched, all rows are read again."""
KEYS: Final = {"engagements": "engagement", "frameworks": "framework"}
"""Tables whose rows name their stream by its key, beside those of deals, and the field that does so."""
WITH_STREAMS: Final = frozenset({"expectations", "findings", "links"})
"""Tables whose rows name their stream in full."""


class LatestRows(NamedTuple):
    """All rows of a table at a position, and the stream of each, in the order of streams."""

    position: int
    rows: Rows[Any]
    streams: Sequence[str]

    def with_fresh(self, position: int, touched: Collection[str], fresh: Iterable[Any], table: str) -> LatestRows:
        """The rows at a later position; ``fresh`` are those of the streams that were touched since."""
        among = set(touched)
        kept = [(stream, row) for stream, row in zip(self.streams, self.rows, strict=True) if stream not in among]
        streams, rows = [stream for stream, _ in kept], [row for _, row in kept]
        for stream, own in _by_stream(fresh, table).items():
            place = bisect_left(streams, stream)
            streams[place:place] = [stream] * len(own)
            rows[place:place] = own
        return LatestRows(position, Rows(self.rows.row_type, rows), streams)


class Latest:
    """The latest rows of each table of one ledger and day; threads may share it."""

    def __init__(self) -> None:
        self._tables: dict[str, tuple[Hashable, LatestRows]] = {}
        self._lock = Lock()

    def of(self, table: str, state: Hashable) -> LatestRows | None:
        """The rows of a table that were kept last; None if they are of another ledger or day (``state``)."""
        with self._lock:
            known, latest = self._tables.get(table, (None, None))
        return latest if known == state else None

    def keep(self, table: str, state: Hashable, latest: LatestRows) -> None:
        """Keep the rows of a table, unless later ones are kept."""
        with self._lock:
            known, other = self._tables.get(table, (None, None))
            if known != state or other is None or other.position < latest.position:
                self._tables[table] = state, latest


def latest_rows(position: int, rows: Rows[Any], table: str) -> LatestRows | None:
    """Rows with their streams; None if they are not in the order of streams."""
    streams = [stream_of(row, table) for row in rows]
    return LatestRows(position, rows, streams) if streams == sorted(streams) else None


def stream_of(row: Any, table: str) -> str:
    """The stream of a row."""
    if table in WITH_STREAMS:
        return str(row.stream)
    kind = KEYS.get(table, "deal")
    return f"{kind}/{getattr(row, kind)}"


def _by_stream(rows: Iterable[Any], table: str) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(stream_of(row, table), []).append(row)
    return grouped
