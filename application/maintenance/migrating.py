"""Bringing a ledger that an earlier release made up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from armsledger.application.session import Stages, silent, stage
from armsledger.storage.address import parse_address
from armsledger.storage.errors import UnsupportedAddress

if TYPE_CHECKING:
    from armsledger.application.session import Session
    from armsledger.storage.copying.migrations import Migrated


def migrate(
    session: Session, backup: str | Path | None, *, without_backup: bool = False, stages: Stages = silent
) -> Migrated | None:
    """Bring a ledger up to date in its place; None if it is so already. The ledger's own connections are closed first.

    Raises BackupExists for a backup that would take the place of another file.
    """
    from armsledger.storage.copying.migrations import migrate as migrate_place

    place = parse_address(session.address)
    if place is not None:
        session.close()
    return migrate_place(
        place,
        backup=None if backup is None else _file_of(backup),
        without_backup=without_backup,
        timeout_seconds=session.timeout_seconds,
        report=stage(stages, "migrating"),
    )


def _file_of(backup: str | Path) -> Path:
    place = parse_address(backup)
    if not isinstance(place, Path):
        raise UnsupportedAddress(str(backup), "a backup is a file", remedy="name a file with --backup")
    return place
