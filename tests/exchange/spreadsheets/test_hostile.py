"""Whatever the sheet and whatever the mapping: rows are read, or refused with place and remedy."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger.domain.decisions.fields import event_class, read_event
from armsledger.domain.errors import LedgerError
from armsledger.exchange.spreadsheets.dossier import open_spreadsheet
from armsledger.exchange.spreadsheets.mapping import SheetMapping, read_mapping
from tests.exchange.dossiers.written import NOWHERE
from tests.fuzz.mutation import damaged

MAPPING = """skip: 1
delimiter: ","
dates: day-first
decimal: point
nulls: [n/a, "-"]
sources:
  - {key: desk, publisher: Our desk, published: 2025-06-30, reliability: B}
  - {key: "${Source}", publisher: {column: Source}, title: "List of ${Buyer}", when: {column: Source, present: true}}
entries:
  - deal: ${Buyer}-${Weapon}
    event: opened
    on: {column: Ordered, precision: year}
    supplier: {column: Supplier, values: {Russia: RUS, Others: null}, default: unknown}
    buyer: {column: Buyer}
    items: [{designation: {column: Weapon}}]
    source: desk
  - deal: ${Buyer}-${Weapon}
    when: [{column: Paid, present: true}, {column: Source, not: [rumour, "?"]}]
    event: tranche-paid
    on: {column: Paid}
    amount: {column: Amount, currency: {column: Currency, default: USD}, multiply: million}
    attribution: {speaker: {column: Speaker}}
    source: {column: Source}
  - deal: ${Buyer}-${Weapon}
    when: {column: Delivered, present: true}
    event: expected
    what: {event: delivered, tranche: {column: Tranche}}
    due: ../${Delivered}
    quantity: {column: Number, unit: tanks}
    source: desk
"""
SHEET = (
    "A list of ours\n"
    "Buyer,Supplier,Weapon,Ordered,Paid,Amount,Currency,Source,Speaker,Delivered,Number,Tranche\n"
    'India,Russia,S-400 Triumf,05/10/2018,31/12/2019,"1,200.50",USD,tass,"Ann, of TASS",2021,5,1\n'
    "Poland,Others,K2,26/08/2022,n/a,-,,,,2022-12,~10,\n"
    'Égypt,France,"Rafale\nF3",2015,5 Oct 2018,€ 7,EUR,rumour,,,,\n'
)
PIECES = [b",", b";", b"\t", b'"', b'""', b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b" ", b"-"]
PIECES += [b"~", b"1e999", b"NaN", b"01/02/2021", b"31/31/2021", b"1.200,50", b"\xe2\x80\xa8", b"\x1b", b"$", b"%"]
PIECES += [b"${", b"}", b"{", b"[", b"]", b": ", b"- ", b"  ", b"&a ", b"*a", b"null", b"column", b"when", b"values"]
PIECES += [
    b"entries",
    b"sources",
    b"event",
    b"multiply",
    b"precision",
    b"split",
    b"id",
    b"utf-16",
    b"encoding: rot13\n",
]
PIECES += [b"1" * 400, b"x" * 5000, b"encoding: latin-1\n", b"encoding: utf-7\n", b"encoding: idna\n", b"sheet: []\n"]


def read_all(mapping: SheetMapping, sheet: bytes) -> int:
    """How many entries come of it; each is read as the event that it is to be."""
    count = 0
    with open_spreadsheet(None, mapping, NOWHERE, stdin=BytesIO(sheet)) as dossier:
        marks = [mark for mark, _ in dossier.proposals()]
        assert [mark for mark, _ in dossier.again(marks)] == marks
        list(dossier.first_rows(3))
        for _, proposed in dossier.proposals():
            proposal = proposed.proposal
            assert proposed.place_of("on").strip()
            try:
                read_event(event_class(proposal.stream, proposal.event), proposal.fields)
            except LedgerError as error:
                assert_told(error.at(proposed.place_of(getattr(error, "field", ""))))
            count += 1
    return count


def assert_told(error: LedgerError) -> None:
    """It says what is wrong, where, and what to do."""
    assert error.message
    assert error.place
    assert error.remedy
    str(error).encode()


def outcome(mapping: str, sheet: bytes) -> int | LedgerError:
    """How many entries come of it, or the refusal."""
    try:
        return read_all(read_mapping(mapping, "map.yaml"), sheet)
    except LedgerError as error:
        refusal = error
    assert_told(refusal)
    return refusal


def test_the_example_is_read_as_it_is() -> None:
    assert outcome(MAPPING, SHEET.encode()) == 9  # the desk, and four, two and two of the rows


@given(damaged([SHEET.encode()], PIECES))
def test_damaged_sheets_are_read_or_refused(sheet: bytes) -> None:
    outcome(MAPPING, sheet)


@given(damaged([MAPPING.encode()], PIECES))
def test_damaged_mappings_are_read_or_refused(mapping: bytes) -> None:
    outcome(mapping.decode("utf-8", "replace"), SHEET.encode())


@given(st.binary(max_size=300))
def test_any_bytes_as_a_sheet(data: bytes) -> None:
    outcome(MAPPING, data)
    outcome(MAPPING, SHEET.encode() + data)


@given(st.text(max_size=200))
def test_any_text_as_a_mapping(text: str) -> None:
    outcome(text, SHEET.encode())


CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["1,200", "1.200,50", "~5", "-1", "€5", "USD 5bn", "5 tanks", "01/02/2021", "2021?", "1e400", "٣"]),
)


@given(st.lists(CELLS, min_size=12, max_size=12))
def test_any_cells_in_a_row(cells: list[str]) -> None:
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    outcome(MAPPING, "\n".join([*SHEET.splitlines()[:2], row, ""]).encode("utf-8", "replace"))


VALUES = st.recursive(
    st.one_of(st.none(), st.sampled_from(["${Buyer}", "x", "2021", "USD 5", "${", "$${Buyer}", ""])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["column", "values", "default", "split", "unit", "currency", "multiply", "precision", "x"]),
            st.one_of(inner, st.sampled_from(["Buyer", "Amount"])),
            max_size=3,
        ),
    ),
    max_leaves=8,
)
FIELDS = ["on", "amount", "quantity", "items", "what", "attribution", "credibility", "id", "source", "buyer", "against"]


@given(
    st.sampled_from(["opened", "tranche-paid", "delivered", "expected", "sanction-imposed", "corrected", "listed"]),
    st.dictionaries(st.sampled_from(FIELDS), VALUES),
    VALUES,
)
def test_any_values_in_a_mapping(event: str, fields: dict[str, object], when: object) -> None:
    entry = {"deal": "${Buyer}", "event": event, "when": when, **fields}
    outcome(json.dumps({"skip": "1", "entries": [entry]}, ensure_ascii=False), SHEET.encode())


@settings(max_examples=10)  # each starts a process
@given(st.binary(max_size=200), st.sampled_from([".xlsx", ".xls", ".ods", ".xlsb"]))
def test_any_bytes_as_a_workbook(data: bytes, ending: str) -> None:
    pytest.importorskip("python_calamine")
    for begin in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"sheet{ending}"
            path.write_bytes(begin + data)
            with pytest.raises(LedgerError) as refused:
                open_spreadsheet(path, read_mapping(MAPPING, "map.yaml"), NOWHERE)
            assert refused.value.remedy
