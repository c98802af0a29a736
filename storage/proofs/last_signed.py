"""What a key signed last: the state of a signer, by which it never signs for two histories of one ledger.

    desk.key                    the signer key
    desk.key.signed/            a folder of its owner's alone, made with the key
        6f1d9a3e-....checkpoint     the last note that the key signed for the ledger of this id
        ledgers                     the ids of the ledgers that it signed for; locked by whoever signs with the key

Each file is a checkpoint as it was handed out, and is verified by the key itself when it is read. It is on the disk
before the signature leaves the program: a signer that is killed remembers too much rather than too little. The ids
tell that a note was there which is gone.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from armsledger.domain.errors import LedgerError
from armsledger.storage.files import flush, take_name
from armsledger.storage.proofs.errors import FolderNotPrivate, LastNoteFails, SignerBusy, SignerForgets
from armsledger.storage.proofs.keys import OTHERS, OWNER_ONLY, SIGNED_SUFFIX, make_folder
from armsledger.storage.proofs.note import LARGEST_NOTE_BYTES, SignedNote
from armsledger.storage.proofs.signing import Verifier

NOTE_SUFFIX: Final = ".checkpoint"
LEDGERS: Final = "ledgers"
LONGEST_LIST_BYTES: Final = 1_000_000
PAUSE_SECONDS: Final = 0.05


class LastSigned:
    """The last note that a key signed for each ledger."""

    def __init__(self, key: str | Path, verifier: Verifier) -> None:
        self._folders = _folders(key)
        self.folder = self._folders[0]
        """Where the notes are kept."""
        self._verifier = verifier

    def file(self, ledger_id: str) -> Path:
        """Where the last note for a ledger is kept."""
        return self.folder / f"{ledger_id}{NOTE_SUFFIX}"

    def files(self) -> list[Path]:
        """All that is kept."""
        return [file for folder in self._folders for file in folder.glob("*")]

    def signed_any(self) -> bool:
        """Whether the key signed for any ledger."""
        return any(self._ledgers(folder) or any(folder.glob(f"*{NOTE_SUFFIX}")) for folder in self._folders)

    def signed_for(self, ledger_id: str) -> bool:
        """Whether the key signed for a ledger, though the note itself may be gone."""
        return any(ledger_id in self._ledgers(folder) for folder in self._folders) or bool(self.notes(ledger_id))

    def notes(self, ledger_id: str) -> dict[Path, SignedNote]:
        """The last note for a ledger, by the file that keeps it; none if the key signed none.

        There are two where a key is named by a link and signed by both names. Raises an error that names the file.
        """
        notes = ((file, self._note(file)) for file in (folder / self.file(ledger_id).name for folder in self._folders))
        return {file: note for file, note in notes if note is not None}

    def _note(self, file: Path) -> SignedNote | None:
        try:
            with file.open("rb") as opened:
                data = opened.read(LARGEST_NOTE_BYTES + 1)
            note = SignedNote.parse(data)
            note.verified_by([self._verifier])
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SignerForgets(str(file), error) from None
        except LedgerError as error:
            raise LastNoteFails(str(file), error.message) from None
        return note

    def remember(self, ledger_id: str, note: SignedNote) -> None:
        """Keep a note as the last one for a ledger, on the disk. To be called within `held`."""
        file = self.file(ledger_id)
        staging = file.with_name(f".{file.name}.part")
        try:
            with open(os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, OWNER_ONLY), "wb") as out:
                os.fchmod(out.fileno(), OWNER_ONLY)
                out.write(str(note).encode())
            flush(staging)
            take_name(staging, file)
            if ledger_id not in self._ledgers(self.folder):  # last, as whoever is killed before has signed nothing
                with (self.folder / LEDGERS).open("a", encoding="utf-8") as ledgers:
                    ledgers.write(f"{ledger_id}\n")
                flush(self.folder / LEDGERS)
        except OSError as error:
            raise SignerForgets(str(file), error) from None

    @contextmanager
    def held(self, timeout_seconds: float) -> Iterator[bool]:
        """Within it nobody else signs with the key; whether there was a folder of what it signed.

        Raises SignerForgets if nothing can be kept there, KeyNotPrivate, and SignerBusy after the timeout.
        """
        try:
            was_there = self._is_there()
            if not was_there:
                make_folder(self.folder)
            descriptor = os.open(self.folder / LEDGERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
        except OSError as error:
            raise SignerForgets(str(self.folder), error) from None
        try:
            self._wait(descriptor, timeout_seconds)
            yield was_there
        finally:
            os.close(descriptor)

    def _ledgers(self, folder: Path) -> list[str]:
        """The ids of the ledgers that the key signed for."""
        try:
            with (folder / LEDGERS).open("rb") as opened:
                return opened.read(LONGEST_LIST_BYTES).decode(errors="replace").split()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SignerForgets(str(folder / LEDGERS), error) from None

    def _is_there(self) -> bool:
        try:
            mode = stat.S_IMODE(self.folder.stat().st_mode)
        except FileNotFoundError:
            return False
        if mode & OTHERS:
            raise FolderNotPrivate(str(self.folder), mode)
        return True

    def _wait(self, descriptor: int, timeout_seconds: float) -> None:
        """Take the lock; it is free again when the descriptor is closed, or the process ends."""
        end = time.monotonic() + timeout_seconds
        while True:
            try:
                return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise SignerBusy(str(self.folder), timeout_seconds) from None
                time.sleep(PAUSE_SECONDS)
            except OSError as error:  # some network shares have no locks
                raise SignerForgets(str(self.folder / LEDGERS), error) from None


def _folders(key: str | Path) -> list[Path]:
    """Where a key may have kept what it signed, the one to write first.

    A link leads to a key that others may use by its own name, and both must know the same: it is kept beside the key,
    and beside the link only where nobody can write there.
    """
    named, real = (Path(f"{place}{SIGNED_SUFFIX}") for place in (key, os.path.realpath(key)))
    if not os.path.islink(key):
        return [named]
    return [real, named] if os.access(real if real.exists() else real.parent, os.W_OK) else [named, real]
