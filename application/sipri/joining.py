"""Joining two deals of the register that are one by another name, after the fact, and keeping apart what was joined.

Which row a deal has in each release is settled anew: what the releases had recorded otherwise is taken back as an error
of our own copy, so that by asserted date it never held, and each release records what it lists of the deal after all.
By recorded date the earlier belief stays what it was. Each entry of ours cites the review that decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final

from armsledger.application.recording.look_alikes import taken_key
from armsledger.application.recording.transaction import Recording
from armsledger.application.sipri.decided import Outcome, decisions_in, is_rejection, one_deal, two_deals
from armsledger.application.sipri.register import SOURCE_PREFIX, Listing
from armsledger.application.sipri.replaying import Replay, is_by_others, is_repair_by_others
from armsledger.application.sipri.row_states import DealStates, States, Survey
from armsledger.application.sipri.standing import undoing_of
from armsledger.domain.entry import Draft, Entry, Proposal
from armsledger.domain.errors import LedgerError
from armsledger.domain.events.statement import Role
from armsledger.domain.values.stream import StreamId
from armsledger.exchange.sipri.matching import HeldRow
from armsledger.exchange.sipri.release import Release
from armsledger.exchange.sipri.revision import changed_columns, classes_of, renamed_columns
from armsledger.exchange.sipri.row import RegisterRow, Words, folded
from armsledger.exchange.sipri.statements import OPENED

OUR_ERROR: Final = "entry-error"
LISTED_AS: Final = "listed-as"


class CannotJoin(LedgerError):
    """Two deals cannot be one, or cannot be kept apart."""


class Review:
    """Records the decisions of one review; ``registration`` is what registers it as a source, once it is needed."""

    def __init__(self, recording: Recording, looked: Survey, registration: Proposal) -> None:
        self._recording = recording
        self._looked = looked
        self._registration: Proposal | None = registration
        self._source = source = registration.stream.key
        register = looked.register
        self._register = register._replace(reviews=register.reviews | {source})
        self._decided = [deal for deal in looked.deals.values() if deal.decisions]
        self._proposed: dict[str, Sequence[str]] = {
            key: deal.listing.event.perhaps for key, deal in looked.deals.items() if deal.listing.event.perhaps
        }
        self._by_year = any("deliveries" in (words or ()) for deal in looked.deals.values() for words in deal.states)

    def join(self, old: str, new: str, release: str, why: str) -> Outcome:
        """Let a deal go on in the rows of another, which is withdrawn whole.

        Without ``new``, it is the deal that was parted from it at that release.
        """
        if not new:
            parted_at = self._place(release)
            if self._states(self._deal(old).stream)[parted_at] is not None:
                return "known"
            new = self._parted_deal(old, parted_at)
        one, other = self._deal(old), self._deal(new)
        states, others = self._states(one.stream), self._states(other.stream)
        at = _first(others)
        if at is None:
            if self._is_joined(one, other):
                return "known"
            raise CannotJoin(
                f"no release lists {new} any longer: it may be joined with another deal",
                remedy="write the review again (import sipri ... --review FILE), and name the deal that goes on",
            )
        both = next((n for n in range(at, len(states)) if states[n] is not None), None)
        if both is not None:
            released = self._register.releases[both].released
            raise CannotJoin(
                f"{old} stands in the release of {released}, as {new} has since {self._register.releases[at].released}",
                remedy="two rows of one release are two deals: reject the pair",
            )
        if _first(states[:at]) is None:
            raise CannotJoin(
                f"no release before that of {self._register.releases[at].released} lists {old}",
                remedy="the deal that goes on is the older one: name it as the old deal",
            )
        self._check_likeness(one.stream, states[:at], other.stream, others[at])
        self._check_no_repairs_by_others(other.stream)
        note = _note(one_deal(old, new), why)
        self._settle(one.stream, [*states[:at], *others[at:]], note)
        has_others = self._has_others(other.stream)
        self._settle(other.stream, [None] * len(others), note, keep_opening=has_others)
        if has_others:
            link = {"to": old, "relation": LISTED_AS, "reason": note}
            self._take(other.stream, "linked", {**link, "on": self._recording.today.isoformat()})
        self._rename_proposals({new: old}, at, note)
        self._drop_proposals({old, new}, new, at, note)
        return "joined"

    def part(self, old: str, new: str, release: str, why: str) -> Outcome:
        """Let a deal end where it was joined with another, which goes on by itself; or drop a proposal."""
        one = self._deal(old)
        states = self._states(old)
        at = self._place(release)
        before, after = one.words_before(at), states[at]
        if new and self._states(self._deal(new).stream)[at] is not None:
            if after is not None or self._is_rejected(old, new):
                return "known"
            self._reject(old, new, _note(two_deals(old, new), why))
            return "apart"
        if before is None or after is None:
            return "known"
        was = self._looked.withdrawn_deal(at, after)
        if new and new != was:
            return "known"  # they are two deals already
        if not was and not self._register.is_renamed(before, after):
            raise CannotJoin(
                f"{old} was not joined with another deal in the release of {release}",
                remedy="clear the decision: there is nothing to undo",
            )
        self._check_no_repairs_by_others(old, since=at)
        stream = new or was or self._free_stream(after)
        note = _note(two_deals(old, stream), why)
        self._restore(stream, note)
        self._settle(stream, [*[None] * at, *states[at:]], note)
        self._settle(old, [*states[:at], *[None] * (len(states) - at)], note)
        self._reject(old, stream, note)
        self._rename_proposals({old: stream}, at, note)
        return "undone"

    # What a deal's rows are, release by release.

    def _settle(self, stream: str, wanted: States, note: str, *, keep_opening: bool = False) -> None:
        """Record that the releases list these rows of a deal, and nothing else."""
        now = self._states(stream)
        at = next((n for n, (one, other) in enumerate(zip(now, wanted, strict=True)) if _differ(one, other)), None)
        if at is None:
            return
        self._register_itself()
        self._withdraw(stream, at, note, keep_opening=keep_opening)
        listing = self._listing(stream)
        row = None if listing is None else self._register.held(listing)._replace(gone=listing.gone)
        for place in range(at, len(wanted)):
            row = self._replay(stream, row, wanted[place], place, note)

    def _replay(self, stream: str, row: HeldRow | None, words: Words | None, at: int, note: str) -> HeldRow | None:
        """Record what a release lists of a deal, after the row that the one before lists."""
        taken = self._register.releases[at]
        release = Release(taken.released, by_year=self._by_year)
        entries = Replay(self._recording, release, taken.key, self._register, self._retract, note)
        if words is None:
            if row is not None and not row.gone:
                entries.take_back(row)
            return None if row is None else row._replace(gone=True)
        after = self._register.row(stream, words)
        new = RegisterRow(0, dict(words), after.buyer, after.supplier)
        if row is None:
            entries.add(StreamId.parse(stream), new, ("new",), ())
        elif row.gone or _differ(row.words, words):
            before, now = (self._looked.names[place].vocabulary for place in (at - 1, at))
            same = {"recipient": row.buyer == after.buyer, "supplier": row.supplier == after.supplier}
            classes = classes_of(row.words, words, before, now, same)
            renamed = renamed_columns(row.words, words, before, now, same)
            entries.revise(row, new, ("reappeared", *classes) if row.gone else classes, renamed)
        return after

    def _withdraw(self, stream: str, at: int, note: str, *, keep_opening: bool) -> None:
        """Take back what releases from one on have recorded in a deal."""
        since = {release.key for release in self._register.releases[at:]}
        history = self._recording.history(stream)
        going: set[str] = set()
        taken: list[Entry | Draft] = []
        for entry in history.entries.values():
            event = entry.event
            if event.source not in since or entry.id in history.repairs.retracted_by or is_by_others(event):
                continue
            if keep_opening and event.name == OPENED:
                continue
            if getattr(event, "target", None) not in going:
                taken.append(entry)
            going.add(entry.id)
        for entry in reversed(taken):
            self._retract(stream, entry, note)

    def _restore(self, stream: str, note: str) -> None:
        """Bring a deal back that was withdrawn whole by a review."""
        history = self._recording.history(stream)
        reviews = self._register.reviews
        for entry in list(history.entries.values()):
            is_ours = entry.event.source in self._register.keys and entry.event.role is not Role.REPAIR
            retraction = history.repairs.retracted_by.get(entry.id) if is_ours else None
            if retraction is not None and retraction.event.source in reviews:
                self._retract(stream, retraction, note)
        for entry in list(history.entries.values()):
            is_link = entry.event.name == "linked" and entry.event.source in reviews
            if is_link and entry.id not in history.repairs.retracted_by:
                self._retract(stream, entry, note)

    # Proposals.

    def _is_rejected(self, old: str, new: str) -> bool:
        listing, entries = self._listing(new), self._recording.history(new).as_entries()
        decision = None if listing is None else decisions_in(listing, entries, self._register.reviews).get(old)
        return decision is not None and is_rejection(decision, old, new)

    def _reject(self, old: str, new: str, note: str) -> None:
        """A new deal is none that it may have been; what is not proposed is proposed and taken back, to be found."""
        perhaps = self._perhaps(new)
        if old in perhaps:
            self._set_perhaps(new, [deal for deal in perhaps if deal != old], note)
            return
        proposal = self._set_perhaps(new, (*perhaps, old), note)
        if proposal is not None:
            self._retract(new, proposal, note)

    def _rename_proposals(self, changes: Mapping[str, str], at: int, note: str) -> None:
        """What later new deals may be is named by the deals that go on."""
        for deal, perhaps in self._named(changes.keys()):
            if deal.first is not None and deal.first > at:
                self._set_perhaps(deal.stream, [changes.get(one, one) for one in perhaps], note)

    def _drop_proposals(self, joined: Set[str], new: str, at: int, note: str) -> None:
        """Of two deals that are one since a release, no other deal that is new by then may be the one."""
        for deal, perhaps in self._named(joined):
            if deal.stream != new and deal.first is not None and deal.first <= at:
                self._set_perhaps(deal.stream, [one for one in perhaps if one not in joined], note)

    def _named(self, deals: Set[str]) -> Iterator[tuple[DealStates, Sequence[str]]]:
        """The new deals that may be one of these, with all that each may be."""
        for stream in [stream for stream, named in self._proposed.items() if not deals.isdisjoint(named)]:
            yield self._looked.deals[stream], self._perhaps(stream)

    def _perhaps(self, stream: str) -> Sequence[str]:
        listing = self._listing(stream)
        return () if listing is None else listing.event.perhaps

    def _set_perhaps(self, stream: str, deals: Iterable[str], note: str) -> Draft | None:
        listing = self._listing(stream)
        perhaps = list(dict.fromkeys(deals))
        if listing is None or listing.gone or perhaps == list(listing.event.perhaps):
            return None
        changed = {"target": listing.entry.id, "set": {"perhaps": perhaps or None}, "reason": OUR_ERROR, "note": note}
        if stream in self._looked.deals:
            self._proposed[stream] = perhaps
        return self._take(stream, "corrected", changed)

    # What a deal holds.

    def _place(self, release: str) -> int:
        """The place of the release of a day."""
        at = self._register.place_of_day(release)
        if at is None:
            raise CannotJoin(
                f"the ledger has no release of {release or 'no day'}",
                remedy="write its day in the column release, such as 2025-03-13",
            )
        return at

    def _deal(self, stream: str) -> DealStates:
        deal = self._looked.deals.get(stream)
        if deal is None:
            listing = self._listing(stream)
            if listing is None:
                raise CannotJoin(
                    f"{stream} is no deal that a release lists",
                    remedy="take the release first; name deals as the review does",
                )
            deal = DealStates(stream, listing, self._states(stream))
        return deal

    def _parted_deal(self, old: str, at: int) -> str:
        """The deal that was parted from another where a release gave it another name."""
        deals = [deal.stream for deal in self._decided if deal.first == at and old in deal.decisions]
        if len(deals) != 1:
            told = f"any of {', '.join(deals)} may be meant" if deals else "no deal was parted from it there"
            raise CannotJoin(
                f"{old} is not in the release of {self._register.releases[at].released}, and {told}",
                remedy="name the deal to join it with in the column new deal",
            )
        return deals[0]

    def _listing(self, stream: str) -> Listing | None:
        return self._register.listing(stream, self._recording.history(stream).as_entries())

    def _states(self, stream: str) -> States:
        return self._register.states(stream, self._recording.history(stream).as_entries())

    def _is_joined(self, one: DealStates, other: DealStates) -> bool:
        """Whether a deal goes on in the rows of another already."""
        at = self._register.place(other.listing.entry.event.source)
        words = None if at is None else one.states[at]
        return at is not None and words is not None and self._looked.withdrawn_deal(at, words) == other.stream

    def _check_likeness(self, old: str, before: States, new: str, after: Words | None) -> None:
        """Refuse two rows that have nothing in common: then the rows of a review were mixed up."""
        words = next(one for one in reversed(before) if one is not None)
        one, other = self._register.row(old, words), self._register.row(new, after or {})
        names = (folded(one.words["designation"]), folded(other.words["designation"]))
        if one.buyer != other.buyer and one.supplier != other.supplier and names[0] != names[1]:
            raise CannotJoin(
                f"{old} and {new} have no party and no designation in common",
                remedy="see whether the columns old deal and new deal still belong to their rows",
            )

    def _has_others(self, stream: str) -> bool:
        """Whether people have said something of a deal."""
        ours = self._register.keys | self._register.reviews
        entries = self._recording.history(stream).entries.values()
        return any(entry.event.source not in ours for entry in entries)

    def _check_no_repairs_by_others(self, stream: str, since: int = 0) -> None:
        """Refuse to withdraw what somebody has repaired: the repair would be lost."""
        history = self._recording.history(stream)
        keys = {release.key for release in self._register.releases[since:]}
        for entry in history.entries.values():
            target = history.entries.get(getattr(entry.event, "target", ""))
            is_theirs = entry.event.source not in self._register.reviews and is_repair_by_others(entry, keys)
            stands = entry.id not in history.repairs.retracted_by
            if target is not None and target.event.source in keys and is_theirs and stands:
                raise CannotJoin(
                    f"somebody has repaired {target.address}, in {entry.address}; that would be lost",
                    remedy=f"retract {entry.address}, import the review again, and repair the deal that goes on",
                )

    def _free_stream(self, words: Words) -> str:
        """The stream of a new deal of a row."""
        row = self._register.row("", words)
        key = SOURCE_PREFIX + RegisterRow(0, dict(words), row.buyer, row.supplier).deal_key
        base = f"deal/{taken_key(key)}"
        stream, number = base, 1
        while self._recording.has_stream(stream):
            number += 1
            stream = f"{base}-{number}"
        return stream

    def _retract(self, stream: str, entry: Entry | Draft, note: str) -> None:
        """Retract an entry; what this review has retracted and undone is retracted again."""
        undoing = undoing_of(self._recording.history(stream), entry, self._source)
        if undoing is not None:
            self._retract(stream, undoing, note)
            return
        self._take(stream, "retracted", {"target": entry.id, "reason": OUR_ERROR, "note": note})

    def _take(self, stream: str, event: str, fields: Mapping[str, Any]) -> Draft | None:
        self._register_itself()
        return self._recording.take(Proposal(StreamId.parse(stream), event, {**fields, "source": self._source})).draft

    def _register_itself(self) -> None:
        """Record the review as a source; one that says nothing new is none."""
        if self._registration is not None:
            self._recording.take(self._registration)
            self._registration = None


def _first(states: Sequence[object | None]) -> int | None:
    return next((at for at, words in enumerate(states) if words is not None), None)


def _differ(one: Words | None, other: Words | None) -> bool:
    if one is None or other is None:
        return one is not other
    return bool(changed_columns(one, other))


def _note(what: str, why: str) -> str:
    return f"{what}: {why}" if why else what
