"""How one release revises a row of another: which columns differ, and the class of each difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from armsledger.domain.events.register import Revision
from armsledger.exchange.sipri.layouts import (
    BY_DEAL_ALONE,
    BY_YEAR_ALONE,
    OTHER_NAME,
    has_deal_face,
    has_year_face,
)
from armsledger.exchange.sipri.row import FLAG, Words

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
FLAGGED: Final = frozenset({"order_year", "ordered", "delivered"})
TERMS: Final = ("description", "category")
NOT_COLUMNS: Final = ("perhaps", "revisions", "periods")
"""Fields of a listing that are no column of either layout."""
ABOUT_RELEASES: Final = ("perhaps", "revisions")
DESIGNATIONS: Final = frozenset({"designation", OTHER_NAME})
PARTIES: Final = frozenset({"recipient", "supplier"})


class Vocabulary(NamedTuple):
    """The terms by which a release describes and classifies weapons."""

    terms: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[Words]) -> Vocabulary:
        """All terms of some rows."""
        return cls(frozenset(str(words[name]) for words in rows for name in TERMS if name in words))


def changed_columns(old: Words, new: Words) -> list[str]:
    """The columns in which two rows differ; how often a row stands in its release counts as a column.

    Where only one of the rows is told of by a layout, its columns are no change.
    """
    left_out = _of_one_layout(old, new)
    return [name for name in differing_words(old, new) if name not in NOT_COLUMNS and name not in left_out]


def differing_words(old: Words, new: Words) -> list[str]:
    """The fields of a listing in which two rows differ."""
    names = (*old, *(name for name in new if name not in old))
    return [name for name in names if name not in ABOUT_RELEASES and _differs(name, old.get(name), new.get(name))]


def _of_one_layout(old: Words, new: Words) -> Sequence[str]:
    """The columns of the layouts that tell of only one of two rows."""
    found: list[str] = []
    if has_year_face(old) != has_year_face(new):
        found += [*BY_YEAR_ALONE, OTHER_NAME]
    if has_deal_face(old) != has_deal_face(new):
        found += BY_DEAL_ALONE
    if bool(old.get("deliveries")) != bool(new.get("deliveries")) and has_deal_face(old) and has_deal_face(new):
        found.append("deliveries")  # they came with the other layout, or no longer fit the number delivered
    return found


class Change(NamedTuple):
    """How a column of a row changed: ``marked`` and ``unmarked`` if only its mark of uncertain data came or went."""

    column: str
    how: Literal["marked", "unmarked", "changed"]


def changes_of(old: Words, new: Words) -> list[Change]:
    """How each column that differs changed."""
    return [Change(name, _how(name, old.get(name), new.get(name))) for name in changed_columns(old, new)]


def _how(name: str, old: Any, new: Any) -> Literal["marked", "unmarked", "changed"]:
    if name == "deliveries" and _without_flags(old) == _without_flags(new):
        return "marked" if str(new).count(FLAG) > str(old).count(FLAG) else "unmarked"
    one, other = str(old or ""), str(new or "")
    if name not in FLAGGED or one.rstrip(FLAG) != other.rstrip(FLAG):
        return "changed"
    return "marked" if other.endswith(FLAG) else "unmarked"


def classes_of(
    old: Words, new: Words, before: Vocabulary, after: Vocabulary, same_parties: Mapping[str, bool] | None = None
) -> tuple[Revision, ...]:
    """The classes of the differences between two rows, in a fixed order; none if there are none.

    A term that only one of the releases has was renamed (``vocabulary``); another term that both have was chosen anew
    (``value``). A party was renamed if its code is the same, which ``same_parties`` says.
    """
    classes: set[Revision] = set()
    for name in changed_columns(old, new):
        classes |= set(_classes(name, old.get(name), new.get(name), before, after, same_parties or {}))
    return tuple(revision for revision in ORDER if revision in classes)


def _classes(
    name: str, old: Any, new: Any, before: Vocabulary, after: Vocabulary, same_parties: Mapping[str, bool]
) -> Iterable[Revision]:
    if name in FLAGGED:
        one, other = str(old or ""), str(new or "")
        if one.rstrip(FLAG) != other.rstrip(FLAG):
            yield "value"
        if one.endswith(FLAG) != other.endswith(FLAG):
            yield "flag"
    elif name == "comment":
        yield "comment"
    elif name == "rows":
        yield "duplicate"
    elif name in DESIGNATIONS:
        yield "vocabulary"
    elif name in TERMS:
        yield "vocabulary" if old not in after.terms or new not in before.terms else "value"
    elif name in PARTIES:
        yield "vocabulary" if same_parties.get(name, True) else "value"
    elif name == "deliveries":
        yield "flag" if _without_flags(old) == _without_flags(new) else "value"
    else:
        yield "value"


def _without_flags(deliveries: Any) -> list[dict[str, Any]]:
    bare = [{name: str(value).rstrip(FLAG) for name, value in one.items()} for one in deliveries or ()]
    return sorted(bare, key=str)


def _differs(name: str, old: Any, new: Any) -> bool:
    if name == "rows":
        return max(1, len(old or ())) != max(1, len(new or ()))
    if name == "deliveries":
        return sorted(old or (), key=str) != sorted(new or (), key=str)
    return bool(old != new)
