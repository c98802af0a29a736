"""What a question finds and what it does not, as an analyst would expect: pairs of a query and a text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from armsledger import Ledger
from armsledger.domain.errors import UsageError

TEXTS = {
    "s400": ("S-400 Triumf", "SAM system"),
    "s4000": ("S-4000", "SAM system"),
    "missile": ("48N6", "For S-400 SAM systems; INR390 b deal"),
    "su30mki": ("Su-30MKI", "FGA aircraft"),
    "su30k": ("Su-30K", "fighter aircraft"),
    "su300": ("Su-300", "fighter aircraft"),
    "f16": ("F-16C Block-52", "FGA aircraft"),
    "mig": ("MiG-29", "fighter aircraft"),
    "t72": ("T-72M1", "tank"),
    "t7": ("T-7", "trainer aircraft"),
    "goksu": ("Göksu", "frigate"),
    "radar": ("91N6E", "air search radar for the С-400"),
    "type": ("Type-041/Yuan", "submarine"),
    "ah64": ("AH-64E Apache", "combat helicopter"),
}
PAIRS = {
    "S-400": {"s400", "missile", "radar"},
    "s400": {"s400", "missile", "radar"},
    "S 400": {"s400", "missile", "radar"},
    "С-400": {"s400", "missile", "radar"},
    "S-4000": {"s4000"},
    "Su-30": {"su30mki", "su30k"},
    "su30": {"su30mki", "su30k"},
    "Su-30MKI": {"su30mki"},
    "Су-30": {"su30mki", "su30k"},
    "МиГ-29": {"mig"},
    "F16": {"f16"},
    "F-16 Block 52": {"f16"},
    "T-72": {"t72"},
    "t72m1": {"t72"},
    "Goksu": {"goksu"},
    "GÖKSU": {"goksu"},
    "fighter aircraft": {"su30k", "su300", "mig"},
    "triumf sam": {"s400"},
    "Type 041": {"type"},
    "yuan": {"type"},
    "AH-64": {"ah64"},
    "apache": {"ah64"},
    "INR390": {"missile"},
    "nothing-of-the-kind": set(),
    "S-400 apache": set(),
}
SIGNS = [
    '"',
    "'",
    "(",
    ")",
    "*",
    "S-400*",
    "NEAR(a b)",
    "a AND",
    "OR",
    "NOT",
    "-",
    "--",
    ":",
    "kestrel:",
    "^s",
    "%",
    "_",
    "\\",
    "a OR b",
]


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A ledger with a deal for each text, in its designation and comment."""
    with Ledger.in_memory(recorded_by="tester") as ledger:
        ledger.record("source/wire", "registered", publisher="Wire", published="2024-01-01")
        for key, (designation, comment) in TEXTS.items():
            item = {"designation": designation, "description": comment}
            ledger.record(
                f"deal/deal-{key}", "opened", on="2018", supplier="RUS", buyer="IND", items=[item], source="wire"
            )
        yield ledger


def test_each_query_finds_what_an_analyst_means_by_it(ledger: Ledger) -> None:
    found = {query: {row.stream.removeprefix("deal/deal-") for row in ledger.at().search(query)} for query in PAIRS}
    assert found == PAIRS


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_of_a_query_language_are_words_or_nothing_and_never_break(ledger: Ledger, sign: str) -> None:
    with suppress(UsageError):  # it says how to ask
        assert {row.stream.removeprefix("deal/deal-") for row in ledger.at().search(sign)} <= TEXTS.keys()
