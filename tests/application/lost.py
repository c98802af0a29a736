"""Whoever takes the connections of a ledger on a server away, just before one of its statements."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

END = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
    " WHERE application_name = 'armsledger' AND query NOT LIKE '%pg_stat_activity%'"
)


class Cutter:
    """Ends all connections once, before a statement by its number; counts those that are sent."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._url = url
        self.sent = 0
        self.cuts = 0
        self.at: int | None = None
        for kind in (psycopg.Cursor, psycopg.ServerCursor):
            for name in ("execute", "fetchmany", "copy", "executemany"):
                if name in vars(kind):
                    self._watch(monkeypatch, kind, name)

    def _watch(self, monkeypatch: pytest.MonkeyPatch, kind: type[Any], name: str) -> None:
        original = getattr(kind, name)

        def watched(cursor: Any, *arguments: Any, **options: Any) -> Any:
            if cursor.connection.info.parameter_status("application_name") == "armsledger":
                self.sent += 1
                if self.sent == self.at:
                    self.cuts += 1
                    self.cut()
            return original(cursor, *arguments, **options)

        monkeypatch.setattr(kind, name, watched)

    def cut(self) -> None:
        """End all connections now."""
        with psycopg.connect(self._url, autocommit=True, application_name="cutter") as other:
            other.execute(END)

    def cut_before(self, number: int | None) -> None:
        """Begin to count; with a number, end the connections before that statement."""
        self.sent, self.at = 0, number
