"""Mappings: what they make of rows, and what is refused before any row is read."""

from __future__ import annotations

import csv
import json
from functools import partial
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import LedgerError
from armsledger.exchange.spreadsheets.mapping import read_mapping
from tests.exchange.spreadsheets.sheets import PAID, field, objects, paid, refusal, refused

ENTRY = "entries:\n  - deal: x\n    event: delivered\n    on: 2019\n    source: s\n"
"""An entry that lacks its quantity, on line 6."""


def test_a_row_is_an_entry() -> None:
    assert paid("india-s400,2019,800") == [
        {"deal": "india-s400", "event": "tranche-paid", "on": "2019", "amount": "USD 800", "source": "desk"}
    ]


def test_a_row_may_be_several_entries_and_conditions_choose_them() -> None:
    mapping = """
entries:
  - {deal: "${Buyer}-${Weapon}", event: opened, on: {column: Year}, supplier: RUS, buyer: {column: Buyer}, source: s}
  - when: {column: Delivered, present: true}
    deal: ${Buyer}-${Weapon}
    event: delivered
    on: {column: Year}
    quantity: {column: Delivered, unit: units}
    source: s
"""
    sheet = "Buyer,Weapon,Year,Delivered\nIndia,S-400,2018,\nChina,S-400,2014,2\n"
    assert [(one["deal"], one["event"], one.get("quantity")) for one in objects(mapping, sheet)] == [
        ("india-s-400", "opened", None),
        ("china-s-400", "opened", None),
        ("china-s-400", "delivered", "2 units"),
    ]


@pytest.mark.parametrize(
    ("when", "deals"),
    [
        ("{column: S, is: done}", ["a"]),
        ("{column: S, is: [done, open]}", ["a", "b"]),
        ("{column: S, not: done}", ["b", "c"]),
        ("{column: S, present: true}", ["a", "b"]),
        ("{column: S, present: false}", ["c"]),
        ("[{column: S, present: true}, {column: D, not: a}]", ["b"]),
    ],
)
def test_conditions_choose_rows(when: str, deals: list[str]) -> None:
    mapping = f"entries:\n  - {{when: {when}, deal: {{column: D}}, event: tested, on: 2019, source: s}}\n"
    assert [one["deal"] for one in objects(mapping, "D,S\na,Done\nb,open\nc,\n")] == deals


@pytest.mark.parametrize(
    ("spec", "cell", "value"),
    [
        ("{column: A, currency: USD}", "5", "USD 5"),
        ("{column: A, currency: {column: B, values: {b: EUR}}}", "5", "EUR 5"),
        ("{column: A, currency: '${B}', multiply: million}", "5", "b 5000000"),
        ("{column: A, values: {none: null}}", "None", None),
        ("{column: A, values: {unclear: USD 1}}", "Unclear", "USD 1"),
        ("{column: A, default: USD 1}", "", "USD 1"),
        ("{column: A}", "", None),
        ("'USD ${A}'", "5", "USD 5"),
        ("'USD ${A}'", "", None),
        ("USD 5", "", "USD 5"),
    ],
)
def test_a_field_is_filled(spec: str, cell: str, value: str | None) -> None:
    assert field(spec, cell) == value


def test_a_text_is_put_together_from_cells() -> None:
    assert field('"${A}: ${B}, $${A}"', "x", name="note") == "x: b, ${A}"
    assert field('"${A}: ${B}"', "", name="note") == ": b"
    assert field("constant", "", name="note") == "constant"


def test_lists_are_split_and_parts_without_text_left_out() -> None:
    assert field('{column: A, split: ";"}', "USA; IND;", name="by", event="commitment-reaffirmed") == ["USA", "IND"]
    assert field("[{column: A}, {column: B}]", "USA", name="by", event="commitment-reaffirmed") == ["USA", "b"]
    assert field("[{column: A}, {column: B}]", "", name="by", event="commitment-reaffirmed") == ["b"]


def test_a_mapping_within_a_field_is_left_out_if_its_cells_are_blank() -> None:
    spec = "[{designation: {column: A}, description: tank}, {designation: {column: B}}]"
    mapping = (
        f"entries:\n  - {{deal: x, event: opened, on: 2019, source: s, supplier: RUS, buyer: IND, items: {spec}}}\n"
    )
    sheets = ("A,B\nT-90,b\n", "A,B\n,b\n")
    assert [objects(mapping, sheet)[0]["items"] for sheet in sheets] == [
        [{"designation": "T-90", "description": "tank"}, {"designation": "b"}],
        [{"designation": "b"}],
    ]


