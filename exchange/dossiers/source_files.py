"""The stored texts of sources: files beside a dossier, of which the ledger keeps the SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from armsledger.domain.errors import UnreadableValue, shortened


class SourceFiles:
    """The files in a dossier's folder. Each is read once, so that every pass over the dossier sees the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[str, str | None] = {}

    def add_digest(self, fields: dict[str, Any]) -> None:
        """Add the SHA-256 of ``file`` to the fields; raises UnreadableValue if the file is missing or differs."""
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
                f"the SHA-256 of {shortened(file)} is {digest}, not {shortened(str(stated))}",
                remedy="put back the text that was meant, or leave sha256 out to have it computed",
                field="sha256",
            )

    def _digest(self, file: str) -> str | None:
        """The digest in hexadecimal figures; None if there is no file that can be read."""
        if file not in self._digests:
            self._digests[file] = _sha256_of(self._folder / file)
        return self._digests[file]

    def _missing(self, file: str) -> UnreadableValue:
        return UnreadableValue(
            f"there is no file {shortened(file)} in {self._folder}, the dossier's folder, that can be read",
            remedy="put the stored text there, or give its sha256, or leave file out",
            field="file",
        )


def _sha256_of(path: Path) -> str | None:
    """The SHA-256 of a regular file, read in blocks; None if it cannot be read."""
    try:
        if not path.is_file():
            return None  # a device or a pipe may have no end
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None
