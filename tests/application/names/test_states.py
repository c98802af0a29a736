"""Names of states, as sources spell them."""

from __future__ import annotations

import pytest

from armsledger.application.codes import Codes
from armsledger.application.names.abbreviations import ABBREVIATIONS
from armsledger.application.names.aliases import (
    ADJECTIVES,
    ALIASES,
    AMBIGUOUS,
    MORE_ALIASES,
    OTHER_CODES,
    PARTS,
)
from armsledger.application.names.iso import is_code
from armsledger.domain.values.party import NAMED_STATES, Party
from armsledger.domain.values.state_names import STATE_NAMES

CODES = Codes()


def code(text: str) -> str:
    return CODES.party(Party.parse(text))


@pytest.mark.parametrize("text", ["[KOR, FRA]", '["KOR", "FRA"', "{KOR}"])
def test_a_list_that_could_not_be_read_is_no_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"is a list, not a name; .* on the command line"):
        code(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Great Britain", "GBR"),
        ("U.K.", "GBR"),
        ("U.S.", "USA"),
        ("U. S. A.", "USA"),
        ("US", "USA"),
        ("America", "USA"),
        ("U.A.E.", "ARE"),
        ("Emirates", "ARE"),
        ("KSA", "SAU"),
        ("Kingdom of Saudi Arabia", "SAU"),
        ("DPRK", "PRK"),
        ("ROK", "KOR"),
        ("Korea, South", "KOR"),
        ("Korea (South)", "KOR"),
        ("S. Korea", "KOR"),
        ("Korea, Democratic People's Republic of", "PRK"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Bahamas, The", "BHS"),
        ("PRC", "CHN"),
        ("Republic of China", "TWN"),
        ("Taiwan (ROC)", "TWN"),
        ("DRC", "COD"),
        ("Republic of the Congo", "COG"),
        ("FYROM", "MKD"),
        ("Holland", "NLD"),
        ("Guinea Bissau", "GNB"),
        ("St. Lucia", "LCA"),
        ("State of Israel", "ISR"),
        ("IN", "IND"),
        ("PL", "POL"),
        ("UK", "GBR"),
        ("EL", "GRC"),
        ("Government of India", "IND"),
        ("the Indian government", "IND"),
        ("U.S. Government", "USA"),
    ],
)
def test_a_usual_spelling_is_understood(name: str, expected: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("U.S.S.R.", "SUN"),
        ("GDR", "DDR"),
        ("Germany (West)", "DEU"),
        ("FRG", "DEU"),
        ("Vietnam, North", "VDR"),
        ("Yemen, South", "YMD"),
        ("PDRY", "YMD"),
        ("Rhodesia", "RHO"),
        ("North Yemen", "North Yemen"),
        ("Yemen (North)", "North Yemen"),
        ("Yemen Arab Republic (North Yemen)", "North Yemen"),
        ("Republic of Vietnam", "South Vietnam"),
    ],
)
def test_a_state_of_the_past_is_not_that_of_today(name: str, expected: str) -> None:
    party = CODES.party(Party.parse(name))
    assert (party, party.is_taken_as_organisation) == (expected, False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Deutschland", "DEU"),
        ("Frankreich", "FRA"),
        ("Polska", "POL"),
        ("États-Unis", "USA"),
        ("Rusia", "RUS"),
        ("Россия", "RUS"),
        ("Україна", "UKR"),
        ("中国", "CHN"),
        ("日本", "JPN"),
        ("대한민국", "KOR"),
        ("भारत", "IND"),
        ("المملكة العربية السعودية", "SAU"),
        ("Ελλάδα", "GRC"),
        ("ישראל", "ISR"),
    ],
)
def test_a_name_in_another_language_is_understood(name: str, expected: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    ("name", "meanings"),
    [
        ("Korea", "KOR (South Korea) or PRK (North Korea)"),
        ("Kongo", "COD (Congo - Kinshasa) or COG (Congo - Brazzaville)"),  # Norwegian for one, Polish for the other
        ("SA", "SAU (Saudi Arabia) or ZAF (South Africa)"),
        ("AU", "AUS (Australia) or org:African Union"),
        ("RF", "RUS (Russia) or FRA (France)"),
    ],
)
def test_a_name_that_means_several_things_is_refused_with_all_of_them(name: str, meanings: str) -> None:
    with pytest.raises(ValueError, match="can mean") as refusal:
        code(name)
    assert f"'{name}' can mean {meanings}; write the one that is meant, or 'org:{name}'" in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Germany; Poland", "DEU (Germany), POL (Poland)"),
        ("Deutschland; Polska", "DEU (Germany), POL (Poland)"),
        ("India and Russia", "IND (India), RUS (Russia)"),
        ("USA/UK", "USA (United States), GBR (United Kingdom)"),
        ("France & Italy", "FRA (France), ITA (Italy)"),
        ("IND, RUS", "IND (India), RUS (Russia)"),
        ("Germany, Poland, and Greece", "DEU (Germany), POL (Poland), GRC (Greece)"),
        ("India-Russia", "IND (India), RUS (Russia)"),
        ("India Russia", "IND (India), RUS (Russia)"),
        ("US and allies", "USA (United States), allies"),
        ("Germany; Rheinmetall", "DEU (Germany), Rheinmetall"),
    ],
)
def test_several_names_at_once_are_refused_one_by_one(text: str, names: str) -> None:
    with pytest.raises(ValueError, match="names several parties") as refusal:
        code(text)
    assert f"names several parties: {names}; write them one by one" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bosnia and Herzegovina", "BIH"),
        ("Trinidad and Tobago", "TTO"),
        ("Antigua & Barbuda", "ATG"),
        ("Serbia and Montenegro", "SCG"),
        ("Saint Vincent and the Grenadines", "VCT"),
        ("Guinea-Bissau", "GNB"),
        ("Timor-Leste", "TLS"),
    ],
)
def test_a_state_of_two_names_is_one(name: str, expected: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Rosoboronexport",
        "Russian Technologies",
        "Hindustan Aeronautics",
        "Bharat Dynamics Limited India",
        "Indian Navy",
        "Emirates Air Force",
        "Ministry of Defence, India",
        "Islamic State of Iraq",
        "Kurdistan Regional Government (Iraq)",
        "PRC (Israel/Palestine)",
        "Federation of Bosnia and Herzegovina",
        "Sweden and Saab Kockums",
    ],
)
def test_an_organisation_may_have_a_states_name_in_its_own(name: str) -> None:
    party = CODES.party(Party.parse(name))
    assert (party, party.is_taken_as_organisation) == (name, True)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("England", "'England' is a part of a state; did you mean GBR (United Kingdom)?"),
        ("Dubai", "'Dubai' is a part of a state; did you mean ARE (United Arab Emirates)?"),
        ("Sudan (army)", "'Sudan (army)' is more than the name of a state; did you mean SDN (Sudan)?"),
        ("GER", "'GER' is no country code; did you mean DEU (Germany)?"),
    ],
)
def test_what_is_nearly_a_state_is_refused_with_the_state(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match="did you mean") as refusal:
        code(text)
    assert f"{remedy} Write 'org:{text}'" in str(refusal.value)


def test_a_mark_makes_an_organisation_of_any_name() -> None:
    for name in ("NATO", "Korea", "Germany; Poland", "PLO", "IN", "Russsia"):
        for mark in ("org:", "actor:"):
            party = CODES.party(Party.parse(mark + name))
            assert (party.written, party.is_state, party.is_taken_as_organisation) == (mark + name, False, False)


def test_the_tables_name_states_that_exist() -> None:
    tables = (ALIASES, MORE_ALIASES, ABBREVIATIONS, PARTS, OTHER_CODES, ADJECTIVES)
    meant = {meaning for table in tables for meaning in table.values()}
    meant |= {meaning for codes in AMBIGUOUS.values() for meaning in codes if not meaning.startswith("org:")}
    assert {meaning for meaning in meant if not is_code(meaning)} == NAMED_STATES


def test_the_domain_knows_every_alias_as_a_name_of_a_state() -> None:
    aliases = {name.casefold() for name in (*ALIASES, *MORE_ALIASES, *PARTS) if not name.isupper()}
    assert aliases <= STATE_NAMES
