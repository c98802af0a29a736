"""D"""

from __future__ import annotations

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
    key = as_text(source)
    if KEY.fullmatch(key) is None:
        raise UnknownSource(
            f"no source {quoted(source)} is registered",
            remedy="cite a source by its key, such as theprint-2021-11-12: up to 200 characters without blanks",
            stream=stream,
            field="source",
        )
    return key
