"""How much is ordered, or pledged where there is no contract."""

from __future__ import annotations

from typing import NamedTuple

from armsledger.domain.states.deal import SIGNED, Deal
from armsledger.domain.states.disputes import disputes
from armsledger.domain.states.entries_behind import entries_behind
from armsledger.domain.states.order import end_of
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.quantity import Line
from armsledger.web.bars.drawing import MOST_LINES, UNKNOWN, amount, row
from armsledger.web.glance.order import pledged_lines
from armsledger.web.glance.rivals import Rivals, contested, rivals_of
from armsledger.web.glance.rows import behind_fields
from armsledger.web.markup import Markup, escape
from armsledger.web.sentences import first_of, quantity
from armsledger.web.words import refs


class Ordered(NamedTuple):
    """The lines of the order; ``more`` are those that it possibly has instead, ``beside`` what others count."""

    word: str
    lines: tuple[Line, ...]
    is_certain: bool
    more: tuple[Line, ...]
    rivals: Rivals
    beside: Rivals
    entries: tuple[str, ...]

    def html(self, stream: str) -> Markup:
        """The label, the drawing of each line, and the text."""
        label = self.word.capitalize()
        if not self.lines:
            return row(label, UNKNOWN, Markup("No source gives a number."))
        return row(label, Markup("").join(map(self._drawn, self.lines[:MOST_LINES])), self._text(stream))

    def _drawn(self, line: Line) -> Markup:
        label = f"{quantity(line)} {self.word if self.is_certain else f'possibly {self.word}'}"
        sure = end_of(line, possible=False).count if self.is_certain else 0
        return amount(sure, line.most, (line.count, line.most), label)

    def _text(self, stream: str) -> Markup:
        sign = "" if self.is_certain else "possibly "
        text = Markup("<br>").join(Markup("<b>{}{}</b>").format(sign, str(line)) for line in self.lines[:MOST_LINES])
        if len(self.lines) > MOST_LINES:
            text += Markup("<br>{}").format(first_of([str(line) for line in self.lines[MOST_LINES:]], 12))
        text += refs(self.entries, stream)
        if self.more or self.rivals or self.beside:
            text += Markup(".")
        if self.more:
            text += Markup(" Possibly {}.").format(first_of([quantity(line) for line in self.more]))
        if self.rivals:
            text += Markup(" ") + contested(self.rivals, stream)
        if self.beside:
            others = Markup(", ").join(escape(one.says) + refs((one.entry,), stream) for one in self.beside)
            text += Markup(" Others count {}; units are never converted.").format(others)
        return text


def ordered_of(day: StreamDay, certain: Deal | None, possible: Deal) -> Ordered | None:
    """How much is ordered by a day; None where nothing is, and nothing is pledged."""
    sure = () if certain is None else certain.lines
    lines = sure or possible.lines
    is_signed = possible.signed_on is not None
    behind = entries_behind(day)
    pledged = pledged_lines(certain or possible)
    if not lines and not is_signed and pledged:
        return Ordered("pledged", pledged, certain is not None, (), (), (), behind_fields(behind, "pledges"))
    if not lines and possible.rung < SIGNED and not is_signed:
        return None
    rivals, beside = rivals_of(disputes(day), "ordered")
    more = tuple(line for line in possible.lines if line not in lines)
    return Ordered("ordered", lines, bool(sure), more, rivals, beside, behind_fields(behind, "ordered"))
