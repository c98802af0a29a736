"""Several exports of one day as one release: those of several periods, and those in both layouts.

An export of a period tells of each deal only what was delivered in that period. Rows of two exports are one deal if
they have one id, or if they agree in all that no period changes (parties, designation, description, order, condition,
comment, volumes of a unit and of the order) and say the same of the years that both exports hold; and if there is one
such row in each. The numbers of periods are added up, their years joined; a mark of uncertain data in one stays. Where
several rows agree, they stay apart and are ambiguous: their deliveries are counted once all the same, and one without
deliveries is taken for one of the others.

The outcome does not depend on the order of the exports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from armsledger.domain.errors import LedgerError
from armsledger.exchange.sipri.layouts import completed
from armsledger.exchange.sipri.parts import (
    PartsDiffer,
    agree,
    joined,
    parts_of,
    with_parts,
    without_parts,
    years_of_parts,
)
from armsledger.exchange.sipri.row import FLAG, RegisterRow, all_words, key_of
from armsledger.exchange.sipri.years import NO_YEARS, Years


class ExportsDiffer(LedgerError):
    """Two exports of one day contradict each other in years that both hold."""


class Face(NamedTuple):
    """The rows of one layout, and the years that they hold."""

    rows: Sequence[RegisterRow] = ()
    years: Years = NO_YEARS


class Day(NamedTuple):
    """What the exports of one day say, by layout, and which of their rows could not be told apart."""

    by_deal: Face = Face()
    by_year: Face = Face()
    ambiguous: tuple[tuple[RegisterRow, ...], ...] = ()
    absorbed: tuple[str, ...] = ()

    def joined_with(
        self, rows: Sequence[RegisterRow], years: Years, *, by_year: bool, file: str, were_set_aside: bool = False
    ) -> Day:
        """The day with one more export, or with rows of one that had been set aside; raises ExportsDiffer."""
        face = self.by_year if by_year else self.by_deal
        if not face.rows:
            more = Face(rows, face.years.union(years))
            return self._replace(by_year=more) if by_year else self._replace(by_deal=more)
        join = _Joining(face, years, file, by_year=by_year, were_set_aside=were_set_aside)
        more = Face(join.run(rows), face.years.union(years))
        day = self._replace(by_year=more) if by_year else self._replace(by_deal=more)
        return day._replace(ambiguous=(*self.ambiguous, *join.ambiguous), absorbed=(*self.absorbed, *join.absorbed))

    @property
    def has_both_layouts(self) -> bool:
        """Whether there are rows of both layouts."""
        return bool(self.by_deal.rows and self.by_year.rows)


class DayRows(NamedTuple):
    """The rows of a day: one for each deal, those that were left out, and the deals that are others by now."""

    rows: list[RegisterRow]
    left_out: list[RegisterRow]
    absorbed: list[str]
    joined: int
    ambiguous: tuple[tuple[RegisterRow, ...], ...]


def rows_of(day: Day) -> DayRows:
    """The rows of a day, numbered in their order."""
    rows, left_out, absorbed, count = completed(day.by_deal.rows, day.by_year.rows)
    return DayRows(rows, left_out, [*day.absorbed, *absorbed], count, day.ambiguous)


def numbered(rows: Iterable[RegisterRow]) -> list[RegisterRow]:
    """The rows numbered from 1 on; repetitions of a row follow it."""
    number = 1
    found: list[RegisterRow] = []
    for row in rows:
        repeated = max(1, len(row.words.get("rows") or ()))
        words = {**row.words, "rows": list(range(number, number + repeated))} if repeated > 1 else row.words
        found.append(row._replace(words=words, number=number))
        number += repeated
    return found


_Groups = Mapping[Hashable, Sequence[RegisterRow]]


class _Joining:
    """One more export on its way into the rows of a layout."""

    def __init__(self, face: Face, years: Years, file: str, *, by_year: bool, were_set_aside: bool) -> None:
        self._rows = face.rows
        self._years = years
        self._common = face.years.common_with(years)
        self._is_other_period = face.years != years and not were_set_aside
        self._were_set_aside = were_set_aside
        self._is_one_period = years.covers(face.years)
        self._file = file
        self._by_year = by_year
        self._overlaps = False
        self.ambiguous: list[tuple[RegisterRow, ...]] = []
        self.absorbed: list[str] = []

    def run(self, rows: Sequence[RegisterRow]) -> list[RegisterRow]:
        """The rows of both."""
        more: dict[Hashable, list[RegisterRow]] = defaultdict(list)
        for row in rows:
            more[self._key(row)].append(row)
        groups: dict[Hashable, list[RegisterRow]] = defaultdict(list)
        for row in self._rows:
            groups[self._key(row)].append(row)
        stated = {(self._key(row), str(parts_of(row.words))) for row in self._rows}
        self._overlaps = not self._were_set_aside and any(
            (self._key(row), str(parts_of(row.words))) in stated for row in rows
        )
        self._check_none_stands_twice(groups, more)
        found: list[RegisterRow] = []
        for key, mine in groups.items():
            theirs = more.pop(key, [])
            if theirs:
                found += self._joined_by_year(mine[0], theirs[0]) if self._by_year else self._joined(mine, theirs)
            else:
                found += mine
        return found + [row for theirs in more.values() for row in theirs]

    def _check_none_stands_twice(self, mine: _Groups, theirs: _Groups) -> None:
        """Refuse rows of one period that contradict each other, if the exports have any row in common."""
        if self._by_year or self._were_set_aside or self._is_other_period or not self._overlaps:
            return
        lacking = {_key_of(row) for key, rows in mine.items() if key not in theirs for row in rows if row.deal is None}
        for key, rows in theirs.items():
            for row in rows:
                if key not in mine and _key_of(row) in lacking:
                    raise self._differ(row, ())

    def _key(self, row: RegisterRow) -> Hashable:
        if not self._by_year:
            return (row.buyer, row.supplier, all_words(without_parts(row.words)))
        other = {name: value for name, value in row.words.items() if name != "deliveries"}
        return row.words.get("reference") or (row.buyer, row.supplier, all_words(other))

    def _joined(self, mine: Sequence[RegisterRow], theirs: Sequence[RegisterRow]) -> list[RegisterRow]:
        """The rows of deals that agree in all that no period changes."""
        met: dict[int, RegisterRow] = {}
        left: list[RegisterRow] = []
        for row in theirs:
            same = next((one for one in mine if _is_same(one, row)), None)
            if same is None:
                left.append(row)
            else:
                met[id(same)] = row
        left = [row for row in left if not any(self._holds(one, row) for one in mine if id(one) not in met)]
        rows = [_with_repetitions(one, met[id(one)]) if id(one) in met else one for one in mine]
        free = [one for one in mine if id(one) not in met]
        if not left:
            return rows
        choices = {id(row): [one for one in free if self._agree(one, row)] for row in left}
        self._check(free, left, choices)
        if len(left) == 1 and len(choices[id(left[0])]) == 1:
            (one,) = choices[id(left[0])]
            return [self._with_parts(row, left[0]) if row is one else row for row in rows]
        unsure = {id(one): one for row in left for one in choices[id(row)]}
        sure = [row for row in left if not choices[id(row)]]
        several = [row for row in left if choices[id(row)]]
        pairs = self._unique(several, choices)
        if pairs is not None:
            return [self._with_parts(row, pairs[id(row)]) if id(row) in pairs else row for row in rows] + sure
        apart = [piece for row in rows for piece in (_apart(row) if id(row) in unsure else [row])]
        without = [row for row in (*several, *unsure.values()) if not parts_of(row.words)]
        self.absorbed += [row.deal for row in without if row.deal]
        found = [row for row in (*apart, *several, *sure) if not any(row is one for one in without)]
        self.ambiguous.append(tuple(row for row in found if row not in sure))
        return found

    def _unique(
        self, several: Sequence[RegisterRow], choices: Mapping[int, Sequence[RegisterRow]]
    ) -> dict[int, RegisterRow] | None:
        """The row that joins each of mine, if both are the only ones that agree; None if that leaves one unsure."""
        pairs = {id(choices[id(row)][0]): row for row in several if len(choices[id(row)]) == 1}
        return pairs if len(pairs) == len(several) else None

    def _holds(self, one: RegisterRow, row: RegisterRow) -> bool:
        """Whether all that a row says stands in another already."""
        years = years_of_parts(parts_of(row.words))
        return bool(years) and years <= years_of_parts(parts_of(one.words)) and self._agree(one, row)

    def _agree(self, one: RegisterRow, row: RegisterRow) -> bool:
        if self._were_set_aside:  # the export had no such row: it says nothing of these years
            return not self._is_one_period and not self._years.within(years_of_parts(parts_of(one.words)))
        return agree(parts_of(one.words), parts_of(row.words), self._common)

    def _check(
        self,
        free: Sequence[RegisterRow],
        left: Sequence[RegisterRow],
        choices: Mapping[int, Sequence[RegisterRow]],
    ) -> None:
        """Refuse rows of overlapping periods that contradict each other."""
        chosen = {id(one) for ones in choices.values() for one in ones}
        if not self._is_other_period:
            is_free = any(one.deal is None and id(one) not in chosen for one in free)
            for row in left if self._overlaps and is_free else ():
                if not choices[id(row)]:
                    raise self._differ(row, ())
            return
        for row in left:
            years = self._common.within(years_of_parts(parts_of(row.words)))
            if choices[id(row)] or not years:
                continue
            for one in free:
                if id(one) not in chosen and self._common.within(years_of_parts(parts_of(one.words))):
                    raise self._differ(row, years)

    def _with_parts(self, one: RegisterRow, row: RegisterRow) -> RegisterRow:
        try:
            parts = joined(parts_of(one.words), parts_of(row.words))
        except PartsDiffer:
            raise self._differ(row, years_of_parts(parts_of(row.words))) from None
        return one._replace(words=with_parts(one.words, parts, nothing=one.words))

    def _joined_by_year(self, one: RegisterRow, row: RegisterRow) -> list[RegisterRow]:
        """The deliveries by year of one deal in two exports."""
        differing = [name for name in (*one.words, *row.words) if one.words.get(name) != row.words.get(name)]
        if set(differing) - {"deliveries", "rows"}:
            raise self._differ(row, differing)
        mine, theirs = (_by_year(each.words.get("deliveries") or ()) for each in (one, row))
        for year in mine.keys() & theirs.keys():
            if sorted(mine[year], key=str) != sorted(theirs[year], key=str):
                raise self._differ(row, [int(year)] if year else ())
        if not theirs.keys() - mine.keys():
            return [one]
        both = mine | theirs
        return [one._replace(words={**one.words, "deliveries": [each for year in sorted(both) for each in both[year]]})]

    def _differ(self, row: RegisterRow, what: Iterable[int | str]) -> ExportsDiffer:
        words = row.words
        deal = f"{words['designation'].strip()} from {words['supplier'].strip()} to {words['recipient'].strip()}"
        where = ", ".join(name.replace("_", " ") for name in map(str, sorted(what, key=str)))
        return ExportsDiffer(
            f"{self._file} and another export of that day say different things of one deal: line {row.line} ({deal})"
            + (f", {where}" if where else ""),
            remedy="export periods that do not overlap, such as 1950 to 1989 and 1990 to 2023, at one time",
        )


def _key_of(row: RegisterRow) -> Hashable:
    return key_of(row.words, row.buyer, row.supplier)


def _is_same(one: RegisterRow, row: RegisterRow) -> bool:
    return sorted(map(str, parts_of(one.words))) == sorted(map(str, parts_of(row.words)))


def _with_repetitions(one: RegisterRow, row: RegisterRow) -> RegisterRow:
    """A row that stands in both exports, as often as it stands in the one that has it more often."""
    repeated = row.words.get("rows") or ()
    return (
        one._replace(words={**one.words, "rows": repeated}) if len(repeated) > len(one.words.get("rows") or ()) else one
    )


def _apart(row: RegisterRow) -> list[RegisterRow]:
    """The row as one for each period; the first keeps the deal."""
    parts = parts_of(row.words)
    if len(parts) < 2:
        return [row]
    first, *others = sorted(parts, key=lambda part: sorted(part.years))
    rows = [row._replace(words=with_parts(row.words, [first]))]
    return rows + [row._replace(words=with_parts(row.words, [part]), deal=None) for part in others]


def _by_year(deliveries: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    years: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in deliveries:
        years[str(one["year"]).rstrip(FLAG)].append(one)
    return years
