"""Sequences of releases again, over as many as the profile ``soak`` asks for."""

from __future__ import annotations

import pytest

from tests.application.sipri import test_ghosts

pytestmark = pytest.mark.soak

test_after_any_sequence = test_ghosts.test_after_any_sequence_of_releases_what_is_listed_is_whole_and_the_rest_is_gone
test_by_year = test_ghosts.test_the_same_holds_where_each_year_of_delivery_has_its_row
