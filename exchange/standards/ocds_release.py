"""Releases of OCDS: how the body of a deal changed at each instant at which the belief about the deal changed.

Merged one after the other, as the standard says (https://standard.open-contracting.org/1.1/en/schema/merging/), the
releases of a deal give its present body: a release sets to null what is no longer believed. A merge cannot remove an
object that has an identifier, so the identifier of a withdrawn object stays, with ``"withdrawn": true`` in the
extension field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TextIO

from armsledger.exchange.standards.ocds_terms import EXTENSION
from armsledger.exchange.tables.text import json_text

KEPT: Final = frozenset({"id", "awardID"})
"""Fields that an object must have, even if it is withdrawn."""
WITHDRAWN: Final = "withdrawn"
COMPILED: Final = "compiled"
ENDED: Final = frozenset({"cancelled", "terminated"})
OCDS_VERSION: Final = "1.1"


class BodyChange(NamedTuple):
    """A deal's body from an instant on: the instant (UTC, RFC 3339), a position recorded at it, and the body."""

    instant: str
    position: int
    body: Mapping[str, Any] | None


def releases_of(ocid: str, changes: Iterable[BodyChange]) -> Iterator[dict[str, Any]]:
    """The releases of a deal, in order of time: one for each change that leaves another body than before."""
    merged: dict[str, Any] = {}
    before: Mapping[str, Any] = {}
    for change in changes:
        body = change.body or {}
        if body == before:
            continue
        release = released(merged, body)
        yield {**_head(ocid, f"{ocid}-{change.position}", change.instant, tags_of(before, body)), **release}
        merged, before = without_nulls(release), body


def compiled_release(ocid: str, date: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as a merge of the releases gives it, without what was withdrawn."""
    return {**_head(ocid, f"{ocid}-{date}", date, [COMPILED]), **body}


def _head(ocid: str, name: str, date: str, tags: list[str]) -> dict[str, Any]:
    return {"ocid": ocid, "id": name, "date": date, "tag": tags, "initiationType": "tender", "language": "en"}


def released(merged: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The body, with nulls for what earlier releases hold and the body does not."""
    change = {name: _changed(merged.get(name), part) for name, part in now.items()}
    gone = {name: _nulled(name, part) for name, part in merged.items() if name not in now}
    return change | gone


def _changed(merged: Any, now: Any) -> Any:
    if isinstance(merged, dict) and isinstance(now, dict):
        return released(merged, now)
    if _is_list_of_objects(merged) or _is_list_of_objects(now):
        return _changed_list(merged or [], now)
    return now


def _changed_list(merged: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    earlier = {one["id"]: one for one in merged}
    present = {one["id"] for one in now}
    changed = [released(earlier.get(one["id"], {}), one) for one in now]
    return changed + [_withdrawn(one) for one in merged if one["id"] not in present]


def _withdrawn(one: Mapping[str, Any]) -> dict[str, Any]:
    nulled = {name: _nulled(name, part) for name, part in one.items() if name != EXTENSION}
    extension = {name: _nulled(name, part) for name, part in one.get(EXTENSION, {}).items()}
    return {**nulled, EXTENSION: {**extension, WITHDRAWN: True}}


def _nulled(name: str, value: Any) -> Any:
    if name in KEPT:
        return value
    if isinstance(value, dict):
        return _withdrawn(value) if "id" in value else {part: _nulled(part, one) for part, one in value.items()}
    if _is_list_of_objects(value):
        return [_withdrawn(one) for one in value]
    return None


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def without_nulls(value: Any) -> Any:
    """The value as a merge keeps it."""
    if isinstance(value, dict):
        parts = {name: without_nulls(part) for name, part in value.items() if part is not None}
        return {name: part for name, part in parts.items() if part != {}}
    if isinstance(value, list):
        return [without_nulls(part) for part in value]
    return value


def tags_of(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The tags of a release, by what changed since the one before it; at least one tag."""
    contracts = (_contract(before), _contract(now))
    tags = _planning_tags(before, now)
    if contracts[0] is None and contracts[1] is not None:
        tags += ["award", "contract"]
    elif contracts[1] is None and contracts[0] is not None:
        tags += ["awardUpdate", "contractUpdate"]
    elif contracts[0] is not None and contracts[1] is not None:
        tags += ["awardUpdate"] if before.get("awards") != now.get("awards") else []
        tags += _contract_tags(contracts[0], contracts[1])
    parts = [{} if contract is None else contract.get("implementation", {}) for contract in contracts]
    if parts[0] != parts[1]:
        tags.append("implementationUpdate" if parts[0] else "implementation")
    return tags or ["planningUpdate" if contracts[1] is None else "contractUpdate"]


def _planning_tags(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    if not before:
        return ["planning"]
    return ["planningUpdate"] if before.get("planning") != now.get("planning") else []


def _contract_tags(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if before.get("amendments") != now.get("amendments"):
        yield "contractAmendment"
    if now.get("status") in ENDED and before.get("status") not in ENDED:
        yield "contractTermination"
    elsewhere = {"amendments", "status", "implementation"}
    if any(before.get(name) != now.get(name) for name in {*before, *now} - elsewhere):
        yield "contractUpdate"


def _contract(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    contracts = body.get("contracts")
    return contracts[0] if contracts else None


def write_package(head: Mapping[str, Any], name: str, members: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    """Write a package whose list is called ``releases`` or ``records``, a member a line; returns their number."""
    out.write("{\n")
    for field, value in head.items():
        out.write(f"{json_text(field)}: {json_text(value)},\n")
    out.write(f"{json_text(name)}: [")
    count = 0
    for count, member in enumerate(members, 1):
        out.write(",\n" if count > 1 else "\n")
        out.write(json_text(member))
    out.write("\n]\n}\n")
    return count
