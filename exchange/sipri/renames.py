"""Deals that a release lists under another name: designations and parties that were renamed everywhere.

A name is *renamed* if no row of the release has it, no row before has the other, and its rows fit those of the other
one to one: the same parties, year of order, numbers, years of delivery, volumes and condition. Marks of uncertain data,
comments and renamed descriptions may differ. At least two rows that tell numbers or years must fit, and at most one in
ten may not. A name that fits several (a split), or that several fit (a merge), is not renamed. Rows that cannot be told
apart are not joined.

A name that was renamed by an earlier release is known to be: what that release had left out follows row by row. What
fits and is not joined is proposed (`proposals`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal

from armsledger.domain.values.party import UNKNOWN, Party
from armsledger.exchange.sipri.candidate import (
    FLAGS,
    AnyCandidate,
    Group,
    New,
    Old,
    candidates,
    grouped,
)
from armsledger.exchange.sipri.matching import HeldRow, Matches, Rename, pair_unique
from armsledger.exchange.sipri.names import HISTORIC
from armsledger.exchange.sipri.proposals import Renamed, all_but_designation, all_of, keep_ambiguous, propose
from armsledger.exchange.sipri.revision import TERMS
from armsledger.exchange.sipri.row import RegisterRow, Words, folded

LEAST_ROWS: Final = 2
"""One row that fits is no evidence that a name was changed everywhere."""
MISFITS_ONE_IN: Final = 10
ANY: Final = "*"
"""Stands for a name that may have been renamed, while rows are compared in all else."""
Kind = Literal["designation", "party"]
NO_NAMES: Mapping[str, str] = {}


def join_renames(
    matches: Matches, held: Iterable[HeldRow], rows: Iterable[RegisterRow], aside: Sequence[str] = ()
) -> None:
    """Pair vanished and new rows that differ by renamed names alone, and note which new rows may be vanished ones.

    ``aside`` are lines of the release that could not be read: a name in them is not gone.
    """
    if not matches.vanished or not matches.new:
        keep_ambiguous(matches)
        return
    release = _Release(matches, list(held), list(rows), [line.casefold() for line in aside])
    left = release.left
    renamed = Renamed(NO_NAMES, NO_NAMES)
    if release.gone_parties:
        renamed = Renamed(NO_NAMES, release.renamed_parties())
    if release.gone:
        renamed = Renamed(release.renamed_designations(renamed), renamed.parties)
    joined = release.joined(renamed)
    if joined:
        deals, numbers = {old.row.deal for old, _ in joined}, {new.row.number for _, new in joined}
        matches.pairs.extend((old.row, new.row) for old, new in joined)
        matches.vanished[:] = [old for old in matches.vanished if old.deal not in deals]
        matches.new[:] = [row for row in matches.new if row.number not in numbers]
        matches.renames.extend(_renames(joined))
        left = Group(
            [old for old in left.olds if old.row.deal not in deals],
            [new for new in left.news if new.row.number not in numbers],
        )
    propose(matches, left, renamed)


class _Release:
    """Names that a release no longer has (``gone``) or is the first to have (``fresh``), and the rows left over."""

    def __init__(
        self, matches: Matches, held: Sequence[HeldRow], rows: Sequence[RegisterRow], aside: Sequence[str]
    ) -> None:
        self._held, self._rows = held, rows
        self.left = candidates(matches.vanished, matches.new)
        olds, news = self.left
        gone = {old.designation for old in olds} - _designations(rows)
        self.gone = frozenset(name for name in gone if not _is_among(name, aside))
        self.fresh = frozenset({new.designation for new in news} - _designations(held))
        parties = _parties(rows)
        gone_parties = {party for old in olds for party in (old.buyer, old.supplier)} - parties - {UNKNOWN}
        written = [(old.buyer, old.row.words["recipient"]) for old in olds] if aside else []
        written += [(old.supplier, old.row.words["supplier"]) for old in olds] if aside else []
        self.gone_parties = frozenset(gone_parties - {party for party, name in written if _is_among(name, aside)})
        self.fresh_parties = frozenset({party for new in news for party in (new.buyer, new.supplier)} - _parties(held))

    @cached_property
    def _terms(self) -> tuple[set[str | None], set[str | None]]:
        """The descriptions and categories before and after."""
        before, after = set[str | None](), set[str | None]()
        for name in TERMS:
            if any(name in old.row.words for old in self.left.olds):  # a layout has no column of some
                before |= {old.words.get(name) for old in self._held if not old.gone}
                after |= {row.words.get(name) for row in self._rows}
        return before, after

    def renamed_parties(self) -> dict[str, str]:
        """The new names of parties. A row may have a new designation as well: all else must fit."""

        def signature(one: AnyCandidate) -> Hashable:
            gone, parties = (self.gone, self.gone_parties)
            if isinstance(one.row, RegisterRow):
                gone, parties = self.fresh, self.fresh_parties
            return (
                ANY if one.buyer in parties else one.buyer,
                ANY if one.supplier in parties else one.supplier,
                ANY if one.designation in gone else one.designation,
                one.substance,
            )

        olds = self.left.olds
        evidence = _Evidence(
            self.is_described_alike, Counter(party for old in olds for party in (old.buyer, old.supplier))
        )
        groups = grouped(self.left.olds, self.left.news, signature)
        evidence.take((group for key, group in groups.items() if _has_any(key, 0)), lambda one: one.buyer)
        evidence.take((group for key, group in groups.items() if _has_any(key, 1)), lambda one: one.supplier)
        known = _known(
            (was, now)
            for old in self._held
            if old.first is not None
            for was, now in ((old.first.buyer, old.buyer), (old.first.supplier, old.supplier))
        )
        renamed = evidence.renamed(self.gone_parties, self.fresh_parties, known)
        return {old: new for old, new in renamed.items() if _can_be_one(Party(old), Party(new))}

    def renamed_designations(self, renamed: Renamed) -> dict[str, str]:
        """The new names of designations; renamed parties count as the same."""
        evidence = _Evidence(self.is_described_alike, Counter(old.designation for old in self.left.olds))
        groups = grouped(*renamed.applied(self.left), all_but_designation)
        evidence.take(groups.values(), lambda one: one.designation)
        known = _known(
            (old.first.designation, folded(old.words["designation"])) for old in self._held if old.first is not None
        )
        return evidence.renamed(self.gone, self.fresh, known)

    def joined(self, renamed: Renamed) -> list[tuple[Old, New]]:
        """The rows that differ by renamed names alone, and can be told apart."""
        joined: list[tuple[Old, New]] = []
        if renamed.designations or renamed.parties:
            before = {old.row.deal: old for old in self.left.olds}
            for named, news in grouped(*renamed.applied(self.left), all_of).values():
                olds = [before[old.row.deal] for old in named]
                if len(olds) == len(news) and all(renamed.applies_to(old) for old in olds):
                    pairs = _told_apart(olds, news)
                    joined += [pair for pair in pairs if self.is_described_alike(pair[0].row.words, pair[1].row.words)]
        joined.sort(key=lambda pair: pair[1].row.number)
        return joined

    def is_described_alike(self, old: Words, new: Words) -> bool:
        """Whether two rows are described alike, but for terms that only one of the releases has."""
        for name in TERMS:
            one, other = old.get(name), new.get(name)
            if one != other and one in self._terms[1] and other in self._terms[0]:
                return False
        return True


def _known(changes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names of which several deals have got the same other one, and no deal a third."""
    counts = Counter((was, now) for was, now in changes if was != now)
    targets = Counter(was for was, _ in counts)
    origins = Counter(now for _, now in counts)
    return {
        was: now for (was, now), count in counts.items() if count >= LEAST_ROWS and targets[was] == 1 == origins[now]
    }


