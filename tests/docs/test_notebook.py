"""The notebooks run, and show what is stored of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, python

EXAMPLES = ROOT / "examples"
QUESTIONS = EXAMPLES / "s400-questions.ipynb"
REGISTER = EXAMPLES / "sipri-register.ipynb"
NOTEBOOKS = (QUESTIONS, REGISTER)
OF_A_MACHINE = re.compile(rf"{re.escape(str(ROOT))}|/(home|root|Users|tmp)/")


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def answers(path: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    """What each code cell asks, and all that it shows: texts, tables, and what it writes to standard error."""
    return [("".join(cell["source"]), cell["outputs"]) for cell in cells(path) if cell["cell_type"] == "code"]


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def run(notebook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebook as a fresh run gives it, in a process of its own: what Jupyter warns of is no matter of ours."""
    made = tmp_path_factory.mktemp("notebook") / notebook.name
    python(ROOT / "docs" / "notebooks.py", notebook, "--to", made, cwd=made.parent)
    return made


def test_no_cell_fails_and_each_shows_what_is_stored_of_it(notebook: Path, run: Path) -> None:
    for fresh, stored in zip(answers(run), answers(notebook), strict=True):
        assert fresh == stored, f"run: python docs/notebooks.py examples/{notebook.name}"


def test_the_notebook_is_what_the_script_writes(notebook: Path, run: Path) -> None:
    assert run.read_text(encoding="utf-8") == notebook.read_text(encoding="utf-8"), (
        f"run: python docs/notebooks.py examples/{notebook.name}"
    )


def test_nothing_in_it_tells_of_the_machine_or_the_time_at_which_it_was_made(notebook: Path) -> None:
    assert [cell["metadata"] for cell in cells(notebook) if cell["metadata"]] == []
    assert OF_A_MACHINE.findall(notebook.read_text(encoding="utf-8")) == []


def test_every_question_is_told_how_to_read_before_it_is_answered() -> None:
    for path, questions in ((QUESTIONS, 10), (REGISTER, 8)):
        kinds = ["question" if "".join(cell["source"]).startswith("## ") else cell["cell_type"] for cell in cells(path)]
        assert kinds.count("question") == questions
        assert [kinds[number + 1] for number, kind in enumerate(kinds) if kind == "question"] == ["code"] * questions


def test_the_notebook_of_the_register_shows_invented_deals_alone_and_says_so() -> None:
    told = ["".join(cell["source"]) for cell in cells(REGISTER) if cell["cell_type"] == "markdown"]
    assert "five invented releases" in told[0]
    (taken,) = [shown for asked, shown in answers(REGISTER) if "ledger.import_sipri(" in asked]
    days = re.findall(r"^\d{4}-\d\d-\d\d", "".join(taken[0]["data"]["text/plain"]), re.MULTILINE)
    assert days == ["2021-03-15", "2022-03-14", "2023-03-13", "2024-03-11", "2025-03-10"]
