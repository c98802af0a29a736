"""The dictionary of right answers: each story is asked of the ledger and, as far as it reaches, of the plain model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from armsledger.domain.errors import LedgerError
from tests.cli.runner import Inside
from tests.rules.answers import MODELLED, SHAPED, Story, dig, is_right, of_the_model, orders, recorded, stories

TOLD = [pytest.param(story, id=f"{file}: {story['name']}") for file, story in stories() if not story.get("refused")]
REFUSED = [pytest.param(story, id=f"{file}: {story['name']}") for file, story in stories() if story.get("refused")]


@pytest.mark.parametrize("story", TOLD)
def test_a_story_has_its_right_answers_in_either_order(story: Story, tmp_path: Path) -> None:
    for entries in orders(story):
        address = recorded(story, entries, tmp_path)
        for question in story["questions"]:
            answer = Inside(tmp_path)(f"{question['ask']} --json --ledger {address}")
            value = answer.json if answer.out else answer.err
            assert is_right(question, value), (question, dig(value, question.get("get", "")))


@pytest.mark.parametrize("story", TOLD)
def test_the_plain_model_gives_the_same_answers(story: Story) -> None:
    for entries in orders(story):
        for question in story["questions"]:
            if is_modelled(question):
                answer = of_the_model(story, entries, question["ask"].split())
                assert is_right(as_of_the_model(question), answer), (question, dig(answer, question["get"]))


def is_modelled(question: dict[str, Any]) -> bool:
    path = question.get("get", "").split(".")
    if not question["ask"].startswith("show deal/"):
        return False
    if path[0] == "findings":
        return {part.get("code") for name in ("has", "lacks") if (part := question.get(name))} <= MODELLED
    parts = [part for name in ("has", "want") for part in _listed(question.get(name)) if isinstance(part, dict)]
    if path[0] not in ("certain", "possible"):
        return False
    return len(path) == 1 or (path[1] in SHAPED and not any("due" in part for part in parts))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def as_of_the_model(question: dict[str, Any]) -> dict[str, Any]:
    """A question about a finding asks the model for its code alone."""
    if question["get"] != "findings":
        return question
    return {name: _codes(value) if name in ("has", "lacks", "want") else value for name, value in question.items()}


def _codes(value: Any) -> Any:
    """A finding, or several, by their codes alone."""
    if isinstance(value, list):
        return [_codes(one) for one in value]
    return {"code": value["code"]} if isinstance(value, dict) else value


@pytest.mark.parametrize("story", REFUSED)
def test_what_is_refused_says_what_helps(story: Story, tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as refusal:
        recorded(story, story["entries"], tmp_path)
    for word in story.get("says", []):
        assert word in str(refusal.value)
