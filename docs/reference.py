"""The reference of all events, made from the catalogue: ``python docs/reference.py`` writes docs/events.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from armsledger.domain.decisions.fields import SET_BY_THE_LEDGER
from armsledger.domain.events.catalogue import COMMON, OWN
from armsledger.domain.events.persons import personal_paths
from armsledger.domain.events.statement import BY_TRANCHE, ONCE, Role, Statement, own_fields, types_in
from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party

PAGE = Path(__file__).resolve().parent / "events.md"
KNOWN_BY = {
    None: "",
    ONCE: "once",
    BY_TRANCHE: "by tranche",
    ("listed_in",): "by register",
    ("form", "scope", "partner"): "by form, scope and partner",
    ("by", "against", "forum"): "by parties and forum",
    ("milestone", "tranche"): "by milestone and tranche",
}
HEAD = """# Events and their fields

Made from the catalogue by `python docs/reference.py`; how a dossier is written stands in [dossier.md](dossier.md).

**Bold** fields are required. Where several can be meant, a field takes *one or a list*; the first of the list leads.
"Recognised" says how statements about one occurrence are told to be that: *once* (it can happen only once in a
stream), *by tranche*, *by register*, or by what else stands there, if all of it is named; without a word, every
statement is an occurrence of its own unless `same_as` says otherwise. So is each plan, each total (`so_far`) and each
instalment of a tranche (`part`).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_common_fields(), *(line for kind in OWN for line in _kind(kind)), *_any_stream()]) + "\n"


def _common_fields() -> Iterator[str]:
    yield "## Every entry\n\n| field | |\n| --- | --- |"
    for name, info in Statement.model_fields.items():
        yield f"| `{name}` | {info.description}{_choices(info.annotation)}{_persons(name)} |"
    yield "| `id` | makes the entry idempotent; default: made from its content |\n"


def _kind(kind: str) -> Iterator[str]:
    yield f"## {kind}\n\n| event | | recognised | fields |\n| --- | --- | --- | --- |"
    yield from map(_row, OWN[kind])
    yield ""


def _any_stream() -> Iterator[str]:
    yield "## in any stream\n\n| event | | recognised | fields |\n| --- | --- | --- | --- |"
    yield from map(_row, COMMON)


def _row(event: type[Statement]) -> str:
    summary = (event.__doc__ or "").strip().splitlines()[0].replace("``", "`")
    known = "" if event.role is not Role.OCCURRENCE else KNOWN_BY[event.identity]
    return f"| `{event.name}` | {summary} | {known} | {'; '.join(_fields(event))} |"


def _fields(event: type[Statement]) -> Iterator[str]:
    for name in own_fields(event):
        info = event.model_fields[name]
        required = info.is_required() and name not in SET_BY_THE_LEDGER
        shown = f"**`{name}`**" if required else f"`{name}`"
        yield f"{shown} {info.description}{_choices(info.annotation)}{_several(info.annotation)}{_persons(name)}"


def _several(annotation: object) -> str:
    """Whether a field takes a list, or one value or a list."""
    kinds = list(types_in(annotation))
    if Ellipsis not in kinds:
        return ""
    return " (one or a list)" if kinds.count(Party) + kinds.count(Money) > 1 else " (list)"


def _choices(annotation: object) -> str:
    members = get_args(annotation) or (annotation,)
    words = [word for member in members for word in (get_args(member) or (member,)) if isinstance(word, str)]
    return f" ({', '.join(words)})" if words else ""


def _persons(field: str) -> str:
    """What is told of a field that names a person."""
    named = ", ".join(f"`{'.'.join(path)}`" for path in personal_paths() if path[0] == field)
    return f"; {named} names a person and can be [erased](erasure.md)" if named else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
