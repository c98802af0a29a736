"""How the tables of a ledger on PostgreSQL differ from those that this release makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from armsledger.storage.postgres.schema import BODIES, TRIGGERS
from armsledger.storage.postgres.weakening import filled_columns, weakened_functions, weakened_tables
from armsledger.storage.schema import is_own, metadata

Difference = tuple[str, str]
"""Where, and what."""
Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query."""

COLUMNS: Final = """
SELECT relname::text, attname::text, format_type(atttypid, atttypmod), attnotnull, coalesce(collname::text, '')
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_collation ON pg_collation.oid = attcollation
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'p') AND attnum > 0
    AND NOT attisdropped
ORDER BY attnum"""
KEYS: Final = """
SELECT relname::text, contype::text, convalidated AND indisvalid AND NOT condeferrable,
    ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS part(number, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid JOIN pg_index ON pg_index.indexrelid = conindid
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND contype IN ('p', 'u')"""
TRIGGERS_THERE: Final = """
SELECT tgname::text, relname::text, tgtype::int,
    CASE WHEN pronamespace = relnamespace THEN proname::text ELSE tgfoid::regproc::text END, tgargs,
    coalesce(tgnewtable::text, ''),
    tgenabled::text IN ('O', 'A'), tgqual IS NULL AND cardinality(tgattr::int2[]) = 0
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND NOT tgisinternal"""
FUNCTIONS: Final = """
SELECT proname::text, prosrc, coalesce(array_to_string(proconfig, '; '), ''), lanname::text
FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
WHERE pronamespace = quote_ident(current_schema())::regnamespace"""
RULES: Final = """
SELECT rulename::text, relname::text FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'p')"""

TRIGGER: Final = re.compile(
    r"CREATE TRIGGER (?P<name>\w+) (?P<time>BEFORE|AFTER) (?P<operations>[A-Z ]+) ON (?P<table>\w+)"
    r"(?: REFERENCING NEW TABLE AS (?P<added>\w+))?\s+FOR EACH (?P<level>ROW|STATEMENT)"
    r" EXECUTE FUNCTION (?P<function>\w+)\((?:'(?P<argument>.*)')?\)"
)
LEVELS: Final = {"ROW": 1, "STATEMENT": 0}
TIMES: Final = {"BEFORE": 2, "AFTER": 0}
OPERATIONS: Final = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
"""The bits of pg_trigger.tgtype (PostgreSQL's catalog/pg_trigger.h)."""


class Trigger(NamedTuple):
    """A trigger: on which table, when, and what it calls."""

    table: str
    type: int
    function: str
    argument: str
    added: str


def differences(ask: Ask) -> Iterator[Difference]:
    """What is missing, otherwise, or more than it should be of the ledger's own tables, triggers and functions.

    Other tables and views are somebody's own; but nobody's triggers, rules and constraints belong on our tables and
    on those of read models.
    """
    tables = {table.name: table for table in metadata.sorted_tables}
    yield from _tables(ask, tables)
    yield from weakened_tables(ask, is_own)
    yield from filled_columns(ask, tables)
    yield from _triggers(ask)
    yield from weakened_functions(ask, BODIES)
    yield from _functions(ask)
    for rule, table in ask(RULES):
        if is_own(table):
            yield f"the rule {rule}", f"it is none of the ledger's, and acts on the table {table}"


def _tables(ask: Ask, tables: dict[str, Table]) -> Iterator[Difference]:
    columns = _columns(ask)
    keys = _keys(ask)
    for name, table in tables.items():
        if name not in columns:
            yield f"the table {name}", "it is missing"
        elif columns[name] != _expected_columns(table):
            yield f"the table {name}", f"its columns were changed, and are now {', '.join(columns[name])}"
        for key in _expected_keys(table):
            if name in columns and key not in keys.get(name, ()):
                kind = "primary key" if key[0] == "p" else "unique constraint"
                yield f"the table {name}", f"its {kind} over {', '.join(key[1])} is missing"


def _columns(ask: Ask) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, name, kind, required, collation in ask(COLUMNS):
        found.setdefault(table, []).append(_column(name, kind, collation, required=required))
    return found


def _expected_columns(table: Table) -> list[str]:
    dialect: Any = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it so
    columns = []
    for column in table.columns:
        kind, _, collation = str(column.type.compile(dialect=dialect)).partition(" COLLATE ")
        columns.append(_column(column.name, kind.lower(), collation.strip('"'), required=not column.nullable))
    return columns


def _column(name: str, kind: str, collation: str, *, required: bool) -> str:
    more = [f'COLLATE "{collation}"'] if collation else []
    return " ".join([name, kind, *more, *(["NOT NULL"] if required else ())])


def _keys(ask: Ask) -> dict[str, set[tuple[str, tuple[str, ...]]]]:
    """The keys of tables: primary or unique, and over which columns. One that does not hold is none."""
    found: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
    for table, kind, holds, columns in ask(KEYS):
        if holds:
            found.setdefault(table, set()).add((kind, tuple(columns)))
    return found


def _expected_keys(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    for constraint in sorted(table.constraints, key=str):
        if isinstance(constraint, (PrimaryKeyConstraint, UniqueConstraint)):
            kind = "p" if isinstance(constraint, PrimaryKeyConstraint) else "u"
            yield kind, tuple(constraint.columns.keys())


def _triggers(ask: Ask) -> Iterator[Difference]:
    expected, found = dict(map(_parsed, TRIGGERS)), dict[str, Trigger]()
    for name, table, kind, function, arguments, added, enabled, always in ask(TRIGGERS_THERE):
        if name not in expected or table != expected[name].table:  # each table has names of its own
            if is_own(table):
                yield f"the trigger {name}", f"it is none of the ledger's, and acts on the table {table}"
            continue
        argument = bytes(arguments).decode().rstrip("\0")
        found[name] = Trigger(table, kind, function, argument, added)
        if not (enabled and always):
            yield f"the trigger {name}", "it is not always on" if enabled else "it is switched off"
    for name, trigger in expected.items():
        if name not in found:
            yield f"the trigger {name}", "it is missing"
        elif found[name] != trigger:
            yield f"the trigger {name}", f"it was changed: {found[name]}, not {trigger}"


def _parsed(statement: str) -> tuple[str, Trigger]:
    """The name of a trigger that we make, and what it is."""
    parts = TRIGGER.fullmatch(statement)
    assert parts is not None, statement
    bits = LEVELS[parts["level"]] + TIMES[parts["time"]]
    bits += sum(OPERATIONS[operation] for operation in parts["operations"].split(" OR "))
    trigger = Trigger(parts["table"], bits, parts["function"], parts["argument"] or "", parts["added"] or "")
    return parts["name"], trigger


def _functions(ask: Ask) -> Iterator[Difference]:
    found = {name: rest for name, *rest in ask(FUNCTIONS)}
    ((schema,),) = ask("SELECT quote_ident(current_schema())")
    for name, body in BODIES.items():
        if name not in found:
            yield f"the function {name}", "it is missing"
            continue
        source, settings, language = found[name]
        if (source.strip(), language) != (body.strip(), "plpgsql"):
            yield f"the function {name}", "it was changed"
        elif settings != f"search_path={schema}, pg_temp":
            yield f"the function {name}", f"it looks for tables elsewhere: {settings or 'as whoever calls it'}"
