"""The dossiers of public stories: each is recorded whole, and asked what its `questions/` file has right answers to."""

from __future__ import annotations

import json
import re
from functools import cache
from io import BytesIO
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

Content = dict[str, Any]


@cache
def _read(path: Path) -> Content:
    content: Content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return content


def _dossier(story: str) -> Path:
    return ROOT / "examples" / f"{story}.yaml"


def _questions(story: str) -> list[Content]:
    questions: list[Content] = _read(QUESTIONS / f"{story}.yaml")["questions"]
    return questions


ASKED = [
    pytest.param(story, question, id=f"{story} {number}: {question['about']}")
    for story in STORIES
    for number, question in enumerate(_questions(story), start=1)
]


class Recorded:
    """A ledger of each story, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def address(self, story: str) -> Path:
        """Where the ledger of a story is."""
        address = self.folder / f"{story}.db"
        if not address.exists():
            with Ledger(str(address)) as ledger:
                ledger.record_file(str(_dossier(story)))
        return address


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The ledgers of the stories that were asked for."""
    return Recorded(tmp_path_factory.mktemp("public-stories"))


def _assert_right(question: Content, folder: Path, address: Path) -> None:
    answer = Inside(folder)(f"{question['ask']} --json --ledger {address}")
    assert answer.out, answer.err
    assert is_right(question, answer.json), (question, dig(answer.json, question.get("get", "")))


@pytest.mark.parametrize(("story", "question"), ASKED)
def test_a_public_story_has_its_right_answers(story: str, question: Content, recorded: Recorded) -> None:
    _assert_right(question, recorded.folder, recorded.address(story))


@pytest.mark.parametrize("story", STORIES)
def test_the_order_in_which_a_public_story_is_written_decides_nothing(story: str, tmp_path: Path) -> None:
    """The sources stand where they are first named, so the parts are turned round as a list of sources and groups."""
    written = _read(_dossier(story))
    sources = [group["source"] for group in written["groups"] if isinstance(group["source"], dict)]
    groups = [
        {**group, "source": _key(group["source"]), "entries": group["entries"][::-1]}
        for group in written["groups"][::-1]
    ]
    turned = json.dumps({**written, "sources": sources, "groups": groups}, default=str)  # JSON is YAML, too
    address = tmp_path / "turned.db"
    with Ledger(str(address)) as ledger:
        ledger.record_stream(BytesIO(turned.encode()))
    for question in _questions(story):
        _assert_right(question, tmp_path, address)


def _key(source: str | Content) -> str:
    return source if isinstance(source, str) else str(source["key"])


@pytest.mark.parametrize("story", STORIES)
def test_a_public_story_has_the_findings_that_its_sources_give_it(story: str, recorded: Recorded) -> None:
    answer = Inside(recorded.folder)(f"check --json --ledger {recorded.address(story)}")
    found = sorted({f"{finding['stream']} {finding['code']}" for finding in answer.json})
    assert found == sorted(_read(QUESTIONS / f"{story}.yaml")["findings"])


@pytest.mark.parametrize("story", STORIES)
def test_a_public_story_is_asked_about_beliefs_sums_stages_outcomes_and_links(story: str) -> None:
    assert {question["about"] for question in _questions(story)} >= ASKED_OF_EACH


@pytest.mark.parametrize("story", STORIES)
def test_the_commands_at_the_top_of_a_public_story_answer(story: str, recorded: Recorded) -> None:
    text = _dossier(story).read_text(encoding="utf-8")
    record, *reads = re.findall(r"^#   armsledger (.*)$", text, re.MULTILINE)
    assert record == f"record examples/{story}.yaml"
    for command in reads:
        answer = Inside(recorded.folder)(f"{command} --json --ledger {recorded.address(story)}")
        assert answer.status == 0, answer.err
        assert answer.json
    assert reads


@pytest.mark.parametrize("story", STORIES)
def test_no_meaning_of_a_public_story_is_left_in_notes(story: str) -> None:
    entries = [fields for group in _read(_dossier(story))["groups"] for fields in group["entries"]]
    assert entries
    assert not [entry for entry in entries for fields in entry.values() if "note" in fields]


@pytest.mark.parametrize("story", STORIES)
def test_a_public_story_that_is_recorded_again_adds_nothing(story: str, recorded: Recorded) -> None:
    with Ledger(str(recorded.address(story))) as ledger:
        before = len(ledger.log())
        ledger.record_file(str(_dossier(story)))
        assert len(ledger.log()) == before


def test_the_public_stories_stand_beside_each_other_in_one_ledger(tmp_path: Path) -> None:
    address = tmp_path / "all.db"
    with Ledger(str(address)) as ledger:
        for story in STORIES:
            ledger.record_file(str(_dossier(story)))
    for story in STORIES:
        for question in _questions(story):
            if question["ask"].startswith("show "):
                _assert_right(question, tmp_path, address)
