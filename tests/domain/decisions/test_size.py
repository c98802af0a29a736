"""An entry keeps to the limits, whoever records it; what is beyond one is refused by its field."""

from __future__ import annotations

from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.errors import Refused
from armsledger.domain.limits import (
    COUNT_DIGITS,
    DECIMAL_PLACES,
    ENTRY_BYTES,
    LONGEST_TEXT,
    MOST_PARTS,
    NUMBER_DIGITS,
    WHOLE_DIGITS,
)
from tests.application.book import Object, book, delivered, entry, opened, paid, take

LONG = "a" * LONGEST_TEXT
MANY = [{"designation": f"i{number}"} for number in range(MOST_PARTS)]
HUGE = f"USD 1{'0' * WHOLE_DIGITS}"
SPEAKER = {"speaker": "A", "role": LONG}


WITHIN: dict[str, Object] = {
    "a text": paid("USD 5", note=LONG),
    "a text of two units a letter": paid("USD 5", note="\U0001f600" * (LONGEST_TEXT // 2)),
    "a list": entry("deal/x", "amended", on="2019", items=MANY),
    "digits before the point": paid(f"USD {'9' * WHOLE_DIGITS}"),
    "digits behind the point": paid(f"USD 1.{'9' * DECIMAL_PLACES}"),
    "a count": delivered("9" * COUNT_DIGITS),
    "bytes": paid("USD 5", note="\u5929" * 32_000, quote="\u5929" * 11_000),
}
BEYOND: dict[str, tuple[Object, str]] = {
    "a text": (paid("USD 5", note=f"{LONG}a"), "note"),
    "a text within a value": (paid("USD 5", attribution={**SPEAKER, "role": f"{LONG}a"}), "attribution.role"),
    "a text of two units a letter": (paid("USD 5", note="\U0001f600" * (LONGEST_TEXT // 2 + 1)), "note"),
    "a list": (entry("deal/x", "amended", on="2019", items=[*MANY, {"designation": "one more"}]), "items"),
    "digits before the point": (paid(f"USD {'9' * WHOLE_DIGITS}0"), "amount"),
    "digits before the point of an end": (paid(f"USD 1-1{'0' * WHOLE_DIGITS}"), "amount.amount_high"),
    "digits behind the point": (paid(f"USD 1.{'9' * DECIMAL_PLACES}9"), "amount"),
    "digits of a share": (paid("USD 5", share=f"33.3{'3' * DECIMAL_PLACES}"), "share"),
    "a count": (delivered(f"{'9' * COUNT_DIGITS}0 tanks"), "quantity"),
    "a count of a line": (
        entry("deal/x", "amended", on="2019", items=[{"designation": "K2", "quantity": "1" + "0" * COUNT_DIGITS}]),
        "items.0.quantity",
    ),
    "what is expected": (
        entry("deal/x", "expected", what={"event": "delivered", "quantity": "1" + "0" * COUNT_DIGITS}, due="2022"),
        "what.quantity",
    ),
    "what a correction sets": (
        entry("deal/x", "corrected", target="opening", set={"title": f"{LONG}a"}, reason="entry-error"),
        "set.title",
    ),
    "what an entry is once it is corrected": (
        entry("deal/x", "corrected", target="known", set={"amount": HUGE}, reason="entry-error"),
        "set.amount",
    ),
    "bytes": (paid("USD 5", note="\u5929" * 32_000, quote="\u5929" * 12_000), "note"),
    "bytes once it is corrected": (
        entry("deal/x", "corrected", target="long", set={"quote": "\u5929" * 20_000}, reason="entry-error"),
        "set.note",
    ),
}
BASE = (opened(), paid("USD 5", id="known"), paid("USD 7", id="long", on="2011", note="\u5929" * 30_000))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """A ledger with a few entries to correct; nothing is recorded into it."""
    return book(*BASE)


@pytest.mark.parametrize("name", WITHIN)
def test_what_is_at_a_limit_is_taken(ledger: Ledger, name: str) -> None:
    assert take(ledger, WITHIN[name], dry_run=True).recorded == 1


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_a_limit_is_refused_with_the_field_and_the_remedy(ledger: Ledger, name: str) -> None:
    given, field = BEYOND[name]
    before = ledger.position()
    with pytest.raises(Refused) as refusal:
        take(ledger, given)
    assert refusal.value.field == field
    assert refusal.value.remedy
    assert len(str(refusal.value)) < 1000
    assert ledger.position() == before


def test_python_and_the_dossier_are_refused_alike(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="at most 32,767 characters, and this one has 32,768"):
        ledger.record("deal/x", "tranche-paid", on="2019", source="wire", amount="USD 5", note=f"{LONG}a")


def test_what_an_earlier_release_recorded_beyond_a_limit_is_restored() -> None:
    stamp: dict[str, Any] = {"recorded_at": "2026-11-20T12:00:00.000000Z", "recorded_by": "a"}
    beyond = paid("USD 5", note="a" * (2 * ENTRY_BYTES), id="one")
    beyond["amount"] = {"amount": "9" * NUMBER_DIGITS, "currency": "USD"}
    with book() as ledger:
        take(ledger, {**opened(), **stamp}, {**beyond, **stamp})
        assert len(ledger.log().to_dicts()[-1]["note"]) == 2 * ENTRY_BYTES
