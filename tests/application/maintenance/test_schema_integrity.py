"""Verifying tables, triggers and functions: what differs from what this release makes is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.projections.schema import NOW
from armsledger.storage.schema import OWN_TABLES, is_own
from tests.application.book import SOURCES, take
from tests.application.maintenance.trust import (
    TOLD,
    findings,
    verified,
)
from tests.other_program import run

SCHEMAS = {
    "a trigger that is missing": (
        "DROP TRIGGER journal_refuses_update",
        "the trigger journal_refuses_update: it is missing",
    ),
    "a trigger of somebody's": (
        "CREATE TRIGGER mine AFTER INSERT ON journal BEGIN SELECT 1; END",
        "the trigger mine: it is none of the ledger's, and acts on the table journal",
    ),
    "a trigger of somebody's, in capitals": (
        "CREATE TRIGGER mine AFTER INSERT ON JOURNAL BEGIN SELECT 1; END",
        "the trigger mine: it is none of the ledger's, and acts on the table JOURNAL",
    ),
    "a trigger on a read model": (
        "CREATE TRIGGER mine AFTER INSERT ON kept_deals BEGIN DELETE FROM kept_deals; END",
        "the trigger mine: it is none of the ledger's, and acts on the table kept_deals",
    ),
    "a trigger on the register": (
        "CREATE TRIGGER mine AFTER UPDATE ON read_model BEGIN SELECT 1; END",
        "the trigger mine: it is none of the ledger's, and acts on the table read_model",
    ),
    "a trigger on citing": (
        "CREATE TRIGGER mine AFTER INSERT ON citing BEGIN SELECT 1; END",
        "the trigger mine: it is none of the ledger's, and acts on the table citing",
    ),
    "a table that is missing": ("DROP TABLE tracking", "the table tracking: it is missing"),
    "a column more": ("ALTER TABLE person ADD COLUMN address TEXT", "the table person: it was changed, and is now"),
    "another program's file": ("PRAGMA application_id = 7", "the file: its application_id is 7"),
}


@pytest.mark.parametrize("edit", [edit for edit in SCHEMAS if "program" not in edit])
def test_a_schema_that_differs_is_named(path: Path, edit: str) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
    statement, told = SCHEMAS[edit]
    run(path, statement)
    (finding,) = findings(path)
    assert finding.startswith(told)


def test_a_trigger_that_was_altered_is_named(path: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
    run(
        path,
        "DROP TRIGGER journal_refuses_delete",
        "CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal WHEN OLD.position > 5 BEGIN"
        " SELECT RAISE(ABORT, 'no'); END",
    )
    (finding,) = findings(path)
    assert finding.startswith("the trigger journal_refuses_delete: it was changed, and is now: CREATE TRIGGER")


def test_tables_and_views_of_ones_own_are_nobodys_business(path: Path) -> None:
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, *TOLD)
    run(
        path,
        "CREATE TABLE mine (x)",
        "CREATE VIEW theirs AS SELECT * FROM journal",
        "CREATE INDEX by_source ON journal (source)",
        "CREATE TRIGGER mine AFTER INSERT ON mine BEGIN SELECT 1; END",
    )
    assert verified(path).sound


SERVER_SCHEMAS = (
    ("ALTER TABLE journal DISABLE TRIGGER journal_refuses_truncate", "journal_refuses_truncate: it is switched off"),
    ("DROP TRIGGER person_refuses_delete ON person", "the trigger person_refuses_delete: it is missing"),
    (
        "CREATE TRIGGER mine AFTER INSERT ON journal FOR EACH ROW EXECUTE FUNCTION armsledger_refuse('no')",
        "the trigger mine: it is none of the ledger's",
    ),
    (
        "CREATE OR REPLACE FUNCTION armsledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "the function armsledger_refuse: it was changed",
    ),
    ("ALTER FUNCTION armsledger_next() RESET ALL", "the function armsledger_next: it looks for tables elsewhere"),
    ("ALTER TABLE journal DROP CONSTRAINT journal_stream_version_key", "its unique constraint over stream, version is"),
    ("ALTER TABLE journal ALTER COLUMN source TYPE varchar(99)", "the table journal: its columns were changed"),
    ("ALTER TABLE checkpoint ALTER COLUMN note DROP NOT NULL", "the table checkpoint: its columns were changed"),
    ("CREATE RULE mine AS ON DELETE TO journal DO INSTEAD NOTHING", "the rule mine: it is none of the ledger's"),
    ("DROP TABLE tracking", "the table tracking: it is missing"),
    (
        "CREATE TRIGGER mine AFTER INSERT ON kept_deals FOR EACH ROW EXECUTE FUNCTION armsledger_refuse('no')",
        "the trigger mine: it is none of the ledger's, and acts on the table kept_deals",
    ),
    (
        "CREATE TRIGGER person_refuses_delete BEFORE INSERT ON citing EXECUTE FUNCTION armsledger_refuse('no')",
        "the trigger person_refuses_delete: it is none of the ledger's, and acts on the table citing",
    ),
    ("CREATE RULE mine AS ON INSERT TO kept_deals DO INSTEAD NOTHING", "the rule mine: it is none of the ledger's"),
    ("ALTER TABLE journal SET UNLOGGED", "the table journal: it is UNLOGGED"),
    ("ALTER TABLE journal ENABLE ROW LEVEL SECURITY", "the table journal: row-level security is on"),
    ("ALTER TABLE kept_deals FORCE ROW LEVEL SECURITY", "the table kept_deals: row-level security is on"),
    ("ALTER TABLE journal ADD CONSTRAINT mine CHECK (version < 9)", "the constraint mine: it is none of the ledger's"),
    (
        "ALTER TABLE person ADD CONSTRAINT mine EXCLUDE (forgotten_by WITH =)",
        "the constraint mine: it is none of the ledger's, and stands on the table person",
    ),
    (
        "ALTER TABLE checkpoint ADD CONSTRAINT mine FOREIGN KEY (size) REFERENCES journal (position)",
        "the constraint mine: it is none of the ledger's, and stands on the table checkpoint",
    ),
    ("ALTER TABLE journal ALTER COLUMN source SET DEFAULT 'me'", "the table journal: its column source has a default"),
    (
        "ALTER TABLE journal ALTER COLUMN position ADD GENERATED BY DEFAULT AS IDENTITY",
        "the table journal: its column position has a default, or is computed",
    ),
    ("ALTER FUNCTION armsledger_next() SECURITY DEFINER", "the function armsledger_next: it is SECURITY DEFINER"),
    (
        "CREATE FUNCTION armsledger_refuse(x int) RETURNS int LANGUAGE sql AS 'SELECT x'",
        "the function armsledger_refuse: there is another one of that name",
    ),
    ("CREATE TABLE mine () INHERITS (journal)", "the table journal: it inherits, or is inherited from"),
)


@pytest.mark.parametrize(("statement", "told"), SERVER_SCHEMAS)
def test_a_schema_that_differs_on_a_server_is_named(
    postgres_address: Callable[[], str], statement: str, told: str
) -> None:
    address = postgres_address()
    with Ledger.create(address) as ledger:
        take(ledger, *SOURCES, *TOLD)
    run(address, statement)
    assert told in findings(address)[0]


def test_every_table_that_a_ledger_makes_is_its_own(place: str | Path) -> None:
    with Ledger(place) as ledger:
        take(ledger, *SOURCES, *TOLD)
        reader = ledger.journal().reader
        views = {f"{projection.name}{end}" for projection in ledger.projections() for end in ("", NOW)}
        made = {name for (name,) in reader.query(reader.dialect.relations)} - views
    assert len(made) > len(OWN_TABLES)
    assert [name for name in sorted(made) if not is_own(name)] == []
