"""What our statements rely on in a session of a server, whatever the role, the database or the address set.

A pooler (PgBouncer, for one) hands a session of the server from one client to the next, in transaction mode after every
transaction. So nothing of ours may last in a session that is not ours alone: its settings are made anew in each
transaction, and end with it. Who has a session of their own makes them once.

The address may set parameters by libpq's ``options``, the schema by ``search_path`` for one. Poolers refuse these, or
drop them without a word; so they are read here, and set like our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from armsledger.storage.errors import LedgerReadOnly

FIRST_WITH_TRANSACTION_TIMEOUT: Final = 170_000


def _unless(setting: str, *values: str, instead: str) -> str:
    """SQL for the present value of a setting, or another one in place of some."""
    present, listed = f"current_setting('{setting}')", ", ".join(f"'{value}'" for value in values)
    return f"CASE WHEN {present} IN ({listed}) THEN '{instead}' ELSE {present} END"


OURS: Final = {
    "statement_timeout": "'0'",
    "idle_session_timeout": "'0'",
    "standard_conforming_strings": "'on'",
    "quote_all_identifiers": "'off'",
    "array_nulls": "'on'",
    "extra_float_digits": "'1'",
    "default_transaction_isolation": "'read committed'",
    "synchronous_commit": _unless("synchronous_commit", "off", "local", instead="on"),
    "client_min_messages": _unless("client_min_messages", "error", instead="warning"),
}
"""Settings of ours, as SQL. A statement may take as long as it takes, as those of ``pg_dump`` do; what is read is read
exactly; a commit that returned survives a loss of power, and that of the server where a standby follows it; and a
warning that no standby has it is not kept from us."""
IDLE: Final = "idle_in_transaction_session_timeout"
LEAST_IDLE_MS: Final = 60_000
WRITERS_IDLE: Final = f"""CASE WHEN current_setting('{IDLE}')::interval BETWEEN interval '1 ms' AND interval '1 min'
    THEN '{LEAST_IDLE_MS}' ELSE current_setting('{IDLE}') END"""
"""Who holds the writers' lock and does nothing is ended as the server says, but not within a minute: what is decided in
a transaction may take that long."""
PATH: Final = "current_setting('search_path')"
SEARCHED: Final = f"coalesce(quote_ident(current_schema()) || ', ' || {PATH} || ', pg_temp', {PATH})"
"""The ledger's schema first, and temporary tables last: in a pooler's session they may be anybody's."""
SESSION: Final = """
SELECT pg_backend_pid() <> {pid}, pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on',
    current_setting('session_replication_role'), {ours}, current_setting('search_path')"""
STANDBY: Final = "the server takes no writes: it is a standby"
READ_ONLY: Final = (
    "the server takes no writes: default_transaction_read_only is on, for your role, the database or the server"
)
THE_PRIMARY: Final = "name the server that takes them; of several, ?target_session_attrs=read-write finds it"
WITHOUT_TRIGGERS: Final = "session_replication_role is %s, so the triggers that keep the journal are off"
WITH_TRIGGERS: Final = "as a superuser: ALTER ROLE ... (or DATABASE ...) RESET session_replication_role"
ARGUMENT: Final = re.compile(r"(?:\\.|\S)+", re.DOTALL)
"""One of ``options``, as the server divides them: a blank or a backslash in it follows a backslash."""
PARAMETER: Final = re.compile(r"(?:-c|--)(?P<name>[\w.-]+)=(?P<value>.*)", re.DOTALL)
BEGIN: Final = re.compile(r"BEGIN(?P<how>[^;]*)")


