"""The page of one stream: a deal, an engagement, a framework or a source.

It is made of parts. A page in a file steps through all days and beliefs, which it carries; the server's page is of one
day and one belief.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from armsledger.application.pictures.beliefs_over_time import BeliefsOverTime, Pictures
from armsledger.application.pictures.standpoint import Belief, Standpoint
from armsledger.application.question import Day, read_day
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.values.edtf import OPEN_FUTURE
from armsledger.web.environment import integrity, render, static, unturned
from armsledger.web.links import ALONE, Links
from armsledger.web.markup import Markup
from armsledger.web.part import Part, Slots
from armsledger.web.parts.card import Card
from armsledger.web.parts.changes import Changes
from armsledger.web.parts.disagreements import Disagreements
from armsledger.web.parts.forecasts import Forecasts
from armsledger.web.parts.head import Head
from armsledger.web.parts.links import StreamLinks
from armsledger.web.parts.plain_card import PlainCard
from armsledger.web.parts.record import Record
from armsledger.web.parts.said import Said
from armsledger.web.parts.sanctions import Sanctions
from armsledger.web.parts.slips import SlipsPart
from armsledger.web.parts.sources import Sources
from armsledger.web.parts.sums import SumsPart
from armsledger.web.parts.timeline import TimelinePart
from armsledger.web.parts.track import Track
from armsledger.web.steps import Steps, one_standpoint
from armsledger.web.words import belief_words, day_words

if TYPE_CHECKING:
    from armsledger.application.view import View

MIDDLE: Final[tuple[type[Part], ...]] = (Disagreements, Changes)
"""The parts about what sources say differently, and what readers believed at other times."""
LOWER: Final[tuple[type[Part], ...]] = (StreamLinks, Record, Sources)
"""The parts that pages of all kinds end with."""
PARTS: Final[dict[str, tuple[type[Part], ...]]] = {
    "deal": (Head, Track, Card, TimelinePart, SlipsPart, Forecasts, SumsPart, *MIDDLE, Sanctions, *LOWER),
    "engagement": (Head, PlainCard, TimelinePart, SlipsPart, Forecasts, *MIDDLE, *LOWER),
    "framework": (Head, PlainCard, TimelinePart, SlipsPart, Forecasts, *MIDDLE, *LOWER),
    "source": (Head, PlainCard, Said, Changes, *LOWER),
}
"""By the kind of a stream, the parts of its page, from the top."""
STYLES: Final = ("page.css", "card.css", "marks.css", "record.css")
SCRIPTS: Final = ("page.js", "compare.js")


MOST_STEPS: Final = 12_000
"""Days times beliefs that a page steps through; where there are more, beliefs thin out."""
FEWEST_STEPS: Final = 500
MOST_CHARACTERS: Final = 1_950_000
"""A page that is longer than this is made again with fewer steps: 2 MB can be sent by mail."""


class Stepper(NamedTuple):
    """The days and beliefs that a page can be stepped through.

    ``day`` and ``known`` are the places at which it stands.
    """

    days: Sequence[int]
    beliefs: Sequence[Belief]
    day: int
    known: int
    left_out: int = 0
    days_left_out: int = 0

    @property
    def at(self) -> str:
        """The day at which the page stands, in words."""
        return day_words(self.days[self.day])

    @property
    def believed(self) -> str:
        """The belief date at which the page stands, in words."""
        return belief_words(self.beliefs[self.known])


def check_ending(file: str) -> None:
    """Raise UsageError for the name of a file that no browser would open as a page; ``-`` is standard output."""
    if file != "-" and not file.lower().endswith((".html", ".htm")):
        raise UsageError(f"{quoted(file)} is no name of a page", remedy="end it in .html")


def page_file(
    view: View, stream: str, links: Links = ALONE, pictures: Pictures | None = None, *, compare: Day = None
) -> str:
    """The page of a stream as a file that steps through all days and beliefs up to those of the view.

    ``pictures`` are shared by the pages of one view. ``compare`` is the day of the belief with which the page compares
    its own. Raises UnknownStream and UsageError.
    """
    beliefs = (pictures or Pictures(view)).beliefs(stream)
    compared = None if compare is None else read_day(compare, view.question.today).toordinal()
    most = MOST_STEPS
    while len(page := _stepped(view, beliefs, links, compared, most)) > MOST_CHARACTERS and most > FEWEST_STEPS:
        most = most * MOST_CHARACTERS // len(page) * 2 // 3  # the texts that do not step are part of its length
    return page


def _stepped(view: View, beliefs: BeliefsOverTime, links: Links, compared: int | None, most: int) -> str:
    """The page with at most so many steps."""
    parts = parts_of(beliefs.stream, links)
    for part in parts:
        if isinstance(part, Changes):
            part.compare = compared
    day = view.at.toordinal()
    steps = Steps(parts, beliefs, day, max(day, view.question.today.toordinal()), most)
    place, known = steps.days.index(day), len(steps.beliefs) - 1
    stepper = Stepper(steps.days, steps.beliefs, place, known, steps.left_out, steps.days_left_out)
    slots = steps.slots
    sections = [part.section(slots) for part in parts]
    data = script_data(steps.to_json(slots.drawn))
    return _rendered(steps.standpoint, sections, slots, stepper, links, Markup(data))


def page_at(view: View, stream: str, links: Links, last: View | None = None) -> str:
    """The page of a stream at the day and belief of the view alone, as a server shows it.

    It leads to the beliefs up to that of the view ``last``. Raises UnknownStream and UsageError.
    """
    beliefs = Pictures(view).beliefs(stream)
    parts = parts_of(beliefs.stream, links)
    (about,) = beliefs.all(beliefs.moments[-1:])
    day = view.at.toordinal()
    standpoint = about.at(day)
    days = sorted({*about.change_days, day})
    every = beliefs if last is None else Pictures(last).beliefs(stream)
    known = bisect_right(every.moments, _limit(view)) - 1
    told = _beliefs(every)
    stepper = Stepper(days, told if known >= 0 else [about.believed, *told], days.index(day), max(known, 0))
    slots = one_standpoint(parts, standpoint)
    return _rendered(standpoint, [part.section(slots) for part in parts], slots, stepper, links, None)


def _limit(view: View) -> int:
    """The last moment of belief that a view knows: a position, or a day where beliefs go by what sources had said."""
    question = view.question
    if question.known_by == "recorded":
        return question.position
    return OPEN_FUTURE if question.cut.day is None else question.cut.day


def _beliefs(beliefs: BeliefsOverTime) -> list[Belief]:
    return [beliefs.pictures.belief_of(moment) for moment in beliefs.moments]


def parts_of(stream: str, links: Links = ALONE) -> list[Part]:
    """The parts of a stream's page, from the top."""
    return [kind(links) for kind in PARTS[stream.partition("/")[0]]]


