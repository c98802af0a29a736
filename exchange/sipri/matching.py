"""Which row of a release continues which row that a ledger holds.

Rows with ids are the same if their ids are. Rows without ids are the same if they agree in recipient, supplier (both by
their codes), designation and year of order. Several rows of one such key are paired in this order:

1. rows that are equal to the letter;
2. rows that are the only ones on both sides to agree in: number ordered, number delivered, years of delivery and
   comment; then the number ordered and the comment; the comment; the numbers and the years; the number ordered and the
   years; the number ordered and the description; the number ordered;
3. the last row that is left on each side.

Rows that are then left on both sides are ambiguous, and nothing is guessed. A row that vanished and a new row are not
paired here, but if they agree in all but the year of order or the designation, the new row names the deal that it may
be. What was renamed everywhere is found afterwards (`renames`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

from armsledger.exchange.sipri.row import FLAG, RegisterRow, RowKey, Words, all_words, key_of

SIGNATURES: Final = (
    ("ordered", "delivered", "years", "comment"),
    ("ordered", "comment"),
    ("comment",),
    ("ordered", "delivered", "years"),
    ("ordered", "years"),
    ("ordered", "description"),
    ("ordered",),
)
SUBSTANCE: Final = ("ordered", "delivered", "years", "comment")
"""Columns in which two rows of other keys must agree to be possibly the same."""


class RowNames(NamedTuple):
    """Buyer, supplier and designation of a row, as they are compared."""

    buyer: str
    supplier: str
    designation: str


class HeldRow(NamedTuple):
    """A row that a ledger holds: its deal, its words, and whether the register no longer lists it.

    ``first`` are the names under which it was listed first, if these are others.
    """

    deal: str
    words: Words
    buyer: str
    supplier: str
    gone: bool = False
    first: RowNames | None = None

    @property
    def key(self) -> RowKey:
        """What identifies the row in another release."""
        return key_of(self.words, self.buyer, self.supplier)


class Ambiguity(NamedTuple):
    """New rows that could be any of several deals."""

    rows: tuple[RegisterRow, ...]
    deals: tuple[str, ...]


class Rename(NamedTuple):
    """A designation or party that has another name everywhere, and the deals that were joined for it."""

    kind: Literal["designation", "party"]
    old: str
    new: str
    deals: tuple[str, ...]


class Matches(NamedTuple):
    """Pairs of a held row and a new one, held rows that vanished, new rows without a deal, and ambiguous ones.

    ``perhaps`` holds the deals that a new row may be, by the row's number; ``renames`` what was renamed everywhere.
    """

    pairs: list[tuple[HeldRow, RegisterRow]]
    vanished: list[HeldRow]
    new: list[RegisterRow]
    ambiguous: list[Ambiguity]
    perhaps: dict[int, tuple[str, ...]]
    renames: list[Rename]


def match(held: Iterable[HeldRow], rows: Iterable[RegisterRow]) -> Matches:
    """The rows of a release matched with the rows that a ledger holds."""
    matches = Matches([], [], [], [], {}, [])
    left, rows = _by_reference(list(held), list(rows), matches)
    groups: dict[RowKey, tuple[list[HeldRow], list[RegisterRow]]] = defaultdict(lambda: ([], []))
    for old in left:
        groups[key_of(old.words, old.buyer, old.supplier)][0].append(old)
    for row in rows:
        groups[key_of(row.words, row.buyer, row.supplier)][1].append(row)
    for olds, news in groups.values():
        if len(olds) == 1 == len(news) and _go_on(olds[0], news[0]):  # nearly all
            matches.pairs.append((olds[0], news[0]))
        else:
            _match_group(olds, news, matches)
    matches.new.sort(key=lambda row: row.number)
    _note_likely(matches)
    return matches


def _by_reference(
    olds: list[HeldRow], news: list[RegisterRow], matches: Matches
) -> tuple[list[HeldRow], list[RegisterRow]]:
    """Pair the rows that have ids; returns the rows that are left."""
    by_id = {old.words["reference"]: old for old in olds if "reference" in old.words}
    if not by_id:
        return olds, news
    left: list[RegisterRow] = []
    for row in news:
        old = by_id.pop(row.words.get("reference"), None)
        if old is None:
            left.append(row)
        else:
            matches.pairs.append((old, row))
    paired = {old.deal for old, _ in matches.pairs}
    return [old for old in olds if old.deal not in paired], left


def _go_on(old: HeldRow, row: RegisterRow) -> bool:
    """Whether the only rows of a key are of one deal: the old one is listed still, and they have no ids that differ."""
    return not old.gone and not ("reference" in old.words and "reference" in row.words)


def _match_group(olds: list[HeldRow], news: list[RegisterRow], matches: Matches) -> None:
    """Pair the rows of one key: first with held rows that are still listed, then with those that had vanished."""
    live = [old for old in olds if not old.gone]
    gone = [old for old in olds if old.gone]
    if any("reference" in old.words for old in olds) and any("reference" in row.words for row in news):
        matches.vanished.extend(live)  # all ids differ
        matches.new.extend(news)
        return
    if len(live) > 1 or gone:
        live, news = _pair_unique(live, news, all_words, matches)
        gone, news = _pair_unique(gone, news, all_words, matches)
    live, news = _paired(live, news, matches)
    if news and not live:
        gone, news = _paired(gone, news, matches)
    unsure = live or gone
    if unsure and news:
        deals = tuple(old.deal for old in unsure)
        matches.ambiguous.append(Ambiguity(tuple(news), deals))
        matches.perhaps.update((row.number, deals) for row in news)
    matches.vanished.extend(live)
    matches.new.extend(news)


def _paired(olds: list[HeldRow], news: list[RegisterRow], matches: Matches) -> tuple[list[HeldRow], list[RegisterRow]]:
    """Pair the rows that can be told apart; returns those that are left."""
    if not olds or not news:
        return olds, news
    if len(olds) == 1 == len(news):
        matches.pairs.append((olds[0], news[0]))
        return [], []
    signatures: list[Callable[[Words], Hashable]] = [all_words]
    signatures += [_signature(names) for names in SIGNATURES]
    for signature in signatures:
        olds, news = _pair_unique(olds, news, signature, matches)
        if not olds or not news:
            return olds, news
    if len(olds) == 1 == len(news):
        matches.pairs.append((olds[0], news[0]))
        return [], []
    return olds, news


def _pair_unique(
    olds: Sequence[HeldRow], news: Sequence[RegisterRow], signature: Callable[[Words], Hashable], matches: Matches
) -> tuple[list[HeldRow], list[RegisterRow]]:
    """Pair the rows that are the only ones on both sides to have a signature; returns those that are left."""
    pairs, left, rows = pair_unique(olds, news, signature)
    matches.pairs.extend(pairs)
    return left, rows


def pair_unique(
    olds: Sequence[HeldRow], news: Sequence[RegisterRow], signature: Callable[[Words], Hashable]
) -> tuple[list[tuple[HeldRow, RegisterRow]], list[HeldRow], list[RegisterRow]]:
    """The pairs of rows that are the only ones on both sides to have a signature, and the rows that are left."""
    mine, theirs = defaultdict(list), defaultdict(list)
    for old in olds:
        mine[signature(old.words)].append(old)
    for row in news:
        theirs[signature(row.words)].append(row)
    pairs = [(mine[same][0], theirs[same][0]) for same in mine if len(mine[same]) == 1 == len(theirs.get(same, ()))]
    deals, numbers = {old.deal for old, _ in pairs}, {row.number for _, row in pairs}
    left = [old for old in olds if old.deal not in deals]
    return pairs, left, [row for row in news if row.number not in numbers]


def _signature(names: Sequence[str]) -> Callable[[Words], Hashable]:
    return lambda words: tuple(_bare(words.get(name, "")) for name in names)


def _bare(value: Any) -> str:
    """A cell without its mark of uncertain data and without blanks around it."""
    return str(value).strip().removesuffix(FLAG)


def _note_likely(matches: Matches) -> None:
    """Note new rows that agree with a vanished row in all but the year of order, or in all but the designation."""
    for differing in ("order_year", "designation"):
        likely: dict[Hashable, list[str]] = defaultdict(list)
        for old in matches.vanished:
            likely[_substance(old.words, old.buyer, old.supplier, differing)].append(old.deal)
        for row in matches.new:
            deals = likely.get(_substance(row.words, row.buyer, row.supplier, differing), ())
            if deals and row.number not in matches.perhaps:
                matches.perhaps[row.number] = tuple(deals)


def _substance(words: Words, buyer: str, supplier: str, differing: str) -> Hashable:
    kept = "designation" if differing == "order_year" else "order_year"
    if not words.get("comment") and "years" not in words:
        return object()  # equal to no other: rows that say almost nothing are not the same for that
    return (buyer, supplier, kept, _bare(words.get(kept, "")), *(_bare(words.get(name, "")) for name in SUBSTANCE))
