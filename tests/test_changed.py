"""``make quick`` runs the tests that stand where the changed code stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.changed import TESTS, belonging_to


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        ("domain/values/when.py", ["domain/values/test_when.py"]),
        ("tests/domain/values/test_when.py", ["domain/values/test_when.py"]),
        ("README.md", []),
        ("bench/run.py", []),
    ],
)
def test_a_module_is_tested_by_the_file_of_its_name(file: str, tests: list[str]) -> None:
    assert belonging_to([Path(file)]) == [TESTS / test for test in tests]


@pytest.mark.parametrize("file", ["exchange/sipri/row.py", "tests/exchange/sipri/register_text.py"])
def test_what_has_no_tests_of_its_name_is_tested_by_all_of_its_folder(file: str) -> None:
    found = belonging_to([Path(file)])
    assert TESTS / "exchange" / "sipri" / "test_matching.py" in found
    assert {test.parent for test in found} == {TESTS / "exchange" / "sipri"}
