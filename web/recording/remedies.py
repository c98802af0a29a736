"""Remedies as a form tells them: what a remedy does by a command of the shell, the browser does by a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from armsledger.domain.errors import LedgerError, NotOpened, UnknownSource
from armsledger.domain.values.stream import KINDS

if TYPE_CHECKING:
    from armsledger.storage.reader import JournalReader

BY_FORM: Final = (
    (re.compile(r"register it first: .*armsledger source registered .*"), "register the source in the form above"),
    (re.compile(r"link them first: armsledger correct .*"), "say that they are one first: correct one of them"),
    (
        re.compile(r"(?:repair|correct) (?:it|this one|that entry) \('armsledger correct (\S+) --set \.\.\.'\)"),
        r"correct \1",
    ),
    (re.compile(r"; 'armsledger log (\S+)' lists (?:them|the entries)"), r"; the page of \1 lists them"),
    (re.compile(r": 'armsledger (\w+)' lists those there are"), r": the page of \1 lists those there are"),
)
"""What names a command, and what a form says in its place."""


def remedy_by_form(remedy: str) -> str:
    """A remedy without commands of the shell."""
    for command, form in BY_FORM:
        remedy = command.sub(form, remedy)
    return remedy


def meant_streams(error: LedgerError, entry: Mapping[str, Any], reader: JournalReader) -> list[str]:
    """What may be meant by the key of an entry's stream, or of its source, that the ledger does not hold."""
    from armsledger.application.stream_names import near_streams

    match error:
        case NotOpened():
            kind = next((one for one in KINDS if one in entry and one != "source"), None)
            return [] if kind is None else near_streams(reader, str(entry[kind]), kind)
        case UnknownSource():
            return near_streams(reader, str(entry.get("source", "")), "source")
    return []
