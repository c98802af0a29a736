"""Whatever is recorded can be exported, imported with the same root, proved, summed and shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.domain.errors import LedgerError, Refused
from armsledger.domain.limits import (
    COUNT_DIGITS,
    DECIMAL_PLACES,
    LONGEST_KEY,
    LONGEST_PERSON,
    LONGEST_TEXT,
    LONGEST_UNIT,
    NUMBER_DIGITS,
    WHOLE_DIGITS,
)
from tests.application.book import SOURCES, Object, entry, opened, take
from tests.fuzz.campaign import campaign, outcome
from tests.fuzz.doors import assert_every_door_opens
from tests.fuzz.edges import edges

SECONDS_A_LEDGER = 120.0
"""Of the processor's time, for one ledger and all that is asked of it."""
MEMORY_A_LEDGER_MB = 1_000.0
"""More than before the first one: what exports load, and entries of a megabyte in each of their forms."""
WHOLE = "9" * WHOLE_DIGITS
FINE = f"{'9' * (NUMBER_DIGITS - DECIMAL_PLACES)}.{'9' * DECIMAL_PLACES}"
COUNT = "9" * COUNT_DIGITS
AT_THE_LIMITS: tuple[Object, ...] = (
    entry("deal/x", "contract-signed", on="2019", value=f"USD {WHOLE}", quantity=f"{COUNT} {'u' * LONGEST_UNIT}"),
    entry("deal/x", "tranche-paid", on="2019", amount={"amount": WHOLE, "currency": "USD"}, note="a b" * 10_922),
    entry("deal/x", "tranche-paid", on="2020", amount={"amount": FINE, "currency": "USD"}, share=f"33.{'3' * 10}"),
    entry("deal/x", "tranche-paid", on="2021", amount="EUR 5", tranche="t" * LONGEST_TEXT, quote="\n" * LONGEST_TEXT),
    entry("deal/x", "delivered", on="2020", quantity=f"{COUNT} tanks", item="\u00e9" * LONGEST_TEXT),
    entry("deal/x", "delivered", on="2021", quantity=f"{COUNT} tanks", note="\x01\x1b\x7f\ufffe\U0001f600 ]]> =1+1"),
    entry("deal/x", "expected", what={"event": "delivered", "quantity": f"{COUNT} tanks"}, due="9999-12-31"),
    entry("deal/x", "suspended", on="0001", attribution="n" * LONGEST_PERSON, until="9999-12-31"),
    entry("deal/" + "\U0001f600" * LONGEST_KEY, "opened", on="2018", supplier="RUS", buyer="IND"),
)
LEDGERS = st.lists(edges(), min_size=1, max_size=4)


def goes_through_every_door(entries: Sequence[Object]) -> int:
    """Check that each entry is taken or refused, and that a ledger of those taken opens every door; how many are."""
    with TemporaryDirectory() as folder:
        address = str(Path(folder) / "ledger.db")
        with Ledger(address, recorded_by="tester") as ledger:
            take(ledger, *SOURCES, opened())
            taken = [is_taken(ledger, one) for one in entries]
        assert_every_door_opens(address, Path(folder))
    return sum(taken)


def is_taken(ledger: Ledger, given: Object) -> bool:
    """Record an entry; of one that is refused, nothing is written, and the refusal says which field is wrong."""
    before = ledger.position()
    found = outcome(lambda: take(ledger, given))
    if isinstance(found, LedgerError):
        assert isinstance(found, Refused)
        assert found.field
        assert ledger.position() == before
        return False
    assert ledger.position() == before + found.recorded
    return True


def test_entries_at_each_limit_go_through_every_door() -> None:
    assert goes_through_every_door(AT_THE_LIMITS) == len(AT_THE_LIMITS)


@pytest.mark.soak
def test_entries_about_the_limits_go_through_every_door_or_are_refused_for_ten_minutes() -> None:
    campaign(LEDGERS, goes_through_every_door, SECONDS_A_LEDGER, MEMORY_A_LEDGER_MB)
