"""Files made to do harm: each is refused with a place and a remedy, in little time and little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import LedgerError, Refused, UnreadableDossier
from armsledger.exchange.dossiers.dossier import open_dossier
from tests.application.book import SOURCES, Object, book, entry, opened, take
from tests.fuzz import child
from tests.fuzz.campaign import MEMORY_MB, outcome, watchdog
from tests.fuzz.mutation import sample_entries
from tests.processes import started

GIGABYTE = 1024**3
BLOCK = b"x" * 1024**2
NUMBERS = (10**100_000, -(10**100_000), float("nan"), float("inf"), 1e308, 2**128, Decimal("1e999999999"))
NEVER = ("\0", "a\0b", "\ud800", "a\udcff")
"""What no database holds as text, and what no encoding writes."""


def refusal_of(data: bytes, name: str) -> LedgerError:
    """The refusal of a dossier, which comes in time."""
    with watchdog(), book(opened()) as ledger:
        found = outcome(lambda: ledger.record_stream(BytesIO(data), name=name))
        assert ledger.position() == len(SOURCES) + 1
    assert isinstance(found, LedgerError), found
    assert found.place.startswith(f"{name}:")
    return found


def yaml_with(line: str) -> bytes:
    """A dossier in YAML with one entry, and a line that belongs to it."""
    head = "entries:\n- deal: x\n  event: suspended\n  on: 2019\n  source: wire\n"
    return f"{head}  {line}\n".encode("utf-8", "surrogatepass")


def jsonl_with(name: str, text: str) -> bytes:
    """The same entry on one line, with a field in JSON."""
    return f'{{"deal": "x", "event": "suspended", "on": "2019", "source": "wire", "{name}": {text}}}\n'.encode()


# Bombs: little to write, much to read


def laughs(levels: int) -> bytes:
    """Aliases of lists of aliases."""
    lines = [f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(["entries:", "- deal: x", "  event: opened", '  l0: &l0 ["lol"]', *lines, ""]).encode()


def test_a_billion_laughs_are_refused() -> None:
    assert "aliases that stand for more than" in refusal_of(laughs(10), "d.yaml").message


def test_an_alias_within_what_it_names_is_refused() -> None:
    assert "stands inside what it names" in refusal_of(b"entries: &a\n- *a\n", "d.yaml").message
    assert "stands inside what it names" in refusal_of(b"entries:\n- &a {deal: *a}\n", "d.yaml").message


@pytest.mark.parametrize("opening", ["[", "{a: ", '{"a":', "[["])
def test_nesting_of_100_000_levels_is_refused(opening: str) -> None:
    data = f"entries:\n- note: {opening * 100_000}".encode()
    assert "nested deeper than 32 levels" in refusal_of(data, "d.yaml").message


def test_lists_of_lists_by_dashes_are_refused() -> None:
    assert "nested deeper than 32 levels" in refusal_of(b"- " * 100_000, "d.yaml").message


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_of_100_000_levels_on_a_line_of_json_is_refused(opening: str) -> None:
    assert "nested deeper than 32 levels" in refusal_of(jsonl_with("note", opening * 100_000), "d").message


def test_millions_of_small_lists_on_one_line_are_refused_before_they_are_made() -> None:
    assert "more than 250,000 brackets" in refusal_of(jsonl_with("note", f"[{'[],' * 4_000_000}1]"), "d").message


def test_a_key_given_twice_among_100_000_is_found_at_once() -> None:
    many = ", ".join(f'"k{number}": 1' for number in range(100_000))
    message = refusal_of(f'{{"deal": "x", "event": "opened", {many}, "k99999": 2}}\n'.encode(), "d").message
    assert message == "the key 'k99999' is given twice"


@pytest.mark.parametrize("name", ["event", "deal", "on", "amount", "source", "same_as", "id", ""])
def test_a_text_of_a_million_characters_is_not_quoted_whole(name: str) -> None:
    name = name or "x" * 1_000_000
    refusal = refusal_of(jsonl_with(name, json.dumps("ab" * 500_000)).replace(b"suspended", b"tranche-paid"), "d")
    assert len(str(refusal)) < 1000


# Files without an end


LARGE = [
    (".jsonl", b""),
    (".jsonl", b'{"deal": "'),
    (".yaml", b"entries: "),
    (".yaml", b"'"),
    ("", b'{"a": "'),
    ("", b""),
]


@pytest.mark.parametrize(("ending", "start"), LARGE)
def test_a_line_of_a_gigabyte_in_a_file_is_refused_in_little_memory(tmp_path: Path, ending: str, start: bytes) -> None:
    path = tmp_path / f"large{ending}"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(GIGABYTE)  # a sparse file: it takes no room, and reads as NULs
    assert_refused_in_little_memory(subprocess_of(str(path)))


@pytest.mark.parametrize("start", [b"", b'{"deal": "', b"entries: '"])
def test_a_line_of_a_gigabyte_in_a_pipe_is_refused_in_little_memory(start: bytes) -> None:
    assert_refused_in_little_memory(subprocess_of("-", blocks(start, BLOCK)))


def test_a_pipe_of_lines_without_an_end_is_refused_in_little_memory() -> None:
    assert_refused_in_little_memory(subprocess_of("-", blocks(b"", b"y\n" * 500_000)))


def blocks(start: bytes, block: bytes) -> Iterator[bytes]:
    """A gigabyte, made while it is read."""
    yield start
    for _ in range(GIGABYTE // len(block)):
        yield block


def subprocess_of(name: str, given: Iterable[bytes] = ()) -> Mapping[str, Any]:
    """What a process of its own makes of a dossier."""
    with started([sys.executable, child.__file__, name], stdin=subprocess.PIPE) as process:
        assert isinstance(process.stdin, TextIOWrapper)
        assert process.stdout is not None
        try:
            for block in given:
                process.stdin.buffer.write(block)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has read enough
        told: dict[str, Any] = json.loads(process.stdout.read())
    assert process.returncode == 0
    return told


def assert_refused_in_little_memory(told: Mapping[str, Any]) -> None:
    """Check a refusal, and what it took."""
    assert "remedy: " in told["refusal"]
    assert "MemoryError" not in told["refusal"]
    assert told["grown_mb"] < MEMORY_MB


# Texts that nothing can hold


def test_no_text_of_any_field_holds_a_nul_or_half_a_pair() -> None:
    with book(opened(), {**opened("deal/y"), "id": "other"}) as ledger:
        before, ways, bads = ledger.position(), cycle([by_file, by_call]), cycle(NEVER)
        for sample in sample_entries():
            entry_of_it = {**sample, "source": "wire", "id": "one"}
            for path in texts_of(entry_of_it):
                hostile, way = with_text(entry_of_it, path, next(bads)), next(ways)
                refused = outcome(lambda way=way, hostile=hostile: way(ledger, hostile))  # type: ignore[misc]  # bound at once
                assert isinstance(refused, LedgerError), path
        assert ledger.position() == before


def by_file(ledger: Ledger, given: Object) -> object:
    """Record an entry as a dossier."""
    return take(ledger, given)


def by_call(ledger: Ledger, given: Object) -> object:
    """Record an entry from Python."""
    fields = {name: value for name, value in given.items() if name not in ("stream", "event")}
    return ledger.record(given["stream"], given["event"], **fields)


def texts_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all texts within a value, however deep."""
    parts: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        parts = iter(value.items())
    elif isinstance(value, list):
        parts = iter(enumerate(value))
    for name, part in parts:
        yield from texts_of(part, (*path, name))


