"""R"""

from __future__ import annotations

from armsledger.domain.decisions.entry_id import NOT_IN_THE_ID
from armsledger.domain.decisions.history import History, same_content
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import IdTaken, SelfContradiction
from armsledger.domain.events.payload import fields_of
from armsledger.domain.events.persons import erased_alike
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement, own_fields


def check_same(known: Entry | Draft, stream: str, event: Statement, entry_id: str, from_clock: frozenset[str]) -> None:
    """The same entry again adds nothing, nor does it without its note; the same id with other content is refused.

    Where a name was erased, whichever name it was is taken for the same.
    """
    stated = fields_of(known.event)
    said = erased_alike(fields_of(event), stated)
    compared = (stated.keys() | said.keys()) - from_clock - (NOT_IN_THE_ID - said.keys())
    same = known.stream == stream and type(known.event) is type(event)
    if not same or any(stated.get(name) != said.get(name) for name in compared):
        raise IdTaken(
            f"entry {entry_id!r} is recorded as {known.address}, with other content",
            remedy=f"repair it ('armsledger correct {known.address} --set ...'), or give this one an id of its own",
            stream=stream,
            entry=known.address,
            field="id",
        )


def registered_before(event: Registered, history: History) -> Entry | Draft | None:
    """The entry that has registered this source with all of this; refuses a source registered otherwise."""
    given = {name: value for name, value in fields_of(event).items() if name in own_fields(Registered)}
    for entry in history.entries.values():
        if not isinstance(entry.event, Registered) or entry.id in history.repairs.retracted_by:
            continue
        stated = fields_of(history.current(entry))
        differing = [name for name, value in given.items() if stated.get(name, value) != value]
        if differing:
            raise SelfContradiction(
                f"this source is registered already, otherwise ({', '.join(differing)}), in {entry.address}",
                remedy=f"give the other source a key of its own, repair this one ('armsledger correct {entry.address} "
                "--set ...'), or record 'regraded' if its reliability is judged anew",
                stream=history.stream,
                entry=entry.address,
                field=differing[0],
            )
        if given.keys() <= stated.keys():
            return entry
    return None


def stated_before(event: Statement, entry_id: str, history: History) -> Entry | Draft | None:
    """The entry in which the same source says all of this, and more: a source states an occurrence once."""
    for entry, known in history.accounts(event, entry_id):
        stated = fields_of(known)
        said = erased_alike(fields_of(event), stated)
        if event.status == known.status and all(stated.get(name) == value for name, value in said.items()):
            return entry
    return None


def check_contradiction(event: Statement, entry_id: str, history: History) -> None:
    for entry, said in history.accounts(event, entry_id):
        same_day = (said.asserted.first, said.asserted.last) == (event.asserted.first, event.asserted.last)
        if same_day and not same_content(said, event):
            raise SelfContradiction(
                f"source {event.source!r} has already stated this {event.name} on {said.asserted}, "
                f"otherwise, in {entry.address}",
                remedy=f"correct that entry ('armsledger correct {entry.address} --set ...'), "
                f"or say when the source said otherwise (asserted)",
                stream=history.stream,
                entry=entry.address,
            )
