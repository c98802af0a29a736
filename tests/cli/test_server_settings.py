"""Whatever the server, the database or the role sets, a ledger is recorded, read, verified, rebuilt and proved; or it
is refused as it is opened, with the setting's name."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from armsledger import Ledger
from armsledger.storage.errors import LedgerInterrupted, LedgerReadOnly, UnsupportedAddress
from tests.application.book import SEED, STORY
from tests.cli.runner import Inside
from tests.postgres import Server

SETTINGS = {
    "quote_all_identifiers": "on",
    "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "standard_conforming_strings": "off",
    "backslash_quote": "off",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "bytea_output": "escape",
    "xmloption": "document",
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kolkata",
    "extra_float_digits": "-15",
    "statement_timeout": "2s",
    "idle_in_transaction_session_timeout": "2s",
    "idle_session_timeout": "2s",
    "lock_timeout": "1ms",
    "work_mem": "64kB",
    "plan_cache_mode": "force_generic_plan",
    "enable_indexscan": "off",
    "client_min_messages": "error",
    "check_function_bodies": "off",
    "row_security": "off",
    "synchronous_commit": "off",
}
"""Values that are not the default ones, and that a statement of ours could mean something else with, or fail."""
LOCALES = {
    "a number in a name sorts by its value": "LOCALE_PROVIDER icu ICU_LOCALE 'de-u-kn-true' LOCALE 'C.UTF-8'",
    "capitals and accents count for nothing": "LOCALE_PROVIDER icu ICU_LOCALE 'und-u-ks-level1' LOCALE 'C.UTF-8'",
    "another capital of i": "LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C'",
    "as libc sorts": "LOCALE 'C.UTF-8'",
}
ASSERTED = "--on 2020 --asserted 2020"
RECORD = f"""
record {SEED}
record {STORY}
source registered łódź-źródło --on 2020 --title 'Łódź “x” 日本 \\\\ %s ?' --publisher Łódź --published 2020
deal opened łódź-10 {ASSERTED} --supplier PL --buyer UA --items "Vis d'Łódź" --source łódź-źródło
deal opened łódź-9 {ASSERTED} --supplier PL --buyer UA --items Łucznik --source łódź-źródło
deal opened Zürich {ASSERTED} --supplier CH --buyer TR --items İğne --source łódź-źródło"""
SAME = """
log --json
deals --json
payments --json --order-by=-amount
sources --json
search Łódź --json
search igne --json
findings --json
report volumes --json
export jsonl -"""
CHECK = """
verify
rebuild
verify
proof checkpoint all.checkpoint --key all.key --first --replace
proof make deal/łódź-9@1 entry.proof --checkpoint all.checkpoint --replace
proof check entry.proof --key all.key.pub
verify --checkpoint all.checkpoint --key all.key.pub"""
OWN = re.compile(r'"(?:id|key|recorded_at|login|recorded_by)": (?:"[^"]*"|null),?\s*')
"""What differs between two ledgers in which the same was recorded."""


@pytest.fixture
def database(postgres: Server) -> Iterator[Callable[..., str]]:
    """Makes a database in which settings are made and texts are sorted as is said, and gives its address."""
    made: list[str] = []

    def make(locale: str = "LOCALE 'C'", **settings: str) -> str:
        name = f"d{uuid4().hex[:16]}"
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING UTF8 {locale}".encode())
            made.append(name)
            for setting, value in settings.items():
                connection.execute(f"ALTER DATABASE {name} SET {setting} = {value}".encode())
        return postgres.address("owner", database=name)

    yield make
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a ledger in a file answers."""
    folder = tmp_path_factory.mktemp("expected")
    return recorded(Inside(folder), str(folder / "ledger.db"))


def recorded(armsledger: Inside, ledger: str) -> dict[str, str]:
    """Record, and give the answers to all questions."""
    answers = {}
    for command in ("init", *RECORD.strip().splitlines(), *SAME.strip().splitlines()):
        answer = armsledger(["--ledger", ledger, *shlex.split(command)])
        assert answer.status == 0, (command, answer.err)
        answers[command] = OWN.sub("", answer.out)
    return {command: answers[command] for command in SAME.strip().splitlines()}


def check(armsledger: Inside, ledger: str) -> None:
    """Verify, rebuild and prove."""
    assert armsledger("proof keys new all.key").status == 0
    for command in CHECK.strip().splitlines():
        answer = armsledger(["--ledger", ledger, *shlex.split(command)])
        assert answer.status == 0, (command, answer.err, answer.out)


