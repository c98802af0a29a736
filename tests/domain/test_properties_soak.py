"""The properties of any history again, over as many histories as the profile ``soak`` asks for."""

from __future__ import annotations

import pytest

from tests.domain import test_properties

pytestmark = pytest.mark.soak

globals().update({name: test for name, test in vars(test_properties).items() if name.startswith("test_")})
