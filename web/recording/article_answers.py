"""What the page "Record an article" answers to what somebody does on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from armsledger.domain.errors import LedgerError, UsageError
from armsledger.domain.events.source import Registered
from armsledger.domain.values.stream import KINDS
from armsledger.web.recording.answer import REFUSED, Answer, as_told, distrust, recorded, status_of
from armsledger.web.recording.article import Article, article_sent, told_by
from armsledger.web.recording.article_page import form_page, preview_page
from armsledger.web.recording.attempt import attempt
from armsledger.web.recording.gate import Token
from armsledger.web.recording.written import Pairs, Written

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.web.recording.desk import Desk

NOTHING_WRITTEN = UsageError(
    "no entry is written yet", remedy="choose what the source tells, show its fields, and fill them in"
)


def opened(desk: Desk, asked: Mapping[str, str]) -> Answer:
    """The empty form; the address may name the ``source``, the ``stream`` and what it ``tells``."""
    kind, _, key = asked.get("stream", "").partition("/")
    told = told_by(asked.get("tells", ""))
    known_kind = next((one for one in KINDS if one == kind), told.kind)
    event = told.event if known_kind == told.kind else ""
    article = Article(
        source=Written("source", asked.get("source", ""), Registered.name), blank=Written(known_kind, key, event)
    )
    with desk.ledger() as ledger:
        return Answer(form_page(desk, ledger, article))


def sent(desk: Desk, pairs: Pairs, token: Token) -> Answer:
    """What a form that was sent is answered with; whatever is wrong, nothing that was typed is lost."""
    article = article_sent(pairs)
    try:
        with desk.ledger() as ledger:
            if (error := distrust(token)) is not None:
                return Answer(form_page(desk, ledger, article, errors=[as_told(error)]), status_of(error))
            return _done(desk, ledger, article, pairs)
    except LedgerError as error:
        return Answer(form_page(desk, None, article, errors=[as_told(error)]), status_of(error))


def _done(desk: Desk, ledger: Ledger, article: Article, pairs: Pairs) -> Answer:
    do, _, number = pairs.get("do", "show").partition(":")
    match do:
        case "edit":
            article = article.edited(_number(number))
        case "remove":
            article = article.removed(_number(number))
        case "add" | "preview" | "record":
            return _tried(desk, ledger, article, pairs, do)
    return Answer(form_page(desk, ledger, article))


def _tried(desk: Desk, ledger: Ledger, article: Article, pairs: Pairs, do: str) -> Answer:
    """What comes of entries that somebody wants to add to the page, to see, or to record."""
    today = ledger.session.today
    if not article.entries or (do == "add" and article.under_way is None):
        return Answer(form_page(desk, ledger, article, errors=[NOTHING_WRITTEN]), REFUSED)
    tried = attempt(ledger, article.objects(today), dry_run=do != "record")
    if do == "add":
        wrong = [one for one in tried.refusals if one.entry == article.under_way and not one.waits]
        if not wrong:
            kept = "One entry is" if len(article.entries) == 1 else f"{len(article.entries)} entries are"
            told = f"{kept} kept in this page, and not recorded yet."
            return Answer(form_page(desk, ledger, article.added(), told=told))
        return Answer(form_page(desk, ledger, article, wrong), REFUSED)
    if tried.report is None:
        return Answer(form_page(desk, ledger, article, tried.refusals), REFUSED)
    if do == "record":
        return recorded(desk.home, tried, article.source.key)
    return Answer(preview_page(desk, article, tried, pairs, today))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
