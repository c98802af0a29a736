"""Cells of tables: values in words, which lead to what they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from armsledger.domain.values.stream import KINDS
from armsledger.web.words import party_words

if TYPE_CHECKING:
    from armsledger.projections.rows import Rows
    from armsledger.web.server.links import ServerLinks

PARTIES: Final = frozenset(
    {"against", "buyer", "by", "buyers", "payee", "payer", "supplier", "suppliers", "parties", "participants"}
)
STREAMS: Final = frozenset({"stream", "to"})
ENTRIES: Final = frozenset({"entry", "entries", "corrects", "retracted_by", "same_as"})


def cells(rows: Rows[Any], columns: Sequence[str], links: ServerLinks) -> list[list[Markup]]:
    """The cells of rows, in words."""
    return [[_cell(row, name, words, links) for name, words in row.to_words(columns).items()] for row in rows]


def _cell(row: Any, name: str, words: str, links: ServerLinks) -> Markup:
    value = getattr(row, name)
    parts = value if isinstance(value, tuple) else (value,)
    texts = [part for part in parts if isinstance(part, str)]
    if not texts or len(texts) != len(parts):
        return Markup("{}").format(words)
    if name in PARTIES:
        return _joined([(party_words(text), links.party(text)) for text in texts])
    if name in ENTRIES:
        return _joined([(text, links.entry(text)) for text in texts if "@" in text])
    if name in KINDS or name == "sources":
        kind = "source" if name == "sources" else name
        return _joined([(text, links.stream(f"{kind}/{text}")) for text in texts])
    if name in STREAMS and "/" in texts[0]:
        return _joined([(text, links.stream(text)) for text in texts])
    return Markup("{}").format(words)


def _joined(pairs: Sequence[tuple[str, str]]) -> Markup:
    return Markup(", ").join(Markup('<a href="{}">{}</a>').format(address, text) for text, address in pairs)
