"""The rows of a card: lines of facts with the entries behind them, and the tally of the forecasts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from armsledger.domain.states.entries_behind import EntriesBehind
from armsledger.web.glance.fact_words import fact_words, stated_words
from armsledger.web.glance.facts import Addresses, Stated
from armsledger.web.glance.outcomes import ORDER, Tally
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Slots
from armsledger.web.words import refs

MOST_LINES: Final = 12
"""So many lines a row tells; the record holds all."""
CLASSES: Final = {"late": "met-late", "open": "pending", "undecided": "indeterminate"}
"""How outcomes are coloured."""


class Several(tuple[Any, ...]):
    """The lines of a row that has many."""


def behind_fields(behind: EntriesBehind, *fields: str) -> Addresses:
    """The entries behind some fields, each once: of what is certain, else of what is possible."""
    cited = (behind.certain.get(field) or behind.possible.get(field) or () for field in fields)
    return tuple(dict.fromkeys(address for addresses in cited for address in addresses))


def lines_of(lines: Sequence[Markup]) -> Markup:
    """Lines one below the other; of very many the first."""
    more = len(lines) - MOST_LINES
    shown = list(lines) if more < 2 else list(lines[:MOST_LINES])
    if more >= 2:
        shown.append(Markup('<span class="mute">and {} more</span>').format(more))
    return Markup("<br>").join(shown)


def possibly(text: str) -> Markup:
    """What is only possible, marked so."""
    return Markup('<span class="maybe">possible</span> {}').format(text)


def _marked(text: str, is_certain: bool) -> Markup:
    return escape(text) if is_certain else possibly(text)


def several_html(lines: Several, stream: str) -> Markup:
    """A line for each fact; the entries stand behind the last of those that rest on the same ones."""
    told: list[Markup] = []
    for place, line in enumerate(lines):
        if isinstance(line, Stated):
            told.append(_marked(stated_words(line), line.when.is_certain) + refs(line.entries, stream))
            continue
        html = _marked(fact_words(line.field, line.value), line.is_certain)
        following = lines[place + 1] if place + 1 < len(lines) else None
        is_last = following is None or following.entries != line.entries
        told.append(html + refs(line.entries, stream) if is_last else html)
    return lines_of(told)


def tally_slots(before: str, tally: Tally) -> Mapping[str, Hashable]:
    """How many forecasts came to what, by slot; small ones, as the counts change often."""
    return {f"{before}{ORDER.index(kind)}{kind}": count for kind in ORDER if (count := getattr(tally, kind))}


def tally_html(slot: str, count: int) -> Markup:
    """``4 met late``."""
    kind = slot.rpartition("/")[2][1:]
    word = {"late": "met late", "wrong": "proved wrong"}.get(kind, kind)
    return Markup('<b class="o-{}">{} {}</b>').format(CLASSES.get(kind, kind), count, word)


def tally_row(slots: Slots, before: str, names: Sequence[str]) -> Markup:
    """The row of a card that has the slots of a tally."""
    own = [slots.element(name, "span") for name in names if name.startswith(before)]
    if not own:
        return Markup("")
    return Markup('<div class="tally"><dt><a href="#forecasts">Forecasts</a></dt><dd>{}</dd></div>').format(
        Markup(" ").join(own)
    )
