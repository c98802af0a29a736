"""Rows that were changed by somebody else: who asks is told which ledger or read model it is, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from armsledger import Ledger, View
from armsledger.projections.columns import CSV
from armsledger.storage.errors import LedgerDamaged
from tests.attack.soundness import verify
from tests.attack.statements import record_dossier, record_source
from tests.cli.runner import Inside
from tests.storage.forger import forge

LATER = "2022-12-31"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of a source and a deal of five entries."""
    path = tmp_path / "armsledger.db"
    with Ledger(path) as ledger:
        record_source(ledger, "source")
        record_dossier(ledger, "deal/x", "dossier", 5)
    return path


@pytest.fixture
def armsledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """Runs a command on the ledger."""
    monkeypatch.chdir(path.parent)
    return Inside(path.parent)


QUESTIONS: list[Callable[[View], object]] = [
    lambda view: view.deals().to_dicts(),
    lambda view: view.deals().to_pandas(),
    lambda view: list(view.deals().spread(CSV)),
    lambda view: [row.to_words() for row in view.deals()],
    lambda view: list(view.deals(supplier="RUS")),
]


@pytest.mark.parametrize("ask", QUESTIONS)
def test_a_row_that_is_no_json_names_its_read_model_and_is_mended_by_a_rebuild(
    path: Path, ask: Callable[[View], object]
) -> None:
    with Ledger(path) as ledger:
        right = ledger.at(LATER).deals().to_dicts()
    forge(path, "UPDATE kept_deals SET \"row\" = replace(\"row\", ',', ';')")
    with Ledger(path) as ledger:
        with pytest.raises(LedgerDamaged, match="the read model deals is damaged: one of its rows") as damage:
            ask(ledger.at(LATER))
        assert damage.value.remedy.endswith("armsledger rebuild deals")
        ledger.rebuild("deals", workers=0)
        assert ledger.at(LATER).deals().to_dicts() == right


def test_a_date_that_is_none_names_its_read_model(path: Path, armsledger: Inside) -> None:
    forge(path, """UPDATE kept_deliveries SET "row" = replace("row", '2021-06-01', '2021-13-01')""")
    answer = armsledger("deliveries")
    assert (answer.status, answer.out) == (1, "")
    assert "the read model deliveries is damaged" in answer.err
    assert "remedy: build it anew from the entries: armsledger rebuild deliveries" in answer.err


def test_citations_that_the_database_cannot_read_name_their_read_model(path: Path) -> None:
    forge(path, "UPDATE kept_citations SET \"row\" = replace(\"row\", '[', '(')")
    with Ledger(path) as ledger, pytest.raises(LedgerDamaged, match="the read model citations is damaged"):
        ledger.at(LATER).sources()


@pytest.mark.parametrize("column", ["recorded_by", "entry_id", "payload", "name", "recorded_at"])
def test_text_that_is_stored_as_bytes_is_damage(path: Path, armsledger: Inside, column: str) -> None:
    forge(path, f"UPDATE journal SET {column} = CAST({column} AS BLOB) WHERE position = 3")
    answer = armsledger("log --json")
    assert (answer.status, answer.out) == (1, "")
    assert "is damaged: entry deal/x@2" in answer.err
    with pytest.raises(LedgerDamaged):
        verify(str(path))


def test_a_stream_whose_name_is_no_text_is_damage(path: Path) -> None:
    forge(path, "UPDATE journal SET stream = CAST(stream AS BLOB) WHERE position = 3")
    with Ledger(path) as ledger:
        with pytest.raises(LedgerDamaged, match="whose name is no text"):
            ledger.journal().reader.streams_touched(after=0, upto=6)
        with pytest.raises(LedgerDamaged, match="cannot be read"):
            ledger.log()


def test_an_entry_in_a_stream_of_another_kind_is_damage(path: Path, armsledger: Inside) -> None:
    forge(path, "UPDATE journal SET name = 'source.registered', payload = '{\"publisher\":\"P\"}' WHERE position = 3")
    answer = armsledger("show deal/x --known-by asserted")
    assert (answer.status, answer.out) == (1, "")
    assert "its name is source.registered, and that is no event of such a stream" in answer.err
