"""Connecting where an address names several servers: to the one that takes writes, and with the time that there is."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import pytest

from armsledger import Ledger
from armsledger.storage.address import Server as Address
from armsledger.storage.errors import LedgerForbidden, LedgerUnreachable, UnsupportedAddress
from armsledger.storage.postgres.connection import PostgresConnection
from tests.postgres import Server

SECRET = "hunter-of-tanks"


def test_of_several_servers_it_is_told_why_each_does_not_do(postgres: Server) -> None:
    one = f"127.0.0.1:1,127.0.0.1:{postgres.port}"
    address = f"postgresql://owner:{SECRET}@{one}/nothing?target_session_attrs=read-write"
    with pytest.raises(LedgerUnreachable) as loss, Ledger(address) as ledger:
        ledger.position()
    assert 'port 1 failed: Connection refused; database "nothing" does not exist' in loss.value.message
    assert SECRET not in str(loss.value)


def test_servers_that_all_turn_somebody_away_are_not_asked_again(postgres: Server) -> None:
    one = f"127.0.0.1:{postgres.port}"
    with pytest.raises(LedgerForbidden) as refusal, Ledger(f"postgresql://owner@{one},{one}/nothing") as ledger:
        ledger.position()
    assert refusal.value.message.count("does not exist") == 1


def test_servers_that_are_all_standbys_are_told_to_take_no_writes(postgres: Server) -> None:
    ports = f"127.0.0.1:{postgres.port},127.0.0.1:{postgres.port}"
    address = f"postgresql://owner@{ports}/postgres?target_session_attrs=standby"
    with pytest.raises(LedgerUnreachable, match="server is not in hot standby mode"), Ledger(address) as ledger:
        ledger.position()


def test_a_server_that_says_nothing_takes_its_share_of_the_time_and_no_more(
    postgres: Server,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        several = f"{postgres.url.replace('@', f'@{host},')}?target_session_attrs=read-write"
        started = time.monotonic()
        with closing(PostgresConnection(Address(several), 4)) as connection:
            assert connection.raw.info.port == postgres.port
        assert time.monotonic() - started >= 2


def test_one_that_vanishes_without_a_word_is_given_up_after_the_same_time(postgres: Server) -> None:
    with closing(PostgresConnection(Address(postgres.url), 7)) as connection:
        parameters = connection.raw.info.get_parameters()
        assert (parameters["tcp_user_timeout"], parameters["keepalives_idle"]) == ("7000", "7")
    with closing(PostgresConnection(Address(f"{postgres.url}?tcp_user_timeout=90000"), 7)) as connection:
        assert connection.raw.info.get_parameters()["tcp_user_timeout"] == "90000"


def test_an_option_with_a_letter_too_few_is_told_with_those_that_there_are(postgres: Server) -> None:
    with pytest.raises(UnsupportedAddress) as refusal, Ledger(f"{postgres.url}?target_sess_attrs=any") as ledger:
        ledger.position()
    assert "target_session_attrs" in refusal.value.remedy
