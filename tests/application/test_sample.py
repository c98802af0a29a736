"""The sample of the interface, line for line as notebooks are written against it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from armsledger import Ledger
from armsledger.domain.values.money import Money
from tests.application.book import DEAL, SEED
from tests.processes import ROOT

EIGHT_HUNDRED_MILLION = Money(amount=Decimal(800_000_000), currency="USD", approximate=True)


@pytest.fixture
def _in_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder from which the sample is run."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_a_clone")
def test_the_sample_works_on_a_file_as_it_is_written() -> None:
    with Ledger("armsledger.db") as ledger:
        _sample(ledger)
    assert Path("armsledger.db").is_file()


@pytest.mark.usefixtures("_in_a_clone", "database")
def test_the_sample_works_in_memory_as_it_is_written() -> None:
    with Ledger.in_memory() as ledger:
        _sample(ledger)


def _sample(ledger: Ledger) -> None:
    ledger.record_file("examples/seed-article.yaml")
    ledger.record(
        "deal/india-s400", "tranche-paid", on="2019", tranche=1, amount="~USD 800m", source="theprint-2021-11-12"
    )

    state = ledger.at("2019-12-31").deal("india-s400")
    assert state.certain is not None
    assert state.certain.paid == (EIGHT_HUNDRED_MILLION,)
    assert state.possible == state.certain
    assert state.findings == ()

    then = ledger.at("2021-11-12", known="2021-11-12")
    assert len(then.deals(buyer="IND")) == 0  # it was recorded later
    assert then.expectations(overdue=True).to_polars().height == 0
    assert len(ledger.log("deal/india-s400")) == 8
    comparison = ledger.compare("deal/india-s400", known=("2021-11-12", "2021-12-31"))
    assert comparison.to_dict()["changes"] == []


@pytest.mark.usefixtures("database")
def test_the_same_view_by_asserted_date_has_rows_for_a_notebook(seed: Ledger) -> None:
    then = seed.at("2021-12-31", known="2021-11-12", known_by="asserted")
    (row,) = then.deals(buyer="IND")
    assert (row.deal, row.stage, row.paid) == ("india-s400", "signed", (EIGHT_HUNDRED_MILLION,))
    overdue = then.expectations(overdue=True)
    assert overdue.to_polars()["outcome"].unique().to_list() == ["overdue"]
    assert overdue.to_pandas()["stream"].tolist() == [row["stream"] for row in overdue.to_dicts()]
    assert {"deal/india-s400", "framework/india-russia-military-technical-cooperation"} <= {r.stream for r in overdue}


def test_a_source_that_is_cited_again_for_less_than_it_said_adds_nothing(place: str) -> None:
    with Ledger(place) as ledger:
        ledger.record_file(SEED)
        before = ledger.position()
        again = ledger.record(DEAL, "tranche-paid", on="2019", tranche=1, source="theprint-2021-11-12")
        assert (again.address, again.known_before, again.findings) == (f"{DEAL}@4", True, ())
        assert ledger.position() == before


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("Ledger", "armsledger.application.ledger"),
        ("View", "armsledger.application.ledger_view"),
        ("LedgerError", "armsledger.domain.errors"),
        ("Refused", "armsledger.domain.errors"),
    ],
)
def test_the_public_names_are_those_of_the_package(name: str, home: str) -> None:
    import armsledger

    assert getattr(armsledger, name).__module__ == home
    assert name in armsledger.__all__


def test_a_name_that_the_package_does_not_have_is_an_attribute_error() -> None:
    import armsledger

    with pytest.raises(AttributeError, match="no attribute 'Leger'"):
        _ = armsledger.Leger
