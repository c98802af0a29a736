"""How a stream is related to others, and what its parts come to, as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from armsledger.projections.read_models.links import COVERS, LinkRow
from armsledger.projections.read_models.parts import Parts, Related

WAYS: Final = {
    "part-of": ("part of", "has part"),
    "succeeds": ("succeeds", "succeeded by"),
    "resale-of": ("resale of", "resold as"),
    "supplied-from": ("supplied from", "supplies"),
    "offset-of": ("offset of", "has offset"),
    "in-exchange-for": ("in exchange for", "exchanged for"),
    "caused-by": ("caused by", "caused"),
    "same-deal-as": ("same deal as", "same deal as"),
    "listed-as": ("listed as", "lists"),
    "split-from": ("split from", "split into"),
    "merged-into": ("merged into", "merged from"),
}
"""A relation as it reads from either end."""
PARTS = {
    "value": "value of parts",
    "ordered": "ordered in parts",
    "paid": "paid in parts",
    "delivered": "delivered, parts",
}
"""What parts come to, as it is labelled."""


def link_lines(stream: str, related: Related) -> Iterator[str]:
    """``part of framework/poland-korea, since 2022-07-27 (mon-2022-08-26)``, for each link."""
    for link in related.links:
        if link.relation == COVERS:  # told beside what was paid
            continue
        yield _link_words(stream, link)


def _link_words(stream: str, link: LinkRow) -> str:
    forth, back = WAYS.get(link.relation, (link.relation, f"{link.relation} of"))
    way, other = (forth, link.to) if link.stream == stream else (back, link.stream)
    amount = "" if link.amount is None else f" ({link.amount})"
    sources = f" ({', '.join(link.sources)})" if link.sources else ""
    return f"{way} {other}{amount}, since {link.since}{sources}{'' if link.certain else ' (possible)'}"


def shared_payments(stream: str, links: Iterable[LinkRow]) -> Iterator[str]:
    """``USD 300m of it for deal/b``, and on the other side ``USD 300m with deal/a``: such a payment counts once."""
    for link in links:
        if link.relation == COVERS:
            amount = "" if link.amount is None else f"{link.amount} "
            if link.stream == stream:
                yield f"{amount}of it for {link.to}" if amount else f"for {link.to}, too"
            else:
                yield f"{amount}with {link.stream}"


def part_lines(parts: Parts) -> Iterator[tuple[str, str]]:
    """What the parts come to, with a label for each sum that there is."""
    sums = parts.sums
    for name, label in PARTS.items():
        least, most = sums[name], sums.get(f"possible_{name}", sums[name])
        certain, possible = (" + ".join(map(str, amounts)) for amounts in (least, most))
        if possible:
            yield label, certain if certain == possible else f"{certain or 'nothing'}; possibly {possible}"
