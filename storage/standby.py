"""How far a standby is behind its primary server."""

from __future__ import annotations

from typing import Final, NamedTuple

from armsledger.storage.connection import INSTANT_ON_SERVER, POSTGRESQL
from armsledger.storage.reader import JournalReader

STANDBY: Final = f"""
SELECT {INSTANT_ON_SERVER.format("pg_last_xact_replay_timestamp()")},
    coalesce(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::bigint,
    EXISTS (SELECT FROM pg_stat_wal_receiver)
WHERE pg_is_in_recovery()"""


class Standby(NamedTuple):
    """How far a standby is: its last position, and when the primary committed what it replayed last (None: unknown).

    ``waiting_bytes`` of what it received are not replayed yet. If it is not ``receiving``, it hears nothing from the
    primary server at present.
    """

    position: int
    replayed_at: str | None
    waiting_bytes: int
    receiving: bool

    @property
    def in_words(self) -> str:
        """In a sentence."""
        replayed = f", and has replayed the primary's transactions up to {self.replayed_at}" if self.replayed_at else ""
        waiting = f"; {self.waiting_bytes:,} bytes that it received wait" if self.waiting_bytes > 0 else ""
        silent = "" if self.receiving else "; it receives nothing from the primary at present"
        return f"a standby, which has the entries up to @{self.position}{replayed}{waiting}{silent}"


def standby_of(reader: JournalReader) -> Standby | None:
    """How far the standby is that answers; None for a file, and for a server that takes writes."""
    if reader.dialect is not POSTGRESQL:
        return None
    for replayed_at, waiting_bytes, receiving in reader.query(STANDBY):
        return Standby(reader.head(), replayed_at, max(0, int(waiting_bytes)), bool(receiving))
    return None
