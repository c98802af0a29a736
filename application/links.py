"""How streams hang together: links both ways, and what the parts of a programme or framework come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from armsledger.application.answers import rows_of
from armsledger.application.beliefs import Beliefs
from armsledger.projections.filtering import Exact
from armsledger.projections.read_models.deals import DEALS, DealRow
from armsledger.projections.read_models.links import LINKS, LinkRow
from armsledger.projections.read_models.parts import Parts, Related, sum_of_parts
from armsledger.projections.reading import linking_streams
from armsledger.projections.rows import Rows

PART_OF = "part-of"
READ_ONE_BY_ONE = 20
"""So many deals are asked for one by one."""


def links_of(beliefs: Beliefs, stream: str) -> Rows[LinkRow]:
    """The links from a stream and those to it, at least possible ones."""
    own: Sequence[LinkRow] = rows_of(beliefs, LINKS, {"stream": stream})
    return Rows(LinkRow, [*own, *_links_to(beliefs, stream)])


def related_to(beliefs: Beliefs, stream: str) -> Related:
    """The links of a stream both ways, and its parts if it has some."""
    links = links_of(beliefs, stream)
    has_parts = any(link.to == stream and link.relation == PART_OF and link.certain for link in links)
    return Related(links, _parts_of(beliefs, stream) if has_parts else None)


def _links_to(beliefs: Beliefs, stream: str) -> Iterator[LinkRow]:
    """The links of other streams to one; only streams that ever named it are looked at."""
    others = linking_streams(beliefs.reader, stream) if beliefs.question.as_of is None else None
    if others is None:
        yield from rows_of(beliefs, LINKS, {"to": Exact(stream)})
        return
    for other in others:
        yield from rows_of(beliefs, LINKS, {"stream": other, "to": Exact(stream)})


def _parts_of(beliefs: Beliefs, stream: str) -> Parts:
    """The deals that are certainly parts of a stream, of its parts, and so on, each once."""
    inner = None if beliefs.question.as_of is None else _all_parts(beliefs)
    beneath: dict[str, None] = {}
    with_parts: set[str] = set()
    waiting = [stream]
    while waiting:
        whole = waiting.pop(0)
        parts = _parts_in(_links_to(beliefs, whole)) if inner is None else inner.get(whole, [])
        for part in parts:
            with_parts.add(whole)
            if part != stream and part not in beneath:
                beneath[part] = None
                waiting.append(part)
    keys = [key for kind, _, key in (name.partition("/") for name in beneath) if kind == "deal"]
    return sum_of_parts(_deals(beliefs, keys), with_parts)


def _all_parts(beliefs: Beliefs) -> dict[str, list[str]]:
    """The parts of each stream that has some."""
    inner: dict[str, list[str]] = {}
    for link in rows_of(beliefs, LINKS, {"relation": PART_OF, "certain": True}):
        inner.setdefault(link.to, []).append(link.stream)
    return inner


def _parts_in(links: Iterable[LinkRow]) -> list[str]:
    return [link.stream for link in links if link.relation == PART_OF and link.certain]


def _deals(beliefs: Beliefs, keys: Sequence[str]) -> list[DealRow]:
    """The rows of some deals in the order of their keys; of many, all deals are read once."""
    if len(keys) <= READ_ONE_BY_ONE or beliefs.question.as_of is None:
        return [row for key in keys for row in rows_of(beliefs, DEALS, {"deal": key})]
    rows = {row.deal: row for row in rows_of(beliefs, DEALS, {})}
    return [rows[key] for key in keys if key in rows]
