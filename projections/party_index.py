"""The index by which SQLite finds the deals of a party, and so whatever belongs to them.

Of a deal with several suppliers or buyers, and of a row that somebody damaged, the index holds a mark in place of a
party: such rows are always looked at. PostgreSQL has no such index: how it reads a text as JSON might change, so it
indexes nothing of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armsledger.projections.codec import codec_of
from armsledger.projections.filter_sql import Where
from armsledger.projections.filtering import Condition, Words
from armsledger.projections.projection import Projection
from armsledger.projections.read_models.deals import DEALS
from armsledger.storage.connection import SQLITE, Dialect

SIDES: Final = {"supplier": "suppliers", "buyer": "buyers"}
SEVERAL: Final = "*"
"""No code of a state."""
BY_DEAL: Final = frozenset({"deals", "payments", "deliveries", "sanctions", "expectations"})
"""The read models whose rows hold the parties that the row of their deal holds on the same day."""


def party_of(side: str) -> str:
    """The expression that is indexed: the supplier, or the buyer."""
    indexes = codec_of(DEALS.row).indexes
    one, several = (f"json_extract(\"row\", '$[{indexes[name]}]')" for name in (side, SIDES[side]))
    return f"CASE WHEN NOT json_valid(\"row\") OR {several} <> '[]' THEN '{SEVERAL}' ELSE {one} END"


def index_statements(table: str, dialect: Dialect) -> list[str]:
    """The statements that make the indexes of a table that questions read; that of the deals alone has some."""
    if table != DEALS.table or dialect is not SQLITE:
        return []
    return [f'CREATE INDEX "{table}_{side}" ON "{table}" ({party_of(side)}, stream)' for side in SIDES]


def of_parties(projection: Projection, conditions: Sequence[Condition], dialect: Dialect) -> list[Words]:
    """The conditions for which the index finds the deals: those for suppliers and buyers by their codes."""
    if projection.name not in BY_DEAL or dialect is not SQLITE:
        return []
    words = (condition for condition in conditions if isinstance(condition, Words))
    return [condition for condition in words if condition.name in SIDES and condition.exact and not condition.folded]


def streams_of(condition: Words) -> Where:
    """A condition for the streams of the deals that some parties supply or buy."""
    codes = tuple(sorted(map(str, condition.exact)))
    marks = ", ".join("?" * len(codes))
    party = party_of(condition.name)
    return Where(f"stream IN (SELECT stream FROM \"{DEALS.table}\" WHERE {party} IN ({marks}, '{SEVERAL}'))", codes)
