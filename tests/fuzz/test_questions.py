"""What stands on a command line: dates of questions, belief dates, and the addresses of streams and entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.cli.options import read_assignments, read_day_word
from armsledger.domain.errors import UnknownStream, UsageError
from armsledger.domain.values.stream import Address, StreamId
from tests.application.book import book, opened, paid
from tests.fuzz.campaign import campaign, outcome, try_out
from tests.fuzz.mutation import HIDDEN, ODD_TEXTS, damaged_text

DAYS = ("2021-11-12", "2021-11", "today", "yesterday", "2018/2019", "../2019", "2019/..", "[2018,2019]", "2018-XX-05~")
BELIEFS: tuple[str, ...] = (
    "2021-11-12",
    "2021-11-12T09:30Z",
    "2021-11-12 09:30:00+05:30",
    "@1",
    "@123",
    "0001-01-01T00:00+23:59",
    "today",
)
BELIEFS += ("9999-12-31T23:59-23:59", "2021-11-12T09:30:00.000000Z")
STREAMS = ("deal/x", "source/wire", "engagement/é", "framework/a-b", "deal/x@1", "deal/x@999999999", "@1", "x")
PIECES = [
    *"0123456789-/@.:+TZX? ",
    "deal/",
    "source/",
    "@0",
    "@-1",
    "@1e9",
    "24:00",
    "60",
    "+00:00",
    "W01",
    "\n",
    "\u0661",
]
PIECES += ["\udcff", "\ud800", "x" * 250, *HIDDEN]


class Asked(NamedTuple):
    """The words of one question."""

    at: str
    known: str
    known_by: str
    stream: str
    assignment: str


questions = st.builds(
    Asked,
    damaged_text((*DAYS, *ODD_TEXTS), PIECES),
    damaged_text((*BELIEFS, *ODD_TEXTS), PIECES),
    st.sampled_from(["recorded", "recorded", "asserted", "", "Recorded"]),
    damaged_text((*STREAMS, *ODD_TEXTS), PIECES),
    damaged_text(("on=2018", 'items=[{"designation": "a"}]', 'a={"b": 1e999, "c": [1]}', "note="), ["{", *PIECES]),
)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    """A small ledger, to be read only."""
    with ExitStack() as open_ones:
        yield open_ones.enter_context(book(opened(), paid("USD 1m", id="pay")))


def answers_or_refuses(ledger: Ledger, asked: Asked) -> None:
    """Check that each word is understood, or refused by itself, and that what is understood is answered."""
    view = outcome(lambda: ledger.at(asked.at, asked.known, asked.known_by))
    assert not isinstance(view, Exception) or type(view) is UsageError
    if not isinstance(view, Exception):
        assert len(view.deals()) <= 1
        state = outcome(lambda: view.state(asked.stream))
        assert not isinstance(state, Exception) or isinstance(state, UsageError | UnknownStream)
    log = outcome(lambda: ledger.log(asked.stream))
    assert not isinstance(log, Exception) or isinstance(log, UsageError | UnknownStream)
    for kind in (StreamId, Address):
        named = outcome(lambda kind=kind: kind.parse(asked.stream))  # type: ignore[misc]  # either has a parse
        assert isinstance(named, UsageError) or kind.parse(str(named)) == named
    read_day_word(asked.at)
    outcome(lambda: read_assignments([asked.assignment]))


def test_the_words_of_a_question_are_understood_or_refused(ledger: Ledger) -> None:
    try_out(questions, lambda asked: answers_or_refuses(ledger, asked))


@pytest.mark.soak
def test_the_words_of_a_question_are_understood_or_refused_for_ten_minutes(ledger: Ledger) -> None:
    campaign(questions, lambda asked: answers_or_refuses(ledger, asked))
