"""The bytes of an entry that the tree commits to: canonical, and read back to the letter."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from armsledger.storage.proofs.errors import UnreadableRecord
from armsledger.storage.proofs.record import LARGEST_NUMBER, TAG, TAG_WITH_LOGIN, Record, parse_record, record_bytes
from tests.storage.proofs.example_tree import RECORDS
from tests.storage.proofs.tampering import read_or_refused, tampered

AWKWARD = st.sampled_from(
    ["\x00", "\x1f", "\x7f", '"', "\\", "/", "\b\f\n\r\t", "\u2028", "\ufeff", "\uffff", "🚀", "é", "e\u0301"]
)
TEXTS = st.one_of(st.text(), st.lists(AWKWARD, max_size=5).map("".join))
OPTIONAL = st.none() | TEXTS
COUNTED = st.integers(1, LARGEST_NUMBER)
NUMBERS = st.integers(0, LARGEST_NUMBER)
IDENTITY = (COUNTED, TEXTS, NUMBERS, TEXTS, NUMBERS, TEXTS)
ROWS = st.builds(Record, *IDENTITY, *[OPTIONAL] * 5, TEXTS, TEXTS, OPTIONAL, TEXTS)
ROW = parse_record(RECORDS[2])


def members(row: Record) -> list[Any]:
    """What a record says, by the page on formats."""
    *before, login, payload = row
    return [TAG, *before, payload] if login is None else [TAG_WITH_LOGIN, *before, login, payload]


@given(ROWS)
def test_the_bytes_are_those_of_rfc_8785(row: Record) -> None:
    assert record_bytes(row) == rfc8785.dumps(members(row))


@given(ROWS)
def test_an_entry_is_read_back_to_the_letter(row: Record) -> None:
    assert parse_record(record_bytes(row)) == row


@given(ROWS, ROWS)
def test_different_entries_have_different_bytes(one: Record, other: Record) -> None:
    assert (record_bytes(one) == record_bytes(other)) == (one == other)


def test_every_character_is_written_as_rfc_8785_writes_it() -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    row = ROW._replace(payload=every)
    assert record_bytes(row) == rfc8785.dumps(members(row))
    assert parse_record(record_bytes(row)) == row


def test_the_golden_records_are_those_that_were_written() -> None:
    for data in RECORDS:
        record = parse_record(data)
        assert record_bytes(record) == data
        assert record_bytes(list(record)) == data
        assert json.loads(data) == ["armsledger/entry/1", *record[:-2], record.payload]
    assert ROW.position == 3
    assert ROW.stream == "deal/india-s400"
    assert json.loads(ROW.payload)["quote"] == "«\N{CYRILLIC CAPITAL LETTER ES}-400» 🚀"


def test_the_fields_are_the_columns_of_the_journal_without_the_hashes() -> None:
    from armsledger.storage.tables import journal

    assert {*Record._fields, "hashes"} == {column.name for column in journal.columns}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("position", 0, "position: "),
        ("position", LARGEST_NUMBER + 1, "position: "),
        ("position", 3.0, "position: "),
        ("position", "3", "position: "),
        ("position", None, "position: "),
        ("version", -1, "version: "),
        ("format", b"1", "format: "),
        ("stream", b"deal/india-s400", "stream: "),
        ("stream", None, "stream: "),
        ("source", 5, "source: "),
        ("payload", "\ud800", "surrogates not allowed"),
        ("payload", None, "payload: "),
    ],
)
def test_a_row_that_the_journal_cannot_hold_is_refused_by_the_name_of_its_column(
    field: str, value: object, said: str
) -> None:
    row: list[Any] = [value if name == field else kept for name, kept in ROW._asdict().items()]
    with pytest.raises(UnreadableRecord, match=said):
        record_bytes(row)


@pytest.mark.parametrize("row", [(), ROW[:-1], (*ROW, "more")])
def test_a_row_of_another_length_is_refused(row: tuple[str | int | None, ...]) -> None:
    with pytest.raises(UnreadableRecord):
        record_bytes(row)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b",3,", b", 3,"),
        (b",3,", b",3.0,"),
        (b",3,", b",3e0,"),
        (b",3,", b",03,"),
        (b",3,", b",-0,"),
        (b",3,", b",true,"),
        (b",3,", b",9007199254740993,"),
        (b"deal/", b"deal\\/"),
        (b"asha", b"\\u0061sha"),
        (b"asha", b"\xff"),
        (b"asha", b"\\ud800"),
        (b"asha", b"as\x00ha"),
        (b"entry/1", b"entry/2"),
        (b"]", b"],"),
        (b"]", b",null]"),
        (b"]", b"]\n"),
        (b"[", b"\xef\xbb\xbf["),
        (
            b"[",
            b"[[",
        ),
    ],
)
def test_any_other_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in RECORDS[2]
    with pytest.raises(UnreadableRecord):
        parse_record(RECORDS[2].replace(old, new, 1))


@pytest.mark.parametrize("data", [b"", b"null", b"{}", b"[]", b'"x"', b"[" * 100_000, b"1" * 10_000])
def test_what_is_no_record_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableRecord, match="this is not the record of an entry: "):
        parse_record(data)


def test_a_record_longer_than_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("armsledger.storage.proofs.record.LARGEST_RECORD_BYTES", len(RECORDS[2]) - 1)
    with pytest.raises(UnreadableRecord, match="bytes long, and more than"):
        parse_record(RECORDS[2])


@given(tampered(RECORDS[2]))
def test_fuzzed_bytes_are_a_record_or_refused(data: bytes) -> None:
    record = read_or_refused(parse_record, data)
    assert record is None or record_bytes(record) == data
