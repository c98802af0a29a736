"""The state of one stream at a date and a belief date, with what does not fit in its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from armsledger.application.question import Question
from armsledger.domain.errors import UsageError
from armsledger.domain.findings.checks import findings_of
from armsledger.domain.findings.finding import Finding
from armsledger.domain.states.deal import Deal
from armsledger.domain.states.disputes import Dispute, disputes
from armsledger.domain.states.engagement import Engagement
from armsledger.domain.states.entries_behind import EntriesBehind, entries_behind
from armsledger.domain.states.framework import Framework
from armsledger.domain.states.source import Source
from armsledger.domain.states.stream_day import StreamDay
from armsledger.projections.html import card
from armsledger.projections.read_models.parts import Related
from armsledger.projections.state_card import card_lines, state_line
from armsledger.projections.state_json import dispute_to_json, state_to_json

if TYPE_CHECKING:
    from armsledger.charts.picture import Picture

S = TypeVar("S", Deal, Engagement, Framework, Source)
NOT_RELATED = Related()
Chart = Literal["timeline", "slip", "payments", "deliveries"]
"""What can be drawn of a stream."""
Plot = Callable[[str, Chart], "Picture"]


def not_drawn(stream: str, chart: Chart) -> Picture:
    """States that nobody asked a ledger for are not drawn."""
    raise UsageError(f"{stream} cannot be drawn", remedy="ask a view of a ledger: ledger.at(...).deal(...).plot()")


class StreamState(Generic[S]):
    """The state of one stream: ``certain`` and ``possible`` (None before it begins), the findings, the disputes, and
    the entries behind each field."""

    def __init__(
        self, question: Question, stream_day: StreamDay, related: Related = NOT_RELATED, plot: Plot = not_drawn
    ) -> None:
        """``related`` are the links of the stream both ways, and what its parts come to; ``plot`` draws its charts."""
        self._plot = plot
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

    def plot(self, chart: Chart = "timeline") -> Picture:
        """A chart of the stream at this date and belief, as pages have it: a timeline, how dates slipped, or sums.

        A notebook shows it, and ``save("chart.svg")`` writes it. Raises NothingToDraw.
        """
        return self._plot(self.stream, chart)

    @cached_property
    def entries(self) -> EntriesBehind:
        """The addresses of the entries behind each field, in both bounds: ``entries.certain["value"]``."""
        return entries_behind(self.stream_day)

    @cached_property
    def disputes(self) -> tuple[Dispute, ...]:
        """The fields on which sources differ, with what each says and the rule that decided."""
        return disputes(self.stream_day)

    def to_dict(self) -> dict[str, Any]:
        """The state in the types of JSON."""
        return {
            "stream": self.stream,
            "at": self.at.isoformat(),
            "known": self.question.known,
            "known_by": self.question.known_by,
            "position": self.question.position,
            "certain": state_to_json(self.certain, self.entries.certain),
            "possible": state_to_json(self.possible, self.entries.possible),
            "links": [link.to_dict() for link in self.related.links],
            **({} if self.related.parts is None else {"parts": self.related.parts.to_dict()}),
            "findings": [finding._asdict() | {"entries": list(finding.entries)} for finding in self.findings],
            "disputes": [dispute_to_json(dispute) for dispute in self.disputes],
        }

    def __repr__(self) -> str:
        return state_line(f"{self.stream} at {self.at}", self.certain, self.possible)

    def _repr_html_(self) -> str:
        known = "now" if self.question.known is None else f"by {self.question.known}, by {self.question.known_by} date"
        return card(f"{self.stream} at {self.at}, as known {known}", card_lines(self.certain, self.possible))
