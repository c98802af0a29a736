"""Vanished and new rows that may be the same by another name, in the form in which they are compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from armsledger.exchange.sipri.matching import HeldRow
from armsledger.exchange.sipri.row import FLAG, VOLUMES, YEAR_PARTS, RegisterRow, Words, folded

RowT_co = TypeVar("RowT_co", HeldRow, RegisterRow, covariant=True)
FLAGS: Final = ("order_year", "ordered", "delivered")
"""Columns in which rows that fit may differ by a mark of uncertain data."""
Signature = tuple[Hashable, ...]


class Candidate(NamedTuple, Generic[RowT_co]):
    """A row with what is compared of it. ``substance`` stands for all that must be the same, by a number."""

    row: RowT_co
    buyer: str
    supplier: str
    designation: str
    order_year: str
    substance: int
    has_id: bool

    @classmethod
    def of(cls, row: RowT_co, substances: dict[Signature, int]) -> Candidate[RowT_co]:
        """The row as it is compared; ``substances`` numbers what was met so far."""
        words = row.words
        return cls(
            row,
            row.buyer,
            row.supplier,
            folded(words["designation"]),
            bare(words.get("order_year")),
            substances.setdefault(_substance(words), len(substances)),
            "reference" in words,
        )

    @property
    def says_enough(self) -> bool:
        """Whether it tells a number or years: rows that say almost nothing are not the same for that."""
        words = self.row.words
        return "years" in words or bool(words.get("deliveries")) or bare(words.get("ordered")) not in ("", "0")


Old = Candidate[HeldRow]
New = Candidate[RegisterRow]
AnyCandidate = Old | New


class Group(NamedTuple):
    """Vanished and new rows that agree in something."""

    olds: list[Old]
    news: list[New]

    @property
    def have_ids(self) -> bool:
        """Whether rows of both sides have ids, which differ: such rows are never the same."""
        return any(old.has_id for old in self.olds) and any(new.has_id for new in self.news)


def grouped(
    olds: Iterable[Old], news: Iterable[New], signature: Callable[[AnyCandidate], Hashable]
) -> dict[Hashable, Group]:
    """Vanished rows and the new ones that agree with them in a signature, by that."""
    mine: dict[Hashable, list[Old]] = {}
    for old in olds:
        mine.setdefault(signature(old), []).append(old)
    groups: dict[Hashable, Group] = {}
    for new in news:
        key = signature(new)
        if key in groups:
            groups[key].news.append(new)
        elif key in mine:
            groups[key] = Group(mine[key], [new])
    return {key: group for key, group in groups.items() if not group.have_ids}


def candidates(vanished: Sequence[HeldRow], new: Sequence[RegisterRow]) -> Group:
    """All vanished and new rows as they are compared."""
    substances: dict[Signature, int] = {}
    return Group([Candidate.of(old, substances) for old in vanished], [Candidate.of(row, substances) for row in new])


def bare(value: object) -> str:
    """A cell without its mark of uncertain data and without blanks around it."""
    return "" if value is None else str(value).strip().removesuffix(FLAG)


def _substance(words: Words) -> Signature:
    """Year of order, numbers, years of delivery, volumes and condition, without marks of uncertain data."""
    get = words.get
    years = get("years")
    deliveries = tuple(sorted(tuple(map(bare, one.values())) for one in get("deliveries", ())))
    return (
        *[bare(get(name)) for name in FLAGS],
        years if years is None or years.isdecimal() else tuple(sorted(YEAR_PARTS.split(years.strip()))),
        deliveries,
        *[get(name) for name in VOLUMES],
        get("condition"),
    )
