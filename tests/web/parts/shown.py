"""What a part of a page shows at a day and a belief, as text, by its slots."""

from __future__ import annotations

from typing import Any

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.web.markup import Markup
from armsledger.web.part import Part


def html_of(part: type[Part], ledger: Ledger, stream: str, at: str | None, **known: Any) -> dict[str, Markup]:
    """The fragments of a part; belief goes by the days on which sources spoke, unless it is told otherwise."""
    view = ledger.at(at, **{"known_by": "asserted", **known})
    made = part()
    data = made.data(Pictures(view).standpoint(stream))
    made.lay_out({slot: [datum] for slot, datum in data.items()})
    return {slot: made.html(slot, datum) for slot, datum in data.items()}


def text_of(part: type[Part], ledger: Ledger, stream: str, at: str | None, **known: Any) -> dict[str, str]:
    """The same as text, without what makes it look good."""
    fragments = html_of(part, ledger, stream, at, **known)
    return {slot: spaced(html) for slot, html in fragments.items()}


def spaced(html: Markup) -> str:
    """The text of HTML, with a blank wherever a tag stood."""
    return " ".join(Markup(str(html).replace("<", " <")).striptags().split())
