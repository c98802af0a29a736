"""What can be wrong with a ledger's file and where it stands."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from armsledger.application.maintenance.diagnosis import Check, Finding, Patient, fatal
from armsledger.domain.errors import LedgerError
from armsledger.storage.sqlite.connection import check_file, wal_bytes
from armsledger.storage.sqlite.without_traces import holder_of_writer_lock, is_in_wal_mode

LEAST_FREE_BYTES: Final = 100 * 2**20
MOUNTS: Final = Path("/proc/self/mountinfo")
NETWORKS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "glusterfs", "lustre"}
)
NETWORK_FUSE: Final = ("fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs")
OWNER_MAKES_WRITABLE: Final = "record as a user who may write both, or copy the ledger to a folder that you may write"


def _path(patient: Patient) -> Path:
    assert isinstance(patient.place, Path)
    return patient.place


def place(patient: Patient) -> Iterator[Finding]:
    """Whether there is a ledger."""
    path = _path(patient)
    try:
        check_file(path)
    except LedgerError as error:
        raise fatal(error) from error
    path = patient.place = Path(os.path.realpath(path))  # beside which SQLite keeps its -wal file
    yield Finding("ok", f"{path} is an SQLite database of {os.stat(path).st_size:,} bytes")


def log(patient: Patient) -> Iterator[Finding]:
    """Whether what was recorded last, and waits to be merged, can be read."""
    path, waiting = _path(patient), wal_bytes(_path(patient))
    if waiting and not os.access(f"{path}-wal", os.R_OK):
        beside = shlex.quote(f"{path}-wal")
        told = f"what was recorded last waits in {path}-wal, which may not be read by you"
        raise fatal(LedgerError(told, remedy=f"as its owner: chmod --reference={shlex.quote(str(path))} {beside}"))
    if waiting:
        yield Finding("ok", f"{waiting:,} bytes wait in {path}-wal to be merged, as they do while it is written")
    else:
        yield Finding("ok", "nothing waits to be merged")
    if os.path.exists(f"{path}-journal") and os.stat(f"{path}-journal").st_size:
        told = f"there is {path}-journal: a program that is not this one was interrupted while it wrote"
        yield Finding(
            "warning", told, "keep both files together; the next one to open the ledger undoes what was half done"
        )


def rights(patient: Patient) -> Iterator[Finding]:
    """Whether it can be written."""
    path = _path(patient)
    refused = [str(one) for one in (path, path.absolute().parent) if not os.access(one, os.W_OK)]
    if refused:
        yield Finding(
            "warning", f"it can be read only: you may not write {' and '.join(refused)}", OWNER_MAKES_WRITABLE
        )
    else:
        yield Finding("ok", "you may write it")


def file_system(patient: Patient) -> Iterator[Finding]:
    """Whether the file system can be relied on, and has room."""
    folder = Path(os.path.realpath(_path(patient))).parent
    kind = _kind_of(folder)
    if kind in NETWORKS or kind.startswith(NETWORK_FUSE):
        yield Finding(
            "warning",
            f"it stands on a network file system ({kind}), where SQLite's locks may not hold",
            "keep it on a local disk, or move it to a server: armsledger copy LEDGER postgresql://...",
        )
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield Finding("warning", f"the disk has only {free:,} bytes left", "make room before you record more")
    else:
        yield Finding("ok", f"{free:,} bytes are free" + (f", on {kind}" if kind else ""))


def _kind_of(folder: Path) -> str:
    """The kind of the file system, empty where the system does not say."""
    device = os.stat(folder).st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = [line.split() for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    kinds = [words[words.index("-") + 1] for words in lines if words[2] == wanted and "-" in words]
    return kinds[-1] if kinds else ""


def mode(patient: Patient) -> Iterator[Finding]:
    """Whether readers and the writer get on with each other."""
    if is_in_wal_mode(_path(patient)):
        yield Finding("ok", "it is in WAL mode; recording waits for the disk")
    else:
        told = "it is not in WAL mode: another program has changed that, and readers and the writer hinder each other"
        yield Finding("warning", told, "nothing is to be done: recording the next entry puts it back")


def leftovers(patient: Patient) -> Iterator[Finding]:
    """Whether ledgers that were being made were left behind."""
    path = Path(os.path.realpath(_path(patient)))
    found = sorted(str(one) for one in path.parent.glob(f".{_escaped(path.name)}.*.new*"))
    if found:
        told = f"a ledger that was being made here was left behind: {', '.join(found)}"
        yield Finding("warning", told, f"if no armsledger is at work here: rm {shlex.join(found)}")
    else:
        yield Finding("ok", "nothing was left behind beside it")


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def writer(patient: Patient) -> Iterator[Finding]:
    """Whether somebody has been writing for long."""
    holder = holder_of_writer_lock(_path(patient))
    if holder is None:
        yield Finding("ok", "nobody holds it for long")
    else:
        told = f"process {holder} has been writing for longer than others are kept waiting"
        yield Finding("warning", told, f"see what it does: ps -fp {holder}; others can record when it has ended")


BEFORE_OPENING: Final[tuple[tuple[str, Check], ...]] = (
    ("place", place),
    ("log", log),
    ("rights", rights),
    ("disk", file_system),
    ("mode", mode),
    ("writer", writer),
    ("leftovers", leftovers),
)
