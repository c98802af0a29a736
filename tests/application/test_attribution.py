"""Which entries changed a field: the quick way names those that the plain way names, whatever the history.

The plain way folds a state for each entry that is added or left out; the quick one folds each state once, and leaves
out what no state shows.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.application.beliefs import Beliefs, Side
from armsledger.application.comparison import _differences
from armsledger.application.differing import BothSides
from armsledger.domain.beliefs.belief import known_entries
from armsledger.domain.entry import Entry
from armsledger.domain.errors import Refused
from armsledger.domain.states.idle import idle_entries
from armsledger.domain.values.citation import Reliability
from armsledger.domain.values.known import Known
from tests.application.comparison_model import Told, differences
from tests.domain.histories import Story, days, grades, stories
from tests.domain.specification import Case, Said, said
from tests.domain.specification import given as given_words
from tests.domain.words import delivered, opened, signed


class View:
    """As much of a view as a comparison of sides that grade all sources alike asks for."""

    def __init__(self, day: date) -> None:
        self.at = day


def quick(stream: str, day: date, before: Side, after: Side) -> Told:
    """What the comparison itself tells."""
    view = cast("Beliefs", View(day))
    found = _differences(BothSides(stream, before, after), view, view)
    return [((one.bound, one.field), one.old, one.new, one.entries) for one in found]


@given(st.data(), stories(), grades, days)
def test_the_same_entries_are_named_for_any_two_beliefs(
    data: st.DataObject, story: Story, known: dict[str, Reliability], day: date
) -> None:
    before, after = (_some(data, story.entries) for _ in range(2))
    sides = Side(before, known), Side(after, known)
    assert quick("deal/random", day, *sides) == differences("deal/random", day, *sides)


def _some(data: st.DataObject, entries: list[Entry]) -> list[Entry]:
    """The entries known at a point of either axis."""
    if data.draw(st.booleans()):
        return entries[: data.draw(st.integers(0, len(entries)))]
    return known_entries(entries, Known(day=data.draw(days).toordinal()))


ROW = {"listed_in": "A register", "recipient": "India", "supplier": "Russia", "designation": "S-400"}
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "comment": st.sampled_from(["late", None]),
        "years": st.sampled_from(["2021", "2021; 2022"]),
        "delivered": st.sampled_from(["2", "3?"]),
        "volume_ordered": st.sampled_from(["30", "60"]),
        "revisions": st.just(["value"]),
    },
).filter(bool)


@st.composite
def releases(draw: st.DrawFn) -> Case:
    """A row of a register, and what a later release and others say of it."""
    case = Case("deal/row", {"sipri": "B", "hindu": "C"})
    case.record(said("opened", id="opening", on="2018", supplier="RUS", buyer="IND", source="sipri"))
    case.record(said("contract-signed", id="contract", on="2018", quantity="5 units", source="sipri"))
    case.record(said("delivered", id="delivery", on="2021", quantity="2 units", source="sipri"))
    case.record(said("listed", id="row", on="2022-03-14", source="sipri", **ROW))
    for number in range(draw(st.integers(1, 4))):
        words = draw(_words(number))
        with suppress(Refused):  # as of a correction that changes nothing
            case.record(words)
    return case


@st.composite
def _words(draw: st.DrawFn, number: int) -> Said:
    source = draw(st.sampled_from(["tass", "tass", "sipri", "hindu"]))
    asserted = {"source": source, "asserted": f"2023-0{number + 1}-01"}
    match draw(st.integers(0, 5)):
        case 0:
            quantity = draw(st.sampled_from(["3 units", "6 units", "2 regiments"]))
            return said("delivered", on="2022", quantity=quantity, **asserted)
        case 1:
            due = draw(st.sampled_from(["2024", "2025"]))
            return said("expected", what={"event": "listed", "years": "2021"}, due=due, **asserted)
        case 2:
            target = draw(st.sampled_from(["contract", "delivery"]))
            changes: dict[str, Any] = {"quantity": draw(st.sampled_from(["4 units", "5 tanks"]))}
            return said("corrected", target=target, set=changes, reason="new-information", **asserted)
        case _:
            changes = draw(CHANGES)
            return said("corrected", id=f"c{number}", target="row", set=changes, reason="new-information", **asserted)


@given(releases(), st.data())
def test_the_same_entries_are_named_for_rows_of_registers(case: Case, data: st.DataObject) -> None:
    known = data.draw(st.integers(0, len(case.entries)))
    sides = Side(case.entries[:known], case.grades), Side(case.entries, case.grades)
    day = data.draw(st.sampled_from([date(2021, 6, 1), date(2026, 1, 1)]))
    assert quick("deal/row", day, *sides) == differences("deal/row", day, *sides)


def corrected(target: str, changes: dict[str, Any], id: str) -> Said:
    """A source has other words for what another one said."""
    return said("corrected", id=id, target=target, set=changes, reason="new-information", source="tass")


LISTED = said("listed", id="row", on="2022-03-14", source="sipri", **ROW)
DEAL = (opened(on="2018"), signed(on="2018", value=None), delivered("2 units", on="2021"), LISTED)
YEARS = corrected("row", {"years": "2021", "delivered": "2"}, "years")


def test_a_correction_of_words_that_no_state_shows_is_idle() -> None:
    assert idle_entries(given_words(*DEAL, YEARS).entries) == {"years"}


@pytest.mark.parametrize(
    "more",
    [
        corrected("row", {"comment": "late"}, "comment"),
        corrected("row", {"years": "2021", "on": "2022"}, "dated"),
        corrected("contract", {"quantity": "4 units"}, "contract 2"),
    ],
)
def test_a_correction_of_what_a_state_shows_is_not(more: Said) -> None:
    assert idle_entries(given_words(*DEAL, more).entries) == set()


@pytest.mark.parametrize(
    "more",
    [
        said("retracted", target="years", reason="entry-error"),
        said("expected", what={"event": "listed"}, due="2024"),
        delivered("1 unit", on="2022", source="tass"),
        corrected("contract", {"source": "tass"}, "moved"),
    ],
)
def test_nor_is_one_of_which_others_speak_or_whose_source_may_be_a_release(more: Said) -> None:
    assert idle_entries(given_words(*DEAL, YEARS, more).entries) == set()


def test_a_correction_that_makes_a_source_a_release_changes_what_is_delivered() -> None:
    """Two deliveries by two sources may be one; by two releases of one register they are two."""
    again = delivered("2 units", on="2021", source="tass")
    case = given_words(opened(on="2018"), LISTED, delivered("2 units", on="2021", source="sipri"), again, YEARS)
    case.grades = {"sipri": "B", "tass": "B"}
    sides = Side(case.entries[:-1], case.grades), Side(case.entries, case.grades)
    told = quick("deal/india-s400", date(2022, 12, 31), *sides)
    changed = {field: ([str(line) for line in old], [str(line) for line in new]) for field, old, new, _ in told}
    assert changed["certain", "delivered"] == (["2 units"], ["4 units"])
    assert {entries for *_, entries in told} == {("deal/india-s400@5",)}
