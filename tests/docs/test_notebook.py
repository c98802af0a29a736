"""The notebook runs, and shows what is stored of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, python

NOTEBOOK = ROOT / "examples" / "s400-questions.ipynb"
OF_A_MACHINE = re.compile(rf"{re.escape(str(ROOT))}|/(home|root|Users|tmp)/")


def cells(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def answers(path: Path) -> list[tuple[str, list[dict[str, Any]]]]:
    """What each code cell asks, and all that it shows: texts, tables, and what it writes to standard error."""
    return [("".join(cell["source"]), cell["outputs"]) for cell in cells(path) if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebook as a fresh run gives it, in a process of its own: what Jupyter warns of is no matter of ours."""
    made = tmp_path_factory.mktemp("notebook") / NOTEBOOK.name
    python(ROOT / "docs" / "notebooks.py", NOTEBOOK, "--to", made, cwd=made.parent)
    return made


def test_no_cell_fails_and_each_shows_what_is_stored_of_it(run: Path) -> None:
    for fresh, stored in zip(answers(run), answers(NOTEBOOK), strict=True):
        assert fresh == stored, "run: python docs/notebooks.py examples/s400-questions.ipynb"


def test_the_notebook_is_what_the_script_writes(run: Path) -> None:
    assert run.read_text(encoding="utf-8") == NOTEBOOK.read_text(encoding="utf-8"), (
        "run: python docs/notebooks.py examples/s400-questions.ipynb"
    )


def test_nothing_in_it_tells_of_the_machine_or_the_time_at_which_it_was_made() -> None:
    assert [cell["metadata"] for cell in cells(NOTEBOOK) if cell["metadata"]] == []
    assert OF_A_MACHINE.findall(NOTEBOOK.read_text(encoding="utf-8")) == []


def test_every_question_is_told_how_to_read_before_it_is_answered() -> None:
    kinds = ["question" if "".join(cell["source"]).startswith("## ") else cell["cell_type"] for cell in cells(NOTEBOOK)]
    assert kinds.count("question") == 10
    assert [kinds[number + 1] for number, kind in enumerate(kinds) if kind == "question"] == ["code"] * 10
