"""An event-sourced ledger of arms deals: what was believed when, of which date, and on whose word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armsledger.application.ledger import Ledger as Ledger
    from armsledger.application.ledger_view import LedgerView as View
    from armsledger.domain.errors import LedgerError as LedgerError
    from armsledger.domain.errors import Refused as Refused

__all__ = ["Ledger", "LedgerError", "Refused", "View"]

_HOMES = {
    "Ledger": ("armsledger.application.ledger", "Ledger"),
    "View": ("armsledger.application.ledger_view", "LedgerView"),
    "LedgerError": ("armsledger.domain.errors", "LedgerError"),
    "Refused": ("armsledger.domain.errors", "Refused"),
}


def __getattr__(name: str) -> Any:
    """The public names, imported when first used: the command line starts without them."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, own_name = home
    return getattr(import_module(module), own_name)
