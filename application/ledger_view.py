"""The view that a ledger hands out: what a view answers, and its exports.

It stands above views and exports. The exports read views, so a view that imported the exports would close a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from armsledger.application.question import Question
from armsledger.application.session import Session, Stages, silent
from armsledger.application.view import View

if TYPE_CHECKING:
    from pathlib import Path

    from armsledger.application.exporting.ocds import Package
    from armsledger.application.exporting.standards import StandardExport
    from armsledger.application.exporting.tables import Exported, Format
    from armsledger.application.sipri.export import Encoding, Layout, Written
    from armsledger.application.stream_state import Chart, StreamState
    from armsledger.charts.picture import Picture


class LedgerView(View):
    """A view of a ledger, which can be written to files too."""

    def __init__(self, session: Session, question: Question) -> None:
        super().__init__(session.reader, question, session.projection)
        self._session = session

    @property
    def file_mode(self) -> int | None:
        """That of the ledger's file."""
        return self._session.file_mode

    def _state(self, stream: str) -> StreamState[Any]:
        from armsledger.application.stream_state import StreamState

        return StreamState(self.question, self.stream_day(stream), self.related(stream), self._plot)

    def _plot(self, stream: str, chart: Chart) -> Picture:
        from armsledger.application.pictures.drawing import plot

        return plot(self, stream, chart)

    def export(
        self,
        path: str | Path,
        *,
        of: str | Sequence[str] = (),
        format: Format | None = None,
        where: Mapping[str, Any] | None = None,
        order_by: str | Sequence[str] = (),
        begun: bool = False,
        replace: bool = False,
        stages: Stages = silent,
    ) -> Exported:
        """Write rows to a file for other programs: ``view.export("deals.xlsx", of="deals", where={"buyer": "IND"})``.

        ``of`` names projections, ``log`` or ``all`` (default, where a format holds several tables). The format is
        csv, jsonl, xlsx, parquet or sqlite, by the name of the file if nothing else is said. ``where`` and
        ``order_by`` are as for rows; with ``begun`` the log holds what had begun by the date. Raises UsageError,
        FileExists unless ``replace``, and NotWritable.
        """
        from armsledger.application.exporting.tables import Asked, export

        asked = Asked(_names(of), where or {}, _names(order_by), begun)
        return export(self._session, self, path, asked, format=format, replace=replace, stages=stages)

    def export_sipri(
        self,
        path: str | Path,
        *,
        replace: bool = False,
        encoding: Encoding = "utf-8",
        layout: Layout | None = None,
    ) -> Written:
        """Write SIPRI's register as it was believed, in its own layout; ``-`` is standard output.

        ``layout`` is ``deals`` or ``years`` where it came in both. Raises NothingListed if no release of it was known,
        NotInLayout, FileExists and NotWritable.
        """
        from armsledger.application.sipri.export import export_sipri

        mode = self.file_mode
        return export_sipri(
            self.reader, self.question, path, replace=replace, encoding=encoding, mode=mode, layout=layout
        )

    def export_ocds(
        self,
        path: str | Path,
        *,
        deals: Sequence[str] = (),
        buyers: Sequence[str] = (),
        suppliers: Sequence[str] = (),
        package: Package | None = None,
        losses: str | Path | None = None,
        replace: bool = False,
    ) -> StandardExport:
        """Write deals in the Open Contracting Data Standard, of these keys, buyers and suppliers; nothing named is all.

        ``losses`` is where the report goes of what the standard cannot say (default: ``PATH.losses.json``). Raises
        UsageError, UnknownStream, NothingToExport, FileExists unless ``replace``, and NotWritable.
        """
        from armsledger.application.exporting.ocds import export_ocds
        from armsledger.application.exporting.standards import Chosen

        chosen = Chosen(deals, buyers, suppliers)
        return export_ocds(self._session, self, path, chosen, package, losses=losses, replace=replace)

    def export_ftm(
        self,
        path: str | Path,
        *,
        deals: Sequence[str] = (),
        buyers: Sequence[str] = (),
        suppliers: Sequence[str] = (),
        losses: str | Path | None = None,
        replace: bool = False,
    ) -> StandardExport:
        """Write entities of FollowTheMoney, a JSON object a line; otherwise as `export_ocds`."""
        from armsledger.application.exporting.ftm import export_ftm
        from armsledger.application.exporting.standards import Chosen

        chosen = Chosen(deals, buyers, suppliers)
        return export_ftm(self._session, self, path, chosen, losses=losses, replace=replace)


def _names(given: str | Sequence[str]) -> Sequence[str]:
    return [given] if isinstance(given, str) else given
