"""A stream's history while it is written: recorded entries, and those decided upon in the same transaction."""

from __future__ import annotations

import pytest

from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft
from armsledger.domain.errors import SelfContradiction
from tests.domain.specification import STREAMS, Case, Said, given
from tests.domain.words import corrected, delivered, opened, paid, retracted

BEFORE = (
    opened(),
    paid("USD 1m", tranche=1, id="payment"),
    corrected("payment", amount="USD 2m"),
    delivered("1 unit", id="delivery"),
    retracted("delivery"),
)


def reopened(case: Case) -> Case:
    """The same stream, read from the journal anew."""
    again = Case(str(case.stream), case.grades)
    again.history = History(STREAMS["deal"], case.entries)
    again.entries = list(case.entries)
    return again


def outcome(case: Case) -> tuple[list[Draft | None], list[str | None], str]:
    """What was taken, what was known already, and what was refused."""
    known = [decision.known and decision.known.id for decision in case.decisions]
    return [decision.draft for decision in case.decisions], known, str(case.refusal)


@pytest.mark.parametrize(
    "statement",
    [
        *BEFORE,
        paid("USD 2m", tranche=1, id="again"),
        paid("USD 1m", tranche=1, id="otherwise"),
        retracted("delivery", reason="again"),
        corrected("@2", amount="USD 1m"),
    ],
)
def test_a_history_read_from_the_journal_decides_like_the_one_that_grew(statement: Said) -> None:
    grown = given(*BEFORE)
    read = reopened(grown)
    assert read.history.version == grown.history.version == 5
    assert outcome(read.when(statement)) == outcome(grown.when(statement))


def test_entries_decided_upon_in_one_transaction_see_each_other() -> None:
    case = reopened(given(*BEFORE[:2]))
    case.when(
        corrected("payment", amount="USD 2m", id="repair"), retracted("repair"), paid("USD 1m", tranche=1, id="again")
    ).then_taken()
    case.when(paid("USD 2m", tranche=1, id="otherwise")).then_refused(
        SelfContradiction, "amount USD 2m here and USD 1m in deal/india-s400@2", remedy="asserted"
    )


def test_a_draft_has_the_address_that_its_entry_will_have() -> None:
    case = given(*BEFORE)
    draft = case.when(delivered("2 units")).decisions[0].draft
    assert isinstance(draft, Draft)
    assert draft.address == case.entries[-1].address == "deal/india-s400@6"
