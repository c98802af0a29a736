"""The links of a stream both ways, by belief."""

from __future__ import annotations

from armsledger.application.links import links_of
from armsledger.application.pictures.beliefs_over_time import Pictures
from armsledger.application.pictures.believed_rows import BelievedRows
from armsledger.application.pictures.standpoint import Standpoint
from armsledger.projections.read_models.links import LinkRow
from armsledger.projections.reading import linking_streams
from armsledger.projections.spans.links import link_spans


class Linked:
    """The links from a stream and those to it, at the day of a page."""

    def __init__(self, pictures: Pictures, stream: str) -> None:
        view = pictures.view
        linking = linking_streams(view.reader, stream)
        others = {row.stream for row in links_of(view, stream)} if linking is None else set(linking)
        self._stream = stream
        self._rows = BelievedRows(pictures, [stream, *sorted(others - {stream})], link_spans)

    def at(self, standpoint: Standpoint) -> tuple[LinkRow, ...]:
        """The links by the belief of a standpoint, its own first."""
        return tuple(row for row in self._rows.at(standpoint) if self._stream in (row.stream, row.to))
