"""Proposed entries as the text of a dossier, so that people can read what a mapping makes of a sheet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from armsledger.domain.entry import Proposal

PLAIN = re.compile(r"[^\W_][\w .+/~%&()'-]*|[~.+][\w.+/~%-]*[\w%]")
"""Text that YAML reads as it is, even within brackets."""
NULLS = frozenset({"null", "~"})


def object_of(proposal: Proposal) -> dict[str, Any]:
    """A proposal as an object of a dossier."""
    kind, key = proposal.stream
    fields = {name: value for name, value in proposal.fields.items() if value is not None}
    rest = fields if proposal.id is None else {**fields, "id": proposal.id}
    if kind == "source" and proposal.event == "registered":
        return {"key": key, **rest}
    name, value = ("stream", str(proposal.stream)) if kind == "source" else (str(kind), key)
    return {name: value, "event": proposal.event, **rest}


def is_source(fields: dict[str, Any]) -> bool:
    """Whether an object stands under ``sources`` in a dossier."""
    return "event" not in fields


def dossier_text(rows: Iterable[tuple[str, Iterable[dict[str, Any]]]]) -> Iterator[str]:
    """The lines of a YAML dossier, with the place of each row as a comment above its objects."""
    placed = [(place, list(objects)) for place, objects in rows]
    for section, wanted in (("sources", True), ("entries", False)):
        chosen = [(place, [fields for fields in objects if is_source(fields) is wanted]) for place, objects in placed]
        if any(objects for _, objects in chosen):
            yield f"{section}:"
        for place, objects in chosen:
            if place and objects:
                yield f"  # {' '.join(place.split())}"
            for fields in objects:
                yield from _item(fields)


def _item(fields: dict[str, Any]) -> Iterator[str]:
    lead = "  - "
    for name, value in fields.items():
        yield f"{lead}{name}: {flow(value)}"
        lead = "    "


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{flow(str(name))}: {flow(part)}' for name, part in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    text = str(value)
    if PLAIN.fullmatch(text) and text == text.strip() and text not in NULLS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
