"""The dictionary of right answers: each story is asked of the ledger and, as far as it reaches, of the plain model.

The ledger answers the stories in ``differences.txt`` otherwise, or does not take them. A story that comes right has to
leave that list, so that it cannot go wrong again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from armsledger.domain.errors import LedgerError
from tests.cli.runner import Inside
from tests.rules.answers import MODELLED, SHAPED, Story, dig, is_right, of_the_model, orders, recorded, stories

DIFFERENCES = frozenset((Path(__file__).parent / "differences.txt").read_text(encoding="utf-8").splitlines())
ALL = {f"{file}: {story['name']}": story for file, story in stories()}
TOLD = [pytest.param(story, id=name) for name, story in ALL.items() if not story.get("refused")]


@pytest.mark.parametrize("name", ALL)
def test_the_ledger_answers_a_story_rightly_unless_it_is_known_not_to(name: str, tmp_path: Path) -> None:
    assert _is_answered(ALL[name], tmp_path) == (name not in DIFFERENCES)


def test_the_differences_are_stories() -> None:
    assert ALL.keys() >= DIFFERENCES


def _is_answered(story: Story, folder: Path) -> bool:
    """Whether the ledger takes a story, or refuses it where it should, and gives its right answers in either order."""
    for entries in orders(story):
        try:
            address = recorded(story, entries, folder)
        except LedgerError as refusal:
            return bool(story.get("refused")) and all(word in str(refusal) for word in story.get("says", []))
        if story.get("refused"):
            return False
        for question in story["questions"]:
            answer = Inside(folder)(f"{question['ask']} --json --ledger {address}")
            if not answer.out or not is_right(question, answer.json):
                return False
    return True


@pytest.mark.parametrize("story", TOLD)
def test_the_plain_model_gives_the_right_answers(story: Story) -> None:
    for entries in orders(story):
        for question in story["questions"]:
            if _is_modelled(question):
                answer = of_the_model(story, entries, question["ask"].split())
                assert is_right(_plain(question), answer), (question, dig(answer, question["get"]))


def _is_modelled(question: dict[str, Any]) -> bool:
    path = question.get("get", "").split(".")
    if not question["ask"].startswith("show"):
        return False
    if path[0] == "findings":
        return {part.get("code") for name in ("has", "lacks") if (part := question.get(name))} <= MODELLED
    return len(path) == 1 or (path[1] in SHAPED and "due" not in question.get("has", {}))


def _plain(question: dict[str, Any]) -> dict[str, Any]:
    """A question about a finding asks the model for its code alone."""
    if question["get"] != "findings":
        return question
    return {name: {"code": value["code"]} if isinstance(value, dict) else value for name, value in question.items()}
