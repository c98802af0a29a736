"""A stream's history while it is written: recorded entries, and those decided upon in the same transaction."""

from __future__ import annotations

import pytest
from hypothesis import given as for_any

from armsledger.domain.beliefs.repairs import Repairs, in_turn, with_changes
from armsledger.domain.decisions.history import History
from armsledger.domain.entry import Draft, Entry
from armsledger.domain.errors import SelfContradiction
from tests.domain.histories import Story, stories
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


def comparable(repairs: Repairs) -> Repairs:
    """Repairs, with the corrections of an entry in the order in which they are applied."""
    corrections = {target: sorted(entries, key=in_turn) for target, entries in repairs.corrected_by.items()}
    return repairs._replace(corrected_by=corrections)


def grown_from(entries: list[Entry]) -> History:
    """A history that is asked for its repairs after each entry."""
    history = History(STREAMS["deal"])
    for entry in entries:
        history.add(entry)
        assert history.repairs.events.keys() == history.repairs.corrected_by.keys()
    return history


@for_any(stories())
def test_the_repairs_of_a_history_that_grew_are_those_of_one_that_was_read(story: Story) -> None:
    entries = story.case.entries
    assert comparable(grown_from(entries).repairs) == comparable(History(STREAMS["deal"], entries).repairs)


def test_a_correction_counts_after_those_that_are_recorded() -> None:
    """Of two repairs of our own copy the last look at the source holds."""
    recorded = given(*BEFORE[:2], corrected("payment", amount="USD 2m", reason="entry-error")).entries
    case = Case(STREAMS["deal"], {})
    case.history = History(STREAMS["deal"], [entry._replace(position=entry.position + 900) for entry in recorded])
    case.entries = list(recorded)
    case.when(corrected("payment", amount="USD 3m", reason="entry-error"))
    assert str(case.history.current(recorded[1])).count("3000000") == 1


def test_a_change_is_read_like_the_whole_event() -> None:
    event = given(opened(), paid("USD 1m", tranche=1, note="as printed", share="15")).entries[1].event
    changes = {"amount": {"amount": "2000000", "currency": "USD"}, "note": None, "on": "2019-05"}
    whole = type(event).model_validate(
        {name: value for name, value in {**dict(event), **changes}.items() if value is not None}
    )
    assert with_changes(event, changes) == whole
    assert with_changes(event, changes).model_fields_set == event.model_fields_set - {"note"}
    assert with_changes(event, changes | {"no_such_field": None}) == whole, "what it does not have is cleared already"
    assert event.note == "as printed"
