"""The guard before all pages: who is addressed, what may be asked, and what a browser may do with the answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from armsledger.web.server.parameters import LONGEST_ADDRESS

LOCAL_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
READING: Final = ("GET", "HEAD")
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """Refuses requests to other names (a page elsewhere can give a name of its own our address), and other methods."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: Collection[str] = LOCAL_NAMES,
        root: str = "",
        methods: Collection[str] = READING,
    ) -> None:
        """``root`` is the path below which a proxy has the pages, such as ``/ledger``."""
        self._app = app
        self._names = frozenset(name.lower() for name in names)
        self._root = root
        self._methods = tuple(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send, is_head=scope["method"] == "HEAD")
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        path: str = scope["path"]
        if self._root and (path == self._root or path.startswith(f"{self._root}/")):
            scope = {**scope, "path": path[len(self._root) :] or "/"}
        await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        name = host_name(headers.get("host", ""))
        if name not in self._names:
            text = f"This server does not answer for the name {name[:100]!a}."
            return PlainTextResponse(f"{text}\nremedy: armsledger serve --allow-host NAME\n", 403)
        if scope["method"] not in self._methods:
            allowed = ", ".join(self._methods)
            return PlainTextResponse(f"This server takes {allowed} only.\n", 405, {"allow": allowed})
        if len(scope.get("raw_path") or b"") > LONGEST_ADDRESS or len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse(f"The address is longer than {LONGEST_ADDRESS:,} characters.\n", 414)
        return None


def host_name(host: str) -> str:
    """The name in a Host header, without the port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() and (":" not in name or name.endswith("]")) else host).lower()


def _with_headers(send: Send, *, is_head: bool) -> Send:
    """Send with the headers of every answer; of the answer to HEAD, the headers alone."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body" and is_head:
            message = {**message, "body": b""}
        await send(message)

    return guarded
