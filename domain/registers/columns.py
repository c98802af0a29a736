"""The columns of a register's row: in which of them two rows differ, and of which classes each difference is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.events.register import Listed
from armsledger.domain.values.words import REGISTER_COLUMNS, REVISION_ORDER, Revision

Words = Mapping[str, Any]
"""The cells of a row in the register's own words, those that are blank left out: ``{"ordered": "10?"}``."""
FLAG: Final = "?"
"""The register's mark of uncertain data."""
ABOUT_RELEASES: Final = frozenset({"listed_in", "perhaps", "revisions", "renamed"})
"""Fields of a listing that no row gives."""
PERIODS: Final = "periods"
"""What each of several exports of a day counts; how the exports were cut is no change of a row."""
CELLS: Final = ("years", "delivered", "volume_delivered")
"""The columns of the register by deal that count deliveries."""
BY_YEAR_ALONE: Final = ("reference", "category", "deliveries", "estimate", "local_production")
"""Columns that only the layout by year has."""
BY_DEAL_ALONE: Final = ("ordered", "comment", "volume_ordered", *CELLS, PERIODS)
"""Columns that only the register by deal has."""
OTHER_NAME: Final = "designation_by_year"
"""The designation in the layout by year, where that is another one."""
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
    words = {name: given[name] for name in REGISTER_COLUMNS if given[name] is not None and given[name] != ()}
    for name in ("deliveries", PERIODS):
        if name in words:
            words[name] = [one.parts for one in words[name]]
    return words


def has_year_face(words: Words) -> bool:
    """Whether the layout by year tells of a row."""
    return any(words.get(name) for name in BY_YEAR_ALONE)


def has_deal_face(words: Words) -> bool:
    """Whether the register by deal tells of a row."""
    return any(words.get(name) for name in BY_DEAL_ALONE) or not has_year_face(words)


def changed_columns(old: Words, new: Words, among: Iterable[str] | None = None) -> list[str]:
    """The columns in which two rows differ, or those among some.

    Where a layout tells of only one of the rows, its columns are no change.
    """
    differing = differing_words(old, new, among)
    if not differing:
        return []
    left_out = {PERIODS}
    if has_year_face(old) != has_year_face(new):
        left_out |= {*BY_YEAR_ALONE, OTHER_NAME}
    if has_deal_face(old) != has_deal_face(new):
        left_out |= set(BY_DEAL_ALONE)
    if bool(old.get("deliveries")) != bool(new.get("deliveries")) and has_deal_face(old) and has_deal_face(new):
        left_out.add("deliveries")  # they came with the other layout, or no longer fit the number delivered
    return [name for name in differing if name not in left_out]


def differing_words(old: Words, new: Words, among: Iterable[str] | None = None) -> list[str]:
    """The fields of a listing in which two rows differ, or those among some."""
    names = (*old, *(name for name in new if name not in old)) if among is None else among
    return [name for name in names if name not in ABOUT_RELEASES and _differs(name, old.get(name), new.get(name))]


def changes_between(
    old: Words, new: Words, renamed: Collection[str] = (), among: Iterable[str] | None = None
) -> list[ColumnChange]:
    """The columns in which two rows differ, in order; ``renamed`` are those in which only the name is another.

    ``among`` are the columns that can differ, if that is known.
    """
    changed = sorted(changed_columns(old, new, among), key=_place)
    return [
        ColumnChange(name, column_classes(name, old.get(name), new.get(name), renamed), old.get(name), new.get(name))
        for name in changed
    ]


def _place(column: str) -> int:
    return REGISTER_COLUMNS.index(column) if column in REGISTER_COLUMNS else len(REGISTER_COLUMNS)


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
        case "designation" | "designation_by_year":
            return ("vocabulary",)
        case "deliveries":
            return ("flag",) if _without_flags(old) == _without_flags(new) else ("value",)
    return ("vocabulary",) if column in NAMING and column in renamed else ("value",)


def in_order(classes: Collection[Revision]) -> tuple[Revision, ...]:
    """Classes in their fixed order, each once."""
    return tuple(revision for revision in REVISION_ORDER if revision in classes)


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
    if name in ("deliveries", PERIODS):
        return sorted(old or (), key=str) != sorted(new or (), key=str)
    return bool(old != new)


def times(rows: Sequence[int] | None) -> int:
    """How often a row stands in its release."""
    return max(1, len(rows or ()))
