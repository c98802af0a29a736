"""Answering: from a request to an answer, over a reader of the ledger, with what was kept of answers before."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from anyio import CapacityLimiter, to_thread
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from armsledger.domain.errors import InvalidValue, LedgerError
from armsledger.storage.erasure.persons import FIRST_WITH_PERSONS, count_forgotten, names_in_clear
from armsledger.version import VERSION
from armsledger.web.server.answer import Answer, json_of, status_of
from armsledger.web.server.kept import Kept
from armsledger.web.server.links import ServerLinks
from armsledger.web.server.pages import problem
from armsledger.web.server.parameters import Parameters
from armsledger.web.server.readers import Readers
from armsledger.web.server.visit import QUESTION, Page, Visit

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.ledger_view import LedgerView

MOST_BYTES_KEPT: Final = 48_000_000
MOST_ROWS_KEPT: Final = 200_000
"""Of which a large table is kept for a few dates, beliefs or filters."""
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
FIXED_DATE: Final = re.compile(r"[0-9X]{4}(-[0-9X]{2}){0,2}")
FIXED_BELIEF: Final = re.compile(
    r"@[0-9]+|[0-9]{4}(-[0-9]{2}){0,2}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)"
)
"""Dates that mean the same on every day, as `today` and `last month` do not."""
MOST_NAMES: Final = 500
"""So many names of persons are looked for in a page."""
ERRORS: Final = (LedgerError, InvalidValue)
log = logging.getLogger("armsledger.web")


class Answering:
    """Answers pages of one ledger. Threads share it; each answer is of one commit."""

    def __init__(self, readers: Readers, *, root: str = "", known_by: str = "recorded") -> None:
        """``known_by`` is what belief goes by where the address does not say it."""
        self.readers = readers
        self.root = root
        self._known_by = known_by
        self._answers: Kept[tuple[Answer, str]] = Kept(MOST_BYTES_KEPT, lambda kept: _bytes_of(kept[0]))
        self._kept: Kept[Any] = Kept(MOST_ROWS_KEPT, lambda kept: len(kept) + 1)
        self._threads: CapacityLimiter | None = None

    def endpoint(self, page: Page, format: str = "html") -> Callable[[Request], Any]:
        """What the router calls for a page in a format."""

        async def respond(request: Request) -> Response:
            return await self.in_thread(self.respond, page, format, request)

        return respond

    async def in_thread(self, function: Callable[..., Response], *arguments: Any) -> Response:
        """Call a function that reads the ledger in a thread: as many at once as there are readers."""
        if self._threads is None:
            self._threads = CapacityLimiter(self.readers.most)
        return await to_thread.run_sync(function, *arguments, limiter=self._threads)

    def respond(self, page: Page, format: str, request: Request) -> Response:
        """The response to a request for a page in a format."""
        try:
            parameters = Parameters.read(request.url.query)
            parameters.check_only((*page.takes, *QUESTION))
            return self._respond(page, request, format, parameters)
        except ERRORS as error:
            return self.refusal(error, format, ServerLinks(self.root))

    def _respond(self, page: Page, request: Request, format: str, parameters: Parameters) -> Response:
        with self.readers.reading() as ledger:
            view = self._view(ledger, parameters)
            commit = _commit(ledger)
            links = ServerLinks(self.root, [pair for pair in parameters.pairs() if pair[0] in QUESTION])
            visit = Visit(ledger, view, parameters, links, request.path_params, format, self._kept, commit)
            tag = self._tag(request, visit)
            if _is_same(request.headers.get("if-none-match", ""), tag):
                return Response(None, 304, {"etag": tag})
            fixed = page.keeps and _is_fixed(view, parameters, ledger)
            answer, caching = self._answers.get(tag, lambda: self._made(page, visit, fixed=fixed))
        return sent(answer, {"etag": tag, "cache-control": caching})

    def _view(self, ledger: Ledger, parameters: Parameters) -> LedgerView:
        known_by = parameters.one("known_by") or self._known_by
        return ledger.at(parameters.one("at"), parameters.one("known"), known_by, parameters.one("as_recorded"))

    def _tag(self, request: Request, visit: Visit) -> str:
        """What differs whenever the answer could."""
        told = (VERSION, self.root, self._known_by, request.url.path, visit.parameters.pairs(), visit.key)
        return f'"{sha256(repr(told).encode()).hexdigest()[:32]}"'

    def _made(self, page: Page, visit: Visit, *, fixed: bool) -> tuple[Answer, str]:
        answer = page.answer(visit)
        return answer, FOR_EVER if fixed and not _names_somebody(visit.ledger, answer) else ASK_AGAIN

    def refusal(self, error: LedgerError | InvalidValue, format: str, links: ServerLinks) -> Response:
        """The response to a question that cannot be answered: what is wrong, and the remedy."""
        status = status_of(error)
        message, remedy = error.message, error.remedy
        if status >= 500:  # it names files and servers
            log.error("%s", error)
            message, remedy = "the ledger cannot be read at the moment", "try again later"
        if format == "html":
            answer = problem(status, message, remedy, links)
        else:
            answer = json_of({"error": message, "remedy": remedy}, status)
        return sent(answer, {"cache-control": "no-store"})


def sent(answer: Answer, headers: dict[str, str]) -> Response:
    """The response of an answer."""
    if answer.name:
        headers = {**headers, "content-disposition": f'inline; filename="{answer.name}"'}
    if isinstance(answer.content, bytes):
        return Response(answer.content, answer.status, headers, answer.media)
    return StreamingResponse(answer.content, answer.status, headers, answer.media)


def _bytes_of(answer: Answer) -> int:
    """How much room an answer takes; one that is sent in parts is used up by that, and never kept."""
    return len(answer.content) if isinstance(answer.content, bytes) else MOST_BYTES_KEPT


def _commit(ledger: Ledger) -> tuple[object, ...]:
    """Which state of which ledger this is: of the position alone, a backup that was restored could have another."""
    reader = ledger.journal().reader
    head, meta = reader.head(), reader.meta()
    has_persons = int(meta["schema_version"]) >= FIRST_WITH_PERSONS
    return meta["ledger_id"], reader.recorded_at(head), count_forgotten(reader.query) if has_persons else 0


def _names_somebody(ledger: Ledger, answer: Answer) -> bool:
    """Whether an answer may hold the name of a person, which may have to be erased: nobody is to keep that for ever."""
    reader = ledger.journal().reader
    if int(reader.meta()["schema_version"]) < FIRST_WITH_PERSONS:
        return True
    names = names_in_clear(reader.query)
    if not isinstance(answer.content, bytes) or len(names) > MOST_NAMES:
        return bool(names)
    text = answer.content.decode()
    return any(name in text or str(escape(name)) in text for name in names)


def _is_same(asked: str, tag: str) -> bool:
    """Whether a browser has this very answer."""
    return asked.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in asked.split(",")]


def _is_fixed(view: LedgerView, parameters: Parameters, ledger: Ledger) -> bool:
    """Whether nothing that is recorded later can change an answer at these dates."""
    question = view.question
    at, known = parameters.one("at"), parameters.one("known")
    return (
        question.by_position
        and question.position < ledger.journal().reader.head()
        and at is not None
        and known is not None
        and FIXED_DATE.fullmatch(at) is not None
        and FIXED_BELIEF.fullmatch(known) is not None
    )
