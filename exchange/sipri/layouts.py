"""The two layouts of the register, by deal and by year of delivery, as two faces of one row.

A row that both layouts tell of holds the words of both. What they share is told by the register by deal; where the
layout by year names the weapon otherwise, that name is kept beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from armsledger.domain.registers.columns import (
    BY_DEAL_ALONE,
    BY_YEAR_ALONE,
    CELLS,
    OTHER_NAME,
    has_deal_face,
    has_year_face,
)
from armsledger.exchange.sipri.parts import Part, parts_of, sum_of_volumes, years_of_parts
from armsledger.exchange.sipri.row import FLAG, RegisterRow, Words, order_year

SHARED: Final = ("recipient", "supplier", "order_year", "description", "condition", "volume_per_unit")
"""Columns in which the rows of both layouts agree to the letter."""
Key = Callable[[Words], Hashable]


class Completed(NamedTuple):
    """Rows of both layouts as one list, and the rows by year that may be any of several deals: they are left out."""

    rows: list[RegisterRow]
    left_out: list[RegisterRow]
    absorbed: list[str]
    """The deals that were known by year alone, and are now known to be others."""
    joined: int


def deal_face(words: Words) -> dict[str, Any]:
    """The row as the register by deal has it."""
    return {name: value for name, value in words.items() if name not in BY_YEAR_ALONE and name != OTHER_NAME}


def year_face(words: Words) -> dict[str, Any]:
    """The row as the layout by year has it."""
    face = {name: value for name, value in words.items() if name not in BY_DEAL_ALONE}
    face["designation"] = face.pop(OTHER_NAME, face["designation"])
    return face


def rows_in(rows: Iterable[Words], *, by_year: bool) -> list[dict[str, Any]]:
    """The rows of which one of the layouts tells, as it has them."""
    if by_year:
        return [year_face(words) for words in rows if has_year_face(words)]
    return [deal_face(words) for words in rows if has_deal_face(words)]


def is_told_by_year(words: Words) -> bool:
    """Whether the deliveries by year are all that was delivered, so that the years of each number are known."""
    deliveries = words.get("deliveries") or ()
    if not deliveries:
        return False
    return not any(words.get(name) for name in CELLS) or _fits(words, deliveries) == "wholly"


def with_year_face(words: Words, by_year: Words) -> dict[str, Any]:
    """A row of the register by deal, completed by what the layout by year tells of it."""
    own = {name: by_year[name] for name in BY_YEAR_ALONE if name in by_year}
    other = by_year["designation"]
    return {**words, **own, **({OTHER_NAME: other} if other != words["designation"] else {})}


def kept_from(held: Words, words: Words) -> dict[str, Any]:
    """The words of a new row of one layout, with what the ledger holds from the other layout.

    Deliveries by year stay as long as they fit the number delivered. If they changed, the number follows them. So do
    the numbers of single periods.
    """
    if "periods" in held and "periods" not in words and all(held.get(name) == words.get(name) for name in CELLS):
        words = {**words, "periods": held["periods"]}
    if has_year_face(held) and not has_year_face(words):
        completed = with_year_face(words, year_face(held))
        if OTHER_NAME not in held:
            completed.pop(OTHER_NAME, None)
        deliveries = completed.get("deliveries") or ()
        fits = _fits(words, deliveries)
        if fits is None or (fits != "wholly" and is_told_by_year(held)):
            completed.pop("deliveries", None)
        return completed
    if has_deal_face(held) and not _has_own_deal_words(words) and has_year_face(words):
        face = {name: held[name] for name in BY_DEAL_ALONE if name in held}
        if is_told_by_year(held) and held.get("deliveries") != words.get("deliveries"):
            face = {name: held[name] for name in BY_DEAL_ALONE if name in held and name not in (*CELLS, "periods")}
            face |= _cells_of(words.get("deliveries") or ())
        return with_year_face({**words, "designation": held["designation"], **face}, words)
    return dict(words)


def completed(by_deal: Sequence[RegisterRow], by_year: Sequence[RegisterRow]) -> Completed:
    """The rows of both layouts, one to one: first those that count the same, then those of which one has more years."""
    pairs: list[tuple[RegisterRow, RegisterRow]] = []
    deals, years = list(by_deal), list(by_year)
    for is_marked in (True, False):
        for key in (_named_key, _described_key):
            deals, years = _pair_equal(deals, years, key, pairs, is_marked=is_marked)
    for key in (_named_key, _described_key):
        deals, years = _pair_fitting(deals, years, key, pairs)
    left_out, new = _apart(deals, years)
    found = {id(deal): year for deal, year in pairs}
    rows = [_joined(row, found[id(row)]) if id(row) in found else row for row in by_deal]
    absorbed = [year.deal for deal, year in pairs if year.deal and deal.deal and deal.deal != year.deal]
    absorbed += [row.deal for row in left_out if row.deal]
    return Completed([*rows, *new], left_out, absorbed, len(pairs))


def _joined(deal: RegisterRow, year: RegisterRow) -> RegisterRow:
    return deal._replace(words=with_year_face(deal.words, year.words), deal=deal.deal or year.deal)


def _named_key(words: Words) -> Hashable:
    return (_described_key(words), " ".join(str(words["designation"]).split()).casefold())


def _described_key(words: Words) -> Hashable:
    return tuple(str(words.get(name, "")) for name in SHARED)


def _delivered(words: Words) -> Hashable:
    """The years of delivery and the number delivered."""
    if words.get("deliveries"):
        return years_by_year(words["deliveries"]), _count_by_year(words["deliveries"])
    parts = parts_of(words)
    return years_of_parts(parts), sum(part.amount or 0 for part in parts)


def _pair_equal(
    deals: list[RegisterRow],
    years: list[RegisterRow],
    key: Key,
    pairs: list[tuple[RegisterRow, RegisterRow]],
    *,
    is_marked: bool,
) -> tuple[list[RegisterRow], list[RegisterRow]]:
    """Pair the rows that are the only ones of both layouts to have a key and to count the same.

    With ``is_marked``, they must agree in the mark of uncertain data as well.
    """
    mine, theirs = (
        _grouped(rows, lambda words: (key(words), _delivered(words), is_marked and _is_marked(words)))
        for rows in (deals, years)
    )
    return _taken(deals, years, [(mine[one], theirs[one]) for one in theirs if one in mine], pairs)


def _is_marked(words: Words) -> bool:
    """Whether any number delivered is marked as uncertain."""
    numbers = [words.get("delivered"), *(one.get("number") for one in words.get("deliveries") or ())]
    return any(str(number).endswith(FLAG) for number in numbers)


def _pair_fitting(
    deals: list[RegisterRow], years: list[RegisterRow], key: Key, pairs: list[tuple[RegisterRow, RegisterRow]]
) -> tuple[list[RegisterRow], list[RegisterRow]]:
    """Pair the rows that are the only ones to fit each other, though one of them has more years."""
    mine, theirs = _grouped(deals, key), _grouped(years, key)
    fitting: list[tuple[list[RegisterRow], list[RegisterRow]]] = []
    for one in theirs:
        of_year = {id(year): [deal for deal in mine.get(one, ()) if _fit(deal, year)] for year in theirs[one]}
        count = Counter(id(deal) for found in of_year.values() for deal in found)
        fitting += [
            (found, [year]) for year in theirs[one] if len(found := of_year[id(year)]) == 1 and count[id(found[0])] == 1
        ]
    return _taken(deals, years, fitting, pairs)


def _taken(
    deals: list[RegisterRow],
    years: list[RegisterRow],
    groups: Iterable[tuple[Sequence[RegisterRow], Sequence[RegisterRow]]],
    pairs: list[tuple[RegisterRow, RegisterRow]],
) -> tuple[list[RegisterRow], list[RegisterRow]]:
    """Add the groups of one and one to the pairs; returns the rows that are left."""
    found = [(mine[0], theirs[0]) for mine, theirs in groups if len(mine) == 1 == len(theirs)]
    pairs += found
    paired = {id(row) for pair in found for row in pair}
    return [row for row in deals if id(row) not in paired], [row for row in years if id(row) not in paired]


def _apart(deals: Sequence[RegisterRow], years: Sequence[RegisterRow]) -> tuple[list[RegisterRow], list[RegisterRow]]:
    """The rows by year that may be one of the deals that are left, and those that are deals of their own."""
    near: dict[Hashable, list[RegisterRow]] = defaultdict(list)
    for deal in deals:
        for key in _near_keys(deal):
            near[key].append(deal)
    left_out: list[RegisterRow] = []
    new: list[RegisterRow] = []
    for year in years:
        own = years_by_year(year.words.get("deliveries") or ())
        likely = (deal for key in _near_keys(year) for deal in near.get(key, ()))
        may_be = any(not own or own & years_of_parts(parts_of(deal.words)) for deal in likely)
        (left_out if may_be else new).append(year)
    return left_out, new


def _near_keys(row: RegisterRow) -> list[Hashable]:
    parties = (row.buyer, row.supplier, order_year(row.words))
    named = " ".join(str(row.words["designation"]).split()).casefold()
    return [(*parties, "designation", named), (*parties, "description", row.words.get("description", ""))]


def _fit(deal: RegisterRow, year: RegisterRow) -> bool:
    return _fits(deal.words, year.words.get("deliveries") or ()) is not None


def _fits(words: Words, deliveries: Sequence[Mapping[str, Any]]) -> str | None:
    """Whether deliveries by year are ``wholly`` what a row counts, or ``partly``; None if they contradict it."""
    parts = parts_of(words)
    of_parts, of_deliveries = years_of_parts(parts), years_by_year(deliveries)
    if not of_parts or not of_deliveries:
        return None
    count = sum(part.amount or 0 for part in parts)
    if of_parts == of_deliveries:
        return "wholly" if count == _count_by_year(deliveries) else None
    if of_deliveries < of_parts:
        return "partly" if _count_by_year(deliveries) <= count else None
    if of_parts < of_deliveries:
        among = [one for one in deliveries if years_by_year([one]) <= of_parts]
        return "partly" if _count_by_year(among) == count else None
    return None


def _cells_of(deliveries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the register by deal would say of deliveries by year."""
    if not deliveries:
        return {}
    numbers = [str(one.get("number") or "") for one in deliveries]
    volumes = [one["volume"] for one in deliveries if one.get("volume")]
    number = str(_count_by_year(deliveries)) + (FLAG if any(text.endswith(FLAG) for text in numbers) else "")
    years = "; ".join(map(str, sorted(years_by_year(deliveries))))
    part = Part(years or None, number, sum_of_volumes(volumes) if volumes else None)
    return {name: value for name, value in zip(CELLS, part, strict=True) if value}


def _has_own_deal_words(words: Words) -> bool:
    return any(words.get(name) for name in BY_DEAL_ALONE)


def years_by_year(deliveries: Iterable[Mapping[str, Any]]) -> frozenset[int]:
    """The years of deliveries by year."""
    years = (str(one["year"]).rstrip(FLAG) for one in deliveries)
    return frozenset(int(year) for year in years if year)


def _count_by_year(deliveries: Iterable[Mapping[str, Any]]) -> int:
    return sum(int(digits) for one in deliveries if (digits := str(one.get("number") or "").rstrip(FLAG)))


def _grouped(rows: Iterable[RegisterRow], key: Key) -> dict[Hashable, list[RegisterRow]]:
    groups: dict[Hashable, list[RegisterRow]] = defaultdict(list)
    for row in rows:
        groups[key(row.words)].append(row)
    return groups
