"""The frame of the server's pages, and the page that says what is wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from armsledger.web.environment import render
from armsledger.web.server.answer import Answer, html

if TYPE_CHECKING:
    from armsledger.application.question import Question
    from armsledger.web.server.links import ServerLinks

STYLES = ("page.css", "server.css")
SCRIPTS = ("news.js",)


def framed(title: str, main: Markup, question: Question | None, links: ServerLinks, here: str = "") -> Answer:
    """A page with its head, both dates, the navigation and the foot; without a question, no dates."""
    given: dict[str, Any] = {"title": title, "main": main, "question": question, "links": links, "here": here}
    shown = {"styles": STYLES, "scripts": SCRIPTS, "position": question.position if question else None}
    return html(render("server/frame.html", **given, **shown))


def problem(status: int, message: str, remedy: str, links: ServerLinks) -> Answer:
    """The page that says what is wrong, and the remedy."""
    main = Markup(
        render("server/problem.html", status=status, reason=HTTPStatus(status).phrase, message=message, remedy=remedy)
    )
    return framed(HTTPStatus(status).phrase, main, None, links)._replace(status=status)
