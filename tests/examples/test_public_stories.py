"""The dossiers of public stories: each is recorded whole, and asked what its `questions/` file has right answers to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from armsledger import Ledger
from tests.cli.runner import Inside
from tests.processes import ROOT
from tests.rules.answers import dig, is_right

QUESTIONS = Path(__file__).parent / "questions"
STORIES = sorted(path.stem for path in QUESTIONS.glob("*.yaml"))
ASKED_OF_EACH = {"what was believed", "sum", "stage", "outcome", "link"}
"""What every story is asked about, beside what is its own."""

Asked = dict[str, Any]


@cache
def _read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def _questions(story: str) -> list[Asked]:
    return list(_read(QUESTIONS / f"{story}.yaml")["questions"])


def _asked() -> Iterator[Any]:
    for story in STORIES:
        for number, question in enumerate(_questions(story), start=1):
            yield pytest.param(story, question, id=f"{story} {number}: {question['about']}")


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The ledgers of the stories that were asked for."""
    return Recorded(tmp_path_factory.mktemp("public-stories"))


class Recorded:
    """A ledger of each story, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def address(self, story: str) -> Path:
        """Where the ledger of a story is."""
        address = self.folder / f"{story}.db"
        if not address.exists():
            with Ledger(str(address)) as ledger:
                ledger.record_file(str(ROOT / "examples" / f"{story}.yaml"))
        return address


@pytest.mark.parametrize(("story", "question"), _asked())
def test_a_public_story_has_its_right_answers(story: str, question: Asked, recorded: Recorded) -> None:
    answer = Inside(recorded.folder)(f"{question['ask']} --json --ledger {recorded.address(story)}")
    assert answer.out, answer.err
    assert is_right(question, answer.json), dig(answer.json, question.get("get", ""))


@pytest.mark.parametrize("story", STORIES)
def test_a_public_story_is_asked_about_the_beliefs_sums_stages_outcomes_and_links(story: str) -> None:
    assert {question["about"] for question in _questions(story)} >= ASKED_OF_EACH


@pytest.mark.parametrize("story", STORIES)
def test_a_public_story_has_the_findings_that_its_sources_give_it(story: str, recorded: Recorded) -> None:
    answer = Inside(recorded.folder)(f"check --json --ledger {recorded.address(story)}")
    found = sorted({f"{finding['stream']} {finding['code']}" for finding in answer.json})
    assert found == sorted(_read(QUESTIONS / f"{story}.yaml")["findings"])


@pytest.mark.parametrize("story", STORIES)
def test_no_meaning_of_a_public_story_is_left_in_notes(story: str) -> None:
    entries = [fields for part in _read(ROOT / "examples" / f"{story}.yaml")["groups"] for fields in part["entries"]]
    assert entries
    assert not [entry for entry in entries for fields in entry.values() if "note" in fields]


@pytest.mark.parametrize("story", STORIES)
def test_a_public_story_that_is_recorded_again_adds_nothing(story: str, recorded: Recorded) -> None:
    with Ledger(str(recorded.address(story))) as ledger:
        before = len(ledger.log())
        ledger.record_file(str(ROOT / "examples" / f"{story}.yaml"))
        assert len(ledger.log()) == before
