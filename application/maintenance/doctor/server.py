"""What can be wrong with a PostgreSQL server, or with the rights of the role that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep
from typing import Final

from armsledger.application.maintenance.doctor.diagnosis import Check, Patient, Sign, error, ok, warning
from armsledger.storage.postgres.check import HERE
from armsledger.storage.postgres.functions import APPENDING
from armsledger.storage.schema import APPLICATION_ID
from armsledger.storage.standby import standby_of
from armsledger.storage.tables import metadata

OWN_TABLES: Final = tuple(table.name for table in metadata.sorted_tables)
RIGHTS: Final = "SELECT has_table_privilege(?, 'SELECT'), has_table_privilege(?, 'INSERT')"
MAY_APPEND: Final = f"""
SELECT has_table_privilege('journal', 'INSERT')
    OR coalesce(has_function_privilege(to_regprocedure('{APPENDING.signature}'), 'EXECUTE'), false)"""
HOLDER: Final = "CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END"
GRANTED: Final = f"""
SELECT relname::text, {HOLDER}, privilege_type FROM (
    SELECT relname, relowner, (aclexplode(relacl)).* FROM pg_class WHERE {HERE} AND relkind = 'r'
    UNION ALL
    SELECT relname, relowner, (aclexplode(attacl)).* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE {HERE} AND relkind = 'r'
) AS granted WHERE grantee <> relowner AND relname IN ({", ".join(f"'{name}'" for name in OWN_TABLES)})
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
"""Which rights others than its owner have in a table of the ledger, or in one of its columns."""
CHANGING: Final = ("UPDATE", "DELETE", "TRUNCATE")
KEPT_BY_TRIGGERS: Final = ("journal", "checkpoint", "person", "ledger")
WRITERS_OF_EVERYTHING: Final = """
SELECT quote_ident(rolname) FROM pg_roles WHERE NOT rolsuper AND rolname <> 'pg_write_all_data'
    AND pg_has_role(oid, 'pg_write_all_data', 'USAGE') ORDER BY 1"""
MAKERS: Final = f"""
SELECT {HOLDER}, quote_ident(nspname) FROM pg_namespace, aclexplode(nspacl)
WHERE nspname = current_schema() AND privilege_type = 'CREATE' AND grantee <> nspowner
    AND grantee NOT IN (SELECT oid FROM pg_roles WHERE rolsuper)
    AND grantee NOT IN (SELECT relowner FROM pg_class WHERE {HERE} AND relname = 'journal') ORDER BY 1"""
