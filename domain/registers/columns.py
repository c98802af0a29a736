"""The columns of a register's row: in which of them two rows differ, and of which classes each difference is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.events.register import Listed, Revision
from armsledger.domain.events.statement import own_fields

Words = Mapping[str, Any]
"""The cells of a row in the register's own words, those that are blank left out: ``{"ordered": "10?"}``."""
FLAG: Final = "?"
"""The register's mark of uncertain data."""
ORDER: Final[tuple[Revision, ...]] = (
    "new",
    "vanished",
    "reappeared",
    "value",
    "flag",
    "comment",
    "vocabulary",
    "duplicate",
)
NOT_COLUMNS: Final = frozenset({"listed_in", "perhaps", "revisions", "renamed"})
"""Fields of a listing that no row gives."""
COLUMNS: Final = tuple(name for name in own_fields(Listed) if name not in NOT_COLUMNS)
"""The columns in their order. How often a row stands in its release, ``rows``, counts as one."""
FLAGGED: Final = frozenset({"order_year", "ordered", "delivered"})
TERMS: Final = ("description", "category")
"""Columns of which a release has a vocabulary."""
PARTIES: Final = ("recipient", "supplier")
NAMING: Final = (*PARTIES, *TERMS)
"""Columns of which another word can be another name (``vocabulary``) or another choice (``value``): the two words do
not tell which."""


class ColumnChange(NamedTuple):
    """A column in which two rows differ, the classes of the difference, and both cells (None where one is blank)."""

    column: str
    classes: tuple[Revision, ...]
    old: Any
    new: Any


def words_of(event: Listed) -> dict[str, Any]:
    """The words of a listing's row."""
    given = event.__dict__  # pydantic takes its time to give each attribute
    words = {name: given[name] for name in COLUMNS if given[name] is not None and given[name] != ()}
    if "deliveries" in words:
        words["deliveries"] = [one.model_dump(exclude_none=True) for one in words["deliveries"]]
    return words


def changed_columns(old: Words, new: Words) -> list[str]:
    """The columns in which two rows differ."""
    names = (*old, *(name for name in new if name not in old))
    return [name for name in names if name not in NOT_COLUMNS and _differs(name, old.get(name), new.get(name))]


def changes_between(old: Words, new: Words, renamed: Collection[str] = ()) -> list[ColumnChange]:
    """The columns in which two rows differ, in order; ``renamed`` are those in which only the name is another."""
    changed = sorted(changed_columns(old, new), key=_place)
    return [
        ColumnChange(name, column_classes(name, old.get(name), new.get(name), renamed), old.get(name), new.get(name))
        for name in changed
    ]


def _place(column: str) -> int:
    return COLUMNS.index(column) if column in COLUMNS else len(COLUMNS)


def column_classes(column: str, old: Any, new: Any, renamed: Collection[str]) -> tuple[Revision, ...]:
    """The classes of the difference between two cells of a column."""
    if column in FLAGGED:
        one, other = str(old or ""), str(new or "")
        is_other = one.rstrip(FLAG) != other.rstrip(FLAG)
        is_flag = one.endswith(FLAG) != other.endswith(FLAG)
        return ("value", "flag") if is_other and is_flag else ("value",) if is_other else ("flag",)
    match column:
        case "comment":
            return ("comment",)
        case "rows":
            return ("duplicate",)
        case "designation":
            return ("vocabulary",)
        case "deliveries":
            return ("flag",) if _without_flags(old) == _without_flags(new) else ("value",)
    return ("vocabulary",) if column in NAMING and column in renamed else ("value",)


def in_order(classes: Collection[Revision]) -> tuple[Revision, ...]:
    """Classes in their fixed order, each once."""
    return tuple(revision for revision in ORDER if revision in classes)


def likely_renamed(old: Words, new: Words, classes: Collection[str]) -> tuple[str, ...]:
    """The columns that were only renamed, by the classes of the whole change.

    Exact where the classes of the other columns tell the two apart; else columns are taken for renamed as long as that
    leaves none of the classes without a column, as renaming is by far the more frequent.
    """
    naming = tuple(name for name in NAMING if old.get(name) != new.get(name))
    if not naming:
        return ()
    others = {
        revision
        for name in changed_columns(old, new)
        if name not in NAMING
        for revision in column_classes(name, old.get(name), new.get(name), ())
    }
    left_over = {"value", "vocabulary"} & (set(classes) - others)
    if "vocabulary" not in classes or left_over == {"value"}:
        return ()
    return naming[:-1] if len(left_over) > 1 else naming


def _without_flags(deliveries: Any) -> list[dict[str, Any]]:
    bare = [{name: str(value).rstrip(FLAG) for name, value in one.items()} for one in deliveries or ()]
    return sorted(bare, key=str)


def _differs(name: str, old: Any, new: Any) -> bool:
    if name == "rows":
        return times(old) != times(new)
    if name == "deliveries":
        return sorted(old or (), key=str) != sorted(new or (), key=str)
    return bool(old != new)


def times(rows: Sequence[int] | None) -> int:
    """How often a row stands in its release."""
    return max(1, len(rows or ()))
