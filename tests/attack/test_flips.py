"""One byte of a ledger's file is another: somebody is told, or all answers are as they were."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from pathlib import Path
from random import Random

import pytest

from armsledger import Ledger
from bench.generator import drafts, generate_deals, generate_sources
from tests.application.book import Clock
from tests.attack.flips import Flip, Outcome, aimed, flip_all, some
from tests.attack.pages import pages_of, used
from tests.attack.statements import record_dossier, record_single, record_source
from tests.soak import tell

JOURNAL = ("journal", "ledger", "checkpoint", "person")
"""The tables that cannot be made again."""
AIMED = 2
EVERY = 10**9


def flipped(original: Path, where: str, places: list[int], count: int, *aims: tuple[str, bytes]) -> list[Flip]:
    """What became of so many flips, and of some more where a text stands in a table."""
    pages, content = pages_of(original), original.read_bytes()
    masks = [mask for table, text in aims for mask in islice(aimed(content, pages, table, text), AIMED)]
    masks += some(places, count, Random(10))
    found = list(flip_all(original, original.with_name("flipped.db"), masks, pages))
    outcomes = Counter(flip.outcome for flip in found)
    tell(
        f"one byte flipped {where}",
        flips=len(found),
        found=outcomes[Outcome.FOUND],
        same_answers=outcomes[Outcome.IDENTICAL],
        unnoticed=outcomes[Outcome.UNNOTICED],
        broken=outcomes[Outcome.BROKEN],
    )
    return found


def those(flips: list[Flip], outcome: Outcome, *, of_journal: bool = True) -> list[str]:
    """A few of the flips of which so much came, in the journal or elsewhere."""
    found = [str(flip) for flip in flips if flip.outcome == outcome and flip.page.is_of(*JOURNAL) == of_journal]
    return found[:10]


@pytest.fixture(scope="module", params=[30, pytest.param(EVERY, marks=pytest.mark.soak, id="every byte")])
def short(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Flip]:
    """Flips in the rows of the journal of a ledger of ten entries."""
    path = tmp_path_factory.mktemp("short") / "armsledger.db"
    with Ledger(path, recorded_by="tester", clock=Clock()) as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 5)
        for number in range(4):
            record_single(ledger, "deal/x", f"single-{number}", number)
        assert ledger.position() == 10
    places = used(pages_of(path), path.read_bytes(), "journal", "ledger")
    return flipped(path, "in the rows of 10 entries", places, request.param, ("journal", b"RUS"))


@pytest.fixture(scope="module", params=[5, pytest.param(2000, marks=pytest.mark.soak)])
def long(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Flip]:
    """Flips anywhere in a ledger of more than a hundred entries."""
    path = tmp_path_factory.mktemp("long") / "armsledger.db"
    events = drafts(chain(generate_sources(), generate_deals(10)))
    with Ledger.create(path, recorded_by="tester", clock=Clock()) as ledger:
        while batch := list(islice(events, 50)):
            ledger.journal().append(batch, recorded_by="tester")
        entries = ledger.position()
        assert entries > 100
    places = list(range(path.stat().st_size))
    return flipped(
        path,
        f"anywhere in a ledger of {entries} entries",
        places,
        request.param,
        ("journal", b"RUS"),
        ("kept_sources", b"Wire "),
        ("kept_sources", b'["wire'),
    )


def test_a_flip_in_the_rows_of_the_journal_breaks_no_question(short: list[Flip]) -> None:
    assert len(short) > 30
    assert those(short, Outcome.BROKEN) == []


def test_a_flip_in_the_rows_of_the_journal_is_found(short: list[Flip]) -> None:
    assert those(short, Outcome.UNNOTICED) == []


def test_a_flip_anywhere_breaks_no_question(long: list[Flip]) -> None:
    assert len(long) >= 8
    assert those(long, Outcome.BROKEN) + those(long, Outcome.BROKEN, of_journal=False) == []


def test_a_flip_anywhere_in_the_journal_is_found(long: list[Flip]) -> None:
    assert those(long, Outcome.UNNOTICED) == []


def test_a_flip_anywhere_in_the_read_models_is_found(long: list[Flip]) -> None:
    assert those(long, Outcome.UNNOTICED, of_journal=False) == []
