"""Rows: frozen, typed, iterable, filtered, shown in a notebook, and turned into frames."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, dataclass, fields
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from armsledger import Ledger, View
from armsledger.domain.errors import UsageError
from armsledger.domain.values.money import Money
from armsledger.domain.values.quantity import Quantity
from armsledger.domain.values.when import When
from armsledger.projections.rows import Row, Rows
from tests.application.book import book, entry, opened

TABLES = (
    "deals",
    "payments",
    "deliveries",
    "sanctions",
    "expectations",
    "engagements",
    "frameworks",
    "sources",
    "findings",
    "log",
)


@dataclass(frozen=True)
class Thing(Row):
    """A row of a table of nothing in particular."""

    name: str
    count: int | None
    sure: bool
    value: Money | None = None
    share: Decimal | None = None
    on: When | None = None
    parts: tuple[Quantity, ...] = ()
    tranche: int | str | None = None


THINGS = Rows(
    Thing,
    [
        Thing("one", 1, True, Money(amount=Decimal("1500000"), currency="USD", approximate=True), Decimal("12.50")),
        Thing("two", None, False, on=When.parse("2018~"), parts=(Quantity(count=2, unit="unit"),), tranche="advance"),
        Thing("three", 3, True, parts=(Quantity(count=1, unit="unit"), Quantity(count=9, unit="tank")), tranche=3),
    ],
)


def table(view: View, name: str) -> Rows[Any]:
    """One of the tables of a view."""
    rows = getattr(view, name)()
    assert isinstance(rows, Rows)
    return rows


# a sequence


def test_rows_are_a_sequence() -> None:
    assert len(THINGS) == 3
    assert [row.name for row in THINGS] == ["one", "two", "three"]
    assert (THINGS[0].name, THINGS[-1].name) == ("one", "three")
    assert THINGS[0] in THINGS
    assert [row.name for row in reversed(THINGS)] == ["three", "two", "one"]
    with pytest.raises(IndexError):
        THINGS[3]


def test_a_slice_of_rows_is_rows() -> None:
    part = THINGS[1:]
    assert isinstance(part, Rows)
    assert ([row.name for row in part], part.columns) == (["two", "three"], THINGS.columns)
    assert len(THINGS[5:]) == 0


def test_rows_are_equal_if_they_hold_the_same() -> None:
    assert Rows(Thing, list(THINGS)) == THINGS
    assert hash(THINGS) == hash(Rows(Thing, list(THINGS)))
    assert THINGS[1:] != THINGS
    assert list(THINGS) != THINGS


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        THINGS[0].name = "other"  # type: ignore[misc]  # that is the test


@pytest.mark.parametrize("name", TABLES)
def test_no_row_of_any_table_can_be_changed(name: str, story: Ledger) -> None:
    row = table(story.at(), name)[0]
    for field in fields(row):
        with pytest.raises(FrozenInstanceError):
            setattr(row, field.name, None)


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_every_table_may_stand_in_a_set(name: str, story: Ledger) -> None:
    rows = table(story.at(), name)
    assert len({*rows}) == len(rows)
    assert hash(rows) == hash(table(story.at(), name))


@pytest.mark.parametrize("name", TABLES)
def test_every_field_has_the_type_that_it_promises(name: str, story: Ledger) -> None:
    rows = table(story.at(), name)
    hints = get_type_hints(type(rows[0]))
    hints = {name: hints[name] for name in rows.columns}
    for row in rows:
        for field, hint in hints.items():
            assert _fits(getattr(row, field), hint), (field, getattr(row, field), hint)


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any:
        return True
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return value in arguments
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(part, arguments[0]) for part in value)
    if origin is dict:
        return isinstance(value, dict)
    if arguments:
        return any(_fits(value, argument) for argument in arguments)
    return isinstance(value, hint)


def test_rows_say_what_they_are() -> None:
    assert repr(THINGS) == "<3 Thing: name, count, sure, value, share, on, parts, tranche>"


def test_a_row_says_what_it_tells() -> None:
    assert repr(THINGS[0]) == "<Thing: name: one, count: 1, sure: yes, value: ~USD 1.5m, share: 12.5>"
    assert repr(Thing("x" * 1000, None, True)) == f"<Thing: name: {'x' * 71}..., sure: yes>"
    assert repr(Thing("a\x1b[2J\nb", None, True)) == "<Thing: name: a\\x1b[2J b, sure: yes>"


@pytest.mark.parametrize("name", TABLES)
def test_whatever_a_row_tells_it_shows_itself_briefly(name: str, story: Ledger) -> None:
    rows = table(story.at(), name)
    assert all(len(repr(row)) < 500 for row in (rows, *rows))
    assert all(repr(row).startswith(f"<{type(row).__name__}: ") for row in rows)


# filters


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["one", "two", "three"]),
        ({"name": "two"}, ["two"]),
        ({"name": "TWO"}, ["two"]),
        ({"count": 3}, ["three"]),
        ({"count": "3"}, ["three"]),
        ({"sure": True}, ["one", "three"]),
        ({"sure": "false"}, ["two"]),
        ({"value": "~USD 1.5m"}, ["one"]),
        ({"on": "2018~"}, ["two"]),
        ({"on": When.parse("2018~")}, ["two"]),
        ({"parts": "9 tanks"}, ["three"]),
        ({"tranche": 3}, ["three"]),
        ({"tranche": "advance"}, ["two"]),
        ({"name": None}, ["one", "two", "three"]),
        ({"name": "one", "count": 3}, []),
        ({"name": "four"}, []),
    ],
)
def test_rows_are_filtered_by_fields(filters: dict[str, Any], names: list[str]) -> None:
    assert [row.name for row in THINGS.where(**filters)] == names


def test_rows_are_filtered_by_a_condition() -> None:
    assert [row.name for row in THINGS.where(lambda row: (row.count or 0) > 1)] == ["three"]
    assert [row.name for row in THINGS.where(lambda row: row.sure, name="one")] == ["one"]


def test_a_filter_by_a_field_that_rows_do_not_have_names_those_they_have() -> None:
    with pytest.raises(UsageError, match="Thing has no field 'nmae'") as refusal:
        THINGS.where(nmae="one")
    assert refusal.value.remedy == "did you mean name?"
    with pytest.raises(UsageError) as refusal:
        THINGS.where(quantity=1)
    assert refusal.value.remedy == "its fields are name, count, sure, value, share, on, parts, tranche"
    assert len(THINGS.where(nmae=None)) == 3


@pytest.mark.parametrize("name", TABLES)
def test_every_table_refuses_an_unknown_filter_even_when_it_is_empty(name: str, story: Ledger) -> None:
    for view in (story.at(), story.at("1900", known=0)):
        with pytest.raises(UsageError, match=f"{name} has no filter 'nonsense'"):
            getattr(view, name)(nonsense=1)


def test_the_tables_are_filtered_as_on_the_command_line(story: Ledger) -> None:
    view = story.at()
    assert [row.deal for row in view.deals(buyer="TUR", supplier="RUS")] == ["turkey-s400"]
    assert [row.deal for row in view.deals(item="s-400", stage="delivering")] == ["india-s400"]
    assert {row.source for row in view.log(event="expected", source="pravda-2025-06-26")} == {"pravda-2025-06-26"}
    assert {row.outcome for row in view.expectations(overdue=True)} == {"overdue"}
    overdue = view.expectations(overdue=True, stream="deal/india-s400")
    assert overdue == view.expectations(outcome="overdue").where(stream="deal/india-s400")
    assert view.findings("deal/india-s400", code="contested") == view.findings(
        code="contested", stream="deal/india-s400"
    )


# plain values


def test_rows_become_the_types_of_json() -> None:
    dicts = THINGS.to_dicts()
    assert json.loads(json.dumps(dicts)) == dicts
    assert dicts[0] == {
        "name": "one",
        "count": 1,
        "sure": True,
        "value": {"amount": "1500000", "currency": "USD", "approximate": True},
        "share": "12.5",
        "on": None,
        "parts": [],
        "tranche": None,
    }
    assert dicts[1]["parts"] == [{"count": 2, "unit": "unit", "approximate": False}]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_becomes_json(name: str, story: Ledger) -> None:
    rows = table(story.at(), name)
    assert json.loads(json.dumps(rows.to_dicts())) == rows.to_dicts()
    assert all(tuple(row) == rows.columns for row in rows.to_dicts())


# in a notebook


def test_a_notebook_shows_a_table() -> None:
    shown = THINGS._repr_html_()
    assert shown.startswith("<table><thead><tr><th>name</th><th>count</th><th>sure</th>")
    assert "<td>one</td><td>1</td><td>yes</td><td>~USD 1.5m</td><td>12.5</td><td></td>" in shown
    assert shown.count("<tr>") == 4


def test_a_notebook_shows_fifty_rows_and_how_many_more_there_are() -> None:
    shown = Rows(Thing, [Thing(str(number), None, True) for number in range(1_251)])._repr_html_()
    assert shown.count("<tr><td>") == 50
    assert shown.endswith('<tfoot><tr><td colspan="8">and 1,201 more</td></tr></tfoot></table>')
    assert "more" not in THINGS._repr_html_()


def test_a_notebook_shows_a_row_field_by_field() -> None:
    shown = THINGS[1]._repr_html_()
    assert shown.startswith("<table><thead><tr><th>Thing</th><th></th></tr></thead>")
    assert "<tr><td>parts</td><td>2 units</td></tr><tr><td>tranche</td><td>advance</td></tr>" in shown
    assert "value" not in shown


def test_what_a_source_wrote_is_no_markup_in_a_notebook() -> None:
    script = "<script>alert('&')</script>"
    ledger = book(opened(title=script, items=[script]), entry("deal/x", "disputed", target="opening", reason=script))
    for rows in (ledger.at().deals(), ledger.at().findings(), ledger.log(), ledger.at().sources()):
        assert "<script>" not in rows._repr_html_()
        assert all("<script>" not in row._repr_html_() for row in rows)
    assert "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;" in ledger.at().deals()._repr_html_()
