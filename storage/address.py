"""Where a ledger is: a path, a ``sqlite:///`` URL, or nowhere but in memory."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from armsledger.storage.errors import UnsupportedAddress

MEMORY = ":memory:"
SQLITE_SCHEME = "sqlite://"
UNSUPPORTED = {
    "postgresql": "PostgreSQL is not supported yet",
    "postgres": "PostgreSQL is not supported yet",
    "file": "SQLite's own file: addresses are not supported",
}


def parse_address(address: str | Path) -> Path | None:
    """The ledger's path, or None for one in memory; raises `UnsupportedAddress`.

    As in SQLAlchemy, ``sqlite:///name`` is relative and ``sqlite:////name`` absolute.
    """
    text = str(address)
    scheme, separator, _ = text.partition("://")
    if separator and not isinstance(address, Path):
        text = _path_of_url(text, scheme)
    if text in ("", "."):
        raise UnsupportedAddress(repr(str(address)), "it names no file")
    return None if text == MEMORY else Path(text)


def _path_of_url(url: str, scheme: str) -> str:
    """The path in a ``sqlite:///`` URL."""
    if scheme != "sqlite":
        kind = scheme.partition("+")[0].lower()
        raise UnsupportedAddress(_without_password(url), UNSUPPORTED.get(kind, f"{scheme} is not a kind of ledger"))
    path = url.removeprefix(SQLITE_SCHEME)
    if path and not path.startswith("/"):
        raise UnsupportedAddress(url, "a ledger's URL has three slashes, or four before an absolute path")
    if "?" in path:
        raise UnsupportedAddress(url, "a ledger's URL has no options")
    return unquote(path[1:]) or MEMORY


def _without_password(url: str) -> str:
    """The URL as it may be shown: messages end up in logs."""
    scheme, _, rest = url.partition("://")
    credentials, at, host = rest.rpartition("@")
    return f"{scheme}://{credentials.partition(':')[0]}{at}{host}"
