"""What a release does to the deals of a ledger: rows that are new, revised, vanished, or left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from armsledger.domain.values.words import Revision
from armsledger.exchange.sipri.matching import HeldRow, Matches
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.release import Release
from armsledger.exchange.sipri.revision import Vocabulary, classes_of, differing_words, renamed_columns
from armsledger.exchange.sipri.row import FLAG, RegisterRow, is_undelivered

HARDLY_ANY: Final = 10
"""An export of all deals has at least one order for so many that are gone."""


class Operation(NamedTuple):
    """What a release does to one deal: a row without a held one is new, a held row without another has vanished.

    ``renamed`` are the columns that it only renames; None if none differs of which that could be.
    """

    held: HeldRow | None
    row: RegisterRow | None
    classes: tuple[Revision, ...]
    renamed: list[str] | None = None
    joins: bool = False
    """Whether exports of one day were joined: nothing was revised, but one tells more of a deal than the other."""

    @property
    def changes_nothing(self) -> bool:
        """Whether the row is listed as it was."""
        return self.held is not None and self.row is not None and not (self.classes or self.joins)


def operations_of(
    matches: Matches, held: Sequence[HeldRow], rows: Sequence[RegisterRow], was_asked: Callable[[RegisterRow], bool]
) -> list[Operation]:
    """The operations of matched rows in the order of the file, and then those of rows that vanished.

    ``was_asked`` tells whether an earlier release had a place for a row: then it is news that it is there.
    """
    before = Vocabulary.of(old.words for old in held if not old.gone)
    after = Vocabulary.of(row.words for row in rows)
    by_another_name = {deal for rename in matches.renames if rename.kind == "party" for deal in rename.deals}
    numbered: list[tuple[int, Operation]] = []
    for old, row in matches.pairs:
        same = {"recipient": old.buyer == row.buyer, "supplier": old.supplier == row.supplier}
        if old.deal in by_another_name:
            same = {}
        classes = classes_of(old.words, row.words, before, after, same)
        joins = not classes and not old.gone and bool(differing_words(old.words, row.words))
        classes = ("reappeared", *classes) if old.gone else classes
        renamed = renamed_columns(old.words, row.words, before, after, same) if classes else None
        numbered.append((row.number, Operation(old, row, classes, renamed, joins)))
    numbered += [(row.number, Operation(None, row, ("new",) if was_asked(row) else ())) for row in matches.new]
    numbered.sort(key=lambda pair: pair[0])
    vanished = [Operation(old, None, ("vanished",)) for old in matches.vanished]
    return [*(operation for _, operation in numbered), *vanished]


def leave_alone(matches: Matches, release: Release, names: Names) -> tuple[int, list[str]]:
    """Keep rows that a release lacks for a known reason from vanishing.

    A row may be among the lines that were set aside, or the export left it out by choice. An export that has hardly any
    order in place of all that are gone, of the parties and years it was asked for, is one of deliveries, whatever it
    says. Returns how many it left out, and the deals of the others.
    """
    asked = release.scope._replace(undelivered=None)
    gone = sum(
        is_undelivered(old.words) and not asked.leaves_out(old.words, old.buyer, old.supplier, names)
        for old in matches.vanished
    )
    there = sum(is_undelivered(row.words) for row in release.rows)
    if there * HARDLY_ANY <= gone:
        release.scope = release.scope._replace(undelivered=False)
    left_out = _part_doubtful(matches) if release.scope.undelivered is False else 0
    aside = [rows.raw.casefold() for rows in release.set_aside]
    may_be: list[str] = []
    vanished = []
    for old in matches.vanished:
        if aside and _may_be_among(old, aside):
            may_be.append(old.deal)
        elif release.rows and not release.scope.leaves_out(old.words, old.buyer, old.supplier, names):
            vanished.append(old)
    left_out += len(matches.vanished) - len(vanished) - len(may_be)
    matches.vanished[:] = vanished
    return left_out, may_be


def _part_doubtful(matches: Matches) -> int:
    """Part orders from delivered rows of their key that may be other deals, where the orders themselves are left out.

    An order and its delivery agree in the number ordered or the comment. Returns how many orders were parted; each may
    be the deal of its row, which is new.
    """
    doubtful = [
        (old, row)
        for old, row in matches.pairs
        if not old.gone
        and is_undelivered(old.words)
        and not is_undelivered(row.words)
        and not ("reference" in old.words and old.words["reference"] == row.words.get("reference"))
        and not any(_agree(old.words.get(name), row.words.get(name)) for name in ("ordered", "comment"))
    ]
    for old, row in doubtful:
        matches.pairs.remove((old, row))
        matches.new.append(row)
        matches.perhaps[row.number] = (old.deal,)
    return len(doubtful)


def _agree(one: object, other: object) -> bool:
    """Whether two cells say the same, but for a mark of uncertain data."""
    first, second = (str(cell or "").strip().removesuffix(FLAG) for cell in (one, other))
    return bool(first) and first == second


def _may_be_among(old: HeldRow, aside: Iterable[str]) -> bool:
    """Whether one of some lines names the designation of a row, and its recipient or supplier."""
    recipient, supplier, designation = (
        str(old.words[name]).strip().casefold() for name in ("recipient", "supplier", "designation")
    )
    return any((recipient in line or supplier in line) and designation in line for line in aside)
