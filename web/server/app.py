"""The application: all pages of one ledger, behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from armsledger.domain.near import did_you_mean
from armsledger.web.server import compare, overviews, search, streams, tables
from armsledger.web.server.answering import ASK_AGAIN, FOR_EVER, Answering, sent
from armsledger.web.server.guard import LOCAL_NAMES, READING, Guard
from armsledger.web.server.links import static_bytes, version_of
from armsledger.web.server.news import News, TooManyFollowers
from armsledger.web.server.pages import problem
from armsledger.web.server.readers import Readers
from armsledger.web.server.visit import Page

PAGES: Final[tuple[Page, ...]] = (*overviews.PAGES, *tables.PAGES, *streams.PAGES, *search.PAGES, *compare.PAGES)
KINDS_OF_FILES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
More = Callable[[Answering], Sequence[BaseRoute]]
"""Makes routes that come before all others."""


class Site:
    """The pages of a ledger, as a server gives them out: ``app`` is what answers."""

    def __init__(
        self,
        address: str,
        *,
        names: Collection[str] = LOCAL_NAMES,
        root: str = "",
        known_by: str = "recorded",
        more: More | None = None,
        methods: Collection[str] = READING,
    ) -> None:
        """``names`` are those that the server answers for; ``root`` is the path below which a proxy has the pages.

        ``known_by`` is what belief goes by where an address does not say. ``more`` adds routes, and ``methods`` what
        they take.
        """
        self.root = root.rstrip("/")
        self.readers = Readers(address)
        self.news = News(address)
        self.answering = Answering(self.readers, root=self.root, known_by=known_by)
        added = () if more is None else more(self.answering)
        handlers: dict[Any, Any] = {HTTPException: self._problem, Exception: self._failure}
        routes = [*added, *self._routes()]
        pages = Starlette(routes=routes, exception_handlers=handlers, lifespan=self._lifespan)
        self.app: ASGIApp = Guard(pages, names=names, root=self.root, methods=methods)

    def _routes(self) -> Iterator[BaseRoute]:
        yield Route("/events", self._events)
        yield Route("/static/{name}", self._static)
        for page in PAGES:
            for format in page.formats:
                if page.path != "/":
                    yield Route(f"{page.path}.{format}", self.answering.endpoint(page, format))
            if "html" in page.formats:
                yield Route(page.path, self.answering.endpoint(page))

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        self.close()

    def close(self) -> None:
        """End what goes on beside answers."""
        self.news.close()
        self.readers.close()

    async def _events(self, request: Request) -> Response:
        try:
            follower = self.news.follow()
        except TooManyFollowers:
            return PlainTextResponse("Too many follow already.\n", 503, {"retry-after": "30"})
        try:
            position = await self.answering.in_thread(self.readers.position)
        except BaseException:
            self.news.leave(follower)
            raise
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self.news.told(follower, position), media_type="text/event-stream", headers=headers)

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            content, version = static_bytes(name), version_of(name)
        except LookupError:
            raise HTTPException(404) from None
        tag = f'"{version}"'
        headers = {"etag": tag, "cache-control": FOR_EVER if request.query_params.get("v") == version else ASK_AGAIN}
        if request.headers.get("if-none-match") == tag:
            return Response(None, 304, headers)
        return Response(content, 200, headers, KINDS_OF_FILES.get(name.rpartition(".")[2]))

    async def _problem(self, request: Request, error: HTTPException) -> Response:
        """The page for an address that is none of ours."""
        message = f"there is no page {request.url.path[:200]!a}" if error.status_code == 404 else str(error.detail)
        names = [page.path for page in PAGES if "{" not in page.path]
        remedy = did_you_mean(request.url.path[:200], names) or "begin at the board"
        status = error.status_code if error.status_code in set(HTTPStatus) else 400
        return sent(problem(status, message, remedy, self.root), {"cache-control": "no-store"})

    async def _failure(self, request: Request, error: Exception) -> Response:
        """The page for a fault of ours; the fault itself goes to the log."""
        answer = problem(500, "something is wrong here, not with what you asked", "", self.root)
        return sent(answer, {"cache-control": "no-store"})
