"""YAML: every scalar is the text that was written, and every mistake is told by line, column and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from armsledger.exchange.dossiers.objects import Proposed
from armsledger.exchange.dossiers.yaml_dossier import YamlDossier
from tests.exchange.dossiers.written import entry, fields, refuses_yaml, yaml
from tests.fuzz.campaign import watchdog

ENTRY = "entries:\n  - deal: x\n    event: opened\n"
NOT_INDENTED = "give the keys of one entry the same indentation"


@pytest.mark.parametrize(
    "text",
    [
        *("on", "off", "NO", "yes", "true", "Null", "NULL", "<<", "=", "~~", "5 units", "a:b", "a#b", "a, b", "é 😀"),
        *("1_000", "0x10", "0o17", "010", "1e3", ".inf", ".nan", "-1", "+1", "1.10", "12:30:45", "~USD 5bn"),
        *("2018-10", "2018-10-05", "2021-11-12T12:00:00Z", "2018?", "2018-10%", "../2021-12-15~"),
    ],
)
def test_a_plain_scalar_is_text_exactly_as_written(text: str) -> None:
    assert fields(f"note: {text}") == {"note": text}
    assert fields(f"note: [{{note: {text}}}]" if "," not in text else "note: [{note: 'a, b'}]") == {
        "note": [{"note": text}]
    }


def test_nothing_is_what_a_plain_scalar_says_that_is_empty_a_tilde_or_null() -> None:
    assert fields("a:", "b: ~", "c: null", "d: # remark", "e: [~, null, x]") == {
        "a": None,
        "b": None,
        "c": None,
        "d": None,
        "e": [None, None, "x"],
    }


def test_in_quotes_everything_is_text() -> None:
    assert fields("a: ''", 'b: "~"', "c: 'null'", 'd: "2018"', "e: |", "  null") == {
        "a": "",
        "b": "~",
        "c": "null",
        "d": "2018",
        "e": "null\n",
    }


def test_the_key_on_is_a_text_with_and_without_quotes() -> None:
    assert fields("on: 2018-10", "'no': x", '"yes": y') == {"on": "2018-10", "no": "x", "yes": "y"}


def test_texts_of_several_lines_are_folded_or_kept_as_yaml_has_it() -> None:
    assert fields("a: >-", "  one", "  two", "b: |", "  one", "  two", "c: one", "  two", 'd: "one\\', '  two"') == {
        "a": "one two",
        "b": "one\ntwo\n",
        "c": "one two",
        "d": "onetwo",
    }


def test_what_was_a_line_break_in_yaml_1_1_only_is_part_of_the_text() -> None:
    assert fields("a: one\x85two\u2028three\u2029four", "b: '\u2028'", "c: x # \u2028on: 2018") == {
        "a": "one\x85two\u2028three\u2029four",
        "b": "\u2028",
        "c": "x",
    }


def test_escapes_are_read_as_in_json() -> None:
    assert fields(r'a: "\ud83d\ude00 \u00e9 \/ \t \L"') == {"a": "😀 é / \t \u2028"}


def test_an_alias_stands_for_what_it_names() -> None:
    assert fields("items: &i [{designation: S-400}]", "a: *i", "b: &t text", "c: *t", "*t : d") == {
        "items": [{"designation": "S-400"}],
        "a": [{"designation": "S-400"}],
        "b": "text",
        "c": "text",
        "text": "d",
    }


def test_an_anchor_may_be_used_anew() -> None:
    assert fields("a: &x 1", "b: &x 2", "c: *x") == {"a": "1", "b": "2", "c": "2"}


def test_a_byte_order_mark_a_document_marker_and_windows_line_ends_do_no_harm() -> None:
    text = ("\ufeff%YAML 1.1\n---\n" + entry("on: 2018") + "...\n# the end\n").replace("\n", "\r\n")
    [proposed] = yaml(text)
    assert proposed.proposal.fields == {"on": "2018"}
    assert proposed.place_of("on") == "d.yaml:6"


def test_json_is_yaml_even_when_it_is_indented_with_tabs() -> None:
    [proposed] = yaml('{\n\t"entries":[\n\t\t{"deal":"x","event":"opened","on":"2018",\t"credibility":2}\n\t]\n}\n')
    assert proposed.proposal.fields == {"on": "2018", "credibility": "2"}
    assert proposed.place_of("on") == "d.yaml:3"


# --- the lines of the fields --------------------------------------------------------------------------------


@pytest.fixture
def proposed() -> Proposed:
    """An entry over many lines."""
    lines = ["on: 2018", "items:", "  - designation: S-400", "    description: >-", "      SAM", "      system"]
    [one] = yaml(entry(*lines, "  - {designation: S-500,", "     category: x}", "note: end"))
    return one


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("deal", 2),
        ("on", 4),
        ("items", 5),
        ("items.0", 6),
        ("items.0.designation", 6),
        ("items.0.description", 7),
        ("items.1.category", 11),
        ("note", 12),
    ],
)
def test_a_field_knows_the_line_of_its_key(proposed: Proposed, field: str, line: int) -> None:
    assert proposed.place_of(field) == f"d.yaml:{line}"
    assert proposed.lines[field] == line


@pytest.mark.parametrize(
    ("field", "line"),
    [("", 2), ("source", 2), ("items.0.unroca", 6), ("items.7", 5), ("items.x.y", 5), ("items.1.a.b", 10), ("on.x", 4)],
)
def test_a_field_that_is_not_there_is_placed_by_what_is_around_it(proposed: Proposed, field: str, line: int) -> None:
    assert proposed.place_of(field) == f"d.yaml:{line}"


def test_all_lines_can_be_listed(proposed: Proposed) -> None:
    assert len(proposed.lines) == len(list(proposed.lines))
    assert dict(proposed.lines)["items.1.designation"] == 10
    assert proposed.proposal.place == "d.yaml:2"


# --- refusals: what is no YAML ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "message", "remedy"),
    [
        (["on: a\tb"], 4, "a tab where only blanks may stand (column 10)", "never with tabs"),
        (["title: Putin: a visit"], 4, "a ': ' inside a text", "put a text that holds ': ' in quotes"),
        (["on: 2018", " by: x"], 5, "or a key that is indented deeper than its neighbours", NOT_INDENTED),
        (["on: - x"], 4, "a '- ' where no list can begin (column 9)", "begin a list on a line of its own"),
        (["on: @x"], 4, "a text cannot begin with @ (column 9)", "in quotes"),
        (["on: %x"], 4, "a text cannot begin with % (column 9)", "in quotes"),
        (["on: *"], 4, "a text cannot begin with *, & or %", "in quotes"),
        (["on: [2018", "by: x"], 5, "a ',' or a ']' is missing (column 7)", "put a comma between the parts"),
        (["on: [2018"], 4, "the list or mapping that begins here has no ']' (column 9)", "close it"),
        (["on: {a: b]"], 4, "a ',' or a '}' is missing (column 14)", "put a comma between the parts"),
        (["on: 'x", "by: y"], 4, "the quote that begins here is not closed (column 9)", "an apostrophe"),
        (['on: "C:\\path"'], 4, 'a backslash in "..." that begins no escape of YAML\'s (column 13)', "double it"),
        (['on: "\\xg"'], 4, 'a backslash in "..." that begins no escape of YAML\'s', "double it"),
        (['on: "\\U99999999"'], 4, "an escape \\U... beyond the last character of Unicode", "the character itself"),
        (['on: "\\U00110000"'], 4, "an escape \\U... beyond the last character of Unicode", "the character itself"),
        (["words without a colon"], 4, "a line without ': ' where a key is expected (column 5)", "KEY: VALUE"),
        (["note: |9x", "  y"], 4, "not YAML: expected chomping or indentation indicators", NOT_INDENTED),
    ],
)
def test_a_mistake_in_yaml_is_told_in_one_sentence(lines: list[str], line: int, message: str, remedy: str) -> None:
    refuses_yaml(entry(*lines), f"d.yaml:{line}", message, remedy)


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        (ENTRY + "\ton: x\n", 4, "a tab where only blanks may stand (column 1)", "never with tabs"),
        (ENTRY + "   on: x\n", 4, "the line does not fit those above it (column 4)", NOT_INDENTED),
        (ENTRY + "   - x\n", 4, "the line does not fit those above it (column 4)", NOT_INDENTED),
        ('"entries":[]', 1, "something stands outside the dossier's mapping", "with a blank behind each colon"),
        (f"%YAML 1.{'9' * 5000}\n---\n{ENTRY}", 1, "not YAML that can be read", NOT_INDENTED),
        (ENTRY + "    on: 'x\n--- \n", 4, "the quote that begins here is not closed", "close it"),
        (ENTRY + "    on: !a!b c\n", 4, "found undefined tag handle '!a!'", "in quotes"),
    ],
)
def test_a_mistake_in_the_whole_of_a_text_is_told_as_well(text: str, line: int, message: str, remedy: str) -> None:
    refuses_yaml(text, f"d.yaml:{line}", message, remedy)


# --- refusals: YAML that no dossier needs -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "message", "remedy"),
    [
        (["on: 1", "by: 2", "on: 3"], 6, "the key 'on' is given twice, first on line 4 (column 5)", "leave one"),
        (["on: 1", "'on': 3"], 5, "the key 'on' is given twice, first on line 4 (column 5)", "leave one"),
        (["items: [{a: 1, a: 2}]"], 4, "the key 'a' is given twice, first on line 4 (column 20)", "leave one"),
        (["on: !!str 2018"], 4, "a tag, tag:yaml.org,2002:str (column 9)", "leave it out"),
        (["on: !python/object x"], 4, "a tag, !python/object (column 9)", "begins with ! in quotes"),
        (["items: !x [a]"], 4, "a tag, !x (column 12)", "leave it out"),
        (["note: !"], 4, "a tag, ! (column 11)", "leave it out"),
        (["<<: {on: 2018}"], 4, "'<<' merges mappings in YAML 1.1 only (column 5)", "write the fields out"),
        (["a: &m {on: 2018}", "<<: *m"], 5, "'<<' merges mappings", "plain aliases (*name) are read"),
        (["on: *nobody"], 4, "nothing is named &nobody (column 9)", "begins with * in quotes"),
        (["items: &i [*i]"], 4, "*i stands inside what it names (column 16)", "write its parts out"),
        (["? [a]", ": b"], 4, "a key that is not a text (column 7)", "put the key in quotes"),
        (["{a: b}: c"], 4, "a key that is not a text (column 5)", "put the key in quotes"),
        (["~: c"], 4, "a key that is not a text (column 5)", "put the key in quotes"),
        ([": c"], 4, "a key that is not a text (column 5)", "put the key in quotes"),
        (["a: &m [x]", "*m : c"], 5, "a key that is not a text (column 5)", "put the key in quotes"),
        (['on: "a\\0b"'], 4, "a NUL character in a text (column 9)", "leave it out"),
        (['on: "\\ud83d"'], 4, "half of a surrogate pair (U+D83D) in a text (column 9)", "the character itself"),
        (['"\\ude00": x'], 4, "half of a surrogate pair (U+DE00) in a text (column 5)", "the character itself"),
        (["on: a\0b"], 4, "a NUL in the text (column 10)", "delete it"),
        (["on: a\x1b[31m"], 4, "the control character U+001B in the text (column 10)", "delete it"),
        ([f"on: {'[' * 30}{']' * 30}"], 4, "nested deeper than 32 levels (column 38)", "three or four levels"),
    ],
)
def test_what_no_dossier_needs_is_refused(lines: list[str], line: int, message: str, remedy: str) -> None:
    refuses_yaml(entry(*lines), f"d.yaml:{line}", message, remedy)


def test_a_merge_key_in_quotes_is_a_key_like_any_other() -> None:
    assert fields("'<<': x") == {"<<": "x"}


def test_nesting_is_read_to_32_levels() -> None:
    assert fields(f"on: {'[' * 29}{']' * 29}")["on"]


def test_an_alias_does_not_get_around_the_limit_of_levels() -> None:
    deep = f"a: &a {'[' * 20}{']' * 20}"
    refuses_yaml(entry(deep, f"b: {'[' * 10}*a{']' * 10}"), "d.yaml:5", "nested deeper than 32 levels", "levels")


def test_a_second_document_is_refused() -> None:
    refuses_yaml(f"{ENTRY}---\n{ENTRY}", "d.yaml:4", "a second document ('---') (column 1)", "a file of its own")


def test_aliases_that_would_fill_the_memory_are_refused_at_once() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    message = "aliases that stand for more than 500,000 values"
    with watchdog():
        refuses_yaml(entry("l0: &l0 [x]", *levels), "d.yaml:10", message, "use fewer aliases")


def test_an_entry_full_of_aliases_is_not_written_out() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 6)]
    [proposed] = yaml(entry("l0: &l0 [x]", *levels))
    assert len(proposed.lines) > 200_000
    assert proposed.place_of("l5.9.9.9.9.9.0") == "d.yaml:4"


def test_endless_nesting_is_refused_at_once() -> None:
    with watchdog():
        for level in ("[", "- ", "{a: "):
            refuses_yaml(level * 100_000, "d.yaml:1", "nested deeper than 32 levels", "levels")


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (ENTRY.encode() + b"    on: caf\xe9\n", 4, "not UTF-8: it has a byte 0xe9 (column 12)"),
        (ENTRY.encode() + "    on: é".encode() + b"\xff\n", 4, "not UTF-8: it has a byte 0xff (column 10)"),
        (ENTRY.encode("utf-16"), 1, "not UTF-8: UTF-16 (column 1)"),
    ],
)
def test_another_encoding_is_refused(data: bytes, line: int, message: str) -> None:
    refuses_yaml(data, f"d.yaml:{line}", message, "save the file as UTF-8")


# --- refusals: YAML that is no dossier ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("", 1, "the file is empty", "begin with 'sources:' or 'entries:'"),
        ("\n \n# remark\n", 1, "the file is empty", "begin with 'sources:' or 'entries:'"),
        ("---\n", 1, "the file is empty", "begin with 'sources:' or 'entries:'"),
        ("{}", 1, "the dossier has neither sources nor entries", "begin with"),
        ("\n- deal: x\n", 2, "the dossier is a list, not a mapping", "begin with"),
        ("text", 1, "the dossier is a text, not a mapping", "begin with"),
        ("sources: []\nentires: []\n", 2, "a dossier has no key 'entires'", "did you mean 'entries'?"),
        ("deal: x\nevent: opened\n", 2, "a dossier has no key 'event'", "in the list under 'entries:'"),
        ("version: 1\n", 1, "a dossier has no key 'version'", "a dossier has 'sources' and 'entries'"),
        ("entries:\n  deal: x\n", 2, "'entries' is not a list", "begin each of them with '- '"),
        ("entries: x\n", 1, "'entries' is not a list", "begin each of them with '- '"),
        ("sources:\n  - x\n", 2, "an item of 'sources' is not a mapping", "KEY: VALUE"),
        ("entries:\n  - deal: x\n    event: opened\n  -\n", 4, "an item of 'entries' is not a mapping", "KEY: VALUE"),
    ],
)
def test_another_shape_than_a_dossiers_is_refused(text: str, line: int, message: str, remedy: str) -> None:
    refuses_yaml(text, f"d.yaml:{line}", message, remedy)


def test_a_list_left_empty_holds_nothing() -> None:
    assert yaml("sources:\nentries: []\n") == []


def test_the_file_is_closed_when_it_has_been_read(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(ENTRY)
    file = path.open("rb")
    with YamlDossier(file, "d.yaml", tmp_path) as dossier:
        assert file.closed
        assert len(list(dossier.proposals())) == 1
