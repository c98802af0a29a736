"""The state card of a deal: its parties, goods, value, dates and terms with the entries behind them, and its bars."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from armsledger.application.pictures.standpoint import Standpoint
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.entries_behind import EntriesBehind, entries_behind
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.item import Item
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.web.glance.fact_words import joined
from armsledger.web.glance.facts import BEFORE, MADE, Addresses, stated, terms
from armsledger.web.glance.happened import Happened, happened
from armsledger.web.glance.outcomes import judgements, tally_of
from armsledger.web.glance.rivals import Rivals, contested, rivals_of, unconverted
from armsledger.web.glance.rows import (
    Several,
    behind_fields,
    lines_of,
    possibly,
    several_html,
    tally_html,
    tally_row,
    tally_slots,
)
from armsledger.web.glance.standing import Remembered
from armsledger.web.links import ALONE, Links
from armsledger.web.markup import Markup, escape
from armsledger.web.part import Part, Slots
from armsledger.web.parts.bars import bar_html, bars_of, bars_section, delivered_of_batches
from armsledger.web.sentences import names
from armsledger.web.words import party_words, refs, when_words

LABELS: Final[Mapping[str, str]] = {
    "10-parties": "Parties",
    "11-goods": "Goods",
    "12-value": "Value",
    "13-signed": "Signed",
    "20-before": "Before that",
    "21-so-far": "So far",
    "22-since": "Since then",
    "30-terms": "Terms",
    "31-options": "Options",
    "32-payment": "Payment",
    "33-industry": "Industry",
    "34-licences": "Licences",
    "35-onward": "Onward",
    "36-service": "Afterwards",
    "37-made": "Milestones",
    "38-claims": "Claims",
    "39-reaffirmed": "Reaffirmed",
    "50-sanctions": "Sanctions",
    "70-links": "Links",
    "71-register": "Register",
}
TALLY: Final = "card/tally/"
BAR: Final = "bar-"
BARS: Final = f"card/{BAR}"
"""How the slots of the bars begin, which stand beside the list."""


class Parties(NamedTuple):
    """Who supplies whom."""

    suppliers: tuple[Party, ...]
    buyers: tuple[Party, ...]
    end_user: Party | None
    prime: str | None
    entries: Addresses


class Worth(NamedTuple):
    """The value of the contract; ``beside`` is what is said in other currencies."""

    value: Money | None
    possible: Money | None
    equivalents: tuple[Money, ...]
    rivals: Rivals
    beside: Rivals
    entries: Addresses


class Card(Part):
    """What is known of a deal, field by field; a row is there only if something is said."""

    name: ClassVar[str] = "card"

    def __init__(self, links: Links = ALONE) -> None:
        super().__init__(links)
        self._rows: Remembered[dict[str, Hashable]] = Remembered()

    def data(self, standpoint: Standpoint) -> Mapping[str, Hashable]:
        """The facts of each row."""
        if standpoint.kind != "deal" or standpoint.bounds.possible is None:
            return {}
        day = standpoint.stream_day
        rows = self._rows.of(day)
        if rows is None:
            told = (*_rows(day), *((f"{BAR}{name}", bar) for name, bar in bars_of(day)))
            rows = self._rows.keep({f"card/{row}": (standpoint.stream, facts) for row, facts in told})
        expected = {f"card/{BAR}{name}": (standpoint.stream, bar) for name, bar in delivered_of_batches(day)}
        return {**rows, **expected, **tally_slots(TALLY, tally_of(judgements(day.bounds)))}

    def html(self, slot: str, data: Any) -> Markup:
        """A row of the list: its label and its facts."""
        if slot.startswith(TALLY):
            return tally_html(slot, data)
        row = slot.partition("/")[2]
        stream, facts = data
        if slot.startswith(BARS):
            return bar_html(slot.removeprefix(BARS), facts, stream)
        told = _TOLD[type(facts)](facts, stream)
        return Markup("<dt>{}</dt><dd>{}</dd>").format(LABELS[row], told)

    def section(self, slots: Slots) -> Markup:
        """The list of the rows."""
        names = slots.of(self)
        rows = [slots.element(name) for name in names if not name.startswith((BARS, TALLY))]
        rows.append(tally_row(slots, TALLY, names))
        bars = bars_section(slots, [name for name in names if name.startswith(BARS)], BARS)
        return Markup('<div class="state"><dl class="card">{}</dl><div>{}</div></div>').format(
            Markup("").join(rows), bars
        )


def _rows(day: StreamDay) -> Iterator[tuple[str, Hashable]]:
    certain, possible = day.bounds
    assert possible is not None
    shown: Deal = certain or possible
    behind = entries_behind(day)
    yield "10-parties", _parties(shown, behind)
    if shown.items or possible.items:
        yield "11-goods", _Goods(shown.items or possible.items, behind_fields(behind, "items"))
    worth = _worth(day, certain, possible, behind)
    if worth.value or worth.possible or worth.rivals or worth.beside:
        yield "12-value", worth
    signed = happened(day, "contract-signed")
    if signed is not None:
        yield "13-signed", _Signed(signed, behind_fields(behind, "signed_on"))
    steps = stated(day, BEFORE)
    later = [step for step in steps if signed is not None and step.when.on.first > signed.on.last]
    before = [step for step in steps if step not in later]
    for row, told in (
        ("20-before" if signed else "21-so-far", before),
        ("22-since", later),
        ("37-made", stated(day, MADE)),
    ):
        if told:
            yield row, Several(told)
    for row, facts in terms(certain, possible, behind):
        yield row, Several(facts)


class _Goods(NamedTuple):
    items: tuple[Item, ...]
    entries: Addresses


class _Signed(NamedTuple):
    when: Happened
    entries: Addresses


def _parties(shown: Deal, behind: EntriesBehind) -> Parties:
    suppliers = shown.suppliers or ((shown.supplier,) if shown.supplier else ())
    buyers = shown.buyers or ((shown.buyer,) if shown.buyer else ())
    entries = behind_fields(behind, "supplier", "suppliers", "buyer", "buyers", "end_user", "prime")
    return Parties(suppliers, buyers, shown.end_user, shown.prime, entries)


def _worth(day: StreamDay, certain: Deal | None, possible: Deal, behind: EntriesBehind) -> Worth:
    rivals, beside = rivals_of(disputes(day), "value")
    shown = certain or possible
    value = None if certain is None else certain.value
    return Worth(value, possible.value, shown.equivalents, rivals, beside, behind_fields(behind, "value"))


# HTML


def _parties_html(one: Parties, stream: str) -> Markup:
    sides = [joined(map(party_words, parties)) or "not stated" for parties in (one.suppliers, one.buyers)]
    more = [
        None if one.end_user is None else f"for the use of {names([one.end_user])}",
        None if one.prime is None else f"prime contractor {one.prime}",
    ]
    told = joined(more)
    small = Markup('<br><span class="small">{}</span>').format(told) if told else Markup("")
    head = Markup('<span class="big">{} → {}</span>').format(*sides)
    return head + refs(one.entries, stream) + small


def _goods_html(one: _Goods, stream: str) -> Markup:
    lines = [escape(_item(item)) for item in one.items]
    lines[-1] += refs(one.entries, stream)
    return lines_of(lines)


def _item(item: Item) -> str:
    kind = joined((item.description, item.condition if item.condition != "new" else None))
    return f"{item.designation} ({kind})" if kind else item.designation


def _worth_html(one: Worth, stream: str) -> Markup:
    cited = refs(one.entries, stream)
    if one.value is not None:
        head = Markup('<span class="big num">{}</span>{}').format(one.value, cited)
        if one.possible is not None and one.possible != one.value:
            head += Markup("<br>") + possibly(str(one.possible))
    elif one.possible is not None:
        head = possibly("") + Markup('<span class="big num">{}</span>{}').format(one.possible, cited)
    else:
        head = Markup('<span class="mute">not certain</span>')
    equal = joined(map(str, one.equivalents), " = ")
    same = Markup('<span class="small">= {}, by the same account</span>').format(equal) if equal else Markup("")
    parts = [
        head,
        same,
        contested(one.rivals, stream) if one.rivals else "",
        unconverted(one.beside, stream) if one.beside else "",
    ]
    return Markup("<br>").join(part for part in parts if part)


def _signed_html(one: _Signed, stream: str) -> Markup:
    text = when_words(one.when.on)
    head = escape(text) if one.when.is_certain else possibly(text)
    return head + one.when.notes + refs(one.entries, stream)


_TOLD: Final[Mapping[type, Any]] = {
    Parties: _parties_html,
    _Goods: _goods_html,
    Worth: _worth_html,
    _Signed: _signed_html,
    Several: several_html,
}
