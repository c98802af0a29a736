"""Cells of tables of rows: a value in words, with links to streams, entries and parties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from armsledger.application.names.filters import PARTIES
from armsledger.domain.values.stream import KINDS, OF_PERSONS
from armsledger.domain.values.when import When
from armsledger.projections.codec import to_words
from armsledger.projections.rows import APPROXIMATE, Row
from armsledger.web.links import Links
from armsledger.web.markup import Markup, escape
from armsledger.web.phrases import deal_name, headline, linked, parties_of, what_words
from armsledger.web.table_bars import stacked
from armsledger.web.words import party_words, when_words

MOST_PARTS: Final = 4
"""Parts of a list that a cell shows; it says how many more there are."""
LONGEST: Final = 240
"""Characters of a text that a cell shows; the stream's page has the rest."""
ENTRY_FIELDS: Final = frozenset({"entry", "entries", "met_by", "triggered_by", "revises", "revised_by"})
STREAM_FIELDS: Final = frozenset({"stream", "to"})
SOURCE_FIELDS: Final = frozenset({"sources"})
SOME_PARTIES: Final = PARTIES | {"suppliers", "buyers"}
WORDS: Final = frozenset({"outcome", "possible_outcome", "position", "code", "status", "possible_status"})
"""Fields whose words are written with hyphens."""
PAIR: Final = 2
SHORT_DATE: Final = 14
OTHER_BOUND: Final = "possible_"
"""Begins the names of fields that tell the other bound of one."""


def cell(row: Row, name: str, links: Links) -> Markup:
    """A field of a row as a table shows it, with its other bound where that differs."""
    if name in SPECIAL:
        return SPECIAL[name](row, links)
    if name in ENTRY_FIELDS:
        return _entries(row, name, links)
    shown = _value(getattr(row, name), name, links)
    if name in row.ROUNDED and shown and getattr(row, APPROXIMATE):
        shown = Markup("~{}").format(shown)
    other = OTHER_BOUND + name
    if other in row.__dataclass_fields__:
        possible = _value(getattr(row, other), name, links)
        if possible and possible != shown:
            return Markup('{}<span class="mute small">{}possibly {}</span>').format(
                shown, Markup("<br>") if shown else "", possible
            )
    return shown


def _value(value: Any, name: str, links: Links) -> Markup:
    if value is None or value == ():
        return Markup()
    if isinstance(value, tuple):
        parts = [_value(part, name, links) for part in value[:MOST_PARTS]]
        more = len(value) - MOST_PARTS
        return Markup("; ").join([*parts, *([escape(f"{more} more")] if more > 0 else [])])
    if isinstance(value, When):
        words = when_words(value)
        return Markup('<span class="num">{}</span>').format(words) if len(words) <= SHORT_DATE else escape(words)
    if name in WORDS:
        return escape(str(value).replace("-", " "))
    if name in STREAM_FIELDS:
        return linked(value.partition("/")[2], links.stream(value))
    if name in SOURCE_FIELDS:
        return linked(value, links.stream(f"source/{value}"))
    if name in KINDS:
        return linked(value, links.stream(f"{name}/{value}"))
    if name in SOME_PARTIES:
        return linked(party_words(value), links.page(f"country/{value}"))
    text = to_words(value)
    return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _entries(row: Any, name: str, links: Links) -> Markup:
    """Entries, each of which leads to its row in the record of its stream; the row's own stream is not named again."""
    value = getattr(row, name)
    addresses = (value,) if isinstance(value, str) else value or ()
    own = getattr(row, "stream", "") or f"deal/{getattr(row, 'deal', '')}"
    parts = [entry(address, links, own) for address in addresses[:MOST_PARTS]]
    more = len(addresses) - MOST_PARTS
    return Markup(" ").join([*parts, *([escape(f"and {more} more")] if more > 0 else [])])


def entry(address: str, links: Links, own: str = "") -> Markup:
    """An entry, which leads to its row in the record of its stream; on the page of its ``own`` stream by its number."""
    stream, _, version = address.rpartition("@")
    page = None if stream.startswith(OF_PERSONS) else links.stream(stream)
    label = f"[{version}]" if stream == own else f"[{stream.partition('/')[2]}@{version}]"
    return linked(label, None if page is None else f"{page}#e{version}")


def _name(row: Any, links: Links) -> Markup:
    """A deal by its name."""
    return linked(Markup("<b>{}</b>").format(deal_name(row)), links.stream(f"deal/{row.deal}"))


def _about_deal(row: Any, links: Links) -> Markup:
    return headline(row, links)


def _about(row: Any, links: Links) -> Markup:
    """The stream that a row is about: a deal by its name and parties, others by their key."""
    named = bool(getattr(row, "items", ()))
    name = deal_name(row) if named else row.stream.partition("/")[2]
    parties = parties_of(row) if named else row.stream.partition("/")[0]
    return linked(Markup("<b>{}</b>").format(name), links.stream(row.stream)) + Markup(
        '<br><span class="mute small">{}</span>'
    ).format(parties)


def _what(row: Any, links: Links) -> Markup:
    return escape(what_words(row.what))


def _slip(row: Any, links: Links) -> Markup:
    """By how many days it slipped, at least and at most."""
    least, most = row.slip_least_days, row.slip_most_days
    if least is None and most is None:
        return Markup()
    if least == most:
        return escape(f"{least} days")
    return escape(f"{'?' if least is None else least} to {'?' if most is None else most} days")


def _medians(row: Any, links: Links) -> Markup:
    least, most = row.median_slip_least_days, row.median_slip_most_days
    return Markup() if least is None else escape(f"{least} to {most} days" if least != most else f"{least} days")


def _score(row: Any, links: Links) -> Markup:
    """How what somebody expected turned out, as shares of all that was stated."""
    shown = {"s-true": row.came_true, "s-late": row.late, "s-over": row.overdue, "s-open": row.open}
    rest = row.stated - sum(shown.values())
    bar = stacked([(name, count / row.stated) for name, count in {**shown, "s-else": rest}.items()])
    return Markup('<div class="score">{}</div>').format(bar)


def _holder(row: Any, links: Links) -> Markup:
    return escape(row.name or "nobody named")


def _url(row: Any, links: Links) -> Markup:
    """A source's own address, which is only followed if it is one of the web."""
    url = row.url or ""
    if not url.startswith(("https://", "http://")):
        return escape(url)
    return Markup('<a href="{}" rel="noreferrer nofollow">{}</a>').format(url, url.split("/")[2])


def _message(row: Any, links: Links) -> Markup:
    """What a finding says; where one may record, it leads to the form that answers it."""
    said, home = _value(row.message, "message", links), getattr(links, "recording", "")
    if not home:
        return said
    is_pair = row.code == "perhaps-the-same" and len(row.entries) == PAIR
    deed, asked = ("same", {"entry": " ".join(row.entries)}) if is_pair else ("repair", {"stream": row.stream})
    return said + Markup('<br><a href="{}/{}?{}">{}</a>').format(
        home, deed, urlencode(asked), "One or two?" if is_pair else "Answer it"
    )


SPECIAL: Final[dict[str, Callable[[Any, Links], Markup]]] = {
    "name_of_deal": _name,
    "about": _about,
    "about_deal": _about_deal,
    "message": _message,
    "what": _what,
    "slip": _slip,
    "median_slip": _medians,
    "holder_name": _holder,
    "score": _score,
    "url": _url,
}
"""Columns that are made of several fields, or of one in a way of its own."""
