"""Values in words, as pages write them."""

from __future__ import annotations

from datetime import date

import pytest

from armsledger.domain.values.when import When
from armsledger.web.words import counted, day_words, listed, party_words, refs, when_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2018-10-05", "5 Oct 2018"),
        ("2018-10", "Oct 2018"),
        ("2018", "2018"),
        ("2018-09-26~", "about 26 Sep 2018"),
        ("2018?", "perhaps 2018"),
        ("2018-10%", "perhaps about Oct 2018"),
        ("201X", "2010s"),
        ("../2021-12-15~", "by about 15 Dec 2021"),
        ("2021-12/..", "from Dec 2021 on"),
        ("2021-12-08/2021-12-14", "8 to 14 Dec 2021"),
        ("2022/2023", "2022 to 2023"),
        ("2018-XX-05", "5 Jan to 5 Dec 2018"),
        ("[2018-10-01..2018-10-03]", "1 to 3 Oct 2018"),
        ("2018-10/2018-12", "Oct to Dec 2018"),
        ("2018-11/2019-02", "Nov 2018 to Feb 2019"),
        ("2018-10~/2018-12~", "about Oct to Dec 2018"),
        ("[..2018]", "by 2018"),
        ("[2018..]", "from 2018 on"),
        ("[2018,2020]", "2018 or 2020"),
    ],
)
def test_an_uncertain_date_is_told_as_it_is_written(text: str, words: str) -> None:
    assert when_words(When.parse(text)) == words


def test_days_parties_and_counts() -> None:
    assert day_words(date(2021, 11, 12).toordinal()) == "12 Nov 2021"
    assert [party_words(party) for party in ("RUS", "SUN", "org:NATO", "unknown")] == [
        "Russia",
        "Soviet Union",
        "NATO",
        "not stated",
    ]
    assert (counted(1, "forecast"), counted(20, "forecast"), counted(2, "entry", "entries")) == (
        "1 forecast",
        "20 forecasts",
        "2 entries",
    )
    assert (listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b"], "or")) == ("a", "a, b and c", "a or b")


def test_of_very_many_references_the_first_ones_stand() -> None:
    many = [f"deal/x@{number}" for number in range(1, 201)]
    assert refs(many, "deal/x").count("<a ") == 12
    assert refs(many, "deal/x").endswith("and 188 more entries</span>")
    assert refs(many[:16], "deal/x").count("<a ") == 16


def test_a_reference_leads_to_the_row_of_its_entry() -> None:
    assert refs(("deal/x@12", "engagement/summit-21@3"), "deal/x") == (
        '<a class="r" href="#e12">12</a><a class="r" href="#e-engagement-summit-21@3">summit-21@3</a>'
    )
