"""Beliefs: what is believed of each stream, and its state, at the date and the belief date of a question.

The ledger is bitemporal. The date of a question is in valid time: when something is so in the world. The belief date
is in belief time: when that was recorded, or asserted by its source. Everything here is read and folded from the
journal; `armsledger.application.answers` asks the tables of the read models first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from armsledger.application.question import KnownBy, Question
from armsledger.domain.beliefs.belief import Belief, believe, cited, known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.errors import UnknownStream
from armsledger.domain.findings.checks import findings_of
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.course import Course
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.source import Source, reliability_of
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.citation import Grades, Reliability
from armsledger.domain.values.stream import KINDS, StreamId
from armsledger.projections.read_models.parts import Related
from armsledger.projections.state_json import state_to_json
from armsledger.projections.tables import citing_streams, read_register
from armsledger.storage.reader import JournalReader

S = TypeVar("S", Deal, Engagement, Framework, Source)


NOT_RELATED = Related()


class StreamState(Generic[S]):
    """The state of one stream: ``certain`` and ``possible`` (None before it begins), and the findings."""

    def __init__(self, question: Question, stream_day: StreamDay, related: Related = NOT_RELATED) -> None:
        """``related`` are the links of the stream both ways, and what its parts come to."""
        self.related = related
        self.question = question
        self.stream_day = stream_day
        self.stream = stream_day.stream
        self.certain: S | None = stream_day.bounds.certain
        self.possible: S | None = stream_day.bounds.possible

    @property
    def at(self) -> date:
        """The date of the state."""
        return self.stream_day.day

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What does not fit in the stream's history at the date."""
        return findings_of(self.stream_day)

    def to_dict(self) -> dict[str, Any]:
        """The state in the types of JSON."""
        return {
            "stream": self.stream,
            "at": self.at.isoformat(),
            "known": self.question.known,
            "known_by": self.question.known_by,
            "position": self.question.position,
            "certain": state_to_json(self.certain),
            "possible": state_to_json(self.possible),
            "links": [link.to_dict() for link in self.related.links],
            **({} if self.related.parts is None else {"parts": self.related.parts.to_dict()}),
            "findings": [finding._asdict() | {"entries": list(finding.entries)} for finding in self.findings],
        }

    def __repr__(self) -> str:
        return f"<{self.stream} at {self.at}: certain {self.certain}, possible {self.possible}>"


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
        """The state of any stream, named ``deal/india-s400``. Raises UnknownStream and UsageError."""
        return self._state(str(StreamId.parse(stream)))

    def deal(self, key: str) -> StreamState[Deal]:
        """The state of a deal. Raises UnknownStream."""
        return self._state(f"deal/{key}")

    def engagement(self, key: str) -> StreamState[Engagement]:
        """The state of an engagement. Raises UnknownStream."""
        return self._state(f"engagement/{key}")

    def framework(self, key: str) -> StreamState[Framework]:
        """The state of a framework agreement. Raises UnknownStream."""
        return self._state(f"framework/{key}")

    def source(self, key: str) -> StreamState[Source]:
        """The state of a source. Raises UnknownStream."""
        return self._state(f"source/{key}")

    def _state(self, stream: str) -> StreamState[Any]:
        return StreamState(self.question, self.stream_day(stream), self.related(stream))

    def related(self, stream: str) -> Related:
        """The links of a stream both ways, and what its parts come to; here is nothing that could find them."""
        return NOT_RELATED

    # Streams

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
        kind = StreamId.parse(stream).kind
        entries = self.reader.stream(stream, upto=self.question.position)
        if not entries and self.reader.version_of(stream) == 0:
            raise UnknownStream(f"the ledger holds no {stream}", remedy=f"'armsledger {kind}s' lists those there are")
        return entries

    def deal_entries(self, upto: int) -> Iterator[tuple[str, list[Entry]]]:
        """The entries of each deal up to a position, known at the belief date or not."""
        return self.reader.streams_grouped("deal", upto=upto)

    def belief(self, stream: str) -> Belief:
        """What is believed of one stream. Raises UnknownStream."""
        entries = self.entries(stream)
        return believe(entries, self._grades_cited(entries), self.question.cut)

    def beliefs(self, kinds: Collection[str] = KINDS) -> Iterator[tuple[str, Belief]]:
        """The streams of some kinds, and what is believed of each."""
        only = next(iter(kinds)) if len(kinds) == 1 else None
        for stream, entries in self.reader.streams_grouped(only, upto=self.question.position):
            if stream.partition("/")[0] in kinds:
                yield stream, believe(entries, self.grades, self.question.cut)

    def side(self, stream: str) -> Side:
        """What is known of one stream, before it is folded. Raises UnknownStream."""
        return self.side_of(self.entries(stream))

    def side_of(self, entries: Sequence[Entry]) -> Side:
        """What is known of a stream, of which these are the entries; those recorded later are left out."""
        last = self.question.position
        entries = entries if not entries or entries[-1].position <= last else [e for e in entries if e.position <= last]
        grades = self._grades_cited(entries)
        own = cited(entries) & grades.keys()
        return Side(known_entries(entries, self.question.cut), {key: grades[key] for key in own})

    def stream_day(self, stream: str) -> StreamDay:
        """One stream as believed, at the date. Raises UnknownStream."""
        return self._at(stream, self.belief(stream))

    def stream_days(self, kind: str | None = None) -> Iterator[StreamDay]:
        """All streams of a kind, or of all kinds, as believed, at the date."""
        for stream, belief in self.beliefs(KINDS if kind is None else (kind,)):
            yield self._at(stream, belief)

    def _at(self, stream: str, belief: Belief) -> StreamDay:
        return StreamDay(Course(stream, belief), self.at)

    # Sources

    @cached_property
    def grades(self) -> dict[str, Reliability]:
        """The reliability of each source, as known.

        Our first grade of a source is nobody's statement: by asserted date it holds from the start.
        """
        streams = self.reader.streams_grouped("source", upto=self.question.position)
        return {stream.partition("/")[2]: self._reliability(entries) for stream, entries in streams}

    def _grades_cited(self, entries: Sequence[Entry]) -> Grades:
        """The grades of the sources that entries cite, without reading all sources for one stream."""
        if "grades" in self.__dict__:
            return self.grades
        streams = {f"source/{key}": key for key in sorted(cited(entries) - self._some_grades.keys())}
        for stream, registered in self.reader.several(list(streams), upto=self.question.position).items():
            if registered:
                self._some_grades[streams[stream]] = self._reliability(registered)
        return self._some_grades

    def _reliability(self, entries: Sequence[Entry]) -> Reliability:
        return reliability_of(entries, self.question.cut)
