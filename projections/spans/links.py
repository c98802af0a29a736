"""Links: which streams are related, and the payments that are for several deals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from armsledger.domain.beliefs.occurrence import Occurrence
from armsledger.domain.events.link import Linked
from armsledger.domain.events.payment import TranchePaid
from armsledger.domain.states.link import Link
from armsledger.domain.states.stream_day import StreamDay
from armsledger.domain.values.money import Money
from armsledger.domain.values.when import When
from armsledger.projections.projection import each_day
from armsledger.projections.read_models.links import COVERS, LinkRow
from armsledger.projections.spans.tranches import together
from armsledger.projections.timeline import Span, Timeline, addresses, sources


def link_spans(timeline: Timeline) -> Iterable[Span]:
    """One row for each link that holds at least possibly, and for each deal that a payment covers."""
    if any(isinstance(one.event, Linked) or one.event.__dict__.get("covers") for one in timeline.belief.occurrences):
        yield from EACH_DAY(timeline)


def link_rows(stream_day: StreamDay) -> Iterator[LinkRow]:
    """The rows of one stream at one day."""
    lower, upper = stream_day.states
    certain = {str(link) for link in lower.links} & {str(link) for link in upper.links}
    told: dict[str, list[Occurrence]] = {}
    for one in stream_day.possible:
        for name in {_name_of(event) for event in (one.event, one.sure) if isinstance(event, Linked)}:
            told.setdefault(name, []).append(one)
    for name, link in {str(link): link for link in (*upper.links, *lower.links)}.items():
        yield _row(stream_day.stream, link.relation, link.to, link.since, name in certain, None, told[name])
    yield from _payments(stream_day)


def _name_of(event: Linked) -> str:
    """The link that is made; what a claim puts in the place of another stream is certain of neither."""
    return str(Link(event.to, event.relation, event.on))


def _payments(stream_day: StreamDay) -> Iterator[LinkRow]:
    """The deals that payments cover, once for each payment."""
    for one in stream_day.possible:
        if isinstance(one.event, TranchePaid):
            for covered in one.event.covers:
                certain = stream_day.is_certain(one) and covered in getattr(one.sure, "covers", ())
                yield _row(stream_day.stream, COVERS, covered.stream, one.event.on, certain, covered.amount, [one])


def _row(
    stream: str, relation: str, to: str, since: When, certain: bool, amount: Money | None, told: Sequence[Occurrence]
) -> LinkRow:
    return LinkRow(
        stream=stream,
        relation=relation,
        to=to,
        since=since,
        certain=certain,
        amount=amount,
        entries=together(told, addresses),
        sources=together(told, sources),
    )


EACH_DAY = each_day(link_rows)
