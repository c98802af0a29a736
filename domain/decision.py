"""Deciding: whether a proposed entry is taken into a stream.

Pure: the day, the code lists and the sources are arguments. A decision returns a draft, or the entry
that was recorded before under the same id; a refusal is an exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError

from armsledger.domain.belief import with_changes
from armsledger.domain.derived_id import NOT_IN_THE_ID, own_id
from armsledger.domain.entry import Draft, Entry, Stored
from armsledger.domain.errors import (
    FutureDate,
    IdTaken,
    MissingField,
    NotOpened,
    SelfContradiction,
    UnknownSource,
    UnreadableValue,
    WrongTarget,
)
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.common import (
    OUR_COPY,
    Corrected,
    Disputed,
    ExpectationRevised,
    ExpectationWithdrawn,
    Expected,
    Resolved,
    Retracted,
)
from armsledger.domain.events.payload import Payload, fields_of
from armsledger.domain.events.personal_fields import erased_alike, places
from armsledger.domain.events.source import Registered, Regraded
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.history import History, same_content
from armsledger.domain.occurrence import own_fields
from armsledger.domain.proposal import (
    Proposal,
    check_field_names,
    check_required,
    checked_what,
    event_class,
    read_event,
    unreadable,
    with_checked_codes,
    with_lists,
)
from armsledger.domain.values.party import CodeLists
from armsledger.domain.values.personal import ERASED, Seals
from armsledger.domain.values.quoted import quoted
from armsledger.domain.values.stream import KEY, StreamId
from armsledger.domain.values.when import When

REFERENCES = ("target", "preferred", "same_as")
MAX_ID_LENGTH = 200
UNSTORABLE = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")
"""Half a surrogate pair, or NUL, in canonical JSON; a backslash before another one escapes nothing."""


class Context(Protocol):
    """What a decision asks of the world: the day, the code lists, the sources, and ids taken elsewhere."""

    today: date
    codes: CodeLists

    def published(self, source: str) -> When | None:
        """When a source was published, None if it does not say; raises UnknownSource."""
        ...

    def entry_of(self, entry_id: str) -> Entry | Draft | None:
        """The entry of any stream that has this id."""
        ...


class Defaults(NamedTuple):
    """An entry's fields with the defaults filled in, and those of them that only the clock gave."""

    fields: dict[str, Any]
    from_clock: frozenset[str]


class Decision(NamedTuple):
    """A draft to be recorded, or the entry that was recorded before with the same content."""

    draft: Draft | None
    known: Entry | Draft | None


def decide(proposal: Proposal, history: History, context: Context) -> Decision:
    """Whether the entry is taken; raises Refused and its kinds."""
    event_type = event_class(proposal.stream, proposal.event)
    check_field_names(history.stream, event_type, proposal.fields)
    check_required(history.stream, event_type, proposal.fields)
    _check_opened(event_type, history)
    given = _with_references(proposal.fields, event_type, history)
    filled, from_clock = _with_defaults(given, event_type, history, context)
    event = read_event(history.stream, event_type, filled, proposal.fields)
    event = _checked(event, proposal.stream, history, context)
    payload = Payload.of(event)
    text = payload.text()
    _check_text(payload, text, history.stream)
    entry_id = proposal.id or own_id(history, event, payload, from_clock)
    if len(entry_id) > MAX_ID_LENGTH or not entry_id.isprintable():
        raise UnreadableValue(
            "the id is too long or not printable", remedy=f"use up to {MAX_ID_LENGTH} characters", field="id"
        )
    known = history.entries.get(entry_id)
    if known is None and proposal.id is not None:
        known = context.entry_of(entry_id)
    if known is not None:
        return _known(known, history.stream, event, entry_id, from_clock)
    if isinstance(event, Registered) and (registered := _registered_before(event, history)) is not None:
        return Decision(None, registered)
    if proposal.id is None and (stated := _stated_before(event, entry_id, history)) is not None:
        return Decision(None, stated)
    _check_references(event, history, history.version + 1)
    if isinstance(event, Corrected):
        _check_correction(event, history)
    _check_contradiction(event, entry_id, history)
    if event.attribution is not None or isinstance(event, Corrected):
        _check_erased(payload.fields, proposal.seals, history.stream)
    stored = _stored(proposal, event, text)
    return Decision(Draft(history.stream, history.version + 1, entry_id, event, proposal.seals or None, stored), None)


