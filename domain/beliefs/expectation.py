"""What somebody expects: an expectation with its revisions and its withdrawal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from armsledger.domain.entry import Entry
from armsledger.domain.events.expectation import ExpectationRevised, ExpectationWithdrawn, Expected, What
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
    revises: Entry | None = None
    revised_by: Entry | None = None
    withdrawn_by: Entry | None = None

    @property
    def stated(self) -> When:
        """When the expectation was stated."""
        return self.entry.event.on


def expectations_of(entries: Sequence[Entry], visible: Sequence[Entry] = ()) -> list[Expectation]:
    """The expectations with their revisions, in the order in which they were stated.

    ``visible`` also holds retracted entries: the revision of a retracted revision carries the expectation on.
    """
    parents = {
        entry.id: entry.event.target for entry in (*visible, *entries) if isinstance(entry.event, ExpectationRevised)
    }
    revisions: dict[str, list[tuple[Entry, ExpectationRevised]]] = {}
    withdrawals: dict[str, list[Entry]] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, ExpectationRevised):
            revisions.setdefault(_root(event.target, parents), []).append((entry, event))
        elif isinstance(event, ExpectationWithdrawn):
            withdrawals.setdefault(_root(event.target, parents), []).append(entry)
    links = [
        link
        for entry in entries
        if isinstance(entry.event, Expected)
        for link in _chain(entry, entry.event, revisions.get(entry.id, ()), withdrawals.get(entry.id, ()))
    ]
    return sorted(links, key=lambda link: (link.stated.first, link.entry.event.asserted.last, link.entry.position))


def _root(target: str, parents: Mapping[str, str]) -> str:
    """The entry that first stated what a revision or withdrawal speaks of."""
    seen: set[str] = set()
    while target in parents and target not in seen:
        seen.add(target)
        target = parents[target]
    return target


def _chain(
    entry: Entry,
    event: Expected,
    revisions: Sequence[tuple[Entry, ExpectationRevised]],
    withdrawals: Sequence[Entry],
) -> list[Expectation]:
    """The links from the first statement to the last revision, in the order in which the sources asserted them."""
    links = [Expectation(entry, event.what, event.due, event.quantity, event.modality, event.holder)]
    for revision, revised in sorted(revisions, key=lambda pair: (pair[1].asserted.last, pair[0].position)):
        before = links[-1]._replace(revised_by=revision)
        after = before._replace(
            entry=revision,
            due=revised.due,
            modality=revised.modality or before.modality,
            holder=revised.holder or before.holder,
            revises=before.entry,
            revised_by=None,
        )
        links[-1:] = [before, after]
    withdrawn_by = min(withdrawals, key=_first_to_hold, default=None)
    return [link._replace(withdrawn_by=withdrawn_by) for link in links]


def _first_to_hold(entry: Entry) -> tuple[int, int, int, int]:
    event = entry.event
    return event.on.first, event.on.last, event.asserted.last, entry.position
