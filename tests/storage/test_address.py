"""What an address names, and that no message shows the password in it, whatever is wrong with it.

The criterion is that nobody can tell from a message which password it was: an address and its twin, in which every
letter of the password is another one, have the same message. That holds for each part of the password, however short.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given

from armsledger import Ledger
from armsledger.domain.errors import LedgerError
from armsledger.storage.address import Server, parse_address
from armsledger.storage.errors import UnsupportedAddress
from tests.addresses import Twins, twins


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("ledger.db", Path("ledger.db")),
        ("/data/ledger.db", Path("/data/ledger.db")),
        ("/data/a:b@c.db", Path("/data/a:b@c.db")),
        ("./me:you@home.db", Path("me:you@home.db")),
        ("backup@2026.db", Path("backup@2026.db")),
        ("postgresql/arms.db", Path("postgresql/arms.db")),
        (Path("strange://name"), Path("strange://name")),
        (Path("me:you@home"), Path("me:you@home")),
        ("sqlite:///ledger.db", Path("ledger.db")),
        ("sqlite:////data/a%20b.db", Path("/data/a b.db")),
        (":memory:", None),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
    ],
)
def test_addresses_of_files(address: str | Path, path: Path | None) -> None:
    assert parse_address(address) == path


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://db/arms", "postgresql://db/arms"),
        ("postgresql://", "postgresql://"),
        ("postgresql:///arms", "postgresql:///arms"),
        ("postgres://ann@db/arms", "postgresql://ann@db/arms"),
        ("postgresql+psycopg://ann:secret@db:5433/arms", "postgresql://ann@db:5433/arms"),
        ("postgresql://ann:a?b#c:d e[f]g@db/arms", "postgresql://ann@db/arms"),
        ("postgresql://ann:a%40b%2Fc@db/arms", "postgresql://ann@db/arms"),
        ("postgresql://ann%40corp:secret@db/arms", "postgresql://ann%40corp@db/arms"),
        ("postgresql://:secret@db/arms", "postgresql://@db/arms"),
        ("postgresql://a,b:2,[::1]:3/arms?target_session_attrs=read-write", "postgresql://a,b:2,[::1]:3/arms"),
        ("postgresql://%2Frun%2Fpostgresql/arms", "postgresql://%2Frun%2Fpostgresql/arms"),
        (
            "postgresql:///arms?user=ann&password=secret&host=/run/postgresql",
            "postgresql:///arms?user=ann&host=/run/postgresql",
        ),
        (
            "postgresql://db/arms?options=-csearch_path%3Dours%20-capp.password%3Dsecret",
            "postgresql://db/arms?options=-csearch_path%3Dours",
        ),
        ("postgresql://db/arms?sslpassword=secret&colour=secret", "postgresql://db/arms"),
        ("postgresql://db/m%C3%BCnchen", "postgresql://db/m%C3%BCnchen"),
    ],
)
def test_of_a_server_user_host_database_and_schema_are_shown(address: str, shown: str) -> None:
    server = parse_address(address)
    assert isinstance(server, Server)
    assert (str(server), repr(server)) == (shown, f"Server({shown!r})")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgresql://ann:a@b@db/arms", "an @ too many"),
        ("postgresql://ann:a/b@db/arms", "an @ too many, or one after a /"),
        ("postgresql://ann:a%b@db/arms", "two hexadecimal figures"),
        ("postgresql://ann:a%00b@db/arms", "two hexadecimal figures"),
        ("postgresql://ann:a%AAb@db/arms", "no UTF-8"),
        ("postgresql://ann:secret", "number of a port"),
        ("postgresql://ann:secret/arms", "number of a port"),
        ("postgresql://db:99999/arms", "number of a port"),
        ("postgresql://db:/arms", "number of a port"),
        ("postgresql://[::1/arms", "host"),
        ("postgresql://ann%3Asecret@db/arms", "or a colon"),
        ("postgresql://ann;secret@db/arms", "sign that has to be escaped"),
        ("postgresql://db/arms?password=a&b", "name=value"),
        ("postgresql://db/arms?password=a=b", "name=value"),
        ("postgresql://db/arms?user=ann:secret", "one of its options"),
        ("postgresql://db/arms?port=secret", "one of its options"),
        ("postgresql://ann:secret@db/arms\r", "line break"),
        ("postgresql://db/arms /more", "database"),
    ],
)
def test_an_address_of_a_server_that_can_be_read_in_two_ways_is_refused(address: str, reason: str) -> None:
    with pytest.raises(UnsupportedAddress, match=reason) as refusal:
        parse_address(address)
    assert "secret" not in str(refusal.value)
    assert "as %40" in refusal.value.remedy


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("mysql://host/ledger", "mysql is not a kind of ledger"),
        ("hunter2://host/ledger", "neither sqlite nor postgresql"),
        ("file:///ledger.db", "not supported"),
        ("sqlite://ledger.db", "three slashes"),
        ("sqlite:///ledger.db?mode=ro", "no options"),
        ("postgresql:/ann:secret@db/arms", "looks like the address of a server"),
        ("host=db password=secret", "looks like the address of a server"),
        ("ann:secret@db/arms", "looks like the address of a server"),
        ("", "names no file"),
    ],
)
def test_addresses_of_nothing_are_refused(address: str, reason: str) -> None:
    with pytest.raises(UnsupportedAddress, match=reason) as refusal:
        parse_address(address)
    assert "secret" not in str(refusal.value)
    assert "postgresql://" in refusal.value.remedy


def test_an_option_that_libpq_does_not_know_is_refused_with_those_that_it_knows() -> None:
    with pytest.raises(UnsupportedAddress, match="does not know") as refusal:
        Ledger("postgresql://ann:hunter2@localhost/arms?password=hunter2&colour=hunter2").position()
    assert "ann@localhost" in refusal.value.message
    assert "target_session_attrs" in refusal.value.remedy
    assert "hunter2" not in str(refusal.value)


SECRET: Final = Server("postgresql://ann:hunter22%40@db/arms?sslpassword=pqr")


@pytest.mark.parametrize(
    ("said", "scrubbed"),
    [
        ('invalid port number: "hunter22@"', 'invalid port number: "..."'),
        ("cannot read ann:hunter22%40@db", "cannot read ann:...@db"),
        ('the key takes no "pqr"', 'the key takes no "..."'),
        ('role "ann" does not exist', 'role "ann" does not exist'),
        ("the pqr of the server", "the pqr of the server"),
    ],
)
def test_what_a_driver_says_is_shown_without_passwords(said: str, scrubbed: str) -> None:
    assert SECRET.scrubbed(said) == scrubbed


def test_the_password_of_the_environment_is_scrubbed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "swordfish")
    assert Server("postgresql://db").scrubbed("swordfish is wrong") == "... is wrong"


def _all_that_is_said(address: str) -> str:
    """What somebody sees who opens a ledger from Python: error, causes and tracebacks, and how things are printed."""
    ledger = Ledger(address, timeout_seconds=0)
    try:
        ledger.position()
    except LedgerError as error:
        failure: BaseException | None = error
    else:
        raise AssertionError("there is no ledger")
    said = [repr(ledger), *traceback.format_exception(failure)]
    while failure is not None:
        said += [str(failure), repr(failure)]
        failure = failure.__cause__ or failure.__context__
    return "\n".join(said)


@given(twins())
def test_no_message_tells_one_password_from_another(addresses: Twins) -> None:
    assert _all_that_is_said(addresses.address) == _all_that_is_said(addresses.twin)
