"""Assertions of the helpers are shown with their values, like those of the tests."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.exchange.dossiers.written")
