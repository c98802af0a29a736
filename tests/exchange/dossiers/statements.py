"""Any statement of the catalogue, for tests of what must hold for all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import JsonValue, StringConstraints

from armsledger.domain.entry import Entry
from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.expectation import What
from armsledger.domain.events.source import Registered
from armsledger.domain.events.statement import Statement, parts_of
from armsledger.domain.values.party import Party
from armsledger.domain.values.stream import KEY
from armsledger.domain.values.when import When

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
WORDS = st.builds("{}{}".format, st.sampled_from("aB7é~-[*"), st.text(CHARACTERS, max_size=12)).map(str.strip)
DATES = ["2018", "2018-10-05", "201X", "2018-XX-05", "../2018-10", "2018/..", "[2018,2020]", "2018-10~", "2018?"]
NUMBERS = st.decimals(0, 100, places=3, allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | WORDS,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(WORDS, parts, max_size=3),
    max_leaves=5,
)
KEYS = WORDS.map(lambda text: "".join(text.split())).filter(lambda text: KEY.fullmatch(text) is not None)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values that a field of this type accepts, in the types of JSON or the domain's own."""
    origin = get_origin(annotation)
    if origin is Annotated:
        of_type, *marks = get_args(annotation)
        patterns = [str(mark.pattern) for mark in marks if isinstance(mark, StringConstraints) and mark.pattern]
        return st.from_regex(patterns[0], fullmatch=True) if patterns else values(of_type)
    if origin in (Union, UnionType):
        return st.one_of([values(part) for part in get_args(annotation)])
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    if origin is tuple:
        return st.lists(values(get_args(annotation)[0]), min_size=1, max_size=3)
    if annotation == dict[str, JsonValue]:
        return st.dictionaries(WORDS, JSON, min_size=1, max_size=3)
    return SIMPLE[annotation] if annotation in SIMPLE else given_fields(annotation)


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    NoneType: st.none(),
    str: WORDS,
    bool: st.booleans(),
    int: st.integers(1, 6),
    Decimal: NUMBERS.map(str),
    When: st.sampled_from(DATES),
    Party: st.sampled_from(["IND", "RUS", "SUN", "unknown", "actor:PLO", "Lashkar-e-Taiba"]),
    What: st.builds(
        lambda event, more: {"event": event, **more},
        st.sampled_from(["delivered", "held"]),
        st.dictionaries(WORDS, st.integers(1, 99) | WORDS, max_size=2),
    ),
}
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "currency": st.sampled_from(["USD", "INR", "SUR"]),
    "amount": st.decimals(0, 10**12, places=2).map(str),
    "unit": WORDS.map("unit {}".format),
    "to": st.builds("{}/{}".format, st.sampled_from(sorted(CATALOGUE.by_kind)), KEYS),
    "deal": KEYS,
    "sha256": st.text("0123456789abcdef", min_size=64, max_size=64),
}
"""Fields whose text has a form that their type alone does not tell."""


def given_fields(kind: type) -> st.SearchStrategy[dict[str, Any]]:
    """The parts of a type, with those that may be left out given or not."""
    strategies = {
        name: SPECIAL[name] if _is_special(name, info.annotation) else values(info.annotation)
        for name, info in parts_of(kind).items()
    }
    required = {name: strategies[name] for name, info in parts_of(kind).items() if info.is_required()}
    optional = {name: strategies[name] for name in strategies if name not in required}
    return st.fixed_dictionaries(required, optional=optional).filter(_ends_after_it_begins)


def _ends_after_it_begins(fields: dict[str, Any]) -> bool:
    """Whether the ends of a range, if there are two, are in their order."""
    low: Any = fields.get("amount", fields.get("count"))
    high: Any = fields.get("amount_high", fields.get("count_high"))
    return high in (None, "open") or Decimal(low) < Decimal(high)


def _is_special(name: str, annotation: Any) -> bool:
    return name in SPECIAL and any(part in (str, Decimal) for part in (annotation, *get_args(annotation)))


@st.composite
def entries(draw: st.DrawFn, position: int = 1) -> Entry:
    """An entry of any event, as a ledger holds it."""
    kind = draw(st.sampled_from(sorted(CATALOGUE.by_kind)))
    event = draw(st.sampled_from(sorted(CATALOGUE.by_kind[kind].values(), key=lambda event: event.name)))
    recorded_at = draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
    return Entry(
        f"{kind}/{draw(KEYS)}", 1, position, draw(WORDS), recorded_at, draw(WORDS), draw(statements(kind, event))
    )


def statements(kind: str, event: type[Statement]) -> st.SearchStrategy[Statement]:
    """Statements of one event; those of a source's own stream cite nobody."""
    without = {"source"} if kind == "source" or event is Registered else set()
    return given_fields(event).map(
        lambda fields: event.model_validate({name: fields[name] for name in fields if name not in without})
    )
