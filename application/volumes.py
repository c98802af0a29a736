"""Volumes by supplier, buyer, category and year: sums over the deliveries that a register lists.

A delivery that is spread over several years counts exactly in a sum over all of them. Of some of them alone it has
bounds: in each year that the register names, at least one unit was delivered, and every unit of a row has the same
volume; the years that it does not name had none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import make_dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

from armsledger.application.codes import Codes
from armsledger.application.names.filters import CODE_LENGTH, party_filter
from armsledger.domain.errors import InvalidValue, UsageError, quoted
from armsledger.domain.values.money import plain
from armsledger.domain.values.party import Party
from armsledger.exchange.sipri.names import party_of
from armsledger.projections.codec import Number, codec_of
from armsledger.projections.read_models.volumes import VolumeRow
from armsledger.projections.rows import Row, Rows

VolumeField = Literal["supplier", "buyer", "category", "year"]
"""What volumes are summed up by."""
Precision = Literal["exact", "bounds", "at least"]
Words = str | Sequence[str] | None
"""The words of a filter: one, or several of which any will do."""
Bounds = tuple[Decimal, Decimal]
FIELDS: Final = get_args(VolumeField)
CATEGORY: Final = "category"
YEAR: Final = "year"
AND: Final = ", "
VALUES: Final = codec_of(VolumeRow).indexes
READ: Final = ("supplier", "suppliers", "buyer", "buyers", "category", "years", "tiv", "count", "certain")
"""The fields that sums are made of."""
TYPES: Final[Mapping[str, Any]] = {
    "supplier": str | None,
    "buyer": str | None,
    CATEGORY: str | None,
    YEAR: int | None,
}
FIRST_YEAR, LAST_YEAR = 1000, 9999
PLACES: Final = Decimal("0.000001")
"""What sums are rounded to: a share of a volume, such as a third, has no end."""
PER_CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal()


class VolumeSum(Row):
    """The deliveries of one supplier, buyer, category or year, or of what of these is asked for, and their volume.

    ``tiv`` is certain, in millions of SIPRI trend-indicator values; ``possible_tiv`` is the other bound, None where
    some delivery has no volume in the register. ``deliveries`` counts the deliveries of which at least a part possibly
    belongs here. ``share`` is that of ``tiv`` in the certain volume of all that is asked for, in per cent. ``precision``
    says what ``tiv`` is: ``exact``; the lower of two ``bounds``; or ``at least`` so much.
    """

    if TYPE_CHECKING:
        supplier: str | None
        buyer: str | None
        category: str | None
        year: int | None
        tiv: Number
        possible_tiv: Number | None
        deliveries: int
        share: Number | None
        precision: Precision


class VolumeSums(Rows[VolumeSum]):
    """Sums of volumes, and ``total``: that of all that is asked for, which is no sum of bounds."""

    def __init__(self, row_type: type[VolumeSum], rows: Iterable[VolumeSum], total: VolumeSum) -> None:
        super().__init__(row_type, rows)
        self.total = total


@cache
def sum_type(by: tuple[str, ...]) -> type[VolumeSum]:
    """The type of the rows of a question: its fields come first."""
    own: list[tuple[str, Any]] = [(name, TYPES[name]) for name in by]
    told: list[tuple[str, Any]] = [
        ("tiv", Number),
        ("possible_tiv", Number | None),
        ("deliveries", int),
        ("share", Number | None),
        ("precision", Precision),
    ]
    made: Any = make_dataclass("VolumeSum", [*own, *told], bases=(VolumeSum,), frozen=True)
    made.__doc__ = VolumeSum.__doc__
    return made


class Asked(NamedTuple):
    """What is asked of volumes: by which fields, of which years (inclusive), and of whom; without words, of all."""

    by: tuple[str, ...]
    first: int | None
    last: int | None
    words: Mapping[str, frozenset[str]]
    """By their fields, the words that filters look for."""


def asked_of(
    by: str | Sequence[str], from_year: int | None, to_year: int | None, words: Mapping[str, Words]
) -> Asked:
    """Read what is asked; raises UsageError."""
    for name, year in (("from", from_year), ("to", to_year)):
        if year is not None and (type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR):
            raise UsageError(f"{name} {quoted(year)} is no year", remedy="write a year of four digits, such as 1950")
    if from_year is not None and to_year is not None and from_year > to_year:
        raise UsageError(
            f"from {from_year} to {to_year} there is no year", remedy=f"name the earlier year first: {to_year}"
        )
    return Asked(_fields(by), from_year, to_year, {name: _words(name, given) for name, given in words.items() if given})


def _fields(by: str | Sequence[str]) -> tuple[str, ...]:
    """The fields to sum up by, in their order; raises UsageError."""
    parts = by.split(",") if isinstance(by, str) else [part for text in by for part in text.split(",")]
    names = [part.strip() for part in parts if part.strip()]
    for name in names:
        if name not in FIELDS or names.count(name) > 1:
            what = "cannot be by" if name not in FIELDS else "are by one field twice:"
            raise UsageError(f"volumes {what} {quoted(name)}", remedy="write some of supplier,buyer,category,year")
    return tuple(names)


def _words(name: str, given: Words) -> frozenset[str]:
    """What a filter looks for, letters of either case alike; raises UsageError."""
    words = [given] if isinstance(given, str) else list(given)
    return frozenset((word if name == CATEGORY else _party(word)).strip().casefold() for word in words)


def _party(text: str) -> str:
    """A party by its code or by any of its names, those of the register too; raises UsageError."""
    if len(text) == CODE_LENGTH and text.isupper():
        return party_filter(text)
    try:
        return str(party_of(text, Codes()))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error


def sums_of(rows: Iterable[VolumeRow], asked: Asked, day: date) -> VolumeSums:
    """The sums over the deliveries that are at least possible at a day; raises UsageError for words that none has."""
    return _Summing(asked, day).run(rows)


class _Sum:
    """One sum that grows."""

    __slots__ = ("certain", "deliveries", "is_known", "possible")

    def __init__(self) -> None:
        self.certain = self.possible = NOTHING
        self.deliveries = 0
        self.is_known = True

    def add(self, bounds: Bounds | None) -> None:
        """Add a delivery, of which the volume is None where the register has none."""
        self.deliveries += 1
        if bounds is None:
            self.is_known = False
        else:
            self.certain += bounds[0]
            self.possible += bounds[1]


class _Summing:
    """One question on its way through the rows."""

    def __init__(self, asked: Asked, day: date) -> None:
        self._asked = asked
        self._first = FIRST_YEAR if asked.first is None else asked.first
        self._last = day.year if asked.last is None else min(asked.last, day.year)
        self._is_of_all_years = asked.first is None and asked.last is None
        self._sums: dict[tuple[Any, ...], _Sum] = {}
        self._total = _Sum()
        self._there: dict[str, set[str]] = {name: set() for name in asked.words}
        """By their fields, the words that rows have."""

    def run(self, rows: Iterable[VolumeRow]) -> VolumeSums:
        """Add up the rows."""
        take = itemgetter(*(VALUES[name] for name in READ))
        for row in rows:
            self._add(*take(row.to_values()))
        self._check_words()
        made = sum_type(self._asked.by)
        total = self._row(sum_type(()), (), self._total)
        own = [self._row(made, key, one) for key, one in sorted(self._sums.items(), key=self._order)]
        return VolumeSums(made, own, total)

    def _add(
        self,
        supplier: str | None,
        suppliers: list[str],
        buyer: str | None,
        buyers: list[str],
        category: str | None,
        years: list[int],
        tiv: float | None,
        count: int | None,
        certain: bool,
    ) -> None:
        """Add one delivery to the sums that it belongs to."""
        if self._asked.words and not self._fits(
            {"supplier": suppliers or [supplier], "buyer": buyers or [buyer], CATEGORY: [category]}
        ):
            return
        first, last = self._first, self._last
        within = [year for year in years if first <= year <= last]
        if years and not within:
            return
        volume = None if tiv is None else Decimal(str(tiv))

        def bounds(some: int) -> Bounds | None:
            if volume is None:
                return None
            if not years:
                low, high = (volume if self._is_of_all_years else NOTHING), volume
            else:
                low, high = bounds_of(volume, count, len(years), some)
            return (low if certain else NOTHING), high

        whole = bounds(len(within))
        self._total.add(whole)
        parties = {"supplier": AND.join(suppliers) or supplier, "buyer": AND.join(buyers) or buyer}
        fields: dict[str, Any] = {**parties, CATEGORY: category}
        if YEAR not in self._asked.by:
            self._sum(fields).add(whole)
            return
        each = bounds(1) if within else whole
        for year in within or [None]:
            self._sum({**fields, YEAR: year}).add(each)

    def _sum(self, fields: Mapping[str, Any]) -> _Sum:
        key = tuple([fields[name] for name in self._asked.by])
        one = self._sums.get(key)
        if one is None:
            one = self._sums[key] = _Sum()
        return one

    def _fits(self, fields: Mapping[str, list[str | None]]) -> bool:
        """Whether a row has the words that are asked for; notes those that it has."""
        fits = True
        for name, words in self._asked.words.items():
            own = {value.casefold() for value in fields[name] if value is not None}
            self._there[name].update(value for value in fields[name] if value is not None)
            fits = fits and not own.isdisjoint(words)
        return fits

    def _check_words(self) -> None:
        """Refuse words that are no party or category; a party without deliveries has none."""
        for name, words in self._asked.words.items():
            there = self._there[name]
            for word in sorted(words - {value.casefold() for value in there}):
                if name == CATEGORY and there:
                    near = get_close_matches(word.capitalize(), there, 3, 0.5) or sorted(there)
                    raise UsageError(f"no delivery is of the category {quoted(word)}", remedy=f"write {_or(near)}")
                if name == CATEGORY and self._total.deliveries:
                    raise UsageError("the register as taken tells of no categories", remedy="import deals and TIVs")
                if name != CATEGORY and len(word) == CODE_LENGTH:
                    _check_code(word.upper())

    def _order(self, item: tuple[tuple[Any, ...], _Sum]) -> Any:
        """By the fields where the year is one of them, else the greatest volume first; nothing last."""
        key, one = item
        by_name = [(value is None, value if value is not None else "") for value in key]
        return by_name if YEAR in self._asked.by else [(-one.certain, -one.possible), *by_name]

    def _row(self, made: type[VolumeSum], key: tuple[Any, ...], one: _Sum) -> VolumeSum:
        tiv, possible = _rounded(one.certain, PLACES), _rounded(one.possible, PLACES)
        share = _rounded(100 * one.certain / self._total.certain, PER_CENT) if self._total.certain else None
        precision: Precision = "at least" if not one.is_known else "exact" if tiv == possible else "bounds"
        return made(*key, tiv, possible if one.is_known else None, one.deliveries, share, precision)


def bounds_of(volume: Decimal, count: int | None, years: int, some: int) -> Bounds:
    """The least and the most of a volume that came in ``some`` of the ``years`` over which it is spread.

    Each year that a register names had one unit at least, and all units of a row have the same volume. Where fewer
    units are told than years, or none, nothing more is known than the whole.
    """
    if some == years:
        return volume, volume
    if count is None or count < years:
        return NOTHING, volume
    unit = volume / count
    return unit * some, volume - unit * (years - some)


def _rounded(number: Decimal, places: Decimal) -> Number:
    return Number(Decimal(plain(number.quantize(places, ROUND_HALF_UP))))


def _check_code(code: str) -> None:
    try:
        Codes().party(Party.parse(code))
    except InvalidValue as error:
        raise UsageError(error.message, remedy=error.remedy) from error


def _or(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}" if len(words) > 1 else words[0]
