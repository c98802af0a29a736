"""Where a ledger is: at a path, at a ``sqlite:///`` or ``postgresql://`` URL, or in memory.

The address of a server can hold a password, and messages end up in logs. So this is the rule for all that is shown:

- Of an address that is read, messages show the user, the hosts and ports, the database and the schema. Each of these
  is written so that it can be nothing else: a sign that could end a password early is refused in it.
- Of an address that cannot be read, they show nothing at all, not even the part that is wrong: an ``@`` or ``/`` that
  was not escaped makes a host, a port or an option of the rest of a password. What is wrong is said in words.

A path is shown as it is; a text that looks like the address of a server, and is none, is not taken for a path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from armsledger.storage.errors import UnsupportedAddress

MEMORY: Final = ":memory:"
SERVER: Final = "postgresql://"
SERVER_SCHEMES: Final = ("postgresql", "postgres")
OTHER_SCHEMES: Final = frozenset({"mysql", "mariadb", "mssql", "oracle", "mongodb", "redis", "duckdb", "http", "https"})
"""Schemes that a message names; any other could be a part of something that was written together."""
FILE_REASON: Final = "SQLite's own file: addresses are not supported"

PARTS: Final = re.compile(
    r"(?:(?P<credentials>[^@/]*)@)?(?P<hosts>[^/?]*)(?:/(?P<database>[^?]*))?(?:\?(?P<options>.*))?", re.DOTALL
)
"""What stands after ``://``, divided as libpq divides it (PostgreSQL's fe-connect.c)."""
ESCAPE: Final = "%[0-9A-Fa-f]{2}"
BAD_ESCAPE: Final = re.compile("%(?!(?!00)[0-9A-Fa-f]{2})")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
NAME: Final = re.compile(rf"(?:[\w.~+$-]|{ESCAPE})*")
"""A user or a database. Other signs are escaped, so that none of them can have been meant to end a password."""
HOST: Final = re.compile(rf"(?:\[[0-9A-Fa-f:.]+(?:{ESCAPE}[\w.-]+)?\]|(?:[\w.~-]|{ESCAPE})*)(?::(?P<port>[0-9]+))?")
PLAIN_HOST: Final = re.compile(r"(?:/[^:@]*|[\w.~-]*|[0-9A-Fa-f:.]+)")
"""A host once it is unescaped: a socket's folder, a name, or an IP address."""
LARGEST_PORT: Final = 65_535
SEARCH_PATH: Final = re.compile(r"(?:^|\s)-c\s*search_path=(?P<schema>[\w,$]+)(?=\s|$)")
SECRET: Final = re.compile("password|secret", re.IGNORECASE)
"""What the names of options contain that hold secrets."""
QUOTED: Final = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
SHORTEST_UNQUOTED_SECRET: Final = 8
"""A shorter one could be a part of any word of a message; drivers quote what they were given."""

