"""Further exports of a day of which a ledger has taken others: of another period, in the other layout, or repaired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from armsledger.application.sipri.register import TakenRelease
from armsledger.domain.registers.columns import ABOUT_RELEASES, has_deal_face, has_year_face
from armsledger.exchange.sipri.layouts import deal_face, kept_from, year_face, years_by_year
from armsledger.exchange.sipri.matching import HeldRow, Matches, match
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.operations import Operation, leave_alone
from armsledger.exchange.sipri.parts import parts_of, years_of_parts
from armsledger.exchange.sipri.preamble import Scope
from armsledger.exchange.sipri.release import Release, joined_day
from armsledger.exchange.sipri.renames import join_renames
from armsledger.exchange.sipri.revision import differing_words
from armsledger.exchange.sipri.row import RegisterRow, Words, all_words, key_of
from armsledger.exchange.sipri.same_day import Day, DayRows, ExportsDiffer, Face, rows_of
from armsledger.exchange.sipri.years import NO_YEARS, Years


class Addition(NamedTuple):
    """What a further export adds: what it says more of deals, its other rows as matched, and how many say no more."""

    operations: list[Operation]
    matches: Matches
    unchanged: int
    joined: DayRows


def added_to(same: TakenRelease, held: Sequence[HeldRow], release: Release, names: Names) -> Addition:
    """What a release adds to others of its day, which have told of the deals that are held.

    Rows of deals that are gone, or that the file names as those of rows set aside, are matched as those of a new
    release are; so are those that the exports taken so far left out. Raises ExportsDiffer.
    """
    day = _day(held, same, release, names)
    told = {row.deal for row in (*day.by_deal.rows, *day.by_year.rows)}
    deals = {old.deal: old for old in held if old.deal in told}
    joined = rows_of(joined_day(day, release))
    operations: list[Operation] = []
    others: list[RegisterRow] = []
    for row in joined.rows:
        if row.deal is None:
            others.append(row)
        elif differing_words(deals[row.deal].words, row.words):
            operations.append(Operation(deals[row.deal], row, (), joins=True))
    _check_none_stands_twice(others, day.by_deal.rows, same, release, names)
    more = len(operations) + len(others) + sum(row.deal is None for row in joined.left_out)
    kept = {row.deal for row in joined.rows}
    operations += [Operation(deals[deal], None, (), joins=True) for deal in joined.absorbed if deal not in kept]
    rest = [old for old in held if old.deal not in deals]
    matches = match(rest, others)
    may_be = set(release.may_be)
    matches.vanished[:] = [old for old in matches.vanished if old.deal not in may_be and not old.gone]
    if release.scope.years is None:
        matches.vanished.clear()  # rows that were set aside
    leave_alone(matches, release, names)
    join_renames(matches, held, [*others, *(_row(old, old.words) for old in deals.values())])
    return Addition(operations, matches, max(0, len(release.distinct_rows()) - more), joined)


def _check_none_stands_twice(
    others: Iterable[RegisterRow], told: Iterable[RegisterRow], same: TakenRelease, release: Release, names: Names
) -> None:
    """Refuse an export that says other things of deals than one of that day, of which both should say the same."""
    if release.scope.years is None or release.by_year or release.has_both_layouts:
        return  # rows that were set aside, or deals by their ids
    stated = {(row.buyer, row.supplier, all_words(row.words)) for row in release.rows}
    missing: set[tuple[str, ...]] = set()
    overlap = False
    for row in told:
        if (row.buyer, row.supplier, all_words(row.words)) in stated:
            overlap = True
            continue
        old, years = HeldRow("", row.words, row.buyer, row.supplier), years_of_parts(parts_of(row.words))
        if "periods" not in row.words and _is_told(release.scope, row.words, years, old, names):
            missing.add(key_of(row.words, row.buyer, row.supplier))
    deals = same.scope.in_layout(by_year=False)
    twice = [
        row
        for row in others
        if key_of(row.words, row.buyer, row.supplier) in missing
        and not deals.leaves_out(row.words, row.buyer, row.supplier, names)
    ]
    if twice and overlap:
        row, count = twice[0], f"{len(twice):,} deal{'s' * (len(twice) > 1)}"
        parties = f"from {row.words['supplier']} to {row.words['recipient']}"
        raise ExportsDiffer(
            f"{release.files[0]} and another export of that day say different things of {count}, such as line "
            f"{row.line} ({row.words['designation']} {parties})",
            remedy="leave out the file that was changed since its download, or is of another day",
        )


def faces_for(release: Release, held: Sequence[HeldRow]) -> list[HeldRow]:
    """The rows of a ledger as the layout of a release tells of them."""
    if release.has_both_layouts or not any(has_year_face(old.words) and has_deal_face(old.words) for old in held):
        return list(held)
    face = year_face if release.by_year else deal_face
    return [old._replace(words=face(old.words)) for old in held]


def with_whole_rows(matches: Matches, held: Sequence[HeldRow], release: Release) -> None:
    """Give the matched rows back what the ledger holds of them from the other layout, which this release lacks.

    A deal that only the other layout tells of has not vanished.
    """
    whole = {old.deal: old for old in held}
    matches.pairs[:] = [(whole[old.deal], row) for old, row in matches.pairs]
    complete_pairs(matches)
    if not release.has_both_layouts:
        has_face = has_year_face if release.by_year else has_deal_face
        matches.vanished[:] = [old for old in matches.vanished if has_face(whole[old.deal].words)]
    matches.vanished[:] = [whole[old.deal] for old in matches.vanished]


def with_renames(
    matches: Matches, faces: Sequence[HeldRow], held: Sequence[HeldRow], rows: Sequence[RegisterRow], release: Release
) -> None:
    """Join what was renamed, comparing the rows as the layout of a release tells of them."""
    face, whole = {old.deal: old for old in faces}, {old.deal: old for old in held}
    matches.vanished[:] = [face[old.deal] for old in matches.vanished]
    before = len(matches.pairs)
    join_renames(matches, faces, rows, [aside.raw for aside in release.set_aside])
    matches.pairs[before:] = [(whole[old.deal], row) for old, row in matches.pairs[before:]]
    matches.vanished[:] = [whole[old.deal] for old in matches.vanished]


def complete_pairs(matches: Matches) -> None:
    """Complete the rows of pairs by what the ledger holds of them from the other layout."""
    matches.pairs[:] = [(old, row._replace(words=kept_from(old.words, row.words))) for old, row in matches.pairs]


def years_held(release: Release, held: Iterable[HeldRow]) -> list[frozenset[int]]:
    """The years of delivery of each deal of which the layout of a release tells."""
    found = []
    for old in held:
        if old.gone:
            continue
        if not release.by_year or release.has_both_layouts:
            found.append(years_of_parts(parts_of(old.words)))
        else:
            found.append(years_by_year(old.words.get("deliveries") or ()))
    return [years for years in found if years]


def _is_told(scope: Scope, words: Words, years: frozenset[int], old: HeldRow, names: Names) -> bool:
    """Whether exports of a scope tell of a row."""
    if years and not Years.asked(scope.years).within(years):
        return False
    return not scope.leaves_out(words, old.buyer, old.supplier, names)


def _day(held: Iterable[HeldRow], same: TakenRelease, release: Release, names: Names) -> Day:
    """The rows of a ledger as those of the exports of a day that told of them."""
    by_deal, by_year = [], []
    deals, years = (same.scope.in_layout(by_year=one) for one in (False, True))
    for old in held:
        if old.gone or old.deal in release.may_be:
            continue
        if has_deal_face(old.words):
            words = deal_face(old.words)
            if _is_told(deals, words, years_of_parts(parts_of(words)), old, names):
                by_deal.append(_row(old, words))
        if has_year_face(old.words):
            words = year_face(old.words)
            if _is_told(years, words, years_by_year(words.get("deliveries") or ()), old, names):
                by_year.append(_row(old, words))
    return Day(_face(same, deals, by_deal, by_year=False), _face(same, years, by_year, by_year=True))


def _face(same: TakenRelease, scope: Scope, rows: list[RegisterRow], *, by_year: bool) -> Face:
    """The rows of a layout with the years that it holds; none if no export was in that layout."""
    return Face(rows, Years.asked(scope.years) if same.scope.tells(by_year=by_year) else NO_YEARS)


def _row(old: HeldRow, words: Words) -> RegisterRow:
    own = {name: value for name, value in words.items() if name not in ABOUT_RELEASES}
    return RegisterRow(0, own, old.buyer, old.supplier, 0, old.deal)
