"""Who supplies whom: the relations of suppliers and buyers, and their picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from armsledger.projections.read_models.relations import RelationRow
from armsledger.projections.rows import Rows

if TYPE_CHECKING:
    from armsledger.charts.picture import Picture

MOST_SUPPLIERS: Final = 24
MOST_BUYERS: Final = 14


class Relations(Rows[RelationRow]):
    """The relations; ``caption`` says of which day and belief they are, ``file_mode`` who may read files of them."""

    file_mode: int | None = None

    def __init__(self, row_type: type[RelationRow], rows: Iterable[RelationRow], caption: str) -> None:
        super().__init__(row_type, rows)
        self.caption = caption

    def plot(self) -> Picture:
        """A dot for each pair, of which the area is the number of deals; raises NothingToDraw."""
        from armsledger.application.wording import party_words
        from armsledger.charts.alone import Frame, standing_alone
        from armsledger.charts.matrix import Cell, Matrix, draw_matrix
        from armsledger.charts.picture import NothingToDraw, Picture

        if not self:
            raise NothingToDraw("there are no relations to draw", remedy="ask for a later date, or for other parties")
        cells = {(party_words(row.supplier), party_words(row.buyer)): Cell(row.deals, row.open_deals) for row in self}
        suppliers = _by_deals((supplier, cell.deals) for (supplier, _), cell in cells.items())
        buyers = _by_deals((buyer, cell.deals) for (_, buyer), cell in cells.items())
        matrix = Matrix(
            suppliers[:MOST_SUPPLIERS],
            buyers[:MOST_BUYERS],
            cells,
            max(len(suppliers) - MOST_SUPPLIERS, 0),
            max(len(buyers) - MOST_BUYERS, 0),
        )
        frame = Frame("Who supplies whom", [self.caption, "A dot\u2019s area is the number of deals."])
        return Picture(standing_alone(draw_matrix(matrix), frame), self.file_mode)


def _by_deals(counts: Iterable[tuple[str, int]]) -> list[str]:
    """The parties by their deals, the most first."""
    totals: dict[str, int] = {}
    for party, count in counts:
        totals[party] = totals.get(party, 0) + count
    return sorted(totals, key=lambda party: (-totals[party], party))
