"""Python looks for circles of references seldom while much is written, and as often as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from armsledger.storage.collecting import OBJECTS_BETWEEN, seldom_collecting


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_garbage_is_looked_for_seldom_within_and_as_before_afterwards() -> None:
    with seldom_collecting():
        assert gc.get_threshold() == (OBJECTS_BETWEEN, 10, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_it_is_as_before_once_the_last_user_has_left() -> None:
    first, second = seldom_collecting(), seldom_collecting()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] == OBJECTS_BETWEEN
    second.__exit__(None, None, None)
    assert gc.get_threshold() == (700, 10, 10)


def test_who_collects_never_or_more_seldom_still_does() -> None:
    for own in (0, 10 * OBJECTS_BETWEEN):
        gc.set_threshold(own, 10, 10)
        with seldom_collecting():
            assert gc.get_threshold()[0] == own
        assert gc.get_threshold()[0] == own
