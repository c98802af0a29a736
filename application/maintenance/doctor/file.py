"""What can be wrong with a ledger's file and where it stands."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from armsledger.application.maintenance.doctor.diagnosis import Check, Patient, Sign, fatal, ok, warning
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


def place(patient: Patient) -> Iterator[Sign]:
    """Whether there is a ledger."""
    path = _path(patient)
    try:
        check_file(path)
    except LedgerError as failure:
        raise fatal(failure) from failure
    path = patient.place = Path(os.path.realpath(path))  # beside which SQLite keeps its -wal file
    yield ok(f"{path} is an SQLite database of {os.stat(path).st_size:,} bytes")


def log(patient: Patient) -> Iterator[Sign]:
    """Whether what was recorded last, and waits to be merged, can be read."""
    path, waiting = _path(patient), wal_bytes(_path(patient))
    if waiting and not os.access(f"{path}-wal", os.R_OK):
        beside = shlex.quote(f"{path}-wal")
        what = f"what was recorded last waits in {path}-wal, which may not be read by you"
        raise fatal(LedgerError(what, remedy=f"as its owner: chmod --reference={shlex.quote(str(path))} {beside}"))
    if waiting:
        yield ok(f"{waiting:,} bytes wait in {path}-wal to be merged, as they do while it is written")
    else:
        yield ok("nothing waits to be merged")
    if os.path.exists(f"{path}-journal") and os.stat(f"{path}-journal").st_size:
        what = f"there is {path}-journal: a program that is not this one was interrupted while it wrote"
        yield warning(what, "keep both files together; the next one to open the ledger undoes what was half done")


def rights(patient: Patient) -> Iterator[Sign]:
    """Whether it can be written."""
    path = _path(patient)
    refused = [str(target) for target in (path, path.absolute().parent) if not os.access(target, os.W_OK)]
    if refused:
        yield warning(f"it can be read only: you may not write {' and '.join(refused)}", OWNER_MAKES_WRITABLE)
    else:
        yield ok("you may write it")


def file_system(patient: Patient) -> Iterator[Sign]:
    """Whether the file system can be relied on, and has room."""
    folder = Path(os.path.realpath(_path(patient))).parent
    kind = _kind_of(folder)
    if kind in NETWORKS or kind.startswith(NETWORK_FUSE):
        yield warning(
            f"it stands on a network file system ({kind}), where SQLite's locks may not hold",
            "keep it on a local disk, or move it to a server: armsledger admin copy LEDGER postgresql://...",
        )
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield warning(f"the disk has only {free:,} bytes left", "make room before you record more")
    else:
        yield ok(f"{free:,} bytes are free" + (f", on {kind}" if kind else ""))


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


def mode(patient: Patient) -> Iterator[Sign]:
    """Whether readers and the writer get on with each other."""
    if is_in_wal_mode(_path(patient)):
        yield ok("it is in WAL mode; recording waits for the disk")
    else:
        what = "it is not in WAL mode: another program has changed that, and readers and the writer hinder each other"
        yield warning(what, "nothing is to be done: recording the next entry puts it back")


def leftovers(patient: Patient) -> Iterator[Sign]:
    """Whether ledgers that were being made were left behind."""
    path = Path(os.path.realpath(_path(patient)))
    drafts = sorted(str(draft) for draft in path.parent.glob(f".{_escaped(path.name)}.*.new*"))
    if drafts:
        what = f"a ledger that was being made here was left behind: {', '.join(drafts)}"
        yield warning(what, f"if no armsledger is at work here: rm {shlex.join(drafts)}")
    else:
        yield ok("nothing was left behind beside it")


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def writer(patient: Patient) -> Iterator[Sign]:
    """Whether another process has been writing for long."""
    holder = holder_of_writer_lock(_path(patient))
    if holder is None:
        yield ok("nobody holds it for long")
    else:
        what = f"process {holder} has been writing for longer than others are kept waiting"
        yield warning(what, f"see what it does: ps -fp {holder}; others can record when it has ended")


BEFORE_OPENING: Final[tuple[tuple[str, Check], ...]] = (
    ("place", place),
    ("log", log),
    ("rights", rights),
    ("disk", file_system),
    ("mode", mode),
    ("writer", writer),
    ("leftovers", leftovers),
)
