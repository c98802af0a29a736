"""What the guided entry asks of the ledger: the streams and sources there are, and what an entry would do.

A ledger that does not exist yet holds nothing, and is only made when something is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from armsledger.cli.guide.question import Complete
from armsledger.domain.decisions.references import OPENERS
from armsledger.domain.entry import Entry, Proposal
from armsledger.domain.errors import UnknownStream, UsageError
from armsledger.domain.values.stream import KINDS, StreamId
from armsledger.domain.values.when import When
from armsledger.storage.opening import complete_streams

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger
    from armsledger.application.recording.entries import Recorded

LOOKED_BACK = 100
"""Entries among which the last one of a stream that people record is looked for."""
ENTRIES_SHOWN = 20


class Given(NamedTuple):
    """An entry as it was answered, and the sources to be registered with it."""

    proposal: Proposal
    sources: tuple[Proposal, ...] = ()


class Known:
    """A ledger as the dialogue sees it, and what was entered last."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.stream = ""
        self.source = ""
        self.event = ""
        self.on = ""
        if ledger.exists():
            self._look_back()
        else:
            with ledger.session.writing(dry_run=True):
                pass  # nobody is to answer questions for a place where no ledger can be made

    @property
    def today(self) -> date:
        """The day by the ledger's clock."""
        return self._ledger.session.today

    def _look_back(self) -> None:
        """Take the stream and the source of the last entry that has both."""
        reader = self._ledger.journal().reader
        head = reader.head()
        recent = list(reader.entries(after=max(0, head - LOOKED_BACK), upto=head))
        last = next((entry for entry in reversed(recent) if entry.event.source), None)
        if last is not None:
            self.stream, self.source = last.stream, last.event.source or ""

    def remember(self, given: Given) -> None:
        """Take what was recorded as what the next entry may share."""
        proposal = given.proposal
        self.stream, self.event = str(proposal.stream), proposal.event
        self.source = proposal.fields.get("source", self.source)
        self.on = proposal.fields.get("on", "")

    def record(self, given: Given, *, dry_run: bool = False) -> Recorded:
        """Record an entry, or see what that would do. Raises Refused and its kinds."""
        return self._ledger.record_proposal(given.proposal, sources=given.sources, dry_run=dry_run)

    # Streams and sources

    def has(self, stream: StreamId) -> bool:
        """Whether the ledger holds a stream."""
        return self._ledger.exists() and self._ledger.journal().reader.version_of(str(stream)) > 0

    def named(self, text: str) -> StreamId:
        """The stream that is written ``kind/key``, or by its key alone if only one has it; raises UsageError."""
        if "/" in text or not text or not self._ledger.exists():
            return StreamId.parse(text)
        try:
            return StreamId.parse(self._ledger.stream_named(text))
        except UnknownStream as error:
            raise UsageError(error.message, remedy=f"write kind/key to open one, such as deal/{text}") from error

    def near(self, stream: StreamId) -> list[str]:
        """Streams of the kind whose keys look like that of a stream."""
        if not self._ledger.exists():
            return []
        from armsledger.application.stream_names import near_streams

        return near_streams(self._ledger.journal().reader, stream.key, stream.kind)

    def published(self, source: str) -> When | None:
        """When a source that the ledger holds was published, None if it does not say."""
        state = self._ledger.at().source(source)
        return state.certain.published if state.certain is not None else None

    def entries(self, stream: StreamId) -> Iterator[str]:
        """The last entries of a stream, a line each."""
        found = self._entries(stream)
        if len(found) > ENTRIES_SHOWN:
            yield f"the last {ENTRIES_SHOWN} of {len(found):,} entries:"
        yield from map(_in_short, found[-ENTRIES_SHOWN:])

    def last_entry(self, stream: StreamId) -> str | None:
        """The last entry of a stream in short; None for a stream that the ledger does not hold."""
        return next((_in_short(entry) for entry in self._entries(stream)[-1:]), None)

    def _entries(self, stream: StreamId) -> Sequence[Entry]:
        return self._ledger.journal().reader.stream(str(stream)) if self._ledger.exists() else ()

    # Completion

    def complete_stream(self, text: str) -> list[str]:
        """Streams that begin with a text, by their names or by their keys alone; kinds where nothing else does."""
        address = self._ledger.address
        if "/" in text:
            return complete_streams(address, text)
        kinds = [f"{kind}/" for kind in KINDS if kind.startswith(text)]
        if kinds:
            return kinds
        return [stream for kind in KINDS for stream in complete_streams(address, f"{kind}/{text}")]

    def complete_source(self, text: str) -> list[str]:
        """Keys of sources that begin with a text."""
        return [name.partition("/")[2] for name in complete_streams(self._ledger.address, f"source/{text}")]

    def complete_entry(self, stream: StreamId) -> Complete:
        """Completes an entry of a stream, written ``@7``."""
        return lambda text: [name for entry in self._entries(stream) if (name := f"@{entry.version}").startswith(text)]


def _in_short(entry: Entry) -> str:
    event = entry.event
    return f"@{entry.version} {event.name} on {event.on}" + (f" ({event.source})" if event.source else "")


def opener_of(stream: StreamId) -> str:
    """The event that usually opens a stream."""
    return OPENERS[stream.kind]