def test_an_expectation_keeps_its_event_though_its_selectors_are_blank() -> None:
    mapping = """
entries:
  - {deal: x, event: expected, what: {event: delivered, tranche: {column: A}}, due: {column: B}, source: s}
"""
    assert [one["what"] for one in objects(mapping, "A,B\n2,2024\n,2025\n")] == [
        {"event": "delivered", "tranche": "2"},
        {"event": "delivered"},
    ]


def test_what_names_no_column_is_said_once_and_a_source_of_several_rows_too() -> None:
    mapping = """
sources:
  - {key: desk, publisher: Desk}
  - {key: "${Paper} ${Day}", publisher: {column: Paper}, published: {column: Day}}
entries:
  - {deal: {column: D}, event: tested, on: 2019, source: "${Paper} ${Day}"}
  - {framework: f, event: signed, on: 2010, source: desk}
"""
    mapping = mapping.replace("${Paper} ${Day}", "${Paper}-${Day}")
    read = objects(mapping, "D,Paper,Day\na,The Wire,2021-01-02\nb,The Wire,2021-01-02\n")
    assert [one.get("key") or f"{one.get('deal', 'f')} {one['source']}" for one in read] == [
        "desk",
        "f desk",
        "the-wire-2021-01-02",
        "a the-wire-2021-01-02",
        "b the-wire-2021-01-02",
    ]


def test_an_entry_may_belong_to_the_stream_of_its_source() -> None:
    mapping = "entries:\n  - {event: regraded, source: {column: A}, reliability: {column: B}}\n"
    assert objects(mapping, "A,B\nwire,C\n") == [{"stream": "source/wire", "event": "regraded", "reliability": "C"}]


def test_dates_and_decimals_are_read_as_the_mapping_says() -> None:
    settings = 'dates: day-first\ndecimal: comma\nnulls: ["-"]\n'
    assert [
        (one["on"], one.get("amount")) for one in paid('x,01/02/2021,"1,5"', "x,2/2/2021,-", settings=settings)
    ] == [
        ("2021-02-01", "USD 1.5"),
        ("2021-02-02", None),
    ]


