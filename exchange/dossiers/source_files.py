"""The stored texts of sources: files beside a dossier, of which the ledger keeps the SHA-256.

A dossier may come from somebody else, so it names files in its own folder only, and below that: the digest of another
file would tell what is in it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

from armsledger.domain.errors import UnreadableValue, quoted


class SourceFiles:
    """The files in a dossier's folder. Each is read once, so that every pass over the dossier sees the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[str, str | None] = {}

    def add_digest(self, fields: dict[str, Any]) -> None:
        """Add the SHA-256 of ``file`` to the fields.

        Raises UnreadableValue if the file is missing, differs, or stands elsewhere than in the dossier's folder.
        """
        file = fields.get("file")
        if not isinstance(file, str):
            return
        stated = fields.get("sha256")
        digest = self._digest(file)
        if digest is None:
            if stated is None:
                raise self._missing(file)
        elif stated is None or (isinstance(stated, str) and stated.lower() == digest):
            fields["sha256"] = digest
        else:
            raise UnreadableValue(
                f"the SHA-256 of {quoted(file)} is {digest}, not {quoted(str(stated))}",
                remedy="put back the text that was meant, or leave sha256 out to have it computed",
                field="sha256",
            )

    def _digest(self, file: str) -> str | None:
        """The digest in hexadecimal figures; None if there is no file that can be read."""
        if file not in self._digests:
            self._digests[file] = _sha256_of(self._within(file))
        return self._digests[file]

    def _within(self, file: str) -> str:
        """Where the file really is; raises UnreadableValue if that is not in the folder."""
        place = Path(file)
        folder = os.path.realpath(self._folder)
        real = os.path.realpath(self._folder / place)
        if place.is_absolute() or ".." in place.parts or not Path(real).is_relative_to(folder):
            raise UnreadableValue(
                f"the file {quoted(file)} is not in the dossier's folder, {folder}, or leads out of it",
                remedy="put the stored text into that folder, and name it by its path from there",
                field="file",
            )
        return real

    def _missing(self, file: str) -> UnreadableValue:
        return UnreadableValue(
            f"there is no file {quoted(file)} in {self._folder}, the dossier's folder, that can be read",
            remedy="put the stored text there, or give its sha256, or leave file out",
            field="file",
        )


def _sha256_of(path: str) -> str | None:
    """The SHA-256 of a regular file, read in blocks; None if it cannot be read.

    A device or a pipe may have no end, and what is a link now was none before.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
