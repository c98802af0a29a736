"""The words of states and rows, which stand apart from what they tell of."""

from __future__ import annotations

from typing import get_args

from armsledger.domain.events.register import Listed
from armsledger.domain.events.statement import own_fields
from armsledger.domain.registers.columns import ABOUT_RELEASES
from armsledger.domain.values.words import REGISTER_COLUMNS, REVISION_ORDER, Revision


def test_the_columns_of_a_register_are_the_fields_of_its_listing() -> None:
    assert tuple(name for name in own_fields(Listed) if name not in ABOUT_RELEASES) == REGISTER_COLUMNS


def test_every_class_of_a_revision_has_its_place_in_their_order() -> None:
    assert sorted(REVISION_ORDER) == sorted(get_args(Revision))
