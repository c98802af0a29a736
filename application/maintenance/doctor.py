"""Looking a ledger over: what is wrong, and what to do about it. Nothing is changed, not even by opening it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from armsledger.application.maintenance.diagnosis import Patient, Sign, run
from armsledger.application.maintenance.doctor_file import BEFORE_OPENING
from armsledger.application.maintenance.doctor_ledger import ONCE_OPEN
from armsledger.application.session import Stages, silent
from armsledger.domain.errors import LedgerError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.projections.projection import Projection
from armsledger.storage.address import Server, parse_address
from armsledger.storage.connection import DEFAULT_TIMEOUT_SECONDS, Connection
from armsledger.storage.reader import JournalReader
from armsledger.storage.sqlite.connection import wal_bytes
from armsledger.storage.sqlite.without_traces import reading_without_traces


def examine(
    address: str,
    projections: Sequence[Projection],
    now: datetime,
    *,
    quick: bool = False,
    stages: Stages = silent,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> list[Sign]:
    """What the checks have found, in their order. With ``quick``, entries and read models are not computed anew."""
    patient = Patient(address, now, projections, stages, quick=quick)
    signs: list[Sign] = []
    try:
        patient.place = parse_address(address)
        if isinstance(patient.place, Path):
            _look_at_file(patient, patient.place, signs)
        elif isinstance(patient.place, Server):
            _look_at_server(patient, patient.place, signs, timeout_seconds)
        else:
            signs.append(Sign("place", "error", "a ledger in memory is gone with its process", "name a file"))
    except LedgerError as error:
        signs.append(Sign("place", "error", error.message, error.remedy))
    return signs


def _look_at_file(patient: Patient, path: Path, signs: list[Sign]) -> None:
    if not run(patient, BEFORE_OPENING, signs):
        return
    waited = wal_bytes(path)
    found = _inside_file(patient, path)
    if not waited and wal_bytes(path) and any(sign.level == "error" for sign in found):
        found = _inside_file(patient, path)  # somebody began to write while it was read as one that never changes
    signs += found


def _inside_file(patient: Patient, path: Path) -> list[Sign]:
    found: list[Sign] = []
    with reading_without_traces(path) as connection:
        _look_inside(patient, connection, found)
    return found


def _look_at_server(patient: Patient, server: Server, signs: list[Sign], timeout_seconds: float) -> None:
    from armsledger.application.maintenance.doctor_server import ON_A_SERVER
    from armsledger.storage.postgres.connection import open_server

    with closing(open_server(server, timeout_seconds, oldest=0)) as connection:
        patient.reader = _reader(patient, connection)
        signs.append(Sign("place", "ok", f"there is a ledger at {server}"))
        if run(patient, ON_A_SERVER, signs):
            _look_inside(patient, connection, signs)


def _look_inside(patient: Patient, connection: Connection, signs: list[Sign]) -> None:
    patient.reader = _reader(patient, connection)
    with patient.reader.snapshot():
        run(patient, ONCE_OPEN, signs)


def _reader(patient: Patient, connection: Connection) -> JournalReader:
    return JournalReader(connection, CATALOGUE.decode, ledger=str(patient.place))
