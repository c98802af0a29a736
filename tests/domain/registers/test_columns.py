"""In which columns two rows of a register differ, and of which classes that is."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger.domain.registers.columns import ColumnChange, changes_between, in_order, likely_renamed

ROW = {"recipient": "Turkey", "supplier": "Spain", "designation": "Garza", "description": "corvette", "ordered": "4"}


@pytest.mark.parametrize(
    ("column", "old", "new", "classes"),
    [
        ("delivered", "6?", "8", ("value", "flag")),
        ("delivered", "6?", "6", ("flag",)),
        ("delivered", "6", "8", ("value",)),
        ("delivered", None, "8?", ("value", "flag")),
        ("ordered", "?", "15?", ("value",)),
        ("order_year", "2018?", "2018", ("flag",)),
        ("years", "2021", "2021; 2022", ("value",)),
        ("comment", None, "Aid", ("comment",)),
        ("designation", "Garza", "GARZA", ("vocabulary",)),
        ("condition", "New", "Second hand", ("value",)),
        ("volume_delivered", "48", "4", ("value",)),
        ("rows", [3, 7], None, ("duplicate",)),
        ("deliveries", [{"year": "2021", "number": "2?"}], [{"year": "2021", "number": "2"}], ("flag",)),
        ("deliveries", [{"year": "2021", "number": "2?"}], [{"year": "2021", "number": "3?"}], ("value",)),
    ],
)
def test_each_column_has_its_classes(column: str, old: Any, new: Any, classes: tuple[str, ...]) -> None:
    (change,) = _changes({column: old}, {column: new})
    assert tuple(change) == (column, classes, old, new)


def _changes(old: dict[str, Any], new: dict[str, Any], renamed: tuple[str, ...] = ()) -> list[ColumnChange]:
    one, other = ({name: value for name, value in {**ROW, **some}.items() if value is not None} for some in (old, new))
    return changes_between(one, other, renamed)


def test_the_order_of_deliveries_and_of_lines_is_no_change() -> None:
    first, second = {"year": "2021", "number": "2"}, {"year": "2022", "number": "1"}
    assert not _changes({"deliveries": [first, second]}, {"deliveries": [second, first]})
    assert not _changes({"rows": [3, 7]}, {"rows": [4, 9]})
    assert not _changes({"revisions": ["new"], "perhaps": ["x"]}, {"renamed": ["description"]})


def test_a_name_is_a_value_unless_it_was_only_renamed() -> None:
    both = {"recipient": "Turkiye", "description": "frigate"}
    assert [(one.column, one.classes) for one in _changes({}, both, ("recipient",))] == [
        ("recipient", ("vocabulary",)),
        ("description", ("value",)),
    ]


def test_changes_stand_in_the_order_of_the_columns_and_classes_in_theirs() -> None:
    changed = _changes({}, {"comment": "Aid", "ordered": "5?", "designation": "Garza-2"})
    assert [one.column for one in changed] == ["designation", "ordered", "comment"]
    assert in_order({"vocabulary", "flag", "value"}) == ("value", "flag", "vocabulary")


@pytest.mark.parametrize(
    ("new", "classes", "renamed"),
    [
        ({"description": "frigate"}, ("vocabulary",), ("description",)),
        ({"description": "frigate"}, ("value",), ()),
        ({"description": "frigate", "ordered": "5"}, ("value", "vocabulary"), ("description",)),
        ({"description": "frigate", "designation": "Garza-2"}, ("value", "vocabulary"), ()),
        ({"description": "frigate", "recipient": "Turkiye"}, ("vocabulary",), ("recipient", "description")),
        ({"description": "frigate", "recipient": "Turkiye"}, ("value", "vocabulary"), ("recipient",)),
        ({"description": "frigate", "ordered": "5", "designation": "G"}, ("value", "vocabulary"), ("description",)),
        ({"ordered": "5"}, ("value",), ()),
    ],
)
def test_what_was_renamed_follows_from_the_classes_of_a_whole_change(
    new: dict[str, str], classes: tuple[str, ...], renamed: tuple[str, ...]
) -> None:
    """The last but one is a guess: the number explains the value there, and the designation the vocabulary."""
    assert likely_renamed(ROW, {**ROW, **new}, classes) == renamed
