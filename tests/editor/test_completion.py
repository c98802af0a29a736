"""What an editor offers where the cursor stands in a dossier: events, fields and choices, each with what it means."""

from __future__ import annotations

from typing import get_args

import pytest

from armsledger.domain.events.catalogue import CATALOGUE
from armsledger.domain.events.contract import Mode
from armsledger.domain.events.statement import Role
from armsledger.domain.values.stream import KINDS, StreamKind
from tests.editor.language_server import BY_SCHEMA, IN_A_DEAL, LanguageServer


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "source"])
def test_behind_event_stand_the_events_of_the_kind_of_stream_with_what_they_tell(
    editor: LanguageServer, kind: StreamKind
) -> None:
    offered = editor.completions(f"{BY_SCHEMA}entries:\n  - {kind}: x\n    event: |\n")
    assert list(offered) == list(CATALOGUE.by_kind[kind])
    assert all(completion.documentation for completion in offered.values())


def test_each_event_is_told_in_the_words_of_the_catalogue(editor: LanguageServer) -> None:
    offered = editor.completions(f"{IN_A_DEAL}  - event: |\n")
    assert offered["contract-signed"].documentation == "The contract is signed."
    assert offered["contract-signed"].inserted == "contract-signed"


def test_the_kind_of_stream_is_that_of_the_group_or_of_the_dossier(editor: LanguageServer) -> None:
    assert "held" not in editor.completions(f"{IN_A_DEAL}  - event: |\n")
    group = f"{BY_SCHEMA}deal: x\ngroups:\n  - engagement: y\n    entries:\n      - event: |\n"
    assert list(editor.completions(group)) == list(CATALOGUE.by_kind["engagement"])
    by_default = f"{BY_SCHEMA}defaults:\n  framework: y\nentries:\n  - event: |\n"
    assert list(editor.completions(by_default)) == list(CATALOGUE.by_kind["framework"])


def test_where_no_stream_is_named_yet_all_events_are_offered(editor: LanguageServer) -> None:
    assert {"opened", "held", "renewed", "regraded"} <= editor.completions(
        f"{BY_SCHEMA}entries:\n  - event: |\n"
    ).keys()


def test_the_beginning_of_an_event_is_completed(editor: LanguageServer) -> None:
    assert "resumed" in editor.completions(f"{IN_A_DEAL}  - event: re|\n")


def test_after_an_event_its_fields_are_offered_with_what_they_hold(editor: LanguageServer) -> None:
    offered = editor.completions(f"{IN_A_DEAL}  - event: contract-signed\n    |\n")
    assert offered.keys() >= {"on", "value", "quantity", "items", "mode", "quote", "credibility"}
    assert not offered.keys() & {"event", "supplier", "tranche", "engagement", "recorded_at"}
    assert offered["value"].documentation == described("contract-signed", "value")
    assert offered["value"].inserted == "value: "


def test_in_the_short_form_the_events_are_keys(editor: LanguageServer) -> None:
    for begun in ("  - |\n", "  - deli|\n"):
        offered = editor.completions(IN_A_DEAL + begun)
        assert offered.keys() >= CATALOGUE.by_kind["deal"].keys()
        assert not offered.keys() & {"held", "supplier"}
        assert offered["opened"].documentation.startswith("The deal is taken up")


def test_an_event_comes_with_the_fields_that_it_must_give(editor: LanguageServer) -> None:
    inserted = editor.completions(f"{IN_A_DEAL}  - |\n")["opened"].inserted
    assert inserted.startswith("opened:\n")
    assert "supplier: " in inserted
    assert "buyer: " in inserted


def test_below_an_event_its_fields_are_offered(editor: LanguageServer) -> None:
    for begun in ("  - delivered:\n      |\n", "  - delivered: {on: 2018, qu|}\n"):
        offered = editor.completions(IN_A_DEAL + begun)
        assert offered["quantity"].documentation == described("delivered", "quantity")
        assert not offered.keys() & {"event", "supplier", "value"}


def test_choices_are_offered_and_true_only_where_it_is_one(editor: LanguageServer) -> None:
    def offered(field: str, event: str) -> list[str]:
        return list(editor.completions(f"{IN_A_DEAL}  - {event}:\n      {field}: |\n"))

    assert offered("mode", "contract-signed") == list(get_args(Mode))
    assert offered("so_far", "delivered") == ["true", "false"]
    assert offered("note", "delivered") == []
    assert offered("on", "delivered")[0] == "2018-10-05"
    assert "USD 5bn" in offered("value", "contract-signed")


def test_what_can_be_expected_is_offered(editor: LanguageServer) -> None:
    expected = {name for name, event in CATALOGUE.by_kind["deal"].items() if event.role is Role.OCCURRENCE}
    assert editor.completions(f"{IN_A_DEAL}  - expected:\n      what: |\n").keys() == expected
    assert editor.completions(f"{IN_A_DEAL}  - expected:\n      what: {{event: |}}\n").keys() == expected
    selectors = editor.completions(f"{IN_A_DEAL}  - expected:\n      what: {{event: delivered, tr|}}\n")
    assert selectors.keys() >= {"tranche", "item"}
    assert "supplier" not in selectors


def test_the_parts_of_an_item_are_offered(editor: LanguageServer) -> None:
    offered = editor.completions(f"{IN_A_DEAL}  - opened:\n      items:\n        - designation: K2\n          |\n")
    assert offered.keys() >= {"description", "category", "unroca", "condition", "quantity"}
    assert offered["description"].inserted == "description: "


def test_the_fields_that_a_correction_can_set_are_offered(editor: LanguageServer) -> None:
    offered = editor.completions(f"{IN_A_DEAL}  - corrected:\n      set:\n        |\n")
    assert offered["quantity"].inserted == "quantity: "
    assert "planned" not in offered


def test_the_top_of_a_dossier_is_completed(editor: LanguageServer) -> None:
    offered = editor.completions(f"{BY_SCHEMA}|\n")
    assert offered.keys() == {
        "deal",
        "engagement",
        "framework",
        "stream",
        "source",
        "defaults",
        "groups",
        "sources",
        "entries",
    }
    assert all(completion.documentation for completion in offered.values())


def test_a_source_is_completed(editor: LanguageServer) -> None:
    offered = editor.completions(f"{BY_SCHEMA}sources:\n  - key: tass\n    |\n")
    assert offered.keys() >= {"publisher", "title", "url", "published", "reliability"}
    grades = editor.completions(f"{BY_SCHEMA}sources:\n  - key: tass\n    reliability: |\n")
    assert list(grades) == ["A", "B", "C", "D", "E", "F"]


@pytest.mark.parametrize(
    ("event", "field", "value", "example"),
    [
        ("contract-signed", "value", "USD 5bn", "EUR 6.5bn-7bn"),
        ("opened", "supplier", "RUS", "South Korea"),
        ("delivered", "quantity", "5 tanks", "20-24 aircraft"),
    ],
)
def test_a_field_is_explained_where_the_cursor_rests(
    editor: LanguageServer, event: str, field: str, value: str, example: str
) -> None:
    told = editor.hover(f"{IN_A_DEAL}  - {event}:\n      {field[:2]}|{field[2:]}: {value}\n")
    assert described(event, field) in told
    assert example in told


def described(event: str, field: str) -> str:
    """What the catalogue says of a field of a deal's event."""
    description = CATALOGUE.by_kind["deal"][event].model_fields[field].description
    assert description
    return description
