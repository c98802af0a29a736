"""A visit: one page asked for, with the ledger at the dates that the address names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from armsledger.web.server.answer import Answer
from armsledger.web.server.links import ServerLinks
from armsledger.web.server.parameters import Parameters

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.web.server.kept_view import KeptView

QUESTION: Final = ("at", "known", "known_by", "as_recorded")
"""The parameters that every page takes."""


@dataclass(frozen=True)
class Visit:
    """What a page is made of. All that is asked of ``ledger`` and ``view`` is answered as of one commit.

    ``path`` are the parts of the path by their names; ``format`` is html, json, csv or svg.
    """

    ledger: Ledger
    view: KeptView
    parameters: Parameters
    links: ServerLinks
    path: Mapping[str, str]
    format: str

    @property
    def today(self) -> date:
        """The day of the ledger's clock."""
        return self.ledger.session.today


class Page(NamedTuple):
    """A page: its path, what makes it, the parameters that it takes beside the question, and the formats it has.

    A path such as ``/deal/{key}`` has parts with names. ``keeps`` says whether an answer about a past belief stays the
    same for ever.
    """

    path: str
    answer: Callable[[Visit], Answer]
    takes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html",)
    keeps: bool = True
