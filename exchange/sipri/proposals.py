"""New rows that may be vanished ones, for somebody to decide: each names the deals that it may be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

from armsledger.exchange.sipri.candidate import AnyCandidate, Group, Old, grouped
from armsledger.exchange.sipri.matching import Matches


class Renamed(NamedTuple):
    """The new names of designations and of parties."""

    designations: Mapping[str, str]
    parties: Mapping[str, str]

    def applies_to(self, old: Old) -> bool:
        """Whether a row has a name that was changed."""
        return old.designation in self.designations or old.buyer in self.parties or old.supplier in self.parties

    def applied(self, group: Group) -> Group:
        """The rows, the old ones by their new names."""
        parties = self.parties
        olds = [
            old._replace(
                buyer=parties.get(old.buyer, old.buyer),
                supplier=parties.get(old.supplier, old.supplier),
                designation=self.designations.get(old.designation, old.designation),
            )
            if self.applies_to(old)
            else old
            for old in group.olds
        ]
        return Group(olds, group.news)


def all_of(one: AnyCandidate) -> Hashable:
    """The names and the substance of a row."""
    return one.substance, one.buyer, one.supplier, one.designation


def all_but_designation(one: AnyCandidate) -> Hashable:
    """The parties and the substance of a row."""
    return one.substance, one.buyer, one.supplier


def all_but_buyer(one: AnyCandidate) -> Hashable:
    """The supplier, designation and substance of a row."""
    return one.substance, one.supplier, one.designation


def all_but_supplier(one: AnyCandidate) -> Hashable:
    """The buyer, designation and substance of a row."""
    return one.substance, one.buyer, one.designation


def key(one: AnyCandidate) -> Hashable:
    """What identifies a row: it may have changed otherwise as well."""
    return one.order_year, one.buyer, one.supplier, one.designation


def keep_ambiguous(matches: Matches) -> None:
    """Of what the matching has noted, keep what is ambiguous: no other deal has vanished."""
    ambiguous = {row.number for ambiguity in matches.ambiguous for row in ambiguity.rows}
    for number in matches.perhaps.keys() - ambiguous:
        del matches.perhaps[number]


def propose(matches: Matches, left: Group, renamed: Renamed) -> None:
    """Note which new rows may be vanished ones: those that alone fit each other in all but one column.

    What the matching has noted stays, but for deals that go on.
    """
    ambiguous = {row.number for ambiguity in matches.ambiguous for row in ambiguity.rows}
    vanished = {old.row.deal: old.has_id for old in left.olds}
    new = {one.row.number: one.has_id for one in left.news}
    noted: dict[int, list[str]] = {}
    for number, deals in matches.perhaps.items():
        if number in ambiguous:
            noted[number] = list(deals)
        elif number in new:
            noted[number] = [deal for deal in deals if deal in vanished and not (new[number] and vanished[deal])]
    news = [one for one in left.news if one.row.number not in ambiguous]
    named = renamed.applied(Group(left.olds, news))
    signatures: list[Callable[[AnyCandidate], Hashable]] = [all_but_designation, all_but_buyer, all_but_supplier]
    if renamed.designations or renamed.parties:
        signatures.append(key)
    for signature in signatures:
        for olds, fitting in grouped(*named, signature).values():
            if len(olds) == 1 == len(fitting) and olds[0].says_enough:
                noted.setdefault(fitting[0].row.number, []).append(olds[0].row.deal)
    matches.perhaps.clear()
    matches.perhaps.update((number, tuple(dict.fromkeys(deals))) for number, deals in noted.items() if deals)
