"""What can be repaired in a stream: its entries, and its findings with the ways to answer them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from armsledger.domain.decisions.history import History
from armsledger.web.recording.answer import Answer
from armsledger.web.recording.entry_words import address_in, told_in_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from armsledger.domain.entry import Draft, Entry
    from armsledger.web.recording.desk import Desk

TO_RESOLVE: Final = frozenset({"contested", "tie"})
"""Findings that a resolution settles."""
PERHAPS_ONE: Final = frozenset({"perhaps-the-same", "perhaps-the-sum"})
"""Findings about two statements that may be of one thing."""


class Way(NamedTuple):
    """A way to answer a finding or to repair an entry: what it is called, and where it is done."""

    label: str
    address: str


class Repairable(NamedTuple):
    """An entry, and how it can be repaired; nothing where it is retracted."""

    address: str
    says: str
    retracted_by: str
    ways: tuple[Way, ...]


class Answerable(NamedTuple):
    """A finding, and how it can be answered."""

    code: str
    severity: str
    message: str
    ways: tuple[Way, ...]


def ways_with_entry(home: str, address: str) -> tuple[Way, ...]:
    """How an entry can be repaired."""
    return Way("Correct", _to(home, "correct", address)), Way("Retract", _to(home, "retract", address))


def ways_to_answer(home: str, code: str, entries: Sequence[str]) -> tuple[Way, ...]:
    """How a finding can be answered: by a resolution, by what says one or two, or by repairing its entries."""
    if code in TO_RESOLVE and len(entries) > 1:
        return (Way("Resolve", _to(home, "resolve", *entries)),)
    if code == "perhaps-the-same" and len(entries) == 2:
        return (Way("One or two?", _to(home, "same", *entries)),)
    ways = [Way(f"Correct {address}", _to(home, "correct", address)) for address in entries]
    if code in PERHAPS_ONE:
        ways += [Way(f"Retract {address}", _to(home, "retract", address)) for address in entries]
    return tuple(ways)


def _to(home: str, deed: str, *entries: str) -> str:
    return f"{home}/{deed}?{urlencode({'entry': ' '.join(entries)})}"


def stream_page(desk: Desk, asked: Mapping[str, str]) -> Answer:
    """The entries and the findings of a stream."""
    with desk.ledger() as ledger:
        view = ledger.at()
        stream = view.named(asked.get("stream", ""))
        history = History(stream, ledger.journal().reader.stream(stream))
        entries = [_repairable(desk.home, entry, history) for entry in history.entries.values()]
        findings = [
            Answerable(one.code, one.severity, one.message, ways_to_answer(desk.home, one.code, one.entries))
            for one in view.state(stream).findings
        ]
    return Answer(desk.page("stream.html", "", stream=stream, entries=entries, findings=findings))


def _repairable(home: str, entry: Entry | Draft, history: History) -> Repairable:
    retraction = history.repairs.retracted_by.get(entry.id)
    return Repairable(
        entry.address,
        told_in_short(history.current(entry), address_in(history)),
        "" if retraction is None else retraction.address,
        () if retraction is not None else ways_with_entry(home, entry.address),
    )
