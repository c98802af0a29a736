"""A sheet that is imported again: what changed in rows that are known by a key, as repairs of their entries.

A row that has not changed adds no entry. A changed one is a correction, one that vanished a retraction, and one that
is back retracts that retraction. What the same source says otherwise repairs our copy of it; what a later source says
is news. A source that spoke before others is compared with what was known then, so that an old edition changes
nothing that a newer one has said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from armsledger.application.recording.held_rows import Held, Said, held_entries, label_of, row_of, said
from armsledger.application.recording.transaction import Recording
from armsledger.domain.decisions.decision import event_of
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import LedgerError, Refused
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.when import When
from armsledger.exchange.dossiers.objects import TellUnread, Unread, raise_unread
from armsledger.exchange.spreadsheets.dossier import SpreadsheetDossier
from armsledger.exchange.spreadsheets.entry_maker import ProposedRow

Vanished = Literal["retract", "keep"]
"""What becomes of rows that vanished: without a word of the user, few are retracted, and many refused."""
MOST_VANISHED: Final = 5
"""One row in so many may vanish without a word of the user."""
STATEMENTS_PER_MARK: Final = 2
BEYOND_MARKS: Final = 1 << 60
VANISHED: Final = "no longer in the sheet"
REAPPEARED: Final = "in the sheet again"
NEWS: Final = "new-information"
OURS: Final = "entry-error"
NOT_CONTENT: Final = frozenset({"source", "asserted"})
"""What another edition of a sheet changes in every row."""


class SheetChanges(NamedTuple):
    """How many rows are new, changed, back, unchanged, and gone; ``kept`` if those that are gone were left alone."""

    new: int = 0
    changed: int = 0
    reappeared: int = 0
    unchanged: int = 0
    vanished: int = 0
    kept: bool = False


class ManyVanished(LedgerError):
    """More rows vanished from a sheet than a user is likely to have deleted; nothing was recorded."""

    def __init__(self, vanished: int, before: int, name: str) -> None:
        super().__init__(
            f"{vanished:,} of {before:,} rows that were imported as {name!r} are not in this sheet",
            remedy="check that it is the whole sheet; --vanished retract takes these rows back, --vanished keep keeps "
            "them, as for a part of the sheet",
        )


@dataclass(slots=True)
class RevisedRow(ProposedRow):
    """A repair of an entry of a row."""

    def place_of(self, field: str) -> str:
        """Where the new value stands."""
        return ProposedRow.place_of(self, field.removeprefix("set."))


class _Context:
    """What decisions ask, with the sources that the sheet itself registers."""

    def __init__(self, recording: Recording) -> None:
        self.today: date = recording.today
        self.codes: CodeLists = recording.codes
        self.registered: dict[str, When | None] = {}
        self._recording = recording

    def published(self, source: str) -> When | None:
        return self.registered[source] if source in self.registered else self._recording.published(source)

    def entry_of(self, entry_id: str) -> Entry | Draft | None:
        return self._recording.entry_of(entry_id)

    def has_stream(self, stream: str) -> bool:
        return self._recording.has_stream(stream)


class SheetRevision:
    """A sheet with a key as a dossier of what is new in it."""

    is_restore = False

    def __init__(self, dossier: SpreadsheetDossier, recording: Recording, vanished: Vanished | None) -> None:
        """Look up what earlier imports have recorded; ``vanished`` is the user's word about rows that are gone."""
        self._dossier = dossier
        self._recording = recording
        self._context = _Context(recording)
        self._vanished = vanished
        self._prefix = f"{dossier.mapping.title}/"
        self._held = {held.entry.id: held for held in held_entries(recording, self._prefix)}
        self._labels_of_groups = {entry.label for entry in dossier.mapping.entries if entry.group}
        self._held_rows = {held.row for held in self._held.values()}
        self._effects: dict[str, set[str]] = {}
        self._numbers: dict[str, tuple[set[int], bool]] = {}
        """The numbers of the rows of a key, and whether it is that of a group."""
        self._seen: set[str] = set()
        self._said: Said = (0, 0)
        self._sources: set[str] = set()
        self._gone: list[Held] = []
        self._rows_gone = 0

    def __enter__(self) -> SheetRevision:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: whoever opened the sheet closes it."""

    @property
    def changes(self) -> SheetChanges:
        """What the last pass found."""
        rows: dict[int, set[str]] = {}
        held: dict[int, bool] = {}
        for key, (numbers, is_group) in self._numbers.items():
            for number in numbers:
                rows.setdefault(number, set()).update(self._effects[key])
                if not is_group or number not in held:  # a new row may join a group that is known
                    held[number] = key in self._held_rows
        kinds = [_kind_of(effects, is_held=held[number]) for number, effects in rows.items()]
        count = kinds.count
        return SheetChanges(
            count("new"), count("changed"), count("reappeared"), count("unchanged"), self._rows_gone, self._keeps
        )

    @property
    def _keeps(self) -> bool:
        """Whether rows that are gone are left alone: a row whose key cannot be read may be any of them."""
        return self._vanished == "keep" or "" in self._dossier.keys_aside

    def proposals(self, unread: TellUnread = raise_unread) -> Iterator[tuple[int, ProposedRow]]:
        """What is new in each row, and what is gone; raises ManyVanished."""
        is_whole = True

        def tell(mark: int, error: Unread) -> None:
            nonlocal is_whole
            is_whole = False
            unread(mark * STATEMENTS_PER_MARK, error)

        self._effects.clear()
        self._numbers.clear()
        self._seen.clear()
        self._sources.clear()
        for mark, proposed in self._dossier.proposals(tell):
            yield from self._news(mark, proposed)
        self._gone = list(self._no_longersaid()) if is_whole else []
        self._check_gone()
        for number, held in enumerate(self._gone):
            if held.row in self._effects or not self._keeps:
                yield BEYOND_MARKS + number, self._retraction(held)

    def again(self, marks: Iterable[int]) -> Iterator[tuple[int, ProposedRow]]:
        """The statements of these marks, in their order."""
        for is_gone, run in groupby(marks, key=lambda mark: mark >= BEYOND_MARKS):
            if is_gone:
                yield from ((mark, self._retraction(self._gone[mark - BEYOND_MARKS])) for mark in run)
                continue
            wanted = list(run)
            rows = dict.fromkeys(mark // STATEMENTS_PER_MARK for mark in wanted)
            chosen = frozenset(wanted)
            for row, proposed in self._dossier.again(rows):
                yield from (pair for pair in self._news(row, proposed) if pair[0] in chosen)

    def _news(self, mark: int, proposed: ProposedRow) -> Iterator[tuple[int, ProposedRow]]:
        """What a statement of a row changes."""
        proposal, at = proposed.proposal, mark * STATEMENTS_PER_MARK
        if proposal.stream.kind == "source" and proposal.event == "registered":
            self._register(proposal)
        if proposal.id is None or not proposed.rows:
            yield at, proposed
            return
        effects = self._effects.setdefault(row_of(proposal.id), set())
        numbers, _ = self._numbers.setdefault(row_of(proposal.id), (set(), bool(proposed.made_by.group)))
        numbers.update(proposed.rows)
        self._seen.add(proposal.id)
        self._said = max(self._said, self._said_in(proposal))
        self._sources.add(str(proposal.fields.get("source")))
        held = self._held.get(proposal.id)
        if held is None:
            effects.add("new")
            yield at, proposed
            return
        try:
            event, from_clock = event_of(proposal, self._recording.history(held.entry.stream), self._context)
        except Refused:  # which taking it will tell of
            yield at, proposed
            return
        repairs = held.repairs
        if held.retraction is not None:
            if not self._is_ours(held.retraction) or said(held.retraction.event) > said(event):
                return  # somebody took it back, or a later edition did
            effects.add("reappeared")
            repairs += 1
            about = {"target": held.retraction.id, "reason": REAPPEARED, **_cited(event, held.entry.event)}
            yield at, _repair(proposed, "retracted", about, repairs)
        given = set(proposal.fields) | {"status"}
        changes = {
            name: value
            for name, value in _differences(held.as_of(said(event)), event).items()
            if name not in from_clock and (name != "on" or "on" in given)
        }
        if changes:
            effects.add("changed")
            is_ours = said(event) <= said(held.entry.event) and event.source == held.entry.event.source
            about = {"target": held.entry.id, "set": changes, "reason": OURS if is_ours else NEWS}
            cited = {} if is_ours else {"source": event.source, "asserted": str(event.asserted)}
            yield at + 1, _repair(proposed, "corrected", {**about, **cited}, repairs + 1)

    def _said_in(self, proposal: Proposal) -> Said:
        """When a source said what a row states; the beginning of time if that cannot be read."""
        asserted = proposal.fields.get("asserted")
        try:
            when = self._context.published(str(proposal.fields.get("source"))) if asserted is None else When(asserted)
        except (Refused, ValueError):
            return 0, 0
        when = When.day(self._context.today) if when is None else when
        return when.last, when.first

    def _register(self, proposal: Proposal) -> None:
        published = proposal.fields.get("published")
        with suppress(ValueError):  # which taking it will tell of
            self._context.registered[proposal.stream.key] = None if published is None else When(str(published))

    def _is_ours(self, entry: Entry) -> bool:
        """Whether an import of the sheet has recorded an entry."""
        return entry.id.startswith(self._prefix)

    def _no_longersaid(self) -> Iterator[Held]:
        """What earlier editions said, and this one does not; a row that is set aside is still there."""
        for entry_id, held in self._held.items():
            if entry_id in self._seen or held.retraction is not None or held.row in self._dossier.keys_aside:
                continue
            if said(held.entry.event) <= self._said and not self._is_needed(held.entry):
                yield held

    def _is_needed(self, entry: Entry) -> bool:
        """Whether it opens a stream of which others say something."""
        if not entry.event.opens:
            return False
        history = self._recording.history(entry.stream)
        return any(
            other.event.role is not Role.REPAIR
            and not other.id.startswith(self._prefix)
            and other.id not in history.repairs.retracted_by
            for other in history.entries.values()
        )

    def _check_gone(self) -> None:
        rows = {held.row for held in self._gone}
        for row in rows & self._effects.keys():
            self._effects[row].add("changed")
        standing = [held for held in self._held.values() if held.retraction is None]
        before = {held.row for held in standing if said(held.entry.event) <= self._said}
        single = {held.row for held in standing if label_of(held.entry.id) not in self._labels_of_groups}
        if single:  # a group is no row of its own
            rows, before = rows & single, before & single
        self._rows_gone = len(rows - self._effects.keys())
        if self._vanished is None and not self._keeps and self._rows_gone * MOST_VANISHED > len(before):
            raise ManyVanished(self._rows_gone, len(before), self._prefix.rstrip("/"))

    def _retraction(self, held: Held) -> ProposedRow:
        """The retraction of what the sheet no longer says, on the word of its only source."""
        about: dict[str, Any] = {"target": held.entry.id, "reason": OURS}
        if self._sources != {str(held.entry.event.source)}:
            about["reason"] = VANISHED
            if len(self._sources) == 1:
                about["source"] = next(iter(self._sources))
        proposal = Proposal(
            StreamId.parse(held.entry.stream),
            "retracted",
            about,
            _repair_id(held.entry.id, held.repairs + 1),
            self._dossier.place,
        )
        return RevisedRow(
            proposal,
            {"": 1},
            made_by=self._dossier.mapping.entries[-1],
            mapping=self._dossier.mapping.name,
            rows=(),
            origins={},
        )


def _repair(proposed: ProposedRow, event: str, fields: dict[str, Any], number: int) -> RevisedRow:
    """A repair of the entry of a row."""
    entry_id = _repair_id(str(proposed.proposal.id), number)
    proposal = replace(proposed.proposal, event=event, fields=fields, id=entry_id)
    return RevisedRow(
        proposal,
        proposed.lines,
        made_by=proposed.made_by,
        mapping=proposed.mapping,
        rows=proposed.rows,
        origins=proposed.origins,
    )


def _repair_id(entry_id: str, number: int) -> str:
    """The id of a repair; ids of one entry ascend, so that of two repairs of one day the later one holds."""
    return f"{entry_id}#{number:04}"


def _cited(event: Statement, held: Statement) -> dict[str, Any]:
    return {} if event.source == held.source else {"source": event.source}


def _differences(old: Statement, new: Statement) -> dict[str, Any]:
    """The fields in which an event differs, with their new values; None where there is none any more."""
    before, after = fields_of(old), fields_of(new)
    names = (name for name in (*before, *(name for name in after if name not in before)) if name not in NOT_CONTENT)
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def _kind_of(effects: set[str], *, is_held: bool) -> str:
    """What became of a row."""
    if not effects:
        return "unchanged"
    if "reappeared" in effects:
        return "reappeared"
    return "changed" if is_held else "new"