def _stored(proposal: Proposal, event: Statement, text: str) -> Stored:
    """How to store the event: as this text, or as another ledger does; refuses one that does not say the same."""
    stored = proposal.stored or Stored()
    if stored.payload is None:
        return Stored(event.schema_version, text, stored.in_clear)
    version = stored.format or event.schema_version
    try:
        same = CATALOGUE.decode(f"{proposal.stream.kind}.{event.name}", version, stored.payload) == event
    except (LookupError, ValueError, TypeError):
        same = False
    if not same:
        raise UnreadableValue(
            "the payload under stored does not say what the entry says",
            remedy="restore an export as it was written",
            field="stored",
        )
    return stored._replace(format=version)


def _check_opened(event_type: type[Statement], history: History) -> None:
    if history.version == 0 and not event_type.opens:
        kind = history.stream.partition("/")[0]
        opener = {"deal": "opened", "engagement": "scheduled", "framework": "signed", "source": "registered"}[kind]
        raise NotOpened(
            f"nothing opened this stream, and {event_type.name} cannot",
            remedy=f"record '{opener}' first, or check the key: 'armsledger {kind}s' lists those there are",
            stream=history.stream,
        )


def _with_references(fields: Mapping[str, Any], event_type: type[Statement], history: History) -> dict[str, Any]:
    """The fields, with entries named by their ids; refuses entries that do not exist or are retracted."""
    given = {name: value for name, value in fields.items() if value is not None}
    for name in REFERENCES:
        if name in given and name in event_type.model_fields:
            given[name] = history.resolve(_as_text(given[name]), field=name).id
    if "over" in given and event_type is Resolved:
        over = given["over"] if isinstance(given["over"], list | tuple) else [given["over"]]
        given["over"] = [history.resolve(_as_text(text), field="over").id for text in over]
    return given


def _as_text(value: Any) -> str:
    """A name as text, whatever it was given as; JSON may write it as an integer."""
    return value if isinstance(value, str) else quoted(value)


def _with_defaults(given: dict[str, Any], event_type: type[Statement], history: History, context: Context) -> Defaults:
    """``source``, ``asserted`` and ``on`` where they are left out."""
    fields = dict(given)
    from_clock: set[str] = set()
    if event_type.role is Role.REPAIR:
        _default_like_the_target(fields, history, context, from_clock)
    if history.stream.startswith("source/"):
        fields.pop("source", None)
        dated = fields.get("published") or fields.get("retrieved") if event_type is not Regraded else None
        if "asserted" not in fields:
            fields["asserted"] = fields.get("on") or dated or _today(context, from_clock, "asserted")
        fields.setdefault("on", fields["asserted"])
    else:
        _cite(fields, event_type, history, context)
    if "on" not in fields:
        if event_type.role is Role.OCCURRENCE:
            raise MissingField(
                f"{event_type.name} needs on",
                remedy="say when it happened, as precisely as the source does: 2018-10, or ../2021 for 'by 2021'",
                stream=history.stream,
                field="on",
            )
        fields["on"] = fields["asserted"]
    if "asserted" in from_clock and "on" not in given:
        from_clock.add("on")
    return Defaults({name: value for name, value in fields.items() if value is not None}, frozenset(from_clock))


def _default_like_the_target(fields: dict[str, Any], history: History, context: Context, from_clock: set[str]) -> None:
    """A repair that cites nobody speaks for the source of the entry it repairs.

    One of our own copy was true when that entry was asserted; one that brings news is true from today.
    """
    target = history.entries[fields.get("target") or fields["preferred"]]
    if "source" in fields:
        return
    fields["source"] = target.event.source
    if "asserted" not in fields:
        own_copy = str(fields.get("reason")) in OUR_COPY
        fields["asserted"] = target.event.asserted if own_copy else _today(context, from_clock, "asserted")


