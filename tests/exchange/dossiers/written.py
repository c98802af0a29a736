"""Dossiers written down in tests, read back, and refused."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from armsledger.domain.errors import LedgerError, Refused, UnreadableDossier
from armsledger.exchange.dossiers.dossier import open_dossier
from armsledger.exchange.dossiers.jsonl import JsonlDossier
from armsledger.exchange.dossiers.objects import Proposed
from armsledger.exchange.dossiers.yaml_dossier import YamlDossier

NOWHERE = Path("/nonexistent")


def as_bytes(text: str | bytes) -> bytes:
    """The text as a file holds it."""
    return text.encode() if isinstance(text, str) else text


def yaml(text: str | bytes, *, folder: Path = NOWHERE) -> list[Proposed]:
    """What a YAML dossier named d.yaml proposes."""
    with YamlDossier(BytesIO(as_bytes(text)), "d.yaml", folder) as dossier:
        return [proposed for _, proposed in dossier.proposals()]


def jsonl(text: str | bytes, *, folder: Path = NOWHERE) -> list[Proposed]:
    """What a JSONL dossier named d.jsonl proposes."""
    with JsonlDossier(BytesIO(as_bytes(text)), "d.jsonl", folder) as dossier:
        return [proposed for _, proposed in dossier.proposals()]


def piped(text: str | bytes, name: str = "") -> list[Proposed]:
    """What standard input proposes."""
    with open_dossier(None, stdin=BytesIO(as_bytes(text)), name=name) as dossier:
        return [proposed for _, proposed in dossier.proposals()]


def entry(*lines: str) -> str:
    """A YAML dossier with one entry, whose further fields begin on line 4."""
    return "\n".join(["entries:", "  - deal: x", "    event: opened", *(f"    {line}" for line in lines), ""])


def fields(*lines: str) -> dict[str, Any]:
    """The fields of an entry that is written in YAML."""
    [proposed] = yaml(entry(*lines))
    return dict(proposed.proposal.fields)


def streams(proposed: Iterable[Proposed]) -> list[str]:
    """The streams and events that are proposed: ``deal/x opened``."""
    return [f"{one.proposal.stream} {one.proposal.event}" for one in proposed]


def refused_as(kind: type[LedgerError], refusal: LedgerError, place: str, message: str, remedy: str) -> None:
    """Check a refusal: its kind, and that place, message and remedy are told."""
    assert type(refusal) is kind
    assert refusal.place == place
    assert message in refusal.message
    assert remedy in refusal.remedy
    assert "\n" not in refusal.message


def refuses_yaml(text: str | bytes, place: str, message: str, remedy: str) -> None:
    """Check that a YAML text is refused as no dossier."""
    with pytest.raises(UnreadableDossier) as caught:
        yaml(text)
    refused_as(UnreadableDossier, caught.value, place, message, remedy)


def refuses_jsonl(text: str | bytes, place: str, message: str, remedy: str) -> None:
    """Check that a JSONL text is refused as no dossier."""
    with pytest.raises(UnreadableDossier) as caught:
        jsonl(text)
    refused_as(UnreadableDossier, caught.value, place, message, remedy)


def refuses_value(text: str, place: str, field: str, message: str, remedy: str, *, folder: Path = NOWHERE) -> None:
    """Check that a YAML dossier is refused for the value of one field."""
    with pytest.raises(Refused) as caught:
        yaml(text, folder=folder)
    assert caught.value.place == place
    assert caught.value.field == field
    assert message in caught.value.message
    assert remedy in caught.value.remedy
