"""What can be wrong with a ledger's file and where it stands."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from armsledger.application.maintenance.doctor.diagnosis import Check, Patient, Sign, error, fatal, ok, warning
from armsledger.domain.errors import LedgerError
from armsledger.storage.files import left_behind
from armsledger.storage.sqlite.connection import SIDE_FILES, check_file, hand_over
from armsledger.storage.sqlite.waiting import wal_bytes
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
    """Whether files that were being made here were left behind: ledgers, copies, backups and exports."""
    left = left_behind(Path(os.path.realpath(_path(patient))).parent)
    for path in left:
        what = f"{path} was left behind by a process that was killed while it made a file here"
        yield warning(what, f"whoever makes that file again sweeps it away; or: rm -r {shlex.quote(str(path))}")
    if not left:
        yield ok("nothing was left behind beside it")


def others(patient: Patient) -> Iterator[Sign]:
    """Whether others may write the ledger, or keep its owner from doing so."""
    path = _path(patient)
    hindered = False
    for ending in SIDE_FILES:
        if os.path.exists(f"{path}{ending}") and _hinders(path, Path(f"{path}{ending}")):
            hindered = True
            what = f"{path}{ending} belongs to another user, and the ledger's owner may not write it: recording fails"
            yield error(what, hand_over(path, ending))
    mode = os.stat(path).st_mode
    if mode & stat.S_IWOTH:
        yield warning(f"everybody on this machine may write it (mode {mode & 0o777:o})", f"chmod o-w {_quoted(path)}")
    elif mode & stat.S_IWGRP:
        yield ok(f"the users of the group {_group(path)} may write it too, as its mode ({mode & 0o777:o}) says")
    elif not hindered:
        yield ok("no other user may write it")
    folder = path.absolute().parent
    if os.stat(folder).st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
        what = f"everybody on this machine may put another file in its place, as all may write {folder}"
        yield warning(what, f"chmod o-w {_quoted(folder)}, or keep the ledger in a folder of its own")


def _hinders(path: Path, beside: Path) -> bool:
    """Whether the owner of a ledger may not write a file beside it, as far as modes tell."""
    ledger, other = os.stat(path), os.stat(beside)
    if ledger.st_uid in (other.st_uid, 0) or other.st_mode & stat.S_IWOTH:
        return False
    return not (other.st_mode & stat.S_IWGRP and other.st_gid == ledger.st_gid)


def _group(path: Path) -> str:
    try:
        return path.group()
    except KeyError:
        return str(os.stat(path).st_gid)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


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
    ("others", others),
    ("leftovers", leftovers),
)
