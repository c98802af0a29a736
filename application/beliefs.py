"""Beliefs: what is believed of each stream, and its state, at the date and the belief date of a question.

The ledger is bitemporal. The date of a question is in valid time: when something is so in the world. The belief date
is in belief time: when that was recorded, or asserted by its source. Everything here is read and folded from the
journal; `armsledger.application.answers` asks the tables of the read models first. So what folds is loaded when
something is folded: an answer of a table does without.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from armsledger.application.question import KnownBy, Question
from armsledger.application.stream_names import stream_named, unknown_stream
from armsledger.domain.values.stream import KINDS, StreamId
from armsledger.projections.tables import citing_streams, read_register
from armsledger.storage.reader import JournalReader

if TYPE_CHECKING:
    from armsledger.application.stream_state import StreamState
    from armsledger.domain.beliefs.belief import Belief
    from armsledger.domain.entry import Entry
    from armsledger.domain.states.deal import Deal
    from armsledger.domain.states.engagement import Engagement
    from armsledger.domain.states.framework import Framework
    from armsledger.domain.states.source import Source
    from armsledger.domain.states.stream_day import StreamDay
    from armsledger.domain.values.citation import Grades, Reliability
    from armsledger.projections.read_models.parts import Related


class Side(NamedTuple):
    """What is known of one stream: the entries known, and the grades of the sources they cite."""

    entries: Sequence[Entry]
    grades: Grades


class Beliefs:
    """What is believed of each stream. The answers never change once the belief date is past."""

    def __init__(self, reader: Callable[[], JournalReader], question: Question) -> None:
        self._reader = reader
        self.question = question
        self._some_grades: dict[str, Reliability] = {}

    @property
    def at(self) -> date:
        """The date, in valid time."""
        return self.question.day

    @property
    def known(self) -> str | None:
        """The belief date as asked for; None for everything recorded."""
        return self.question.known

    @property
    def known_by(self) -> KnownBy:
        """Whether ``known`` goes by the time of recording or by that of asserting."""
        return self.question.known_by

    @property
    def reader(self) -> JournalReader:
        """The journal's reader."""
        return self._reader()

    # States

    def state(self, stream: str) -> StreamState[Any]:
        """The state of any stream, ``deal/india-s400`` or just ``india-s400``. Raises UnknownStream and UsageError."""
        return self._state(self.named(stream))

    def deal(self, key: str) -> StreamState[Deal]:
        """The state of a deal. Raises UnknownStream."""
        return self._state(self.named(key, "deal"))

    def engagement(self, key: str) -> StreamState[Engagement]:
        """The state of an engagement. Raises UnknownStream."""
        return self._state(self.named(key, "engagement"))

    def framework(self, key: str) -> StreamState[Framework]:
        """The state of a framework agreement. Raises UnknownStream."""
        return self._state(self.named(key, "framework"))

    def source(self, key: str) -> StreamState[Source]:
        """The state of a source. Raises UnknownStream."""
        return self._state(self.named(key, "source"))

    def _state(self, stream: str) -> StreamState[Any]:
        from armsledger.application.stream_state import StreamState

        return StreamState(self.question, self.stream_day(stream), self.related(stream))

    def related(self, stream: str) -> Related:
        """The links of a stream both ways, and what its parts come to; here is nothing that could find them."""
        from armsledger.projections.read_models.parts import Related

        return Related()

    # Streams

    def named(self, name: str, kind: str | None = None) -> str:
        """The stream that a name means: ``deal/india-s400``, or its key alone. Raises UnknownStream and UsageError."""
        return stream_named(self.reader, name, kind)

    def streams(self) -> list[str]:
        """All streams that the ledger holds."""
        return self.reader.streams()

    def streams_touched(self, after: int, upto: int) -> list[str]:
        """The streams of which the belief can have changed between two positions.

        Those are the streams that were recorded in, and those that cite a source that was recorded in.
        """
        reader = self.reader
        if read_register(reader).citing < upto:
            return reader.streams()
        touched = reader.streams_touched(after=after, upto=upto)
        judged = [stream.partition("/")[2] for stream in touched if stream.startswith("source/")]
        return sorted({*touched, *citing_streams(reader, judged)})

    def entries(self, stream: str) -> list[Entry]:
        """The entries of one stream up to the last position that counts. Raises UnknownStream."""
        entries = self.reader.stream(stream, upto=self.question.position)
        if not entries and self.reader.version_of(stream) == 0:
            raise unknown_stream(self.reader, str(StreamId.parse(stream)))
        return entries

    def belief(self, stream: str) -> Belief:
        """What is believed of one stream. Raises UnknownStream."""
        from armsledger.domain.beliefs.belief import believe, cited

        entries = self.entries(stream)
        return believe(entries, self._grades_of(cited(entries)), self.question.cut)

    def beliefs(self, kinds: Collection[str] = KINDS) -> Iterator[tuple[str, Belief]]:
        """The streams of some kinds, and what is believed of each."""
        from armsledger.domain.beliefs.belief import believe

        only = next(iter(kinds)) if len(kinds) == 1 else None
        for stream, entries in self.reader.streams_grouped(only, upto=self.question.position):
            if stream.partition("/")[0] in kinds:
                yield stream, believe(entries, self.grades, self.question.cut)

    def side(self, stream: str) -> Side:
        """What is known of one stream, before it is folded. Raises UnknownStream."""
        return self.side_of(self.entries(stream))

    def side_of(self, entries: Sequence[Entry]) -> Side:
        """What is known of a stream, of which these are the entries; those recorded later are left out."""
        from armsledger.domain.beliefs.belief import cited, known_entries

        last = self.question.position
        entries = entries if not entries or entries[-1].position <= last else [e for e in entries if e.position <= last]
        sources = cited(entries)
        grades = self._grades_of(sources)
        own = sources & grades.keys()
        return Side(known_entries(entries, self.question.cut), {key: grades[key] for key in own})

    def stream_day(self, stream: str) -> StreamDay:
        """One stream as believed, at the date. Raises UnknownStream."""
        return self._at(stream, self.belief(stream))

    def stream_days(self, kind: str | None = None) -> Iterator[StreamDay]:
        """All streams of a kind, or of all kinds, as believed, at the date."""
        for stream, belief in self.beliefs(KINDS if kind is None else (kind,)):
            yield self._at(stream, belief)

    def _at(self, stream: str, belief: Belief) -> StreamDay:
        from armsledger.domain.states.course import Course
        from armsledger.domain.states.stream_day import StreamDay

        return StreamDay(Course(stream, belief), self.at)

    # Sources

    @cached_property
    def grades(self) -> dict[str, Reliability]:
        """The reliability of each source, as known.

        Our first grade of a source is nobody's statement: by asserted date it holds from the start.
        """
        streams = self.reader.streams_grouped("source", upto=self.question.position)
        return {stream.partition("/")[2]: self._reliability(entries) for stream, entries in streams}

    def _grades_of(self, sources: set[str]) -> Grades:
        """The grades of some sources at least, without reading all sources for one stream."""
        if "grades" in self.__dict__:
            return self.grades
        streams = {f"source/{key}": key for key in sorted(sources - self._some_grades.keys())}
        for stream, registered in self.reader.several(list(streams), upto=self.question.position).items():
            if registered:
                self._some_grades[streams[stream]] = self._reliability(registered)
        return self._some_grades

    def _reliability(self, entries: Sequence[Entry]) -> Reliability:
        from armsledger.domain.states.source import reliability_of

        return reliability_of(entries, self.question.cut)
