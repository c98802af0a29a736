"""What can go wrong with files, besides what the domain already names.

LedgerError
├── UnreadableDossier        a file is not a dossier (``armsledger.domain.errors``)
├── FileExists               a file would be overwritten
└── NotWritable              a file cannot be written

InvalidValue
└── InvalidCell              a cell of a table cannot be read, or can be read in two ways
"""

from __future__ import annotations

from armsledger.domain.errors import InvalidValue, LedgerError, UnreadableDossier


class FileExists(LedgerError):
    """A file has this name already."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"there is a file at {path} already; it was left as it is",
            remedy="name another file, or say that this one may be replaced (--replace)",
        )


class NotWritable(LedgerError):
    """A file cannot be written; an earlier file of its name is untouched."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} cannot be written: {reason}",
            remedy="name a file in a folder that exists, that you may write, and that has room",
        )


class InvalidCell(InvalidValue):
    """A cell that can be read in two ways, or in none; ``column`` names it where that is known."""

    def __init__(self, message: str, remedy: str, column: str = "") -> None:
        super().__init__(message, remedy)
        self.column = column


def unreadable_file(name: str, error: OSError | ValueError) -> UnreadableDossier:
    """The refusal of a file that the system does not let us read; for a path with a NUL, Python raises ValueError."""
    if isinstance(error, FileNotFoundError):
        return UnreadableDossier(f"there is no file {name}", remedy="check the path, or '-' for standard input")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableDossier(f"{name} cannot be read: {reason}", remedy="name a file that you may read")
