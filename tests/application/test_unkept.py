"""What read models do not keep: of streams whose beliefs have too many rows, and of those that wait to be brought up.

Answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armsledger import Ledger
from armsledger.projections.verification import verify_read_models
from tests.application.book import Object
from tests.application.read_models import (
    answers,
    asked_days,
    empty_ledger,
    folded,
    moments,
    record_all,
    recordings,
)
from tests.domain.histories import Story

FEW = settings(max_examples=max(settings().max_examples // 4, 5))
FEWER = settings(max_examples=3)
Recorded = tuple[Story, Sequence[tuple[float, list[Object]]]]


@contextmanager
def little_kept(rows: int, changes: int, beliefs: int, *, citing: int = 0, waiting: bool = True) -> Iterator[None]:
    """Within it, few rows of a stream are kept, and what cites a source graded anew waits."""
    most, updater = "armsledger.projections.unkept.Most", "armsledger.projections.updater"
    with ExitStack() as stack:
        stack.enter_context(mock.patch(f"{most}.rows_of_a_stream", rows))
        stack.enter_context(mock.patch(f"{most}.rows_of_a_change", changes))
        stack.enter_context(mock.patch(f"{most}.beliefs", beliefs))
        stack.enter_context(mock.patch("armsledger.projections.advance.MOMENTS_AT_ONCE", beliefs))
        stack.enter_context(mock.patch(f"{updater}.CITING_AT_ONCE", citing))
        if waiting:
            stack.enter_context(mock.patch("armsledger.application.upkeep.finish_pending"))
        yield


def unkept(ledger: Ledger) -> list[tuple[Any, ...]]:
    """What is noted."""
    return ledger.journal().reader.query("SELECT * FROM unkept ORDER BY name, stream")


def compare(ledger: Ledger, views: Sequence[tuple[Any, ...]]) -> None:
    """Answers from tables are those that are folded, and verify finds nothing."""
    for question in views:
        view = ledger.at(*question)
        assert answers(view) == answers(folded(view))
    assert verify_read_models(ledger.journal().reader, ledger.projections()).violations == ()


@FEW
@given(st.data(), recordings(), st.integers(0, 6), st.integers(0, 1), st.integers(1, 4), st.booleans())
def test_however_little_is_kept_answers_are_those_that_are_folded(
    data: st.DataObject, recorded: Recorded, rows: int, changes: int, beliefs: int, waiting: bool
) -> None:
    with little_kept(rows, changes, beliefs, waiting=waiting):
        _answers_are_those_that_are_folded(data, recorded)


@pytest.mark.usefixtures("on_server")
@FEWER
@given(st.data(), recordings(), st.integers(0, 6))
def test_on_a_server_too_answers_are_those_that_are_folded(data: st.DataObject, recorded: Recorded, rows: int) -> None:
    with little_kept(rows, 1, 2):
        _answers_are_those_that_are_folded(data, recorded)


def _answers_are_those_that_are_folded(data: st.DataObject, recorded: Recorded) -> None:
    ledger, clock = empty_ledger()
    with ledger:
        record_all(ledger, clock, *recorded)
        views = [
            *((data.draw(asked_days()), data.draw(moments(ledger, clock))) for _ in range(4)),
            *((data.draw(asked_days()), data.draw(asked_days()), "asserted") for _ in range(4)),
        ]
        compare(ledger, views)
        ledger.rebuild(*data.draw(st.sampled_from([(), ("deals", "standing")])))
        compare(ledger, views)
