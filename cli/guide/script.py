"""The script of one entry: which questions are asked, until somebody has seen what would be recorded and agrees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from armsledger.application.recording.event_fields import summary_of
from armsledger.cli.guide.dialogue import Script, error_lines
from armsledger.cli.guide.filling import NO, YES, Filling, choice_question, new_stream_question
from armsledger.cli.guide.known import Given, Known, opener_of
from armsledger.cli.guide.preview import effect_lines, entry_lines
from armsledger.cli.guide.question import Question, Reading, starting_with
from armsledger.domain.decisions.decision import check_opened
from armsledger.domain.decisions.fields import event_class
from armsledger.domain.decisions.history import History
from armsledger.domain.errors import LedgerError, Refused, UnreadableValue
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.statement import ONCE, Statement
from armsledger.domain.values.stream import KINDS, StreamId
from armsledger.storage.errors import LedgerBusy, LedgerFull, LedgerUnreachable

END = "."
EDIT = "edit"
PASSING = (LedgerBusy, LedgerFull, LedgerUnreachable)
"""What may be over when the entry is tried again."""
Outcome = Given | Literal["end", "dropped"]
"""An entry to record, or that there are no more, or that this one is not to be recorded."""


class EntryScript:
    """The questions of one entry. They only ask the ledger: nothing is recorded while they are asked."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def __call__(self) -> Script[Outcome]:
        """Ask for an entry."""
        stream = yield from self._ask_stream()
        if stream is None:
            return "end"
        event = (yield self._event_question(stream)).value
        filling = Filling(stream, event, self._known)
        yield from filling.ask_first()
        yield from filling.ask_more()
        while True:
            verdict = yield from self._ask_verdict(filling)
            if verdict == YES:
                return filling.given
            if verdict == NO:
                return "dropped"

    def _ask_stream(self) -> Script[StreamId | None]:
        """Ask for the stream; None for none."""
        while True:
            stream: StreamId | None = (yield self._stream_question()).value
            if stream is None or self._known.has(stream):
                return stream
            if (yield new_stream_question(self._known, stream, "open it?")).value == YES:
                return stream

    def _stream_question(self) -> Question:
        def read(text: str) -> Reading:
            return Reading(None if text in ("", END) else self._known.named(text))

        return Question(
            "stream",
            read,
            hint="kind/key, such as deal/india-s400; . ends",
            default=self._known.stream,
            help=lambda: (
                f"a stream is written kind/key; kinds are {', '.join(KINDS)}",
                "the key alone will do for a stream that the ledger holds; Tab completes it",
                "a new key opens a stream, and you are asked whether it is meant",
            ),
            complete=self._known.complete_stream,
        )

    # The event

    def _event_question(self, stream: StreamId) -> Question:
        last = self._known.last_entry(stream)
        is_new = last is None
        events = CATALOGUE.by_kind[stream.kind]

        def read(text: str) -> Reading:
            if not text:
                raise UnreadableValue("no event is named", remedy="write its name; ? lists the events")
            event = event_class(stream, text)
            if is_new:
                check_opened(event, History(str(stream)))
            return Reading(event)

        return Question(
            "event",
            read,
            hint=f"what happened{f'; the last entry is {last}' if last else ''}; ? lists the events",
            default=self._usual_event(stream, is_new=is_new),
            help=lambda: _explained(event for event in events.values() if event.opens or not is_new),
            complete=starting_with(name for name, event in events.items() if event.opens or not is_new),
        )

    def _usual_event(self, stream: StreamId, *, is_new: bool) -> str:
        """What opens a new stream; else the last event of the same stream, if it can happen again."""
        if is_new:
            return opener_of(stream)
        last = CATALOGUE.by_kind[stream.kind].get(self._known.event) if str(stream) == self._known.stream else None
        return last.name if last is not None and last.identity != ONCE else ""

    # The verdict

    def _ask_verdict(self, filling: Filling) -> Script[str]:
        """Show what would be recorded and what it would do; ask whether to record it, or what to change."""
        try:
            recorded = self._known.record(filling.given, dry_run=True)
        except (Refused, *PASSING) as error:
            yield from self._ask_again(filling, error)
            return EDIT
        source = filling.new_source
        before = [
            "",
            *(() if source is None else entry_lines(source.proposal, source.shown)),
            *entry_lines(filling.proposal, filling.shown),
            *effect_lines(recorded),
        ]
        verdict: str = (yield choice_question("record it?", (YES, NO, EDIT), before)).value
        if verdict == EDIT:
            yield from filling.ask_more()
        return verdict

    def _ask_again(self, filling: Filling, error: LedgerError) -> Script[None]:
        """Say why the entry is refused, and ask what to change."""
        field = error.field.partition(".")[0] if isinstance(error, Refused) else ""
        source = filling.new_source
        if source is not None and isinstance(error, Refused) and error.stream == str(source.stream):
            yield from source.ask_more(error_lines(error), field)
        else:
            yield from filling.ask_more(error_lines(error), field if field in filling.event.model_fields else "")


def _explained(events: Iterator[type[Statement]]) -> Iterator[str]:
    """Events with what they are."""
    for event in events:
        yield f"{event.name}: {summary_of(event).partition(chr(10))[0]}"
