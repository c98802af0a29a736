"""Bringing the lake of a ledger up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from armsledger.application.session import Stages, silent, stage
from armsledger.lake.folder import folder_at
from armsledger.lake.sync import Synced, sync

if TYPE_CHECKING:
    from armsledger.application.session import Session


def sync_lake(session: Session, folder: str | Path, *, buckets: int | None = None, stages: Stages = silent) -> Synced:
    """Write what was recorded since the last time; see `armsledger.lake.sync`."""
    journal = session.journal()
    place = folder_at(folder, session.file_mode)
    return sync(journal, place, buckets, stage(stages, "syncing"), session.timeout_seconds)
