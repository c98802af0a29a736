"""How the tables of a ledger on PostgreSQL differ from those that this release makes.

A table or function may look the same and be weaker than it was made: UNLOGGED, switched off, run with other rights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from armsledger.storage.postgres.functions import FUNCTIONS, Function
from armsledger.storage.postgres.schema import TRIGGERS
from armsledger.storage.schema import Ask, Difference, is_own
from armsledger.storage.tables import metadata

Key = tuple[str, tuple[str, ...]]
"""A key of a table: ``p`` for primary or ``u`` for unique, and its columns."""

HERE: Final = "relnamespace = quote_ident(current_schema())::regnamespace"
COLUMNS: Final = f"""
SELECT relname::text, attname::text, format_type(atttypid, atttypmod), coalesce(collname::text, ''), attnotnull
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_collation ON pg_collation.oid = attcollation
WHERE {HERE} AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
ORDER BY attnum"""
KEYS: Final = f"""
SELECT relname::text, contype::text, ARRAY(
    SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS part(number, place)
    JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid JOIN pg_index ON pg_index.indexrelid = conindid
WHERE {HERE} AND contype IN ('p', 'u') AND convalidated AND indisvalid AND NOT condeferrable"""
KINDS: Final = f"""
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
TRIGGERS_THERE: Final = f"""
SELECT tgname::text, relname::text, tgtype::int,
    CASE WHEN pronamespace = relnamespace THEN proname::text ELSE tgfoid::regproc::text END, tgargs,
    coalesce(tgnewtable::text, ''),
    tgenabled::text IN ('O', 'A'), tgqual IS NULL AND cardinality(tgattr::int2[]) = 0
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE {HERE} AND NOT tgisinternal"""
FUNCTIONS_THERE: Final = """
SELECT proname::text, oidvectortypes(proargtypes), prosecdef, prosrc, lanname::text,
    coalesce(array_to_string(proconfig, '; '), ''), proowner::regrole::text,
    EXISTS (SELECT FROM pg_class WHERE relname = 'journal' AND relnamespace = pronamespace AND relowner = proowner),
    EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0)
FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname LIKE 'armsledger%' ORDER BY proname"""
RULES: Final = f"""
SELECT rulename::text, relname::text FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
WHERE {HERE} AND relkind IN ('r', 'p')"""

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
    yield from _kinds(ask)
    for table, name, definition in ask(CONSTRAINTS):
        if is_own(table):
            yield (
                f"the constraint {name}",
                f"it is none of the ledger's, and stands on the table {table}: {definition:.300}",
            )
    for table, column in ask(DEFAULTS):
        if table in tables:
            yield f"the table {table}", f"its column {column} has a default, or is computed"
    yield from _triggers(ask)
    yield from _functions(ask)
    for rule, table in ask(RULES):
        if is_own(table):
            yield f"the rule {rule}", f"it is none of the ledger's, and acts on the table {table}"


def _tables(ask: Ask, tables: dict[str, Table]) -> Iterator[Difference]:
    """Columns and keys of the ledger's own tables that are missing or otherwise."""
    columns = _columns(ask)
    keys = {(table, (kind, tuple(names))) for table, kind, names in ask(KEYS)}
    for name, table in tables.items():
        if name not in columns:
            yield f"the table {name}", "it is missing"
            continue
        if columns[name] != _expected_columns(table):
            yield f"the table {name}", f"its columns were changed, and are now {', '.join(columns[name])}"
        for key in _expected_keys(table):
            if (name, key) not in keys:
                kind = "primary key" if key[0] == "p" else "unique constraint"
                yield f"the table {name}", f"its {kind} over {', '.join(key[1])} is missing"


def _columns(ask: Ask) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for table, name, kind, collation, required in ask(COLUMNS):
        columns.setdefault(table, []).append(_column(name, kind, collation, required=required))
    return columns


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


def _expected_keys(table: Table) -> Iterator[Key]:
    for constraint in sorted(table.constraints, key=str):
        if isinstance(constraint, (PrimaryKeyConstraint, UniqueConstraint)):
            yield "p" if isinstance(constraint, PrimaryKeyConstraint) else "u", tuple(constraint.columns.keys())


def _kinds(ask: Ask) -> Iterator[Difference]:
    """Tables of the ledger, and of its read models, that lose rows, hide them, show others' or refuse them."""
    for name, kind, persistence, hides, inherits in ask(KINDS):
        if not is_own(name):
            continue
        if kind != "r":
            yield f"the table {name}", "it is no ordinary table: its rows are kept elsewhere"
        if persistence != "p":
            yield f"the table {name}", "it is UNLOGGED: a crash of the server empties it"
        if hides:
            yield f"the table {name}", "row-level security is on: rows can be hidden or refused"
        if inherits:
            yield f"the table {name}", "it inherits, or is inherited from: rows of one table show in another"


def _triggers(ask: Ask) -> Iterator[Difference]:
    expected, there = dict(map(_parsed, TRIGGERS)), dict[str, Trigger]()
    for name, table, kind, function, arguments, added, enabled, always in ask(TRIGGERS_THERE):
        if name not in expected or table != expected[name].table:  # each table has names of its own
            if is_own(table):
                yield f"the trigger {name}", f"it is none of the ledger's, and acts on the table {table}"
            continue
        argument = bytes(arguments).decode().rstrip("\0")
        there[name] = Trigger(table, kind, function, argument, added)
        if not (enabled and always):
            yield f"the trigger {name}", "it is not always on" if enabled else "it is switched off"
    for name, trigger in expected.items():
        if name not in there:
            yield f"the trigger {name}", "it is missing"
        elif there[name] != trigger:
            yield f"the trigger {name}", f"it was changed: {there[name]}, not {trigger}"


def _parsed(statement: str) -> tuple[str, Trigger]:
    """The name of a trigger that we make, and what it is."""
    parts = TRIGGER.fullmatch(statement)
    assert parts is not None, statement
    bits = LEVELS[parts["level"]] + TIMES[parts["time"]]
    bits += sum(OPERATIONS[operation] for operation in parts["operations"].split(" OR "))
    trigger = Trigger(parts["table"], bits, parts["function"], parts["argument"] or "", parts["added"] or "")
    return parts["name"], trigger


def _functions(ask: Ask) -> Iterator[Difference]:
    """The ledger's functions that are missing or otherwise, run with other rights, or have namesakes."""
    expected = {function.name: function for function in FUNCTIONS}
    missing = set(expected)
    ((schema,),) = ask("SELECT quote_ident(current_schema())")
    for name, types, *there in ask(FUNCTIONS_THERE):
        function = expected.get(name)
        if function is None:
            yield f"the function {name}", "it is none of the ledger's, and has the name of one"
        elif types != function.types:
            yield f"the function {name}", "there is another one of that name, with other arguments"
        else:
            missing.discard(name)
            yield from ((f"the function {name}", what) for what in _wrong_in(function, schema, there))
    for name in sorted(missing):
        yield f"the function {name}", "it is missing"


def _wrong_in(function: Function, schema: str, there: Sequence[Any]) -> Iterator[str]:
    as_owner, source, language, settings, owner, owns_journal, for_everybody = there
    if as_owner and not function.as_owner:
        yield "it is SECURITY DEFINER: it runs with the rights of its owner"
    if function.as_owner and not as_owner:
        yield "it is not SECURITY DEFINER: nobody but the owner can append"
    if function.as_owner and not owns_journal:
        yield f"it runs with the rights of {owner}, who does not own the journal"
    if function.as_owner and for_everybody:
        yield "everybody may call it"
    if (source.strip(), language) != (function.body.strip(), "plpgsql"):
        yield "it was changed"
    elif settings != "; ".join((f"search_path={schema}, pg_temp", *function.settings)):
        yield f"it looks for tables elsewhere, or has other settings: {settings or 'those of whoever calls it'}"
