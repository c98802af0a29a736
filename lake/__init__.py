"""The lake: a ledger's journal in Parquet files, for engines and sizes that one database is not for.

    from armsledger import Ledger, lake

    with Ledger("arms.db") as ledger:
        ledger.sync_lake("arms.lake")
    lake.verify("arms.lake", checkpoints=["arms.checkpoint"], keys=["arms.key.pub"])
    lake.fold("arms.lake", engine="spark")

Needs the extra ``armsledger[lake]``, and ``armsledger[spark]`` for Spark. docs/lake.md has the layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armsledger.lake.engines import fold as fold
    from armsledger.lake.verification import verify as verify

__all__ = ["fold", "verify"]

_HOMES = {"fold": "armsledger.lake.engines", "verify": "armsledger.lake.verification"}


def __getattr__(name: str) -> Any:
    """The functions, each loaded when it is first named."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
