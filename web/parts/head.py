"""The head of a page: its title, and the sentences that say what is known."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Final

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.states.deal import Deal
from armsledger.domain.values.party import Party
from armsledger.web.glance.deck import deck_of
from armsledger.web.glance.other_decks import other_deck, other_title
from armsledger.web.glance.outcomes import judgements, tally_of
from armsledger.web.glance.standing import Remembered
from armsledger.web.links import ALONE, Links
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.sentences import first_of
from armsledger.web.words import party_words

MOST_ITEMS: Final = 3
LONG: Final = 60
"""A title of more characters, such as that of an article, is set smaller."""


class Head(Part):
    """The title and the first sentences. They are beliefs as well: what a later entry names is not in them."""

    name: ClassVar[str] = "head"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._slots: Remembered[dict[str, Hashable]] = Remembered()

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The title, and the facts of each sentence."""
        day = standpoint.stream_day
        shown = day.bounds.certain or day.bounds.possible
        slots = self._slots.of(day)
        if slots is None or shown is None or not day.possible:
            sentences = deck_of(day) if day.kind == "deal" else [other_deck(day)]
            told = {f"head/{name}": facts for name, facts in sentences}
            slots = self._slots.keep({"head/title": _title(day.key, shown), **told})
        tally = tally_of(judgements(day.bounds))
        return {**slots, "head/5-forecasts": tally} if tally.total else slots

    def html(self, slot: str, data: Any) -> Markup:
        """The title, or one sentence with the blank that parts it from the next."""
        if slot == "head/title":
            return escape(title_words(*data))
        return escape(f"{data.words()} ")

    def section(self, slots: Slots) -> Markup:
        """The heading, and the sentences in one paragraph."""
        sentences = [slots.element(name, "span") for name in slots.of(self) if name != "head/title"]
        size = "long" if len(slots.content("head/title").striptags()) > LONG else "short"
        title = slots.element("head/title", "h1", class_=size)
        return Markup('{}<p class="deck">{}</p>').format(title, Markup("").join(sentences))


def _title(key: str, shown: Any) -> Hashable:
    if not isinstance(shown, Deal):
        return other_title(key, shown), (), (), ()
    items = tuple(dict.fromkeys(item.designation for item in shown.items))
    suppliers = shown.suppliers or ((shown.supplier,) if shown.supplier else ())
    buyers = shown.buyers or ((shown.buyer,) if shown.buyer else ())
    return key, suppliers, buyers, (shown.title,) if shown.title else items


def title_words(key: str, suppliers: tuple[Party, ...], buyers: tuple[Party, ...], goods: tuple[str, ...]) -> str:
    """``Russia to India: S-400 Triumf``; the key where nothing is known."""
    sides = [_sides(suppliers, "unknown supplier"), _sides(buyers, "unknown buyer")]
    if not suppliers and not buyers:
        return first_of(goods, MOST_ITEMS) if goods else key
    return " to ".join(sides) + (f": {first_of(goods, MOST_ITEMS)}" if goods else "")


def _sides(parties: tuple[Party, ...], unknown: str) -> str:
    return first_of([unknown if party.is_unknown else party_words(party) for party in parties] or [unknown], 4)
