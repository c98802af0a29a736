"""What an entry says where its writer leaves it out: its source, when the source said so, and when it happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from armsledger.domain.decisions.history import Context, History
from armsledger.domain.decisions.references import as_text
from armsledger.domain.errors import MissingField, UnknownSource, quoted
from armsledger.domain.events.repair import OUR_COPY
from armsledger.domain.events.source import Regraded
from armsledger.domain.events.statement import Role, Statement
from armsledger.domain.values.stream import KEY
from armsledger.domain.values.when import When


class Defaults(NamedTuple):
    """An entry's fields with the defaults filled in, and those of them that only the clock gave."""

    fields: dict[str, Any]
    from_clock: frozenset[str]


def with_defaults(given: dict[str, Any], event_type: type[Statement], history: History, context: Context) -> Defaults:
    """The fields with ``source``, ``asserted`` and ``on`` where they are left out; raises MissingField."""
    fields = dict(given)
    target = _target(given, event_type, history)
    if target is not None:
        fields["source"] = target.source
    is_of_source = history.stream.startswith("source/")
    published = None if is_of_source else _published(fields.get("source"), event_type, context)
    from_clock: frozenset[str] = frozenset()
    if "asserted" not in fields:
        if target is not None:
            asserted = _asserted_of_repair(fields, target)
        elif is_of_source:
            asserted = _asserted_of_source(fields, event_type)
        else:
            asserted = _asserted_at(published, fields["source"])
        if asserted is None:
            asserted = When.day(context.today)
            from_clock = frozenset({"asserted", "on"} - given.keys())
        fields["asserted"] = asserted
    if "on" not in fields:
        check_dated(fields, event_type, history)
        fields["on"] = fields["asserted"]
    if is_of_source:
        fields.pop("source", None)
    return Defaults({name: value for name, value in fields.items() if value is not None}, from_clock)


def check_dated(given: Mapping[str, Any], event_type: type[Statement], history: History) -> None:
    """Refuse an entry that tells what happened, and not when."""
    if "on" not in given and event_type.role is Role.OCCURRENCE and not history.stream.startswith("source/"):
        raise MissingField(
            f"{event_type.name} needs on",
            remedy="say when it happened, as precisely as the source does: 2018-10, or ../2021 for 'by 2021'",
            field="on",
        )


def check_said(given: Mapping[str, Any], event_type: type[Statement], history: History, context: Context) -> None:
    """Refuse an entry that cites no source or an unknown one, or of which nobody knows when it was said."""
    is_repair = event_type.role is Role.REPAIR and "source" not in given
    if not is_repair and not history.stream.startswith("source/"):
        published = _published(given.get("source"), event_type, context)
        if "asserted" not in given:
            _asserted_at(published, given["source"])


def _target(given: dict[str, Any], event_type: type[Statement], history: History) -> Statement | None:
    """The event that a repair speaks of, if the repair cites nobody: then it speaks for the source of that event."""
    if event_type.role is not Role.REPAIR or "source" in given:
        return None
    return history.entries[given.get("target") or given["preferred"]].event


def _asserted_of_repair(fields: dict[str, Any], target: Statement) -> When | None:
    """A repair of our own copy was true when its target was asserted; None, today, for a repair that brings news."""
    return target.asserted if str(fields.get("reason")) in OUR_COPY else None


def _asserted_of_source(fields: dict[str, Any], event_type: type[Statement]) -> Any:
    """What tells of a source was true when it happened, else when the source appeared; None, today, for a new grade."""
    dated = None if event_type is Regraded else fields.get("published") or fields.get("retrieved")
    return fields.get("on") or dated


def _asserted_at(published: When | None, source: Any) -> When:
    """A source says what it says on the day on which it is published."""
    if published is None:
        raise MissingField(
            f"source {source!r} has no date of publication, so this entry must say when the source said so",
            remedy="add published to the source, or asserted to each entry, such as 2021-11-12",
            field="asserted",
        )
    return published


def _published(source: Any, event_type: type[Statement], context: Context) -> When | None:
    """When the source that an entry cites was published; refuses an entry that cites none, or an unknown one."""
    if source is None:
        raise MissingField(
            f"{event_type.name} names no source",
            remedy="add source: the key of a registered source; who observes for themselves registers themselves",
            field="source",
        )
    key = as_text(source)
    if KEY.fullmatch(key) is None:
        raise UnknownSource(
            f"no source {quoted(source)} is registered",
            remedy="cite a source by its key, such as theprint-2021-11-12: up to 200 characters without blanks",
            field="source",
        )
    return context.published(key)
