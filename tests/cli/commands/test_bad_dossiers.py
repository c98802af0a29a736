"""Dossiers with a mistake: one message that names file, line, field and remedy, and nothing is recorded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli.runner import Answer, Inside, Process

GOOD = """\
sources:
  - {key: s1, publisher: P, published: 2020-01-01, reliability: B}
entries:
  - {deal: d1, event: opened, on: 2018, supplier: RUS, buyer: IND, source: s1}
  - {deal: d1, event: contract-signed, on: 2018-10, value: USD 5bn, source: s1}
  - {deal: d1, event: tranche-paid, tranche: 1, on: 2019, amount: USD 800m, source: s1}
"""
"""What is right in every dossier here; the mistakes begin on line 7."""


class Mistake(NamedTuple):
    """What follows the good entries, the line that is named, and what is said of it."""

    text: str
    line: int
    message: str
    remedy: str


AMENDED = "  - deal: d1\n    event: amended\n    on: 2019\n    source: s1\n"
OPENED = "  - deal: d2\n    event: opened\n    on: 2019\n    source: s1\n    buyer: IND\n"
MISTAKES = {
    "unreadable YAML": Mistake("  - {deal: d1, event: amended\n", 7, "not YAML: the list or mapping", "close it"),
    "a tab": Mistake("  - deal: d1\n\tevent: amended\n", 8, "a tab", "indent"),
    "an unknown event": Mistake(
        "  - deal: d1\n    event: contract-sgned\n    on: 2019\n    source: s1\n",
        8,
        "deal/d1: event: a deal has no event 'contract-sgned'",
        "did you mean 'contract-signed'?",
    ),
    "an unknown field": Mistake(
        AMENDED + "    valeu: USD 1\n", 11, "deal/d1: valeu: amended has no field 'valeu'", "did you mean 'value'?"
    ),
    "a field of another event": Mistake(AMENDED + "    tranche: 1\n", 11, "amended has no field 'tranche'", "value"),
    "a missing source": Mistake(
        "  - {deal: d1, event: amended, on: 2019}\n", 7, "deal/d1: source: amended names no source", "add source"
    ),
    "an unregistered source": Mistake(
        "  - deal: d1\n    event: amended\n    on: 2019\n    source: s9\n",
        10,
        "source: no source 's9' is registered",
        "list it under sources, or armsledger source registered s9",
    ),
    "a missing field": Mistake(
        "  - {deal: d2, event: opened, on: 2019, supplier: RUS, source: s1}\n", 7, "deal/d2: buyer: opened needs", "add"
    ),
    "a missing date": Mistake("  - {deal: d1, event: amended, source: s1}\n", 7, "on: amended needs on", "2018-10"),
    "a bad date": Mistake(
        "  - deal: d1\n    event: amended\n    on: 2019-13\n    source: s1\n",
        9,
        "deal/d1: on: cannot read '2019-13' as a date: there is no month 13",
        "write 2021-12-01",
    ),
    "a bad date of asserting": Mistake(
        "  - deal: d1\n    event: expected\n    what: delivered\n    due: 2021\n    source: s1\n    asserted: soon\n",
        12,
        "deal/d1: asserted: cannot read 'soon' as a date",
        "write 20",
    ),
    "an amount without a currency": Mistake(
        AMENDED + "    value: 5bn\n", 11, "deal/d1: value: '5bn' is not an amount of money", "'USD 5bn'"
    ),
    "an unknown currency": Mistake(
        AMENDED + "    value: USX 5bn\n", 11, "deal/d1: value: 'USX' is no currency", "did you mean"
    ),
    "a negative amount": Mistake(AMENDED + "    value: USD -5\n", 11, "value: 'USD -5' is negative", "refund"),
    "an unknown country": Mistake(
        OPENED + "    supplier: XYZ\n", 12, "deal/d2: supplier: 'XYZ' is no country code", "'org:XYZ'"
    ),
    "a misspelt country": Mistake(
        OPENED + "    supplier: Russsia\n",
        12,
        "deal/d2: supplier: 'Russsia' is no country",
        "did you mean RUS (Russia)?",
    ),
    "a negative quantity": Mistake(
        AMENDED + "    quantity: -5 units\n", 11, "deal/d1: quantity: '-5 units' is negative", "'5 units'"
    ),
    "a quantity that is no number": Mistake(AMENDED + "    quantity: some\n", 11, "quantity: 'some'", "'5 units'"),
    "an id that is taken": Mistake(
        "  - {deal: d1, event: amended, on: 2019, value: USD 1, source: s1, id: x}\n"
        "  - {deal: d1, event: amended, on: 2019, value: USD 2, source: s1, id: x}\n",
        8,
        "deal/d1: id: entry 'x' is recorded as bad.yaml:7, with other content",
        "leave one of the two out, or give each an id of its own",
    ),
    "a source that contradicts itself": Mistake(
        "  - {deal: d1, event: contract-signed, on: 2018-11, source: s1}\n",
        7,
        "deal/d1: on: source 's1' says on 2018-11 here and 2018-10 in bad.yaml:5; value nothing here",
        "leave one of the two out, or say when",
    ),
    "a correction of nothing": Mistake(
        "  - {deal: d1, event: corrected, target: '@9', set: {on: 2018}, reason: entry-error}\n",
        7,
        "deal/d1: target: there is no entry '@9' in deal/d1",
        "'armsledger log deal/d1' lists them",
    ),
    "a correction that changes nothing": Mistake(
        "  - {deal: d1, event: corrected, target: '@2', set: {on: 2018-10}, reason: entry-error}\n",
        7,
        "deal/d1: set: deal/d1@2 says so already",
        "another value",
    ),
    "a correction of a field that there is not": Mistake(
        "  - {deal: d1, event: corrected, target: '@2', set: {amount: USD 5}, reason: entry-error}\n",
        7,
        "contract-signed has no field 'amount'",
        "did you mean",
    ),
    "a reason that corrections do not have": Mistake(
        "  - {deal: d1, event: corrected, target: '@2', set: {on: 2018}, reason: whim}\n",
        7,
        "deal/d1: reason: 'whim'",
        "",
    ),
    "retracting twice": Mistake(
        "  - {deal: d1, event: retracted, target: '@2', reason: one}\n"
        "  - {deal: d1, event: retracted, target: '@2', reason: two}\n",
        8,
        "deal/d1: target: deal/d1@2 is retracted already, by deal/d1@4",
        "retract deal/d1@4 to bring it back",
    ),
    "a fact of the future": Mistake(
        "  - deal: d1\n    event: suspended\n    on: 2999\n    source: s1\n",
        9,
        "deal/d1: on: suspended is dated 2999, which is after today",
        "'expected'",
    ),
    "a stream that nothing opened": Mistake(
        "  - {deal: d9, event: suspended, on: 2019, source: s1}\n",
        7,
        "deal/d9: nothing opened this stream, and suspended cannot",
        "record 'opened' first",
    ),
    "an expectation of nothing": Mistake(
        "  - {deal: d1, event: expected, what: delivry, due: 2021, source: s1}\n",
        7,
        "deal/d1: event: a deal has no event 'delivry'",
        "did you mean 'delivered'?",
    ),
    "no stream": Mistake("  - {event: amended, on: 2019, source: s1}\n", 7, "names no stream", "add deal"),
    "no event": Mistake("  - {deal: d1, on: 2019, source: s1}\n", 7, "names no event", "add event"),
    "a key that is no key": Mistake(
        "  - {deal: D 1, event: amended, on: 2019, source: s1}\n", 7, "deal: 'D 1' is not a stream's key", "no blanks"
    ),
    "a list in place of a text": Mistake(AMENDED + "    reason: [a, b]\n", 11, "deal/d1: reason: ", ""),
    "an unknown section": Mistake("entry:\n  - {deal: d1}\n", 7, "a dossier has no key 'entry'", "'entries'"),
    "a key given twice": Mistake(AMENDED + "    on: 2020\n", 11, "the key 'on' is given twice", "leave one"),
}


def assert_refused(answer: Answer, place: str, mistake: Mistake) -> None:
    """One message, a line of remedy at most below it, and nothing else."""
    assert (answer.status, answer.out) == (1, "")
    message, _, remedy = answer.err.partition("\n  remedy: ")
    assert message.startswith(f"error: {place}:{mistake.line}: ")
    assert mistake.message in message
    assert mistake.remedy in remedy
    assert answer.err.count("\n") == (2 if remedy else 1)


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_names_file_line_field_and_remedy(armsledger: Inside, seed: Path, seed_log: str, name: str) -> None:
    Path("bad.yaml").write_text(GOOD + MISTAKES[name].text)
    assert_refused(armsledger("record bad.yaml"), "bad.yaml", MISTAKES[name])
    assert armsledger("log --json").out == seed_log


@pytest.mark.parametrize("name", [*MISTAKES][::3])
def test_a_refused_dossier_makes_no_ledger(armsledger: Inside, name: str) -> None:
    Path("bad.yaml").write_text(GOOD + MISTAKES[name].text)
    assert_refused(armsledger("record bad.yaml"), "bad.yaml", MISTAKES[name])
    assert [file.name for file in Path().iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize("name", ["unreadable YAML", "an unknown field", "a misspelt country", "a bad date"])
def test_standard_input_is_named_as_such(armsledger: Inside, name: str) -> None:
    answer = armsledger("record -", stdin=GOOD + MISTAKES[name].text)
    assert_refused(answer, "standard input", MISTAKES[name])
    assert list(Path().iterdir()) == []


def test_a_process_says_the_same(process: Process, seed: Path) -> None:
    mistake = MISTAKES["a misspelt country"]
    answer = process("record -", stdin=GOOD + mistake.text)
    assert_refused(answer, "standard input", mistake)


JSONL_MISTAKES = {
    "not JSON": Mistake('{"deal": "d1",', 3, "not JSON: ", "one whole JSON object on each line"),
    "not an object": Mistake('["deal"]', 3, "the line is not a JSON object", "one whole JSON object"),
    "a key twice": Mistake('{"deal": "d1", "deal": "d1"}', 3, "the key 'deal' is given twice", "leave one"),
    "an unknown field": Mistake(
        '{"deal": "d1", "event": "amended", "on": "2019", "valeu": "USD 1", "source": "s1"}',
        3,
        "deal/d1: valeu: amended has no field 'valeu'",
        "did you mean 'value'?",
    ),
    "a bad date": Mistake(
        '{"deal": "d1", "event": "amended", "on": "soon", "source": "s1"}', 3, "deal/d1: on: ", "write 20"
    ),
    "a time of recording": Mistake(
        '{"deal": "d1", "event": "amended", "on": "2019", "recorded_at": "2020-01-01T00:00:00.000000Z"}',
        3,
        "recorded_at, which others of this dossier have not",
        "leave recorded_at",
    ),
}
GOOD_LINES = (
    {"key": "s1", "publisher": "P", "published": "2020-01-01"},
    {"deal": "d1", "event": "opened", "on": "2018", "supplier": "RUS", "buyer": "IND", "source": "s1"},
)


@pytest.mark.parametrize("name", JSONL_MISTAKES)
def test_a_line_of_jsonl_is_named(armsledger: Inside, seed: Path, seed_log: str, name: str) -> None:
    mistake = JSONL_MISTAKES[name]
    Path("bad.jsonl").write_text("\n".join([*map(json.dumps, GOOD_LINES), mistake.text, ""]))
    assert_refused(armsledger("record bad.jsonl"), "bad.jsonl", mistake)
    assert armsledger("log --json").out == seed_log


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfes\x00", "bad.yaml:1: .*UTF-16"),
        (b"sources:\n  - {key: s1, publisher: caf\xe9}\n", "bad.yaml:2: .*UTF-8"),
        (b"", "bad.yaml:1: the file is empty"),
        (b"# nothing\n", "bad.yaml:1: the file is empty"),
        (b"- one\n", "bad.yaml:1: the dossier is a list"),
        (b"sources: \x00\n", "bad.yaml:1: a NUL"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "bad.yaml:"),
    ],
)
def test_a_file_that_is_no_dossier_is_refused(armsledger: Inside, data: bytes, message: str) -> None:
    Path("bad.yaml").write_bytes(data)
    answer = armsledger("record bad.yaml")
    assert (answer.status, answer.out) == (1, "")
    assert re.match(f"error: {message}", answer.err)
    assert answer.err.count("\n") == 2
    assert [file.name for file in Path().iterdir()] == ["bad.yaml"]


def test_the_same_id_with_other_content_is_refused_later_too(armsledger: Inside) -> None:
    amended = "  - {deal: d1, event: amended, on: 2019, value: USD 1, source: s1, id: x}\n"
    Path("one.yaml").write_text(GOOD + amended)
    Path("two.yaml").write_text(GOOD + amended.replace("USD 1", "USD 2"))
    assert armsledger("record one.yaml").status == 0
    before = armsledger("log --json").out
    answer = armsledger("record two.yaml")
    assert answer.status == 1
    assert answer.err.startswith(
        "error: two.yaml:7: deal/d1: id: entry 'x' is recorded as deal/d1@4, with other content"
    )
    assert "armsledger correct deal/d1@4 --set" in answer.err
    assert armsledger("log --json").out == before


EVENT_MISTAKES = (
    ("deal amended d1 --on 2019 --value 5bn --source s1", 1, "error: deal/d1: value: '5bn' is not an amount of money"),
    ("deal amended d1 --on 2019", 1, "error: deal/d1: source: amended names no source"),
    ("deal amended d1 --on 2019 --source s9", 1, "error: deal/d1: source: no source 's9' is registered"),
    ("deal amended d9 --on 2019 --source s1", 1, "error: deal/d9: nothing opened this stream"),
    ("deal amended d1 --on soon --source s1", 1, "error: deal/d1: on: cannot read 'soon' as a date"),
    ("deal amended d1 --on 2999 --source s1", 1, "error: deal/d1: on: amended is dated 2999"),
    ("deal delivered d1 --on 2019 --quantity '-1 units' --source s1", 1, "error: deal/d1: quantity: '-1 units'"),
    (
        "deal opened d2 --on 2019 --supplier Russsia --buyer IND --source s1",
        1,
        "error: deal/d2: supplier: 'Russsia' is no",
    ),
    (
        "deal contract-signed d1 --on 2019 --items '{designation: K2, quantity: 5 tanks}' --source s1",
        1,
        "items.0: '{designation: K2, quantity: 5 tanks}' is not the name of an item",
    ),
    ("deal commitment-reaffirmed d1 --on 2019 --by IND,RUS --source s1", 1, "by: 'IND,RUS' names several parties"),
    (
        "deal tranche-paid d1 --tranche 1 --on 2020 --source s1",
        1,
        "error: deal/d1: on: source 's1' says on 2020 here and 2019 in deal/d1@3",
    ),
    ("deal amended 'D 1' --on 2019 --source s1", 2, "error: 'D 1' is not a stream's key"),
    ("deal amended d1 --source s1", 2, "Missing option '--on'"),
    ("deal amended --on 2019", 2, "Missing argument 'KEY'"),
    ("deal opened d2 --on 2019 --supplier RUS --source s1", 2, "Missing option '--buyer'"),
    ("deal amended d1 --on 2019 --valeu 'USD 1' --source s1", 2, "No such option: --valeu"),
    ("deal amendd d1 --on 2019", 2, "there is no command 'amendd'; did you mean 'amended'?"),
    ("correct deal/d1@9 --set on=2018 --reason entry-error", 1, "error: deal/d1: target: there is no entry"),
    ("correct deal/d9@1 --set on=2018 --reason entry-error", 1, "error: the ledger holds no deal/d9"),
    ("correct deal/d1@2 --set onn=2018 --reason entry-error", 1, "contract-signed has no field 'onn'"),
    ("correct deal/d1@2 --set on=2018 --reason whim", 1, "error: deal/d1: reason: 'whim'"),
    (
        "correct deal/d1@2 --set on= --reason entry-error",
        1,
        "contract-signed needs on, which a correction cannot clear",
    ),
    ("correct deal/d1@2 --set on --reason entry-error", 2, "error: 'on' sets no field"),
    ("correct deal/d1 --set on=2018 --reason entry-error", 2, "error: 'deal/d1' is not an entry"),
    ("correct deal/d1@2 --reason entry-error", 2, "Missing option '--set'"),
    ("retract deal/d1@9 --reason entry-error", 1, "error: deal/d1: target: there is no entry"),
    ("retract deal/d1@2", 2, "Missing option '--reason'"),
)


@pytest.mark.parametrize(("command", "status", "message"), EVENT_MISTAKES)
def test_a_mistake_in_an_event_command_is_told(armsledger: Inside, command: str, status: int, message: str) -> None:
    armsledger("record -", stdin=GOOD)
    before = armsledger("log --json").out
    answer = armsledger(command)
    assert (answer.status, answer.out) == (status, "")
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert armsledger("log --json").out == before


def test_a_source_that_contradicts_what_is_recorded_is_refused(armsledger: Inside) -> None:
    armsledger("record -", stdin=GOOD)
    answer = armsledger("deal contract-signed d1 --on 2018-11 --source s1")
    assert answer.status == 1
    assert (
        "source 's1' says on 2018-11 here and 2018-10 in deal/d1@2; value nothing here and USD 5bn there (both"
        in answer.err
    )
    assert "('armsledger correct deal/d1@2 --set ...'), or say when the source said otherwise" in answer.err


def test_a_refused_event_makes_no_ledger(armsledger: Inside) -> None:
    answer = armsledger("deal opened d1 --on 2019 --supplier RUS --buyer IND --source s1")
    assert answer.status == 1
    assert list(Path().iterdir()) == []


def test_retracting_twice_is_refused(armsledger: Inside) -> None:
    armsledger("record -", stdin=GOOD)
    assert armsledger("retract deal/d1@2 --reason entry-error").out == "deal/d1@4\n"
    answer = armsledger("retract deal/d1@2 --reason entry-error --asserted 2021")
    assert answer.status == 1
    assert "deal/d1@2 is retracted already, by deal/d1@4" in answer.err
    assert "retract deal/d1@4 to bring it back" in answer.err
    assert len(armsledger("log deal/d1 --json").json) == 4
