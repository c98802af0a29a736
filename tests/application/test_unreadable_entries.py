"""Entries that this release cannot read: what a writer on a server recorded by SQL, or a later release did.

They concern their own stream only. No answer counts them, a finding names them, and whoever retracts them is rid of
them; the journal is what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from armsledger import Ledger
from armsledger.domain.entry import Draft
from armsledger.domain.events.unreadable import Unreadable
from armsledger.domain.values.when import When
from tests.application.book import SOURCES, entry, opened, paid, take

DAY = When.parse("2021-11-20")


def garbage(name: str, format_: int, payload: str) -> Draft:
    """An entry that no release has written, the third of a deal."""
    event = Unreadable(on=DAY, asserted=DAY, stored_name=name, format=format_, payload=payload, days=(None,) * 4)
    return Draft("deal/y", 3, "g3", event)


KINDS: dict[str, tuple[Draft, str]] = {
    "no event": (
        garbage("deal.nonsense", 1, '{"asserted":"2021-11-20","on":"2021-11-20"}'),
        "a stream of deal has no event 'deal.nonsense'",
    ),
    "another payload": (garbage("deal.opened", 1, '{"x":1}'), "its text is none of deal.opened"),
    "a later format": (
        garbage("deal.opened", 7, "{}"),
        "it is in format 7 of deal.opened, and this release knows 1",
    ),
    "fields of other types": (
        garbage("deal.corrected", 1, '{"asserted":[],"on":{"a":[1]},"set":5,"title":null}'),
        "its text is none of deal.corrected",
    ),
    "a depth that nobody reads": (
        garbage("deal.opened", 1, '{"title":' + "[" * 2_000 + "]" * 2_000 + "}"),
        "its text is none of deal.opened",
    ),
}


Ours = tuple[Ledger, str]
"""A ledger in which one deal, `deal/y`, has an entry that nobody can read, and why that is so."""


@pytest.fixture(params=KINDS)
def ours(address: str, request: pytest.FixtureRequest) -> Iterator[Ours]:
    """Ledgers on both databases, with all kinds of such entries."""
    draft, problem = KINDS[request.param]
    with Ledger.create(address, recorded_by="ann") as ledger:
        take(ledger, *SOURCES, opened(), paid("USD 3m"), opened("deal/y", id="y-1"), paid("USD 1m", "deal/y"))
        ledger.journal().append([draft], recorded_by="bob")
        take(ledger, paid("USD 2m", "deal/y", on="2020-06-01"))
        yield ledger, problem


def paid_in(ledger: Ledger) -> dict[str, str]:
    """What was paid for each deal."""
    return {
        deal: str(ledger.at("2022-01-01").deal(deal).to_dict()["certain"]["paid"][0]["amount"]) for deal in ("x", "y")
    }


def told(ledger: Ledger) -> list[Any]:
    """The findings about entries that cannot be read."""
    return [one for one in ledger.at("2022-01-01").findings() if one.code == "unreadable"]


def test_only_its_own_deal_is_concerned_and_says_so(ours: Ours) -> None:
    ledger, problem = ours
    assert paid_in(ledger) == {"x": "3000000", "y": "3000000"}
    (finding,) = told(ledger)
    assert (finding.severity, finding.stream, tuple(finding.entries)) == ("error", "deal/y", ("deal/y@3",))
    assert problem in finding.message
    assert "what bob" in finding.message
    before = [row.to_dict() for row in ledger.at("2022-01-01").deals()]
    ledger.rebuild()
    assert [row.to_dict() for row in ledger.at("2022-01-01").deals()] == before
    assert len(told(ledger)) == 1
    verification = ledger.verify()
    assert verification.sound
    assert [strange.where for strange in verification.strange] == ["deal/y@3 (position 9)"]
    assert "deal/y@3" in [str(line.entry) for line in ledger.log()]


def test_whoever_retracts_it_is_rid_of_it(ours: Ours) -> None:
    ledger, _ = ours
    take(ledger, entry("deal/y", "retracted", target="g3", on="2021-11-21", reason="entry-error", id="r"))
    assert told(ledger) == []
    assert paid_in(ledger) == {"x": "3000000", "y": "3000000"}


def test_it_is_exported_and_restored_with_the_same_root(ours: Ours, tmp_path: Path) -> None:
    ledger, _ = ours
    ledger.export_jsonl(tmp_path / "export.jsonl")
    with Ledger.create(tmp_path / "copy.db") as copy:
        copy.import_jsonl(tmp_path / "export.jsonl", root=ledger.verify().root.hex())
        assert [one.message for one in told(copy)] == [one.message for one in told(ledger)]
        assert copy.verify().sound
        copy.export_jsonl(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "export.jsonl").read_bytes()
