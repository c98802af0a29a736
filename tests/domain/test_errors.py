"""Messages quote what they refuse, whatever it is, and never at length."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.errors import LONGEST_QUOTE, quoted, shortened


def nested(levels: int) -> list[Any]:
    """A list within a list, and so on."""
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\nb", r"'a\nb'"),
        ("x" * 81, f"'{'x' * 77}...'"),
        (5, "5"),
        ([1, "a"], "[1, 'a']"),
        ({"a": None}, "{'a': None}"),
        (10**100_000, "a value of type int with thousands of figures"),
        ([10**100_000], "a value of type list with thousands of figures"),
    ],
    ids=["text", "long text", "integer", "list", "mapping", "large integer", "list of a large integer"],
)
def test_a_value_is_quoted_as_python_writes_it_and_cut(value: object, shown: str) -> None:
    assert quoted(value) == shown


@pytest.mark.parametrize(
    "value", [nested(100_000), list(range(10**6)), {str(n): n for n in range(10**5)}, "\ud800" * 99]
)
def test_no_value_makes_a_long_message(value: object) -> None:
    assert len(quoted(value)) <= 6 * LONGEST_QUOTE + 2


def test_a_text_is_shortened_only_if_it_is_longer() -> None:
    assert shortened("x" * 80) == "x" * 80
    assert len(shortened("x" * 81)) == 80
