"""Hostile sheets, mappings and dossiers again, over as many examples as the profile ``soak`` asks for."""

from __future__ import annotations

import pytest

from tests.exchange.dossiers import test_fuzz
from tests.exchange.spreadsheets import test_hostile

pytestmark = pytest.mark.soak

for module in (test_fuzz, test_hostile):
    globals().update({name: test for name, test in vars(module).items() if hasattr(test, "hypothesis")})
