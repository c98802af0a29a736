"""How much is delivered, by the lines of the order and by the batches that sources number.

A batch has a cell: full if it is complete, an edge and hatching if it is begun and nobody says how far, dashed blue if
it is expected, dashed red if every date for it has passed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf
from typing import Final, NamedTuple

from armsledger.domain.states.deal import Deal
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.entries_behind import entries_behind
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.quantity import Line, plural
from armsledger.domain.values.when import When
from armsledger.web.bars.drawing import MOST_LINES, amount, labelled
from armsledger.web.glance.batches import Batch, entries_of
from armsledger.web.glance.deliveries import Deliveries, Delivery, deliveries_of
from armsledger.web.glance.rivals import Rivals, contested, rivals_of
from armsledger.web.glance.rows import behind_fields
from armsledger.web.markup import Markup, escape
from armsledger.web.sentences import capital, first_of, quantity
from armsledger.web.words import listed, refs, when_words

MOST_BATCHES: Final = 24
"""So many batches have a cell each."""
CELLS: Final = {"complete": "sol", "begun": "half", "possible": "pos", "expected": "exp", "overdue": "ovr"}
"""The cell of a batch, by where it stands."""
MOST_DATES: Final = 2


class Delivered(NamedTuple):
    """What is delivered; ``batches`` is how many sources number, ``sized`` whether they say how many one is.

    ``lines`` is what is ordered.
    """

    told: Deliveries
    batches: int
    sized: bool
    lines: tuple[Line, ...]
    rivals: Rivals
    entries: tuple[str, ...]

    @property
    def is_counted(self) -> bool:
        """Whether anything is delivered of which a quantity is known."""
        return any(line.certain or line.possible for line in self.told.lines)

    def drawn(self) -> Markup:
        """The label, and the drawing of each line; batches alone are drawn in cells of their own."""
        lines = self.told.lines[:MOST_LINES] if self.is_counted or not self.batches else ()
        return labelled("Delivered", Markup("").join(map(_drawn, lines)))

    def text(self, stream: str) -> Markup:
        """What the drawing says, in words."""
        text = self._words() + refs(self.entries, stream)
        return text + Markup(" ") + contested(self.rivals, stream) if self.rivals else text

    def _words(self) -> Markup:
        lines = self.told.lines
        if self.is_counted:
            return Markup("<br>").join(escape(capital(delivery_words(line))) for line in lines[:MOST_LINES])
        if self.batches:
            units = {line.unit for line in self.lines}
            unit = (
                f"; none says how many {plural(units.pop())} a batch is" if len(units) == 1 and not self.sized else ""
            )
            cut = f" The first {MOST_BATCHES} of {self.batches} are drawn." if self.batches > MOST_BATCHES else ""
            head = "No source gives a quantity"
            if self.sized:
                head = "None reported" if self.told.begun is None else "No source says how many have come"
            return escape(f"{head}; these are the batches that sources number{unit}.{cut}")
        begun = self.told.begun
        if self.told.in_full:
            return escape("All; no source gives a quantity.")
        if begun is not None:
            word = "Begun" if begun.is_certain else "Perhaps begun"
            return escape(f"{word} {begun.words()}; no source gives a quantity.")
        none = self.told.none_by
        head = f"None by {when_words(none)}, a source says" if none else "None reported"
        ordered = first_of([quantity(line) for line in self.lines])
        return escape(f"{head}, of {ordered}." if self.lines else f"{head}.")


def delivered_of(day: StreamDay, certain: Deal | None, possible: Deal, batches: Collection[Batch]) -> Delivered | None:
    """What is delivered by a day; None where nothing is ordered."""
    told = deliveries_of(day, certain, possible)
    if told is None:
        return None
    behind = entries_behind(day)
    lines = () if certain is None else certain.lines
    counted = behind_fields(behind, "delivered")
    if not counted and told.begun is not None:
        counted = behind_fields(behind, "stage" if told.in_full else "delivery_begun")
    entries = tuple(dict.fromkeys((*counted, *entries_of(day))))
    sized = any(batch.quantity is not None for batch in batches)
    rivals = rivals_of(disputes(day), "delivered")[0]
    return Delivered(told, len(batches), sized, lines or possible.lines, rivals, entries)


def _drawn(one: Delivery) -> Markup:
    possible = inf if one.possible is None else one.possible
    total = (one.line.count, one.line.most) if one.ordered else (0, 0)
    return amount(one.certain, possible, total, delivery_words(one))


def delivery_words(one: Delivery) -> str:
    """``11 of 29 launchers of M142 HIMARS``; ``none reported, of six aircraft``."""
    if one.certain or not one.ordered:
        return one.words(alone=False)
    if one.possible or one.possible is None:
        most = "any number" if one.possible is None else f"{one.possible:,}"
        return f"none for certain, possibly {most}, of {quantity(one.line)}"
    return f"none reported, of {quantity(one.line)}"


class ShownBatch(NamedTuple):
    """A batch, and whether it has a cell: beside the cells of what is delivered, it would be of another scale."""

    batch: Batch
    has_cell: bool


def batch_html(shown: ShownBatch) -> Markup:
    """The cell of a batch, with its number, where it stands, and its dates."""
    batch = shown.batch
    label = f"Batch {batch.tranche}" if isinstance(batch.tranche, int) else f"{batch.tranche}:"
    word = {"overdue": "expected"}.get(batch.standing, batch.standing)
    count = "" if batch.quantity is None else f" ({batch.quantity})"
    cell = Markup('<i class="{}" aria-hidden="true"></i>').format(CELLS[batch.standing]) if shown.has_cell else ""
    return Markup("{}<span>{} {}{}<small>{}</small></span>").format(cell, label, word, count, _dates(batch))


def _dates(batch: Batch) -> str:
    if batch.when is not None:
        rivals = "".join(f" ≠ {when_words(rival)}" for rival in batch.when.rivals[:MOST_DATES])
        return f"{when_words(batch.when.on)}{rivals}"
    if not batch.passed:
        return f"due {_dues(batch.dues)}"
    if len(batch.dues) == 1:
        return f"was due {_dues(batch.dues)}"
    return (
        "every date passed" if batch.passed == len(batch.dues) else f"{batch.passed} of {len(batch.dues)} dates passed"
    )


def _dues(dues: Sequence[When]) -> str:
    """``Nov 2026 or 2027``; of many dates the first and the last."""
    dates = list(dict.fromkeys(when_words(due) for due in sorted(dues, key=lambda due: (due.last, due.first))))
    return listed(dates, "or") if len(dates) <= MOST_DATES else f"{dates[0]}, {dates[-1]} or between"
