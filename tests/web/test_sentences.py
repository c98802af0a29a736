"""Numbers, quantities and dates as they stand in running text."""

from __future__ import annotations

import pytest

from armsledger.domain.values.money import Money
from armsledger.domain.values.party import Party
from armsledger.domain.values.quantity import Line, Quantity
from armsledger.domain.values.when import When
from armsledger.web.sentences import capital, dated, first_of, money, names, quantity, since


@pytest.mark.parametrize(
    ("text", "when", "from_when"),
    [
        ("2018-10-05", "on 5 Oct 2018", "since 5 Oct 2018"),
        ("2018-10", "in Oct 2018", "since Oct 2018"),
        ("2018", "in 2018", "since 2018"),
        ("201X", "in the 2010s", "since the 2010s"),
        ("../2018-10", "by Oct 2018", "since Oct 2018 at the latest"),
        ("2021-11-12/..", "from 12 Nov 2021 on", "from 12 Nov 2021 on"),
        ("2018-09-26~", "about 26 Sep 2018", "since about 26 Sep 2018"),
        ("2018?", "perhaps in 2018", "since perhaps 2018"),
        ("2018%", "perhaps about 2018", "since perhaps about 2018"),
        ("2018-10/2018-12", "between Oct and Dec 2018", "since a day between Oct and Dec 2018"),
        ("2022/2023", "between 2022 and 2023", "since a day between 2022 and 2023"),
        ("[2018,2020]", "in 2018 or 2020", "since 2018 or 2020"),
    ],
)
def test_a_date_stands_in_a_sentence(text: str, when: str, from_when: str) -> None:
    assert (dated(When.parse(text)), since(When.parse(text))) == (when, from_when)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5 regiments", "five regiments"),
        ("1 submarine", "one submarine"),
        ("0 aircraft", "no aircraft"),
        ("1,200 tanks", "1,200 tanks"),
        ("~40 missiles", "about 40 missiles"),
        ("~5 units", "about 5 units"),
        ("20-24 aircraft", "20 to 24 aircraft"),
        ("24+ aircraft", "at least 24 aircraft"),
        ("up to 50 missiles", "up to 50 missiles"),
    ],
)
def test_a_quantity_stands_in_a_sentence(text: str, words: str) -> None:
    assert quantity(Quantity.parse(text)) == words


def test_a_line_is_told_with_its_item() -> None:
    assert quantity(Line(14, "tank", False, None, "Leopard 2A6")) == "14 tanks of Leopard 2A6"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("USD 5.43bn", "USD 5.43bn"),
        ("~USD 800m", "about USD 800m"),
        ("EUR 6.5bn-7bn", "EUR 6.5bn to 7bn"),
        ("USD 2bn+", "at least USD 2bn"),
        ("up to USD 3bn", "up to USD 3bn"),
    ],
)
def test_an_amount_stands_in_a_sentence(text: str, words: str) -> None:
    assert money(Money.parse(text)) == words


def test_parties_and_lists_stand_in_a_sentence() -> None:
    assert names([Party("RUS"), Party("USA"), Party("NLD")]) == "Russia, the United States and the Netherlands"
    assert names([Party("unknown")]) == "somebody whom no source names"
    assert first_of(["a", "b", "c", "d"]) == "a, b and 2 more"
    assert capital("eBook readers") == "EBook readers"
