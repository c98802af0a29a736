"""Standpoints of ledgers in memory, and what a part shows at them."""

from __future__ import annotations

import re
from typing import Any

from armsledger import Ledger
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.web.markup import Markup
from armsledger.web.part import Part
from armsledger.web.steps import one_standpoint
from tests.application.book import Object, entry


def signed(**fields: Any) -> Object:
    """The contract is signed."""
    return entry("deal/x", "contract-signed", **{"on": "2018-10-05", **fields})


def standpoint(ledger: Ledger, at: str, known: str | None = None, stream: str = "deal/x") -> Standpoint:
    """A stream at a day, by the days on which sources spoke."""
    return Pictures(ledger.at(at, known=known, known_by="asserted")).standpoint(stream)


def shown(part: Part, seen: Standpoint) -> dict[str, str]:
    """What a part shows, by slot."""
    slots = one_standpoint([part], seen)
    return {slot: str(slots.content(slot)) for slot in slots.of(part)}


def texts(part: Part, seen: Standpoint) -> dict[str, str]:
    """What a part shows in words, by slot: ``Signed: 5 Oct 2018[12]``, with strokes between lines."""
    return {slot.partition("/")[2] or slot: words(html) for slot, html in shown(part, seen).items()}


def words(html: str) -> str:
    """HTML without markup, and references as people see them."""
    with_refs = re.sub(r'<a class="r"[^>]*>([^<]*)</a>', r"[\1]", html)
    for tag, sign in (("</dt>", ": "), ("<br>", " / "), ("</td>", " | "), ("<small>", ", "), ("</b><div", ": <div")):
        with_refs = with_refs.replace(tag, sign)
    return Markup(with_refs).striptags()


def deck(ledger: Ledger, at: str, known: str | None = None, stream: str = "deal/x") -> str:
    """The sentences at the head of a page."""
    from armsledger.web.parts.head import Head

    told = texts(Head(), standpoint(ledger, at, known, stream))
    return " ".join(text for slot, text in told.items() if slot != "title")
