"""Streams as pages: a deal, an engagement, a framework or a source at one day and belief; its log and its timeline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from armsledger.application.pictures.drawing import plot
from armsledger.application.stream_state import Chart
from armsledger.domain.values.stream import KINDS
from armsledger.web.page import page_at
from armsledger.web.server.answer import Answer, html, json_of, svg
from armsledger.web.server.tables import FORMATS, SHAPING, downloaded
from armsledger.web.server.visit import Page, Visit

if TYPE_CHECKING:
    from armsledger.projections.rows import Rows

SUMS: Final[tuple[Chart, ...]] = ("payments", "deliveries")
"""Charts that only deals have."""


def stream_of(kind: str, visit: Visit) -> str:
    """The stream that the path names; raises UnknownStream."""
    return visit.view.named(f"{kind}/{visit.path['key']}")


def answer(kind: str, visit: Visit) -> Answer:
    """The page of a stream; as JSON its state, as CSV its entries."""
    stream = stream_of(kind, visit)
    match visit.format:
        case "json":
            return json_of(visit.view.state(stream).to_dict())
        case "csv":
            return downloaded(stream.replace("/", "-"), visit, visit.view.log(stream))
        case _:
            view = visit.view
            last = None if view.known is None else visit.ledger.at(view.at, None, view.known_by)
            page = page_at(view, stream, visit.links, last)
            return html(page)._replace(keeps=_has_later(visit, stream))


def _has_later(visit: Visit, stream: str) -> bool:
    """Whether a later entry of the stream is recorded, so that the page leads to the next belief for good."""
    entries = visit.view.reader.stream(stream)
    return bool(entries) and entries[-1].position > visit.view.question.position


def timeline(kind: str, visit: Visit) -> Answer:
    """What happened to a stream, in the order of the world."""
    stream = stream_of(kind, visit)
    if visit.format == "svg":
        return svg(plot(visit.view, stream))
    rows: Rows[Any] = visit.view.timeline(stream)
    return downloaded(f"{stream.replace('/', '-')}-timeline", visit, rows)


def chart(kind: str, name: Chart, visit: Visit) -> Answer:
    """How dates of a stream slipped, or its payments or deliveries, as a drawing."""
    return svg(plot(visit.view, stream_of(kind, visit), name))


PAGES: Final = tuple(
    page
    for kind in KINDS
    for page in (
        Page(f"/{kind}/{{key}}", partial(answer, kind), SHAPING, FORMATS),
        Page(f"/{kind}/{{key}}/timeline", partial(timeline, kind), SHAPING, ("json", "csv", "svg")),
        Page(f"/{kind}/{{key}}/slip", partial(chart, kind, "slip"), (), ("svg",)),
    )
) + tuple(Page(f"/deal/{{key}}/{name}", partial(chart, "deal", name), (), ("svg",)) for name in SUMS)
