"""How one release revises a row of another: the class of each difference, by the vocabularies of both releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from armsledger.domain.registers.columns import (
    FLAG,
    NAMING,
    TERMS,
    ColumnChange,
    changed_columns,
    changes_between,
    differing_words,
    in_order,
)
from armsledger.domain.values.words import Revision
from armsledger.exchange.sipri.row import Words

__all__ = ["TERMS", "Vocabulary", "changed_columns", "classes_of", "differing_words", "renamed_columns"]


class Vocabulary(NamedTuple):
    """The terms by which a release describes and classifies weapons."""

    terms: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[Words]) -> Vocabulary:
        """All terms of some rows."""
        return cls(frozenset(str(words[name]) for words in rows for name in TERMS if name in words))


class Change(NamedTuple):
    """How a column of a row changed: ``marked`` and ``unmarked`` if only its mark of uncertain data came or went."""

    column: str
    how: Literal["marked", "unmarked", "changed"]


def changes_of(old: Words, new: Words) -> list[Change]:
    """How each column that differs changed."""
    return [Change(change.column, _how(change)) for change in changes_between(old, new)]


def _how(change: ColumnChange) -> Literal["marked", "unmarked", "changed"]:
    if change.classes != ("flag",):
        return "changed"
    return "marked" if str(change.new).count(FLAG) > str(change.old).count(FLAG) else "unmarked"


def classes_of(
    old: Words, new: Words, before: Vocabulary, after: Vocabulary, same_parties: Mapping[str, bool] | None = None
) -> tuple[Revision, ...]:
    """The classes of the differences between two rows, in a fixed order; none if there are none."""
    renamed = renamed_columns(old, new, before, after, same_parties) or ()
    return in_order({revision for change in changes_between(old, new, renamed) for revision in change.classes})


def renamed_columns(
    old: Words, new: Words, before: Vocabulary, after: Vocabulary, same_parties: Mapping[str, bool] | None = None
) -> list[str] | None:
    """The columns in which only the name is another; None if no column differs of which that could be.

    A term that only one of the releases has was renamed; another term that both have was chosen anew. A party was
    renamed if its code is the same, which ``same_parties`` says.
    """
    same = same_parties or {}
    naming = [name for name in NAMING if old.get(name) != new.get(name)]
    if not naming:
        return None
    return [
        name
        for name in naming
        if (
            old.get(name) not in after.terms or new.get(name) not in before.terms
            if name in TERMS
            else same.get(name, True)
        )
    ]
