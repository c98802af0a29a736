"""A framework agreement: signed, in force, renewed, expired, terminated."""

from __future__ import annotations

import pytest

from tests.domain.specification import Case, Said, given, said
from tests.domain.words import expected

SIGNED = said("signed", on="2010-12-21", title="Programme", parties=["IND", "RUS"], until="2020-12-31")
IN_FORCE = said("in-force", on="2011-01-01")
EXPIRED = said("expired", on="2020-12-31")
RENEWED = said("renewed", on="2021-12-06", until="2031")
TERMINATED = said("terminated", on="2025", by="IND", reason="war")


def programme(*statements: Said) -> Case:
    """The framework, of which this was said."""
    return given(*statements, kind="framework")


def test_a_framework_is_signed_enters_into_force_and_runs_out() -> None:
    (
        programme(SIGNED, IN_FORCE, EXPIRED)
        .then_not_begun("2010-12-20")
        .then_both("2010-12-21", status="signed", until="2020-12-31", parties=["IND", "RUS"])
        .then_both("2011-01-01", status="in-force", in_force_since="2011-01-01", signed_on="2010-12-21")
        .then_both("2020-12-31", status="expired", ended_on="2020-12-31")
    )


def test_a_framework_that_ran_out_can_be_renewed() -> None:
    programme(SIGNED, EXPIRED, RENEWED).then_both(
        "2021-12-31", status="in-force", renewed_on="2021-12-06", until="2031", ended_on=None
    )


def test_a_renewal_that_names_no_term_keeps_the_term_that_is_known() -> None:
    programme(SIGNED, said("renewed", on="2015")).then_both("2015-12-31", until="2020-12-31")


def test_a_framework_can_be_terminated() -> None:
    programme(SIGNED, IN_FORCE, TERMINATED).then_both("2025-12-31", status="terminated", ended_on="2025")


def test_a_signature_dated_after_the_entry_into_force_does_not_take_it_back() -> None:
    programme(said("in-force", on="2010"), SIGNED).then_both(
        "2011-12-31", status="in-force", title="Programme", until="2020-12-31"
    )


@pytest.mark.parametrize("first", [SIGNED, IN_FORCE, RENEWED])
def test_a_framework_may_first_be_heard_of_when_it_is_renewed(first: Said) -> None:
    programme().when(first).then(first)


@pytest.mark.parametrize("first", [IN_FORCE, EXPIRED, RENEWED, TERMINATED])
def test_any_step_begins_a_framework_of_which_the_signature_is_dated_later(first: Said) -> None:
    later = said("signed", on="2026", title="Programme")
    programme(later, first).then_certain("2025-12-31", began=True)


def test_a_renewal_expected_after_the_term_ran_out_is_pending_and_then_met() -> None:
    (
        programme(SIGNED, EXPIRED, expected("renewed", "2021-12"))
        .then_both("2021-11-30", expectations=["pending"])
        .when(said("renewed", on="2021-12-06", source="hindu"))
        .then_both("2021-12-31", expectations=["met"])
    )


def test_a_renewal_expected_of_a_framework_that_was_terminated_first_is_moot() -> None:
    programme(SIGNED, expected("renewed", "2027"), TERMINATED).then_both("2025-12-31", expectations=["moot"])


def test_a_framework_can_be_only_expected() -> None:
    programme(expected("signed", "2021-12")).then_both("2021-12-01", status="expected", title=None)
