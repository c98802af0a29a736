"""Who may send a form: only a page that this run of the server made, and that a browser sends from the same place.

There are no cookies, so a strange page has nothing to ride on but the address of a server on this machine. Three things
stop it, each by itself: what browsers say of where a request comes from (``Sec-Fetch-Site``, ``Origin``), the content
type, and a token in each form, which is a keyed hash of the form's name and of the time at which it was made.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from armsledger.domain.errors import LedgerError

FORM_TYPE: Final = "application/x-www-form-urlencoded"
LONGEST_SECONDS: Final = 12 * 3600
"""How long a form may lie open before it is sent."""
SAME_PLACE: Final = frozenset({"same-origin", "none"})
"""Where a browser may say that a request comes from: the server's own pages, or somebody's hand."""


class Strange(LedgerError):
    """A form comes from elsewhere, and is not looked at; ``status`` is that of the answer."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


class Token(Enum):
    """What a token is: this run's and fresh, too old, or none that this run has made."""

    GOOD = "good"
    OLD = "old"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Gate:
    """The secret of one run of the server, and the clock."""

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    clock: Callable[[], float] = time.time

    def token(self, form: str) -> str:
        """A token for a form, by its name."""
        made = str(int(self.clock()))
        return f"{made}.{self._hash(form, made)}"

    def judge(self, token: str, form: str) -> Token:
        """What the token that a form sent is."""
        made, dot, hashed = token.partition(".")
        if not dot or not made.isascii() or not made.isdecimal() or len(made) > 12 or not hashed.isascii():
            return Token.UNKNOWN
        if not hmac.compare_digest(hashed, self._hash(form, made)):
            return Token.UNKNOWN
        age = self.clock() - int(made)
        return Token.GOOD if -60 <= age <= LONGEST_SECONDS else Token.OLD

    def _hash(self, form: str, made: str) -> str:
        return hmac.new(self.secret, f"{form}\n{made}".encode(), "sha256").hexdigest()


def check_origin(headers: Mapping[str, str]) -> None:
    """Refuse a form that a page from elsewhere sends, or that is none; raises Strange.

    The host was looked at before: it is one that the server is asked by.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if (site is not None and site not in SAME_PLACE) or (origin is not None and not _is_own(origin, headers)):
        raise Strange(
            403,
            "this form was sent from another site, and nothing was recorded",
            "open the form on this server, and send it from there",
        )
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise Strange(415, "this is no form", f"send it as {FORM_TYPE}")


def _is_own(origin: str, headers: Mapping[str, str]) -> bool:
    """Whether an origin is the server that is asked; its scheme is the proxy's, where one stands before the server."""
    scheme, separator, host = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and host.lower() == headers.get("host", "").lower()


def says_where_from(headers: Mapping[str, str]) -> bool:
    """Whether the browser has said that a form comes from this server, so that a strange page cannot have sent it."""
    return headers.get("sec-fetch-site") == "same-origin" or "origin" in headers
