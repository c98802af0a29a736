"""The server's own pages in the frame of all, and the page that says what is wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from armsledger.application.pictures.overview import Overview
from armsledger.web.environment import render
from armsledger.web.frame import STYLES, Framed, framed
from armsledger.web.markup import Markup
from armsledger.web.server.answer import Answer, html
from armsledger.web.server.links import ServerLinks

if TYPE_CHECKING:
    from armsledger.web.server.visit import Visit


def page(title: str, deck: str, main: str, visit: Visit, here: str) -> Answer:
    """A page with its head, both dates, the way to other pages, and the foot; ``main`` is HTML."""
    return html(framed(Framed(title, deck, Markup(main)), Overview(visit.view), visit.links, here))


def problem(status: int, message: str, remedy: str, root: str) -> Answer:
    """The page that says what is wrong, and the remedy."""
    given = {"reason": HTTPStatus(status).phrase, "message": message, "remedy": remedy}
    return html(render("server/problem.html", **given, links=ServerLinks(root), styles=STYLES, scripts=()), status)
