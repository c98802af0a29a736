"""Proposed entries written as a dossier: what a mapping makes of a sheet, to be read or recorded by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from armsledger.domain.entry import Proposal

PLAIN = re.compile(r"[^\W_][\w .+/~%&()'-]*|[~.+][\w.+/~%-]*[\w%]")
"""Text that YAML reads as it is, also within brackets."""
NULLS = frozenset({"null", "~"})


def object_of(proposal: Proposal) -> dict[str, Any]:
    """The object of a dossier that says what a proposal does."""
    kind, key = proposal.stream
    fields = {name: value for name, value in proposal.fields.items() if value is not None}
    given = fields if proposal.id is None else {**fields, "id": proposal.id}
    if kind == "source" and proposal.event == "registered":
        return {"key": key, **given}
    name, value = ("stream", str(proposal.stream)) if kind == "source" else (str(kind), key)
    return {name: value, "event": proposal.event, **given}


def is_source(given: dict[str, Any]) -> bool:
    """Whether an object stands under ``sources`` in a dossier."""
    return "event" not in given


def dossier_text(rows: Iterable[tuple[str, Iterable[dict[str, Any]]]]) -> Iterator[str]:
    """The lines of a YAML dossier; each place stands as a comment above the objects of its row."""
    placed = [(place, list(objects)) for place, objects in rows]
    for section, wanted in (("sources", True), ("entries", False)):
        chosen = [(place, [one for one in objects if is_source(one) is wanted]) for place, objects in placed]
        if any(objects for _, objects in chosen):
            yield f"{section}:"
        for place, objects in chosen:
            if place and objects:
                yield f"  # {' '.join(place.split())}"
            for given in objects:
                yield from _listed(given)


def _listed(given: dict[str, Any]) -> Iterator[str]:
    lead = "  - "
    for name, value in given.items():
        yield f"{lead}{name}: {_flow(value)}"
        lead = "    "


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(str(name))}: {_flow(part)}' for name, part in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    text = str(value)
    if PLAIN.fullmatch(text) and text == text.strip() and text not in NULLS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
