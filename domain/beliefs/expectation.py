"""What somebody expects: an expectation with its revisions and its withdrawal."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.expectation import ExpectationRevised, ExpectationWithdrawn, Expected, What
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When


class Expectation(NamedTuple):
    """One link of an expectation: as first stated, or as revised.

    ``revised_by`` is the next link, which carries the expectation on. ``withdrawn_by`` is set on every link of an
    expectation that somebody gave up.
    """

    entry: Entry
    what: What
    due: When
    quantity: Quantity | None
    modality: str | None
    holder: str | None
    amount: Money | None = None
    first: Entry | None = None
    """The entry that first stated it, of which this link is a revision."""
    is_total: bool = False
    """Whether the quantity is the total by the end of the window, as it is in a register's plans."""
    revises: Entry | None = None
    revised_by: Entry | None = None
    withdrawn_by: Entry | None = None

    @property
    def stated(self) -> When:
        """When the expectation was stated."""
        return self.entry.event.on

    @property
    def counted_from(self) -> int:
        """The day from which on what comes counts: that of the first statement, whatever revised it."""
        return (self.first or self.entry).event.on.last

    def is_of(self, registers: Container[str | None]) -> bool:
        """Whether one of some registers first stated it, as the plan of a row."""
        return (self.first or self.entry).event.source in registers

    def counted_in(self, unit: str | None) -> Expectation:
        """The same in the unit of its row, by whatever word the register counted when it stated it."""
        if self.quantity is None or unit in (None, self.quantity.unit):
            return self
        return self._replace(quantity=replace(self.quantity, unit=unit))

    def is_withdrawn(self, day: int, *, possible: bool = False) -> bool:
        """Whether it has certainly, or possibly, been withdrawn by a day (a proleptic ordinal)."""
        return self.withdrawn_by is not None and _ended(self.withdrawn_by.event.on, day, possible=possible)

    def is_stated(self, day: int, *, possible: bool = False) -> bool:
        """Whether it has certainly, or possibly, been stated by a day (a proleptic ordinal)."""
        return _ended(self.stated, day, possible=possible)


def _ended(when: When, day: int, *, possible: bool) -> bool:
    return (when.first if possible else when.last) <= day


def expectations_of(
    entries: Sequence[Entry], visible: Sequence[Entry] = (), registers: Container[str | None] = ()
) -> list[Expectation]:
    """The expectations with their revisions, in the order in which they were stated; of one day, a revision after
    what it revises.

    ``visible`` also holds retracted entries: the revision of a retracted revision carries the expectation on. What the
    ``registers`` among the sources plan is a total.
    """
    first = [entry for entry in entries if type(entry.event) is Expected]
    revisions: dict[str, list[Entry]] = {}
    withdrawals: dict[str, list[Entry]] = {}
    if len(first) < len(entries):
        parents = {e.id: e.event.target for e in (*visible, *entries) if isinstance(e.event, ExpectationRevised)}
        for entry in entries:
            if isinstance(entry.event, ExpectationRevised):
                revisions.setdefault(_root(entry.event.target, parents), []).append(entry)
            elif isinstance(entry.event, ExpectationWithdrawn):
                withdrawals.setdefault(_root(entry.event.target, parents), []).append(entry)
    links = [
        link
        for entry in sorted(first, key=lambda entry: entry.id)
        for link in _chain(entry, revisions.get(entry.id, ()), withdrawals.get(entry.id, ()), registers)
    ]
    return sorted(links, key=_in_order)


def _in_order(link: Expectation) -> tuple[int, int, int]:
    return link.stated.first, link.entry.event.asserted.last, link.due.last


def with_expectation(links: Sequence[Expectation], entry: Entry) -> list[Expectation] | None:
    """The expectations of entries of which none is a register's, with one more; None if its order among them goes by
    more than days."""
    link = _first_link(entry, is_plan=False)
    key = _in_order(link)
    place = bisect_left(links, key, key=_in_order)
    if place < len(links) and _in_order(links[place]) == key:
        return None
    return [*links[:place], link, *links[place:]]


def _root(target: str, parents: Mapping[str, str]) -> str:
    """The entry that first stated what a revision or withdrawal speaks of."""
    seen: set[str] = set()
    while target in parents and target not in seen:
        seen.add(target)
        target = parents[target]
    return target


def _chain(
    root: Entry, revisions: Sequence[Entry], withdrawals: Sequence[Entry], registers: Container[str | None]
) -> list[Expectation]:
    """The links from the first statement to the last revision, in the order in which they were said."""
    links = [_first_link(root, is_plan=root.event.source in registers)]
    for revision in sorted(revisions, key=lambda entry: (entry.event.asserted.last, entry.id)):
        links[-1] = links[-1]._replace(revised_by=revision)
        links.append(_revised_link(links[-1], revision))
    if not withdrawals:
        return links
    withdrawn_by = min(withdrawals, key=_first_to_hold)
    return [link._replace(withdrawn_by=withdrawn_by) for link in links]


def _first_to_hold(entry: Entry) -> tuple[int, int, int, str]:
    event = entry.event
    return event.on.first, event.on.last, event.asserted.last, entry.id


def _first_link(entry: Entry, *, is_plan: bool) -> Expectation:
    event = entry.event
    assert isinstance(event, Expected)
    return Expectation(
        entry,
        event.what,
        event.due,
        event.quantity,
        event.modality,
        event.holder,
        event.amount,
        is_total=is_plan or bool(event.so_far),
    )


def _revised_link(before: Expectation, entry: Entry) -> Expectation:
    event = entry.event
    assert isinstance(event, ExpectationRevised)
    return Expectation(
        entry,
        before.what,
        event.due or before.due,
        event.quantity or before.quantity,
        event.modality or before.modality,
        event.holder or before.holder,
        event.amount or before.amount,
        before.first or before.entry,
        before.is_total,
        revises=before.entry,
    )
