"""JSONL: one object a line, read as a stream, with nothing rounded."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import UnreadableDossier
from armsledger.domain.limits import LINE_BYTES
from armsledger.exchange.dossiers.dossier import open_dossier
from armsledger.exchange.dossiers.jsonl import JsonlDossier
from tests.exchange.dossiers.written import NOWHERE, jsonl, refuses_jsonl

OPENED = '"deal": "x", "event": "opened"'


def fields(text: str) -> dict[str, Any]:
    """The fields of an entry that is written as the rest of a JSON object."""
    [proposed] = jsonl(f"{{{OPENED}, {text}}}")
    return dict(proposed.proposal.fields)


def test_integers_stay_integers_and_other_numbers_become_the_text_they_were() -> None:
    read = fields('"a": 5, "b": -0, "c": 12345678901234567890, "d": 0.1, "e": 1.10, "f": 1e3, "g": [2.50, true, null]')
    assert read == {
        "a": 5,
        "b": 0,
        "c": 12345678901234567890,
        "d": "0.1",
        "e": "1.10",
        "f": "1e3",
        "g": ["2.50", True, None],
    }


def test_characters_may_be_written_as_escapes() -> None:
    assert fields(r'"a": "\u00e9 \ud83d\ude00 \\ud800 \\u0000"') == {"a": "é 😀 \\ud800 \\u0000"}


def test_the_place_is_the_line_also_behind_blank_lines() -> None:
    text = f"\ufeff\n\n{{{OPENED}}}\r\n   \n\t\n{{{OPENED}}}"
    assert [one.proposal.place for one in jsonl(text)] == ["d.jsonl:3", "d.jsonl:6"]
    assert [one.place_of("items.0.designation") for one in jsonl(text)] == ["d.jsonl:3", "d.jsonl:6"]
    assert jsonl(text)[0].lines == {"": 3}


def test_a_byte_order_mark_may_begin_the_file() -> None:
    assert len(jsonl(f"\ufeff{{{OPENED}}}\n")) == 1


def test_an_export_is_no_exception_from_what_a_text_can_hold() -> None:
    recorded = '"recorded_at": "2026-11-22T12:00:00.000000Z", "recorded_by": "ann"'
    refuses_jsonl(f'{{{OPENED}, "note": "a\\u0000b", {recorded}}}', "d.jsonl:1", "a NUL character", "leave it out")
    refuses_jsonl(f'{{{OPENED}, {recorded[:-1]}\\u0000"}}', "d.jsonl:1", "a NUL character", "leave it out")
    refuses_jsonl(f'{{{OPENED}, "note": "\\ud800", {recorded}}}', "d.jsonl:1", "surrogate pair", "the character")


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", " \n\n"])
def test_a_file_without_lines_proposes_nothing_as_an_empty_ledger_exports_it(text: str) -> None:
    assert jsonl(text) == []


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ("{", "not JSON: expecting property name enclosed in double quotes (column 2)", "one whole JSON object"),
        ("deal: x", "not JSON: expecting value (column 1)", "name a file .json if its objects run over several lines"),
        (f"{{{OPENED}}} {{{OPENED}}}", "not JSON: extra data (column 34)", "one whole JSON object on each line"),
        (f"{{{OPENED}}}\f", "not JSON: extra data", "one whole JSON object on each line"),
        (f"{{{OPENED}, 'on': 1}}", "not JSON: ", "one whole JSON object"),
        (f'{{{OPENED}, "on": "a\tb"}}', "not JSON: invalid control character", "one whole JSON object"),
        (f'{{{OPENED}, "on": 01}}', "not JSON: ", "one whole JSON object"),
        ("[1]", "the line is not a JSON object", "one whole JSON object on each line"),
        ("null", "the line is not a JSON object", "one whole JSON object on each line"),
        (f'{{{OPENED}, "on": NaN}}', "NaN is not a number of JSON", "leave out what is not known"),
        (f'{{{OPENED}, "on": [-Infinity]}}', "-Infinity is not a number of JSON", "leave out what is not known"),
        (f'{{{OPENED}, "on": 1, "on": 2}}', "the key 'on' is given twice", "leave one of them out"),
        (f'{{{OPENED}, "a": {{"b": 1, "\\u0062": 1}}}}', "the key 'b' is given twice", "leave one of them out"),
        (f'{{{OPENED}, "a": {"9" * 5000}}}', "an integer of thousands of figures", "write the number as a text"),
        (f'{{{OPENED}, "a": {"[" * 32}{"]" * 32}}}', "nested deeper than 32 levels", "three or four levels"),
        (f'{{{OPENED}, "a": {"[" * 100_000}', "nested deeper than 32 levels", "three or four levels"),
        (f'{{{OPENED}, "a": "\\ud800"}}', "half of a surrogate pair (U+D800)", "write the character itself"),
        (f'{{{OPENED}, "a": [{{"\\udc00": 1}}]}}', "half of a surrogate pair (U+DC00)", "write the character itself"),
        (f'{{{OPENED}, "a": ["\\u0000"]}}', "a NUL character in a text", "leave it out"),
        ('{"sources": [], "entries": []}', "a whole dossier on one line", "write one source or entry a line"),
        ('{"entries": [{}]}', "a whole dossier on one line", "or name the file .json"),
    ],
)
def test_a_line_that_is_no_entry_is_refused(line: str, message: str, remedy: str) -> None:
    refuses_jsonl(f"{{{OPENED}}}\n\n{line}\n", "d.jsonl:3", message, remedy)


def test_the_first_line_is_refused_like_any_other() -> None:
    refuses_jsonl("{", "d.jsonl:1", "not JSON", "one whole JSON object")


def test_nesting_is_read_to_32_levels() -> None:
    assert fields(f'"a": {"[" * 31}{"]" * 31}, "b": [[]], "c": [{{}}]')["b"] == [[]]


def test_another_encoding_is_refused_with_its_line_and_column() -> None:
    line = f'{{{OPENED}, "on": "é'.encode()
    refuses_jsonl(
        line[:-2] + b'"}\n' + line + b'\xe9"}\n', "d.jsonl:2", "not UTF-8: it has a byte 0xe9 (column 42)", "as UTF-8"
    )
    refuses_jsonl(f"{{{OPENED}}}".encode("utf-16"), "d.jsonl:1", "not UTF-8: UTF-16", "save the file as UTF-8")


class Endless(BytesIO):
    """A line without an end, which tells how much of it was asked for."""

    asked = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        """As much of the line as is asked for."""
        assert size is not None
        assert size > 0
        self.asked += size
        return b"{" * size


def test_a_line_without_an_end_is_refused_without_reading_it_whole() -> None:
    file = Endless()
    with pytest.raises(UnreadableDossier, match="longer than 16,777,216 bytes") as caught:
        JsonlDossier(file, "d.jsonl", NOWHERE)
    assert caught.value.place == "d.jsonl:1"
    assert file.asked == LINE_BYTES + 1


def test_a_line_of_blanks_without_an_end_is_refused_too() -> None:
    refuses_jsonl(b" " * (LINE_BYTES + 1), "d.jsonl:1", "longer than 16,777,216 bytes", "JSON object on each line")


# --- passes over one dossier --------------------------------------------------------------------------------


def lines(count: int) -> str:
    """A dossier whose entries are numbered like its lines, with a blank line after every third."""
    numbered = (f'{{"deal": "d{n}", "event": "opened", "id": "{n}"}}' for n in range(1, count + 1))
    return "".join(f"{line}\n" if n % 4 else "\n" for n, line in enumerate(numbered, 1))


def opened(text: str) -> JsonlDossier:
    """An open dossier of this text."""
    return JsonlDossier(BytesIO(text.encode()), "d.jsonl", NOWHERE)


def test_the_entries_can_be_read_any_number_of_times() -> None:
    with opened(lines(50)) as dossier:
        first, second = list(dossier.proposals()), list(dossier.proposals())
    assert first == second
    assert len(first) == 38


def test_passes_may_be_under_way_at_the_same_time() -> None:
    with opened(lines(40)) as dossier:
        marks = [mark for mark, _ in dossier.proposals()]
        pairs = zip(dossier.proposals(), dossier.proposals(), strict=True)
        for (mark, one), (_, other) in pairs:
            assert one == other
            assert next(dossier.again([mark])) == (mark, one)
        assert [mark for mark, _ in dossier.again(marks)] == marks


@given(st.data())
def test_a_mark_finds_its_entry_again_and_the_line_of_it(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 5000))
    with opened(lines(count)) as dossier:
        known = dict(dossier.proposals())
        marks = data.draw(st.lists(st.sampled_from(sorted(known)), max_size=20)) if known else []
        assert list(dossier.again(marks)) == [(mark, known[mark]) for mark in marks]
        for _, proposed in dossier.again(marks):
            assert proposed.proposal.place == f"d.jsonl:{proposed.proposal.id}"


def test_a_mark_that_was_never_given_is_a_mistake_of_the_caller() -> None:
    with opened(lines(3)) as dossier, pytest.raises(IndexError, match="no entry at offset 9999"):
        next(dossier.again([9999]))


def written(path: Path, count: int) -> Path:
    """A file of entries, each of another stream."""
    with path.open("w") as file:
        for number in range(count):
            entry = {"deal": f"deal-{number}", "event": "contract-signed", "on": "2018-10", "value": "~USD 5bn"}
            file.write(json.dumps(entry | {"quantity": "5 units", "source": "tass", "quote": "q" * 100}) + "\n")
    return path


def peak_bytes(proposals: Iterator[Any]) -> int:
    """The most memory that was taken while all were read and none kept."""
    tracemalloc.start()
    try:
        for _ in proposals:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_reading_takes_no_more_memory_for_more_lines(tmp_path: Path) -> None:
    with open_dossier(written(tmp_path / "few.jsonl", 5_000)) as few:
        enough = peak_bytes(few.proposals()) + 45_000 * 10  # not even ten bytes for each of the other lines
    with open_dossier(written(tmp_path / "many.jsonl", 50_000)) as many:
        assert peak_bytes(many.proposals()) < enough


def test_a_file_that_fails_while_it_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, os.strerror(5))

    with pytest.raises(UnreadableDossier, match=r"d\.jsonl cannot be read: Input/output error"):
        JsonlDossier(Failing(), "d.jsonl", NOWHERE)