def test_all_settings_at_once_make_no_difference(
    armsledger: Inside, database: Callable[..., str], expected: dict[str, str]
) -> None:
    settings = {name: f"'{value}'" for name, value in SETTINGS.items()}
    ledger = database(next(iter(LOCALES.values())), **settings)
    assert recorded(armsledger, ledger) == expected
    check(armsledger, ledger)


@pytest.mark.soak
@pytest.mark.parametrize("setting", SETTINGS)
def test_no_setting_makes_a_difference(
    armsledger: Inside, database: Callable[..., str], expected: dict[str, str], setting: str
) -> None:
    ledger = database(**{setting: f"'{SETTINGS[setting]}'"})
    assert recorded(armsledger, ledger) == expected
    check(armsledger, ledger)


@pytest.mark.soak
@pytest.mark.parametrize("locale", LOCALES)
def test_no_collation_makes_a_difference(
    armsledger: Inside, database: Callable[..., str], expected: dict[str, str], locale: str
) -> None:
    ledger = database(LOCALES[locale])
    assert recorded(armsledger, ledger) == expected
    check(armsledger, ledger)


@pytest.mark.parametrize("path", ['"$user", own, public', "own, pg_catalog", "own, other", "nowhere, own"])
def test_the_first_schema_that_is_there_has_the_ledger(database: Callable[..., str], path: str) -> None:
    ledger = database()
    with psycopg.connect(ledger, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA own; CREATE SCHEMA other; CREATE TABLE other.journal (position text)")
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET search_path = {path}".encode())
    with Ledger.create(ledger) as opened:
        opened.record_file(SEED)
        assert opened.verify().sound
        with psycopg.connect(ledger) as connection:
            assert connection.execute("SELECT count(*) FROM own.journal").fetchone() == (21,)


def test_a_search_path_without_a_schema_is_refused(database: Callable[..., str]) -> None:
    with pytest.raises(UnsupportedAddress, match="none of the schemas in its search_path") as refused:
        Ledger.create(database(search_path="''"))
    assert "make the schema" in refused.value.remedy


@pytest.mark.parametrize(
    ("setting", "value"), [("default_transaction_read_only", "on"), ("session_replication_role", "replica")]
)
def test_what_keeps_a_ledger_from_being_written_is_named_when_it_is_opened(
    database: Callable[..., str], setting: str, value: str
) -> None:
    ledger = database()
    Ledger.create(ledger).close()
    with psycopg.connect(ledger, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET {setting} = {value}".encode())
    with Ledger(ledger) as opened:
        assert opened.position() == 0
        with pytest.raises(LedgerReadOnly, match=setting) as refused:
            opened.record_file(SEED)
        assert f"RESET {setting}" in refused.value.remedy


def test_no_timeout_of_the_role_ends_what_we_ask(database: Callable[..., str]) -> None:
    timeouts = ("statement_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")
    ledger = database(**dict.fromkeys(timeouts, "'1s'"))
    with Ledger.create(ledger) as opened, opened.journal().transaction():
        assert opened.position() == 0
        with Ledger(ledger) as other, other.session.reader().snapshot():
            assert other.session.reader().query("SELECT count(*) FROM pg_sleep(1.2)") == [(1,)]
            time.sleep(1.2)
            assert other.position() == 0
        assert opened.position() == 0
        with psycopg.connect(ledger) as stranger, pytest.raises(psycopg.errors.QueryCanceled):
            stranger.execute("SELECT pg_sleep(2)")  # as it would be


def test_who_is_cancelled_is_told_so(database: Callable[..., str]) -> None:
    with Ledger.create(database()) as opened:
        reader = opened.session.reader()
        reader.query("SELECT set_config('statement_timeout', '50ms', false)")
        with pytest.raises(LedgerInterrupted, match="gave no answer: canceling statement") as interrupted:
            reader.query("SELECT pg_sleep(5)")
        assert "raise statement_timeout" in interrupted.value.remedy


def test_the_encoding_of_the_environment_makes_no_difference(
    armsledger: Inside, database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    monkeypatch.setenv("PGOPTIONS", "-c client_encoding=LATIN2 -c search_path=own -c statement_timeout=1s")
    ledger = database()
    with psycopg.connect(ledger, autocommit=True, options="") as connection:
        connection.execute("CREATE SCHEMA own")
    Path("a.yaml").write_text("sources: [{key: łódź, publisher: Łódź, published: 2020}]\n")
    for command in ("init", "record a.yaml"):
        assert armsledger(["--ledger", f"{ledger}?client_encoding=latin1", *command.split()]).status == 0
    assert "Łódź" in armsledger(["--ledger", ledger, "log", "--json"]).out
    with psycopg.connect(ledger, client_encoding="utf8") as connection:
        assert connection.execute("SELECT stream FROM own.journal").fetchone() == ("source/łódź",)
