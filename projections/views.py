"""Whether the views of read models are the ones that we make: whoever asks in SQL asks them, not the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from armsledger.projections.model import KEPT, REGISTER
from armsledger.projections.projection import Projection
from armsledger.storage.connection import SQLITE
from armsledger.storage.flaw import Flaw
from armsledger.storage.reader import JournalReader

STAMPS: Final = "SELECT name, stamp FROM read_model WHERE building = 0"
DEFINED: Final = """
SELECT pg_get_viewdef(oid) FROM pg_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind = 'v' AND relname = ?"""
CAST_TO: Final = re.compile(r" AS (bigint|integer|boolean|double precision)\)")
OF_NO_ACCOUNT: Final = re.compile(r'[\s();"]|::text\[\]')
"""How PostgreSQL writes a view down anew: with other blanks, brackets and quotation marks, and the type of a list."""


def check_views(reader: JournalReader, projections: Sequence[Projection]) -> Iterator[Flaw]:
    """The views that are missing or somebody's, of the read models that were built by these very projections."""
    there = {name for (name,) in reader.query(reader.dialect.relations)}
    stamps = dict(reader.query(STAMPS)) if REGISTER in there else {}
    for projection in projections:
        name = projection.name
        if f"{KEPT}{name}" not in there or stamps.get(name) != projection.stamp:
            continue
        rebuild = f"armsledger rebuild {name}"
        if name not in there:
            yield Flaw("its view is missing", f"the read model {name}", rebuild)
        elif not _is_ours(reader, projection):
            remedy = f"rename or drop what is called {name} now, then: {rebuild}"
            yield Flaw("its view was changed", f"the read model {name}", remedy)


def _is_ours(reader: JournalReader, projection: Projection) -> bool:
    """Whether what has the name of a read model is its view, to the letter.

    On PostgreSQL the text is a comment beside the view, which stays when the view is replaced: the two are compared.
    """
    from armsledger.projections.tables import create_view

    made = create_view(projection, reader.dialect)
    if reader.query(reader.dialect.view, projection.name) != [("view", made)]:
        return False
    if reader.dialect is SQLITE:
        return True
    ((defined,),) = reader.query(DEFINED, projection.name)
    return _bare(defined, projection.name) == _bare(made.partition(" AS ")[2], projection.name)


def _bare(query: str, name: str) -> str:
    """A view's query without what PostgreSQL writes otherwise than we do. Before version 16 it names the table too."""
    bare = OF_NO_ACCOUNT.sub("", CAST_TO.sub(r"::\1", query).replace("CAST(", ""))
    return bare.replace(f"{KEPT}{name}.", "")
