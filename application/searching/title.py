"""What a stream is called in a list: its title, or what stands for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from armsledger.domain.entry import Entry
from armsledger.domain.values.item import Item


def title_of(entries: Iterable[Entry]) -> str | None:
    """The title of a stream by its standing entries; of a deal without one, what goes from whom to whom."""
    fields: dict[str, Any] = {}
    for entry in entries:
        event = entry.event
        for name in ("title", "items", "supplier", "buyer", "publisher", "format", "series", "parties", "participants"):
            value = getattr(event, name, None)
            if value and (name not in fields or name == "title"):
                fields[name] = value
    if title := fields.get("title"):
        return str(title)
    if items := fields.get("items"):
        what = ", ".join(item.designation if isinstance(item, Item) else str(item) for item in items)
        return f"{what}, {_names(fields.get('supplier'))} to {_names(fields.get('buyer'))}"
    if fields.get("supplier") and fields.get("buyer"):
        return f"{_names(fields['supplier'])} to {_names(fields['buyer'])}"
    told = [fields.get("series") or fields.get("format"), fields.get("publisher")]
    told.append(_names(fields.get("parties") or fields.get("participants") or ()))
    return ", ".join(str(part) for part in told if part) or None


def _names(parties: str | Sequence[str] | None) -> str:
    if parties is None:
        return "unknown"
    return str(parties) if isinstance(parties, str) else ", ".join(map(str, parties))