class Session(NamedTuple):
    """What a session of the server turned out to be."""

    is_shared: bool
    """Whether a pooler stands before the server."""
    is_standby: bool
    is_read_only: bool
    """Whether its transactions are read-only unless they ask for another kind."""
    without_triggers: str
    """The value of ``session_replication_role``, where that switches triggers off."""
    settings: str
    """The statement that makes our settings within a transaction."""

    def check_writable(self, ledger: str) -> None:
        """Raise LedgerReadOnly where nothing can be recorded, before anything is tried."""
        if self.is_standby:
            raise LedgerReadOnly(ledger, STANDBY, remedy=THE_PRIMARY)
        if self.is_read_only:
            reset = "ALTER ROLE ... (or DATABASE ...) RESET default_transaction_read_only"
            raise LedgerReadOnly(ledger, READ_ONLY, remedy=f"{THE_PRIMARY}; or {reset}")
        if self.without_triggers:
            raise LedgerReadOnly(ledger, WITHOUT_TRIGGERS % self.without_triggers, remedy=WITH_TRIGGERS)

    def begun(self, sql: str) -> str:
        """A statement that begins a transaction, with our settings in it."""
        begin = BEGIN.match(sql)
        assert begin is not None, sql
        how = begin["how"].strip() or "ISOLATION LEVEL READ COMMITTED"
        return f"BEGIN {how}; {self.settings}{sql[begin.end() :]}"


def opening(given: Mapping[str, str], pid: int, timeout_seconds: float, server_version: int, *, write: bool) -> str:
    """The statements that make our settings in a new session, of which the last tells what it is (`told`).

    ``given`` is what the address sets. ``pid`` is the process that the session has by what was said on connecting: a
    pooler says another, and then the settings end with the statement.
    """
    own = f"pg_backend_pid() <> {pid}"
    first = f"SELECT {_made({name: _literal(value) for name, value in given.items()}, own)}; " if given else ""
    return first + SESSION.format(pid=pid, ours=_made(_ours(timeout_seconds, server_version, write=write), own))


def told(
    answer: tuple[object, ...], given: Mapping[str, str], timeout_seconds: float, version: int, *, write: bool
) -> Session:
    """What the session is by its answer to `opening`."""
    is_shared, is_standby, is_read_only, role, *_, path = answer
    ours = _ours(timeout_seconds, version, write=write) | {"search_path": _literal(str(path))}
    del ours["default_transaction_isolation"]
    if not write:
        del ours["default_transaction_read_only"]
        ours["transaction_read_only"] = "'on'"
    others = {name: _literal(value) for name, value in given.items() if name not in ours}
    triggers = "" if role == "origin" else str(role)
    return Session(
        bool(is_shared), bool(is_standby), bool(is_read_only), triggers, f"SELECT {_made(others | ours, 'true')}"
    )


def divided(options: str) -> tuple[dict[str, str], str]:
    """The parameters that ``options`` set, and what else is in them."""
    parameters, others = dict[str, str](), list[str]()
    for argument in _arguments(options):
        parameter = PARAMETER.fullmatch(re.sub(r"\\(.)", r"\1", argument, flags=re.DOTALL))
        if parameter is None:
            others.append(argument)
        else:
            parameters[parameter["name"].replace("-", "_").lower()] = parameter["value"]
    return parameters, " ".join(others)


def _arguments(options: str) -> Iterator[str]:
    """The arguments in ``options``; what follows a ``-c`` by itself belongs to it."""
    arguments = iter(ARGUMENT.findall(options))
    for argument in arguments:
        yield argument + next(arguments, "") if argument == "-c" else argument


def _ours(timeout_seconds: float, server_version: int, *, write: bool) -> dict[str, str]:
    """Our settings, each as SQL."""
    ours = OURS | {"lock_timeout": f"'{max(1, int(timeout_seconds * 1000))}'", "search_path": SEARCHED}
    ours[IDLE] = WRITERS_IDLE if write else "'0'"
    if server_version >= FIRST_WITH_TRANSACTION_TIMEOUT:
        ours["transaction_timeout"] = "'0'"
    if not write:
        ours["default_transaction_read_only"] = "'on'"
    return ours


def _made(settings: Mapping[str, str], ends: str) -> str:
    """Expressions that make settings, each to end with the transaction or not."""
    return ", ".join(f"set_config({_literal(name)}, {value}, {ends})" for name, value in settings.items())


def _literal(text: str) -> str:
    """A text as SQL, whether or not backslashes are escapes in it."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'" if "\\" in text else f"'{escaped}'"
