"""What read models do not keep: of a stream the oldest beliefs, where all would be too many rows, and for a while the
newest ones, after a source was graded anew that very many streams cite.

A total that every belief changes on every later day has a row for each pair of a belief and a day. So there is a most
of rows that a read model keeps of a stream, which grows as the stream does; of more, the rows of the oldest beliefs are
dropped. What is not kept is noted, as intervals on the axes of belief time like those of rows. Questions about a belief
in there fold the one stream, and join it to what the table answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.projections.schema import EVER_AFTER, EVER_BEFORE, KEPT, STILL
from armsledger.storage.connection import Connection

if TYPE_CHECKING:
    from armsledger.domain.entry import Entry
    from armsledger.projections.moments import Grading
    from armsledger.storage.reader import JournalReader

ALL: Final = "*"
"""In place of a read model's name: a stream of which the rows of every read model are yet to be brought up to date."""


class Oldest(NamedTuple):
    """The first position, and the first day of asserting, as of which a read model has the rows of a stream."""

    position: int = 0
    day: str = EVER_BEFORE


WHOLE: Final = Oldest()
"""All beliefs are kept."""


# how many rows are kept


class Most:
    """How many rows a read model keeps of a stream on either axis of belief time: so many for each change of what is
    believed, and for each row of the newest belief, and some more. Of more rows, about half are dropped."""

    rows_of_a_stream = 1000
    rows_of_a_change = 4
    beliefs = 1000
    """Of so many beliefs a rebuild tells the rows on either axis, the newest ones."""
    days_at_once = 100
    """Of what an append changes on more days of asserting, it tells the rows of the last days only."""

    @classmethod
    def rows(cls, changes: int, newest: int) -> int:
        """The most rows of a stream of which the belief changed so often, and of which the newest has so many rows."""
        return cls.rows_of_a_stream + cls.rows_of_a_change * (changes + newest)

    @classmethod
    def told_at_once(cls, days: int) -> int:
        """On how many of so many changed days of asserting an append tells the rows: on all, or on few."""
        return days if days <= cls.days_at_once else max(1, cls.days_at_once // 16)


def changes_of(entries: Sequence[Entry], gradings: Mapping[str, Grading]) -> int:
    """How often the belief about a stream changed, at most: with each entry, and each grade of a source it cites."""
    graded = sum(max(0, len(one.recorded) - 1) + max(0, len(one.asserted) - 1) for one in gradings.values())
    return len(entries) + graded


COUNTS: Final = f"""
SELECT coalesce(sum(believed), 0),
    coalesce(sum(CASE WHEN known_from < known_to AND known_to > ? THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN asserted_from < asserted_to AND asserted_to = '{EVER_AFTER}' THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN asserted_from < asserted_to AND asserted_to > ? THEN 1 ELSE 0 END), 0)"""


def drop_oldest(connection: Connection, name: str, stream: str, changes: int) -> None:
    """Drop the rows of a stream's oldest beliefs out of a read model if there are too many, and note that."""
    mine = f'FROM "{KEPT}{name}" WHERE believed IN (0, 1) AND stream = ?'
    oldest = oldest_of(connection, name, stream)
    newest, recorded, last, asserted = map(int, connection.execute(f"{COUNTS} {mine}", (*oldest, stream)).fetchone())
    most = Most.rows(changes, newest)
    kept = oldest
    if recorded > most:
        kept = kept._replace(position=_last_end(connection, "known", mine, stream, most // 2 - newest) or kept.position)
    if asserted > most:
        kept = kept._replace(day=_last_end(connection, "asserted", mine, stream, most // 2 - last) or kept.day)
    if kept != oldest:
        keep_from(connection, name, stream, kept)


def keep_from(connection: Connection, name: str, stream: str, oldest: Oldest) -> None:
    """Drop the rows of a stream's beliefs before some out of a read model, and note that."""
    note_oldest(connection, name, {stream: oldest})
    connection.execute(
        f'DELETE FROM "{KEPT}{name}" WHERE believed IN (0, 1) AND stream = ?'
        " AND (known_from = known_to OR known_to <= ?) AND (asserted_from = asserted_to OR asserted_to <= ?)",
        (stream, *oldest),
    )


def _last_end(connection: Connection, axis: str, rows: str, stream: str, staying: int) -> Any:
    """Where the last row ends that is dropped, if so many stay of those that end; None if none does."""
    end = f"'{EVER_AFTER}'" if axis == "asserted" else STILL
    sql = f"SELECT {axis}_to {rows} AND {axis}_from < {axis}_to AND {axis}_to < {end} ORDER BY 1 DESC LIMIT 1 OFFSET ?"
    row = connection.execute(sql, (stream, max(0, staying))).fetchone()
    return None if row is None else row[0]


# what is noted


NOTED: Final = """
INSERT INTO unkept (name, stream, known_from, known_to, asserted_from, asserted_to) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (name, stream) DO UPDATE SET known_to = excluded.known_to, asserted_to = excluded.asserted_to"""
MADE_PENDING: Final = f"""
INSERT INTO unkept (name, stream, known_from, known_to, asserted_from, asserted_to)
SELECT DISTINCT '{ALL}', stream, CAST(? AS BIGINT), {STILL}, '{EVER_BEFORE}', '{EVER_AFTER}' FROM citing
WHERE source IN (%s) ON CONFLICT (name, stream) DO NOTHING"""


def oldest_of(connection: Connection, name: str, stream: str) -> Oldest:
    """From where on a read model has the rows of a stream."""
    sql = "SELECT known_to, asserted_to FROM unkept WHERE name = ? AND stream = ?"
    row = connection.execute(sql, (name, stream)).fetchone()
    return WHOLE if row is None else Oldest(int(row[0]), str(row[1]))


def note_oldest(connection: Connection, name: str, oldest: Mapping[str, Oldest]) -> None:
    """Note from where on a read model has the rows of some streams; of those of which it has all, nothing."""
    rows = [(name, stream, 0, one.position, EVER_BEFORE, one.day) for stream, one in oldest.items() if one != WHOLE]
    if rows:
        connection.executemany(NOTED, rows)


def forget_oldest(connection: Connection, name: str, streams: Sequence[str] | None = None) -> None:
    """Note nothing of a read model any more, or of some streams in it."""
    if streams is None:
        connection.execute("DELETE FROM unkept WHERE name = ?", (name,))
    else:
        connection.executemany("DELETE FROM unkept WHERE name = ? AND stream = ?", [(name, one) for one in streams])


def make_pending(connection: Connection, sources: Sequence[str], position: int) -> None:
    """Note that the rows of all streams that cite some sources are to be brought up to date from a position on."""
    connection.execute(MADE_PENDING % ", ".join("?" * len(sources)), (position, *sources))


def pending_streams(connection: Connection, most: int) -> dict[str, int]:
    """The first streams of which rows are pending, and from which position on."""
    sql = "SELECT stream, known_from FROM unkept WHERE name = ? ORDER BY stream LIMIT ?"
    return dict(connection.execute(sql, (ALL, most)).fetchall())


def unkept_counts(reader: JournalReader) -> dict[str, int]:
    """Of how many streams each read model does not keep all; of how many rows are pending, under `ALL`."""
    return dict(reader.query("SELECT name, count(*) FROM unkept GROUP BY name"))


class Noted(NamedTuple):
    """What is noted of some streams: from where on read models have their rows, and from where on rows are pending."""

    oldest: Mapping[tuple[str, str], Oldest]
    pending: Mapping[str, int]

    def is_anything_of(self, name: str, stream: str) -> bool:
        """Whether a read model does not keep all of a stream."""
        return (name, stream) in self.oldest or stream in self.pending


NOTHING: Final = Noted({}, {})


def noted_of(connection: Connection, streams: Sequence[str]) -> Noted:
    """What is noted of some streams."""
    return _noted(connection, f"stream IN ({', '.join('?' * len(streams))})", streams)


def noted_between(connection: Connection, after: str, last: str) -> Noted:
    """What is noted of the streams after one name up to and with another."""
    return _noted(connection, "stream > ? AND stream <= ?", (after, last))


def _noted(connection: Connection, condition: str, parameters: Sequence[str]) -> Noted:
    sql = f"SELECT name, stream, known_from, known_to, asserted_to FROM unkept WHERE {condition}"
    oldest, pending = dict[tuple[str, str], Oldest](), dict[str, int]()
    for name, stream, since, until, day in connection.execute(sql, tuple(parameters)).fetchall():
        if name == ALL:
            pending[stream] = since
        else:
            oldest[name, stream] = Oldest(until, day)
    return Noted(oldest, pending)