"""Who beside the owners may make functions, which can stand in for the server's own in what the owner calls."""
SETTERS: Final = f"""
SELECT {HOLDER} FROM pg_parameter_acl, aclexplode(paracl)
WHERE parname = 'session_replication_role' AND grantee NOT IN (SELECT oid FROM pg_roles WHERE rolsuper)
GROUP BY 1 ORDER BY 1"""
"""Who beside superusers may switch triggers off in their own sessions."""
WHO: Final = """
SELECT current_user::text, rolsuper, current_setting('server_version'),
    has_schema_privilege(current_schema(), 'CREATE'), pg_is_in_recovery()
FROM pg_roles WHERE rolname = current_user"""
SETTINGS: Final = """
SELECT name, reset_val FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'default_transaction_read_only') ORDER BY name"""
"""As they are where we make none of our own."""
HERE_AND_NOW: Final = "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted"
HOLDERS: Final = f"""
SELECT locks.pid, coalesce(usename::text, ''), coalesce(application_name, ''), coalesce(activity.state, ''),
    extract(epoch FROM clock_timestamp() - xact_start)::int, string_agg(DISTINCT relname, ', ')
FROM (
    SELECT pid, NULL::text AS relname FROM pg_locks WHERE locktype = 'advisory' AND {HERE_AND_NOW}
        AND classid::bigint = {APPLICATION_ID} AND objid::bigint = hashtext(current_schema())::bigint & 4294967295
    UNION ALL
    SELECT pid, pg_class.relname::text FROM pg_locks JOIN pg_class ON pg_class.oid = pg_locks.relation
    WHERE locktype = 'relation' AND {HERE_AND_NOW} AND {HERE} AND relkind = 'r'
        AND mode NOT IN ('AccessShareLock', 'RowShareLock')
) AS locks LEFT JOIN pg_stat_activity AS activity ON activity.pid = locks.pid
WHERE locks.pid IS DISTINCT FROM pg_backend_pid() GROUP BY 1, 2, 3, 4, 5 ORDER BY 5 DESC NULLS LAST, 1"""
"""Who holds the writers' lock, or a lock on a table that can keep others from recording. Since when, the server says of
one's own role only, unless one may know more."""
LONG_SECONDS: Final = 1
REPLICATION: Final = "session_replication_role"
REPLICA: Final = """
SELECT CASE WHEN rolname IS NOT NULL THEN 'the role ' || quote_ident(rolname)
        WHEN datname IS NOT NULL THEN 'the database ' || quote_ident(datname) ELSE 'all roles' END,
    split_part(setting, '=', 2),
    CASE WHEN rolname IS NULL AND datname IS NOT NULL THEN 'ALTER DATABASE ' || quote_ident(datname)
        ELSE 'ALTER ROLE ' || coalesce(quote_ident(rolname), 'ALL')
            || coalesce(' IN DATABASE ' || quote_ident(datname), '') END
FROM pg_db_role_setting LEFT JOIN pg_roles ON pg_roles.oid = setrole
    LEFT JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS setting
WHERE setting LIKE 'session_replication_role=%' AND setting NOT LIKE '%=origin'
    AND (setdatabase = 0 OR datname = current_database()) ORDER BY 1"""
REPLICA_EVERYWHERE: Final = """
SELECT setting FROM pg_settings WHERE name = 'session_replication_role' AND setting <> 'origin'
    AND source IN ('configuration file', 'command line', 'environment variable')"""
EVENT_TRIGGERS: Final = """
SELECT quote_ident(evtname), evtevent::text, evtowner::regrole::text, evtfoid::regproc::text FROM pg_event_trigger
WHERE evtenabled <> 'D' ORDER BY evtname"""


def server(patient: Patient) -> Iterator[Sign]:
    """Which server it is, and whether it takes writes."""
    ((role, is_super, version, _, is_standby),) = patient.reader.query(WHO)
    yield ok(f"PostgreSQL {version}, as {role}" + (", who may do anything there" if is_super else ""))
    if is_standby and (standby := standby_of(patient.reader)) is not None:
        yield warning(f"it is {standby.in_words}", "record at the primary server: a standby takes no writes")


def rights(patient: Patient) -> Iterator[Sign]:
    """Whether the role may read, and may record."""
    ((role, _, _, may_make, _),) = patient.reader.query(WHO)
    own = {table: patient.reader.query(RIGHTS, table, table)[0] for table in OWN_TABLES if _exists(patient, table)}
    unread = [table for table, (may_read, _) in own.items() if not may_read]
    closed = [] if patient.reader.query(MAY_APPEND)[0][0] else ["journal"]
    closed += ["person"] if "person" in own and not own["person"][1] else []
    if unread:
        what = f"{role} may not read {', '.join(unread)}"
        yield error(what, f"as the owner: GRANT SELECT ON {', '.join(unread)} TO {role}")
    if closed:
        what = f"{role} may read only: not add to {', '.join(closed)}"
        yield warning(
            what, f"if it is to record, as the owner: armsledger init --roles, then GRANT PREFIX_writer TO {role}"
        )
    yield from _too_many_rights(patient)
    if not unread and not closed:
        yield ok(f"{role} may read and record" + ("" if may_make else ", but make no tables"))


