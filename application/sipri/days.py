"""Further exports of a day of which a ledger has taken others: of another period, in the other layout, or repaired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from armsledger.application.sipri.register import TakenRelease
from armsledger.domain.registers.columns import has_deal_face, has_year_face
from armsledger.exchange.sipri.layouts import deal_face, kept_from, year_face, years_by_year
from armsledger.exchange.sipri.matching import HeldRow, Matches, match
from armsledger.exchange.sipri.names import Names
from armsledger.exchange.sipri.operations import Operation, leave_alone
from armsledger.exchange.sipri.parts import parts_of, years_of_parts
from armsledger.exchange.sipri.release import Release, joined_day
from armsledger.exchange.sipri.revision import differing_words
from armsledger.exchange.sipri.row import RegisterRow, Words
from armsledger.exchange.sipri.same_day import Day, DayRows, Face, rows_of
from armsledger.exchange.sipri.years import Years


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
    told = [old for old in held if _is_told(old, same, release, names)]
    deals = {old.deal: old for old in told}
    joined = rows_of(joined_day(_day(told, Years.asked(same.scope.years)), release))
    operations: list[Operation] = []
    others: list[RegisterRow] = []
    for row in joined.rows:
        if row.deal is None:
            others.append(row)
        elif differing_words(deals[row.deal].words, row.words):
            operations.append(Operation(deals[row.deal], row, (), joins=True))
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
    return Addition(operations, matches, max(0, len(release.distinct_rows()) - more), joined)


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
    matches.pairs[:] = [
        (whole[old.deal], row._replace(words=kept_from(whole[old.deal].words, row.words))) for old, row in matches.pairs
    ]
    if not release.has_both_layouts:
        has_face = has_year_face if release.by_year else has_deal_face
        matches.vanished[:] = [old for old in matches.vanished if has_face(whole[old.deal].words)]
    matches.vanished[:] = [whole[old.deal] for old in matches.vanished]


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


def _is_told(old: HeldRow, same: TakenRelease, release: Release, names: Names) -> bool:
    """Whether the exports of a day that were taken so far tell of a row."""
    if old.gone or old.deal in release.may_be:
        return False
    years = years_of_parts(parts_of(old.words))
    if years and not Years.asked(same.scope.years).within(years):
        return False
    return not same.scope.leaves_out(old.words, old.buyer, old.supplier, names)


def _day(held: Iterable[HeldRow], years: Years) -> Day:
    """The rows of a ledger as those of the exports that told of them."""
    by_deal, by_year = [], []
    for old in held:
        if has_deal_face(old.words):
            by_deal.append(_row(old, deal_face(old.words)))
        if has_year_face(old.words):
            by_year.append(_row(old, year_face(old.words)))
    return Day(Face(by_deal, years), Face(by_year, years))


def _row(old: HeldRow, words: Words) -> RegisterRow:
    own = {name: value for name, value in words.items() if name not in ("perhaps", "revisions")}
    return RegisterRow(0, own, old.buyer, old.supplier, 0, old.deal)
