"""Where one records: only on a site that is asked to write, by its own name, and with a link on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from shutil import copyfile

import pytest

from armsledger import Ledger
from tests.application.book import SOURCES, delivered, opened, take
from tests.cli.runner import Inside
from tests.web.server.client import Client, client_of

DEAL = "/deal/india-s400"
FORM = {"content-type": "application/x-www-form-urlencoded", "origin": "http://localhost"}


AGAIN = delivered("3 tanks", "deal/y", source="paper", on="2021-06-05")
"""What a second source says of a delivery, or of another one."""


@pytest.fixture
def writing(seeded: Path, tmp_path: Path) -> Iterator[Client]:
    """A client of a site in which Ann records."""
    from armsledger.web.recording.desk import Desk
    from armsledger.web.recording.routes import recording_at
    from armsledger.web.server.links import ServerLinks

    path = str(copyfile(seeded, tmp_path / "seed.db"))
    with Ledger(path) as ledger:
        take(ledger, *SOURCES, opened("deal/y"), delivered("3 tanks", "deal/y"), AGAIN)
    desk = Desk(path, "Ann", ServerLinks())
    with client_of(path, more=recording_at(desk), methods=("GET", "HEAD", "POST")) as client:
        yield client


def test_a_site_that_only_reads_has_no_page_that_records(seeded: Path) -> None:
    with client_of(str(seeded)) as client:
        assert client.get("/record").status_code == 404
        assert client.ask("POST", "/record", FORM).status_code == 405
        assert 'href="/record' not in client.page(DEAL)


def test_pages_lead_to_where_one_records(writing: Client) -> None:
    page = writing.page(DEAL)
    for way in ("/record?stream=deal/india-s400", "/record/repair?stream=deal/india-s400"):
        assert f'href="{way}"' in page
        assert writing.get(way).status_code == 200
    assert 'href="/record"' in writing.page("/")
    past = writing.get(f"{DEAL}?at=2021-11-12&known=@3")
    assert "immutable" not in past.headers["cache-control"]  # a site that only reads does not lead there


def test_a_finding_leads_to_the_form_that_answers_it(writing: Client, seeded: Path) -> None:
    page = writing.page("/findings")
    links = [unescape(link) for link in re.findall(r'href="(/record/(?:same|repair)\?[^"]+)">(?:One|Answer)', page)]
    assert any(link.startswith("/record/same?entry=deal%2Fy%402+deal%2Fy%403") for link in links)
    assert all(writing.get(link).status_code == 200 for link in links)
    with client_of(str(seeded)) as reading:
        assert "/record/" not in reading.page("/findings")


def test_only_the_pages_that_record_take_a_form(writing: Client) -> None:
    assert writing.ask("POST", DEAL, FORM).status_code == 405
    assert writing.ask("POST", "/record", {**FORM, "host": "elsewhere.example"}).status_code == 403
    answer = writing.get("/record")
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    assert (answer.headers["cache-control"], writing.get("/record/keys.json?kind=deal&begins=i").json()) == (
        "no-store",
        ["india-s400"],
    )


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ("--write", "--recorded-by NAME"),
        ("--write --recorded-by ' '", "--recorded-by NAME"),
        ("--recorded-by Ann", "add --write"),
        ("--write --recorded-by Ann --host 0.0.0.0", "--allow-host NAME"),
    ],
)
def test_nobody_records_without_a_name_or_for_strangers(seeded: Path, options: str, remedy: str) -> None:
    said = Inside(seeded.parent)(f"--ledger {seeded} serve --port 0 {options}")
    assert said.status == 2
    assert remedy in said.err