LIKE_A_SERVER: Final = re.compile(
    r"""
    ^\W*(?:postgres(?:ql)?|psql|pgsql)\b[+\w]*\s*(?::|;|//|\\)              # postgresql:/host, postgres//host
    | \b(?:host|hostaddr|dbname|user|service|passfile|\w*password)\s*=     # host=... password=...
    | ^.*[:;|].*@                                                          # user:password@host
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
A_PATH: Final = re.compile(r"/(?!/)|\.{1,2}/|~")
"""How a path begins that is taken for nothing else."""

NOT_SHOWN: Final = "the address"
ESCAPING: Final = (
    "keep the password in ~/.pgpass or a service file, not in the address; what has to stand in it is escaped:"
    " @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25, a blank as %20"
)
NOT_A_PATH: Final = "write postgresql://user@host/name for a server; of a file with such a name, write ./ before it"


class Server(NamedTuple):
    """A ledger on a PostgreSQL server: its URL as libpq takes it, several hosts and options included.

    Where it is shown, it is shown without secrets: see the module's rule.
    """

    url: str

    def __str__(self) -> str:
        user, hosts, database, options = _divided(self.url.removeprefix(SERVER))
        user = f"{user.partition(':')[0]}@" if user is not None else ""
        path = f"/{database}" if database is not None else ""
        shown = "&".join(_shown_options(options))
        return f"{SERVER}{user}{hosts}{path}{'?' if shown else ''}{shown}"

    def __repr__(self) -> str:
        return f"Server({str(self)!r})"

    def scrubbed(self, text: str) -> str:
        """What a driver says, without the passwords that it was given, should it ever quote one."""
        secrets = self._secrets()
        for quote in QUOTED.findall(text):
            if any(secret in quote for secret in secrets):
                text = text.replace(quote, '"..."')
        for secret in secrets:
            if len(secret) >= SHORTEST_UNQUOTED_SECRET:
                text = text.replace(secret, "...")
        return text

    def _secrets(self) -> list[str]:
        credentials, _, _, options = _divided(self.url.removeprefix(SERVER))
        values = [(credentials or "").partition(":")[2], os.environ.get("PGPASSWORD", "")]
        values += [value for name, value in _pairs(options) if SECRET.search(name)]
        return sorted({text for value in values for text in (value, unquote(value)) if text}, key=len, reverse=True)


Place = Path | Server | None
"""A file, a server, or None: in memory."""


def parse_address(address: str | Path) -> Place:
    """The place that an address names, None for memory; raises `UnsupportedAddress`.

    As in SQLAlchemy, ``sqlite:///name`` is relative and ``sqlite:////name`` absolute, and ``postgresql+psycopg://``
    is PostgreSQL.
    """
    text = str(address)
    if not isinstance(address, Path):
        scheme, separator, rest = text.partition("://")
        if separator and scheme.lower().partition("+")[0] in SERVER_SCHEMES:
            return _server(rest)
        if separator:
            text = _path_of_url(scheme, rest)
        if LIKE_A_SERVER.search(text) and not A_PATH.match(text):
            reason = "it looks like the address of a server, which begins with postgresql://"
            raise UnsupportedAddress(NOT_SHOWN, reason, remedy=NOT_A_PATH)
    if text in ("", "."):
        raise UnsupportedAddress(repr(str(address)), "it names no file")
    return None if text == MEMORY else Path(text)


def shown_address(address: str) -> str:
    """An address as messages show it, whether or not it can be read."""
    try:
        place = parse_address(address)
    except UnsupportedAddress:
        return NOT_SHOWN
    return str(place) if isinstance(place, Server) else address


def _path_of_url(scheme: str, rest: str) -> str:
    """The path in a ``sqlite:///`` URL."""
    if scheme != "sqlite":
        kind = scheme.partition("+")[0].lower()
        reason = "what stands before :// is neither sqlite nor postgresql"
        if kind in OTHER_SCHEMES:
            reason = f"{kind} is not a kind of ledger"
        raise UnsupportedAddress(NOT_SHOWN, FILE_REASON if kind == "file" else reason)
    if rest and not rest.startswith("/"):
        raise UnsupportedAddress(NOT_SHOWN, "a ledger's URL has three slashes, or four before an absolute path")
    if "?" in rest:
        raise UnsupportedAddress(NOT_SHOWN, "a ledger's URL has no options")
    return unquote(rest[1:]) or MEMORY


def _server(rest: str) -> Server:
    """The server that is named by what stands after ``postgresql://``; raises `UnsupportedAddress`."""
    mistake = next(_mistakes(rest), None)
    if mistake is not None:
        raise UnsupportedAddress(NOT_SHOWN, mistake, remedy=ESCAPING)
    return Server(f"{SERVER}{rest}")


def _divided(rest: str) -> tuple[str | None, str, str | None, str]:
    """The credentials, the hosts, the database and the options; None for what is not there."""
    parts = PARTS.fullmatch(rest)
    assert parts is not None, "any text matches"
    return parts["credentials"], parts["hosts"], parts["database"], parts["options"] or ""


def _mistakes(rest: str) -> Iterator[str]:
    """What is wrong with the address of a server, in words that quote nothing of it."""
    credentials, hosts, database, options = _divided(rest)
    user = (credentials or "").partition(":")[0]
    if CONTROL.search(rest):
        yield "it holds a line break or another control character"
    if BAD_ESCAPE.search(rest):
        yield "it holds a % that two hexadecimal figures do not follow"
    if not _is_utf8(rest):
        yield "what it escapes by % is no UTF-8"
    if "@" in f"{hosts}/{database}?{options}":
        yield "it holds an @ too many, or one after a /, as a password does that is not escaped"
    if not _is_name(user):
        yield "its user, before the : or the @, holds a sign that has to be escaped, or a colon"
    if not all(map(_is_host, hosts.split(","))):
        yield "its host is none, or the : after it is not followed by the number of a port"
    if not _is_name(database or ""):
        yield "its database, after the /, holds a sign that has to be escaped, or a colon"
    for name, value in _pairs(options):
        if not name or "=" in value:
            yield "its options, after the ?, are not name=value, with & between them"
        elif not _is_option(name, value):
            yield "one of its options has a value of another form, or holds a sign that has to be escaped"


def _is_utf8(text: str) -> bool:
    try:
        unquote(text, errors="strict").encode()
    except UnicodeError:
        return False
    return True


def _is_name(text: str) -> bool:
    plain = unquote(text)
    return bool(NAME.fullmatch(text)) and ":" not in plain and not CONTROL.search(plain)


def _is_host(text: str) -> bool:
    host = HOST.fullmatch(text)
    if host is None or int(host["port"] or 0) > LARGEST_PORT:
        return False
    name = text if host["port"] is None else text.rpartition(":")[0]
    return name.startswith("[") or bool(PLAIN_HOST.fullmatch(unquote(name)))


def _is_option(name: str, value: str) -> bool:
    """Whether a part of the options that messages show has the form of what it names."""
    if name in ("user", "dbname"):
        return _is_name(value)
    if name == "host":
        return all(PLAIN_HOST.fullmatch(host) for host in unquote(value).split(","))
    if name in ("port", "hostaddr"):
        return bool(re.fullmatch(r"[0-9A-Fa-f:.,]*", unquote(value)))
    return True


def _pairs(options: str) -> Iterator[tuple[str, str]]:
    """Names and values; an empty name for what is no pair."""
    for option in options.split("&") if options else ():
        name, equals, value = option.partition("=")
        yield (name if equals else ""), value


def _shown_options(options: str) -> Iterator[str]:
    """Those that say which ledger it is."""
    for name, value in _pairs(options):
        schema = SEARCH_PATH.search(unquote(value)) if name == "options" else None
        if name in ("user", "host", "hostaddr", "port", "dbname"):
            yield f"{name}={value}"
        elif schema is not None:
            yield f"options=-csearch_path%3D{schema['schema']}"