MISTAKES = {
    "nothing": ("", "m.yaml:1: the mapping is empty", "entries"),
    "a list": ("- x\n", "m.yaml:1: the mapping is a list", "entries"),
    "no entries": ("dates: day-first\n", "m.yaml:1: the mapping makes nothing of the rows", "entries"),
    "constant sources alone": ("sources: [{key: s, publisher: P}]\n", "makes nothing of the rows", "entries"),
    "an unknown setting": ("delimeter: ';'\n" + PAID, "m.yaml:1: the mapping has no key 'delimeter'", "'delimiter'"),
    "another order of dates": ("dates: day\n" + PAID, "m.yaml:1: dates cannot be 'day'", "day-first"),
    "another mark": ("decimal: ','\n" + PAID, "m.yaml:1: decimal cannot be ','", "point, comma"),
    "another delimiter": ("delimiter: x\n" + PAID, "m.yaml:1: delimiter cannot be 'x'", "semicolon"),
    "another encoding": ("encoding: utf-9\n" + PAID, "m.yaml:1: there is no encoding 'utf-9'", "latin-1"),
    "an encoding of bytes": ("encoding: base64\n" + PAID, "m.yaml:1: there is no encoding 'base64'", "latin-1"),
    "no number of lines": ("skip: two\n" + PAID, "m.yaml:1: skip cannot be 'two'", "above the header"),
    "entries that are no list": ("entries: {event: x}\n", "m.yaml:1: 'entries' is not a list", "- "),
    "an entry that is no mapping": ("entries: [x]\n", "m.yaml:1: an entry is a text", "KEY: VALUE"),
    "a source without a key": ("sources:\n  - {publisher: P}\n" + PAID, "m.yaml:2: the source has no key", "${Source}"),
    "an entry without an event": (
        "entries:\n  - {deal: x}\n",
        "m.yaml:2: the entry names no event",
        "event: delivered",
    ),
    "an event in a column": (
        "entries:\n  - deal: x\n    event: {column: A}\n",
        "m.yaml:3: the event is not the same for all rows",
        "when: {column: NAME, is: TEXT}",
    ),
    "an unknown event": (
        "entries:\n  - deal: x\n    event: deliverd\n",
        "m.yaml:3: event: a deal has no event 'deliverd'",
        "did you mean 'delivered'?",
    ),
    "an event of another stream": (
        "entries:\n  - {engagement: x, event: delivered}\n",
        "m.yaml:2: event: a engagement has no event 'delivered'",
        "",
    ),
    "no stream": ("entries:\n  - {event: delivered}\n", "m.yaml:2: the entry names no stream", "deal: ${Buyer}"),
    "two streams": ("entries:\n  - {deal: x, framework: y, event: expected}\n", "names two streams", "leave one"),
    "an unknown field": (
        ENTRY + "    quantity: {column: A}\n    trache: 1\n",
        "m.yaml:7: trache: delivered has no field 'trache'",
        "did you mean 'tranche'?",
    ),
    "a missing field": (
        "entries:\n  - {deal: x, event: approval-granted, on: 2019, source: s}\n",
        "m.yaml:2: authority: approval-granted needs authority",
        "add authority: {column: NAME}",
    ),
    "no date": ("entries:\n  - {deal: x, event: tested, source: s}\n", "on: tested needs on", "on: {column: Date}"),
    "no source": ("entries:\n  - {deal: x, event: tested, on: 2019}\n", "source: tested needs source", "column"),
    "a constant that cannot be read": (
        ENTRY + "    quantity: many\n",
        "m.yaml:6: quantity: 'many' is not a quantity",
        "'5 units'",
    ),
    "a choice that there is not": (
        "entries:\n  - deal: x\n    event: contract-signed\n    on: 2019\n    source: s\n    mode: barter\n",
        "m.yaml:6: mode: 'barter'",
        "",
    ),
    "a constant date that cannot be read": (
        ENTRY.replace("2019", "soon") + "    quantity: 5\n",
        "m.yaml:4: on: cannot read 'soon' as a date",
        "write 20",
    ),
    "an expectation of nothing": (
        "entries:\n  - {deal: x, event: expected, due: {column: A}, source: s, what: {event: paid}}\n",
        "a deal has no event 'paid'",
        "",
    ),
    "an unknown part of a column": (
        ENTRY + "    quantity: {column: A, units: tanks}\n",
        "m.yaml:6: a column has no key 'units'",
        "did you mean 'unit'?",
    ),
    "a unit of a date": (
        ENTRY.replace("on: 2019", "on: {column: A, unit: x}") + "    quantity: 5\n",
        "m.yaml:4: unit belongs to a quantity, and on takes a date",
        "leave unit out",
    ),
    "a currency of a quantity": (
        ENTRY + "    quantity: {column: A, currency: USD}\n",
        "m.yaml:6: currency belongs to an amount of money, and quantity takes a quantity",
        "leave currency out",
    ),
    "a split of one value": (
        ENTRY + "    quantity: {column: A, split: ;}\n",
        "split belongs to a field that takes a list",
        "leave split out",
    ),
    "a factor that is none": (
        ENTRY + "    quantity: {column: A, multiply: dozen}\n",
        "m.yaml:6: cannot multiply by 'dozen'",
        "million",
    ),
    "a precision that is none": (
        ENTRY.replace("on: 2019", "on: {column: A, precision: week}") + "    quantity: 5\n",
        "precision cannot be 'week'",
        "year, month, day",
    ),
    "a unit that is a list": (ENTRY + "    quantity: {column: A, unit: [x]}\n", "unit is neither a text", "column"),
    "values that are a list": (ENTRY + "    quantity: {column: A, values: [x]}\n", "values is not a mapping", "values"),
    "a column without a name": (ENTRY + "    quantity: {column: ''}\n", "m.yaml:6: a column without a name", "NAME"),
    "a column that is null": (ENTRY + "    quantity: {column: null}\n", "m.yaml:6: a text is missing here", "text"),
    "a placeholder without a name": (ENTRY + "    quantity: ${}\n", "m.yaml:6: a column without a name", "NAME"),
    "a placeholder that is open": (ENTRY + "    quantity: '${A'\n", "m.yaml:6: a placeholder", "$${"),
    "a condition without a test": (
        "entries:\n  - {when: {column: A}, deal: x, event: tested, on: 2019, source: s}\n",
        "m.yaml:2: a condition names one column and one of",
        "is: TEXT",
    ),
    "a condition with two tests": (
        "entries:\n  - {when: {column: A, is: x, not: y}, deal: x, event: tested, on: 2019, source: s}\n",
        "a condition names one column and one of",
        "is: TEXT",
    ),
    "a condition that is a text": (
        "entries:\n  - {when: A, deal: x, event: tested, on: 2019, source: s}\n",
        "m.yaml:2: a condition is a text",
        "column: NAME",
    ),
    "a presence that is none": (
        "entries:\n  - {when: {column: A, present: maybe}, deal: x, event: tested, on: 2019, source: s}\n",
        "present cannot be 'maybe'",
        "true",
    ),
    "a column that the sheet has not": (
        ENTRY + "    quantity: {column: Amont}\n",
        "m.yaml:6: standard input has no column 'Amont'",
        "its header (row 1) has A, B",
    ),
    "a time of recording": (ENTRY + "    quantity: 5\n    recorded_at: x\n", "has no field 'recorded_at'", ""),
    "YAML that is none": ("a: [\n", "not YAML", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_mapping_is_told_with_its_line(name: str) -> None:
    mapping, message, remedy = MISTAKES[name]
    told, _, advice = refusal(mapping).partition("\n  remedy: ")
    assert message in told
    assert told.startswith("m.yaml:")
    assert remedy in advice


def test_a_column_that_was_misspelt_is_suggested() -> None:
    assert "did you mean 'Amount'?" in refusal(PAID.replace("Amount", "amuont"), "Deal,Date,Amount\n")


def test_two_columns_of_one_name_are_refused_only_if_they_are_read() -> None:
    assert "has 2 columns 'Date'" in refusal(PAID, "Deal,Date,Amount,Date\nx,2019,5,2020\n")
    assert len(paid("x,2019,5,a,b", header="Deal,Date,Amount,More,More")) == 1


@given(st.text(max_size=200))
def test_any_text_is_a_mapping_or_is_refused(text: str) -> None:
    error = refused(lambda: read_mapping(text, "m.yaml"))
    assert error is None or str(error).startswith("m.yaml:")


WORDS = st.sampled_from(
    [
        "column",
        "values",
        "default",
        "unit",
        "currency",
        "multiply",
        "split",
        "precision",
        "A",
        "${A}",
        "delivered",
        "event",
        "is",
        "not",
        "present",
        "true",
        "million",
        "USD",
        "5",
        "2019",
        "${",
        "deal",
        "what",
        "target",
        "",
    ]
)
PARTS = st.recursive(
    WORDS | st.none(), lambda part: st.lists(part, max_size=3) | st.dictionaries(WORDS, part, max_size=4)
)
FIELDS = st.sampled_from(
    [
        "deal",
        "engagement",
        "event",
        "on",
        "quantity",
        "amount",
        "items",
        "when",
        "source",
        "note",
        "what",
        "due",
        "set",
        "target",
        "reason",
        "attribution",
        "by",
        "id",
        "same_as",
        "key",
        "stream",
        "recorded_at",
        "stored",
        "persons",
    ]
)
EVENTS = st.sampled_from(
    ["delivered", "opened", "tranche-paid", "expected", "corrected", "commitment-reaffirmed", "listed"]
)


@given(
    st.dictionaries(FIELDS, PARTS, max_size=8),
    EVENTS,
    st.dictionaries(
        st.sampled_from(["dates", "decimal", "nulls", "skip", "sheet", "delimiter", "encoding"]), PARTS, max_size=2
    ),
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=3),
)
def test_any_mapping_and_any_sheet_are_read_or_refused(
    entry: dict[str, object], event: str, settings: dict[str, object], rows: list[tuple[str, str]]
) -> None:
    out = StringIO()
    csv.writer(out).writerows([("A", "B"), *rows])
    whole = {"deal": "x", "on": "2019", "source": "s", "quantity": "5"}
    for fields in (entry, whole | entry, entry | whole):
        mapping = json.dumps({**settings, "entries": [{**fields, "event": event}]})
        error = refused(partial(objects, mapping, out.getvalue()))
        assert error is None or (isinstance(error, LedgerError) and error.place)
