"""Phrases about rows: what a deal is called, who supplies whom, what was expected, how long something is overdue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from armsledger.application.pictures.overview import buyers_of, suppliers_of
from armsledger.web.links import Links
from armsledger.web.markup import Markup, escape
from armsledger.web.saying import tranche_words
from armsledger.web.words import listed, party_words

DAYS_OF_MONTH: Final = 30.44
DAYS_OF_YEAR: Final = 365.25
MOST_NAMES: Final = 3
SEVERAL: Final = 2
SELECTOR: Final = re.compile(r" (\w+)=")
LONGEST_WHAT: Final = 90


def deal_name(row: Any) -> str:
    """What a deal is called: its title, else its first item, else its key."""
    title: str | None = getattr(row, "title", None)
    if title:
        return title
    items: tuple[str, ...] = row.items
    if not items:
        return str(getattr(row, "deal", None) or row.stream.partition("/")[2])
    return items[0] if len(items) == 1 else f"{items[0]} and {len(items) - 1} more"


def parties_of(row: Any) -> str:
    """``Russia to India``, with all names where there are several; empty where nobody is named."""
    suppliers, buyers = _names(suppliers_of(row), "supplier"), _names(buyers_of(row), "buyer")
    return f"{suppliers} to {buyers}" if row.supplier or row.buyer else ""


def _names(parties: tuple[str, ...], role: str) -> str:
    if not parties or parties == ("unknown",):
        return f"{role} not stated"
    names = [party_words(party) for party in parties[:MOST_NAMES]]
    more = len(parties) - MOST_NAMES
    return listed([*names, f"{more} more"] if more > 0 else names)


def linked(text: str | Markup, address: str | None) -> Markup:
    """A text that leads somewhere, if there is somewhere."""
    return escape(text) if address is None else Markup('<a href="{}">{}</a>').format(address, text)


def headline(row: Any, links: Links, stream: str = "") -> Markup:
    """A deal's name, which leads to its page, and below it who supplies whom."""
    stream = stream or f"deal/{row.deal}"
    name = linked(Markup("<b>{}</b>").format(deal_name(row)), links.stream(stream))
    parties = parties_of(row)
    return name + Markup('<br><span class="mute small">{}</span>').format(parties) if parties else name


def what_words(what: str) -> str:
    """What is expected: ``delivered, batch 1`` of ``delivered tranche=1``."""
    event, *selectors = SELECTOR.split(what)
    told = ", ".join([event.replace("-", " "), *(_selector(event, *one) for one in _in_twos(selectors))])
    return told if len(told) <= LONGEST_WHAT else f"{told[:LONGEST_WHAT]}…"


def _selector(event: str, name: str, value: str) -> str:
    if name == "tranche":
        return tranche_words(event, int(value) if value.isdecimal() else value)
    return f"{name} {value}"


def _in_twos(parts: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Parts two by two."""
    return zip(parts[::2], parts[1::2], strict=False)


def how_long(days: int) -> str:
    """A number of days in words: ``12 days``, ``5 months``, ``5.6 years``."""
    if days < SEVERAL * DAYS_OF_MONTH:
        return f"{days} day{'' if days == 1 else 's'}"
    if days < SEVERAL * DAYS_OF_YEAR:
        return f"{days / DAYS_OF_MONTH:.0f} months"
    return f"{days / DAYS_OF_YEAR:.1f} years"


def small_table(heads: Sequence[str | Markup], lines: Iterable[Markup]) -> Markup:
    """A table of lines that are made by hand, whose rows are cards in a narrow window."""
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(words) if words else Markup("<td></td>") for words in heads
    )
    return Markup('<table class="tb"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(
        head, Markup("\n").join(lines)
    )


def small_row(*cells: tuple[str, str | Markup]) -> Markup:
    """A line of a table: for each cell its class and its content."""
    return Markup("<tr>{}</tr>").format(
        Markup("").join(Markup('<td class="{}">{}</td>').format(name, content) for name, content in cells)
    )
