"""The entries by which a release of SIPRI's register is recorded, deal by deal.

A row that has not changed adds no entry. A changed row is a correction of the listing, and of the statements that
follow from what changed. A row that vanished is a retraction of them all, and one that reappeared a retraction of these
retractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from armsledger.application.recording.transaction import Recording
from armsledger.application.sipri.register import (
    PUBLISHER,
    UNFINISHED,
    TakenRelease,
)
from armsledger.application.sipri.standing import (
    RESTATED,
    TELLS_MORE,
    Releases,
    is_taken_back,
    remainder_of,
    statements_in,
    undoing_of,
)
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import WrongTarget
from armsledger.domain.events.expectation import ExpectationRevised, ExpectationWithdrawn
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.repair import Corrected
from armsledger.domain.events.statement import Statement
from armsledger.domain.registers.history import REAPPEARED, VANISHED
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.stream import StreamId
from armsledger.domain.values.words import Revision
from armsledger.exchange.sipri.layouts import is_told_by_year
from armsledger.exchange.sipri.matching import HeldRow
from armsledger.exchange.sipri.preamble import with_scope
from armsledger.exchange.sipri.release import Release, digest_of
from armsledger.exchange.sipri.revision import differing_words
from armsledger.exchange.sipri.row import FLAG, RegisterRow
from armsledger.exchange.sipri.statements import (
    DELIVERED,
    EXPECTED,
    LISTED,
    NAME,
    OPENED,
    SIGNED,
    Slot,
    Statements,
    delivery_slot,
    event_of_slot,
    is_complete,
    note_of,
    statements_of,
)

URL: Final = "https://www.sipri.org/databases/armstransfers"
NEWS: Final = "new-information"
ENTRY_ERROR: Final = "entry-error"
NOT_STATED: Final = "no longer stated"
MOVES: Final = ("due", "modality")
"""Fields of an expectation that a revision moves; its other fields are corrected."""


class ReleaseEntries:
    """Records what one release does. ``source`` is the key of the release, ``releases`` those of all releases.

    ``reviews`` are the keys of sources that have decided which deals are one.
    """

    def __init__(
        self,
        recording: Recording,
        release: Release,
        source: str,
        releases: Releases,
        reviews: Releases = frozenset(),
    ) -> None:
        self._recording = recording
        self._release = release
        self._source = source
        self._releases = releases
        self._ours = releases | reviews
        self._day = release.released.isoformat()

    def register(self, reliability: Reliability | None, *, unfinished: bool) -> None:
        """Record the release as a source, unless it is one; ``unfinished`` if it is taken in several transactions."""
        stream = StreamId("source", self._source)
        if self._recording.history(str(stream)).version:
            return
        fields = {
            "publisher": PUBLISHER,
            "title": NAME,
            "url": URL,
            "published": self._day,
            "reliability": reliability,
            "file": self._release.file_names + (UNFINISHED if unfinished else ""),
            "sha256": self._release.digest,
            "scope": str(self._release.scope),
            "note": self._release.preamble or None,
        }
        self._recording.take(Proposal(stream, "registered", {name: value for name, value in fields.items() if value}))

    def finish(self) -> None:
        """Record that the whole release is taken."""
        changes = {"target": "@1", "set": {"file": self._release.file_names}, "reason": ENTRY_ERROR}
        self._recording.take(Proposal(StreamId("source", self._source), "corrected", changes))

    def extend(self, same: TakenRelease) -> None:
        """Record that another export of the day was taken, which holds more of the register."""
        joined = same.scope.joined(self._release.scope)
        changes = {
            "file": ", ".join(dict.fromkeys((*same.file.split(", "), *self._release.file_names.split(", ")))),
            "sha256": digest_of([same.digest or "", self._release.digest]),
            "scope": str(joined),
            "note": with_scope(same.preamble, joined, [self._release.preamble]) or None,
        }
        set_ = {name: value for name, value in changes.items() if value}
        self._recording.take(
            Proposal(
                StreamId("source", self._source), "corrected", {"target": "@1", "set": set_, "reason": ENTRY_ERROR}
            )
        )

    def add(self, stream: StreamId, row: RegisterRow, classes: tuple[Revision, ...], perhaps: tuple[str, ...]) -> None:
        """Record a new deal; ``perhaps`` names deals that it may be."""
        for slot, fields in statements_of(row.words, row.buyer, row.supplier).items():
            self._state(stream, slot, fields)
        self._list(stream, row, classes, perhaps)

    def take_back(self, held: HeldRow) -> None:
        """Retract what the register says of a deal; its opening stays if others say something of the deal."""
        history = self._recording.history(held.deal)
        for entry in reversed(remainder_of(history.entries.values(), history.repairs, self._releases)):
            self._retract(StreamId.parse(held.deal), entry, VANISHED)

    def revise(
        self,
        held: HeldRow,
        row: RegisterRow,
        classes: tuple[Revision, ...],
        renamed: list[str] | None = None,
    ) -> None:
        """Record how a row changed; ``renamed`` are the columns that only got another name, None if none could."""
        stream = StreamId.parse(held.deal)
        history = self._recording.history(held.deal)
        if held.gone:
            self._bring_back(stream, history)
        standing = self._standing(history, by_year=is_told_by_year(held.words))
        old = statements_of(held.words, held.buyer, held.supplier)
        new = statements_of(row.words, row.buyer, row.supplier)
        _align_deliveries(standing, old, new)
        for slot, fields in new.items():
            entry = standing.get(slot)
            if entry is None and fields != old.get(slot):
                self._state_again(stream, slot, fields, history)
            elif entry is not None and fields != old.get(slot):
                self._change(stream, entry, slot, old.get(slot, {}), fields)
        for slot in dict.fromkeys((*old, SIGNED)):  # an older version took more rows for signed
            if slot not in new and slot in standing:
                self._drop(stream, standing[slot], slot, row, history)
        if LISTED in standing:
            changes = {name: row.words.get(name) for name in differing_words(held.words, row.words)}
            changes["revisions"] = list(classes)
            if renamed is not None or "renamed" in held.words:
                changes["renamed"] = renamed
            if note_of(held.words) != note_of(row.words):
                changes["note"] = note_of(row.words)
            self._correct(stream, standing[LISTED], changes)
        if OPENED not in standing or LISTED not in standing:
            self._make_whole(stream, row, classes, history)

    def _make_whole(self, stream: StreamId, row: RegisterRow, classes: tuple[Revision, ...], history: History) -> None:
        """State the opening and the listing of a deal anew where somebody has retracted them.

        The register has changed the row, and says so of a deal with parties.
        """
        standing = {e.event.name for e in statements_in(history.entries.values(), history.repairs, self._releases)}
        if not standing:
            return
        if OPENED not in standing:
            self._state(stream, OPENED, statements_of(row.words, row.buyer, row.supplier)[OPENED])
        if LISTED not in standing:
            self._list(stream, row, classes)

    def _list(
        self, stream: StreamId, row: RegisterRow, classes: tuple[Revision, ...], perhaps: tuple[str, ...] = ()
    ) -> None:
        about = {"perhaps": list(perhaps), "revisions": classes, "note": note_of(row.words)}
        listed = {"listed_in": NAME, "on": self._day, **row.words, **about}
        self._take(stream, LISTED, {name: value for name, value in listed.items() if value})

    def _standing(self, history: History, *, by_year: bool) -> dict[Slot, Entry | Draft]:
        """The entries by which the register states what it does, by slot, in the order of recording.

        Of several in one slot it is the first: others were recorded by people who cite the release.
        """
        stated = statements_in(history.entries.values(), history.repairs, self._releases)
        withdrawn = _withdrawn(history)
        standing: dict[Slot, Entry | Draft] = {}
        for entry in stated:
            if entry.id not in withdrawn:
                standing.setdefault(self._slot_of(entry, history) if by_year else entry.event.name, entry)
        return standing

    def _slot_of(self, entry: Entry | Draft, history: History) -> Slot:
        """The slot of a statement; of a delivery it is the year that the register gives, whatever others correct."""
        if entry.event.name != DELIVERED:
            return entry.event.name
        on = str(entry.event.on)
        for later in history.entries.values():
            event = later.event
            is_own = event.source in self._releases and later.id not in history.repairs.retracted_by
            if is_own and isinstance(event, Corrected) and event.target == entry.id and _is_of_register(event):
                on = str(event.set.get("on", on))
        return delivery_slot("" if on.startswith("..") else on)

    def _bring_back(self, stream: StreamId, history: History) -> None:
        """Retract the retractions by which a release took a deal back."""
        repairs = history.repairs
        for entry in reversed(list(history.entries.values())):
            if is_taken_back(entry, self._releases) and entry.id not in repairs.retracted_by:
                self._retract(stream, entry, REAPPEARED)

    def _change(
        self, stream: StreamId, entry: Entry | Draft, slot: Slot, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        """Correct a statement; an expectation whose window moved is revised."""
        names = (*old, *(name for name in new if name not in old))
        changes = {name: new.get(name) for name in names if old.get(name) != new.get(name)}
        if "on" in changes and changes["on"] is None:
            changes["on"] = f"../{self._day}"
        is_expected = slot == EXPECTED
        corrected = {name: value for name, value in changes.items() if not (is_expected and name in MOVES)}
        if corrected:
            self._correct(stream, entry, corrected)
        if len(corrected) < len(changes):
            self._replace(stream, entry, ExpectationRevised)
            self._take(stream, "expectation-revised", {"target": entry.id, **{name: new[name] for name in MOVES}})

    def _drop(self, stream: StreamId, entry: Entry | Draft, slot: Slot, row: RegisterRow, history: History) -> None:
        """Take back a statement that the row no longer makes; a plan that goes when all is delivered was met."""
        if slot != EXPECTED:
            self._retract(stream, entry, NOT_STATED)
        elif not is_complete(row.words) or _planned_more(history.current(entry), row):
            self._take(stream, "expectation-withdrawn", {"target": entry.id, "reason": NOT_STATED})

    def _state(self, stream: StreamId, slot: Slot, fields: Mapping[str, Any]) -> None:
        """Record a statement; one without a date is from some time before the release."""
        dated = fields if slot == EXPECTED or "on" in fields else {**fields, "on": f"../{self._day}"}
        self._take(stream, event_of_slot(slot), dated)

    def _state_again(self, stream: StreamId, slot: Slot, fields: Mapping[str, Any], history: History) -> None:
        """Record a statement; one that another export of this day took back stands again."""
        for entry in history.entries.values():
            retraction = history.repairs.retracted_by.get(entry.id)
            if retraction is None or {entry.event.source, retraction.event.source} != {self._source}:
                continue
            said = fields_of(entry.event)
            if entry.event.name == event_of_slot(slot) and all(said.get(name) == fields[name] for name in fields):
                self._retract(stream, retraction, RESTATED)
                return
        self._state(stream, slot, fields)

    def _correct(self, stream: StreamId, entry: Entry | Draft, changes: Mapping[str, Any]) -> None:
        """Correct an entry, unless somebody has made the same correction.

        What a further file of the same day says of an entry of that day is no news: our copy was not whole.
        """
        if entry.event.source == self._source:
            with suppress(WrongTarget):
                fields = {"target": entry.id, "set": dict(changes), "reason": ENTRY_ERROR, "note": TELLS_MORE}
                self._take(stream, "corrected", fields)
            return
        earlier = self._replace(stream, entry, Corrected)
        both = dict(changes)
        if isinstance(earlier, Corrected):
            both = {**earlier.set, **changes}
            if "revisions" in changes:
                both["revisions"] = _joined(earlier.set.get("revisions"), changes["revisions"])
        with suppress(WrongTarget):
            self._take(stream, "corrected", {"target": entry.id, "set": both, "reason": NEWS})

    def _replace(
        self, stream: StreamId, entry: Entry | Draft, kind: type[Corrected] | type[ExpectationRevised]
    ) -> Statement | None:
        """Retract what this release has said of an entry already, in another of its files: it speaks once.

        Of two corrections of one day none is the later one.
        """
        history = self._recording.history(str(stream))
        for earlier in list(history.entries.values()):
            event = earlier.event
            if (
                isinstance(event, kind)
                and event.target == entry.id
                and event.source == self._source
                and (isinstance(event, ExpectationRevised) or event.reason == NEWS)
                and earlier.id not in history.repairs.retracted_by
            ):
                self._retract(stream, earlier, RESTATED)
                return event
        return None

    def _retract(self, stream: StreamId, entry: Entry | Draft, reason: str) -> None:
        """Retract an entry; a retraction that an export of this day has made and another one undone holds again."""
        undoing = undoing_of(self._recording.history(str(stream)), entry, self._source)
        if undoing is not None:
            self._retract(stream, undoing, reason)
        else:
            self._take(stream, "retracted", {"target": entry.id, "reason": reason})

    def _take(self, stream: StreamId, event: str, fields: Mapping[str, Any]) -> None:
        self._recording.take(Proposal(stream, event, {**fields, "source": self._source}))


def _is_of_register(event: Corrected) -> bool:
    """Whether a correction that cites a release is one of the register's, and not of somebody's."""
    return event.reason == NEWS or event.note == TELLS_MORE


def _align_deliveries(standing: dict[Slot, Entry | Draft], old: Statements, new: Statements) -> None:
    """Take the delivery of a single year for the same, whether it is told by deal or by year.

    So the first statement of a deal is corrected, and the other years are stated beside it.
    """
    if DELIVERED in old and DELIVERED not in new:
        entry = standing.get(DELIVERED)
        slot = delivery_slot(str(old[DELIVERED].get("on", "")) if entry is None else str(entry.event.on))
        if slot != DELIVERED and slot in new and slot not in old:
            old[slot] = old.pop(DELIVERED)
            if entry is not None:
                standing[slot] = standing.pop(DELIVERED)
    elif DELIVERED in new and DELIVERED not in old:
        slot = delivery_slot(str(new[DELIVERED].get("on", "")))
        if slot in old and slot not in new:
            new[slot] = new.pop(DELIVERED)


def _withdrawn(history: History) -> frozenset[str]:
    """The expectations that are withdrawn, by withdrawals that stand."""
    return frozenset(
        entry.event.target
        for entry in history.entries.values()
        if isinstance(entry.event, ExpectationWithdrawn) and entry.id not in history.repairs.retracted_by
    )


def _joined(first: Any, second: Sequence[str]) -> list[Any]:
    """Two lists as one, without repetitions."""
    return list(dict.fromkeys((*(first if isinstance(first, list) else ()), *second)))


def _planned_more(plan: Statement, row: RegisterRow) -> bool:
    """Whether a plan was of more than the order that the row now tells of: then what is delivered has not met it."""
    planned = getattr(plan, "quantity", None)
    ordered = str(row.words.get("ordered") or "").rstrip(FLAG)
    return planned is not None and ordered.isdecimal() and planned.count > int(ordered)
