"""A source: registered, and graded anew."""

from __future__ import annotations

import pytest

from armsledger.domain.errors import SelfContradiction
from armsledger.domain.states.source import reliability_of
from armsledger.domain.values.known import EVERYTHING, Known
from tests.domain.specification import Case, Said, as_of, by, given, said
from tests.domain.words import corrected, retracted

REGISTERED = said("registered", id="registration", publisher="ThePrint", published="2021-11-12", reliability="C")


def regraded(reliability: str, **fields: str) -> Said:
    """A source is judged anew."""
    return said("regraded", reliability=reliability, **fields)


def source(*statements: Said) -> Case:
    """A source, of which this was recorded."""
    return given(*statements, kind="source")


def test_a_source_is_registered_on_the_day_it_was_published() -> None:
    case = source().when(REGISTERED).then(REGISTERED)
    event = case.entries[0].event
    assert (str(event.on), str(event.asserted), event.source) == ("2021-11-12", "2021-11-12", None)
    case.then_not_begun("2021-11-11").then_both("2021-11-12", publisher="ThePrint", reliability="C", regraded=0)


@pytest.mark.parametrize(
    ("fields", "asserted"),
    [
        ({"retrieved": "2022-01-02"}, "2022-01-02"),
        ({}, "2026-11-22"),
        ({"on": "2020"}, "2020"),
        ({"asserted": "2020", "published": "2019"}, "2020"),
    ],
)
def test_a_source_that_does_not_say_when_it_was_published_is_dated_as_well_as_can_be(
    fields: dict[str, str], asserted: str
) -> None:
    case = source().when(said("registered", publisher="MoD", **fields)).then_taken()
    assert str(case.entries[0].event.asserted) == asserted


def test_a_source_cites_no_source() -> None:
    case = source().when(said("registered", publisher="MoD", source="theprint")).then_taken()
    assert case.entries[0].event.source is None


@pytest.mark.parametrize("left_out", ["published", "reliability"])
def test_a_source_registered_again_with_no_more_than_is_known_adds_nothing(left_out: str) -> None:
    less = {name: value for name, value in REGISTERED.fields.items() if name != left_out}
    source(REGISTERED).when(said("registered", **less)).then_known_already()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": "another"}, "title"), ({"reliability": "A"}, "reliability"), ({"published": "2020"}, "published")],
)
def test_a_source_registered_otherwise_is_refused(change: dict[str, str], field: str) -> None:
    first = said("registered", **{**REGISTERED.fields, "title": "one"})
    source(first).when(said("registered", **{**first.fields, **change})).then_refused(
        SelfContradiction,
        f"this source is registered already, otherwise, in source/theprint@1: {field} {change[field]} here and ",
        remedy="or record 'regraded' if its reliability is judged anew",
        field=field,
    )


def test_a_source_can_be_registered_anew_after_its_registration_was_taken_back() -> None:
    case = source(REGISTERED, retracted("registration"))
    case.when(said("registered", publisher="The Print", published="2021-11-12")).then_taken()
    case.then_both("2022-12-31", publisher="The Print", reliability=None)


def test_a_registration_can_be_completed_later() -> None:
    source(REGISTERED).when(said("registered", **{**REGISTERED.fields, "title": "Putin"})).then_taken()


def test_a_source_can_be_judged_anew_and_again() -> None:
    (
        source(REGISTERED, regraded("B", on="2022-01-01"), regraded("D", on="2023-01-01"))
        .then_both("2021-12-31", reliability="C", regraded=0)
        .then_both("2022-12-31", reliability="B", regraded=1)
        .then_both("2023-12-31", reliability="D", regraded=2)
    )


def test_a_source_may_return_to_a_grade_it_had_before() -> None:
    source(REGISTERED).when(
        regraded("B", asserted="2022"), regraded("C", asserted="2023"), regraded("B", asserted="2024")
    ).then_taken().then_both("2024-12-31", reliability="B", regraded=3)


def test_a_grade_given_before_the_day_of_publication_stands_against_the_registration() -> None:
    source(REGISTERED, regraded("A", on="2020-01-01")).then_both("2022-12-31", reliability="A")


@pytest.mark.parametrize(
    ("known", "grade"),
    [
        (EVERYTHING, "A"),
        (as_of(0), "F"),
        (as_of(1), "C"),
        (as_of(2), "E"),
        (by("2021-11-11"), "C"),  # by the day of asserting, our first grade holds from the start
        (by("2021-12-31"), "C"),
        (by("2022-12-31"), "E"),
        (by("2023-12-31"), "A"),
    ],
)
def test_the_grade_of_a_source_is_that_known_at_a_belief_date(known: Known, grade: str) -> None:
    case = source(REGISTERED, regraded("E", on="2022-06"), regraded("A", on="2023-06"))
    assert reliability_of(case.entries, known) == grade


def test_a_source_that_nobody_graded_cannot_be_judged() -> None:
    assert reliability_of(source(said("registered", publisher="MoD")).entries) == "F"


def test_a_registration_can_be_corrected_and_taken_back() -> None:
    case = source(REGISTERED).when(corrected("registration", publisher="The Print")).then_taken()
    case.then_both("2022-12-31", publisher="The Print", reliability="C")
    case.when(retracted("registration")).then_taken().then_not_begun("2022-12-31")


def test_a_repair_of_a_source_is_of_the_day_of_the_registration_or_of_today() -> None:
    case = source(REGISTERED).when(
        corrected("registration", publisher="The Print"),
        corrected("registration", reason="new-information", title="Putin likely to visit"),
    )
    assert [str(entry.event.asserted) for entry in case.entries[1:]] == ["2021-11-12", "2026-11-22"]
