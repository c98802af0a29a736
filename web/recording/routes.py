"""The routes that record. They are mounted only where a server is asked to write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from armsledger.domain.errors import LedgerError
from armsledger.domain.values.stream import KINDS
from armsledger.web.recording import article_answers, article_page, repair_page
from armsledger.web.recording.answer import Answer, as_told, status_of
from armsledger.web.recording.desk import HOME, Desk
from armsledger.web.recording.done_page import done_page
from armsledger.web.recording.gate import Strange, Token, check_origin, says_where_from
from armsledger.web.recording.repairs import EVENTS
from armsledger.web.recording.stream_page import stream_page
from armsledger.web.recording.written import Pairs
from armsledger.web.server.answering import Answering
from armsledger.web.server.app import More

MOST_BYTES: Final = 2_000_000
"""A form holds an article, and some hundred entries at most."""
MOST_INPUTS: Final = 5000
NOT_KEPT: Final = {"Cache-Control": "no-store"}

Opened = Callable[[Desk, Mapping[str, str]], Answer]
Sent = Callable[[Desk, Pairs, Token], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]


def recording_routes(desk: Desk) -> list[Route]:
    """The routes of one server that records."""
    return [
        _form(desk, HOME, article_page.FORM, article_answers.opened, article_answers.sent),
        *(_form(desk, f"{HOME}/{deed}", deed, repair_page.opened(deed), repair_page.sent(deed)) for deed in EVENTS),
        Route(f"{HOME}/repair", _page(desk, stream_page)),
        Route(f"{HOME}/done", _page(desk, done_page)),
        Route(f"{HOME}/keys.json", _keys(desk)),
    ]


def recording_at(desk: Desk) -> More:
    """What adds these routes to a site, and tells its pages where one records."""

    def more(answering: Answering) -> Sequence[Route]:
        answering.recording = desk.home
        return recording_routes(desk)

    return more


def _form(desk: Desk, path: str, name: str, opened: Opened, sent: Sent) -> Route:
    """The route of a form, which is opened by GET and sent by POST."""
    show, take = _page(desk, opened), _sent(desk, name, sent)

    async def endpoint(request: Request) -> Response:
        return await (take if request.method == "POST" else show)(request)

    return Route(path, endpoint, methods=["GET", "POST"])


def _page(desk: Desk, opened: Opened) -> Endpoint:
    async def show(request: Request) -> Response:
        return _response(await run_in_threadpool(_answered, desk, opened, desk, dict(request.query_params)))

    return show


def _sent(desk: Desk, name: str, sent: Sent) -> Endpoint:
    async def take(request: Request) -> Response:
        try:
            check_origin(request.headers)
            pairs = await _pairs(request)
            token = desk.gate.judge(pairs.get("token", ""), name)
            if token is Token.UNKNOWN and not says_where_from(request.headers):
                raise Strange(403, "this form is not one of this server's", "open the form, and send it from there")
        except Strange as error:
            return PlainTextResponse(f"{error.message}\n{error.remedy}\n", error.status, NOT_KEPT)
        return _response(await run_in_threadpool(_answered, desk, sent, desk, pairs, token))

    return take


def _answered(desk: Desk, answer: Callable[..., Answer], *given: Any) -> Answer:
    """An answer, or the page that says why there is none."""
    try:
        return answer(*given)
    except LedgerError as error:
        told = as_told(error)
        return Answer(desk.page("nothing.html", "", message=told.message, remedy=told.remedy), status_of(error))


async def _pairs(request: Request) -> dict[str, str]:
    """What a form sent; raises Strange for more than any form holds, and for what is none."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise Strange(413, f"a form holds at most {MOST_BYTES:,} bytes", "record a part of it first")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_INPUTS, errors="strict")
    except ValueError as error:
        raise Strange(400, "this is no form", "send it from the page that the server made") from error
    return dict(pairs)


def _keys(desk: Desk) -> Endpoint:
    async def keys(request: Request) -> Response:
        kind, prefix = request.query_params.get("kind", ""), request.query_params.get("begins", "")[:200]
        if kind not in (*KINDS, "stream"):
            return JSONResponse([], 404)
        return JSONResponse(await run_in_threadpool(desk.names, kind, prefix), headers=NOT_KEPT)

    return keys


def _response(answer: Answer) -> Response:
    if answer.to:
        return RedirectResponse(answer.to, answer.status, NOT_KEPT)
    return HTMLResponse(answer.page, answer.status, NOT_KEPT)
