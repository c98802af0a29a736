"""How streams hang together: links both ways, and what the parts of a programme or framework come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from armsledger.application.answers import rows_of
from armsledger.application.beliefs import Beliefs
from armsledger.projections.read_models.deals import DEALS
from armsledger.projections.read_models.links import LINKS, LinkRow
from armsledger.projections.read_models.parts import Parts, Related, sum_of_parts
from armsledger.projections.reading import linking_streams
from armsledger.projections.rows import Rows

PART_OF = "part-of"


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
    others = None if beliefs.question.by_position else linking_streams(beliefs.reader, stream)
    if others is None:
        yield from rows_of(beliefs, LINKS, {"to": stream})
        return
    for other in others:
        yield from rows_of(beliefs, LINKS, {"stream": other, "to": stream})


def _parts_of(beliefs: Beliefs, stream: str) -> Parts:
    """The deals that are certainly parts of a stream, of its parts, and so on, each once."""
    beneath: dict[str, None] = {}
    with_parts: set[str] = set()
    waiting = [stream]
    while waiting:
        whole = waiting.pop(0)
        for link in _links_to(beliefs, whole):
            if link.relation == PART_OF and link.certain:
                with_parts.add(whole)
                if link.stream != stream and link.stream not in beneath:
                    beneath[link.stream] = None
                    waiting.append(link.stream)
    keys = [kind_key[2] for name in beneath if (kind_key := name.partition("/"))[0] == "deal"]
    return sum_of_parts([row for key in keys for row in rows_of(beliefs, DEALS, {"deal": key})], with_parts)
