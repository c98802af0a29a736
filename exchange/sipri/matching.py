"""Which row of a release is which row of the one before.

Rows are the same if they have the same id. Where there are none, they are the same if recipient, supplier, designation
and year of order are, parties by their codes; among several of one such key, in this order:

1. rows that are equal to the letter;
2. rows that alone on both sides agree in what follows: number ordered, number delivered, years of delivery and comment;
   the number ordered and the comment; the comment; the numbers and the years; the number ordered and the years; the
   number ordered and the description; the number ordered;
3. the last that is left on each side.

What is left then on both sides could be the same in several ways: that is ambiguous, and nothing is guessed. Rows that
are gone and rows that are new are never taken for each other, but those that agree in all but the year of order or the
designation are told as possibly the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from armsledger.exchange.sipri.row import FLAG, Key, Row, Words
from armsledger.exchange.sipri.statements import plain

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
"""What two rows have to agree in to be possibly the same under another key."""


class Known(NamedTuple):
    """A listing that a ledger holds: its deal, its words, and whether it has vanished meanwhile."""

    deal: str
    words: Words
    buyer: str
    supplier: str
    gone: bool = False


class Ambiguity(NamedTuple):
    """New rows that could be any of several deals."""

    rows: tuple[Row, ...]
    deals: tuple[str, ...]


class Matches(NamedTuple):
    """What became of each row: pairs of deals and rows, deals without a row, and rows without a deal.

    ``perhaps`` names for a new row, by its number, the deals that it may be.
    """

    pairs: list[tuple[Known, Row]]
    vanished: list[Known]
    new: list[Row]
    ambiguous: list[Ambiguity]
    perhaps: dict[int, tuple[str, ...]]


def match(known: Iterable[Known], rows: Iterable[Row], key_of: Callable[[Known], Key]) -> Matches:
    """The rows of a release by the deals of a ledger."""
    matches = Matches([], [], [], [], {})
    known, rows = _by_reference(list(known), list(rows), matches)
    groups: dict[Key, tuple[list[Known], list[Row]]] = defaultdict(lambda: ([], []))
    for listing in known:
        groups[key_of(listing)][0].append(listing)
    for row in rows:
        groups[row.key][1].append(row)
    for olds, news in groups.values():
        _match_group(olds, news, matches)
    matches.new.sort(key=lambda row: row.number)
    _tell_of_likely(matches)
    return matches


def _by_reference(known: list[Known], rows: list[Row], matches: Matches) -> tuple[list[Known], list[Row]]:
    """Pair the rows that have ids; what is left."""
    by_id = {listing.words["reference"]: listing for listing in known if "reference" in listing.words}
    left: list[Row] = []
    for row in rows:
        listing = by_id.pop(row.words.get("reference"), None)
        if listing is None:
            left.append(row)
        else:
            matches.pairs.append((listing, row))
    paired = {listing.deal for listing, _ in matches.pairs}
    return [listing for listing in known if listing.deal not in paired], left


def _match_group(olds: list[Known], news: list[Row], matches: Matches) -> None:
    """Pair the rows of one key; those that are still listed come before those that have vanished."""
    live = [old for old in olds if not old.gone]
    gone = [old for old in olds if old.gone]
    if any("reference" in old.words for old in olds) and any("reference" in row.words for row in news):
        matches.vanished.extend(live)  # each has an id, and none is the other's
        matches.new.extend(news)
        return
    if len(live) > 1 or gone:
        live, news = _pair_unique(live, news, _whole, matches)
        gone, news = _pair_unique(gone, news, _whole, matches)
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


def _paired(olds: list[Known], news: list[Row], matches: Matches) -> tuple[list[Known], list[Row]]:
    """Pair what can be told apart; what is left."""
    if not olds or not news:
        return olds, news
    if len(olds) == 1 == len(news):
        matches.pairs.append((olds[0], news[0]))
        return [], []
    signatures: list[Callable[[Words], Hashable]] = [_whole]
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
    olds: Sequence[Known], news: Sequence[Row], signature: Callable[[Words], Hashable], matches: Matches
) -> tuple[list[Known], list[Row]]:
    """Pair those that alone on both sides have a signature."""
    mine, theirs = defaultdict(list), defaultdict(list)
    for old in olds:
        mine[signature(old.words)].append(old)
    for row in news:
        theirs[signature(row.words)].append(row)
    pairs = [(mine[one][0], theirs[one][0]) for one in mine if len(mine[one]) == 1 == len(theirs.get(one, ()))]
    matches.pairs.extend(pairs)
    deals, numbers = {old.deal for old, _ in pairs}, {row.number for _, row in pairs}
    return [old for old in olds if old.deal not in deals], [row for row in news if row.number not in numbers]


def _whole(words: Words) -> Hashable:
    return tuple(sorted((name, str(value)) for name, value in plain(words).items()))


def _signature(names: Sequence[str]) -> Callable[[Words], Hashable]:
    return lambda words: tuple(_bare(words.get(name, "")) for name in names)


def _bare(value: Any) -> str:
    """A cell without its mark of uncertain data and without blanks around it."""
    return str(value).strip().removesuffix(FLAG)


def _tell_of_likely(matches: Matches) -> None:
    """New rows that agree with a vanished one in all but the year of order, or all but the designation."""
    for differing in ("order_year", "designation"):
        likely: dict[Hashable, list[str]] = defaultdict(list)
        for old in matches.vanished:
            likely[_likeness(old.words, old.buyer, old.supplier, differing)].append(old.deal)
        for row in matches.new:
            deals = likely.get(_likeness(row.words, row.buyer, row.supplier, differing), ())
            if deals and row.number not in matches.perhaps:
                matches.perhaps[row.number] = tuple(deals)


def _likeness(words: Words, buyer: str, supplier: str, differing: str) -> Hashable:
    kept = "designation" if differing == "order_year" else "order_year"
    said = tuple(_bare(words.get(name, "")) for name in SUBSTANCE)
    if not words.get("comment") and "years" not in words:
        return object()  # two rows that say next to nothing are not alike
    return (buyer, supplier, kept, _bare(words.get(kept, "")), said)