def _rendered(
    standpoint: Standpoint,
    sections: Sequence[Markup],
    slots: Slots,
    stepper: Stepper,
    links: Links,
    steps: Markup | None,
) -> str:
    style, script = "".join(map(static, STYLES)), "\n".join(map(static, SCRIPTS))
    given: dict[str, Any] = {
        "stream": standpoint.stream,
        "title": slots.content("head/title").striptags() or standpoint.stream,
        "head": sections[:1],
        "sections": sections[1:],
        "stepper": stepper,
        "steps": steps,
        "links": links,
        "known_by": standpoint.view.known_by,
        "position": standpoint.view.question.position,
        "style": Markup(style),
        "script": Markup(script),
        "styles": STYLES,
        "scripts": SCRIPTS,
        "policy": policy(style, script),
    }
    return unturned(render("page.html", **given))


def script_data(steps: dict[str, Any]) -> str:
    """Steps as the text of a script element, which nothing in them can end.

    Quotes of attributes stand as backticks, which JSON leaves as they are; slots stand under what their names begin
    with.
    """
    slots: dict[str, dict[str, Any]] = {}
    for slot, runs in steps["slots"].items():
        before, slash, name = slot.rpartition("/")
        slots.setdefault(before + slash, {})[name] = runs
    texts = [unturned(text).replace("`", "&#96;").replace('"', "`") for text in steps["texts"]]
    text = json.dumps(steps | {"texts": texts, "slots": slots}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!", "\\u003c!")


def policy(style: str, script: str) -> str:
    """What a page that stands alone allows its browser: its own style and script, and no request at all."""
    return (
        f"default-src 'none'; style-src {integrity(style)}; script-src {integrity(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