def _designations(rows: Iterable[HeldRow] | Iterable[RegisterRow]) -> set[str]:
    """All designations, as they are compared."""
    return {folded(name) for name in {row.words["designation"] for row in rows}}


def _parties(rows: Sequence[HeldRow] | Sequence[RegisterRow]) -> set[str]:
    """All buyers and suppliers."""
    return {row.buyer for row in rows} | {row.supplier for row in rows}


def _is_among(name: str, lines: Iterable[str]) -> bool:
    text = name.strip().casefold()
    return any(text in line for line in lines)


def _has_any(key: Hashable, place: int) -> bool:
    return isinstance(key, tuple) and key[place] == ANY


def _can_be_one(old: Party, new: Party) -> bool:
    """Whether two parties can be one by another name; two states of today are two, and nobody is known by no name."""
    if new.is_unknown:
        return False
    return not (old.is_state and new.is_state) or not HISTORIC.isdisjoint((old, new))


class _Evidence:
    """How many rows of each old name fit rows of which new one."""

    def __init__(self, is_described_alike: Callable[[Words, Words], bool], rows: Mapping[str, int]) -> None:
        self._is_described_alike = is_described_alike
        self._rows = rows
        self._fitting: dict[str, int] = defaultdict(int)
        self._telling: dict[str, int] = defaultdict(int)
        self._targets: dict[str, set[str]] = defaultdict(set)
        self._origins: dict[str, set[str]] = defaultdict(set)

    def take(self, groups: Iterable[Group], name_of: Callable[[AnyCandidate], str]) -> None:
        """Count rows that agree in all but a name."""
        for group in groups:
            before, after = {name_of(old) for old in group.olds}, {name_of(new) for new in group.news}
            for name in before:
                self._targets[name] |= after
            for name in after:
                self._origins[name] |= before
            if len(before) == 1 == len(after) and self._fits(group):
                name = before.pop()
                self._fitting[name] += len(group.olds)
                self._telling[name] += sum(old.says_enough for old in group.olds)

    def renamed(self, gone: frozenset[str], fresh: frozenset[str], known: Mapping[str, str]) -> dict[str, str]:
        """The names that were changed everywhere, each with its new one.

        Of a name that was ``known`` to be changed, a row that fits alone is enough: an earlier release had left it out.
        """
        renamed = {}
        for old, targets in self._targets.items():
            rows, fitting = self._rows[old], self._fitting[old]
            if old not in gone or len(targets) != 1:
                continue
            (new,) = targets
            if known.get(old) == new and self._origins[new] == {old} and self._telling[old]:
                renamed[old] = new
            if self._telling[old] < LEAST_ROWS:
                continue
            if new in fresh and len(self._origins[new]) == 1 and rows - fitting <= rows // MISFITS_ONE_IN:
                renamed[old] = new
        return renamed

    def _fits(self, group: Group) -> bool:
        return len(group.olds) == len(group.news) and all(
            self._is_described_alike(old.row.words, new.row.words) for old in group.olds for new in group.news
        )


