"""What a release does to the deals of a ledger: rows that are new, revised, vanished, or left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.events.register import Revision
from armsledger.exchange.sipri.matching import HeldRow, Matches, match
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.release import Release
from armsledger.exchange.sipri.revision import Vocabulary, classes_of
from armsledger.exchange.sipri.row import FLAG, RegisterRow, all_words, is_undelivered

HARDLY_ANY: Final = 10
"""An export of all deals has at least one order for so many that are gone."""


class Operation(NamedTuple):
    """What a release does to one deal: a row without a held one is new, a held row without another has vanished."""

    held: HeldRow | None
    row: RegisterRow | None
    classes: tuple[Revision, ...]


def operations_of(
    matches: Matches, held: Sequence[HeldRow], rows: Sequence[RegisterRow], was_asked: Callable[[RegisterRow], bool]
) -> list[Operation]:
    """The operations of matched rows in the order of the file, and then those of rows that vanished.

    ``was_asked`` tells whether an earlier release had a place for a row: then it is news that it is there.
    """
    before = Vocabulary.of(old.words for old in held if not old.gone)
    after = Vocabulary.of(row.words for row in rows)
    numbered: list[tuple[int, Operation]] = []
    for old, row in matches.pairs:
        same = {"recipient": old.buyer == row.buyer, "supplier": old.supplier == row.supplier}
        classes = classes_of(old.words, row.words, before, after, same)
        numbered.append((row.number, Operation(old, row, ("reappeared", *classes) if old.gone else classes)))
    numbered += [(row.number, Operation(None, row, ("new",) if was_asked(row) else ())) for row in matches.new]
    numbered.sort(key=lambda pair: pair[0])
    vanished = [Operation(old, None, ("vanished",)) for old in matches.vanished]
    return [*(operation for _, operation in numbered), *vanished]


def match_more(held: Sequence[HeldRow], rows: Sequence[RegisterRow], may_be: Sequence[str]) -> tuple[Matches, int]:
    """Match rows of a release that was taken before, such as corrected ones; also returns how many were taken already.

    They belong to the deals ``may_be`` that the file names, or to the deal of their id, or are new; no row vanishes.
    """
    live = {all_words(old.words) for old in held if not old.gone}
    more = [row for row in rows if all_words(row.words) not in live]
    by_id = {old.words["reference"]: old for old in held if "reference" in old.words}
    for row in more:
        old = by_id.get(row.words.get("reference"))
        if old is not None and not old.gone:
            row.words["deliveries"] = _joined_deliveries(old.words.get("deliveries", ()), row.words["deliveries"])
    ids = {row.words["reference"] for row in more if "reference" in row.words}
    candidates = [old for old in held if old.gone or old.deal in may_be or old.words.get("reference") in ids]
    matches = match(candidates, more)
    matches.vanished.clear()
    return matches, len(rows) - len(more)


def _joined_deliveries(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """The deliveries by year of two files; where both have a year, those of the second."""
    years = {str(delivery["year"]).rstrip(FLAG) for delivery in second}
    kept = [delivery for delivery in first if str(delivery["year"]).rstrip(FLAG) not in years]
    return sorted([*kept, *second], key=lambda delivery: str(delivery["year"]))


def leave_alone(matches: Matches, release: Release, names: Names) -> tuple[int, list[str]]:
    """Keep rows that a release lacks for a known reason from vanishing.

    A row may be among the lines that were set aside, or the export left it out by choice. An export that has hardly any
    order in place of all that are gone is one of deliveries, whatever it says. Returns how many it left out, and the
    deals of the others.
    """
    gone = sum(is_undelivered(old.words) for old in matches.vanished)
    there = sum(is_undelivered(row.words) for row in release.rows)
    if there * HARDLY_ANY <= gone:
        release.scope = release.scope._replace(undelivered=False)
    aside = [rows.raw.casefold() for rows in release.set_aside]
    may_be: list[str] = []
    vanished = []
    for old in matches.vanished:
        if aside and _may_be_among(old, aside):
            may_be.append(old.deal)
        elif release.rows and not release.scope.leaves_out(old.words, old.buyer, old.supplier, names):
            vanished.append(old)
    left_out = len(matches.vanished) - len(vanished) - len(may_be)
    matches.vanished[:] = vanished
    return left_out, may_be


def _may_be_among(old: HeldRow, aside: Iterable[str]) -> bool:
    """Whether one of some lines names the designation of a row, and its recipient or supplier."""
    recipient, supplier, designation = (
        str(old.words[name]).strip().casefold() for name in ("recipient", "supplier", "designation")
    )
    return any((recipient in line or supplier in line) and designation in line for line in aside)
