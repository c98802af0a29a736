"""What can be wrong with a PostgreSQL server, or with the rights of the role that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from armsledger.application.maintenance.doctor.diagnosis import Check, Patient, Sign, error, ok, warning
from armsledger.storage.schema import APPLICATION_ID
from armsledger.storage.tables import metadata

OWN_TABLES: Final = tuple(table.name for table in metadata.sorted_tables)
RIGHTS: Final = "SELECT has_table_privilege(?, 'SELECT'), has_table_privilege(?, 'INSERT')"
CHANGERS: Final = """
SELECT relname::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
    string_agg(DISTINCT privilege_type, ', ' ORDER BY privilege_type)
FROM (
    SELECT relname, relowner, (aclexplode(relacl)).* FROM pg_class
    WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname IN ('journal', 'checkpoint')
    UNION ALL
    SELECT relname, relowner, (aclexplode(attacl)).* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname IN ('journal', 'checkpoint')
) AS granted
WHERE grantee <> relowner AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
GROUP BY relname, grantee ORDER BY relname, 2"""
"""Who beside its owner may change what is only ever added to, by rights in the table or in one of its columns."""
WHO: Final = """
SELECT current_user::text, rolsuper, current_setting('server_version'),
    has_schema_privilege(current_schema(), 'CREATE'), pg_is_in_recovery()
FROM pg_roles WHERE rolname = current_user"""
SETTINGS: Final = """
SELECT name, CASE name WHEN 'synchronous_commit' THEN reset_val ELSE setting END FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'default_transaction_read_only') ORDER BY name"""
HOLDERS: Final = f"""
SELECT activity.pid, coalesce(usename::text, ''), coalesce(application_name, ''), coalesce(activity.state, ''),
    extract(epoch FROM clock_timestamp() - xact_start)::int
FROM pg_locks JOIN pg_stat_activity AS activity ON activity.pid = pg_locks.pid
WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = {APPLICATION_ID} AND objid::bigint = hashtext(current_schema())::bigint & 4294967295"""
LONG_SECONDS: Final = 1


def server(patient: Patient) -> Iterator[Sign]:
    """Which server it is, and whether it takes writes."""
    ((role, is_super, version, _, is_standby),) = patient.reader.query(WHO)
    yield ok(f"PostgreSQL {version}, as {role}" + (", who may do anything there" if is_super else ""))
    if is_standby:
        yield warning("it is a standby, which takes no writes", "record at the primary server")


def rights(patient: Patient) -> Iterator[Sign]:
    """Whether the role may read, and may record."""
    ((role, _, _, may_make, _),) = patient.reader.query(WHO)
    own = {table: patient.reader.query(RIGHTS, table, table)[0] for table in OWN_TABLES if _exists(patient, table)}
    unread = [table for table, (may_read, _) in own.items() if not may_read]
    closed = [table for table in ("journal", "checkpoint", "person") if table in own and not own[table][1]]
    if unread:
        what = f"{role} may not read {', '.join(unread)}"
        yield error(what, f"as the owner: GRANT SELECT ON {', '.join(unread)} TO {role}")
    if closed:
        what = f"{role} may read only: not add to {', '.join(closed)}"
        yield warning(what, f"if it is to record, as the owner: GRANT INSERT ON {', '.join(closed)} TO {role}")
    for table, holder, granted in patient.reader.query(CHANGERS):
        what = f"{holder} has {granted} on {table}: only its triggers keep it as it is"
        yield warning(what, f"as the owner: REVOKE {granted} ON {table} FROM {holder}")
    if not unread and not closed:
        yield ok(f"{role} may read and record" + ("" if may_make else ", but make no tables"))


def _exists(patient: Patient, table: str) -> bool:
    return bool(patient.reader.query("SELECT to_regclass(?) IS NOT NULL", table)[0][0])


def durability(patient: Patient) -> Iterator[Sign]:
    """Whether what was recorded survives a loss of power."""
    settings = dict(patient.reader.query(SETTINGS))
    for name in ("fsync", "full_page_writes"):
        if settings.get(name) == "off":
            what = f"{name} is off: a loss of power can destroy what was recorded"
            yield error(what, f"in postgresql.conf: {name} = on, then reload the server")
    if settings.get("synchronous_commit") == "off":
        what = "synchronous_commit is off for this role: armsledger waits for the disk, but other programs do not"
        yield warning(what, "ALTER ROLE ... SET synchronous_commit = on")
    if settings.get("default_transaction_read_only") == "on":
        yield warning("transactions of this role are read-only", "ALTER ROLE ... RESET default_transaction_read_only")
    if "off" not in settings.values() or settings.keys() == {"default_transaction_read_only"}:
        yield ok("commits wait for the disk")


def writer(patient: Patient) -> Iterator[Sign]:
    """Whether another connection has been writing for long."""
    long = [row for row in patient.reader.query(HOLDERS) if (row[4] or 0) >= LONG_SECONDS]
    for pid, role, program, state, seconds in long:
        what = f"{program or 'a program'} of {role} (process {pid} of the server, {state}) has held it for {seconds} s"
        yield warning(what, f"see what it does; to end it, as its user: SELECT pg_terminate_backend({pid})")
    if not long:
        yield ok("nobody holds it for long")


ON_A_SERVER: Final[tuple[tuple[str, Check], ...]] = (
    ("server", server),
    ("rights", rights),
    ("durability", durability),
    ("writer", writer),
)
