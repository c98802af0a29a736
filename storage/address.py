"""Where a ledger is: at a path, at a ``sqlite:///`` or ``postgresql://`` URL, or in memory."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from armsledger.storage.errors import UnsupportedAddress

MEMORY = ":memory:"
SQLITE_SCHEME = "sqlite://"
SERVER_SCHEMES = ("postgresql", "postgres")
UNSUPPORTED = {"file": "SQLite's own file: addresses are not supported"}


class Server(NamedTuple):
    """A ledger on a PostgreSQL server: its URL as libpq takes it, several hosts and options included."""

    url: str

    def __str__(self) -> str:
        return _without_password(self.url)


Place = Path | Server | None
"""A file, a server, or None: in memory."""


def parse_address(address: str | Path) -> Place:
    """The place that an address names, None for memory; raises `UnsupportedAddress`.

    As in SQLAlchemy, ``sqlite:///name`` is relative and ``sqlite:////name`` absolute, and ``postgresql+psycopg://``
    is PostgreSQL.
    """
    text = str(address)
    scheme, separator, rest = text.partition("://")
    if separator and not isinstance(address, Path):
        if scheme.lower().partition("+")[0] in SERVER_SCHEMES:
            return Server(f"postgresql://{rest}")
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
    """A URL as messages show it, which end up in logs."""
    scheme, _, rest = url.partition("://")
    credentials, at, host = rest.rpartition("@")
    place, mark, options = host.partition("?")
    shown = "&".join(option for option in options.split("&") if not option.startswith(("password=", "sslpassword=")))
    return f"{scheme}://{credentials.partition(':')[0]}{at}{place}{mark if shown else ''}{shown}"
