"""What an editor underlines in a dossier, and in which words it says why."""

from __future__ import annotations

import pytest

from tests.editor.language_server import BY_SCHEMA, IN_A_DEAL, Finding, LanguageServer
from tests.processes import ROOT


@pytest.mark.parametrize("name", ["india-s400", "seed-article"])
def test_nothing_is_underlined_in_the_examples(editor: LanguageServer, name: str) -> None:
    text = (ROOT / "examples" / f"{name}.yaml").read_text(encoding="utf-8")
    assert editor.findings(BY_SCHEMA + text) == []


def test_nothing_is_underlined_in_what_people_write(editor: LanguageServer) -> None:
    text = """\
source: {key: mon-2022-08-26, publisher: Ministry of National Defence, published: 2022-08-26, reliability: A}
deal: poland-k2
defaults: {credibility: 2}
entries:
  - opened: {on: July 2022, supplier: South Korea, buyer: Poland, items: [K2 Black Panther], title: 2022}
  - contract-signed: {on: 2022-08-26, value: ~US$3.37bn, quantity: 180 tanks, note: yes}
  - expected: {what: delivered, due: 2022-10/2022-12~, quantity: 10 tanks, modality: planned}
  - event: delivered
    on: mid-2022
    quantity: 10
    so_far: yes
    note:
groups:
  - engagement: visit-2022
    entries:
      - held: {on: 2022, format: 2+2, participants: [POL, KOR]}
"""
    assert editor.findings(BY_SCHEMA + text) == []


def underlined(editor: LanguageServer, entry: str) -> list[Finding]:
    """What is underlined in a dossier of one entry."""
    return editor.findings(f"{IN_A_DEAL}  - {entry}\n")


def test_a_wrong_field_is_named(editor: LanguageServer) -> None:
    wrong = [Finding("quantty", "Property quantty is not allowed.")]
    assert underlined(editor, "delivered: {on: 2018, quantty: 5}") == wrong
    assert underlined(editor, "event: delivered\n    on: 2018\n    quantty: 5") == wrong


def test_a_wrong_choice_is_named_with_those_there_are(editor: LanguageServer) -> None:
    [found] = underlined(editor, "contract-signed: {on: 2018, mode: sold}")
    assert found.text == "sold"
    assert found.message == 'Value is not accepted. Valid values: "sale", "aid", "lease", "gift", "licence".'


@pytest.mark.parametrize(
    ("entry", "text", "message"),
    [
        ("amended: {on: 2018-13}", "2018-13", "a date is written 2018-10-05, 2018-10, 2018, "),
        ("amended: {on: 2018, value: 5bn}", "5bn", "an amount is written with its currency: USD 5bn"),
        ("amended: {on: 2018, value: 5000}", "5000", "an amount is written with its currency: USD 5bn"),
        ("amended: {on: 2018, quantity: -5 tanks}", "-5 tanks", "a quantity is a whole number and its unit: 5 units"),
        ("amended: {on: 2018, note: [a, b]}", "[a, b]", "a text is expected here, not a list or a mapping"),
        ("opened: {on: 2018, supplier: RUS}", "opened", 'Missing property "buyer".'),
        ("opened: {on: 2018, supplier: RUS, buyer: }", "", "opened needs buyer: who buys"),
        ("legislative-action: {on: 2018, by: US Senate, binding: perhaps}", "perhaps", "write true or false"),
        ("expected: {what: delivred, due: 2018}", "delivred", "no event of a deal that can be expected; "),
        ("payment-mechanism-agreed: {on: 2018, currency: usd}", "usd", "currency is: currency of payment (ISO 4217)"),
        ("amended: {reason: talks}", "amended", "the entry needs on: when it happened in the world"),
        ("event: amendd", "amendd", "no event of a deal; 'armsledger deal --help' lists them"),
        ("amended: {on: 2018}\n    reason: talks", "reason", "this cannot stand beside amended: move it below amended"),
        ("event: amended\n    on: 2018\n    engagement: x", "amended", "no event of an engagement"),
        ("amended: 2018", "2018", 'Incorrect type. Expected "fields of amended".'),
    ],
)
def test_what_is_wrong_is_said_in_words_that_people_understand(
    editor: LanguageServer, entry: str, text: str, message: str
) -> None:
    found = underlined(editor, entry)
    assert [one for one in found if one.text == text and one.message.startswith(message)], found


def test_a_stream_or_source_that_nothing_names_is_missed(editor: LanguageServer) -> None:
    [no_stream] = editor.findings(f"{BY_SCHEMA}source: tass\nentries:\n  - resumed: {{on: 2018}}\n")
    assert no_stream.message == "the entry names no stream: add deal, engagement or framework with its key"
    [no_source] = editor.findings(f"{BY_SCHEMA}deal: x\nentries:\n  - resumed: {{on: 2018}}\n")
    assert no_source == Finding("resumed", "the entry needs source: key of the source")


def test_a_wrong_key_at_the_top_is_named(editor: LanguageServer) -> None:
    assert editor.findings(f"{BY_SCHEMA}entrys: []\n") == [Finding("entrys", "Property entrys is not allowed.")]


def test_entries_that_are_no_list_are_told_how_a_list_is_written(editor: LanguageServer) -> None:
    [found] = editor.findings(f"{BY_SCHEMA}deal: x\nentries:\n  opened: {{on: 2018}}\n")
    assert found.message == "this is a list: begin each of its parts with '- ' on a line of its own"
