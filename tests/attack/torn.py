"""What the disk may hold when the power is cut, whatever a program asked of it: any mix of old and new sectors.

What was written since a file was last synchronised is on the disk sector by sector, or not, in any order; names that
were made, changed or removed since their folder was synchronised are there in their order, up to any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

SECTORS_BYTES = (512, 4096)
GONE_AFTER_A_CUT = "-shm"


class Call(NamedTuple):
    """What was asked of the disk, as ``failing_calls.c`` writes it down."""

    what: str
    name: str
    at: int
    content: bytes


def calls_of(log: Path) -> Iterator[Call]:
    """What a program asked of the disk, in its order; names are paths."""
    rest = log.read_bytes()
    while rest:
        head, _, rest = rest.partition(b"\n")
        what, at, size, name = head.decode().split(" ", 3)
        yield Call(what, name, int(at), rest[: int(size)])
        rest = rest[int(size) :]


@dataclass
class File:
    """A file: what is surely on the disk, and what was asked since (a place and bytes; None instead: a new size)."""

    content: bytes = b""
    asked: list[tuple[int, bytes | None]] = field(default_factory=list)

    def torn(self, random: Random) -> bytes:
        """What may be on the disk."""
        sector, share = random.choice(SECTORS_BYTES), random.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        content = bytearray(self.content)
        for at, given in self.asked:
            if given is None:
                if random.random() < share:
                    _resize(content, at)
            else:
                for part in _sectors(at, given, sector):
                    if random.random() < share:
                        _put(content, *part)
        return bytes(content)

    def settle(self) -> None:
        """Have all be on the disk."""
        content = bytearray(self.content)
        for at, given in self.asked:
            if given is None:
                _resize(content, at)
            else:
                _put(content, at, given)
        self.content, self.asked = bytes(content), []


def _sectors(at: int, given: bytes, sector: int) -> Iterator[tuple[int, bytes]]:
    """The parts of what is written that fall into one sector each."""
    start = at
    while start < at + len(given):
        end = min((start // sector + 1) * sector, at + len(given))
        yield start, given[start - at : end - at]
        start = end


def _put(content: bytearray, at: int, given: bytes) -> None:
    content.extend(bytes(max(at - len(content), 0)))
    content[at : at + len(given)] = given


def _resize(content: bytearray, size: int) -> None:
    content.extend(bytes(max(size - len(content), 0)))
    del content[size:]


class Folder:
    """A folder on a disk: which names are surely there, and which were changed since."""

    def __init__(self, path: Path) -> None:
        """A folder as it is, all of it on the disk."""
        self.path = path
        self.names = {file.name: File(file.read_bytes()) for file in path.iterdir()}
        self._sure = dict(self.names)
        self._changes: list[dict[str, File]] = []

    def take(self, call: Call) -> None:
        """Take note of what was asked."""
        name = Path(call.name).name
        match call.what:
            case "sync" if call.name == str(self.path):
                self._sure, self._changes = dict(self.names), []
            case "sync" if name in self.names:
                self.names[name].settle()
            case "write" if name in self.names:
                self.names[name].asked.append((call.at, call.content))
            case "truncate" if name in self.names:
                self.names[name].asked.append((call.at, None))
            case "make" | "unlink" | "rename" | "link":
                self._rename(call.what, name, Path(call.content.decode()).name)

    def _rename(self, what: str, name: str, other: str) -> None:
        names = dict(self.names)
        if what == "make":
            names[name] = File()
        elif what == "link":
            names[other] = names[name]
        elif what == "rename":
            names[other] = names.pop(name)
        else:
            names.pop(name, None)
        self.names = names
        self._changes.append(names)

    def cut(self, random: Random) -> dict[str, bytes]:
        """What may be on the disk if the power is cut now."""
        names = random.choice([self._sure, *self._changes])
        torn: dict[int, bytes] = {}
        for file in names.values():
            torn.setdefault(id(file), file.torn(random))
        return {name: torn[id(file)] for name, file in names.items() if not name.endswith(GONE_AFTER_A_CUT)}


class Cut(NamedTuple):
    """What is on the disk after a cut, after which call that was, and whether the command had answered by then."""

    after: int
    is_answered: bool
    files: dict[str, bytes]

    def put(self, folder: Path) -> None:
        """Make them the files of an empty folder."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def cuts(before: Path, folder: Path, log: Path, times: int, random: Random) -> Iterator[Cut]:
    """Disks as they may be if the power is cut after each call, or at its end, so many of each.

    ``before`` is a copy of the folder as it was; what was asked of the disk names the folder.
    """
    disk, is_answered = Folder(before), False
    disk.path = folder
    for number, call in enumerate(calls_of(log), 1):
        if call.what == "say":
            is_answered = is_answered or b"answer" in call.content
        disk.take(call)
        for _ in range(times):
            yield Cut(number, is_answered, disk.cut(random))
