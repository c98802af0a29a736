"""The bars of a deal: ordered, delivered and paid, beside its card."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

from armsledger.domain.states.stream_day import StreamDay
from armsledger.web.bars.delivered import MOST_BATCHES, ShownBatch, batch_html, delivered_of
from armsledger.web.bars.ordered import ordered_of
from armsledger.web.bars.paid import paid_of
from armsledger.web.glance.batches import batches_of
from armsledger.web.markup import Markup
from armsledger.web.part import Slots

ORDERED, DELIVERED, BATCH, TOLD, PAID = "1-ordered", "2-delivered", "3-batch-", "4-told", "5-paid"
NOTE: Final = (
    "Solid is certain, hatched is possible: it has happened if an uncertain date fell early enough, or if a single "
    "claim is true. A blank is no statement, and not a zero. A cell with an edge and hatching has begun, and nobody "
    "says how much of it is there. An ochre mark is the sum that another source gives."
)


def bars_of(day: StreamDay) -> Iterator[tuple[str, Hashable]]:
    """What is ordered and paid by a day, by the names of the slots."""
    certain, possible = day.bounds
    assert possible is not None
    for name, bar in ((ORDERED, ordered_of(day, certain, possible)), (PAID, paid_of(day, certain, possible))):
        if bar is not None:
            yield name, bar


def delivered_of_batches(day: StreamDay) -> Iterator[tuple[str, Hashable]]:
    """What is delivered by a day, and the batches, some of which are only expected. The whole has two slots: its
    drawing and its text."""
    certain, possible = day.bounds
    assert possible is not None
    batches = batches_of(day)
    delivered = delivered_of(day, certain, possible, batches.values())
    if delivered is None:
        return
    yield from ((DELIVERED, delivered), (TOLD, delivered))
    for place, batch in sorted(batches.items())[:MOST_BATCHES]:
        yield f"{BATCH}{place}", ShownBatch(batch, has_cell=not delivered.is_counted)


def bar_html(name: str, bar: Any, stream: str) -> Markup:
    """What stands in one slot."""
    html: Markup
    if name.startswith(BATCH):
        return batch_html(bar)
    if name == DELIVERED:
        html = bar.drawn()
    elif name == TOLD:
        html = bar.text(stream)
    else:
        html = bar.html(stream)
    return html


def bars_section(slots: Slots, names: Sequence[str], before: str) -> Markup:
    """The elements of the slots; ``before`` is what stands before their names."""
    cells = Markup("").join(slots.element(name) for name in names if name.startswith(f"{before}{BATCH}"))
    delivered = Markup('<div class="b">{}{}{}</div>').format(
        slots.element(f"{before}{DELIVERED}", class_="in"),
        Markup('<div class="cells batches">{}</div>').format(cells) if cells else "",
        slots.element(f"{before}{TOLD}", class_="tx"),
    )
    ordered, paid = (slots.element(f"{before}{name}", class_="b") for name in (ORDERED, PAID))
    return ordered + delivered + paid + Markup('<p class="small mute">{}</p>').format(NOTE)
