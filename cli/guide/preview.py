"""An entry before it is recorded: as it would stand in a dossier, and what it would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from armsledger.cli.output import finding_line
from armsledger.domain.entry import Proposal
from armsledger.domain.events.source import Registered
from armsledger.exchange.spreadsheets.preview import flow

if TYPE_CHECKING:
    from armsledger.application.recording.entries import Recorded

Shown = Mapping[str, str]
"""How fields were read, where that is not plain from what was written."""


def entry_lines(proposal: Proposal, shown: Shown) -> Iterator[str]:
    """An entry in the short form of a dossier, with how its fields were read as comments."""
    kind, key = proposal.stream
    if kind == "source" and proposal.event == Registered.name:
        yield "sources:"
        yield from _field_lines({"key": key, **proposal.fields}, shown, "  - ", "    ")
    elif kind == "source":  # a source at the top would be the one that the entries cite
        yield "entries:"
        named = {"stream": str(proposal.stream), "event": proposal.event}
        yield from _field_lines({**named, **proposal.fields}, shown, "  - ", "    ")
    else:
        yield f"{kind}: {flow(key)}"
        yield "entries:"
        yield f"  - {proposal.event}:"
        yield from _field_lines(proposal.fields, shown, "      ", "      ")


def _field_lines(fields: Mapping[str, Any], shown: Shown, lead: str, indent: str) -> Iterator[str]:
    for name, value in fields.items():
        comment = f"  # {shown[name]}" if shown.get(name) else ""
        yield f"{lead}{name}: {flow(value)}{comment}"
        lead = indent


def effect_lines(recorded: Recorded) -> Iterator[str]:
    """What recording an entry would do: its address, and the findings that it would cause."""
    if recorded.known_before:
        yield f"{recorded.address} says so already; nothing would be added"
        return
    yield f"it would be {recorded.address}, and cause {'these findings:' if recorded.findings else 'no finding'}"
    yield from (f"  {finding_line(finding)}" for finding in recorded.findings)