def with_text(value: Any, path: tuple[str | int, ...], bad: str) -> Any:
    """The value with what is bad at the end of one of its texts."""
    if not path:
        return f"{value}{bad}"
    copy = value.copy()
    copy[path[0]] = with_text(value[path[0]], path[1:], bad)
    return copy


@pytest.mark.parametrize("bad", NEVER)
def test_no_address_holds_a_nul_or_half_a_pair(bad: str) -> None:
    with book(opened()) as ledger:
        questions: list[Callable[[], object]] = [
            lambda: ledger.at().state(f"deal/{bad}"),
            lambda: ledger.log(f"deal/{bad}"),
            lambda: ledger.at().precedents(bad),
            lambda: ledger.at(bad),
            lambda: ledger.at(None, bad),
            lambda: ledger.correct(f"deal/x{bad}@1", set={"title": "a"}, reason="entry-error"),
            lambda: ledger.retract(f"deal/x@1{bad}", reason="entry-error"),
        ]
        for question in questions:
            assert isinstance(outcome(question), LedgerError)


def test_an_export_whose_recorder_holds_a_nul_is_refused() -> None:
    stamp = '"recorded_at": "2026-11-22T12:00:00.000000Z", "recorded_by": "a\\u0000b"'
    data = f'{{"source": "a", "event": "registered", "publisher": "A", "on": "2020", "id": "1", {stamp}}}\n'
    with (
        pytest.raises(UnreadableDossier, match="a NUL character in a text"),
        open_dossier(None, stdin=BytesIO(data.encode())) as dossier,
    ):
        list(dossier.proposals())


