"""New rows that may be vanished ones, for somebody to decide: each names the deals that it may be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple

from armsledger.exchange.sipri.candidate import AnyCandidate, Group, Old, grouped
from armsledger.exchange.sipri.matching import HeldRow, Matches


class Renamed(NamedTuple):
    """The new names of designations and of parties; rows are compared by the new names."""

    designations: Mapping[str, str]
    parties: Mapping[str, str]

    def applies_to(self, old: Old) -> bool:
        """Whether a row has a name that was changed."""
        return old.designation in self.designations or old.buyer in self.parties or old.supplier in self.parties

    def all_of(self, one: AnyCandidate) -> Hashable:
        """The names and the substance of a row."""
        return self.named(one), one.substance

    def all_but_designation(self, one: AnyCandidate) -> Hashable:
        """The parties and the substance of a row."""
        buyer, supplier, _ = self.named(one)
        return buyer, supplier, one.substance

    def all_but_buyer(self, one: AnyCandidate) -> Hashable:
        """The supplier, designation and substance of a row."""
        return self.named(one)[1:], one.substance

    def all_but_supplier(self, one: AnyCandidate) -> Hashable:
        """The buyer, designation and substance of a row."""
        buyer, _, designation = self.named(one)
        return buyer, designation, one.substance

    def key(self, one: AnyCandidate) -> Hashable:
        """What identifies a row by the new names: it may have changed otherwise as well."""
        return self.named(one), one.order_year

    def named(self, one: AnyCandidate) -> tuple[str, str, str]:
        """Buyer, supplier and designation, by the new names."""
        if not isinstance(one.row, HeldRow):
            return one.buyer, one.supplier, one.designation
        parties = self.parties
        return (
            parties.get(one.buyer, one.buyer),
            parties.get(one.supplier, one.supplier),
            self.designations.get(one.designation, one.designation),
        )


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
    signatures: tuple[Callable[[AnyCandidate], Hashable], ...] = (
        renamed.all_but_designation,
        renamed.all_but_buyer,
        renamed.all_but_supplier,
        *((renamed.key,) if renamed.designations or renamed.parties else ()),
    )
    for signature in signatures:
        for olds, fitting in grouped(left.olds, news, signature).values():
            if len(olds) == 1 == len(fitting) and olds[0].says_enough:
                noted.setdefault(fitting[0].row.number, []).append(olds[0].row.deal)
    matches.perhaps.clear()
    matches.perhaps.update((number, tuple(dict.fromkeys(deals))) for number, deals in noted.items() if deals)