def _today(context: Context, from_clock: set[str], name: str) -> When:
    from_clock.add(name)
    return When.day(context.today)


def _cite(fields: dict[str, Any], event_type: type[Statement], history: History, context: Context) -> None:
    source = fields.get("source")
    if source is None:
        raise MissingField(
            f"{event_type.name} names no source",
            remedy="add source: the key of a registered source; who observes for themselves registers themselves",
            stream=history.stream,
            field="source",
        )
    published = context.published(_source_key(source, history.stream))
    if "asserted" in fields:
        return
    if published is None:
        raise MissingField(
            f"source {source!r} has no date of publication, so this entry must say when the source said so",
            remedy="add asserted, such as 2021-11-12",
            stream=history.stream,
            field="asserted",
        )
    fields["asserted"] = published


def _source_key(source: Any, stream: str) -> str:
    """The key of a source that there may be; refuses what no source can be called, however long it is."""
    key = _as_text(source)
    if KEY.fullmatch(key) is None:
        raise UnknownSource(
            f"no source {quoted(source)} is registered",
            remedy="cite a source by its key, such as theprint-2021-11-12: up to 200 characters without blanks",
            stream=stream,
            field="source",
        )
    return key


def _checked(event: Statement, stream: StreamId, history: History, context: Context) -> Statement:
    """The event in the form it is stored in; refuses values that no history could make right."""
    event = with_checked_codes(history.stream, event, context.codes)
    if isinstance(event, Expected):
        event = event.model_copy(update={"what": checked_what(stream, event.what, context.codes)})
    if isinstance(event, Corrected):
        event = _checked_correction(event, stream, history, context)
    for name in ("on", "asserted"):
        when: When = getattr(event, name)
        if when.first > context.today.toordinal():
            raise FutureDate(
                f"{event.name} is dated {when}, which is after today, {context.today}",
                remedy="what is yet to come is recorded as 'expected', with what and due",
                stream=history.stream,
                field=name,
            )
    return event


def _checked_correction(event: Corrected, stream: StreamId, history: History, context: Context) -> Corrected:
    """The correction with its new values in the form they are stored in."""
    before = history.current(history.resolve(event.target, field="target"))
    check_field_names(history.stream, type(before), event.set)
    _check_cleared(event, before, history)
    changes = _with_references(event.set, type(before), history)
    changes |= {name: None for name, value in event.set.items() if value is None}
    try:
        after = with_changes(before, with_lists(type(before), changes))
    except ValidationError as error:
        raise unreadable(history.stream, error, type(before)) from error
    after = _checked(after, stream, history, context)
    if after.source is not None:
        context.published(after.source)
    stored = fields_of(after)
    return event.model_copy(update={"set": {name: stored.get(name) for name in event.set}})


def _check_cleared(event: Corrected, before: Statement, history: History) -> None:
    """Refuse to clear what an entry cannot do without; its source is among that where it has one."""
    for name, value in event.set.items():
        needed = type(before).model_fields[name].is_required() or (name == "source" and before.source)
        if value is None and needed:
            raise MissingField(
                f"{before.name} needs {name}, which a correction cannot clear",
                remedy="give it another value, or take the whole entry back by 'retracted'",
                stream=history.stream,
                field=name,
            )


def _check_text(payload: Payload, text: str, stream: str) -> None:
    """Refuse what no database and no file holds as text: NUL, and halves of surrogate pairs."""
    if text.isascii() and "\\u0000" not in text:
        return
    for name, written in payload.texts.items():
        if UNSTORABLE.search(written):
            raise UnreadableValue(
                "the text holds a character that cannot be stored (NUL or half a surrogate pair)",
                remedy="take it out",
                stream=stream,
                field=name,
            )