# Numbers, dates and keys of other worlds


@pytest.mark.parametrize("sign", ["", "-"])
def test_an_integer_of_100_000_figures_is_refused(sign: str) -> None:
    number = sign + "9" * 100_001
    for name in ("note", "amount", "tranche", "credibility", "id", "same_as"):
        refusal_of(jsonl_with(name, number), "d")
    for name in ("amount", "credibility", "id", "same_as"):  # any other text of figures is a text
        refusal_of(yaml_with(f"{name}: {number}").replace(b"suspended", b"tranche-paid"), "d.yaml")


@pytest.mark.parametrize("field", ["amount", "share", "tranche", "note", "quantity", "on", "same_as"])
def test_numbers_of_python_that_no_ledger_holds_are_refused(field: str) -> None:
    event = "delivered" if field == "quantity" else "tranche-paid"
    with book(opened()) as ledger, watchdog():
        for value in NUMBERS:
            for given in (value, [value], {"amount": value, "currency": "USD"}, {"count": value}):
                fields = {"on": "2019", "source": "wire", field: given}
                found = outcome(lambda fields=fields: ledger.record("deal/x", event, **fields))  # type: ignore[misc]  # bound at once
                assert isinstance(found, Refused)


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1e99999999999999999999", f"0.{'0' * 90}1"])
def test_a_decimal_that_is_endless_when_written_out_is_refused(number: str) -> None:
    for field, given in (
        ("share", number),
        ("amount", {"amount": number, "currency": "USD"}),
        ("amount", f"USD {number}"),
    ):
        for value in (given, json.loads(json.dumps(given))):
            paid = entry("deal/x", "tranche-paid", on="2019", **{field: value})
            assert isinstance(outcome(lambda paid=paid: take_alone(paid)), Refused)  # type: ignore[misc]  # bound at once


def take_alone(given: Object) -> object:
    """Record an entry into a ledger that holds a deal, within the time that it may take."""
    with book(opened()) as ledger, watchdog():
        return take(ledger, given)


@pytest.mark.parametrize(
    "day", ["1000000000", "1000000000-01-01", "Y1000000000", "-0001", "99999", "2019-01-01T00:00Z"]
)
def test_years_beyond_the_calendar_are_refused(day: str) -> None:
    for data, name in ((jsonl_with("on", f'"{day}"').replace(b'"on": "2019", ', b""), "d"), (yaml_with(""), "d.yaml")):
        refusal = refusal_of(data.replace(b"on: 2019", f"on: {day}".encode()), name)
        assert isinstance(refusal, Refused)
        assert refusal.field == "on"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(word: str) -> None:
    assert f"{word} is not a number of JSON" in refusal_of(jsonl_with("share", word), "d").message
    refusal_of(yaml_with(f"share: {word}").replace(b"suspended", b"tranche-paid"), "d.yaml")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("on: 2020", "the key 'on' is given twice, first on line 4"),
        ("? [a, b]\n  : c", "a key that is not a text"),
        ("{a: b}: c", "a key that is not a text"),
        ("? {a: b}", "a key that is not a text"),
        ("~: c", "a key that is not a text"),
        ("<<: {note: a}", "'<<' merges mappings in YAML 1.1 only"),
        ("note: !!python/object/apply:os.system [ls]", "a tag"),
    ],
)
def test_keys_that_are_no_texts_and_tags_are_refused(line: str, message: str) -> None:
    assert message in refusal_of(yaml_with(line), "d.yaml").message


# What is no attack


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_line_ends_of_other_systems_and_byte_order_marks_change_nothing(mark: bytes, ending: bytes) -> None:
    for data in (yaml_with("note: a"), jsonl_with("note", '"a"')):
        with book(opened()) as ledger:
            report = ledger.record_stream(BytesIO(mark + data.replace(b"\n", ending)), name="d")
            assert report.recorded == 1
            assert ledger.log().to_dicts()[-1]["note"] == "a"


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\x80"])
def test_bytes_that_are_no_utf_8_are_refused_where_they_stand(bad: bytes) -> None:
    for data, name in ((yaml_with("note: a"), "d.yaml:6"), (jsonl_with("note", '"a"'), "d:1")):
        with book(opened()) as ledger, pytest.raises(UnreadableDossier, match="not UTF-8: it has a byte 0x") as caught:
            ledger.record_stream(BytesIO(data.rstrip() + bad + b"\n"), name=name.partition(":")[0])
        assert caught.value.place == name
