"""The examination of a ledger: what is wrong, and what to do about it. It changes nothing, not even by opening."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from armsledger.application.maintenance.doctor.contents import ONCE_OPEN
from armsledger.application.maintenance.doctor.diagnosis import Patient, Sign, run
from armsledger.application.maintenance.doctor.file import BEFORE_OPENING
from armsledger.application.session import Stages, silent
from armsledger.domain.errors import LedgerError
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.storage.address import Server, parse_address
from armsledger.storage.connection import Connection
from armsledger.storage.reader import JournalReader
from armsledger.storage.sqlite.waiting import wal_bytes
from armsledger.storage.sqlite.without_traces import reading_without_traces

if TYPE_CHECKING:
    from armsledger.application.session import Session


def examine(session: Session, *, quick: bool = False, stages: Stages = silent) -> list[Sign]:
    """The signs of all checks, in their order. With ``quick``, entries and read models are not computed anew."""
    patient = Patient(session, stages, quick=quick)
    signs: list[Sign] = []
    try:
        patient.place = parse_address(session.address)
        if isinstance(patient.place, Path):
            _examine_file(patient, patient.place, signs)
        elif isinstance(patient.place, Server):
            _examine_server(patient, patient.place, signs, session.timeout_seconds)
        else:
            signs.append(Sign("place", "error", "a ledger in memory is gone with its process", "name a file"))
    except LedgerError as error:
        signs.append(Sign("place", "error", error.message, error.remedy))
    return signs


def _examine_file(patient: Patient, path: Path, signs: list[Sign]) -> None:
    if not run(patient, BEFORE_OPENING, signs):
        return
    bytes_before = wal_bytes(path)
    inside = _signs_inside(patient, path)
    if not bytes_before and wal_bytes(path) and any(sign.level == "error" for sign in inside):
        inside = _signs_inside(patient, path)  # a writer began while the file was read as one that never changes
    signs += inside


def _signs_inside(patient: Patient, path: Path) -> list[Sign]:
    signs: list[Sign] = []
    with reading_without_traces(path) as connection:
        _examine_contents(patient, connection, signs)
    return signs


def _examine_server(patient: Patient, server: Server, signs: list[Sign], timeout_seconds: float) -> None:
    from armsledger.application.maintenance.doctor.server import ON_A_SERVER
    from armsledger.storage.postgres.connection import open_server

    with closing(open_server(server, timeout_seconds, oldest=0)) as connection:
        patient.reader = _reader(patient, connection)
        signs.append(Sign("place", "ok", f"there is a ledger at {server}"))
        if run(patient, ON_A_SERVER, signs):
            _examine_contents(patient, connection, signs)


def _examine_contents(patient: Patient, connection: Connection, signs: list[Sign]) -> None:
    patient.reader = _reader(patient, connection)
    with patient.reader.snapshot():
        run(patient, ONCE_OPEN, signs)


def _reader(patient: Patient, connection: Connection) -> JournalReader:
    return JournalReader(connection, lambda: CATALOGUE.decode, ledger=str(patient.place))
