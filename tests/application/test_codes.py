"""Countries and currencies, as people write them and as they are stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.application.codes import Codes
from armsledger.application.names.iso import country_name
from armsledger.domain.errors import UnknownCode
from armsledger.domain.values.party import Party
from tests.application.book import Clock, book, entry, jsonl, opened, paid, take

CODES = Codes()


def code(text: str) -> str:
    """The code of a party as it is written."""
    return CODES.party(Party.parse(text))


@pytest.mark.parametrize("text", ["IND", "RUS", "USA", "TUR", "PRK", "TWN", "SSD", "XKX"])
def test_a_country_is_known_by_its_code(text: str) -> None:
    assert code(text) == text


@pytest.mark.parametrize("text", ["SUN", "CSK", "YUG", "DDR", "SCG", "ZAR", "YMD", "VDR", "BYS", "TMP"])
def test_a_state_of_the_past_is_known_by_its_code(text: str) -> None:
    assert code(text) == text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("India", "IND"),
        ("india", "IND"),
        ("  United   States ", "USA"),
        ("United States of America", "USA"),
        ("UK", "GBR"),
        ("UAE", "ARE"),
        ("Russia", "RUS"),
        ("Russian Federation", "RUS"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("South Korea", "KOR"),
        ("Republic of Korea", "KOR"),
        ("Korea, Republic of", "KOR"),
        ("Democratic People's Republic of Korea", "PRK"),
        ("Viet Nam", "VNM"),
        ("Vietnam", "VNM"),
        ("Czech Republic", "CZE"),
        ("Czechia", "CZE"),
        ("Iran", "IRN"),
        ("Taiwan", "TWN"),
        ("Kosovo", "XKX"),
        ("Bosnia-Herzegovina", "BIH"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),  # noqa: RUF001  # the apostrophe of printers
        ("DR Congo", "COD"),
        ("The Gambia", "GMB"),
        ("the Netherlands", "NLD"),
        ("Trinidad & Tobago", "TTO"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Guinea", "GIN"),
        ("eSwatini", "SWZ"),
        ("Swaziland", "SWZ"),
    ],
)
def test_a_name_becomes_the_code(name: str, expected: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Soviet Union", "SUN"),
        ("USSR", "SUN"),
        ("Czechoslovakia", "CSK"),
        ("Yugoslavia", "YUG"),
        ("East Germany (GDR)", "DDR"),
        ("German Democratic Republic", "DDR"),
        ("West Germany", "DEU"),
        ("North Vietnam", "VDR"),
        ("South Yemen", "YMD"),
        ("Serbia and Montenegro", "SCG"),
        ("Zaire", "ZAR"),
    ],
)
def test_the_name_of_a_state_of_the_past_becomes_its_code(name: str, expected: str) -> None:
    assert code(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "NATO",
        "EU",
        "UN",
        "African Union",
        "Hezbollah",
        "Hamas",
        "Taliban",
        "Rosoboronexport",
        "FRELIMO",
        "South Vietnam",
    ],
)
def test_organisations_and_other_actors_pass_as_they_are(name: str) -> None:
    assert code(name) == name
    assert country_name(name) == name


@pytest.mark.parametrize("text", ["unknown", "Unknown", " UNKNOWN "])
def test_a_party_may_be_unknown(text: str) -> None:
    assert code(text) == "unknown"


@pytest.mark.parametrize("text", ["actor:PLO", "actor:IND", "actor:Russsia", "actor:IN"])
def test_an_actor_may_have_a_name_that_looks_like_a_country(text: str) -> None:
    party = CODES.party(Party.parse(text))
    assert (party.written, party.is_state) == (text, False)
    assert country_name(text) == text.removeprefix("actor:")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("in", "IND (India)"),
        ("us", "USA (United States)"),
        ("Ru", "RUS (Russia)"),
        ("ind", "IND (India)"),
        ("Rus", "RUS (Russia)"),
        ("Indai", "IND (India)"),
        ("Russai", "RUS (Russia)"),
        ("Russsia", "RUS (Russia)"),
        ("Swedon", "SWE (Sweden)"),
        ("Kazakstann", "KAZ (Kazakhstan)"),
        ("Soviet Unoin", "SUN (USSR, Union of Soviet Socialist Republics)"),
    ],
)
def test_a_country_mistyped_or_in_small_letters_is_refused_with_a_suggestion(text: str, suggestion: str) -> None:
    with pytest.raises(ValueError, match="is no country; did you mean") as refusal:
        code(text)
    assert f"did you mean {suggestion}? " in str(refusal.value)
    assert f"Write 'org:{text}'" in str(refusal.value)


@pytest.mark.parametrize("text", ["ABC", "PLO", "NLA", "XXX"])
def test_three_capitals_that_are_no_code_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is no country code; write ISO 3166 alpha-3") as refusal:
        code(text)
    assert f"'org:{text}'" in str(refusal.value)


@pytest.mark.parametrize("text", ["IND,RUS", "IND, RUS", "USA,GBR,AUS"])
def test_several_codes_at_once_are_no_party(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' names several parties"):
        code(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IND", "India"),
        ("XKX", "Kosovo"),
        ("SUN", "USSR, Union of Soviet Socialist Republics"),
        ("AFI", "French Afars and Issas"),  # its two letters are Anguilla's today
        ("SKM", "Sikkim"),  # Slovakia's
        ("GEL", "Gilbert and Ellice Islands"),  # Georgia's
        ("BYS", "Byelorussian SSR Soviet Socialist Republic"),
        ("unknown", "unknown"),
    ],
)
def test_a_code_has_a_name_and_a_state_of_the_past_its_own(text: str, name: str) -> None:
    assert country_name(text) == name


@pytest.mark.parametrize("text", ["USD", "INR", "EUR", "RUB", "SUR", "DDM", "YUD", "CSK", "DEM", "XDR"])
def test_a_currency_is_known_by_its_code_and_those_of_the_past_too(text: str) -> None:
    CODES.check_currency(text)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("UDS", "did you mean UGS, USD, USS?"),
        ("INN", "INR"),
        ("usd", "write an ISO 4217 code such as USD, INR or SUR"),
        ("TIV", "write an ISO 4217 code such as USD, INR or SUR"),
    ],
)
def test_another_currency_is_refused_with_a_remedy(text: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is no currency; ") as refusal:
        CODES.check_currency(text)
    assert remedy in str(refusal.value)


# as they are recorded


def test_parties_are_recorded_by_their_codes() -> None:
    ledger = book(opened(supplier="Soviet Union", buyer="india", end_user="Hezbollah"))
    (row,) = ledger.at().deals()
    assert (row.supplier, row.buyer) == ("SUN", "IND")
    assert ledger.log("deal/x")[0].data["end_user"] == "Hezbollah"
    again = take(ledger, opened(supplier="USSR", buyer="India", end_user="Hezbollah"))
    assert (again.recorded, again.known) == (0, 1)


def test_the_parties_of_a_list_are_recorded_by_their_codes() -> None:
    summit = entry("engagement/e", "held", on="2021-12-06", participants=["India", "Soviet Union", "EU"])
    (row,) = book(summit).at().engagements()
    assert row.participants == ("IND", "SUN", "EU")


@pytest.mark.parametrize(
    ("fields", "field", "message", "remedy"),
    [
        ({"supplier": "Russsia"}, "supplier", "'Russsia' is no country", "did you mean RUS (Russia)?"),
        ({"buyer": "in"}, "buyer", "'in' is no country", "did you mean IND (India)?"),
        ({"end_user": "PLO"}, "end_user", "'PLO' is no country code", "'org:PLO'"),
    ],
)
def test_a_refusal_names_the_field_and_the_remedy(
    fields: dict[str, Any], field: str, message: str, remedy: str
) -> None:
    with pytest.raises(UnknownCode, match=message) as refusal:
        book(opened(**fields))
    assert refusal.value.field == field
    assert remedy in refusal.value.remedy
    assert refusal.value.place == "dossier.jsonl:5"


def test_a_currency_mistyped_is_refused() -> None:
    with pytest.raises(UnknownCode, match="'UDS' is no currency") as refusal:
        book(opened(), paid("UDS 5m"))
    assert (refusal.value.field, refusal.value.remedy) == ("amount", "did you mean UGS, USD, USS?")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("\u0421hina", "China"),
        ("RU\u0405", "RUS"),
        ("NAT\u041e", "NATO"),
        ("\u0399ndia", "India"),
        ("Hizb\u043ellah of the North", "Hizbollah"),
    ],
)
def test_a_name_with_a_letter_that_nobody_can_tell_from_another_is_refused(name: str, meant: str) -> None:
    with pytest.raises(UnknownCode, match="mixes scripts in which letters look alike") as refusal:
        take(book(), opened(supplier=name))
    assert refusal.value.remedy == f"write all of the word in one script: {meant}"


def test_a_name_that_looks_like_the_code_of_a_state_is_refused() -> None:
    with pytest.raises(UnknownCode, match=r"looks like CHE \(Switzerland\)"):
        take(book(), opened(supplier="\u0421\u041d\u0415"))


def test_a_name_with_what_nobody_sees_is_refused() -> None:
    with pytest.raises(UnknownCode, match=r"'NA\\u200bTO' holds what nobody sees: \\u200b is ZERO WIDTH SPACE"):
        take(book(), opened(supplier="NA\u200bTO"))


@pytest.mark.parametrize(
    "name",
    [
        "Rosoboronexport",
        "\u0420\u043e\u0441\u043e\u0431\u043e\u0440\u043e\u043d\u044d\u043a\u0441\u043f\u043e\u0440\u0442 JSC",
        "Soci\u00e9t\u00e9 nationale",
        "\u4e09\u83f1\u91cd\u5de5\u30ed\u30dc",
        "\u0633\u067e\u0627\u0647 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647",
    ],
)
def test_a_name_in_any_script_is_that_of_an_organisation(name: str) -> None:
    assert code(name) == name


def test_the_name_of_an_item_is_looked_at_word_by_word() -> None:
    with book() as ledger:
        with pytest.raises(UnknownCode, match=r"mixes scripts.*: \u0422 is CYRILLIC CAPITAL LETTER TE"):
            take(ledger, opened(items=[{"designation": "\u042272B3"}]))
        plain = ["\u0421\u0443-30MKI", "\u0422-72\u04113 tank", "Magic \u2161"]
        assert take(ledger, opened(items=[{"designation": name} for name in plain])).recorded == 1


def test_names_that_earlier_releases_took_are_restored(tmp_path: Path) -> None:
    told = {"recorded_at": "2026-11-01T00:00:00.000000Z", "recorded_by": "me"}
    source = {"stream": "source/wire", "event": "registered", "publisher": "x", "published": "2019"}
    strange = {"supplier": "NAT\u041e", "items": [{"designation": "\u042272B3"}], "asserted": "2019-01-01"}
    (tmp_path / "export.jsonl").write_bytes(jsonl([{**source, **told}, {**opened(), **strange, **told}]))
    with Ledger.in_memory(clock=Clock()) as ledger:
        assert ledger.import_jsonl(tmp_path / "export.jsonl").entries == 2
