"""What finds what: a table that was written by hand before there was any code, and what holds of all texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armsledger.domain.errors import UsageError
from armsledger.projections.search.holding import held_text, rank_of_term
from armsledger.projections.search.query import MOST_WORDS, NOWHERE, read_query
from armsledger.projections.search.texts import NAME, Text
from armsledger.projections.search.words import atoms_of, words_in, words_of

FOUND = """
S-400                   | S-400 Triumf
S400                    | S-400 Triumf
S 400                   | S-400 Triumf
s-400                   | S-400 Triumf
s 400                   | S-400 Triumf
S-400                   | S400
S-400                   | S 400
S400                    | S 400
S–400                   | S-400
S-400                   | S‑400
S-400                   | S.400
S-400                   | For S-400 SAM systems
S-400                   | 91N6E version for use with S-400 SAM systems
S-400                   | Part of INR390 b ($5 b) for S-400 SAM systems
S-400                   | (S-400)
S-400                   | "S-400"
С-400                   | S-400 Triumf
S-400                   | Поставка С-400 началась
С 400                   | S400
400                     | S-400
Триумф                  | S-400 Triumf
Triumf                  | ЗРК С-400 «Триумф»
TRIUMF                  | S-400 Triumf
Trium                   | S-400 Triumf
Триум                   | S-400 Triumf
Su-30                   | Su-30MKI
Su30                    | Su-30MKI
SU 30                   | Su-30MKI
su-30mki                | Su-30MKI
Su-30 MKI               | Su-30MKI
Su-30MKI                | Su-30 MKI
Su30MKI                 | Su 30MKI
Su-30M                  | Su-30MKI
Су-30                   | Su-30MKI
Сухой Су-30             | Sukhoi Su-30SM
MKI                     | Su-30MKI
30MKI                   | Su-30MKI
S-300                   | S-300PMU-1
S-300                   | S-300PMU1
S-300PMU                | S-300 PMU-1
S300PMU1                | S-300PMU-1
MiG 29                  | MiG-29SMT
mig29                   | MiG 29
МиГ-29                  | MiG-29
F16                     | F-16C
F-16                    | F-16C Fighting Falcon
F-16C                   | F-16CJ
EL/M-2075               | EL/M-2075 Phalcon
ELM-2075                | EL/M-2075 Phalcon
ELM2075                 | EL/M-2075 Phalcon
M-2075                  | EL/M-2075 Phalcon
9M119M1-2               | 9M119M1-2 Invar
48N6                    | 48N6
64n6                    | 64N6
PJ-10                   | PJ-10 BrahMos
Brahm                   | PJ-10 BrahMos
BRAHMOS                 | PJ-10 BrahMos
BrahMos                 | BrahMos-A
Type-054A               | Type-054A
Type 054A               | Type-054A
Type 054                | Type-054A
209/1300                | Type-209/1300
AIM-54                  | AIM-54A Phoenix
MEKO 360                | MEKO-360
MEKO360                 | MEKO-360
Alize                   | Alizé
Alizé                   | Alize
Koln                    | Köln
KILIC                   | Kiliç
Lodz                    | Łódź
Łódź                    | Lodz
Turkiye                 | Türkiye
türkiye                 | Turkiye
Vastergotland           | Västergotland
Strasse                 | Straße
anti-tank               | anti-tank missile
antitank                | anti-tank missile
anti tank               | anti-tank missile
anti-tank               | antitank missile
tank missile            | anti-tank missile
missile                 | anti-ship missiles
missiles                | anti-ship missile
tanks                   | tank
tank                    | tanks
tank                    | tanker/transport aircraft
Sea-Sparrow             | RIM-7 Sea Sparrow
"air search radar"      | air search radar
"search radar"          | Air-search radar
"S-400"                 | For S400 systems
Russia                  | Russia's offer
歼-10                   | 歼-10战斗机
导弹                    | S-400导弹系统
S-400                   | S-400导弹系统
Ελλάδα                  | ΕΛΛΑΔΑ
S-400 Turkish           | Version for Turkey incl Turkish components; S-400
FCS-4008                | FCS-4008
"""
NOT_FOUND = """
S-40                    | S-400 Triumf
S-4                     | S-400 Triumf
S-4000                  | S-400 Triumf
S-400                   | S-40
S-400                   | FCS-4008
S-400                   | MiG-21U trainer version; Indian designation Type-66 Series-400/600
S-400                   | NS-400
S-400                   | S-300; 400 missiles
S-400                   | class S; 400 t
S-400                   | the ships (class S) 400 in all
S-400                   | 400 S
S-300                   | S-3000
S-300                   | S-400
S 400                   | Russia's 400 tanks
40                      | S-400
Su-3                    | Su-30MKI
Su-30MKI                | Su-30MKK
Su-30MKI                | Su-30
Su-30                   | Su-35
u-30                    | Su-30
F-1                     | F-16
F-16D                   | F-16C
MiG-2                   | MiG-29
Type-054B               | Type-054A
54A                     | Type-054A
Ka                      | Kalibr
rahmos                  | BrahMos
Tri                     | trophy
tank                    | Tanzania
tankers                 | tank
"tank"                  | tanks
"air radar"             | air search radar
"radar search"          | air search radar
missile radar           | air search radar
S-400 Triumf            | S-400
Turk                    | tu rk
400-S                   | S-400
F-35                    | F-350
导弹                    | 导航弹
INR39                   | Part of INR390 b
"""


def pairs(table: str) -> list[tuple[str, str]]:
    """The rows of a table: what is searched for, and a text."""
    rows = (line.partition("|") for line in table.strip().splitlines())
    return [(query.strip(), text.strip()) for query, _, text in rows]


def holds(query: str, text: str) -> bool:
    """Whether a text holds what is searched for."""
    held = [held_text(Text("title", NAME, text))]
    return all(rank_of_term(term, held) < NOWHERE for term in read_query(query).terms)


@pytest.mark.parametrize(("query", "text"), pairs(FOUND))
def test_finds(query: str, text: str) -> None:
    assert holds(query, text)


@pytest.mark.parametrize(("query", "text"), pairs(NOT_FOUND))
def test_does_not_find(query: str, text: str) -> None:
    assert not holds(query, text)


WRITTEN = st.text(st.sampled_from("aAsS40 -/.,;('’é€战弹İßСуйЁ\u0301\u200b\n«»|٣²"), max_size=24) | st.text(max_size=24)


@given(text=WRITTEN)
def test_the_words_are_the_same_whether_their_places_are_asked_for_or_not(text: str) -> None:
    assert words_of(text) == {word.text for word in words_in(text)}


@given(text=WRITTEN)
def test_every_text_is_found_by_itself(text: str) -> None:
    if words_of(text) and len(text.split()) < MOST_WORDS // 2:
        held = [held_text(Text("title", NAME, text))]
        assert [term for term in read_query(text).terms if rank_of_term(term, held) == NOWHERE] == []


@given(text=WRITTEN.map(lambda text: text.translate({ord("'"): "-", ord("\u2019"): "-"})))
def test_a_word_stands_where_it_is_said_to_stand(text: str) -> None:
    for word in words_in(text):
        assert word.text in "".join(atoms_of(text[word.start : word.end]))


@given(text=st.text(st.sampled_from("sS40 -mki"), max_size=12))
def test_case_does_not_matter_to_a_query(text: str) -> None:
    if words_of(text):
        assert read_query(text).terms == read_query(text.upper()).terms == read_query(text.lower()).terms


@pytest.mark.parametrize("text", ["", "  ", ",", '""', "«»", "-", "…", "\u0301"])
def test_refuses_what_holds_nothing_to_search_for(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read_query(text)
    assert "S-400" in refusal.value.remedy


def test_refuses_more_words_than_anybody_means() -> None:
    with pytest.raises(UsageError, match="21 words are too many"):
        read_query(" ".join(f"word{chr(97 + number)}" for number in range(21)))