def _check_erased(fields: dict[str, Any], seals: Seals, stream: str) -> None:
    """Refuse the word for a forgotten name as a name, unless another ledger's seal comes with it."""
    for place in places(fields):
        if place.text == ERASED and (place.path not in seals or seals[place.path].box is None):
            raise UnreadableValue(
                f"{ERASED!r} stands for the name of somebody who was forgotten, and names nobody",
                remedy="leave the speaker out; the role alone may be given",
                stream=stream,
                field=place.path,
            )


def _known(known: Entry | Draft, stream: str, event: Statement, entry_id: str, from_clock: frozenset[str]) -> Decision:
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
    return Decision(None, known)


def _check_correction(event: Corrected, history: History) -> None:
    """Refuse a correction that changes nothing, or one whose new references do not fit."""
    target = history.standing(event.target, field="target")
    before = history.current(target)
    after = with_changes(before, event.set)
    if after == before:
        raise WrongTarget(
            f"{target.address} says so already",
            remedy="a correction gives a field another value",
            stream=history.stream,
            entry=target.address,
            field="set",
        )
    if not event.set.keys().isdisjoint((*REFERENCES, "over")):
        _check_references(after, history, target.version)


def _check_references(event: Statement, history: History, version: int) -> None:
    """Refuse an entry about an entry that is retracted, of a kind that does not fit, or not earlier."""
    if event.same_as is not None:
        _check_kind(history, event.same_as, (type(event),), "same_as", f"same_as names another {event.name}")
    match event:
        case ExpectationRevised() | ExpectationWithdrawn():
            rule = "the target is an expectation"
            _check_kind(history, event.target, (Expected, ExpectationRevised), "target", rule)
            _check_earlier(history, event.target, "target", version)
        case Resolved():
            _check_resolution(event, history)
            for reference in (event.preferred, *event.over):
                _check_earlier(history, reference, "preferred", version)
        case Corrected() | Retracted() | Disputed():
            history.standing(event.target, field="target")
            _check_earlier(history, event.target, "target", version)
        case _:
            pass


def _check_earlier(history: History, reference: str, field: str, version: int) -> None:
    """An entry about an entry comes after it; only a correction of the reference could turn that around."""
    other = history.entries[reference]
    if other.version >= version:
        raise WrongTarget(
            f"{other.address} was recorded no earlier than the entry that would speak of it",
            remedy="take that entry back by 'retracted', and record it anew",
            stream=history.stream,
            entry=other.address,
            field=field,
        )


def _check_kind(history: History, reference: str, kinds: tuple[type[Statement], ...], field: str, rule: str) -> None:
    target = history.standing(reference, field=field)
    if not isinstance(target.event, kinds):
        raise WrongTarget(
            f"{target.address} is '{target.event.name}'",
            remedy=f"{rule}; 'armsledger log {history.stream}' lists the entries",
            stream=history.stream,
            entry=target.address,
            field=field,
        )


def _check_resolution(event: Resolved, history: History) -> None:
    preferred = history.standing(event.preferred, field="preferred")
    key = history.key_of(preferred.id, history.current(preferred))
    for reference in event.over:
        other = history.standing(reference, field="over")
        if other.id == preferred.id or history.key_of(other.id, history.current(other)) != key:
            raise WrongTarget(
                f"{other.address} and {preferred.address} are not two statements about one occurrence",
                remedy="link them first: armsledger correct ... --set same_as=ENTRY",
                stream=history.stream,
                entry=other.address,
                field="over",
            )


def _registered_before(event: Registered, history: History) -> Entry | Draft | None:
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


def _stated_before(event: Statement, entry_id: str, history: History) -> Entry | Draft | None:
    """The entry in which the same source says all of this, and more: a source states an occurrence once."""
    for entry, known in history.accounts(event, entry_id):
        stated = fields_of(known)
        said = erased_alike(fields_of(event), stated)
        if event.status == known.status and all(stated.get(name) == value for name, value in said.items()):
            return entry
    return None


def _check_contradiction(event: Statement, entry_id: str, history: History) -> None:
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
