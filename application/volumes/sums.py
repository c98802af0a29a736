"""Sums of volumes: by supplier, buyer, category and year, over the deliveries that a register lists.

A delivery that is spread over several years counts exactly in a sum over all of them. Of some of them alone it has
bounds: in each year that the register names, at least one unit was delivered, and all units of a row have one volume.
A year that the register does not name had nothing, though it lies between two that it names. (8,538 deals of the years
up to 1989 stand in both layouts of SIPRI's register under one key. All of them are so but eight, of which one layout
counts launchers and the other missiles.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import make_dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from armsledger.application.names.filters import CODE_LENGTH, check_code
from armsledger.application.volumes.question import CATEGORY, FIRST_YEAR, VolumeQuestion
from armsledger.domain.errors import UsageError, quoted
from armsledger.domain.near import near
from armsledger.domain.values.money import plain
from armsledger.projections.codec import Number, codec_of
from armsledger.projections.read_models.volumes import VolumeRow
from armsledger.projections.rows import Row, Rows

if TYPE_CHECKING:
    from armsledger.charts.picture import Picture

Precision = Literal["exact", "bounds", "at least"]
Bounds = tuple[Decimal, Decimal]
"""The least and the most."""
YEAR: Final = "year"
TYPES: Final[Mapping[str, Any]] = {
    "supplier": str | None,
    "buyer": str | None,
    CATEGORY: str | None,
    YEAR: int | None,
}
AND: Final = ", "
"""Between the names of several suppliers or buyers, who are a group of their own: what they share counts once."""
PLACES: Final = Decimal("0.000001")
"""What exact sums are rounded to: a third of a volume has no end."""
HUNDREDTHS: Final = Decimal("0.01")
"""What bounds and shares are rounded to, as SIPRI rounds volumes: the least down, and the most up."""
NOTHING: Final = Decimal()
MOST_NEAR: Final = 3


class VolumeSum(Row):
    """The deliveries of one supplier, buyer, category or year, or of several of these, and their volume.

    ``tiv`` is certain, in millions of SIPRI trend-indicator values; ``possible_tiv`` is the other bound, None where
    some delivery has no volume in the register. ``deliveries`` counts the deliveries of which at least a part possibly
    belongs here. ``share`` is the least that it can be of the volume of all that is asked for, in per cent, and
    ``possible_share`` the most.
    ``precision`` says what ``tiv`` is: ``exact``; the lower one of two ``bounds``; or ``at least`` so much.
    """

    if TYPE_CHECKING:  # the rows of a question have those fields by which it asks, and the other six
        supplier: str | None
        buyer: str | None
        category: str | None
        year: int | None
        tiv: Number
        possible_tiv: Number | None
        deliveries: int
        share: Number | None
        possible_share: Number | None
        precision: Precision


TOLD: Final[Sequence[tuple[str, Any]]] = (
    ("tiv", Number),
    ("possible_tiv", Number | None),
    ("deliveries", int),
    ("share", Number | None),
    ("possible_share", Number | None),
    ("precision", Precision),
)
"""The fields that all rows have, and their types."""


@cache
def sum_type(by: tuple[str, ...]) -> type[VolumeSum]:
    """The type of the rows of a question: those fields first by which it asks."""
    fields = [*((name, TYPES[name]) for name in by), *TOLD]
    inherited = {"__doc__": VolumeSum.__doc__, "__module__": __name__}
    made = make_dataclass("VolumeSum", fields, bases=(VolumeSum,), frozen=True, namespace=inherited)
    return cast("type[VolumeSum]", made)


class VolumeSums(Rows[VolumeSum]):
    """Sums of volumes, and ``total``: that of all that is asked for, which is no sum of bounds.

    ``caption`` says of which day and belief they are, ``file_mode`` who may read files of them.
    """

    file_mode: int | None = None

    def __init__(self, row_type: type[VolumeSum], rows: Iterable[VolumeSum], total: VolumeSum, caption: str) -> None:
        super().__init__(row_type, rows)
        self.total = total
        self.caption = caption

    def plot(self) -> Picture:
        """Bars by year, stacked by the other field that the sums are by; raises UsageError and NothingToDraw."""
        from armsledger.application.volumes.stacks import plot

        return plot(self, self.caption, self.file_mode)


class _Delivery(NamedTuple):
    """The fields of a row that sums are made of, in the types of JSON."""

    supplier: str | None
    suppliers: list[str]
    buyer: str | None
    buyers: list[str]
    category: str | None
    years: list[int]
    tiv: float | None
    number: int | None
    certain: bool


READ: Final = ("supplier", "suppliers", "buyer", "buyers", CATEGORY, "years", "tiv", "count", "certain")
_TAKE: Final = itemgetter(*(codec_of(VolumeRow).indexes[name] for name in READ))


def sums_of(rows: Iterable[VolumeRow], question: VolumeQuestion, day: date, caption: str = "") -> VolumeSums:
    """The sums over the deliveries that are at least possible at a day.

    Raises UsageError for a code that nobody has, and for a category that no delivery is of.
    """
    return _Summing(question, day).run(rows, caption)


def bounds_of(volume: Decimal, count: int | None, years: int, some: int) -> Bounds:
    """The least and the most of a volume that came in ``some`` of the ``years`` over which it is spread.

    Where fewer units are told than years, or none, no more is known than the whole.
    """
    if some == years:
        return volume, volume
    if count is None or count < years:
        return NOTHING, volume
    unit = volume / count
    return unit * some, volume - unit * (years - some)


class _Sum:
    """One sum that grows."""

    __slots__ = ("certain", "deliveries", "is_known", "possible")

    def __init__(self) -> None:
        self.certain = self.possible = NOTHING
        self.deliveries = 0
        self.is_known = True

    def add(self, bounds: Bounds | None) -> None:
        """Add a delivery; None if the register does not tell its volume."""
        self.deliveries += 1
        if bounds is None:
            self.is_known = False
        else:
            self.certain += bounds[0]
            self.possible += bounds[1]


def sum_of(sums: Iterable[_Sum]) -> Bounds:
    """The bounds of several sums together."""
    own = list(sums)
    return sum((one.certain for one in own), NOTHING), sum((one.possible for one in own), NOTHING)


class _Summing:
    """One question on its way through the rows."""

    def __init__(self, question: VolumeQuestion, day: date) -> None:
        self._question = question
        self._first = FIRST_YEAR if question.first is None else question.first
        self._last = day.year if question.last is None else min(question.last, day.year)
        self._is_of_all_years = question.first is None and question.last is None
        self._sums: dict[tuple[Any, ...], _Sum] = {}
        self._total = _Sum()
        self._all: Bounds = (NOTHING, NOTHING)
        """The bounds of all sums added up, which are wider than those of the total."""
        self._there: dict[str, set[str]] = {name: set() for name in question.words}
        """By the fields of filters, the words that rows have."""

    def run(self, rows: Iterable[VolumeRow], caption: str) -> VolumeSums:
        """Add up the rows."""
        for row in rows:
            self._add(_Delivery._make(_TAKE(row.to_values())))
        self._check_words()
        made = sum_type(self._question.by)
        self._all = sum_of(self._sums.values())
        own = [self._row(made, key, one) for key, one in sorted(self._sums.items(), key=self._order)]
        return VolumeSums(made, own, self._row(sum_type(()), (), self._total), caption)

    def _add(self, delivery: _Delivery) -> None:
        """Add one delivery to the sums that it belongs to."""
        within = [year for year in delivery.years if self._first <= year <= self._last]
        if (self._question.words and not self._fits(delivery)) or (delivery.years and not within):
            return
        whole = self._bounds(delivery, len(within))
        self._total.add(whole)
        if YEAR not in self._question.by or not within:
            self._sum(delivery, None).add(whole)
        else:
            each = whole if len(within) == 1 else self._bounds(delivery, 1)
            for year in within:
                self._sum(delivery, year).add(each)

    def _bounds(self, delivery: _Delivery, some: int) -> Bounds | None:
        """The least and the most of what came in some years of a delivery; without a year it may be of any."""
        if delivery.tiv is None:
            return None
        volume = Decimal(str(delivery.tiv))
        if delivery.years:
            least, most = bounds_of(volume, delivery.number, len(delivery.years), some)
        else:
            least, most = (volume if self._is_of_all_years else NOTHING), volume
        return (least if delivery.certain else NOTHING), most

    def _sum(self, delivery: _Delivery, year: int | None) -> _Sum:
        fields = {
            "supplier": AND.join(delivery.suppliers) or delivery.supplier,
            "buyer": AND.join(delivery.buyers) or delivery.buyer,
            CATEGORY: delivery.category,
            YEAR: year,
        }
        key = tuple([fields[name] for name in self._question.by])
        one = self._sums.get(key)
        if one is None:
            one = self._sums[key] = _Sum()
        return one

    def _fits(self, delivery: _Delivery) -> bool:
        """Whether a delivery has the words that are asked for; notes those that it has."""
        parties = {"supplier": [delivery.supplier, *delivery.suppliers], "buyer": [delivery.buyer, *delivery.buyers]}
        fits = True
        for name, words in self._question.words.items():
            own = [value for value in parties.get(name, [delivery.category]) if value is not None]
            self._there[name].update(own)
            fits = fits and not words.isdisjoint(value.casefold() for value in own)
        return fits

    def _check_words(self) -> None:
        """Refuse words that nobody can mean; a party that received nothing is none of them."""
        for name, words in self._question.words.items():
            there = self._there[name]
            for word in sorted(words - {value.casefold() for value in there}):
                if name == CATEGORY:
                    _refuse_category(word, there)
                elif len(word) == CODE_LENGTH:
                    check_code(word.upper())

    def _order(self, item: tuple[tuple[Any, ...], _Sum]) -> Any:
        """By the fields where the year is one of them, else by the middle of the bounds, the greatest first."""
        key, one = item
        by_name = [(value is None, "" if value is None else value) for value in key]
        return by_name if YEAR in self._question.by else [-(one.certain + one.possible), *by_name]

    def _shares(self, one: _Sum) -> Bounds:
        """The least and the most that a sum can be of all that is asked for, as far as its volumes are known.

        It is least if it came to the least and all else to the most. What all else comes to has bounds by the other
        sums, and by the total.
        """
        if one is self._total:
            return Decimal(1), Decimal(1)
        most_else = min(self._total.possible - one.certain, self._all[1] - one.possible)
        least_else = max(self._total.certain - one.possible, self._all[0] - one.certain, NOTHING)
        return _part(one.certain, most_else), _part(one.possible, least_else)

    def _row(self, made: type[VolumeSum], key: tuple[Any, ...], one: _Sum) -> VolumeSum:
        make: Any = made
        tiv, possible = (_rounded(bound, PLACES) for bound in (one.certain, one.possible))
        if tiv != possible:
            tiv = _rounded(one.certain, HUNDREDTHS, ROUND_FLOOR)
            possible = _rounded(one.possible, HUNDREDTHS, ROUND_CEILING)
        shares: tuple[Number | None, ...] = (None, None)
        if self._total.possible:
            least, most = self._shares(one)
            shares = tuple(_rounded(100 * share, HUNDREDTHS) for share in (least, most))
        precision: Precision = "at least" if not one.is_known else "exact" if tiv == possible else "bounds"
        row: VolumeSum = make(*key, tiv, possible if one.is_known else None, one.deliveries, *shares, precision)
        return row


def _part(own: Decimal, others: Decimal) -> Decimal:
    """What part of both together one of them is, from 0 to 1."""
    return own / (own + others) if own else NOTHING


def _refuse_category(word: str, there: set[str]) -> None:
    if not there:
        raise UsageError(
            f"no delivery is known to be of the category {quoted(word)}: the register as taken tells of none",
            remedy="leave --category out; SIPRI's export of deals and TIVs (17 columns) has categories",
        )
    names = sorted(near(word, there, MOST_NEAR) or there)
    raise UsageError(f"no delivery is of the category {quoted(word)}", remedy=f"there are {', '.join(names)}")


def _rounded(number: Decimal, places: Decimal, how: str = ROUND_HALF_UP) -> Number:
    return Number(Decimal(plain(number.quantize(places, how))))