def _too_many_rights(patient: Patient) -> Iterator[Sign]:
    """Who may do more than record and read."""
    granted: dict[tuple[str, str], list[str]] = {}
    for table, holder, right in patient.reader.query(GRANTED):
        granted.setdefault((table, holder), []).append(right)
    for (table, holder), rights in granted.items():
        if table in KEPT_BY_TRIGGERS and (changing := ", ".join(right for right in rights if right in CHANGING)):
            what = f"{holder} has {changing} on {table}: only its triggers keep it as it is"
            yield warning(what, f"as the owner: REVOKE {changing} ON {table} FROM {holder}")
        if "TRIGGER" in rights:
            what = f"{holder} may put triggers on {table}, which act with the rights of whoever changes it"
            yield warning(what, f"as the owner: REVOKE TRIGGER ON {table} FROM {holder}")
        if table == "journal" and "INSERT" in rights:
            what = f"{holder} may insert into the journal, and so record under any time, name and login"
            yield warning(what, f"as the owner: REVOKE INSERT ON journal FROM {holder}")
    for (holder,) in patient.reader.query(WRITERS_OF_EVERYTHING):
        what = f"{holder} may write all tables of the server, and so record under any time, name and login"
        yield warning(what, f"as a superuser: REVOKE pg_write_all_data FROM {holder}")
    for holder, schema in patient.reader.query(MAKERS):
        what = f"{holder} may make functions in the ledger's schema, which can act with the rights of its owner"
        yield warning(what, f"as its owner: REVOKE CREATE ON SCHEMA {schema} FROM {holder}")
    for (holder,) in patient.reader.query(SETTERS):
        what = f"{holder} may set {REPLICATION}, and so switch off the triggers that keep the journal"
        yield warning(what, f"as a superuser: REVOKE SET ON PARAMETER {REPLICATION} FROM {holder}")


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
    """Whether another connection has kept others from recording for long.

    Where the server does not say since when, as of another role, it is long if it is still there a moment later.
    """
    holders = patient.reader.query(HOLDERS)
    if any(seconds is None for *_, seconds, _ in holders):
        sleep(LONG_SECONDS)
        before = {pid for pid, *_ in holders}
        holders = [holder for holder in patient.reader.query(HOLDERS) if holder[0] in before]
    long = [holder for holder in holders if holder[4] is None or holder[4] >= LONG_SECONDS]
    for pid, role, program, state, seconds, tables in long:
        process = f"process {pid} of the server{f', {state}' if state else ''}"
        who = f"{program or 'a program'} of {role or 'a role'} ({process})"
        what = "it" if tables is None else f"locks on {tables}"
        since = "for long" if seconds is None else f"for {seconds} s"
        remedy = f"see what it does; to end it, as its user: SELECT pg_terminate_backend({pid})"
        yield warning(f"{who} has held {what} {since}", remedy)
    if not long:
        yield ok("nobody holds it for long")


def guards(patient: Patient) -> Iterator[Sign]:
    """Whether something on the server switches off the triggers that keep the journal, or acts on what we do."""
    off = "the triggers that keep the journal are off in its sessions"
    signs = [
        error(f"session_replication_role is {value} by default for {whose}: {off}", f"{statement} RESET {REPLICATION}")
        for whose, value, statement in patient.reader.query(REPLICA)
    ]
    signs += [
        error(
            f"session_replication_role is {value} by default for the whole server: {off}",
            f"ALTER SYSTEM RESET {REPLICATION}, and out of postgresql.conf; then reload the server",
        )
        for (value,) in patient.reader.query(REPLICA_EVERYWHERE)
    ]
    signs += [
        warning(
            f"the event trigger {name} of {owner} calls {function} on {event}, when tables are made or changed",
            f"see what it does; to switch it off: ALTER EVENT TRIGGER {name} DISABLE",
        )
        for name, event, owner, function in patient.reader.query(EVENT_TRIGGERS)
    ]
    yield from signs or [ok("nothing on the server switches the triggers off")]


ON_A_SERVER: Final[tuple[tuple[str, Check], ...]] = (
    ("server", server),
    ("rights", rights),
    ("durability", durability),
    ("writer", writer),
    ("guards", guards),
)
