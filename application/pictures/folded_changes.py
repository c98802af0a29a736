"""Changes of belief about deals of which the table does not keep all beliefs, as folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from armsledger.application.beliefs import Beliefs
from armsledger.application.folded import placed_rows
from armsledger.application.question import KnownBy
from armsledger.application.view import View
from armsledger.domain.beliefs.belief import cited
from armsledger.domain.values.known import Known
from armsledger.projections.codec import codec_of
from armsledger.projections.moments import Instants, Moment, SourceGrades, StreamBeliefs
from armsledger.projections.read_models.deals import DEALS
from armsledger.projections.reading import AsOf, ChangedRow, unkept_streams
from armsledger.projections.row_history import spans_of
from armsledger.projections.timeline import Timeline
from armsledger.storage.reader import JournalReader


def changed_days(reader: JournalReader, stream: str, last: int) -> Iterator[int]:
    """The days of asserting up to a last one from which on other rows of a deal are believed, the latest first."""
    beliefs = _beliefs_of(reader, stream)
    return _changed(stream, beliefs, beliefs.by_asserting(), last)


def changed_positions(reader: JournalReader, stream: str, last: int) -> Iterator[int]:
    """The positions up to a last one from which on other rows of a deal are believed, the latest first."""
    beliefs = _beliefs_of(reader, stream)
    return _changed(stream, beliefs, beliefs.by_recording(Instants(reader).first_of), last)


def _beliefs_of(reader: JournalReader, stream: str) -> StreamBeliefs:
    entries = reader.stream(stream)
    return StreamBeliefs(entries, SourceGrades(reader).of(cited(entries)))


def _changed(stream: str, beliefs: StreamBeliefs, moments: Sequence[Moment], last: int) -> Iterator[int]:
    later: frozenset[tuple[object, ...]] = frozenset()
    since = 0
    for moment in reversed([moment for moment in moments if moment.since <= last]):
        spans = spans_of(DEALS, Timeline(stream, beliefs.of(moment.basis)))
        texts = codec_of(DEALS.row).encode([span.row for span in spans])
        told = frozenset((*span[:3], text) for span, text in zip(spans, texts, strict=True))
        if later - told:
            yield since
        later, since = told, moment.since
    if later:
        yield since


def folded_changes(view: View, before: AsOf, after: AsOf, at: date) -> Iterator[ChangedRow]:
    """The rows that are believed of a day at one point and not at another, of the deals of which the table cannot tell
    what was believed at one of the two."""
    streams = sorted({stream for as_of in (before, after) for stream in unkept_streams(view.reader, DEALS, as_of)})
    if streams:
        one, other = (_rows_at(_beliefs_at(view, as_of, at), streams) for as_of in (before, after))
        yield from (ChangedRow(*place, False, text) for place, text in one.items() if other.get(place) != text)
        yield from (ChangedRow(*place, True, text) for place, text in other.items() if one.get(place) != text)


def _rows_at(beliefs: Beliefs, streams: Sequence[str]) -> dict[tuple[str, str], str]:
    encode = codec_of(DEALS.row).encode
    return {(stream, slot): encode([row])[0] for stream, slot, row in placed_rows(beliefs, DEALS, streams)}


def _beliefs_at(view: View, as_of: AsOf, at: date) -> Beliefs:
    cut = Known(position=as_of.position) if as_of.asserted is None else Known(day=as_of.asserted.toordinal())
    known_by: KnownBy = "recorded" if as_of.asserted is None else "asserted"
    question = view.question._replace(day=at, known_by=known_by, cut=cut, position=as_of.position)
    return Beliefs(lambda: view.reader, question)
