"""All entries of a ledger as JSONL: they can be recorded into an empty ledger, which is then the same."""

from __future__ import annotations

from pathlib import Path

from armsledger.application.session import Session
from armsledger.exchange.atomic import writing
from armsledger.exchange.dossiers.jsonl import write_jsonl


def export_entries(session: Session, path: str | Path, *, replace: bool = False) -> int:
    """Write all entries as they are stored; returns how many. Raises FileExists and NotWritable."""
    session.check_not_own(path)
    entries = session.reader().entries_as_stored()
    with writing(path, replace=replace, mode=session.file_mode) as out:
        return write_jsonl(entries, out)
