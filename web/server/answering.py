"""Answering: from a request to an answer, over a reader of the ledger, with what was kept of answers before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from armsledger.domain.errors import InvalidValue, LedgerError
from armsledger.domain.printable import printable
from armsledger.domain.values.day_words import with_dates
from armsledger.storage.erasure.persons import FIRST_WITH_PERSONS, count_forgotten, names_in_clear
from armsledger.version import VERSION
from armsledger.web.markup import escape
from armsledger.web.server.answer import SVG, Answer, json_of, status_of
from armsledger.web.server.kept import Kept
from armsledger.web.server.kept_view import Commit, KeptView
from armsledger.web.server.latest import Latest
from armsledger.web.server.links import Dates, Pairs, ServerLinks
from armsledger.web.server.pages import problem
from armsledger.web.server.parameters import Parameters
from armsledger.web.server.readers import Readers
from armsledger.web.server.visit import QUESTION, Page, Visit

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.question import Question

T = TypeVar("T")
MOST_BYTES_KEPT: Final = 48_000_000
MOST_ROWS_KEPT: Final = 120_000
"""Of which a large table is kept for a few dates, beliefs or filters."""
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
MOST_NAMES: Final = 500
"""So many names of persons are looked for in a page."""
POLICY_OF_DRAWINGS: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
ERRORS: Final = (LedgerError, InvalidValue)
log = logging.getLogger("armsledger.web")


class Answering:
    """Answers pages of one ledger. Threads share it; each answer is of one commit."""

    def __init__(self, readers: Readers, *, root: str = "", known_by: str = "recorded") -> None:
        """``known_by`` is what belief goes by where the address does not say it."""
        self.readers = readers
        self.root = root
        self.recording = ""
        """Where one records, if the server is asked to write."""
        self._known_by = known_by
        self._answers: Kept[tuple[Answer, str]] = Kept(MOST_BYTES_KEPT, lambda kept: _bytes_of(kept[0]))
        self._kept: Kept[Any] = Kept(MOST_ROWS_KEPT, lambda kept: len(kept) + 1)
        self._latest = Latest()
        self._threads: CapacityLimiter | None = None

    def endpoint(self, page: Page, format: str = "html") -> Callable[[Request], Any]:
        """What the router calls for a page in a format."""

        async def respond(request: Request) -> Response:
            return await self.in_thread(self.respond, page, format, request)

        return respond

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
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
            return self.refusal(error, format)

    def _respond(self, page: Page, request: Request, format: str, parameters: Parameters) -> Response:
        with self.readers.reading() as ledger:
            view = self._view(ledger, parameters)
            visit = Visit(ledger, view, parameters, self._links(page, parameters, view), request.path_params, format)
            pairs = _with_dates(parameters.pairs(), visit.today)
            tag = self._tag(request.url.path, pairs, view)
            if _is_same(request.headers.get("if-none-match", ""), tag):
                return Response(None, 304, {"etag": tag})
            is_fixed = page.keeps and pairs == parameters.pairs() and "at" in parameters and _is_past(view)
            fixed = is_fixed and not self.recording
            answer, caching = self._answers.get(tag, lambda: self._made(page, visit, fixed=fixed))
        return sent(answer, {"etag": tag, "cache-control": caching})

    def _view(self, ledger: Ledger, parameters: Parameters) -> KeptView:
        known_by = parameters.one("known_by") or self._known_by
        view = ledger.at(parameters.one("at"), parameters.one("known"), known_by, parameters.one("as_recorded"))
        return KeptView(ledger.session, view.question, self._kept, self._latest, _commit(ledger, view.question))

    def _links(self, page: Page, parameters: Parameters, view: KeptView) -> ServerLinks:
        asked = parameters.pairs()
        dates = Dates(
            parameters.one("at") or "",
            parameters.one("known") or "",
            parameters.one("known_by") or self._known_by,
            [pair for pair in asked if pair[0] not in ("at", "known", "known_by", "page")],
        )
        question = [pair for pair in asked if pair[0] in QUESTION]
        filters = [] if page.path != "/" else [pair for pair in asked if pair[0] in ("buyer", "supplier")]
        position = view.question.position if view.known is None else None
        return ServerLinks(self.root, question, filters, dates, position, self.recording)

    def _tag(self, path: str, pairs: list[tuple[str, str]], view: KeptView) -> str:
        """What differs whenever the answer could."""
        told = (VERSION, self.root, self.recording, self._known_by, path, pairs, view.key)
        return f'"{sha256(repr(told).encode()).hexdigest()[:32]}"'

    def _made(self, page: Page, visit: Visit, *, fixed: bool) -> tuple[Answer, str]:
        answer = page.answer(visit)
        return answer, FOR_EVER if fixed and answer.keeps and not _names_somebody(visit.ledger, answer) else ASK_AGAIN

    def refusal(self, error: LedgerError | InvalidValue, format: str) -> Response:
        """The response to a question that cannot be answered: what is wrong, and the remedy."""
        status = status_of(error)
        message, remedy = error.message, error.remedy
        if status >= 500:  # it names files and servers
            log.error("%s", printable(str(error)))
            message, remedy = "the ledger cannot be read at the moment", "try again later"
        if format == "html":
            answer = problem(status, message, remedy, self.root)
        else:
            answer = json_of({"error": message, "remedy": remedy}, status)
        return sent(answer, {"cache-control": "no-store", **({"retry-after": "10"} if status >= 500 else {})})


def sent(answer: Answer, headers: dict[str, str]) -> Response:
    """The response of an answer."""
    if answer.media == SVG:  # a drawing carries its style
        headers = {**headers, "content-security-policy": POLICY_OF_DRAWINGS}
    if answer.name:
        headers = {**headers, "content-disposition": f'inline; filename="{answer.name}"'}
    if isinstance(answer.content, bytes):
        return Response(answer.content, answer.status, headers, answer.media)
    return StreamingResponse(answer.content, answer.status, headers, answer.media)


def _bytes_of(answer: Answer) -> int:
    """How much room an answer takes; one that is sent in parts is used up by that, and never kept."""
    return len(answer.content) if isinstance(answer.content, bytes) else MOST_BYTES_KEPT


def _commit(ledger: Ledger, question: Question) -> Commit:
    """The state of the ledger that a question is about."""
    reader = ledger.journal().reader
    meta = reader.meta()
    has_persons = int(meta["schema_version"]) >= FIRST_WITH_PERSONS
    last = reader.recorded_at(question.position)
    return Commit(meta["ledger_id"], last, count_forgotten(reader.query) if has_persons else 0)


def _with_dates(pairs: Pairs, today: date) -> list[tuple[str, str]]:
    """Parameters with dates in place of words that mean another day tomorrow."""
    return [(name, with_dates(value, today)) for name, value in pairs]


def _is_past(view: KeptView) -> bool:
    """Whether nothing that is recorded later can change what is believed."""
    question = view.question
    if question.known is None or not (question.by_position or question.folded):
        return False
    return question.position < view.reader.head()


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