def _told_apart(olds: Sequence[Old], news: Sequence[New]) -> list[tuple[Old, New]]:
    """The pairs of rows that fit; of several that are alike, those that alone agree in what may differ."""
    if len(olds) == 1:
        return [(olds[0], news[0])]
    pairs: list[tuple[HeldRow, RegisterRow]] = []
    left, rows = [old.row for old in olds], [new.row for new in news]
    for names in (("comment", "description", *FLAGS), ("comment", *FLAGS), ("comment",), FLAGS, ("description",)):
        found, left, rows = pair_unique(left, rows, _verbatim(names))
        pairs += found
    if len(left) == 1:
        pairs.append((left[0], rows[0]))
    by_deal, by_number = {old.row.deal: old for old in olds}, {new.row.number: new for new in news}
    return [(by_deal[old.deal], by_number[row.number]) for old, row in pairs]


def _verbatim(names: Sequence[str]) -> Callable[[Words], Hashable]:
    return lambda words: tuple(str(words.get(name, "")).strip() for name in names)


def _renames(joined: Iterable[tuple[Old, New]]) -> list[Rename]:
    """What was renamed, with the deals that were joined for it; names as the rows write them first."""
    deals: dict[tuple[Kind, str, str], list[str]] = defaultdict(list)
    written: dict[tuple[Kind, str, str], tuple[str, str]] = {}
    for old, new in joined:
        names: tuple[tuple[Kind, str, str, str], ...] = (
            ("designation", "designation", old.designation, new.designation),
            ("party", "recipient", old.buyer, new.buyer),
            ("party", "supplier", old.supplier, new.supplier),
        )
        for kind, column, before, after in names:
            if before != after:
                deals[kind, before, after].append(old.row.deal)
                texts = str(old.row.words[column]).strip(), str(new.row.words[column]).strip()
                written.setdefault((kind, before, after), texts)
    return [Rename(key[0], *written[key], tuple(dict.fromkeys(named))) for key, named in deals.items()]
