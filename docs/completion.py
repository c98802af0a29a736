"""The table of words that a shell completes, made from the catalogue: ``python -m docs.completion`` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import repeat
from typing import Any, get_args

from armsledger.application.exporting.tables import ALL, DERIVED, LOG
from armsledger.application.names.aliases import ALIASES
from armsledger.application.names.iso import USER_ASSIGNED, country_name, states
from armsledger.application.recording.event_fields import CITATION, fields_to_give, summary_of
from armsledger.cli.command import first_sentence
from armsledger.cli.completion import WORDS
from armsledger.domain.events.catalogue import CATALOGUE, KINDS
from armsledger.domain.events.delivery import LOSS_REASONS, RETURN_REASONS, Lost, Returned
from armsledger.domain.events.link import LinkStatement
from armsledger.domain.events.repair import CorrectionReason, Retracted
from armsledger.domain.events.statement import Statement, own_fields, types_in
from armsledger.domain.values.party import Party

ENTRIES = frozenset({"apart_from", "over", "preferred", "same_as", "target"})
"""Fields that name entries of the stream."""
REASONS: dict[type[Statement], Iterable[str]] = {
    Lost: LOSS_REASONS,
    Retracted: get_args(CorrectionReason),
    Returned: RETURN_REASONS,
}
"""The reasons that an event takes or knows, where the field is free for others."""


def table() -> dict[str, Any]:
    """The codes and names of states, the events with their fields, and what the fields take."""
    codes = sorted({*states(), *USER_ASSIGNED})
    return {
        "codes": codes,
        "names": sorted({*map(country_name, codes), *ALIASES}),
        "events": {kind: dict(map(_event, repeat(kind), CATALOGUE.by_kind[kind].values())) for kind in KINDS},
        "citing": ["on", *CITATION],
        "takes": _takes(),
        "exported": [*DERIVED, LOG, ALL],
    }


def _event(kind: str, event: type[Statement]) -> tuple[str, dict[str, Any]]:
    """What it is, its fields, and the options of its command where those are others than of most."""
    told = {"help": first_sentence(summary_of(event)), "fields": list(own_fields(event))}
    options = [name for name in fields_to_give(kind, event) if name not in told["fields"]]
    return event.name, told if options == ["on", *CITATION] else told | {"citing": options}


def _takes() -> dict[str, Any]:
    """What fields take: under the name of the field, or of ``EVENT.FIELD`` where that differs from most."""
    taken: dict[str, dict[str, Any]] = {}
    for events in CATALOGUE.by_kind.values():
        for event in events.values():
            for field in event.model_fields:
                taken.setdefault(field, {})[event.name] = _what(event, field)
    takes: dict[str, Any] = {}
    for field, by_event in sorted(taken.items()):
        kinds = [json.dumps(what) for what in by_event.values()]
        usual = json.loads(max(dict.fromkeys(kinds), key=kinds.count))
        if usual:
            takes[field] = usual
        takes |= {f"{event}.{field}": what for event, what in sorted(by_event.items()) if what != usual}
    return takes


def _what(event: type[Statement], field: str) -> Any:
    """Words, or the name of what completes the values; an empty list where nothing does."""
    types = list(types_in(event.model_fields[field].annotation))
    if field == "source":
        return "source"
    if field == "set":
        return "fields"
    if field in ENTRIES:
        return "entry"
    if field == "to" and issubclass(event, LinkStatement):
        return "stream"
    if field == "reason" and event in REASONS:
        return list(REASONS[event])
    if Party in types:
        return "country"
    if bool in types:
        return ["yes", "no"]
    return [word for word in types if isinstance(word, str)]


def text() -> str:
    """The table as it stands in its file."""
    return json.dumps(table(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    WORDS.write_text(text(), encoding="utf-8")
