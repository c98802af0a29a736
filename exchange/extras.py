"""Libraries that are installed with an extra of the package, and imported when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from armsledger.domain.errors import UsageError


def imported(module: str, extra: str) -> Any:
    """A module of an extra; raises UsageError, which tells how to install it."""
    try:
        return import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise UsageError(f"{name} is not installed", remedy=f"pip install 'armsledger[{extra}]'") from error
