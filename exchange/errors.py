"""What can go wrong with files, besides what the domain already names.

LedgerError
├── UnreadableDossier        a file that is not a dossier (``armsledger.domain.errors``)
├── FileExists               a file that would be overwritten
└── NotWritable              a file that cannot be written
"""

from __future__ import annotations

from armsledger.domain.errors import LedgerError, UnreadableDossier


class FileExists(LedgerError):
    """There is a file of this name already."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"there is a file at {path} already; it was left as it is",
            remedy="name another file, or say that this one may be replaced (--replace)",
        )


class NotWritable(LedgerError):
    """The file cannot be written; what stood there before is untouched."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} cannot be written: {reason}",
            remedy="name a file in a folder that exists, that you may write, and that has room",
        )


def unreadable_file(name: str, error: OSError | ValueError) -> UnreadableDossier:
    """The refusal of a file that the system does not let us read; a path with a NUL is a ValueError."""
    if isinstance(error, FileNotFoundError):
        return UnreadableDossier(f"there is no file {name}", remedy="check the path, or '-' for standard input")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableDossier(f"{name} cannot be read: {reason}", remedy="name a file that you may read")
