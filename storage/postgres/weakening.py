"""What makes a ledger's tables and functions on PostgreSQL weaker than they are made, though they look the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

Difference = tuple[str, str]
"""Where, and what."""
Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query."""

HERE: Final = "relnamespace = quote_ident(current_schema())::regnamespace"
TABLES: Final = f"""
SELECT relname::text, relkind::text, relpersistence::text, relrowsecurity OR relforcerowsecurity,
    EXISTS (SELECT 1 FROM pg_inherits WHERE oid IN (inhrelid, inhparent))
FROM pg_class WHERE {HERE} AND relkind IN ('r', 'p', 'f') ORDER BY relname"""
CONSTRAINTS: Final = f"""
SELECT relname::text, conname::text, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
WHERE {HERE} AND contype IN ('c', 'x', 'f') ORDER BY relname, conname"""
DEFAULTS: Final = f"""
SELECT relname::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE {HERE} AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
    AND (atthasdef OR attidentity <> '' OR attgenerated <> '')
ORDER BY relname, attnum"""
FUNCTIONS: Final = """
SELECT proname::text, prosecdef, pronargs > 0 FROM pg_proc
WHERE pronamespace = quote_ident(current_schema())::regnamespace ORDER BY proname"""


def weakened_tables(ask: Ask, is_ours: Callable[[str], bool]) -> Iterator[Difference]:
    """Tables of the ledger, and of its read models, that lose rows, hide them, show others' or refuse them."""
    for name, kind, persistence, hides, inherits in ask(TABLES):
        if not is_ours(name):
            continue
        if kind != "r":
            yield f"the table {name}", "it is no ordinary table: its rows are kept elsewhere"
        if persistence != "p":
            yield f"the table {name}", "it is UNLOGGED: a crash of the server empties it"
        if hides:
            yield f"the table {name}", "row-level security is on: rows can be hidden or refused"
        if inherits:
            yield f"the table {name}", "it inherits, or is inherited from: rows of one table show in another"
    for table, name, definition in ask(CONSTRAINTS):
        if is_ours(table):
            yield (
                f"the constraint {name}",
                f"it is none of the ledger's, and stands on the table {table}: {definition:.300}",
            )


def filled_columns(ask: Ask, tables: Collection[str]) -> Iterator[Difference]:
    """Columns of some tables that are filled in where nothing was given: of ours, none is."""
    for table, column in ask(DEFAULTS):
        if table in tables:
            yield f"the table {table}", f"its column {column} has a default, or is computed"


def weakened_functions(ask: Ask, names: Collection[str]) -> Iterator[Difference]:
    """Functions of the triggers that run with their owner's rights, and others that have their names."""
    for name, with_owners_rights, has_arguments in ask(FUNCTIONS):
        if name in names and has_arguments:
            yield f"the function {name}", "there is another one of that name, with arguments"
        elif name in names and with_owners_rights:
            yield f"the function {name}", "it is SECURITY DEFINER: it runs with the rights of its owner"
